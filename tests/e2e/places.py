"""Every screen of the studio by its name, and how a visitor gets there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.screens import (
    QUERY,
    SLOW,
    await_list,
    choose_order,
    fill_rule,
    judge_first,
    offered,
    open_view,
    press_keys,
    ranked,
    settle,
    type_theme,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a studio, and one of its lists."""

    studio: str
    selection: str

    def page(self, name: str = "", **parameters: str) -> str:
        """The address of a page."""
        return f"{self.studio}/{name}?{urlencode(parameters)}"


Open = Callable[[Page, Place], None]


def _welcome(page: Page, place: Place) -> None:
    page.goto(place.page())
    offered(page).wait_for(timeout=SLOW)


def _list(page: Page, place: Place) -> None:
    page.goto(place.page(selection=place.selection))
    await_list(page)


def _strategy(page: Page, place: Place) -> None:
    _list(page, place)
    page.locator(".st-key-strategy_toggle button").first.click()
    page.get_by_text("How good is this strategy?").wait_for(timeout=SLOW)


def _why(page: Page, place: Place) -> None:
    _list(page, place)
    press_keys(page, "e")
    expect(page.get_by_role("dialog").get_by_text("What the terms say")).to_be_visible(timeout=SLOW)


def _judged(page: Page, place: Place) -> None:
    _list(page, place)
    page.get_by_role("button", name=re.compile("^Good: ")).click()
    page.get_by_role("button", name="Back to the list").wait_for(timeout=SLOW)
    settle(page)


def _learned(page: Page, place: Place) -> None:
    _list(page, place)
    judge_first(page, 14, drop="tent")
    choose_order(page, "Fits most")
    page.locator(".learned").first.wait_for(timeout=SLOW)


def _finder(page: Page, place: Place) -> None:
    _list(page, place)
    page.get_by_role("button", name="Find", exact=True).click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("textbox").first.fill("black leather belt")
    page.keyboard.press("Enter")
    drawer.get_by_role("button", name="Add to the list").first.wait_for(timeout=SLOW)


def _save(page: Page, place: Place) -> None:
    _list(page, place)
    page.locator(".st-key-save button").click()
    page.get_by_role("dialog").get_by_label("Name of the list").wait_for(timeout=SLOW)


def _asked(page: Page, place: Place) -> None:
    _welcome(page, place)
    page.locator(".st-key-ways").get_by_test_id("stPopoverButton").first.click()
    page.get_by_role("radio", name="Wide", exact=True).click()
    settle(page)
    page.keyboard.press("Escape")
    type_theme(page, "waterproof gifts for kids who love camping under $50, no toys")
    page.locator(".st-key-ask_card").get_by_role("button", name="Plan", exact=True).wait_for(timeout=SLOW)


def _wished(page: Page, place: Place) -> None:
    _list(page, place)
    type_theme(page, "no lanterns, add hammock, under 60")
    page.locator(".st-key-wish_card").get_by_role("button", name="Apply").wait_for(timeout=SLOW)


def _retold(page: Page, place: Place) -> None:
    _asked(page, place)
    page.get_by_role("button", name="Plan", exact=True).click()
    await_list(page)
    page.get_by_role("button", name="How it was planned").click()
    page.locator(".story").get_by_text("Step by step").wait_for(timeout=SLOW)


def _view(name: str) -> Open:
    def opened(page: Page, place: Place) -> None:
        _list(page, place)
        open_view(page, name)

    return opened


def _library(page: Page, place: Place) -> None:
    page.goto(place.page("library"))
    page.get_by_role("heading").first.wait_for(timeout=SLOW)
    settle(page)


def _saved(name: str) -> Open:
    def opened(page: Page, place: Place) -> None:
        page.goto(place.page("library", selection=place.selection))
        page.get_by_role("radio", name="Versions", exact=True).wait_for(timeout=SLOW)
        settle(page)
        open_view(page, name)

    return opened


def _catalogue(part: str) -> Open:
    def opened(page: Page, place: Place) -> None:
        page.goto(place.page("catalogue", show=part))
        page.get_by_role("radio", name="Bring a file").wait_for(timeout=SLOW)
        settle(page)

    return opened


_FILE = FilePayload(
    name="shop.csv",
    mimeType="text/csv",
    buffer=b"""id;name;price;stock;type
1;Enamel camp mug;9,90;42;Kitchen > Mugs
2;Birch lantern;24,50;0;Outdoor > Lanterns
3;;12,00;3;Outdoor
""",
)


