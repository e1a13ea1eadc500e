"""What lies on the desk, as plain functions: turns laid out, drafts kept and given back, pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain import Filters, Intent, Preview, Reward, SelectedProduct, Selection, Strategy, TermReason, Turn
from ui import state
from ui.state import Desk, Tally
from ui.term_rows import TermRow

FIRST = Strategy(("tent",), filters=Filters(in_stock=True))
SECOND = Strategy(("tent", "lantern"), ("toy",))


def _turn(number: int, strategy: Strategy, *reasons: TermReason) -> Turn:
    preview = Preview(8, 8, 8, 10, 10, True, (), (), 0.5)
    return Turn(number, strategy, preview, Reward(6.0, 0.7, 0.6, 0.5, (), ()), reasons)


TURNS = (_turn(1, FIRST, TermReason("tent", 1, "First")), _turn(2, SECOND, TermReason("toy", -1, "Not for play")))
LIST = Selection(SECOND, (SelectedProduct("p1", 1, 0.9, 0.8, 0.5, "", ()),), ())


def desk(strategy: Strategy = SECOND, **more: object) -> Desk:
    laid = state.laid_out(
        Desk(Intent("camping"), TURNS, selection=LIST, selection_id="s", version=3, newest=3), strategy
    )
    return replace(laid, **more)  # type: ignore[arg-type]


def test_a_strategy_laid_out_names_its_turn_and_gives_every_reason() -> None:
    laid = desk()
    assert laid.turn == 2
    assert [(row.term, row.sign, row.why) for row in laid.rows] == [
        ("tent", 1, "First"), ("lantern", 1, "yours"), ("toy", -1, "Not for play"),
    ]  # fmt: skip
    assert [row.term for row in laid.side(-1)] == ["toy"]
    assert not laid.changed


def test_a_turn_is_known_by_its_terms_whatever_the_filters() -> None:
    found = state.turn_of(TURNS, replace(FIRST, filters=Filters(price=(1.0, 2.0))))
    assert found is TURNS[0]
    assert state.turn_of(TURNS, Strategy(("chair",))) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"filters": Filters(in_stock=True)},
        {"pinned": ("p9",)},
        {"size": 50},
        {"rows": (TermRow("tent", 1),)},
        {"rows": (TermRow("tent", 1, weight=2.0), TermRow("lantern", 1), TermRow("toy", -1))},
    ],
)
def test_a_draft_that_is_another_strategy_is_changed(changed: dict[str, object]) -> None:
    assert desk(**changed).changed


def test_a_parked_term_is_no_change() -> None:
    rows = (*desk().rows, TermRow("chair", 1, use=False))
    assert not desk(rows=rows).changed


def test_an_edited_strategy_is_nobodys_turn() -> None:
    rows = (TermRow("tent", 1), TermRow("stove", 1))
    fresh = state.assessed(desk(), rows, preview=None, reward=None)
    assert fresh.turn is None
    assert fresh.rows == rows


def test_a_draft_comes_back_over_the_version_that_it_was_made_on() -> None:
    rows = (TermRow("tent", 1, weight=1.5, why="yours"), TermRow("toy", -1, use=False))
    drawn = desk(rows=rows, filters=Filters((5.0, None), ("Outdoor",), True), pinned=("p9",), size=50)
    kept = state.draft_of(drawn)
    assert state.with_draft(desk(), kept) == drawn
    assert state.with_draft(desk(version=4), kept) == desk(version=4)


@pytest.mark.parametrize("broken", [{}, {"rows": "x"}, {"rows": [], "version": 3}])
def test_a_draft_that_cannot_be_read_leaves_the_version(broken: dict[str, object]) -> None:
    assert state.with_draft(desk(), broken) == desk()


def test_prices_the_wrong_way_round_are_swapped() -> None:
    read = state.filters_of(low=9, high=3, category=["A"], in_stock=False, strictness="loose")
    assert read == Filters((3, 9), ("A",), False, "loose")
    assert state.filters_of(low=None, high=None, category=[], in_stock=True, strictness="balanced") == Filters(
        None, (), True
    )


def test_what_stands_is_counted() -> None:
    assert state.tally({"a": "accept", "b": "reject", "c": "accept"}) == Tally(2, 1)


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (60, 1), (61, 2), (121, 3)])
def test_pages(total: int, pages: int) -> None:
    assert state.pages(total) == pages
    items = list(range(total))
    assert [x for n in range(1, pages + 1) for x in state.page_of(items, n)] == items
    assert state.page_of(items, 99) == state.page_of(items, pages)
