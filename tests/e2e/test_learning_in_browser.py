"""Judgments and live learning in a real browser: marks, tiers, an order that stands still, cuts, one stroke, undo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.pipeline.learning import STARTS_AT
from tests.e2e.screens import (
    SLOW,
    await_list,
    cards,
    choose_order,
    figure,
    judge_first,
    plan,
    press,
    press_keys,
    settle,
    verdicts,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

ENOUGH = 14


def ids(page: Page) -> list[str]:
    """The products in the order of their cards."""
    found: list[str] = cards(page).evaluate_all("all => all.map(card => card.dataset.id)")
    return found


def test_what_the_judge_says_is_counted_opened_and_explained(page: Page, studio: str) -> None:
    plan(page, studio)
    marks = page.locator(".card .mark")
    assert marks.count() == cards(page).count()
    shown = {tier: int(figure(page, tier).inner_text().replace(",", "")) for tier in ("Good", "Mid", "Bad")}
    listed = int(figure(page, "In the list").inner_text().replace(",", ""))
    assert 0 < sum(shown.values()) <= listed
    press(page.get_by_role("button", name=re.compile("^Good: ")))
    page.get_by_role("button", name="Back to the list").wait_for(timeout=SLOW)
    expect(cards(page)).to_have_count(min(60, shown["Good"]), timeout=SLOW)
    tiers = page.locator(".card .mark").evaluate_all("all => [...new Set(all.map(mark => mark.dataset.tier))]")
    assert tiers == ["Good"]
    press_keys(page, "e")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("How well it fits")).to_be_visible(timeout=SLOW)
    expect(drawer.locator(".judgment .by")).to_contain_text("by the local judge", timeout=SLOW)
    assert drawer.locator(".judgment .key li").count() == 4


def test_the_list_learns_and_its_order_stands_still_until_it_is_made_anew(page: Page, studio: str) -> None:
    plan(page, studio)
    chosen = ids(page)
    expect(page.locator(".remark")).to_have_text("")
    judge_first(page, STARTS_AT - 2, drop="tent")
    expect(page.locator(".remark")).to_contain_text("2 more verdicts", timeout=SLOW)
    judge_first(page, ENOUGH - STARTS_AT + 2, drop="tent")
    expect(page.locator(".proposals .said")).to_contain_text(f"Learned from {ENOUGH} verdicts", timeout=SLOW)
    assert ids(page) == chosen, "the list as it was chosen does not move"

    choose_order(page, "Fits most")
    expect(page.locator(".learned").first).to_be_visible(timeout=SLOW)
    fits = ids(page)
    assert fits != chosen and not set(fits) & set(chosen[:ENOUGH])
    assert set(verdicts(page, len(fits))) == {""}
    assert page.get_by_role("button", name="Re-rank").count() == 0

    press_keys(page, "ax")
    again = page.get_by_role("button", name="Re-rank")
    expect(again).to_be_visible(timeout=SLOW)
    assert ids(page) == fits, "no card moves under the hand"
    page.keyboard.press("g")
    expect(page.locator(f'.card[data-id="{fits[0]}"]')).to_have_count(0, timeout=SLOW)
    expect(again).to_have_count(0, timeout=SLOW)

    choose_order(page, "As chosen")
    expect(cards(page).first).to_have_attribute("data-id", chosen[0], timeout=SLOW)
    assert ids(page) == chosen


def test_more_like_this_and_none_like_this_survive_a_reload(page: Page, studio: str) -> None:
    plan(page, studio)
    press_keys(page, "mna")
    expect(figure(page, "Kept")).to_have_text("2", timeout=SLOW)
    page.reload()
    await_list(page)
    assert verdicts(page, 4) == ["accept", "reject", "accept", ""]
    stamps = [cards(page).nth(at).locator(".stamp").inner_text() for at in range(3)]
    assert stamps == ["✓ More like this", "✕ None like this", "✓ Kept"]
    press(cards(page).nth(2).get_by_role("button", name="More like this"))
    expect(cards(page).nth(2).locator(".stamp")).to_have_text("✓ More like this")
    press(cards(page).nth(0).get_by_role("button", name="More like this"))
    expect(cards(page).nth(0).locator(".stamp")).to_have_text("✓ Kept")
    settle(page)
    page.reload()
    await_list(page)
    stamps = [cards(page).nth(at).locator(".stamp").inner_text() for at in range(3)]
    assert stamps == ["✓ Kept", "✕ None like this", "✓ More like this"]


def test_none_of_these_is_one_stroke_and_undone_at_one(page: Page, studio: str) -> None:
    plan(page, studio)
    press_keys(page, "a")
    expect(figure(page, "Kept")).to_have_text("1", timeout=SLOW)
    shown = cards(page).count()
    press(page.get_by_role("button", name="None of these"))
    expect(figure(page, "Dropped")).to_have_text(str(shown - 1), timeout=SLOW)
    expect(cards(page).nth(1)).to_have_attribute("data-said", "none_of", timeout=SLOW)
    press(page.get_by_role("button", name="Undo"))
    expect(figure(page, "Dropped")).to_have_text("0", timeout=SLOW)
    expect(figure(page, "Kept")).to_have_text("1")
    expect(cards(page).nth(1)).to_have_attribute("data-verdict", "", timeout=SLOW)


def test_a_pattern_in_what_was_dropped_is_cut_by_one_press_and_given_back(page: Page, studio: str) -> None:
    plan(page, studio)
    judge_first(page, 24, drop="tent")
    cut = page.locator(".cut").first
    expect(cut).to_be_visible(timeout=SLOW)
    assert cut.locator("img").count() >= 1, "what it takes out is shown"
    found = figure(page, "Found").inner_text()
    press(cut)
    expect(cut).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    expect(figure(page, "Found")).not_to_have_text(found, timeout=SLOW)
    expect(page.get_by_role("button", name="Preview the list")).to_be_visible(timeout=SLOW)
    press(cut)
    expect(cut).to_have_attribute("aria-pressed", "false", timeout=SLOW)
    expect(figure(page, "Found")).to_have_text(found, timeout=SLOW)
    settle(page)
    press(cut)
    expect(cut).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    settle(page)
    press(page.get_by_role("button", name="Undo"))
    expect(cut).to_have_attribute("aria-pressed", "false", timeout=SLOW)
