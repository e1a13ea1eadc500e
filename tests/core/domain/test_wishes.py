"""What a wish does to a strategy: terms, weights, filters, and what it must never do."""

from __future__ import annotations

import pytest

from core.domain import Change, Filters, Strategy, Wish, apply_changes
from core.errors import StrategyInvalid

LIST = Strategy(("tent", "Lantern"), ("toy",), (("tent", 2.0),), Filters((None, 50.0), ("Outdoor",)))


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (Change("add_find", "stove"), Strategy(("tent", "Lantern", "stove"), ("toy",), LIST.weights, LIST.filters)),
        (Change("add_find", "LANTERN"), LIST),
        (Change("add_cut", "doll"), Strategy(("tent", "Lantern"), ("toy", "doll"), LIST.weights, LIST.filters)),
        (Change("drop_find", "lantern"), Strategy(("tent",), ("toy",), LIST.weights, LIST.filters)),
        (Change("drop_find", "Tent"), Strategy(("Lantern",), ("toy",), (), LIST.filters)),
        (Change("drop_cut", "toy"), Strategy(("tent", "Lantern"), (), LIST.weights, LIST.filters)),
        (
            Change("weight", "lantern", weight=0.5),
            Strategy(("tent", "Lantern"), ("toy",), (("Lantern", 0.5), ("tent", 2.0)), LIST.filters),
        ),
        (Change("weight", "tent", weight=1.0), Strategy(("tent", "Lantern"), ("toy",), (), LIST.filters)),
        (Change("weight", "nowhere", weight=3.0), LIST),
        (
            Change("price", price=(10.0, 20.0)),
            Strategy(LIST.positive, LIST.negative, LIST.weights, Filters((10.0, 20.0), ("Outdoor",))),
        ),
        (Change("price"), Strategy(LIST.positive, LIST.negative, LIST.weights, Filters(None, ("Outdoor",)))),
        (Change("category"), Strategy(LIST.positive, LIST.negative, LIST.weights, Filters((None, 50.0)))),
        (
            Change("in_stock", in_stock=True),
            Strategy(LIST.positive, LIST.negative, LIST.weights, Filters((None, 50.0), ("Outdoor",), True)),
        ),
        (
            Change("strictness", strictness="strict"),
            Strategy(LIST.positive, LIST.negative, LIST.weights, Filters((None, 50.0), ("Outdoor",), False, "strict")),
        ),
        (Change("size", size=40), LIST),
    ],
)
def test_each_kind_of_change(change: Change, after: Strategy) -> None:
    assert apply_changes([change], LIST) == after


def test_changes_follow_each_other() -> None:
    swapped = [Change("add_find", "stove"), Change("drop_find", "tent"), Change("drop_find", "Lantern")]
    assert apply_changes(swapped, LIST).positive == ("stove",)


def test_the_last_term_that_finds_is_never_taken_away() -> None:
    with pytest.raises(StrategyInvalid, match="Keep one"):
        apply_changes([Change("drop_find", "tent"), Change("drop_find", "lantern")], LIST)


def test_the_size_is_said_apart_and_the_last_one_counts() -> None:
    assert Wish((Change("size", size=40), Change("add_cut", "toy"), Change("size", size=60))).size == 60
    assert Wish((Change("add_cut", "toy"),)).size is None
