"""Debian's Chromium as the tests, the measures and the screenshots start it."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

CHROMIUM = "/usr/bin/chromium"
# Without a sandbox because tests run as root.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def installed() -> bool:
    """Whether there is a browser to start."""
    return shutil.which(CHROMIUM) is not None


def launch(playwright: Playwright) -> Browser:
    """Start it; the caller closes it."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
