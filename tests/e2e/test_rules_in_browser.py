"""Search side by side and the rules, in a real browser: what moved, why, a rule tried, kept, in force, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.screens import QUERY, SLOW, fill_rule, parameter, press, ranked, settle

pytestmark = pytest.mark.browser


def search(page: Page, studio: str, query: str = QUERY) -> None:
    page.goto(f"{studio}/search?q={query.replace(' ', '+')}")
    ranked(page).first.wait_for(timeout=SLOW)
    settle(page)


def rules(page: Page, studio: str) -> None:
    page.goto(f"{studio}/rules")
    page.get_by_role("switch").first.wait_for(timeout=SLOW)
    settle(page)


def row(page: Page, name: str) -> Locator:
    return page.locator(".row").filter(has=page.get_by_role("heading", name=name, exact=True))


@pytest.fixture
def own_rules(page: Page, studio: str) -> Iterator[None]:
    """Leaves the studio without rules of its own and with every switch as it was."""
    yield
    rules(page, studio)
    while page.get_by_role("button", name=re.compile("^Remove: ")).count():
        before = page.get_by_role("button", name=re.compile("^Remove: ")).count()
        press(page.get_by_role("button", name=re.compile("^Remove: ")).first)
        expect(page.get_by_role("button", name=re.compile("^Remove: "))).to_have_count(before - 1, timeout=SLOW)


def test_an_example_fills_the_columns_and_the_address(page: Page, studio: str) -> None:
    page.goto(f"{studio}/search")
    first = page.get_by_role("list", name="Queries to try").get_by_role("button").first
    first.wait_for(timeout=SLOW)
    query = first.get_attribute("data-id")
    press(first)
    ranked(page).first.wait_for(timeout=SLOW)
    settle(page)
    assert parameter(page, "q") == query
    page.reload()
    ranked(page).first.wait_for(timeout=SLOW)
    expect(page.get_by_role("searchbox", name="A query")).to_have_value(query or "")


def test_the_judge_keeps_out_what_must_not_be(page: Page, studio: str) -> None:
    search(page, studio)
    plain = ranked(page, "words").evaluate_all("all => all.map(card => card.dataset.tier)")
    judged = ranked(page, "local").evaluate_all("all => all.map(card => card.dataset.tier)")
    assert plain.count("Good") < judged.count("Good")
    flagged = page.locator(".column[data-column=local] .flag")
    assert flagged.count() < page.locator(".column[data-column=words] .flag").count()


def test_a_product_is_lit_wherever_it_stands_and_joined_by_lines(page: Page, studio: str) -> None:
    search(page, studio)
    ids = ranked(page, "hybrid").evaluate_all("all => all.map(card => card.dataset.id)")
    shared = next(name for name in ids if page.locator(f'.hit[data-id="{name}"]').count() > 1)
    many = page.locator(f'.hit[data-id="{shared}"]').count()
    page.locator(f'.hit[data-id="{shared}"]').first.hover()
    expect(page.locator(".hit.lit")).to_have_count(many)
    expect(page.locator(".lines path")).to_have_count(many - 1)
    page.mouse.move(2, 2)
    expect(page.locator(".hit.lit")).to_have_count(0)


def test_keys_walk_the_columns_and_open_why(page: Page, studio: str) -> None:
    search(page, studio)
    ranked(page, "words").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "End", "Home", "ArrowLeft"):
        page.keyboard.press(key)
    expect(ranked(page, "words").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(ranked(page, "dense").first).to_be_focused()
    title = ranked(page, "dense").first.locator(".title").inner_text()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("Meaning: place 1")).to_be_visible(timeout=SLOW)
    expect(drawer.get_by_text(title).first).to_be_visible()


def test_moves_are_counted_from_another_column(page: Page, studio: str) -> None:
    search(page, studio)
    expect(page.locator(".column.base")).to_have_attribute("data-column", "hybrid")
    page.goto(f"{studio}/search?q={QUERY.replace(' ', '+')}&against=Moves+against%3A+Words")
    ranked(page).first.wait_for(timeout=SLOW)
    press(page.get_by_role("combobox").first)
    press(page.get_by_role("option", name="Moves against: Words", exact=True))
    expect(page.locator(".column.base")).to_have_attribute("data-column", "words", timeout=SLOW)


@pytest.mark.parametrize("width", [1024, 1440])
@pytest.mark.parametrize("path", [f"search?q={QUERY.replace(' ', '+')}", "rules?q=water+bottle"])
def test_nothing_runs_out_of_the_page(browser: Browser, studio: str, width: int, path: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{studio}/{path}")
    page.locator(".hit, .row").first.wait_for(timeout=SLOW)
    settle(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    for box in page.locator(".hit, .row").all()[:8]:
        found = box.bounding_box()
        assert found is not None and found["x"] >= 0 and found["x"] + found["width"] <= width
    context.close()


def test_a_rule_is_tried_kept_in_force_removed_and_put_back(page: Page, studio: str, own_rules: None) -> None:
    page.goto(f"{studio}/rules?q=water+bottle")
    press(page.get_by_role("button", name="Write a rule"))
    page.get_by_label("Name", exact=True).wait_for(timeout=SLOW)
    settle(page)
    fill_rule(page, "No steel", "steel")
    expect(page.get_by_text("would give way to others")).to_be_visible()
    expect(page.locator(".column[data-column=before] .flag").first).to_have_text("No steel")
    press(page.get_by_role("button", name="Keep the rule"))
    expect(row(page, "No steel")).to_be_visible(timeout=SLOW)

    search(page, studio, "water bottle")
    assert page.locator(".column[data-column=words] .flag").filter(has_text="No steel").count()
    assert not page.locator(".column[data-column=local] .flag").count()

    rules(page, studio)
    press(page.get_by_role("button", name="Remove: No steel"))
    expect(row(page, "No steel")).to_have_count(0, timeout=SLOW)
    press(page.get_by_role("button", name="Put it back"))
    expect(row(page, "No steel")).to_be_visible(timeout=SLOW)


def test_two_tabs_switch_one_rule_and_the_slower_is_told(browser: Browser, page: Page, studio: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    other = context.new_page()
    for tab in (page, other):
        rules(tab, studio)
    switch, slower = (tab.get_by_role("switch", name="Another material") for tab in (page, other))
    press(switch)
    expect(row(page, "Another material").locator(".off")).to_be_visible(timeout=SLOW)
    press(switch)
    expect(row(page, "Another material").locator(".off")).to_have_count(0, timeout=SLOW)
    # It still shows the state before both, and wants what was undone since.
    press(slower)
    expect(other.get_by_text("was changed by")).to_be_visible(timeout=SLOW)
    expect(slower).to_have_attribute("aria-checked", "true")
    press(slower)
    expect(row(other, "Another material").locator(".off")).to_be_visible(timeout=SLOW)
    press(slower)
    expect(slower).to_have_attribute("aria-checked", "true", timeout=SLOW)
    expect(row(other, "Another material").locator(".off")).to_have_count(0, timeout=SLOW)
    context.close()


def test_a_rule_that_is_half_written_survives_a_reload_and_is_let_go_by_cancel(page: Page, studio: str) -> None:
    page.goto(f"{studio}/rules?rule=new&q=water+bottle")
    name = page.get_by_label("Name", exact=True)
    name.wait_for(timeout=SLOW)
    settle(page)
    fill_rule(page, "No steel", "steel", "metal")
    press(page.get_by_role("radio", name="3 Related"))
    settle(page)
    page.reload()
    expect(name).to_have_value("No steel", timeout=SLOW)
    words = page.locator(".st-key-rule_words")
    for word in ("steel", "metal"):
        expect(words.get_by_text(word, exact=True)).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("radio", name="3 Related")).to_be_checked(timeout=SLOW)
    settle(page)
    press(page.get_by_role("button", name="Cancel"))
    press(page.get_by_role("button", name="Write a rule"))
    expect(name).to_have_value("", timeout=SLOW)
    settle(page)
    page.reload()
    name.wait_for(timeout=SLOW)
    settle(page)
    expect(name).to_have_value("")


def test_settings_that_are_not_saved_survive_a_reload(page: Page, studio: str) -> None:
    page.goto(f"{studio}/settings")
    address = page.get_by_label("Address of the server")
    address.wait_for(timeout=SLOW)
    settle(page)
    address.fill("http://127.0.0.1:9/v1")
    page.keyboard.press("Enter")
    settle(page)
    page.reload()
    expect(address).to_have_value("http://127.0.0.1:9/v1", timeout=SLOW)
    settle(page)
    press(page.get_by_role("button", name="Undo"))
    expect(address).to_have_value("", timeout=SLOW)
    settle(page)
    page.reload()
    address.wait_for(timeout=SLOW)
    settle(page)
    expect(address).to_have_value("")
