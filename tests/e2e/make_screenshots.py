"""Makes the pictures of assets/screenshots from a running studio, whose address SHELFCRAFT_STUDIO_URL names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.chromium import launch
from tests.e2e.places import SCREENS, Place
from tests.e2e.screens import SLOW, await_list, cards, open_view, plan, press_keys, settle, type_theme

TARGET = Path(__file__).resolve().parents[2] / "assets" / "screenshots"
REST = 1_500
"""Milliseconds until pictures and charts have come to rest."""


def _open(browser: Browser, *, width: int, height: int, dark: bool) -> Page:
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    return context.new_page()


def _welcome(page: Page, studio: str) -> None:
    page.goto(studio)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=SLOW)


def _studio(page: Page, studio: str) -> None:
    plan(page, studio)
    press_keys(page, "aax")
    settle(page)


def _strategy(page: Page, studio: str) -> None:
    plan(page, studio)
    page.get_by_text("terms find").first.click()
    page.get_by_label("Add a term that finds products").fill("hammock")
    page.keyboard.press("Enter")
    settle(page)


def _charts(page: Page, studio: str) -> None:
    plan(page, studio)
    open_view(page, "Charts")
    page.get_by_role("radio", name="Terms", exact=True).click()
    settle(page)


def _removed(page: Page, studio: str) -> None:
    plan(page, studio)
    open_view(page, "Removed")


def _table(page: Page, studio: str) -> None:
    plan(page, studio)
    open_view(page, "Table")


def _why(page: Page, studio: str) -> None:
    plan(page, studio)
    cards(page).first.focus()
    page.keyboard.press("e")
    page.get_by_role("dialog").wait_for()


THEMES = ("Yoga at home", "Garden party", "Coffee lovers", "Small-space home office")
"""What the library holds beside the list that the other pictures plan."""


def _library(page: Page, studio: str) -> None:
    for theme in THEMES:
        plan(page, studio, theme)
    page.goto(f"{studio}/library")
    page.get_by_text("Library").first.wait_for(timeout=SLOW)
    settle(page)


def _catalogue(page: Page, studio: str) -> None:
    page.goto(f"{studio}/catalogue")
    page.get_by_text("Departments").first.wait_for(timeout=SLOW)
    settle(page)


def _asking(page: Page, studio: str, mode: str, theme: str) -> None:
    """The card before a plan; needs a studio with a model and a search."""
    page.goto(studio)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=SLOW)
    settle(page)
    type_theme(page, theme)
    page.locator(".st-key-ask_card").get_by_role("radio", name=mode, exact=True).click(timeout=SLOW)
    settle(page)


def _understood(page: Page, studio: str) -> None:
    _asking(page, studio, "Wide", "waterproof gifts for kids who love camping under $50, no toys")


def _researching(mode: str, theme: str, passages: int) -> Callable[[Page, str], None]:
    """A research in the middle, once so many passages were kept."""

    def drawn(page: Page, studio: str) -> None:
        _asking(page, studio, mode, theme)
        page.locator(".st-key-ask_card").get_by_role("button", name="Plan", exact=True).click()
        page.locator(".story blockquote").nth(passages - 1).wait_for(timeout=SLOW)

    return drawn


def _wish(page: Page, studio: str) -> None:
    _asking(page, studio, "None", "Camping with kids")
    page.locator(".st-key-ask_card").get_by_role("button", name="Plan", exact=True).click()
    await_list(page)
    type_theme(page, "cheaper, no lanterns, add hammock")
    page.locator(".st-key-wish_card").get_by_role("button", name="Apply").wait_for(timeout=SLOW)
    settle(page)


def _search(page: Page, studio: str) -> None:
    """The ways of searching side by side, with one product followed through them."""
    SCREENS["search"](page, Place(studio, ""))
    places: list[list[str]] = page.locator("ol").evaluate_all(
        "lists => lists.map(list => [...list.querySelectorAll('.hit')].map(card => card.dataset.id))"
    )

    def followed(name: str) -> tuple[int, int]:
        held = [ids.index(name) for ids in places if name in ids]
        return -len(held), max(held)

    best = min(places[-1], key=followed)
    page.locator(f'.column[data-column=local] .hit[data-id="{best}"]').focus()


def _rules(page: Page, studio: str) -> None:
    page.goto(f"{studio}/rules?q=black+running+shoes+for+men")
    page.get_by_role("switch").first.wait_for(timeout=SLOW)
    settle(page)


def _rule(page: Page, studio: str) -> None:
    SCREENS["rule"](page, Place(studio, ""))


PICTURES: dict[str, Callable[[Page, str], None]] = {
    "welcome": _welcome,
    "studio": _studio,
    "strategy": _strategy,
    "charts": _charts,
    "table": _table,
    "removed": _removed,
    "why": _why,
    "library": _library,
    "catalogue": _catalogue,
    "search": _search,
    "rules": _rules,
    "rule": _rule,
}

OUTSIDE: dict[str, Callable[[Page, str], None]] = {
    "understood": _understood,
    "research-wide": _researching("Wide", "camping with kids this weekend", 6),
    "research-deep": _researching("Deep", "a garden party in May", 6),
    "wish": _wish,
}
"""Pictures that need a studio with a model and a search; with "outside" as argument, a made world answers for both."""


SHOWN = (
    ("studio", "light"),
    ("studio", "dark"),
    ("strategy", "light"),
    ("charts", "dark"),
    ("why", "light"),
    ("library", "light"),
    ("catalogue", "dark"),
    ("search", "light"),
    ("rules", "dark"),
    ("rule", "light"),
)
"""What the README and the docs show."""

SHOWN_OUTSIDE = (
    ("understood", "light"),
    ("research-wide", "light"),
    ("research-deep", "dark"),
    ("wish", "light"),
)


def main() -> None:
    """Save what the docs show, 1440 wide; with "all" as argument every picture, light and dark, also 1024 wide.

    Names of pictures as arguments make only these. With "outside" those that need a model:
    `python -m tests.servers.outside` is one, with fixed waits and answers.
    """
    studio = os.environ.get("SHELFCRAFT_STUDIO_URL") or sys.exit("Set SHELFCRAFT_STUDIO_URL to a running studio.")
    target = Path(os.environ.get("SHELFCRAFT_SCREENSHOTS") or TARGET)
    target.mkdir(parents=True, exist_ok=True)
    every = "all" in sys.argv
    pictures, shown = (OUTSIDE, SHOWN_OUTSIDE) if "outside" in sys.argv else (PICTURES, SHOWN)
    wanted = [(name, scheme) for name in pictures for scheme in ("light", "dark")] if every else shown
    named = set(sys.argv[1:]) & set(pictures)
    wanted = [one for one in wanted if not named or one[0] in named]
    sizes = [("", 1440, 900), *([("-1024", 1024, 768)] if every else [])]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for suffix, width, height in sizes:
            for name, scheme in wanted:
                page = _open(browser, width=width, height=height, dark=scheme == "dark")
                pictures[name](page, studio.rstrip("/"))
                page.mouse.move(0, 0)
                page.wait_for_timeout(0 if name.startswith("research") else REST)
                page.screenshot(path=target / f"{name}-{scheme}{suffix}.png")
                page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
