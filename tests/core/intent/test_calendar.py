"""Occasions: when they are in which country, which one a text names, and seasons on both halves of the earth."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from tomllib import loads

import pytest

from core.intent.calendar import find_occasion, is_southern, match_occasion, occasions, season_days, season_of

TODAY = date(2026, 11, 27)


def day(name: str, country: str, today: date = TODAY) -> tuple[date, date]:
    found = {o.name: o for o in occasions(country, today)}[name]
    assert found.first is not None and found.last is not None
    return found.first, found.last


@pytest.mark.parametrize(
    ("name", "country", "first", "last"),
    [
        ("Halloween", "US", date(2027, 10, 31), date(2027, 10, 31)),
        ("Christmas", "US", date(2026, 12, 24), date(2026, 12, 26)),
        ("Black Friday", "DE", date(2026, 11, 27), date(2026, 11, 27)),  # today counts
        ("Cyber Monday", "US", date(2026, 11, 30), date(2026, 11, 30)),
        ("Thanksgiving", "US", date(2027, 11, 25), date(2027, 11, 25)),
        ("Thanksgiving", "CA", date(2027, 10, 11), date(2027, 10, 11)),
        ("Easter", "GB", date(2027, 3, 26), date(2027, 3, 29)),
        ("Mother's Day", "US", date(2027, 5, 9), date(2027, 5, 9)),
        ("Mother's Day", "GB", date(2027, 3, 7), date(2027, 3, 7)),
        ("Mother's Day", "FR", date(2027, 5, 30), date(2027, 5, 30)),
        ("Mother's Day", "MX", date(2027, 5, 10), date(2027, 5, 10)),
        ("Father's Day", "US", date(2027, 6, 20), date(2027, 6, 20)),
        ("Father's Day", "DE", date(2027, 5, 6), date(2027, 5, 6)),  # Ascension Day
        ("Father's Day", "AU", date(2027, 9, 5), date(2027, 9, 5)),
        ("Back to School", "US", date(2027, 7, 15), date(2027, 9, 7)),
        ("Back to School", "AU", date(2027, 1, 8), date(2027, 2, 5)),
        ("Advent", "DE", date(2026, 11, 29), date(2026, 12, 24)),
        ("Kwanzaa", "US", date(2026, 12, 26), date(2027, 1, 1)),
        ("Hanukkah", "US", date(2026, 12, 5), date(2026, 12, 12)),
        ("Diwali", "IN", date(2027, 10, 29), date(2027, 10, 29)),
        ("Lunar New Year", "CN", date(2027, 2, 5), date(2027, 2, 8)),
        ("German Unity Day", "DE", date(2027, 10, 3), date(2027, 10, 3)),
    ],
)
def test_when_an_occasion_comes_next(name: str, country: str, first: date, last: date) -> None:
    assert day(name, country) == (first, last)


def test_an_occasion_that_goes_on_is_not_put_off_to_next_year() -> None:
    assert day("Kwanzaa", "US", date(2026, 12, 31)) == (date(2026, 12, 26), date(2027, 1, 1))
    assert day("Christmas", "US", date(2026, 12, 27)) == (date(2027, 12, 24), date(2027, 12, 26))


def test_what_is_not_kept_in_a_country_is_not_in_its_calendar() -> None:
    german = {o.name for o in occasions("DE", TODAY)}
    assert "Thanksgiving" not in german and "Independence Day" not in german
    assert {"Advent", "Saint Nicholas' Day", "Christmas"} <= german


def test_the_calendar_is_in_order_and_names_each_occasion_once() -> None:
    for country in ("US", "DE", "JP", "IN", "BR", "XX"):
        found = occasions(country, TODAY)
        firsts = [o.first for o in found if o.first is not None]
        assert firsts == sorted(firsts) and len(firsts) == len(found)
        assert len({o.name for o in found}) == len(found)
        assert all(o.last is not None and o.last >= TODAY for o in found)


def test_a_shorter_look_ahead_holds_what_begins_in_it() -> None:
    names = [o.name for o in occasions("US", TODAY, days=30)]
    assert names[0] == "Black Friday" and "Christmas" in names and "Valentine's Day" not in names


def test_british_retailers_may_say_uk() -> None:
    assert occasions("UK", TODAY) == occasions("gb", TODAY)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Halloween party", "Halloween"),
        ("back-to-school supplies", "Back to School"),
        ("gifts for Mother's Day", "Mother's Day"),
        ("mothers day brunch", "Mother's Day"),
        ("new year's eve", "New Year's Eve"),
        ("chinese new year", "Lunar New Year"),
        ("4th of July cookout", "Independence Day"),
        ("secret santa gifts", "Christmas"),
        ("Halloween birthday", "Halloween"),  # one with days goes first
        ("wedding anniversary", "anniversary"),
        ("Weihnachtsgeschenke", "Christmas"),
        ("Geschenke zum Muttertag", "Mother's Day"),
        ("Día de los Muertos", "Day of the Dead"),
        ("fête des mères", "Mother's Day"),
        ("jour de l'An", "New Year"),
        ("圣诞节礼物", "Christmas"),
        ("Tag der Deutschen Einheit", "German Unity Day"),
        ("camping with kids", None),
        ("adventure trip", None),
        ("labor saving tools", None),
        ("boxing gloves", None),
        ("easterly winds", None),
    ],
)
def test_which_occasion_a_text_names(text: str, name: str | None) -> None:
    found = find_occasion(text, "DE", TODAY)
    assert (None if found is None else found.name) == name


def test_a_social_event_has_no_days_of_its_own() -> None:
    found = find_occasion("birthday gifts", "US", TODAY)
    assert found is not None and found.first is None and found.last is None


def test_a_match_says_where_the_words_stand() -> None:
    found = match_occasion("gifts for father's day, not too late", "US", TODAY)
    assert found is not None and (found.start, found.end) == (2, 4)


def test_seasons_turn_round_on_the_southern_half() -> None:
    assert season_of(date(2026, 7, 1)) == "summer" and season_of(date(2026, 7, 1), southern=True) == "winter"
    assert is_southern("AU") and is_southern("br") and not is_southern("US") and not is_southern("")
    assert season_days("summer", TODAY) == (date(2027, 6, 1), date(2027, 8, 31))
    assert season_days("autumn", TODAY) == (date(2026, 9, 1), date(2026, 11, 30))
    assert season_days("winter", TODAY) == (date(2026, 12, 1), date(2027, 2, 28))
    assert season_days("winter", date(2028, 1, 15)) == (date(2027, 12, 1), date(2028, 2, 29))
    assert season_days("summer", TODAY, southern=True) == (date(2026, 12, 1), date(2027, 2, 28))


def test_every_rule_of_the_file_can_be_reckoned_for_every_country_that_it_names() -> None:
    data = loads(files("core.intent").joinpath("occasions.toml").read_text(encoding="utf-8"))
    names = [entry["name"] for entry in data["occasion"]]
    assert len(names) == len(set(names))
    for entry in data["occasion"]:
        on = entry.get("on", {})
        countries = ["XX"] if isinstance(on, str) else [c for c in on if c != "default"]
        for country in {*countries, *entry.get("kept", ()), "US"}:
            found = find_occasion(entry["words"][0].rstrip("*"), country, TODAY)
            assert found is not None and found.name == entry["name"], entry["name"]
            if on:
                assert found.first is not None and found.last is not None and found.last >= TODAY, entry["name"]
                assert (found.first - TODAY).days <= 800, entry["name"]
