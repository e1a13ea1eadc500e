"""Makes the pictures of assets/screenshots from a running studio, whose address SHELFCRAFT_STUDIO_URL names."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import chromium

TARGET = Path(__file__).resolve().parents[2] / "assets" / "screenshots"


def _open(browser: Browser, address: str, *, width: int, height: int, dark: bool) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(address)
    page.get_by_test_id("stChatInput").locator("textarea").wait_for(timeout=60_000)
    return page


def _plan(page: Page, theme: str) -> None:
    page.get_by_test_id("stChatInput").locator("textarea").fill(theme)
    page.keyboard.press("Enter")
    page.locator(".card").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2_500)


def main() -> None:
    """Save every picture; exits where no studio is named."""
    address = os.environ.get("SHELFCRAFT_STUDIO_URL") or sys.exit("Set SHELFCRAFT_STUDIO_URL to a running studio.")
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name, width, height, dark in (
            ("light", 1440, 900, False),
            ("dark", 1440, 900, True),
            ("light-1024", 1024, 768, False),
            ("dark-1024", 1024, 768, True),
        ):
            page = _open(browser, address, width=width, height=height, dark=dark)
            page.screenshot(path=TARGET / f"welcome-{name}.png")
            _plan(page, "camping with kids")
            page.screenshot(path=TARGET / f"studio-{name}.png")
            page.locator(".card").first.focus()
            page.keyboard.press("e")
            page.get_by_role("dialog").wait_for()
            page.wait_for_timeout(1_500)
            page.screenshot(path=TARGET / f"why-{name}.png")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
