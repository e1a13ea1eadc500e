"""Seasons as shops write them, and which one is on."""

from __future__ import annotations

import json
from datetime import date

import pytest

from core.selection.seasons import season_of, seasons_of_rows


@pytest.mark.parametrize(
    ("attributes", "seasons"),
    [
        ({"season": "Summer"}, ("summer",)),
        ({"Season": "Fall"}, ("autumn",)),
        ({"season": "spring/summer"}, ("spring", "summer")),
        ({"season": "SS24"}, ("spring", "summer")),
        ({"season": "All Season"}, ("all year",)),
        ({"season": "spring, summer, autumn, winter"}, ("all year",)),
        ({"season": "4 seasons"}, ("all year",)),
        ({"season": "été"}, ("summer",)),
        ({"season": "2011"}, ()),
        ({"season": "summer", "occasion": "Christmas"}, ("summer",)),
        ({"occasion": "New Year's Eve"}, ("winter",)),
        ({"occasion": "camping"}, ()),
        ({"type": "season", "color": 'the "season": "winter"'}, ()),
        ({"material": "cotton"}, ()),
        ({}, ()),
    ],
)
def test_what_a_product_says(attributes: dict[str, str], seasons: tuple[str, ...]) -> None:
    assert seasons_of_rows([json.dumps(attributes), json.dumps(attributes, ensure_ascii=False)]) == [seasons, seasons]


def test_occasions_turn_round_in_the_south() -> None:
    row = json.dumps({"occasion": "Easter"})
    assert seasons_of_rows([row], southern=True) == [("autumn",)]


@pytest.mark.parametrize(
    ("month", "north", "south"),
    [(1, "winter", "summer"), (3, "spring", "autumn"), (8, "summer", "winter"), (11, "autumn", "spring")],
)
def test_the_season_that_is_on(month: int, north: str, south: str) -> None:
    assert season_of(date(2026, month, 1)) == north
    assert season_of(date(2026, month, 28), southern=True) == south


def test_december_is_winter() -> None:
    assert season_of(date(2026, 12, 1)) == "winter"
