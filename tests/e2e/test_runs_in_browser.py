"""A plan outlives the page that asked for it: a second tab, a reload, a stop, a killed server, verdicts in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.screens import (
    SLOW,
    THEME,
    await_list,
    cards,
    figure,
    parameter,
    plan,
    press,
    press_keys,
    type_theme,
    verdicts,
)
from tests.e2e.server import StudioServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

TURN_SECONDS = 2.0


@pytest.fixture(scope="module")
def server(new_home: Callable[[str], Path]) -> Iterator[StudioServer]:
    """A studio whose planner takes its time over every turn."""
    with StudioServer(new_home("runs"), turn_seconds=TURN_SECONDS) as started:
        yield started


def _progress(page: Page) -> Locator:
    return page.locator(".st-key-run_progress")


def _begin(page: Page, server: StudioServer) -> str:
    """Ask for a plan and wait until its first turn is told; returns the run's id."""
    page.goto(server.address)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=SLOW)
    type_theme(page, THEME)
    page.wait_for_url(re.compile(r"[?&]run="), timeout=SLOW)
    expect(_progress(page)).to_contain_text(re.compile("turn 1", re.IGNORECASE), timeout=SLOW)
    run = parameter(page, "run")
    assert run is not None
    return run


def _ids(page: Page) -> list[str]:
    found: list[str] = cards(page).evaluate_all("all => all.map(card => card.dataset.id)")
    return found


def test_two_tabs_follow_one_run(page: Page, context: BrowserContext, server: StudioServer) -> None:
    run = _begin(page, server)
    second = context.new_page()
    second.goto(page.url)
    expect(_progress(second)).to_contain_text(re.compile("turn 1", re.IGNORECASE), timeout=SLOW)
    assert parameter(second, "run") == run
    for tab in (page, second):
        await_list(tab)
        expect(_progress(tab).get_by_role("button", name="Stop")).to_be_hidden()
    assert parameter(second, "selection") == parameter(page, "selection")
    assert _ids(second) == _ids(page)


def test_a_reload_in_the_middle_goes_on_following(page: Page, server: StudioServer) -> None:
    run = _begin(page, server)
    page.reload()
    expect(_progress(page)).to_contain_text(re.compile("turn 1", re.IGNORECASE), timeout=SLOW)
    assert parameter(page, "run") == run
    await_list(page)


def test_stop_says_so_and_keeps_the_finished_turns(page: Page, server: StudioServer) -> None:
    _begin(page, server)
    _progress(page).get_by_role("button", name="Stop").click()
    ended = page.locator(".st-key-run_ended")
    expect(ended).to_contain_text(re.compile(r"Stopped after \d+ s\. [1-4] finished turns? kept\."), timeout=SLOW)
    assert parameter(page, "selection") is None
    press(ended.get_by_role("button", name="Use the best turn so far"))
    await_list(page)
    expect(ended).to_be_hidden()


def test_a_killed_server_goes_on_where_it_was(page: Page, server: StudioServer) -> None:
    run = _begin(page, server)
    server.kill()
    server.start()
    await_list(page)
    assert _ids(page)
    # The address of the run leads to the same list afterwards.
    chosen = parameter(page, "selection")
    page.goto(f"{server.address}/?run={run}")
    await_list(page)
    assert parameter(page, "selection") == chosen


def test_a_run_that_died_twice_waits_for_a_word(page: Page, server: StudioServer) -> None:
    _begin(page, server)
    for _ in range(2):
        # A start goes on with it before it calls itself healthy.
        server.kill()
        server.start()
    page.reload()
    ended = page.locator(".st-key-run_ended")
    expect(ended).to_contain_text("The server went away in the middle of this run.", timeout=SLOW)
    press(ended.get_by_role("button", name="Go on"))
    await_list(page)


def test_verdicts_made_while_the_server_is_down_arrive(page: Page, server: StudioServer) -> None:
    plan(page, server.address)
    server.kill()
    press_keys(page, "axaa", delay=20)
    assert verdicts(page, 4) == ["accept", "reject", "accept", "accept"]
    server.start()
    expect(figure(page, "Kept")).to_have_text("3", timeout=SLOW)
    page.reload()
    await_list(page)
    assert verdicts(page, 5) == ["accept", "reject", "accept", "accept", ""]
