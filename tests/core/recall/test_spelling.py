"""What may stand for a word that was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.recall.spelling import Alternative, alternatives, nearest, slips

FREQUENCY = {"lunchbox": 9, "lunch": 20, "box": 50, "fire": 30, "stick": 12, "sweeten": 8, "sweater": 40, "guitar": 5}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("guitar", "guitar", 0),
        ("gutar", "guitar", 1),
        ("giutar", "guitar", 1),  # two neighbours swapped
        ("guitat", "guitar", 1),
        ("sweetner", "sweeten", 2),
        ("guitar", "kettle", None),
    ],
)
def test_slips(a: str, b: str, expected: int | None) -> None:
    assert slips(a, b, most=2) == expected


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_slips_are_symmetric_and_zero_only_for_equals(a: str, b: str) -> None:
    assert slips(a, b, most=12) == slips(b, a, most=12)
    assert (slips(a, b, most=12) == 0) == (a == b)


def test_the_nearest_begins_alike() -> None:
    # both are two slips away and "sweater" is more frequent, but shares only "swe"
    assert nearest("sweetner", FREQUENCY, most=1) == ("sweeten",)


def test_rare_tokens_correct_nothing() -> None:
    assert nearest("gutar", {"guitar": 2}) == ()


def test_two_words_may_be_written_as_one() -> None:
    found = alternatives(("usb", "lunch", "box"), FREQUENCY)
    joined = Alternative(("lunchbox",), 0.9)
    assert found[1] == (Alternative(("lunch",), 1.0), joined)
    assert found[2] == (Alternative(("box",), 1.0), joined)


def test_an_unknown_word_may_be_two() -> None:
    assert alternatives(("firestick",), FREQUENCY) == (
        (Alternative(("firestick",), 1.0), Alternative(("fire", "stick"), 0.9)),
    )


def test_a_known_word_and_a_number_stay_as_typed() -> None:
    assert alternatives(("guitar", "1/34"), FREQUENCY) == (
        (Alternative(("guitar",), 1.0),),
        (Alternative(("1/34",), 1.0),),
    )
