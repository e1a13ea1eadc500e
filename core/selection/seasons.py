"""Which seasons a product says it is for, and which one is on: by the calendar of the northern or southern half."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache

from core.domain.seasons import SEASON_WORDS, SEASONS, season_of

__all__ = ["ALL_YEAR", "SEASONS", "season_of", "seasons_of_rows"]

ALL_YEAR = "all year"

_TRADE = {"ss": ("spring", "summer"), "aw": ("autumn", "winter"), "fw": ("autumn", "winter")}
_ALWAYS = re.compile(r"\b(all|every|any|year[ -]?round|(4|four)[ -]seasons?)\b")

# Read where they stand, because parsing every product's attributes would cost more than all the counting. A name inside
# a value has its quotes escaped, so it is never taken for one.
_SAID = re.compile(r'"((?i:season|occasion))"\s*:\s*"((?:[^"\\]|\\.)*)"')

# Only occasions that stand in one season wherever that half of the world keeps them; the northern reading.
_OCCASIONS = {
    "christmas": "winter",
    "hanukkah": "winter",
    "new year": "winter",
    "valentine": "winter",
    "easter": "spring",
    "back to school": "autumn",
    "halloween": "autumn",
    "thanksgiving": "autumn",
}


def seasons_of_rows(rows: Sequence[str], *, southern: bool = False) -> list[tuple[str, ...]]:
    """The seasons that each product says, of attributes as the catalogue's table keeps them (JSON objects of strings):
    those of its own “season”, else that of an occasion with a fixed date; none where it says nothing of either."""
    found: list[tuple[str, ...]] = []
    for text in rows:
        own = occasion = ""
        for name, value in _SAID.findall(text):
            if name[0] in "sS":
                own = value
            else:
                occasion = value
        found.append(_read(_plain(own)) if own else _dated(_plain(occasion), southern) if occasion else ())
    return found


def _plain(value: str) -> str:
    return str(json.loads(f'"{value}"')) if "\\" in value else value


@lru_cache(maxsize=4_096)
def _read(value: str) -> tuple[str, ...]:
    low = value.casefold()
    if _ALWAYS.search(low):
        return (ALL_YEAR,)
    named: set[str] = set()
    for word in re.findall(r"[^\W\d_]+", low):
        if word in SEASON_WORDS:
            named.add(SEASON_WORDS[word])
        else:
            named.update(_TRADE.get(word, ()))
    return (ALL_YEAR,) if len(named) == len(SEASONS) else tuple(s for s in SEASONS if s in named)


@lru_cache(maxsize=4_096)
def _dated(value: str, southern: bool) -> tuple[str, ...]:
    low = value.casefold()
    for word, season in _OCCASIONS.items():
        if word in low:
            shift = 2 if southern else 0
            return (SEASONS[(SEASONS.index(season) + shift) % 4],)
    return ()
