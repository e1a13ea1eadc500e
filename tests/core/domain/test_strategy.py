"""The wire format of a strategy: what is written is read again, and what cannot be read is named."""

from __future__ import annotations

import pytest

from core.domain import STRICTNESS, Filters, Strategy
from core.domain.strategy import Strictness
from core.errors import StrategyInvalid


@pytest.mark.parametrize("strictness", STRICTNESS)
def test_strictness_is_written_where_it_is_not_the_usual_one(strictness: Strictness) -> None:
    strategy = Strategy(("tent",), filters=Filters((None, 50.0), ("Outdoor",), True, strictness))
    wire = strategy.to_json()
    assert wire["filters"].get("strictness") == (None if strictness == "balanced" else strictness)
    assert Strategy.from_json(wire) == strategy


def test_strictness_alone_is_a_filter_that_is_kept() -> None:
    strategy = Strategy(("tent",), filters=Filters(strictness="strict"))
    assert Strategy.from_json(strategy.to_json()) == strategy
    assert "filters" not in Strategy(("tent",)).to_json()


@pytest.mark.parametrize("strictness", ["very strict", 3, True, ["strict"]])
def test_another_strictness_is_refused_by_its_name(strictness: object) -> None:
    with pytest.raises(StrategyInvalid, match="loose, balanced, strict"):
        Strategy.from_json({"positiveSearch": ["tent"], "filters": {"strictness": strictness}})
