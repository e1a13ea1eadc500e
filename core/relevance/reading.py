"""A query as judges and rules read it: what is wanted, what must not be, and what was recognised in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain import Intent
from core.text import split_negation, tokens

Tokens = frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """`wanted` are the stems in order without repeats, `unwanted` the stems of each phrase that must not be.

    `facets` holds what was recognised (`colour`, `material`, `audience` ...) by name. `intent` is what an operator said
    beside the words, None for a plain query.
    """

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[tuple[str, ...], ...]
    facets: Mapping[str, Tokens] = field(default_factory=dict)
    intent: Intent | None = None


def read(query: str, intent: Intent | None = None) -> Reading:
    """Take a query apart; the must-nots of an intent are unwanted too."""
    parts = split_negation(query)
    phrases = (*parts.unwanted, *(() if intent is None else intent.must_not))
    unwanted = dict.fromkeys(found for found in map(tokens, phrases) if found)
    return Reading(query, tuple(dict.fromkeys(tokens(parts.wanted))), tuple(unwanted), intent=intent)
