"""Whatever the domain holds comes back from JSON as it went in, and nothing else is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import domain, events
from core.domain import Filters, Product, Strategy
from core.errors import StoreError
from core.store.codec import decode, encode, storable

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)

st.register_type_strategy(float, FLOATS)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a domain class, with contexts as JSON and the weights of a strategy in the order of their terms."""
    if kind is Strategy:
        weights = st.dictionaries(TEXT, FLOATS, max_size=3).map(lambda w: tuple(sorted(w.items())))
        terms = st.lists(TEXT, max_size=3).map(tuple)
        return st.builds(Strategy, terms, terms, weights, st.from_type(Filters))
    if kind is domain.FeedbackEvent:
        return st.builds(kind, context=st.dictionaries(TEXT, PLAIN, max_size=3))
    return st.from_type(kind)


st.register_type_strategy(Strategy, of(Strategy))
VALUES = sorted(
    (getattr(domain, n) for n in domain.__all__ if isinstance(getattr(domain, n), type)), key=lambda k: k.__name__
)


@pytest.mark.parametrize("kind", [*VALUES, *get_args(events.Event)], ids=lambda k: k.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_value_of_the_domain_comes_back(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(of(kind))

    text = json.dumps(encode(value), allow_nan=False)

    assert decode(kind, json.loads(text)) == value


def test_the_list_of_values_is_not_empty() -> None:
    assert {"Strategy", "Selection", "Trajectory", "FeedbackEvent"} <= {kind.__name__ for kind in VALUES}


def test_a_strategy_keeps_the_wire_format_of_the_project() -> None:
    strategy = Strategy(("tent",), ("dog",), (("tent", 2.0),), Filters(price=(5.0, None)))

    assert encode(strategy) == {
        "positiveSearch": ["tent"],
        "negativeSearch": ["dog"],
        "weights": {"tent": 2.0},
        "filters": {"price": [5.0, None]},
    }
    assert encode(strategy) == strategy.to_json()


def test_a_product_is_written_field_by_field() -> None:
    product = Product("7", "Tent", attributes=(("Colour", "red"),), price=9.5, launch_date=date(2026, 3, 1))

    written = encode(product)

    assert written["attributes"] == [["Colour", "red"]]
    assert written["launch_date"] == "2026-03-01"
    assert written["stock"] is None


def test_numbers_of_numpy_are_numbers() -> None:
    assert encode({"rank": np.int64(3), "score": np.float32(0.5)}) == {"rank": 3, "score": 0.5}


def test_times_are_kept_in_utc() -> None:
    assert encode(datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=9)))) == "2026-11-21T00:00:00+00:00"


def test_a_field_added_to_the_domain_later_takes_its_default() -> None:
    @dataclass(frozen=True, slots=True)
    class Note:
        text: str
        stars: int = 3

    assert decode(Note, {"text": "old row"}) == Note("old row", 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "1"}, "Turn.number must be a whole number, not '1'"),
        ({"number": True}, "Turn.number must be a whole number"),
        ({"note": None}, "Turn.note must be a text"),
        ({"colour": 1}, "Turn has no field 'colour'"),
        ({"strategy": {"positive": []}}, "positive (not of the wire format)"),
        ({"strategy": {"negativeSearch": []}}, "Turn.strategy lacks the field 'positive'"),
        (
            {"strategy": {"positiveSearch": [], "filters": {"price": [1]}}},
            "Turn.strategy.filters.price must be a list of 2",
        ),
        ({"reasons": [{"term": "a", "sign": 2, "reason": ""}]}, "Turn.reasons[0].sign must be one of 1, -1"),
        ({"reasons": {}}, "Turn.reasons must be a list"),
        ({"preview": []}, "Turn.preview must be a Preview"),
    ],
)
def test_reading_names_the_field_at_fault(change: Mapping[str, Any], said: str, trajectory: domain.Trajectory) -> None:
    written = encode(trajectory.turns[1])

    with pytest.raises(StoreError) as caught:
        decode(domain.Turn, {**written, **change})

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {"a": [float("-inf")]}, object(), {1, 2}, datetime(2026, 1, 1)]
)
def test_writing_refuses_what_json_cannot_hold(value: object) -> None:
    with pytest.raises(StoreError):
        encode(value)


@pytest.mark.parametrize("text", ["2026-13-01", "2026-01-01T00:00:00", 5])
def test_times_without_a_zone_or_sense_are_not_read(text: object) -> None:
    with pytest.raises(StoreError):
        decode(datetime, text)


def test_what_no_database_takes_is_replaced() -> None:
    assert storable("a\x00b\ud83dc") == "a\ufffdb\ufffdc"
    assert encode({"k\x00": ["\udc00"]}) == {"k\ufffd": ["\ufffd"]}
    assert storable("tent ⛺ 帐篷") == "tent ⛺ 帐篷"
