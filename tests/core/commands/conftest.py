"""A small shop, commands run on it, and a model server that they may ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import pipeline
from core.services import Services, build_services
from core.settings import Settings
from tests.core.command_line import Run, json_command
from tests.core.small_shop import write_shop
from tests.servers.unkind import UnkindServer, unkind_server


@pytest.fixture(scope="module")
def shop_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small shop built in it."""
    folder = tmp_path_factory.mktemp("judged")
    services = build_services(Settings(home=folder / "home", encoder="hashing"))
    with services:
        for _ in pipeline.build_catalogue(services, [write_shop(folder)]):
            pass
    return folder / "home"


@pytest.fixture
def run(
    shop_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Run:
    """Run one command with `--json`; gives the exit code, the document and what went to standard error."""
    monkeypatch.setenv("SHELFCRAFT_HOME", str(shop_home))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    for name in ("SHELFCRAFT_CATALOGUE", "SHELFCRAFT_DATABASE_URL", "SHELFCRAFT_LOCAL_JUDGE", "SHELFCRAFT_MODEL"):
        if name != "SHELFCRAFT_MODEL" or "model" not in request.fixturenames:
            monkeypatch.delenv(name, raising=False)
    return json_command(capsys)


@pytest.fixture
def services(shop_home: Path) -> Iterator[Services]:
    with build_services(Settings(home=shop_home, encoder="hashing")) as opened:
        yield opened


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[UnkindServer]:
    """A model server of its own, named in the environment."""
    with unkind_server() as server:
        monkeypatch.setenv("SHELFCRAFT_MODEL", "grader")
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield server
