"""Queries to begin with on the bench of search: of the shop's own log, or such as its catalogue can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.domain import Strategy
from core.pipeline.catalogues import categories, shelf
from core.services import Services
from core.text import split_negation

ExampleKind = Literal["without", "colour", "for whom", "size", "the thing itself", "occasion"]

CANDIDATES: tuple[tuple[ExampleKind, str], ...] = (
    ("without", "wall clock without frame"),
    ("without", "queen bed frame without headboard"),
    ("without", "water bottle without straw"),
    ("without", "backpack without wheels"),
    ("without", "pillow without feathers"),
    ("without", "mug without print"),
    ("without", "sweater without hood"),
    ("without", "desk without drawers"),
    ("colour", "black running shoes for men"),
    ("colour", "white bath towels"),
    ("colour", "blue rain jacket"),
    ("colour", "green dinner plates"),
    ("for whom", "rain boots for kids"),
    ("for whom", "dog bed"),
    ("for whom", "watch for women"),
    ("size", "queen size sheets"),
    ("size", "12 inch frying pan"),
    ("size", "15 inch laptop sleeve"),
    ("the thing itself", "camping tent"),
    ("the thing itself", "coffee machine"),
    ("the thing itself", "iphone"),
    ("occasion", "christmas tree lights"),
    ("occasion", "birthday candles"),
)
"""Tried in this order, so that of each kind the first ones that the catalogue can answer are shown."""

_MOST = 6
_OF_KIND = {"without": 2}
"""How many of a kind are shown where it is not one; plain search fails most at what must not be."""
_ENOUGH = 6
"""A catalogue can answer a query of which it holds so many products."""


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """One query to try, and what it puts to the test; `kind` "asked" is one that the shop's visitors typed."""

    query: str
    kind: Literal[ExampleKind, "asked"]


def example_queries(services: Services, *, limit: int = _MOST) -> tuple[ExampleQuery, ...]:
    """Up to `limit` queries that the catalogue in use holds products of, a "without" first.

    The most frequent one of the shop's query log is among them. Categories stand in where nothing else fits.
    """
    opened = shelf(services)
    found: list[ExampleQuery] = []
    for kind, query in CANDIDATES:
        room = _OF_KIND.get(kind, 1) - sum(one.kind == kind for one in found)
        if room > 0 and _answers(services, query):
            found.append(ExampleQuery(query, kind))
    logged = opened.catalogue.query_log()
    if logged:
        often = max(logged, key=lambda one: one[1])[0]
        found.insert(min(1, len(found)), ExampleQuery(often, "asked"))
    if not found:
        names = dict.fromkeys(path.rpartition(" > ")[2] for path in categories(services) if path)
        found = [ExampleQuery(name.lower(), "the thing itself") for name in names]
    return tuple(found[:limit])


def _answers(services: Services, query: str) -> bool:
    """Whether enough products say the wanted words, and, of a query with "without", some what is not wanted."""
    parts = split_negation(query)
    strategy = Strategy((parts.wanted,), parts.unwanted)
    seen = shelf(services).preview.preview(strategy)
    if seen.count < _ENOUGH:
        return False
    return not parts.unwanted or seen.removed > 0
