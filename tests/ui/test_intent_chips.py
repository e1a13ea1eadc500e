"""Chips of an intent: what the browser edits comes back as the same intent, and what is none is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.domain import Filters, Intent
from ui.intent_chips import MAX_TEXT, MOST_VALUES, SentChips, read_chips, values_of, with_values

CLIENT = "0123456789abcdef01234567"
FULL = Intent(
    "camping with kids under $50",
    "idea",
    Filters((None, 50.0), ("Outdoor",), True),
    must_not=("toy",),
    audience="kids",
    occasion="Easter",
    locale="de-AT",
    what="tents",
    season="spring",
    dates=(date(2027, 3, 1), date(2027, 3, 29)),
    must_have=("waterproof",),
    picture="0" * 32,
)


@pytest.mark.parametrize("intent", [FULL, Intent("tents")])
def test_an_intent_that_nobody_edits_comes_back_as_it_was(intent: Intent) -> None:
    assert with_values(intent, values_of(intent)) == intent


def test_every_edit_is_taken_over() -> None:
    edited = {
        "what": "  two   tents ",
        "audience": "",
        "occasion": "Whitsun",
        "season": "summer",
        "dates": ["2027-06-09", "2027-06-01"],
        "price": [80, 20],
        "must_have": ["light", "Light", " ", "green"],
        "must_not": [],
        "locale": "",
    }
    assert with_values(FULL, edited) == Intent(
        FULL.text, "idea", Filters((20.0, 80.0), ("Outdoor",), True), (), None, "Whitsun", "en", "two tents", "summer",
        (date(2027, 6, 1), date(2027, 6, 9)), ("light", "green"), FULL.picture,
    )  # fmt: skip


def test_what_is_taken_away_is_gone() -> None:
    gone = {"what": "", "season": "", "dates": None, "price": None, "must_have": []}
    edited = with_values(FULL, gone)
    assert (edited.what, edited.season, edited.dates, edited.filters.price) == ("", None, None, None)
    assert edited.must_have == () and edited.must_not == FULL.must_not


@pytest.mark.parametrize(
    "broken",
    [
        {}, {"what": 7}, {"season": "monsoon"}, {"dates": ["soon"]}, {"dates": "2027-01-01"}, {"dates": []},
        {"price": "50"}, {"price": [1]}, {"must_have": "light"}, {"locale": "not a language"}, {"audience": None},
    ],
)  # fmt: skip
def test_what_is_no_value_changes_nothing(broken: dict[str, Any]) -> None:
    assert with_values(FULL, broken) == FULL


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -1, 1e12, "5", True])
def test_a_price_that_is_none_is_no_bound(amount: object) -> None:
    assert with_values(FULL, {"price": [amount, 9]}).filters.price == (None, 9.0)


def test_long_and_many_values_are_bounded() -> None:
    edited = with_values(FULL, {"what": "x" * 5000, "must_have": [f"thing {n}" for n in range(400)]})
    assert len(edited.what) == MAX_TEXT and len(edited.must_have) == MOST_VALUES


def test_what_a_browser_sends_is_read_whole_or_not_at_all() -> None:
    sent = {"c": CLIENT, "n": 2, "s": "ask 1", "values": {"what": "tent"}, "k": 4}
    assert read_chips(sent) == SentChips(CLIENT, 2, "ask 1", {"what": "tent"})
    strange: list[object] = [None, [], "x", sent | {"c": "short"}, sent | {"n": 0}, sent | {"n": 1.5}, sent | {"s": 3}]
    strange += [sent | {"values": []}, sent | {"n": float("nan")}]
    assert [read_chips(one) for one in strange] == [None] * len(strange)
