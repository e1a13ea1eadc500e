"""The search page as a script over the real core: columns, moves, what was read, why, and a language model's column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.domain import GRADE_NAMES
from core.services import Services
from tests.servers.grading import Grader
from tests.servers.unkind import UnkindServer, status, unkind_server
from tests.ui.conftest import ROOT
from ui import search_desk
from ui.components import judgment_view, picture_cards, rank_columns
from ui.components.rank_columns import Column, Hit, Shown, tallies, with_moves
from ui.search_desk import SearchKey, took

PAGE = f"""
import runpy
runpy.run_path({str(ROOT / "ui" / "pages" / "search.py")!r})
"""


class Browser:
    """Stands in for the elements that only a browser draws: keeps what they are handed, and presses."""

    def __init__(self) -> None:
        self.columns: Sequence[Column] = ()
        self.shown: Mapping[str, Shown] = {}
        self.against = ""
        self.cards: Sequence[picture_cards.PictureCard] = ()
        self.pressed: str | None = None
        self.judgments: Sequence[Mapping[str, Any]] = ()

    def draw(self, columns: Sequence[Column], shown: Mapping[str, Shown], *, against: str, **_: Any) -> str | None:
        self.columns, self.shown, self.against = columns, shown, against
        pressed, self.pressed = self.pressed, None
        return pressed

    def examples(self, items: Sequence[picture_cards.PictureCard], **_: Any) -> str | None:
        self.cards = items
        pressed, self.pressed = self.pressed, None
        return pressed

    def judged(self, *, data: Mapping[str, Any], **_: Any) -> None:
        self.judgments = data["items"]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.id == key)


class Page:
    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.app = AppTest.from_string(PAGE, default_timeout=60)

    def run(self) -> AppTest:
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self.app

    def query(self, words: str) -> AppTest:
        self.app.text_input(key="q").set_value(words)
        return self.run()


@pytest.fixture
def page(live: Services, monkeypatch: pytest.MonkeyPatch) -> Page:
    browser = Browser()
    monkeypatch.setattr(rank_columns, "rank_columns", browser.draw)
    monkeypatch.setattr(picture_cards, "picture_cards", browser.examples)
    monkeypatch.setattr(judgment_view, "_view", browser.judged)
    made = Page(browser)
    made.run()
    return made


@pytest.fixture
def grader(live: Services) -> Iterator[UnkindServer]:
    """A model server that grades, set up in the studio."""
    with unkind_server() as server:
        live.configure(replace(live.settings, model="grader", base_url=server.url, api_key="local"))
        yield server


def words(elements: Any) -> str:
    return " ".join(str(e.value) for e in elements).replace("\\", "").replace("\u2060", "")


def test_without_a_query_it_offers_some_that_the_shop_can_answer(page: Page, live: Services) -> None:
    assert [card.id for card in page.browser.cards] == [one.query for one in pipeline.example_queries(live)]
    assert page.browser.cards[0].pictures
    page.browser.pressed = page.browser.cards[0].id
    page.run()
    assert page.app.text_input(key="q").value == page.browser.cards[0].id
    assert page.browser.columns


def test_every_way_of_searching_has_its_column_with_grades(page: Page) -> None:
    page.query("red tent")
    assert [column.id for column in page.browser.columns] == ["words", "dense", "hybrid", "local"]
    assert all(len(column.hits) == 12 and column.time for column in page.browser.columns)
    assert all(1 <= hit.grade <= 4 and hit.sure for column in page.browser.columns for hit in column.hits)
    assert {hit.id for column in page.browser.columns for hit in column.hits} == set(page.browser.shown)
    local = page.browser.column("local")
    assert all("red" in page.browser.shown[hit.id].pictures[0] or hit.grade > 2 for hit in local.hits[:3])


def test_moves_are_counted_from_the_chosen_column(page: Page) -> None:
    app = page.query("red tent")
    assert page.browser.against == "hybrid"
    assert all(hit.move == 0 for hit in page.browser.column("hybrid").hits)
    app.selectbox(key="against").set_value("words")
    page.run()
    assert page.browser.against == "words"
    places = {hit.id: hit.rank for hit in page.browser.column("words").hits}
    for hit in page.browser.column("local").hits:
        assert hit.move == (places[hit.id] - hit.rank if hit.id in places else None)


def test_what_was_read_stands_above_in_the_words_of_the_query(page: Page) -> None:
    said = words(page.query("red camping tents without lanterns").markdown)
    assert "wants red camping tents" in said and "not lanterns" in said and "colour: red" in said


def test_a_press_says_why_and_where_it_stands(page: Page) -> None:
    page.query("red tent")
    first = page.browser.column("words").hits[0]
    page.browser.pressed = first.id
    said = words(page.run().markdown)
    assert "Words: place 1" in said
    assert [one["by"] for one in page.browser.judgments] == ["the local judge"]
    assert page.browser.judgments[0]["grade"] == GRADE_NAMES[first.grade]
    assert page.browser.judgments[0]["signed"].startswith("Judged for “red tent”")


def test_a_comparison_is_kept_until_the_rules_change(page: Page, live: Services) -> None:
    page.query("red office chair")
    held = page.app.session_state[SearchKey.HELD]
    page.run()
    assert page.app.session_state[SearchKey.HELD] is held
    assert any(hit.flag == "Another colour" for column in page.browser.columns for hit in column.hits)
    pipeline.switch_rule(live, "colour", False, seen=None)
    page.run()
    assert page.app.session_state[SearchKey.HELD] is not held
    assert not any(hit.flag == "Another colour" for column in page.browser.columns for hit in column.hits)


@pytest.mark.parametrize("query", ["?!", "   ", "\u2060"])
def test_a_query_without_words_is_told_or_is_none(page: Page, query: str) -> None:
    app = page.query(query)
    assert not page.browser.columns
    assert "at least one word" in words(app.info) or page.browser.cards


def test_no_query_is_read_as_markup(page: Page) -> None:
    app = page.query(":red[tent] ![a](http://evil.example/x.png) <b>x</b>")
    drawn = " ".join(str(e.value) for e in app.markdown)
    assert ":red[" not in drawn and "![" not in drawn and "<b>" not in drawn


def test_without_a_model_it_says_where_one_is_set(page: Page) -> None:
    app = page.query("red tent")
    assert "Settings" in words(app.markdown)
    assert not any(button.key == "search_ask" for button in app.button)


def test_a_model_is_asked_by_a_press_and_gets_its_column(page: Page, live: Services, grader: UnkindServer) -> None:
    grader.script([Grader(defaultdict(lambda: (0.0, 0.1, 0.2, 0.7)))])
    app = page.query("red tent")
    assert [column.id for column in page.browser.columns][-1] == "local" and not grader.requests
    app.button(key="search_ask").click()
    page.run()
    errand = page.app.session_state[SearchKey.ERRAND]
    assert errand.wait(60) and errand.error is None, errand.error
    page.run()
    column = page.browser.column("llm")
    assert column.hits and any(hit.grade for hit in column.hits)
    page.browser.pressed = column.hits[0].id
    page.run()
    assert "the language model" in [one["by"] for one in page.browser.judgments]
    # Another query shows no answer to this one.
    page.query("blue lantern")
    assert [one.id for one in page.browser.columns][-1] == "local"


def test_a_model_that_fails_is_told_in_its_column_or_above(page: Page, live: Services, grader: UnkindServer) -> None:
    grader.script([status(401)] * 400)
    app = page.query("red tent")
    app.button(key="search_ask").click()
    page.run()
    assert page.app.session_state[SearchKey.ERRAND].wait(60)
    app = page.run()
    told = words(app.warning) + "".join(column.note for column in page.browser.columns)
    assert "key" in told.lower()


def hits(*ids: str) -> tuple[Hit, ...]:
    return tuple(Hit(name, at) for at, name in enumerate(ids, start=1))


def test_moves_news_and_what_only_one_has() -> None:
    made = with_moves(
        [Column("a", "A", "", hits=hits("x", "y", "z")), Column("b", "B", "", hits=hits("y", "w", "x"))], "a"
    )
    assert [(hit.move, hit.only) for hit in made[0].hits] == [(0, False), (0, False), (0, True)]
    assert [(hit.move, hit.only) for hit in made[1].hits] == [(1, False), (None, True), (-2, False)]
    alone = with_moves([Column("a", "A", "", hits=hits("x")), Column("b", "B", "", note="nothing")], "a")
    assert not alone[0].hits[0].only


def test_tallies_leave_out_what_nobody_graded() -> None:
    column = Column("a", "A", "", hits=tuple(Hit(str(g), at, g) for at, g in enumerate((4, 3, 2, 1, 0), start=1)))
    assert tallies(column) == {"Good": 2, "Mid": 1, "Bad": 1}


def test_a_card_says_its_grade_and_move_to_a_screen_reader() -> None:
    shown = Shown("Red tent", "$20.00")
    said = rank_columns._spoken(Hit("x", 3, 2, 0.7, "Another colour", -2), shown, "Words")
    assert said == "3, Red tent, $20.00, 2 Mismatch, Another colour, 2 lower than in Words"
    assert rank_columns._spoken(Hit("x", 1, move=None, only=True), shown, "Words").endswith(
        "not graded, not in Words, only here"
    )


def test_times_are_told_in_fitting_units() -> None:
    assert [took(1000 * s) for s in (0.0042, 0.9994, 1.0, 12.34)] == ["4 ms", "999 ms", "1.0 s", "12.3 s"]


def test_every_way_and_every_example_has_its_words() -> None:
    assert set(search_desk.TESTS) >= {kind for kind, _ in pipeline_candidates()} | {"asked"}


def pipeline_candidates() -> tuple[tuple[str, str], ...]:
    from core.pipeline.example_queries import CANDIDATES

    return CANDIDATES


def test_examples_are_found_once_for_a_version(live: Services) -> None:
    version = pipeline.catalogue_version(live)
    st.cache_resource.clear()
    first = search_desk.examples(live, version)
    assert search_desk.examples(live, version) is first
