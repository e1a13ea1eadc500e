"""Rocchio's relevance feedback, the peer of live learning, with every freedom that it may ask for.

The query moves towards the mean of what was kept and away from the mean of what was rejected (Rocchio 1971; Manning,
Raghavan and Schütze 2008, equation 9.3, alpha 1), on vectors, on words by tf-idf, or on both; the prior is mixed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from core.evaluation.live_learning import Listed, Session
from core.text import tokens

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

Space = Literal["vectors", "centred vectors", "words", "both"]


@dataclass(frozen=True, slots=True)
class Rocchio:
    """`beta` and `gamma` weigh the means of kept and rejected, `prior` the standardised prior beside the similarity."""

    beta: float
    gamma: float
    space: Space
    prior: float

    def __call__(self, session: Session, verdicts: Mapping[str, bool]) -> Sequence[str]:
        kept = np.array([verdicts.get(i) is True for i in session.ids])
        refused = np.array([verdicts.get(i) is False for i in session.ids])
        spaces: tuple[Space, ...] = ("centred vectors", "words") if self.space == "both" else (self.space,)
        found = np.mean([self._similarity(session, space, kept, refused) for space in spaces], axis=0)
        scores = np.round(found + self.prior * _standard(session.prior), 9)
        order = np.argsort(-scores, kind="stable").tolist()
        return [session.ids[k] for k in order if session.ids[k] not in verdicts]

    def _similarity(self, session: Session, space: Space, kept: Mask, refused: Mask) -> Floats:
        alike = _alike(session.listed, space)
        scores = _asked(session, space)
        if kept.any():
            scores = scores + self.beta * alike[:, kept].mean(axis=1)
        if refused.any():
            scores = scores - self.gamma * alike[:, refused].mean(axis=1)
        return _standard(scores)


GRID = tuple(
    Rocchio(beta, gamma, space, prior)
    for beta, gamma, space, prior in product(
        (0.75, 1.0, 2.0, 4.0), (0.0, 0.15, 0.5, 1.0, 2.0, 4.0), get_args(Space), (0.0, 0.25, 0.5)
    )
    if gamma <= beta
)
"""The textbook's constants (0.75 and 0.15) and what lies around them."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a list's products by tf-idf: (n, words) rows of unit length."""

    numbers: Mapping[str, int]
    weight: Floats
    rows: Floats


def _asked(session: Session, space: Space) -> Floats:
    """(n,) similarity of the products with what was asked."""
    if space == "words":
        words = _words(session.listed)
        asked = np.zeros(len(words.weight))
        asked[[words.numbers[t] for t in set(tokens(session.group)) if t in words.numbers]] = 1.0
        return np.asarray(words.rows @ _unit((asked * words.weight)[None])[0])
    vectors, middle = _vectors(session.listed, space)
    return np.asarray(vectors @ _unit((session.query.astype(np.float64) - middle)[None])[0])


@lru_cache(maxsize=1024)
def _alike(listed: Listed, space: Space) -> Floats:
    """(n, n) similarity of the products with each other."""
    rows = _words(listed).rows if space == "words" else _vectors(listed, space)[0]
    return np.asarray(rows @ rows.T)


def _vectors(listed: Listed, space: Space) -> tuple[Floats, Floats]:
    vectors = np.stack([item.vector for item in listed.items]).astype(np.float64)
    middle = vectors.mean(axis=0) if space == "centred vectors" else np.zeros(vectors.shape[1])
    return _unit(vectors - middle), middle


@lru_cache(maxsize=32)
def _words(listed: Listed) -> _Words:
    numbers: dict[str, int] = {}
    held = [[numbers.setdefault(t, len(numbers)) for t in sorted(item.profile.main)] for item in listed.items]
    found = np.zeros((len(held), len(numbers)))
    for row, codes in enumerate(held):
        found[row, codes] = 1.0
    weight = np.log(len(held) / np.maximum(found.sum(axis=0), 1.0))
    return _Words(numbers, weight, _unit(found * weight))


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-9))


def _standard(values: Floats) -> Floats:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else 0.0 * values)
