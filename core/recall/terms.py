"""A strategy's terms as recall reads them: analysed, folded, without repetition, whatever their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.domain import Strategy
from core.text import fold, tokens


@dataclass(frozen=True, slots=True)
class Term:
    """One term: `text` as it was given, `key` folded (what is encoded and compared), `tokens` distinct and sorted."""

    text: str
    key: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The distinct terms of a strategy in the order given, with the weights of the positive ones."""

    positive: tuple[Term, ...]
    negative: tuple[Term, ...]
    weights: tuple[float, ...]


@lru_cache(maxsize=100_000)
def term(text: str) -> Term:
    """Analyse one term. Its vector is that of the folded text, so that "Tent" and "tent" are the same term."""
    key = " ".join(fold(text).split())
    return Term(text, key, tuple(sorted(set(tokens(text)))))


@lru_cache(maxsize=4_096)
def read_terms(strategy: Strategy) -> Terms:
    """Blank terms left out; repeated ones (equal after folding) once, with the largest weight given to any of them."""
    given: dict[str, float] = {}
    for text, weight in strategy.weights:
        key = term(text).key
        given[key] = max(weight, given.get(key, weight))
    positive: dict[str, Term] = {}
    for text in strategy.positive:
        found = term(text)
        if found.key:
            positive.setdefault(found.key, found)
    negative: dict[str, Term] = {}
    for text in strategy.negative:
        found = term(text)
        if found.key:
            negative.setdefault(found.key, found)
    return Terms(tuple(positive.values()), tuple(negative.values()), tuple(given.get(k, 1.0) for k in positive))
