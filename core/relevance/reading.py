"""A query as judges and rules read it: what is wanted, what must not be, and what was recognised in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain import Intent
from core.relevance.contract import Corpus
from core.relevance.rules.measures import measures
from core.relevance.rules.vocabulary import vocabulary
from core.text import split_negation, tokens

Tokens = frozenset[str]

BRAND = 0.8
"""From here on, a token that the catalogue knows as a brand is a brand that is asked for."""

_FOR = re.compile(r"\bfor\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """`wanted` are the stems in order without repeats, `unwanted` the stems of each phrase that must not be.

    `front` are the wanted stems before a "for", `facets` the values that are asked for (`colour`, `material`, `gender`
    ...) by name of the facet, `amounts` numbers with units by dimension, `brands` the wanted stems that name a brand.
    `intent` is what an operator said beside the words, None for a plain query.
    """

    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[tuple[str, ...], ...]
    facets: Mapping[str, Tokens] = field(default_factory=dict)
    intent: Intent | None = None
    front: Tokens = frozenset()
    amounts: Mapping[str, frozenset[float]] = field(default_factory=dict)
    brands: Tokens = frozenset()

    @property
    def unwanted_stems(self) -> Tokens:
        """Every stem of an unwanted phrase."""
        return frozenset(stem for phrase in self.unwanted for stem in phrase)


def read(query: str, intent: Intent | None = None, corpus: Corpus | None = None) -> Reading:
    """Take a query apart; the must-nots of an intent are unwanted too, its audience, season and occasion asked for.

    With a `corpus`, an unwanted phrase ends before a word that is seldom negated ("without overflow solid brass"
    wants solid brass), and brands are known.
    """
    parts = split_negation(query)
    wanted = list(tokens(parts.wanted))
    unwanted = [tokens(phrase) for phrase in (() if intent is None else intent.must_not)]
    for phrase in map(tokens, parts.unwanted):
        end = len(phrase)
        if corpus is not None:
            end = next((i for i in range(1, len(phrase)) if corpus.seldom_negated(phrase[i])), end)
        unwanted.append(phrase[:end])
        wanted.extend(phrase[end:])
    asked = vocabulary().recognise(wanted)
    for said in () if intent is None else (intent.audience, intent.season, intent.occasion):
        for name, values in vocabulary().recognise(tokens(said or "")).items():
            asked.setdefault(name, set()).update(values)
    brands = () if corpus is None else (token for token in wanted if corpus.names_brand(token) >= BRAND)
    return Reading(
        text=query,
        wanted=tuple(dict.fromkeys(wanted)),
        unwanted=tuple(dict.fromkeys(phrase for phrase in unwanted if phrase)),
        facets={name: frozenset(values) for name, values in asked.items()},
        intent=intent,
        front=frozenset(tokens(_FOR.split(parts.wanted.lower(), maxsplit=1)[0])),
        amounts=measures(parts.wanted),
        brands=frozenset(brands),
    )
