"""The studio as a person meets it: how to get to each screen, and where on it things stand."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

SLOW = 90_000.0
"""Milliseconds that a first plan may take on a busy machine."""

THEME = "Camping with kids"


def cards(page: Page) -> Locator:
    """The product cards of the list."""
    return page.locator(".card")


def settle(page: Page) -> None:
    """Wait until the server has answered whatever is under way: the page hears of its beginning a moment late."""
    page.evaluate("() => { window.quietSince = performance.now(); }")
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            if (app?.dataset.testScriptState !== "notRunning") window.quietSince = performance.now();
            return performance.now() - window.quietSince > 250;
        }""",
        timeout=SLOW,
    )


def press(target: Locator) -> None:
    """Press something once the page has come to rest: nobody presses what still moves."""
    settle(target.page)
    target.click(timeout=SLOW)


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


def try_theme(page: Page, studio: str, theme: str = THEME) -> None:
    """Open the studio, press one of the themes that it offers, and wait for the finished list."""
    page.goto(studio)
    offered(page, theme).click(timeout=SLOW)
    await_list(page)


def offered(page: Page, theme: str = THEME) -> Locator:
    """The button of one of the themes that an empty studio offers."""
    return page.get_by_role("list", name="Themes to try").get_by_role("button", name=theme)


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


def judge_first(page: Page, number: int, *, drop: str) -> None:
    """Judge so many of the first cards that are not judged yet: those whose title says `drop` are dropped."""
    for at in range(number):
        card = page.locator('.card[data-verdict=""]').first
        name = card.get_attribute("data-id")
        says = drop.lower() in card.locator(".title").inner_text().lower()
        card.focus()
        page.keyboard.press("x" if says else "a")
        expect(page.locator(f'.card[data-id="{name}"]')).to_have_attribute(
            "data-verdict", "reject" if says else "accept", timeout=SLOW
        )
        if at % 6 == 5:
            settle(page)
    settle(page)


def choose_order(page: Page, name: str) -> None:
    """Have the list gone through in another order."""
    press(page.get_by_role("radio", name=name, exact=True))
    expect(page.locator(".proposals")).to_be_visible(timeout=SLOW)
    settle(page)


def open_view(page: Page, name: str) -> None:
    """Turn the list to one of its views."""
    pill = page.get_by_test_id("stButtonGroup").get_by_role("radio", name=name, exact=True)
    # While a page is drawn anew, what it replaces may stand beside it for a moment.
    expect(pill).to_have_count(1, timeout=SLOW)
    press(pill)
    settle(page)


QUERY = "water bottle without straw"


def ranked(page: Page, column: str = "local") -> Locator:
    """The product cards of one column of the search page."""
    return page.locator(f".column[data-column={column}] .hit")


def fill_rule(page: Page, name: str, *words: str) -> None:
    """Fill in the name and the words of a rule that is written, and wait until it is tried."""
    page.get_by_label("Name", exact=True).fill(name)
    page.keyboard.press("Enter")
    settle(page)
    box = page.locator(".st-key-rule_words input")
    for word in words:
        box.fill(word)
        page.keyboard.press("Enter")
        settle(page)
    page.keyboard.press("Escape")
    ranked(page, "after").first.wait_for(timeout=SLOW)
