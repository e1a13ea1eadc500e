"""Shaping a strategy in a real browser: edits that outlive a reload, numbers that open products, reasons, pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.screens import SLOW, await_list, cards, figure, open_view, plan, press, press_keys, settle

pytestmark = pytest.mark.browser


def _open_strategy(page: Page) -> None:
    press(page.get_by_text("terms find").first)
    expect(page.get_by_label("Add a term that finds products")).to_be_visible(timeout=SLOW)


def _add(page: Page, term: str) -> None:
    page.get_by_label("Add a term that finds products").fill(term)
    page.keyboard.press("Enter")


def _attach(page: Page, file: Path) -> None:
    """Attach a file to the input at the bottom and wait until the server has it."""
    with page.expect_response(lambda reply: "upload_file" in reply.url, timeout=SLOW):
        page.get_by_test_id("stChatInput").locator("input[type=file]").set_input_files(file)
    page.get_by_text(file.name).wait_for(timeout=SLOW)


def test_edits_count_at_once_outlive_a_reload_and_make_the_next_list(page: Page, studio: str) -> None:
    plan(page, studio)
    before = figure(page, "Found").inner_text()
    _open_strategy(page)
    _add(page, "hammock")
    finds = page.get_by_role("button", name="products found by hammock")
    expect(finds).to_be_visible(timeout=SLOW)
    expect(figure(page, "Found")).not_to_have_text(before, timeout=SLOW)
    # The list is still the one from before, and says so.
    expect(page.get_by_role("button", name="Preview the list")).to_be_visible(timeout=SLOW)

    page.reload()
    await_list(page)
    expect(page.get_by_role("button", name="Preview the list")).to_be_visible(timeout=SLOW)
    _open_strategy(page)
    expect(page.get_by_label("Use “hammock”")).to_be_checked(timeout=SLOW)

    press(page.get_by_role("button", name="Preview the list"))
    expect(page.get_by_text("Version 2 · saved")).to_be_visible(timeout=SLOW)
    press(page.get_by_role("button", name="products found by hammock"))
    expect(page.get_by_text("Found by “hammock”")).to_be_visible(timeout=SLOW)
    expect(cards(page).first).to_contain_text("hammock", ignore_case=True, timeout=SLOW)
    press(page.get_by_role("button", name="Back to the list"))
    expect(page.get_by_text("Found by “hammock”")).to_be_hidden(timeout=SLOW)


def test_quick_edits_are_all_kept_and_undone_one_by_one(page: Page, studio: str) -> None:
    plan(page, studio)
    _open_strategy(page)
    _add(page, "hammock, cool box; head torch")
    page.get_by_label("Weight of “hammock”").fill("2")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="products found by head torch")).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Weight of “hammock”")).to_have_value("2.0", timeout=SLOW)
    settle(page)
    undo = page.get_by_role("button", name="Undo")
    press(undo)
    expect(page.get_by_label("Weight of “hammock”")).to_have_value("1.0", timeout=SLOW)
    press(undo)
    expect(page.get_by_label("Use “head torch”")).not_to_be_checked(timeout=SLOW)
    expect(page.get_by_label("Use “cool box”")).to_be_checked(timeout=SLOW)


def test_what_is_typed_into_a_weight_replaces_it_also_when_the_list_was_drawn_anew(page: Page, studio: str) -> None:
    plan(page, studio)
    _open_strategy(page)
    _add(page, "hammock, head torch")
    weight = page.get_by_label("Weight of “hammock”")
    weight.evaluate("field => { field.focus(); field.select(); }")
    # The counts come in and draw every row anew while the weight is selected.
    expect(page.get_by_role("button", name="products found by head torch")).to_be_visible(timeout=SLOW)
    settle(page)
    page.keyboard.type("2.25")
    page.keyboard.press("Tab")
    settle(page)
    expect(weight).to_have_value("2.25", timeout=SLOW)


def test_an_earlier_turn_is_laid_out_and_its_products_chosen(page: Page, studio: str) -> None:
    plan(page, studio)
    first = page.get_by_role("button", name="Turn 1 ·")
    press(first)
    expect(page.get_by_text("Version 2 · saved")).to_be_visible(timeout=SLOW)
    expect(first).to_have_attribute("aria-pressed", "true", timeout=SLOW)


def test_ctrl_enter_in_a_field_previews_and_loses_nothing_of_what_stands_in_it(page: Page, studio: str) -> None:
    plan(page, studio)
    _open_strategy(page)
    page.get_by_label("Add a term that finds products").fill("hammock")
    page.keyboard.press("Control+Enter")
    # On a busy server the key may be heard before the term: then the term waits in the draft for the next preview.
    expect(page.get_by_text("Version 2 ·")).to_be_visible(timeout=SLOW)
    # While a page is drawn anew, what it replaces may stand beside it for a moment.
    expect(page.get_by_label("Use “hammock”")).to_have_count(1, timeout=SLOW)
    settle(page)
    expect(page.get_by_label("Use “hammock”")).to_be_checked(timeout=SLOW)


def test_a_number_of_each_kind_opens_as_many_products_as_it_counts(page: Page, studio: str) -> None:
    plan(page, studio)
    press_keys(page, "axa")
    expect(figure(page, "Kept")).to_have_text("2", timeout=SLOW)
    for name in ("Kept", "Dropped", "Found"):
        number = figure(page, name).inner_text()
        press(figure(page, name))
        bar = page.locator(".st-key-lens_bar")
        expect(bar).to_contain_text(f"{number} product", timeout=SLOW)
    open_view(page, "Removed")
    pill = page.get_by_role("radio", name="cut by a term")
    number = pill.inner_text().split("·")[-1].strip()
    press(pill)
    expect(page.locator(".st-key-lens_bar")).to_contain_text(f"{number} product", timeout=SLOW)


def test_a_dropped_card_takes_reasons_that_outlive_a_reload(page: Page, studio: str) -> None:
    plan(page, studio)
    press_keys(page, "x")
    first = cards(page).first
    press(first.get_by_role("button", name="Wrong audience"))
    press(first.get_by_role("button", name="Off theme"))
    expect(first.get_by_role("button", name="Off theme")).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    settle(page)
    page.reload()
    await_list(page)
    for name in ("Wrong audience", "Off theme"):
        expect(cards(page).first.get_by_role("button", name=name)).to_have_attribute(
            "aria-pressed", "true", timeout=SLOW
        )
    expect(figure(page, "Dropped")).to_have_text("1", timeout=SLOW)


def test_a_kept_product_that_was_removed_joins_the_next_list(page: Page, studio: str) -> None:
    plan(page, studio)
    open_view(page, "Removed")
    press(page.get_by_role("radio", name="cut by a term"))
    settle(page)
    cards(page).first.focus()
    name = cards(page).first.get_attribute("data-id")
    page.keyboard.press("a")
    expect(page.get_by_text("1 kept product will join the list")).to_be_visible(timeout=SLOW)
    press(page.get_by_role("button", name="Preview the list"))
    expect(page.get_by_text("Version 2 · saved")).to_be_visible(timeout=SLOW)
    open_view(page, "Cards")
    expect(page.locator(f'.card[data-id="{name}"]')).to_be_visible(timeout=SLOW)


def test_what_is_half_typed_waits_for_a_reload(page: Page, studio: str) -> None:
    page.goto(studio)
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for(timeout=SLOW)
    settle(page)
    box.fill("half a thou")
    page.reload()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("half a thou", timeout=SLOW)


def test_a_picture_becomes_a_list_of_what_looks_like_it(page: Page, studio: str, tmp_path: Path) -> None:
    plan(page, studio)
    source = cards(page).nth(2).locator("img").get_attribute("src")
    title = cards(page).nth(2).locator(".title").inner_text()
    picture = tmp_path / "seen.webp"
    picture.write_bytes(page.request.get(f"{studio}/{source}").body())
    page.goto(studio)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=SLOW)
    _attach(page, picture)
    press(page.get_by_test_id("stChatInputSubmitButton"))
    await_list(page)
    expect(page.get_by_alt_text("The picture that this list was planned from")).to_be_visible()
    known = " ".join(cards(page).locator(".title").all_inner_texts()).lower()
    assert any(word in known for word in title.lower().split() if len(word) > 3)


def test_a_file_that_is_no_picture_is_refused_and_the_words_come_back(page: Page, studio: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.png"
    wrong.write_text("no picture")
    page.goto(studio)
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for(timeout=SLOW)
    _attach(page, wrong)
    box.fill("like this")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not a picture", timeout=SLOW)
    expect(box).to_have_value("like this")
