"""The pure functions behind the studio: what edits, events and turns do to the desk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import (
    Filters,
    Intent,
    NegativeStatistics,
    Preview,
    Reward,
    Strategy,
    TermReason,
    TermStatistics,
    Turn,
)
from core.errors import StrategyInvalid
from ui import state
from ui.state import Desk, GridEvent, TermRow

CLIENT = "0123456789abcdef"


def _preview(positives: tuple[TermStatistics, ...] = (), negatives: tuple[NegativeStatistics, ...] = ()) -> Preview:
    return Preview(10, 8, 12, 100, 100, True, positives, negatives, 0.5)


def _reward(total: float = 7.0) -> Reward:
    return Reward(total, 0.7, 0.6, 0.5, (), ())


def _event(number: int, product: str = "p1", verdict: str = "accept", **more: object) -> dict[str, object]:
    return {"c": CLIENT, "n": number, "s": "sel", "id": product, "v": verdict, "rank": 3, "t": 0, **more}


def test_rows_carry_what_a_preview_counted_and_why() -> None:
    strategy = Strategy(("tent", "lantern"), ("toy",), weights=(("lantern", 0.5),))
    preview = _preview(
        (TermStatistics("tent", 40, 30, 0.6, 0.25), TermStatistics("lantern", 9, 2, 0.5, 0.7)),
        (NegativeStatistics("toy", 5, 4, 0.2, 0.6),),
    )
    rows = state.rows_of(
        strategy,
        preview=preview,
        reasons=[TermReason("tent", 1, "in the theme", ("“tent” 120 times",)), TermReason("toy", -1, "not for play")],
        parked=[TermRow("stove", 1, finds=7), TermRow("tent", 1)],
    )
    assert rows == (
        TermRow("tent", 1, True, 1.0, 40, 30, "in the theme · “tent” 120 times"),
        TermRow("lantern", 1, True, 0.5, 9, 2),
        TermRow("toy", -1, True, 1.0, 5, 4, "not for play"),
        TermRow("stove", 1, use=False),
    )


def test_edits_change_add_and_remove_rows() -> None:
    rows = (TermRow("tent", 1, finds=40, alone=30, why="w"), TermRow("lantern", 1), TermRow("mug", 1))
    edits = {
        "edited_rows": {0: {"term": " dome  tent "}, 1: {"use": False, "weight": 9.0}, 2: {"term": ""}},
        "added_rows": [{"term": "camp stove", "weight": 0.4}, {"use": True}, {"term": "LANTERN"}],
        "deleted_rows": [],
    }
    assert state.edited(rows, edits, sign=1) == (
        TermRow("dome tent", 1, why="yours", mine=True),
        TermRow("lantern", 1, use=False, weight=state.MAX_WEIGHT),
        TermRow("camp stove", 1, weight=0.4, why="yours", mine=True),
    )
    assert state.edited(rows, None, sign=1) == rows


def test_only_ticked_rows_make_the_strategy() -> None:
    rows = (TermRow("tent", 1, weight=1.5), TermRow("mug", 1, use=False), TermRow("toy", -1), TermRow("mat", 1))
    filters = Filters(price=(5.0, None), in_stock=True)
    assert state.strategy_of(rows, filters) == Strategy(("tent", "mat"), ("toy",), (("tent", 1.5),), filters)


def test_a_term_beyond_the_limit_is_refused_with_a_sentence() -> None:
    with pytest.raises(StrategyInvalid, match="201 characters"):
        state.strategy_of([TermRow("x" * 201, 1)], Filters())


@pytest.mark.parametrize(
    ("low", "high", "price"),
    [(None, None, None), (5.0, None, (5.0, None)), (0.0, 9.0, (0.0, 9.0)), (9.0, 5.0, (5.0, 9.0))],
)
def test_filters_from_widgets(low: float | None, high: float | None, price: object) -> None:
    found = state.filters_of(low=low, high=high, category=["Outdoor"], in_stock=False)
    assert found.price == price
    assert found.category == ("Outdoor",)


def test_a_preview_of_unchanged_terms_keeps_the_turn_and_of_changed_ones_does_not() -> None:
    strategy = Strategy(("tent",))
    turn = Turn(2, strategy, _preview((TermStatistics("tent", 4, 4, 0.5, 0.0),)), _reward())
    desk = state.shown(Desk(Intent("camping"), (turn,)), turn)
    assert desk.turn == 2
    same = state.assessed(desk, desk.rows, preview=turn.preview, reward=turn.reward, strategy=strategy)
    assert (same.turn, same.generation) == (2, desk.generation + 1)
    rows = (*desk.rows, TermRow("mug", 1, mine=True, why="yours"), TermRow("old", 1, use=False))
    other = Strategy(("tent", "mug"))
    changed = state.assessed(desk, rows, preview=_preview(), reward=_reward(5.0), strategy=other)
    assert changed.turn is None
    assert [(r.term, r.use, r.mine) for r in changed.rows] == [
        ("tent", True, False),
        ("mug", True, True),
        ("old", False, False),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "no list",
        [1, None, "x"],
        [_event(0)],
        [_event(1, verdict="delete")],
        [_event(1, product="")],
        [_event(1, product="p" * 401)],
        [_event(1, c="short")],
        [_event(1, c="../../etc/passwd")],
        [_event(1, n="1")],
        [_event(1, s=None)],
        [{**_event(1), "n": float("inf")}],
        [{**_event(1), "n": float("nan")}],
    ],
)
def test_what_is_no_event_is_left_out(bad: object) -> None:
    assert state.read_events(bad) == ()


def test_an_event_is_read_whole() -> None:
    assert state.read_events([_event(4, rank="x")]) == (GridEvent(CLIENT, 4, "sel", "p1", "accept", None),)
    assert state.read_events([_event(4)])[0].rank == 3


def test_a_resent_queue_is_stored_once_and_in_order() -> None:
    events = state.read_events([_event(3, "c"), _event(1, "a"), _event(2, "b"), _event(2, "b")])
    first = state.fresh_events(events, {})
    assert [e.product_id for e in first] == ["a", "b", "c"]
    acks: dict[str, int] = {}
    for event in first:
        acks = state.acknowledged(acks, event)
    assert acks == {CLIENT: 3}
    assert state.fresh_events(events, acks) == ()
    assert [e.number for e in state.fresh_events((*events, *state.read_events([_event(4)])), acks)] == [4]


@given(st.lists(st.tuples(st.sampled_from(["a" * 8, "b" * 8]), st.integers(1, 9)), max_size=40), st.data())
def test_however_a_queue_is_cut_every_event_is_stored_exactly_once(
    pairs: list[tuple[str, int]], data: st.DataObject
) -> None:
    events = [GridEvent(c, n, "s", f"{c}{n}", "accept") for c, n in sorted(pairs, key=lambda pair: pair[1])]
    stored: list[str] = []
    acks: dict[str, int] = {}
    sent = 0
    while sent < len(events):
        sent = data.draw(st.integers(sent + 1, len(events)))
        # The browser sends all that is not acknowledged; a queue only grows at its end.
        for event in state.fresh_events(events[:sent], acks):
            stored.append(event.product_id)
            acks = state.acknowledged(acks, event)
    assert sorted(stored) == sorted({e.product_id for e in events})


def test_counts_and_pages() -> None:
    assert state.tally({"a": "accept", "b": "reject", "c": "accept"}) == state.Tally(2, 1)
    assert [state.pages(n) for n in (0, 1, 60, 61)] == [1, 1, 1, 2]
    assert list(state.page_of(range(130), 3)) == list(range(120, 130))
    assert list(state.page_of(range(130), 99)) == list(range(120, 130))
    assert list(state.page_of(range(5), 0)) == [0, 1, 2, 3, 4]
