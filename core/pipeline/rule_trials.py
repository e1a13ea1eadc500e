"""Trying rules out: what they say of a search's products, and what one that is not kept would do to its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from core.domain import Grade
from core.errors import ThemeInvalid
from core.pipeline.catalogues import shelf
from core.pipeline.relevance import items
from core.pipeline.searching import POOL, search
from core.recall.corpus import CatalogueCorpus
from core.recall.peers import by_both
from core.relevance.contract import Item, Question
from core.relevance.reading import Reading, read
from core.relevance.rerank import rerank
from core.relevance.rules.book import Rule, RuleBook
from core.services import Services
from core.text import fold, tokens, words

TRIED = 100
"""Products of a search that a try looks at."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One product that a rule speaks of: its place in the search, counted from 1, and the sentence."""

    product_id: str
    rank: int
    sentence: str


@dataclass(frozen=True, slots=True)
class TriedQuery:
    """What rules say of a search's first products: `spoken` by the rule's id, in the order of the search.

    `products` are all that were looked at. `reading` is what was understood of the query.
    """

    query: str
    reading: Reading
    products: tuple[str, ...]
    spoken: Mapping[str, tuple[Spoken, ...]]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as judges read it: the wanted words, the phrases that must not be, the values of facets by the facet's
    name, and the dimensions (`length`, `count` ...) of which it states an amount."""

    wanted: str
    unwanted: tuple[str, ...]
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriedPlace:
    """One product of a tried search in its place: the local judge's grade with its probability, and what the tried rule
    says of it, "" where it is silent."""

    product_id: str
    grade: Grade
    sure: float
    sentence: str


@dataclass(frozen=True, slots=True)
class TriedRule:
    """What one rule does to a search: the products that it speaks of, and all in the order of the local judge without
    the rule (`before`) and with it (`after`)."""

    tried: TriedQuery
    before: tuple[TriedPlace, ...]
    after: tuple[TriedPlace, ...]

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """What the rule says, in the order of the search."""
        return next(iter(self.tried.spoken.values()))


def try_rules(services: Services, query: str, rules: Sequence[Rule], *, limit: int = TRIED) -> TriedQuery:
    """What these rules, on or off, say of the first products that words and meaning find together; nothing is kept.

    It is a search that knows no rule and no "without" (`core.recall.peers.by_both`): ours keeps much of what rules
    would speak of out beforehand. Raises `ThemeInvalid` for a query without words.
    """
    _checked(query)
    vector = services.encoder.encode([query])[0]
    found = by_both(shelf(services).catalogue, query, vector, limit)
    return _tried(services, query, rules, items(services, [name for name, _ in found]))


def try_rule(services: Services, query: str, rule: Rule) -> TriedRule:
    """What a rule that need not be kept would do to the results of a search; nothing is kept.

    Raises `ThemeInvalid` for a query without words.
    """
    _checked(query)
    prior = {candidate.product_id: candidate.score for candidate in search(services, query, limit=POOL)}
    looked = items(services, list(prior))
    tried = _tried(services, query, [rule], looked)
    spoken = {one.product_id: one.sentence for one in tried.spoken[rule.id]}
    scores = np.array([prior[item.product.product_id] for item in looked])
    others = [one for one in services.rules().rules if one.id != rule.id]

    def places(book: RuleBook) -> tuple[TriedPlace, ...]:
        graded = services.judge_by(book).grades(Question(query), looked)
        values = rerank(Question(query), looked, scores, graded)
        ids = [item.product.product_id for item in looked]
        order = sorted(range(len(looked)), key=lambda k: (-round(float(values[k]), 9), ids[k]))
        first = [(ids[k], int(graded.grades[k]), graded.probabilities[k]) for k in order]
        return tuple(TriedPlace(name, cast(Grade, g), float(p[g - 1]), spoken.get(name, "")) for name, g, p in first)

    return TriedRule(tried, places(RuleBook(others)), places(RuleBook([*others, replace(rule, enabled=True)])))


def understood(services: Services, query: str) -> Understood:
    """What judges and rules read in a query, in the query's own words; empty for one without words."""
    reading = _read(services, query)
    first: dict[str, str] = {}
    for word in fold(query).split():
        for token in (*tokens(word), *tokens(word.removesuffix("less"))):
            first.setdefault(token, word)
    return Understood(
        wanted=" ".join(dict.fromkeys(first.get(token, token) for token in reading.wanted)),
        unwanted=tuple(" ".join(first.get(token, token) for token in phrase) for phrase in reading.unwanted),
        facets=tuple((name, tuple(sorted(values))) for name, values in reading.facets.items() if values),
        amounts=tuple(name for name, values in reading.amounts.items() if values),
    )


def _checked(query: str) -> None:
    if not words(query):
        raise ThemeInvalid("There is nothing to search for: type at least one word.")


def _tried(services: Services, query: str, rules: Sequence[Rule], looked: Sequence[Item]) -> TriedQuery:
    reading = _read(services, query)
    spoken = {rule.id: _spoken(rule, reading, looked) for rule in rules}
    return TriedQuery(query, reading, tuple(one.product.product_id for one in looked), spoken)


def _read(services: Services, query: str) -> Reading:
    return read(query, corpus=CatalogueCorpus(shelf(services).catalogue))


def _spoken(rule: Rule, reading: Reading, looked: Sequence[Item]) -> tuple[Spoken, ...]:
    book = RuleBook([replace(rule, enabled=True)])
    said = ((item, place, book.verdicts(reading, item.profile)) for place, item in enumerate(looked, start=1))
    return tuple(Spoken(item.product.product_id, place, told[0].sentence) for item, place, told in said if told)
