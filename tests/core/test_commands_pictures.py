"""`similar` and `plan --image` on the demo shop, whose drawings ship described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from core import pipeline
from core.services import build_services
from core.settings import Settings
from tests.core.command_line import Run, json_command

CHAIR = "velvet armchair"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the demo, and the picture of one of its armchairs beside it."""
    folder = tmp_path_factory.mktemp("pictures")
    with build_services(Settings(home=folder / "home", encoder="hashing")) as services:
        for _ in pipeline.build_demo(services):
            pass
        found = pipeline.search(services, CHAIR, limit=1, rerank="none")[0].product_id
        data = pipeline.picture(services, found, size=300)
        assert data is not None
        (folder / "chair.webp").write_bytes(data)
        (folder / "chair.id").write_text(found)
    (folder / "text.png").write_text("only text")
    yield folder


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("SHELFCRAFT_HOME", str(home / "home"))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    for name in ("SHELFCRAFT_CATALOGUE", "SHELFCRAFT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return json_command(capsys)


def test_similar_lists_its_look_alikes(run: Run, home: Path) -> None:
    code, found, _ = run("similar", str(home / "chair.webp"), "--limit", "5")
    assert code == 0
    assert len(found["products"]) == 5
    assert found["products"][0]["similarity"] > 0.9
    assert "chair" in found["words"]
    with build_services(Settings(home=home / "home", encoder="hashing")) as services:
        best = pipeline.product(services, found["products"][0]["product_id"])
        assert best.category == pipeline.product(services, (home / "chair.id").read_text()).category


def test_pictures_are_looked_at_ahead(run: Run) -> None:
    code, counts, _ = run("pictures")
    assert code == 0
    assert (counts["own"], counts["unreadable"]) == (0, 0)
    assert counts["drawn"] > 1_000


def test_similar_says_what_stands_in_the_picture(run: Run, tmp_path: Path) -> None:
    image = Image.new("RGB", (420, 160), (255, 255, 255))
    ImageDraw.Draw(image).text((30, 40), "CAMPING TENT", fill=(0, 0, 0), font=ImageFont.load_default(48))
    image.save(tmp_path / "sign.png")
    code, found, _ = run("similar", str(tmp_path / "sign.png"), "--limit", "2")
    assert code == 0
    assert found["text"] == ["CAMPING TENT"]


def test_plan_takes_a_picture(run: Run, home: Path) -> None:
    code, planned, err = run("plan", "--image", str(home / "chair.webp"), "--turns", "1")
    assert code == 0, err
    assert "chair" in planned["theme"]
    assert "it seems to show" in err


@pytest.mark.parametrize(("name", "told"), [("text.png", "not a picture"), ("none.png", "cannot be read")])
def test_what_is_no_picture_is_refused(run: Run, home: Path, name: str, told: str) -> None:
    code, failure, _ = run("similar", str(home / name))
    assert code == 3
    assert told in failure["error"]["message"]


def test_a_plan_needs_a_theme_or_a_picture(run: Run) -> None:
    code, failure, _ = run("plan")
    assert code == 3
    assert "theme is empty" in failure["error"]["message"]
