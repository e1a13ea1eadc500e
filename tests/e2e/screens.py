"""The studio as a person meets it: how to get to each screen, and where on it things stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

SLOW = 90_000.0
"""Milliseconds that a first plan may take on a busy machine."""

THEME = "Camping with kids"


def cards(page: Page) -> Locator:
    """The product cards of the list."""
    return page.locator(".card")


def settle(page: Page) -> None:
    """Wait until the server has answered whatever is under way."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=SLOW)


def type_theme(page: Page, theme: str) -> None:
    """Type a theme at the bottom and send it."""
    page.get_by_test_id("stChatInputTextArea").fill(theme)
    page.keyboard.press("Enter")


def plan(page: Page, studio: str, theme: str = THEME) -> None:
    """Open the studio, type a theme and wait for the finished list."""
    page.goto(studio)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=SLOW)
    type_theme(page, theme)
    await_list(page)


def await_list(page: Page) -> None:
    """Wait for the list that the address names."""
    page.wait_for_url(re.compile(r"[?&]selection="), timeout=SLOW)
    cards(page).first.wait_for(timeout=SLOW)
    settle(page)


def parameter(page: Page, name: str) -> str | None:
    """One query parameter of the address."""
    found = parse_qs(urlsplit(page.url).query).get(name)
    return found[0] if found else None


def figure(page: Page, name: str) -> Locator:
    """The value of one figure of the row above the list."""
    named = page.locator(".figure").filter(has=page.get_by_text(name, exact=True))
    return named.locator(".value")


def verdicts(page: Page, number: int) -> list[str]:
    """What the first cards say of themselves: accept, reject or nothing."""
    found: list[str] = cards(page).evaluate_all(
        f"all => all.slice(0, {number}).map(card => card.dataset.verdict || '')"
    )
    return found


def press_keys(page: Page, keys: str, *, delay: float = 0.0) -> None:
    """Press keys from the first card on; a verdict moves the focus to the next card."""
    cards(page).first.focus()
    for key in keys:
        page.keyboard.press(key)
        if delay:
            page.wait_for_timeout(delay)


def open_view(page: Page, name: str) -> None:
    """Turn the list to one of its views."""
    page.get_by_test_id("stButtonGroup").get_by_role("radio", name=name, exact=True).click()
    settle(page)


def _welcome(page: Page, studio: str) -> None:
    page.goto(studio)
    page.get_by_role("button", name=THEME).wait_for(timeout=SLOW)


def _cards(page: Page, studio: str) -> None:
    plan(page, studio)


def _why(page: Page, studio: str) -> None:
    plan(page, studio)
    cards(page).first.focus()
    page.keyboard.press("e")
    expect(page.get_by_role("dialog").get_by_text("What the terms say")).to_be_visible(timeout=SLOW)


def _finder(page: Page, studio: str) -> None:
    plan(page, studio)
    page.get_by_role("button", name="Find", exact=True).click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("textbox").first.fill("black leather belt")
    page.keyboard.press("Enter")
    drawer.get_by_role("button", name="Add to the list").first.wait_for(timeout=SLOW)


def _view(name: str) -> Callable[[Page, str], None]:
    def opened(page: Page, studio: str) -> None:
        plan(page, studio)
        open_view(page, name)

    return opened


SCREENS: Mapping[str, Callable[[Page, str], None]] = {
    "welcome": _welcome,
    "cards": _cards,
    "why": _why,
    "finder": _finder,
    "table": _view("Table"),
    "charts": _view("Charts"),
    "removed": _view("Removed"),
}
"""How a new visitor gets to each screen, by its name."""
