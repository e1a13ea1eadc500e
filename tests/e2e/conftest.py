"""A real server on a free port over a demo catalogue of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e import chromium
from tests.e2e.server import ROOT, StudioServer


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes data folders that hold the demo catalogue, which is built once for all workers of a test session."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    built = shared / "demo-home"
    with FileLock(shared / "demo-home.lock"):
        if not built.exists():
            _build_demo(shared / "demo-home-unfinished").rename(built)

    def make(name: str) -> Path:
        return shutil.copytree(built, tmp_path_factory.mktemp(name) / "data")

    return make


def _build_demo(home: Path) -> Path:
    command = [sys.executable, "-m", "core", "catalogue", "demo"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SHELFCRAFT_HOME": str(home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="session")
def studio(new_home: Callable[[str], Path]) -> Iterator[str]:
    """The address of a running studio; SHELFCRAFT_STUDIO_URL names one that runs already."""
    running = os.environ.get("SHELFCRAFT_STUDIO_URL")
    if running is not None:
        yield running.rstrip("/")
        return
    with StudioServer(new_home("studio")) as server:
        yield server.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser for the whole session; each test gets a context of its own."""
    if not chromium.installed():
        pytest.skip(f"{chromium.CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        started = chromium.launch(playwright)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test on an error of a script."""
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []
