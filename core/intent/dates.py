"""When: the days, months and seasons that a theme names, as a span of days from today on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.domain.seasons import SEASON_WORDS
from core.intent.calendar import season_days
from core.intent.wording import Line, Spot, pattern, plain

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner enero janvier",
            "february feb februar febrero fevrier",
            "march mar marz marzo mars",
            "april apr abril avril",
            "may mai mayo",
            "june jun juni junio juin",
            "july jul juli julio juillet",
            "august aug agosto aout",
            "september sept sep septiembre septembre",
            "october oct oktober octubre octobre",
            "november nov noviembre novembre",
            "december dec dezember dez diciembre decembre",
        ),
        start=1,
    )
    for name in names.split()
}
# Names of months that are words or names as well, so a preposition, a day or a year has to stand beside them.
_UNCLEAR = frozenset(
    "march mar mars marzo may mai mayo april june juni jun aug august agosto dec jan sept sep oct nov feb apr "
    "jul".split()
)
_MONTH = pattern(*_MONTHS)
_IN = "in|for|by|during|until|before|from|im|ab|bis|en|para|pour|de|this|next|coming|kommende[nr]?|diesen|nachsten"
_PART = (
    "early|mid|late|beginning of|start of|middle of|end of|anfang|mitte|ende|principios de|mediados de|finales de|"
    "debut|fin|mi"
)
_SEASONS = {plain(word): season for word, season in SEASON_WORDS.items()} | {
    "springtime": "spring",
    "summertime": "summer",
    "wintertime": "winter",
    "autumnal": "autumn",
    "summery": "summer",
    "wintry": "winter",
    "estate": "summer",
    "inverno": "winter",
}
_WHICH = "this|next|coming|the upcoming|upcoming|diesen|nachsten|kommenden|este|proximo|cet|cette|prochain|el proximo"
_SEASON_WORD = re.compile(rf"\b(?:(?P<which>{_WHICH}) )?(?P<season>{pattern(*_SEASONS)})(?: (?P<year>20\d\d))?\b")
_COMPOUND = re.compile(
    r"\b(?P<season>sommer|winter|herbst|fruhlings|fruhjahrs)"
    r"(?=(?:deko|mode|schuh|jacke|kleid|garten|fest|urlaub|ferien|party|stiefel|mantel|blumen|tee)\w*)"
)
# A season's word in the name of something else; "fall" is a verb too, and "estate" no summer in English.
_NOT_SEASON = re.compile(
    r"\b(?:(?:spring|summer) (?:rolls?|onions?|mattress\w*|water|loaded|squash|sausages?|balance|clamps?|break|form)"
    r"|(?:box|coil|hot|pocket|inner|gas) springs?|spring (?:steel|hinges?|clips?)"
    r"|fall (?:asleep|apart|protection|off|out|for|in|down|over|arrest|guard|prevention)"
    r"|(?:to|dont|wont|not|that|can|never|will) fall|(?:real )?estate (?:sale|wine|agent)s?|real estate)\b"
)
_ORDINAL = r"(?: (?:st|nd|rd|th))?"
_DAY = re.compile(
    r"\b(?:(?:on|am|el|le|by|until|bis zum) )?(?:the )?"
    rf"(?:(?P<month>{_MONTH}) (?P<day>[0-3]?\d){_ORDINAL}"
    rf"|(?P<day2>[0-3]?\d){_ORDINAL}(?: of| de)? (?P<month2>{_MONTH}))"
    r"(?: (?:de )?(?P<year>20\d\d))?\b"
)
_ISO = re.compile(r"\b(?P<year>20\d\d) (?P<month>[01]\d) (?P<day>[0-3]\d)\b")
_NUMBERS = re.compile(
    r"\b(?:on|am|by|until|bis|ab|for|fur)(?: (?:the|zum|dem|den|das))? "
    r"(?P<one>[0-3]?\d)[./](?P<two>[0-3]?\d)(?:[./](?P<year>20\d\d))?\b"
)
_WHOLE_MONTH = re.compile(
    rf"\b(?:(?P<lead>{_IN}) )?(?:the )?(?:(?P<part>{_PART}) )?(?P<month>{_MONTH})(?: (?:de )?(?P<year>20\d\d))?\b"
)
_NEAR = re.compile(
    r"\b(?:(?:for|on|by|fur|para|pour) )?"
    r"(?P<which>this|next|coming|dieses|diese|kommendes|nachstes|nachste|am|este|proximo|proxima|esta|ce|cette) "
    r"(?P<what>weekend|week|month|year|wochenende|woche|fin de semana|semana|mes|week end|semaine|mois)"
    r"(?: (?P<after>prochaine?))?\b"
)
_SOON = re.compile(
    r"\b(?:(?:for|fur|para|pour) )?"
    r"(?P<what>today|tonight|tomorrow|heute|heute abend|hoy|esta noche|aujourdhui|ce soir|demain)\b"
)
_YEAR = re.compile(r"\b(?:in|for|fur|para|pour|en) (?P<year>20\d\d)\b")


@dataclass(frozen=True, slots=True)
class When:
    """The days that a line names and the numbers of the words that do."""

    dates: tuple[date, date]
    taken: frozenset[int]


def find_dates(line: Line, today: date, *, southern: bool = False, american: bool = True) -> When | None:
    """The first and last day that a line names, today or later unless it gives the year; None where it names none.

    `american`: in "12/24" the month comes first. A season counts only where the line says which one.
    """
    readers: tuple[Callable[[Line], Iterator[tuple[Spot, tuple[date, date] | None]]], ...] = (
        lambda line: _days(line, today, american),
        lambda line: _months(line, today),
        lambda line: _near(line, today),
        lambda line: _seasons(line, today, southern),
        lambda line: ((s, _span(int(s.match["year"]), 1, 12)) for s in line.search(_YEAR)),
    )
    for read in readers:
        for spot, dates in read(line):
            if dates is not None:
                return When(dates, frozenset(range(spot.start, spot.end)))
    return None


def find_season(line: Line) -> tuple[str, frozenset[int]] | None:
    """The first season that a line names and the word that names it, none where that is part of a longer one."""
    names = {n for spot in line.search(_NOT_SEASON) for n in range(spot.start, spot.end)}
    for spot in line.search(_SEASON_WORD):
        number = next(n for n in range(spot.start, spot.end) if line.plain[n] in _SEASONS)
        if number not in names:
            return _SEASONS[spot.match["season"]], frozenset({number})
    for spot in line.search(_COMPOUND):
        return _SEASONS.get(spot.match["season"], "spring"), frozenset()
    return None


def _days(line: Line, today: date, american: bool) -> Iterator[tuple[Spot, tuple[date, date] | None]]:
    for spot in line.search(_ISO):
        found = _date(int(spot.match["year"]), int(spot.match["month"]), int(spot.match["day"]))
        yield spot, None if found is None else (found, found)
    for spot in line.search(_DAY):
        month = _MONTHS[spot.match["month"] or spot.match["month2"]]
        yield spot, _one_day(month, int(spot.match["day"] or spot.match["day2"]), spot.match["year"], today)
    for spot in line.search(_NUMBERS):
        one, two = int(spot.match["one"]), int(spot.match["two"])
        month, day = (one, two) if american and "/" in spot.match.group() else (two, one)
        if month > 12:
            month, day = day, month
        yield spot, _one_day(month, day, spot.match["year"], today)


def _one_day(month: int, day: int, year: str | None, today: date) -> tuple[date, date] | None:
    if year is not None:
        found = _date(int(year), month, day)
        return None if found is None else (found, found)
    for number in range(today.year, today.year + 5):  # a 29th of February may be four years off
        found = _date(number, month, day)
        if found is not None and found >= today:
            return found, found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months(line: Line, today: date) -> Iterator[tuple[Spot, tuple[date, date] | None]]:
    for spot in line.search(_WHOLE_MONTH):
        name, lead, part = spot.match["month"], spot.match["lead"], spot.match["part"]
        if name in _UNCLEAR and not (lead or part or spot.match["year"]):
            continue
        month = _MONTHS[name]
        year = int(spot.match["year"]) if spot.match["year"] else today.year + (month < today.month)
        first, last = _span(year, month, month)
        third = (last - first).days // 3
        if part in ("early", "beginning of", "start of", "anfang", "principios de", "debut"):
            last = first + timedelta(days=third)
        elif part in ("mid", "middle of", "mitte", "mediados de", "mi"):
            first, last = first + timedelta(days=third), last - timedelta(days=third)
        elif part is not None:
            first = last - timedelta(days=third)
        if lead in ("until", "before", "by", "bis"):
            first = min(today, first)
        yield spot, (first, last)


def _span(year: int, first: int, last: int) -> tuple[date, date]:
    after = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), after - timedelta(days=1)


def _near(line: Line, today: date) -> Iterator[tuple[Spot, tuple[date, date] | None]]:
    for spot in line.search(_SOON):
        day = today + timedelta(days=spot.match["what"] in ("tomorrow", "demain"))
        yield spot, (day, day)
    for spot in line.search(_NEAR):
        later = spot.match["which"].startswith(("next", "nachst", "proxim")) or bool(spot.match["after"])
        what = spot.match["what"]
        if what in ("weekend", "wochenende", "fin de semana", "week end"):
            first = today if today.weekday() == 6 else today + timedelta(days=5 - today.weekday())
            first = first + timedelta(days=7 - (first.weekday() == 6)) if later else first
            yield spot, (first, first + timedelta(days=6 - first.weekday()))
        elif what in ("week", "woche", "semana", "semaine"):
            monday = today - timedelta(days=today.weekday())
            yield (
                spot,
                (monday + timedelta(days=7), monday + timedelta(days=13))
                if later
                else (today, monday + timedelta(days=6)),
            )
        elif what in ("month", "mes", "mois"):
            number = today.year * 12 + today.month - 1 + later
            first, last = _span(number // 12, number % 12 + 1, number % 12 + 1)
            yield spot, (max(first, today), last)
        else:
            yield (
                spot,
                (date(today.year + 1, 1, 1), date(today.year + 1, 12, 31))
                if later
                else (today, date(today.year, 12, 31)),
            )


def _seasons(line: Line, today: date, southern: bool) -> Iterator[tuple[Spot, tuple[date, date] | None]]:
    for spot in line.search(_SEASON_WORD):
        which, year = spot.match["which"], spot.match["year"]
        if which is None and year is None:
            continue
        season = _SEASONS[spot.match["season"]]
        if year is not None:
            yield spot, season_days(season, date(int(year), 3, 1), southern=southern)
            continue
        first, last = season_days(season, today, southern=southern)
        if first <= today and (which or "").startswith(("next", "nachst", "proxim", "prochain", "kommend")):
            first, last = season_days(season, last + timedelta(days=1), southern=southern)
        yield spot, (first, last)
