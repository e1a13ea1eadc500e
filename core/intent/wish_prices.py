"""Prices in what an operator says to an open list."""

from __future__ import annotations

import re

from core.intent.wording import read_line
from core.text import split_price

_BARE_RANGE = re.compile(r"\b(?P<word>between|from|zwischen|von|entre|de)\s+(?=\d)", re.IGNORECASE)
_JOINT = re.compile(r"^(?:and|but|und|aber|y|pero|et|mais)\s+|\s+(?:and|but|und|aber|y|pero|et|mais)$")
_PRICE_REST = frozenset(
    "please only everything things products price prices cost costs it all a an the keep make them list that is are be "
    "bitte nur alles preis kosten solo todo precio que cueste seulement tout prix par piece each".split()
)


def read_price(text: str) -> tuple[str, tuple[float | None, float | None] | None]:
    """Take a price out of a wish; in one, a bare range is a price too ("between 20 and 40")."""
    low = text.lower()
    rest, price = split_price(low)
    if price is None and _BARE_RANGE.search(low):
        rest, price = split_price(_BARE_RANGE.sub(lambda found: f"{found['word']} $", low))
    return (rest if price is None else _JOINT.sub("", rest)), price


def names_things(text: str) -> bool:
    """Whether there is a word beside those that a price is said with."""
    return any(word not in _PRICE_REST for word in read_line(text).plain)


def even_price(price: float, *, up: bool) -> float:
    """A price as a person would say it, never past the middle in the wrong direction by more than a step."""
    step = 10.0 if price >= 200 else 5.0 if price >= 50 else 1.0 if price >= 10 else 0.5
    number = price / step
    return max(step, step * (int(number) if up else -int(-number // 1)))
