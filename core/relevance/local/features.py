"""What the local judge sees of a query and a product: few features, each of which can only speak one way.

A feature's sign stands in `SIGNS`: more of it never lowers (+1) or never raises (-1) a grade, whatever the weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.relevance.contract import Corpus, Encode, Item, Vectors
from core.relevance.profile import Profile
from core.relevance.reading import Reading

Floats = npt.NDArray[np.float64]

SIGNS: dict[str, int] = {
    "cosine": 1,
    "coverage": 1,
    "title": 1,
    "brand": 1,
    "head": 1,
    "lacks": 1,
    "lacks_in_body": 1,
    "has": -1,
    "has_in_body": -1,
}
FEATURES = tuple(SIGNS)

BODY = 0.5
"""What a word in the description counts, beside one in title, brand, category or attributes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready for many products: its reading, its vector, and the weight of every wanted token."""

    reading: Reading
    vector: Vectors
    weights: tuple[float, ...]


def asked(reading: Reading, encode: Encode, idf: Callable[[str], float]) -> Asked:
    """Prepare a question; the only call of the encoder."""
    return Asked(reading, encode([" ".join(reading.text.split())])[0], tuple(idf(t) for t in reading.wanted))


def columns(question: Asked, items: Sequence[Item], corpus: Corpus) -> Floats:
    """(items, features) in the order of `FEATURES`."""
    out = np.zeros((len(items), len(FEATURES)))
    if not items:
        return out
    vectors = np.stack([item.vector for item in items])
    out[:, 0] = np.clip(vectors @ question.vector, 0.0, 1.0)
    total = sum(question.weights) or 1.0
    alone = len(question.reading.wanted) == 1
    named = [corpus.names_brand(t) if alone else 1.0 for t in question.reading.wanted]
    for row, item in zip(out, items, strict=True):
        _words(row, question, item.profile, total, named)
        for phrase in question.reading.unwanted:
            _negation(row, phrase, item.profile)
    return out


def _words(row: Floats, question: Asked, profile: Profile, total: float, named: Sequence[float]) -> None:
    coverage = title = brand = 0.0
    head = 0.0
    in_title = frozenset(profile.title)
    for token, weight, name in zip(question.reading.wanted, question.weights, named, strict=True):
        if token in in_title:
            title += weight
        if token in profile.main:
            coverage += weight
        elif token in profile.body:
            coverage += weight * BODY
        if token in profile.brand:
            brand += weight * name
    if question.reading.wanted:
        last = question.reading.wanted[-1]
        head = 1.0 if last in in_title or any(last in level for level in profile.path[-1:]) else 0.0
    row[1:5] = coverage / total, title / total, brand / total, head


def _negation(row: Floats, phrase: Sequence[str], profile: Profile) -> None:
    """Note what a product says of an unwanted phrase: that it does without, or that it has it."""
    if not profile.negated.isdisjoint(phrase):
        row[5] = 1.0
    if not profile.lacking.isdisjoint(phrase):
        row[6] = 1.0
    if profile.asserted.issuperset(phrase):
        row[7] = 1.0
    if profile.body.issuperset(phrase) and profile.lacking.isdisjoint(phrase):
        row[8] = 1.0


def default_idf(share: float) -> float:
    """The idf of a token that stands in this share of a large catalogue."""
    return math.log(1.0 + (1.0 - share) / max(share, 1e-6))
