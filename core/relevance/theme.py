"""What a theme asks of a product: its own words, and where it names several things, each of them.

A theme is no shopping query: "sandals and flip flops for summer" is answered by a product that is one of the two. What
the intent says beside the words (for whom, when, what must not be) holds for each, by the rules.
"""

from __future__ import annotations

import re

from core.domain import Intent
from core.relevance.reading import read
from core.text import fold, split_price, tokens

MOST = 6
"""Things that are told apart; a theme that names more is asked whole."""

_JOINTS = re.compile(r"\s*(?:,|;|/|&|\+|\band\b|\bor\b|\bund\b|\boder\b)\s*", re.IGNORECASE)


def questions_of(intent: Intent, words: str | None = None) -> tuple[str, ...]:
    """The queries of which a product has to answer one, the whole first; a keyword is asked whole. Prices are no part.

    `words` are what the intent asks for where somebody changed it after it was typed, None for its text. Each thing is
    asked with what every product must be and for whom.
    """
    typed = " ".join((words or intent.text).split())
    # What a product may cost is a filter's, and no word of its text.
    rest, price = split_price(fold(typed))
    whole = rest.replace(" ,", ",") if price is not None and tokens(rest) else typed
    if intent.kind == "keyword":
        return (whole,)
    parts = _things(intent.what or whole)
    if not 1 < len(parts) <= MOST:
        return (whole,)
    return tuple(dict.fromkeys((whole, *(_asked(part, intent) for part in parts))))


def _asked(part: str, intent: Intent) -> str:
    said = set(tokens(part))
    musts = [must for must in intent.must_have if not set(tokens(must)) <= said]
    audience = intent.audience or ""
    for_whom = ["for", audience] if audience and not set(tokens(audience)) <= said else []
    return " ".join([*musts, part, *for_whom])


def _things(text: str) -> list[str]:
    """The things that a theme names; one that is an attribute only ("black and white dresses") names nothing."""
    parts = [part for part in _JOINTS.split(text) if tokens(part)]
    named = [part for part in parts if not _attribute(part)]
    return parts if len(named) == len(parts) else []


def _attribute(part: str) -> bool:
    reading = read(part)
    values = {stem for facet in reading.facets.values() for value in facet for stem in tokens(value)}
    return bool(reading.wanted) and set(reading.wanted) <= values
