"""How a theme is read: price words, negations, audiences, aspects, and what is refused."""

from __future__ import annotations

import pytest

from core.domain import Filters, Intent
from core.errors import ThemeInvalid
from core.planning.facets import (
    audiences_of,
    conflicting_audiences,
    content_words,
    read_theme,
    split_facets,
)


def test_a_price_of_the_operators_own_stands() -> None:
    theme = read_theme(Intent("gifts under 50", filters=Filters(price=(10, 20))))
    assert theme.filters.price == (10, 20)
    assert theme.text == "gifts"


def test_negations_become_unwanted_terms() -> None:
    theme = read_theme(Intent("picnic without plastic", must_not=("disposable",)))
    assert theme.text == "picnic"
    assert theme.unwanted == ("plastic", "disposable")


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("camping with kids", ("camping", "kids")),
        ("small-space home office", ("small-space", "home office")),
        ("cosy autumn reading nook", ("cosy autumn reading nook",)),
    ],
)
def test_aspects(text: str, facets: tuple[str, ...]) -> None:
    assert split_facets(text) == facets


def test_words_that_narrow_nothing_are_left_out_unless_they_are_all() -> None:
    assert content_words("gift ideas for dog lovers") == ("dog",)
    assert content_words("gift ideas") == ("gift", "ideas")


def test_audiences_and_whom_they_rule_out() -> None:
    assert audiences_of("gifts for dad") == ("men",)
    assert audiences_of("camping with kids") == ("kids",)
    assert "women" in conflicting_audiences(("men",))
    assert "kids" not in conflicting_audiences(("men", "kids"))


def test_a_holiday_at_the_beach_is_a_journey() -> None:
    assert read_theme(Intent("beach holiday")).text == "beach vacation"
    assert read_theme(Intent("holiday decorations")).text == "holiday decorations"


@pytest.mark.parametrize("text", ["", "  \n ", "🎄🎁", "?!", "x" * 2_001, "under $50"])
def test_unreadable_themes_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ThemeInvalid, match=r"\w+ .*\."):
        read_theme(Intent(text))