def _mapping(page: Page, place: Place) -> None:
    _catalogue("file")(page, place)
    page.locator("input[type=file]").first.set_input_files(_FILE)
    page.get_by_role("button", name="Another file").wait_for(timeout=SLOW)
    settle(page)


_NOTE = FilePayload(
    name="Notes of the fair.md",
    mimeType="text/markdown",
    buffer=b"# Notes of the fair\n## Picnics\nFamilies buy wicker baskets and enamel mugs together.\n",
)


def _trends(page: Page, place: Place) -> None:
    page.goto(place.page("trends"))
    page.locator("input[type=file]").first.wait_for(state="attached", timeout=SLOW)
    settle(page)


def _notes(page: Page, place: Place) -> None:
    _trends(page, place)
    page.locator("input[type=file]").first.set_input_files(_NOTE)
    page.get_by_role("button", name="Put this away").click(timeout=SLOW)
    page.get_by_role("button", name="Remove").first.wait_for(timeout=SLOW)
    settle(page)


def _passages(page: Page, place: Place) -> None:
    _notes(page, place)
    page.get_by_label("Search the notes").fill("enamel mugs")
    page.get_by_role("button", name="Read around it").wait_for(timeout=SLOW)
    settle(page)


def _passage(page: Page, place: Place) -> None:
    _passages(page, place)
    page.get_by_role("button", name="Read around it").click()
    expect(page.get_by_role("dialog").get_by_text("1 passage")).to_be_visible(timeout=SLOW)
    settle(page)


def _examples(page: Page, place: Place) -> None:
    page.goto(place.page("search"))
    page.get_by_role("list", name="Queries to try").get_by_role("button").first.wait_for(timeout=SLOW)
    settle(page)


def _search(page: Page, place: Place) -> None:
    page.goto(place.page("search", q=QUERY))
    ranked(page).first.wait_for(timeout=SLOW)
    settle(page)


def _search_why(page: Page, place: Place) -> None:
    _search(page, place)
    ranked(page, "words").first.click()
    page.get_by_role("dialog").get_by_text("Where it stands").wait_for(timeout=SLOW)
    settle(page)


def _rules(page: Page, place: Place) -> None:
    page.goto(place.page("rules", q=QUERY))
    page.get_by_role("button", name=re.compile("^Has what must not be speaks of")).wait_for(timeout=SLOW)
    settle(page)


def _rule_speaks(page: Page, place: Place) -> None:
    _rules(page, place)
    page.get_by_role("button", name=re.compile("^Has what must not be speaks of")).click()
    page.get_by_role("dialog").get_by_text("Asked for without straw").first.wait_for(timeout=SLOW)
    settle(page)


def _rule(page: Page, place: Place) -> None:
    page.goto(place.page("rules", q="water bottle", rule="new"))
    page.get_by_label("Name", exact=True).wait_for(timeout=SLOW)
    settle(page)
    fill_rule(page, "No steel", "steel")


def _settings(page: Page, place: Place) -> None:
    page.goto(place.page("settings"))
    page.get_by_role("button", name="Save", exact=True).wait_for(timeout=SLOW)
    page.get_by_text("How to connect a server").click()
    settle(page)


SCREENS: Mapping[str, Open] = {
    "welcome": _welcome,
    "cards": _list,
    "strategy": _strategy,
    "why": _why,
    "finder": _finder,
    "judged": _judged,
    "save": _save,
    "table": _view("Table"),
    "charts": _view("Charts"),
    "removed": _view("Removed"),
    "asked": _asked,
    "wished": _wished,
    "retold": _retold,
    "library": _library,
    "library products": _saved("Products"),
    "library versions": _saved("Versions"),
    "library compare": _saved("Compare"),
    "library changes": _saved("Changes"),
    "library runs": _saved("Runs"),
    "catalogue": _catalogue("used"),
    "catalogue file": _catalogue("file"),
    "catalogue mapping": _mapping,
    "catalogue all": _catalogue("all"),
    "settings": _settings,
    "search examples": _examples,
    "search": _search,
    "search why": _search_why,
    "rules": _rules,
    "rules drawer": _rule_speaks,
    "rule": _rule,
    "trends": _trends,
    "trends documents": _notes,
    "trends passages": _passages,
    "trends drawer": _passage,
    "learned": _learned,
}
"""How a visitor gets to each screen, by its name."""
