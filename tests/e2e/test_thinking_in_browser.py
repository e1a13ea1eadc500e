"""The thinking half in a real browser, a model and a search over real HTTP: chips, research live, wishes, replay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screens import SLOW, await_list, cards, parameter, press, settle, type_theme
from tests.e2e.server import StudioServer
from tests.servers.outside import MODEL, Outside, outside

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

THEME = "waterproof gifts for kids who love camping under $50"
KEY = "sk-never-to-be-seen-anywhere"


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    """A model that takes its time, and a search."""
    with outside(model_seconds=0.8, search_seconds=0.5) as place:
        yield place


@pytest.fixture(scope="module")
def thinking(new_home: Callable[[str], Path], world: Outside) -> Iterator[str]:
    """A studio that thinks with it."""
    environment = {
        "OPENAI_BASE_URL": world.model_url,
        "OPENAI_API_KEY": KEY,
        "SHELFCRAFT_MODEL": MODEL,
        "SHELFCRAFT_SEARCH": "searxng",
        "SHELFCRAFT_SEARXNG_URL": world.address,
    }
    with StudioServer(new_home("thinking"), environment=environment) as server:
        yield server.address
        assert KEY not in server.log.read_text(errors="replace")


def _card(page: Page, studio: str, theme: str = THEME) -> Locator:
    """Type an idea and wait for its card."""
    page.goto(studio)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=SLOW)
    settle(page)
    type_theme(page, theme)
    card = page.locator(".st-key-ask_card")
    expect(card.get_by_role("button", name="Plan", exact=True)).to_be_visible(timeout=SLOW)
    return card


def _mode(card: Locator, name: str) -> None:
    press(card.get_by_role("radio", name=name, exact=True))
    settle(card.page)


def _planned(page: Page, studio: str, *, by_model: bool = False) -> None:
    """A list, by rules unless a model is asked for."""
    card = _card(page, studio)
    if not by_model:
        press(card.get_by_role("radio", name="The catalogue's words"))
        settle(page)
    press(card.get_by_role("button", name="Plan", exact=True))
    await_list(page)


def test_nothing_is_asked_before_the_operator_says_plan(page: Page, thinking: str, world: Outside) -> None:
    before = world.counts()
    card = _card(page, thinking)
    chip = card.get_by_role("button", name="For whom: kids who love camping. Change it")
    expect(chip).to_be_visible(timeout=SLOW)
    expect(card).to_contain_text("At most")
    press(chip)
    card.get_by_label("For whom", exact=True).fill("families")
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="For whom: families. Change it")).to_be_visible(timeout=SLOW)
    press(card.get_by_role("button", name="Take away Must have: waterproof"))
    card.get_by_label("Add what was not said").select_option("Season")
    card.get_by_label("Season", exact=True).select_option("summer")
    press(card.get_by_role("button", name="Take over: Season"))
    expect(card.get_by_role("button", name="Season: summer. Change it")).to_be_visible(timeout=SLOW)
    assert world.counts() == before
    press(card.get_by_role("button", name="Plan", exact=True))
    await_list(page)
    above = page.locator(".st-key-understood")
    for said in ("For whom: families", "Season: summer", "Price: up to $50"):
        expect(above.get_by_role("button", name=f"{said}. Change it")).to_be_visible(timeout=SLOW)
    expect(above.get_by_role("button", name="Must have: waterproof. Change it")).to_have_count(0)
    assert world.counts()["model"] > before["model"]


def test_an_idea_on_the_card_survives_a_reload(page: Page, thinking: str) -> None:
    _card(page, thinking, "a picnic by the lake")
    page.reload()
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_have_value("a picnic by the lake", timeout=SLOW)
    settle(page)
    # Again as soon as it is sent, before anything of it is seen.
    box.press("Enter")
    page.reload()
    expect(box).to_have_value("a picnic by the lake", timeout=SLOW)


def test_an_idea_that_was_planned_or_let_go_does_not_come_back(page: Page, thinking: str) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    card = _card(page, thinking, "a picnic by the lake")
    press(card.get_by_role("button", name="Cancel"))
    expect(card).to_be_hidden(timeout=SLOW)
    settle(page)
    page.reload()
    box.wait_for(timeout=SLOW)
    settle(page)
    expect(box).to_have_value("")
    card = _card(page, thinking, "a picnic by the lake")
    press(card.get_by_role("radio", name="The catalogue's words"))
    settle(page)
    press(card.get_by_role("button", name="Plan", exact=True))
    await_list(page)
    page.reload()
    await_list(page)
    expect(box).to_have_value("")


def test_a_wide_research_is_seen_as_it_happens_and_told_again(page: Page, thinking: str) -> None:
    card = _card(page, thinking)
    _mode(card, "Wide")
    press(card.get_by_role("button", name="Plan", exact=True))
    story = page.locator(".st-key-run_progress .story")
    expect(story.locator(".step.search").first).to_be_visible(timeout=SLOW)
    expect(story.locator("blockquote").first).to_be_visible(timeout=SLOW)
    await_list(page)

    press(page.get_by_role("button", name="How it was planned"))
    told = page.locator(".story")
    expect(told.get_by_text("What was learned")).to_be_visible(timeout=SLOW)
    expect(told.locator(".step.search")).to_have_count(6)
    cite = told.locator(".cite").first
    cite.click()
    expect(told.locator(f'blockquote.shown[data-key="{cite.inner_text()}"]')).to_be_visible()

    told.get_by_role("button", name="Play again").click()
    expect(told.get_by_text("What was learned")).to_be_hidden()
    told.get_by_role("button", name="16 times as fast").click()
    expect(told.get_by_role("button", name="Play again")).to_be_visible(timeout=SLOW)
    expect(told.locator(".step.search")).to_have_count(6)

    press(page.get_by_role("button", name="Plan again from this research"))
    expect(page.locator(".st-key-ask_card")).to_contain_text("nothing is looked up again", timeout=SLOW)


def test_a_deep_research_is_stopped_and_planned_from(page: Page, thinking: str) -> None:
    # Another idea than the others, so that nothing of it is answered from the cache.
    card = _card(page, thinking, "a quiet evening of fishing")
    _mode(card, "Deep")
    press(card.get_by_role("button", name="Plan", exact=True))
    progress = page.locator(".st-key-run_progress")
    expect(progress.locator(".step.turn").nth(1)).to_be_visible(timeout=SLOW)
    progress.get_by_role("button", name="Stop").click()
    ended = page.locator(".st-key-run_ended")
    expect(ended).to_contain_text("Stopped after", timeout=SLOW)
    press(ended.get_by_role("button", name=re.compile(r"Plan from what was found · \d+ passages")))
    await_list(page)
    press(page.get_by_role("button", name="How it was planned"))
    expect(page.locator(".story")).to_contain_text("kept from before", timeout=SLOW)


def test_a_list_is_talked_to(page: Page, thinking: str, world: Outside) -> None:
    _planned(page, thinking)
    before = world.counts()["model"]
    type_theme(page, "no lanterns, under 30")
    wish = page.locator(".st-key-wish_card")
    expect(wish).to_contain_text("lanterns", timeout=SLOW)
    expect(wish).to_contain_text(re.compile(r"Found [\d,]+ → [\d,]+"))
    expect(page.get_by_text("Version 1 · saved")).to_be_visible()
    assert world.counts()["model"] == before
    press(wish.get_by_role("button", name="Apply"))
    expect(page.get_by_text("Version 2 · saved")).to_be_visible(timeout=SLOW)
    expect(wish).to_be_hidden()
    above = page.locator(".st-key-understood")
    expect(above.get_by_role("button", name="Price: up to $30. Change it")).to_be_visible(timeout=SLOW)

    type_theme(page, "make it more festive")
    expect(wish).to_contain_text("Adds string lights", timeout=SLOW)
    assert world.counts()["model"] > before
    press(wish.get_by_role("button", name="Discard"))
    expect(wish).to_be_hidden(timeout=SLOW)
    expect(page.get_by_text("Version 2 · saved")).to_be_visible()


def test_two_planners_side_by_side(page: Page, thinking: str) -> None:
    card = _card(page, thinking, "Camping with kids")
    press(card.get_by_role("button", name="Compare both planners"))
    use = page.get_by_role("button", name="Use the plan of: Language model")
    expect(use).to_be_visible(timeout=SLOW)
    assert parameter(page, "sides") is not None
    page.reload()
    expect(use).to_be_visible(timeout=SLOW)
    press(use)
    await_list(page)
    assert parameter(page, "sides") is None
    assert cards(page).count() > 0
    assert KEY not in page.content()
