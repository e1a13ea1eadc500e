"""The seasonal calendar: which occasion comes when in a country, by `occasions.toml` and the package `holidays`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import holidays

from core.domain.seasons import SEASONS, season_of
from core.intent.wording import find, is_chinese, read_line
from core.text import fold

__all__ = ["Occasion", "find_occasion", "is_southern", "match_occasion", "occasions", "season_days", "season_of"]

_SOUTHERN = frozenset("AO AR AU BO BR BW CL FJ LS MG MU MW MZ NA NZ PE PG PY RE SZ UY WS ZA ZM ZW".split())
_DAYS = "mon tue wed thu fri sat sun".split()
_RULE = re.compile(
    r"^(?P<base>easter|holidays [A-Z]{2} .+?|-?\d (?:mon|tue|wed|thu|fri|sat|sun) (?:>= )?[\d-]+|\d\d-\d\d)"
    r"(?:\.\.(?P<until>\d\d-\d\d))?(?: (?P<offset>[+-]\d+))?(?: for (?P<length>\d+))?$"
)
_NOT_OCCASIONS = re.compile(
    r"substitut|day off|squeeze|alternative holiday|observed|half day|election|(?<!spring )bank holiday", re.I
)
_REMARK = re.compile(r"\s*\((?:estimated|from [^)]*|observed)\)", re.I)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A festive day, a retail season or a social event; `first` and `last` day included, None without days of its own.

    `keywords` are how it is written, folded; one that ends in * stands for all words that begin so.
    """

    name: str
    first: date | None
    last: date | None
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """An occasion that a text names, and the words [start, end) of the text (see `read_line`) that name it."""

    occasion: Occasion
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    on: Mapping[str, str]
    kept: frozenset[str] | None
    words: tuple[str, ...]
    split: tuple[tuple[str, ...], ...]

    def rule(self, country: str) -> str | None:
        return self.on.get(country, self.on.get("default"))


def occasions(country: str, today: date, *, days: int = 370) -> tuple[Occasion, ...]:
    """What is kept in a country and ends today or later and begins within `days`, each occasion once, the next first.

    The country's public holidays are among them. `country` is ISO 3166, two letters; where it is not known, what is
    kept everywhere.
    """
    code = _code(country)
    known = [_dated(e, code, today) for e in _entries() if e.on and (e.kept is None or code in e.kept)]
    until = today + timedelta(days=days)
    found = [o for o in (*known, *_public(code, today)) if o is not None and o.first is not None and o.first <= until]
    return tuple(sorted(found, key=lambda o: (o.first, o.name)))


def find_occasion(text: str, country: str, today: date) -> Occasion | None:
    """The occasion that a text names, with its next days in the country; None where it names none.

    One with days goes before a social event without ("Halloween birthday"), then the one named in most words.
    """
    match = match_occasion(text, country, today)
    return None if match is None else match.occasion


def match_occasion(text: str, country: str, today: date) -> Match | None:
    """`find_occasion` with the words that name it; in Chinese, where no blanks part them, the whole run of signs."""
    line = read_line(text)
    best: tuple[tuple[bool, int, int], _Entry, int, int] | None = None
    for entry, start, end in _named(line.plain, fold(line.text)):
        rank = (bool(entry.on), end - start, -start)
        if best is None or rank > best[0]:
            best = (rank, entry, start, end)
    code = _code(country)
    if best is None:
        return _public_match(line.plain, code, today)
    _, entry, start, end = best
    occasion = _dated(entry, code, today) if entry.on else None
    return Match(Occasion(entry.name, None, None, entry.words) if occasion is None else occasion, start, end)


