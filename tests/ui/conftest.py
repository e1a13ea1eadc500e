"""The screens over the real core: a small shop, real LanceDB and SQLite, the hashing encoder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.services import Services, build_services
from core.settings import Settings
from ui import resources

ROOT = Path(__file__).resolve().parents[2]
TYPES = {
    "tent": "Outdoor > Camping > Tents",
    "lantern": "Outdoor > Camping > Lanterns",
    "toy tent": "Toys > Play Tents",
    "office chair": "Home > Chairs",
}
MODELS = "Alder Birch Cedar Doum Elm Fir Gorse Hazel".split()


def shop_lines() -> list[str]:
    """A shop's export: four types, eight models, three colours each; every ninth product is sold out."""
    lines = ["id,title,category,price,stock,color,group_id,rating,season"]
    number = 0
    for kind, path in TYPES.items():
        for model in MODELS:
            for colour in ("red", "blue", "green"):
                number += 1
                stock = 0 if number % 9 == 0 else 5
                season = "summer" if "tent" in kind else ""
                facts = f"{path},{10 + number},{stock},{colour},{kind}-{model},4.2,{season}"
                lines.append(f"p{number:03d},{model} camping {kind},{facts}")
    return lines


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shop's catalogue built; copied by those who write."""
    home = tmp_path_factory.mktemp("shop")
    source = home / "shop.csv"
    source.write_text("\n".join(shop_lines()))
    with build_services(Settings(home=home / "data"), encoder=HashingEncoder()) as live:
        for _ in pipeline.build_catalogue(live, [source]):
            pass
    return home / "data"


@pytest.fixture
def live(shop_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The services that the screens of one test use, over a data folder of its own."""
    home = tmp_path / "data"
    shutil.copytree(shop_home, home)
    for name, value in {"HOME": str(home), "ENCODER": "hashing", "THREADS": "1"}.items():
        monkeypatch.setenv(f"SHELFCRAFT_{name}", value)
    for name in ("CATALOGUE", "DATABASE_URL", "ACTOR"):
        monkeypatch.delenv(f"SHELFCRAFT_{name}", raising=False)
    st.cache_resource.clear()
    yield resources.services()
    resources.runs().close()
    resources.services().close()
    st.cache_resource.clear()


@pytest.fixture
def app(live: Services) -> AppTest:
    """The whole app at its first page."""
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)


def settled(app: AppTest) -> AppTest:
    """The app once nothing that it follows runs any more: a browser would ask again by itself."""
    for _ in range(60):
        known = "run_followed" in app.session_state
        run_id = app.session_state["run_followed"] if known else None
        if not run_id or resources.runs().look(run_id).status != "running":
            break
        resources.runs().wait(run_id, 5.0)
    return app.run()
