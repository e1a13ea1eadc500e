"""Judgements fold into what stands, whatever their order and however often one changes one's mind."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import FeedbackEvent
from core.errors import InputError
from core.feedback import (
    MAX_NOTE,
    REJECT_REASONS,
    SCHEMA,
    Edit,
    accept,
    edit_of,
    edit_term,
    fold,
    in_force,
    rate,
    reject,
    to_jsonl,
    to_parquet,
    undo,
)
from core.store.records import StoredFeedback

AT = datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=UTC)
PRODUCT = ("product", "p1")

# A history: each entry judges one of three products, or undoes the entry so many places back.
STEPS = st.lists(
    st.tuples(st.sampled_from(["accept", "reject", "rate", "undo"]), st.integers(0, 2), st.integers(1, 5)), max_size=14
)


def play(steps: list[tuple[str, int, int]]) -> list[FeedbackEvent]:
    events: list[FeedbackEvent] = []
    for kind, product, number in steps:
        name = f"p{product}"
        if kind == "undo":
            if events:
                events.append(undo(events[-min(number, len(events))], actor="ann"))
        elif kind == "accept":
            events.append(accept(name, actor="ann"))
        elif kind == "reject":
            events.append(reject(name, actor="ann"))
        else:
            events.append(rate(name, number, actor="ann"))
    return events


def test_the_last_verdict_stands() -> None:
    events = [accept("p1", actor="ann"), reject("p1", actor="bob", reasons=("duplicate", "other"), note=" seen ")]

    standing = fold(events)[PRODUCT]

    assert (standing.verdict, standing.actor, standing.reasons, standing.note) == (
        "reject",
        "bob",
        ("duplicate", "other"),
        "seen",
    )
    assert standing.event_id == events[1].event_id


def test_a_rating_and_a_verdict_do_not_replace_each_other() -> None:
    assert fold([rate("p1", 3, actor="ann")])[PRODUCT].verdict is None
    for events in (
        [rate("p1", 3, actor="ann"), accept("p1", actor="ann")],
        [accept("p1", actor="ann"), rate("p1", 3, actor="ann")],
    ):
        assert (fold(events)[PRODUCT].verdict, fold(events)[PRODUCT].rating) == ("accept", 3.0)
    assert fold([rate("p1", 3, actor="ann"), rate("p1", 4.5, actor="ann")])[PRODUCT].rating == 4.5


def test_an_undo_gives_back_what_stood_before() -> None:
    first, second = accept("p1", actor="ann"), reject("p1", actor="ann")
    taken = undo(second, actor="ann")
    again = undo(taken, actor="ann")

    assert fold([first, second, taken])[PRODUCT].event_id == first.event_id
    assert fold([first, second, taken, again])[PRODUCT].event_id == second.event_id
    assert fold([first, undo(first, actor="ann")]) == {}


def test_an_undo_reaches_back_only_and_knows_its_event() -> None:
    first = accept("p1", actor="ann")

    assert in_force([undo(first, actor="ann"), first]) == (first,)
    assert in_force([first, replace(undo(first, actor="ann"), value="unknown")]) == (first,)


def test_undone_twice_needs_both_undos_undone() -> None:
    first = accept("p1", actor="ann")
    one, two = undo(first, actor="ann"), undo(first, actor="bob")

    assert in_force([first, one, two, undo(one, actor="ann")]) == ()
    assert in_force([first, one, two, undo(one, actor="ann"), undo(two, actor="ann")]) == (first,)


def test_a_change_of_weight_alone_is_an_edit() -> None:
    weighed = Edit("tent", "tent", 1, (1.0, 0.4))
    assert edit_of(edit_term(weighed, actor="ann")) == weighed
    plain = edit_term(Edit("tent", None, 1), actor="ann")
    assert plain.value is not None
    assert json.loads(plain.value) == {"before": "tent", "after": None, "sign": 1}  # as events of before
    for refused in (Edit("tent", "tent", 1, (0.5, 0.5)), Edit("tent", "tent", 1, (1.0, -1.0))):
        with pytest.raises(InputError):
            edit_term(refused, actor="ann")


@given(STEPS)
def test_undoing_the_last_event_gives_the_state_before_it(steps: list[tuple[str, int, int]]) -> None:
    events = play(steps)
    if events:
        assert fold([*events, undo(events[-1], actor="ann")]) == fold(events[:-1])


@given(STEPS)
def test_undo_of_an_undo_changes_nothing(steps: list[tuple[str, int, int]]) -> None:
    events = play(steps)
    if events:
        taken = undo(events[0], actor="ann")
        assert fold([*events, taken, undo(taken, actor="ann")]) == fold(events)


@given(STEPS)
def test_without_undos_the_last_of_each_kind_stands(steps: list[tuple[str, int, int]]) -> None:
    events = [event for event in play(steps) if event.verdict != "undo"]

    standing = fold(events)

    assert in_force(events) == tuple(events)
    for (_, name), found in standing.items():
        verdicts = [e.verdict for e in events if e.subject_id == name and e.verdict in ("accept", "reject")]
        ratings = [float(e.value or 0) for e in events if e.subject_id == name and e.verdict == "rate"]
        assert found.verdict == (verdicts[-1] if verdicts else None)
        assert found.rating == (ratings[-1] if ratings else None)
    assert {name for _, name in standing} == {e.subject_id for e in events}


@given(STEPS)
def test_events_on_different_products_commute(steps: list[tuple[str, int, int]]) -> None:
    events = [event for event in play(steps) if event.verdict != "undo"]
    by_product = sorted(events, key=lambda e: e.subject_id)  # stable: the order within one product stays

    assert fold(by_product) == fold(events)


def test_an_edit_keeps_what_was_and_what_became() -> None:
    for edit, subject in (
        (Edit("tent", "camp tent", 1), "tent"),
        (Edit(None, "dog", -1), "dog"),
        (Edit("dog", None, -1), "dog"),
    ):
        event = edit_term(edit, actor="ann")
        assert (event.verdict, event.subject, event.subject_id) == ("edit", "term", subject)
        assert edit_of(event) == edit
    for nothing in (Edit(None, None, 1), Edit("a", "a", 1)):
        with pytest.raises(InputError, match="difference"):
            edit_term(nothing, actor="ann")
    with pytest.raises(InputError, match="no edit"):
        edit_of(accept("p1", actor="ann"))


def test_bad_input_is_refused_with_a_sentence() -> None:
    with pytest.raises(InputError, match="no reject reason 'ugly'"):
        reject("p1", actor="ann", reasons=("ugly",))
    for rating in (0, 5.1, float("nan")):
        with pytest.raises(InputError, match="between 1 and 5"):
            rate("p1", rating, actor="ann")
    with pytest.raises(InputError, match=f"at most {MAX_NOTE}"):
        accept("p1", actor="ann", note="x" * (MAX_NOTE + 1))


def test_reasons_are_chips_with_codes_of_their_own() -> None:
    codes = [reason.code for reason in REJECT_REASONS]

    assert len(set(codes)) == len(codes)
    assert codes[-1] == "other"
    assert not any("," in code for code in codes)
    assert reject("p1", actor="ann", reasons=("other", "off_theme", "other")).reason == "other,off_theme"


def stored() -> list[StoredFeedback]:
    event = reject("p1", actor="ann", reasons=("off_theme",), note="Größe ⛺", context={"rank": 3, "s": [0.5]}, at=AT)
    plain = accept("p2", actor="=cmd()", selection_id="s1", at=AT)
    return [StoredFeedback(1, AT, "c", 7, event), StoredFeedback(5, AT, "c", 8, plain)]


def test_jsonl_is_one_object_a_line() -> None:
    lines = list(to_jsonl(stored()))

    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    first = json.loads(lines[0])
    assert list(first) == SCHEMA.names
    assert (first["at"], first["reason"], first["note"]) == (
        "2026-11-21T08:30:00.123456+00:00",
        "off_theme",
        "Größe ⛺",
    )
    assert first["context"] == {"rank": 3, "s": [0.5]}
    assert json.loads(lines[1])["selection_id"] == "s1"


def test_parquet_holds_the_same_rows() -> None:
    table = pq.read_table(io.BytesIO(to_parquet(stored())))

    assert table.schema.names == SCHEMA.names
    rows = table.to_pylist()
    assert [row["position"] for row in rows] == [1, 5]
    assert rows[0]["at"] == AT
    assert json.loads(rows[0]["context"]) == {"rank": 3, "s": [0.5]}
    assert (rows[1]["reason"], rows[1]["actor"], rows[1]["context"]) == (None, "=cmd()", "{}")
    assert pq.read_table(io.BytesIO(to_parquet([]))).num_rows == 0