def _named(words: tuple[str, ...], folded: str) -> Iterator[tuple[_Entry, int, int]]:
    """Every entry of the file that words name, with where."""
    by_start, chinese = _index()
    for at, word in enumerate(words):
        for phrase, entry in by_start.get(word[:_START], ()):
            if find(words[at : at + len(phrase)], phrase) == 0:
                yield entry, at, at + len(phrase)
    for sign, entry in chinese if is_chinese(folded) else ():
        run = next((n for n, word in enumerate(words) if sign in word), None)
        if run is not None:
            yield entry, run, run + 1


_START = 3
"""Letters of a first word that the phrases are sorted by; no phrase's beginning "...*" is shorter."""


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, list[tuple[tuple[str, ...], _Entry]]], list[tuple[str, _Entry]]]:
    by_start: dict[str, list[tuple[tuple[str, ...], _Entry]]] = {}
    chinese: list[tuple[str, _Entry]] = []
    for entry in _entries():
        for phrase in entry.split:
            if is_chinese(phrase[0]):
                chinese.append((phrase[0], entry))
            else:
                by_start.setdefault(phrase[0].rstrip("*")[:_START], []).append((phrase, entry))
    return by_start, chinese


def is_southern(country: str) -> bool:
    """Whether most of a country lies on the southern half, where summer is in January."""
    return _code(country) in _SOUTHERN


def season_days(season: str, today: date, *, southern: bool = False) -> tuple[date, date]:
    """The first and last day of the season that is on or comes next, by whole months."""
    begins = (SEASONS.index(season) * 3 + (6 if southern else 0)) % 12 + 3  # spring: March, northern
    month = (begins - 1) % 12 + 1
    for year in (today.year - 1, today.year, today.year + 1):
        first = date(year, month, 1)
        last = _month_later(first, 3) - timedelta(days=1)
        if last >= today:
            return first, last
    raise AssertionError("one of three years has the season")


def _month_later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _code(country: str) -> str:
    code = country.strip().upper()[:2]
    return "GB" if code == "UK" else code


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    data: dict[str, Any] = tomllib.loads(files("core.intent").joinpath("occasions.toml").read_text(encoding="utf-8"))
    return tuple(
        _Entry(
            entry["name"],
            {"default": entry["on"]} if isinstance(entry.get("on"), str) else entry.get("on", {}),
            frozenset(entry["kept"]) if "kept" in entry else None,
            tuple(entry["words"]),
            tuple(_phrase(words) for words in entry["words"]),
        )
        for entry in data["occasion"]
    )


def _phrase(words: str) -> tuple[str, ...]:
    *head, last = read_line(words).plain
    return (*head, f"{last}*" if words.endswith("*") else last)


def _dated(entry: _Entry, country: str, today: date) -> Occasion | None:
    """The occasion with the days that are on or come next; None where the calendar has none within two years."""
    rule = entry.rule(country)
    if rule is None:
        return None
    for year in range(today.year - 1, today.year + 3):
        for first, last in _days(rule, year):
            if last >= today:
                return Occasion(entry.name, first, last, entry.words)
    return None


@lru_cache(maxsize=2_000)
def _days(rule: str, year: int) -> tuple[tuple[date, date], ...]:
    """The spans of a rule that begin in a year, as the file's head explains them."""
    read = _RULE.match(rule)
    if read is None:
        raise ValueError(f"occasions.toml has a rule that cannot be read: {rule!r}")
    base = read["base"]
    spans = _held(base.split(" ", 2), year) if base.startswith("holidays") else [(_day(base, year),) * 2]
    found = []
    for first, last in spans:
        if read["until"]:
            last = _in_year(read["until"], first.year)
            last = last if last >= first else _in_year(read["until"], first.year + 1)
        offset = timedelta(days=int(read["offset"] or 0))
        if read["length"]:
            last = first + timedelta(days=int(read["length"]) - 1)
        found.append((first + offset, last + offset))
    return tuple(found)


