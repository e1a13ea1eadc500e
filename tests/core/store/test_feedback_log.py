"""Feedback is kept once each, in order, from many threads, and never lost to a client that lost count."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from core.domain import FeedbackEvent, Selection
from core.errors import StoreConflict, StoreError
from core.feedback import accept, rate, reject, undo
from core.store import feedback_log
from core.store.store import Store
from core.store.tables import FeedbackRow

AT = datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=UTC)


def test_an_event_comes_back_as_it_was(store: Store) -> None:
    context = {"run_id": "r1", "rank": 3, "scores": {"relevance": 0.5}, "strategy_id": None}
    event = reject(
        "p1", actor="ann", reasons=("off_theme", "duplicate"), selection_id="s1", note="dog ⛺", context=context, at=AT
    )

    assert store.record_feedback(event, client_id="c", client_seq=1) == (event,)

    (stored,) = store.export_feedback()
    assert stored.event == event
    assert (stored.client_id, stored.client_seq) == ("c", 1)


def test_sent_again_it_is_kept_once(store: Store) -> None:
    event = accept("p1", actor="ann", selection_id="s1")
    again = accept("p1", actor="ann", selection_id="s1")  # a client's retry makes a new id and a new time

    store.record_feedback(event, client_id="c", client_seq=1)

    assert store.record_feedback(event, client_id="c", client_seq=1) == (event,)
    assert store.record_feedback(again, client_id="c", client_seq=1) == (event,)
    assert store.record_feedback(event, client_id="c", client_seq=2) == (event,)
    assert len(list(store.export_feedback())) == 1
    assert store.record_feedback(again, client_id="other", client_seq=1) == (again,)


def _put(store: Store, event: FeedbackEvent, position: int) -> None:
    """Keep an event at a position of its own, as another process may have taken it before."""
    values = feedback_log._values(event, "other", position)
    with store._writing() as session:
        session.execute(insert(FeedbackRow).values(**values, position=position))


def test_what_is_read_again_has_all_that_came_since_also_what_was_done_late(store: Store) -> None:
    first, second, last, late = (accept(f"p{n}", actor="ann", selection_id="s1") for n in range(4))
    store.record_feedback(first, client_id="c", client_seq=1)
    assert store.feedback("s1") == (first,)
    store.record_feedback([second, accept("p9", actor="bob", selection_id="s2")], client_id="c", client_seq=2)
    assert store.feedback("s1") == (first, second)
    _put(store, last, 20)
    assert store.feedback("s1") == (first, second, last)
    _put(store, late, 10)
    assert store.feedback("s1") == (first, second, late, last)
    assert store.feedback("s2")[0].subject_id == "p9" and store.feedback("s3") == ()


def test_a_client_that_lost_count_loses_no_feedback(store: Store) -> None:
    store.record_feedback(accept("p1", actor="ann"), client_id="c", client_seq=1)
    batch = [reject("p3", actor="ann"), reject("p2", actor="ann")]

    with pytest.raises(StoreConflict, match="Number 1 of client c was used for other feedback"):
        store.record_feedback(batch, client_id="c", client_seq=0)
    assert [s.event.subject_id for s in store.export_feedback()] == ["p1"]  # all of a batch or none

    assert store.next_client_seq("c") == 2
    assert store.next_client_seq("new") == 1
    store.record_feedback(batch, client_id="c", client_seq=2)
    assert [(s.event.subject_id, s.client_seq) for s in store.export_feedback()] == [("p1", 1), ("p3", 2), ("p2", 3)]


def test_what_stands_is_what_was_not_undone(store: Store, selection: Selection) -> None:
    name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")
    first = accept("p1", actor="ann", selection_id=name)
    second = reject("p1", actor="bob", reasons=("poor_picture",), selection_id=name)
    events = [
        first,
        second,
        undo(second, actor="bob"),
        rate("p1", 4, actor="ann", selection_id=name),
        reject("p2", actor="ann", reasons=("other",), note="no", selection_id=name),
        reject("dog", actor="ann", subject="term", selection_id=name),
        accept("p9", actor="ann", selection_id="another"),
    ]
    store.record_feedback(events, client_id="c", client_seq=1)

    standing = store.verdicts(name)

    assert set(standing) == {"p1", "p2"}
    assert (standing["p1"].verdict, standing["p1"].event_id, standing["p1"].rating) == ("accept", first.event_id, 4.0)
    assert (standing["p2"].verdict, standing["p2"].reasons, standing["p2"].note) == ("reject", ("other",), "no")
    assert store.feedback(name) == tuple(events[:-1])
    assert store.verdicts("nothing") == {}


def test_nonsense_is_refused(store: Store) -> None:
    event = accept("p1", actor="ann")
    for wrong in (
        replace(event, verdict="adore"),
        replace(event, subject="shop"),
        replace(event, at=datetime(2026, 1, 1)),
    ):
        with pytest.raises(StoreError):
            store.record_feedback(wrong, client_id="c", client_seq=1)
    assert list(store.export_feedback()) == []


def test_the_export_goes_on_where_it_was_and_over_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback_log, "_PAGE", 3)
    store.record_feedback([accept(f"p{i}", actor="ann") for i in range(7)], client_id="c", client_seq=1)

    rows = list(store.export_feedback())

    assert [row.event.subject_id for row in rows] == [f"p{i}" for i in range(7)]
    assert [row.event.subject_id for row in store.export_feedback(after=rows[4].position)] == ["p5", "p6"]


def test_eight_threads_lose_nothing_and_double_nothing(store: Store) -> None:
    def judge(thread: int) -> list[FeedbackEvent]:
        events = [accept(f"p{thread}-{i}", actor=f"t{thread}", selection_id="s") for i in range(20)]
        for number, event in enumerate(events):
            store.record_feedback(event, client_id=f"client{thread}", client_seq=number)
            store.record_feedback(event, client_id=f"client{thread}", client_seq=number)
        return events

    with ThreadPoolExecutor(8) as pool:
        sent = [event for events in pool.map(judge, range(8)) for event in events]

    kept = [stored.event for stored in store.export_feedback()]
    assert len(kept) == 160
    assert sorted(e.event_id for e in kept) == sorted(e.event_id for e in sent)
    assert [e.subject_id for e in kept if e.actor == "t3"] == [f"p3-{i}" for i in range(20)]
    assert len(store.verdicts("s")) == 160


def test_threads_that_send_the_same_event_keep_it_once(store: Store) -> None:
    event = accept("p1", actor="ann")

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: store.record_feedback(event, client_id="c", client_seq=1), range(8)))

    assert kept == [(event,)] * 8
    assert len(list(store.export_feedback())) == 1


def test_threads_that_save_the_same_selection_take_turns(store: Store, selection: Selection) -> None:
    name, _ = store.save_selection_version(None, selection, name="Camping", actor="ann")

    def save(thread: int) -> int | None:
        try:
            return store.save_selection_version(name, selection, name="x", actor=f"t{thread}", expected_version=1)[1]
        except StoreConflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(save, range(8)))

    assert sorted(n for n in numbers if n is not None) == [2]
    assert len(store.list_versions(name)) == 2


def test_threads_that_add_events_to_one_run_number_them_without_gaps(store: Store) -> None:
    from core.events import StageStarted

    run = store.record_run("plan", owner="ann")
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda i: store.append_event(run, StageStarted(str(i))), range(20)))

    assert sorted(numbers) == list(range(1, 21))
    assert [stored.number for stored in store.events_after(run)] == list(range(1, 21))
