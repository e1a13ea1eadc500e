"""Live learning on the studio's page: the order that stands still, cuts of one press, verdicts on a whole page."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.domain import Filters
from core.pipeline.learning import STARTS_AT, LearnedList, LearnedProduct, Proposal, Why
from core.services import Services
from tests.ui.conftest import settled
from tests.ui.test_broken_off import Breaking, until_done
from tests.ui.test_studio_page import CLIENT, held, in_the_page, planned
from ui import judging, learning
from ui.learning import Lesson
from ui.state import Desk, Key

TERM = Proposal("term:red", "term", "Cut “red”", "3 that you rejected say “red”.", 3, 5, 0, ("p001",), term="red")
CHEAP = Proposal(
    "price:30", "filter", "Up to 30", "3 that you rejected cost more.", 3, 5, 0, (), filters=Filters(price=(None, 30.0))
)


def wide(app: AppTest) -> Desk:
    """A list with more products than it takes to learn."""
    desk = planned(app, "camping")
    assert len(listed(desk)) > STARTS_AT + 3
    return desk


RED = pipeline.Rule("own.cut-red", "No red", "It says red.", "says", (1,), words=("red",))
LANTERN = replace(RED, id="own.cut-lantern", words=("lantern",))
BRAND = Proposal("rule:red", "rule", "Cut red", "3 that you rejected are red.", 3, 5, 0, ("p001",), rule=RED)


def listed(desk: Desk) -> list[str]:
    assert desk.selection is not None
    return [p.product_id for p in desk.selection.products]


def judged(live: Services, desk: Desk, number: int) -> list[str]:
    """Judge the first products of the list, every other one kept."""
    names = listed(desk)[:number]
    for at, name in enumerate(names):
        verdict = "reject" if at % 2 else "accept"
        pipeline.judge_product(live, name, verdict, selection_id=desk.selection_id or "")
    return names


def said(live: Services, desk: Desk) -> pipeline.Said:
    return pipeline.judged(live, desk.selection_id or "")


def lesson(desk: Desk, *proposals: Proposal) -> Lesson:
    told = LearnedList("list", (), 6, 6, 3, True, 0, "Learned.", proposals)
    return Lesson(desk.selection_id or "", desk.generation, "", told)


def grid(app: AppTest) -> list[str]:
    """The ids of the cards as the page draws them."""
    return [item["id"] for item in drawn(app)["items"]]


def drawn(app: AppTest) -> dict[str, Any]:
    """What the grid of cards was given to draw."""
    found = [json.loads(block.proto.json) for block in app.get("bidi_component") if block.proto.json]
    grids: list[dict[str, Any]] = [data for data in found if "chips" in data]
    assert len(grids) == 1
    return grids[0]


def test_the_order_is_offered_from_enough_verdicts_on(app: AppTest, live: Services) -> None:
    desk = wide(app)
    judged(live, desk, STARTS_AT - 1)
    app.run()
    assert "1 more verdict" in drawn(app)["remark"]
    assert not [one for one in app.segmented_control if one.key == Key.ORDER_PILL]
    judged(live, desk, STARTS_AT)
    app.run()
    assert drawn(app)["remark"] == ""
    assert app.segmented_control(key=Key.ORDER_PILL).value == "list"
    assert grid(app) == listed(desk)[:60]


def test_an_order_holds_what_is_not_judged_and_stands_still_until_it_is_made_anew(app: AppTest, live: Services) -> None:
    desk = wide(app)
    first = judged(live, desk, STARTS_AT)
    app.run()
    app.segmented_control(key=Key.ORDER_PILL).set_value("fit").run()
    assert not app.exception
    order = grid(app)
    assert not set(order) & set(first)
    assert len(order) == min(60, len(listed(desk)) - STARTS_AT)
    assert all(item["learned"] for item in drawn(app)["items"])
    assert [item["rank"] for item in drawn(app)["items"]] == list(range(1, len(order) + 1))

    pipeline.judge_product(live, order[0], "reject", selection_id=desk.selection_id or "")
    app.run()
    assert grid(app) == order
    script = in_the_page(app, "from ui import learning\nst.session_state['list_in_order'] = 1\nlearning.rank_again()")
    app.session_state[Key.ORDERED] = script.session_state[Key.ORDERED]
    app.run()
    assert set(grid(app)) == set(order[1:])
    app.segmented_control(key=Key.ORDER_PILL).set_value("list").run()
    assert grid(app) == listed(desk)[:60]


def test_verdicts_that_are_taken_back_lead_back_to_the_list_as_chosen(app: AppTest, live: Services) -> None:
    desk = wide(app)
    judged(live, desk, STARTS_AT)
    app.run()
    app.segmented_control(key=Key.ORDER_PILL).set_value("teach").run()
    assert grid(app) != listed(desk)[:60]
    pipeline.undo_last(live, desk.selection_id or "")
    app.session_state[Key.ORDERED] = None
    app.run()
    assert not app.exception
    assert app.session_state[Key.ORDER] == "list"
    assert grid(app) == listed(desk)[:60]


def test_another_list_begins_as_its_own(app: AppTest, live: Services) -> None:
    desk = wide(app)
    judged(live, desk, STARTS_AT)
    app.run()
    app.segmented_control(key=Key.ORDER_PILL).set_value("fit").run()
    other = planned(app, "lantern")
    assert other.selection_id != desk.selection_id
    assert app.session_state[Key.ORDER] == "list"
    assert grid(app) == listed(other)[:60]


def test_what_is_said_of_a_page_is_one_stroke_and_taken_back_at_one(app: AppTest, live: Services) -> None:
    desk = wide(app)
    kept = judged(live, desk, 1)
    app.run()
    app.button(key="none_of_page").click().run()
    assert not app.exception
    standing = said(live, desk)
    rest = listed(desk)[1:60]
    assert {name for name, one in standing.standing.items() if one.verdict == "reject"} == set(rest)
    assert set(standing.statements.values()) == {"none_of"} and standing.together == len(rest)
    assert all(e.context["batch"] for e in live.store.feedback(desk.selection_id or "") if e.verdict == "reject")
    app.button(key="undo").click().run()
    assert set(said(live, desk).standing) == set(kept)
    assert any(f"dropped {len(rest)} products" in toast.value for toast in app.toast)


def test_keeping_a_page_leaves_what_was_judged(app: AppTest, live: Services) -> None:
    desk = wide(app)
    judged(live, desk, 2)
    app.run()
    app.button(key="keep_page").click().run()
    standing = said(live, desk).standing
    assert standing[listed(desk)[1]].verdict == "reject"
    assert all(standing[name].verdict == "accept" for name in listed(desk)[2:60])
    assert not said(live, desk).statements


def test_a_statement_beside_a_verdict_is_kept_and_shown(app: AppTest, live: Services) -> None:
    desk = wide(app)
    name = listed(desk)[0]
    sent = [{"c": CLIENT, "n": 1, "s": desk.selection_id, "id": name, "v": "accept", "m": "more_like"}]
    in_the_page(app, f"st.session_state['grid'] = SimpleNamespace(events={sent!r})\njudging.take_verdicts(live)")
    assert said(live, desk).statements == {name: "more_like"}
    app.run()
    assert drawn(app)["statements"] == {name: "more_like"}


def _cut(desk: Desk, proposal: Proposal, *, on: bool) -> dict[str, Any]:
    pressed = SimpleNamespace(cut={"key": proposal.key, "on": on})
    return {Key.DESK: desk, Key.LESSON: lesson(desk, proposal), Key.PROPOSALS: pressed}


def test_a_cut_is_an_edit_that_is_neither_lost_nor_doubled(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wide(app)
    before = 0
    for at in itertools.count(1):
        start = Breaking(_cut(held(app), TERM, on=True), at)
        broken = until_done(start, monkeypatch, lambda: learning.take_cut(live))
        cut = start[Key.DESK]
        assert [row.term for row in cut.side(-1) if row.use].count("red") == 1, at
        assert cut.preview != desk.preview
        edits = [e for e in live.store.feedback(desk.selection_id or "") if e.subject_id == "red"]
        assert len(edits) == before + 1, at
        before = len(edits)
        if not broken:
            break
    assert at > 5


def test_a_cut_is_taken_out_of_the_draft_by_a_second_press_or_by_undo(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wide(app)
    state = Breaking(_cut(desk, TERM, on=True), 0)
    until_done(state, monkeypatch, lambda: learning.take_cut(live))
    assert state[Key.DESK].changed and learning.is_cut(state[Key.DESK], TERM, ())
    again = Breaking(dict(state), 0)
    until_done(again, monkeypatch, lambda: learning.take_cut(live))
    assert learning.is_cut(again[Key.DESK], TERM, ()), "the same press twice changes nothing more"
    off = Breaking({**state, Key.PROPOSALS: SimpleNamespace(cut={"key": TERM.key, "on": False})}, 0)
    until_done(off, monkeypatch, lambda: learning.take_cut(live))
    assert not learning.is_cut(off[Key.DESK], TERM, ()) and not off[Key.DESK].changed
    undone = Breaking({**state}, 0)
    until_done(undone, monkeypatch, lambda: judging.undo(live))
    assert learning.is_cut(undone[Key.DESK], TERM, ()), "undo takes back the second press first"
    until_done(undone, monkeypatch, lambda: judging.undo(live))
    assert not learning.is_cut(undone[Key.DESK], TERM, ())


def test_a_cut_of_a_filter_narrows_the_draft_and_gives_back_what_the_list_had(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wide(app)
    state = Breaking(_cut(desk, CHEAP, on=True), 0)
    until_done(state, monkeypatch, lambda: learning.take_cut(live))
    cut = state[Key.DESK]
    assert cut.filters.price == (None, 30.0) and learning.is_cut(cut, CHEAP, ())
    assert cut.filters.in_stock == desk.filters.in_stock
    assert state[Key.PENDING][Key.PRICE_HIGH.of(desk.generation)] == 30.0
    off = Breaking({**state, Key.PROPOSALS: SimpleNamespace(cut={"key": CHEAP.key, "on": False})}, 0)
    until_done(off, monkeypatch, lambda: learning.take_cut(live))
    assert off[Key.DESK].filters == desk.filters and not off[Key.DESK].changed


def test_a_cut_that_is_a_rule_holds_in_this_list_and_can_be_taken_out(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wide(app)
    name = desk.selection_id or ""
    for at in itertools.count(1):
        state = Breaking(_cut(desk, BRAND, on=True), at)
        broken = until_done(state, monkeypatch, lambda: learning.take_cut(live))
        assert pipeline.selection_rules(live, name) == (RED,), at
        assert state[Key.RULED] == (name, desk.generation) and not state[Key.DESK].changed
        off = Breaking(_cut(desk, BRAND, on=False), at)
        until_done(off, monkeypatch, lambda: learning.take_cut(live))
        assert pipeline.selection_rules(live, name) == ()
        if not broken:
            break
    assert at > 2


def test_a_rule_of_the_list_is_said_previewed_and_taken_out(app: AppTest, live: Services) -> None:
    desk = wide(app)
    other = RED if any("red" in p.title for p in pipeline.products(live, listed(desk)).values()) else LANTERN
    pipeline.add_selection_rule(live, desk.selection_id or "", other)
    app.session_state[Key.RULED] = (desk.selection_id, desk.generation)
    app.run()
    assert any("The rules of this list have changed" in one.value for one in app.markdown)
    assert "1 rule of this list" in app.button(key="strategy_toggle").label
    app.button(key="preview_now").click().run()
    settled(app)
    titles = [p.title.lower() for p in pipeline.products(live, listed(held(app))).values()]
    assert titles and not any(other.words[0] in title for title in titles)
    assert not any("The rules of this list" in one.value for one in app.markdown)
    app.button(key=f"rule_{other.id}").click().run()
    assert not app.exception
    assert pipeline.selection_rules(live, desk.selection_id or "") == ()
    assert any("The rules of this list have changed" in one.value for one in app.markdown)


def test_a_cut_of_another_list_or_of_nothing_changes_nothing(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wide(app)
    stranger = lesson(replace(desk, selection_id="other"), TERM)
    for state in (
        {Key.DESK: desk, Key.LESSON: stranger, Key.PROPOSALS: SimpleNamespace(cut={"key": TERM.key, "on": True})},
        {Key.DESK: desk, Key.LESSON: lesson(desk, TERM), Key.PROPOSALS: SimpleNamespace(cut={"key": "?", "on": True})},
        {Key.DESK: desk, Key.LESSON: lesson(desk, TERM), Key.PROPOSALS: SimpleNamespace(cut="rubbish")},
        {Key.DESK: desk},
    ):
        breaking = Breaking(state, 0)
        until_done(breaking, monkeypatch, lambda: learning.take_cut(live))
        assert breaking[Key.DESK] == desk
    assert not live.store.feedback(desk.selection_id or "")


def test_what_is_judged_many_at_once_is_broken_off_nowhere(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wide(app)
    for at in itertools.count(1):
        state = Breaking({Key.DESK: desk}, at)
        broken = until_done(state, monkeypatch, lambda: judging.judge_many(live, listed(desk)[:4], "reject", "none_of"))
        assert said(live, desk).together == 4, at
        pipeline.undo_last(live, desk.selection_id or "")
        assert not said(live, desk).standing, "each stroke was given once"
        if not broken:
            break


def test_rows_and_places_come_from_the_order_that_is_shown() -> None:
    one, two = LearnedProduct("p1", 1, 7, 0.9, 0.1, 1), LearnedProduct("p2", 2, 2, 0.4, 0.1, 0)
    told = LearnedList("fit", (one, two), 6, 6, 3, True, 0, "Learned.", ())
    shown = Lesson("s", 1, "m", told)
    rows = learning.rows_of(shown)
    assert [(row.product_id, row.score) for row in rows] == [("p1", 0.9), ("p2", 0.4)]
    assert learning.places_of(shown, rows[1:]) == {"p2": (two, Why(""))}
    assert learning.places_of(None, rows) == {}