def _day(base: str, year: int) -> date:
    if base == "easter":
        return _easter(year)
    if re.fullmatch(r"\d\d-\d\d", base):
        return _in_year(base, year)
    number, day, *rest = base.split()
    weekday = _DAYS.index(day)
    if rest[0] == ">=":
        start = _in_year(rest[1], year)
        return start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (int(number) - 1))
    month = date(year, int(rest[0]), 1)
    if int(number) > 0:
        return month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (int(number) - 1))
    end = _month_later(month, 1) - timedelta(days=1)
    return end - timedelta(days=(end.weekday() - weekday) % 7 + 7 * (-int(number) - 1))


def _in_year(month_day: str, year: int) -> date:
    return date(year, int(month_day[:2]), int(month_day[3:]))


def _easter(year: int) -> date:
    """Western Easter Sunday by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, 1991, page 67)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l_ = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * l_) // 433
    month, day = divmod(h + l_ - 7 * m + 90, 25)
    return date(year, month, (h + l_ - 7 * m + 33 * month + 19) % 32)


def _held(base: list[str], year: int) -> list[tuple[date, date]]:
    """The spans of neighbouring days that begin in a year and whose name holds some words, of one country's list."""
    wanted = base[2].lower()
    days = _holidays(base[1], year, True)
    named = [day for day, name, _ in days if wanted in name.lower() and not _NOT_OCCASIONS.search(name)]
    return [(first, last) for first, last in _runs(named) if first.year == year]


def _runs(days: Iterable[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and (day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


@lru_cache(maxsize=256)
def _holidays(country: str, year: int, every: bool) -> tuple[tuple[date, str, str], ...]:
    """(day, English name, name in the country's language) of the days around a year; none for an unknown country.

    `every`: with those of religious and other groups, not the public ones alone.
    """
    kinds = getattr(holidays, country, None) if country in holidays.list_supported_countries() else None
    if kinds is None:
        return ()
    shown = kinds.supported_categories if every else ("public", "unofficial")
    categories = tuple(c for c in kinds.supported_categories if c in shown)
    english = next((one for one in kinds.supported_languages if one.startswith("en")), None)

    def names(language: str | None) -> dict[date, str]:
        years = (year - 1, year, year + 1)
        return dict(holidays.country_holidays(country, years=years, categories=categories, language=language))

    own = names(kinds.default_language)  # without one, the package takes the language of the process
    told = names(english) if english is not None else own
    return tuple((day, name, own.get(day, name)) for day, name in sorted(told.items()))


@lru_cache(maxsize=64)
def _public_names(country: str, year: int) -> tuple[tuple[str, tuple[str, ...], tuple[date, ...]], ...]:
    """(English name, keywords, days) of a country's holidays that the file does not already know."""
    days: dict[str, list[date]] = {}
    words: dict[str, set[str]] = {}
    for day, told, own in _holidays(country, year, False):
        for name, local in zip(told.split("; "), own.split("; "), strict=False):
            name = _REMARK.sub("", name).strip()
            if _NOT_OCCASIONS.search(f"{name} {told}"):
                continue
            days.setdefault(name, []).append(day)
            keys = (" ".join(read_line(one).plain) for one in (name, _REMARK.sub("", local)))
            words.setdefault(name, set()).update(key for key in keys if key)
    return tuple(
        (name, tuple(sorted(words[name])), tuple(days[name]))
        for name in days
        if not any(entry.on for key in words[name] for entry, _, _ in _named(tuple(key.split()), key))
    )


@lru_cache(maxsize=64)
def _public(country: str, today: date) -> tuple[Occasion, ...]:
    found = []
    for name, keys, days in _public_names(country, today.year):
        span = next(((first, last) for first, last in _runs(days) if last >= today), None)
        if span is not None:
            found.append(Occasion(name, *span, keys))
    return tuple(found)


def _public_match(words: tuple[str, ...], country: str, today: date) -> Match | None:
    for occasion in _public(country, today):
        for key in occasion.keywords:
            at = find(words, key.split())
            if at is not None and len(key.split()) > 1:
                return Match(occasion, at, at + len(key.split()))
    return None
