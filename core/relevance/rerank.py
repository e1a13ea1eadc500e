"""The order of a search's candidates: the local judge's features of each, and what the first ones have in common.

Grades answer "how good is this one"; an order may also look at the other candidates. Two things are taken from them:
the vote of the first products' parent categories, and the words that the first products share (a relevance model:
Lavrenko and Croft 2001, with the candidates' titles as the feedback documents).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from core.relevance.contract import Item, Question
from core.relevance.local.corpus import shipped_words
from core.relevance.local.features import FEATURES
from core.relevance.local.judge import Graded

Floats = npt.NDArray[np.float64]

FIRST = 20
"""The first products, by the features alone, whose categories vote and whose words count."""


@dataclass(frozen=True, slots=True)
class Order:
    """What each feature adds to a product's value, by name; `vote` and `shared` are those of the first products.

    Ridge regression of ESCI's gains within queries under the features' signs, strongly shrunk, then rounded
    (`tests/bench/train_judge.py`; docs/judge.md has the cross-validated figures).
    """

    features: Mapping[str, float]
    vote: float
    shared: float

    def row(self) -> Floats:
        """(features + 2,) weights: those of `FEATURES` in order, then `vote` and `shared`."""
        return np.array([*(self.features.get(name, 0.0) for name in FEATURES), self.vote, self.shared])


ORDER = Order(
    features={
        "cosine": 0.37,
        "coverage": 0.27,
        "brand": 0.20,
        "leaf": 0.03,
        "head": 0.03,
        "lacks": 0.07,
        "has": -0.32,
        "serves": -0.07,
        "attribute": -0.19,
        "unwanted": -0.18,
        "kind": -0.27,
    },
    vote=0.07,
    shared=0.45,
)


def rerank(question: Question, items: Sequence[Item], prior: Floats, graded: Graded, *, order: Order = ORDER) -> Floats:
    """(n,) scores in [0, 1]: list the items by them, highest first, ties by product id.

    `graded` are the local judge's columns over the same items, and `prior` (n,) the scores of the plain search: these
    add nothing that the judge's features do not hold, so they only part what is otherwise equal.
    """
    if not items:
        return np.zeros(0)
    weights = order.row()
    values = pooled(items, graded.features, order) @ weights
    low, high = float(weights[weights < 0].sum()), float(weights[weights > 0].sum())
    scores: Floats = (values - low) / (high - low)
    return np.clip(scores + 1e-9 * np.asarray(prior, np.float64), 0.0, 1.0)


def pooled(items: Sequence[Item], features: Floats, order: Order = ORDER) -> Floats:
    """(n, features + 2): the judge's columns with the vote and the shared words beside them."""
    alone = features @ order.row()[: len(FEATURES)]
    first = np.argsort(-alone, kind="stable")[:FIRST]
    return np.column_stack([features, _vote(items, first), _shared(items, first)])


def _vote(items: Sequence[Item], first: npt.NDArray[np.int64]) -> Floats:
    """The share of the first products that stand below the same parent category."""
    parents = [_parent(item.product.category) for item in items]
    votes = Counter(parents[i] for i in first)
    return np.array([votes[parent] / len(first) if parent else 0.0 for parent in parents])


def _parent(path: str) -> str:
    parent, _, _ = path.rpartition(" > ")
    return parent if parent else path


def _shared(items: Sequence[Item], first: npt.NDArray[np.int64]) -> Floats:
    """How much of what the first products' titles and category names say a product says too, in [0, 1].

    A word weighs by how many of them say it, times the square root of its idf in shops at large.
    """
    said = [frozenset(i.profile.title).union(*i.profile.path[-1:]) for i in items]
    counts = Counter(token for i in first for token in said[i])
    words = shipped_words()
    weights = {token: count * sqrt(words.idf(token)) for token, count in counts.items()}
    total = sum(weights.values()) or 1.0
    return np.array([sum(weights[token] for token in tokens if token in weights) / total for tokens in said])
