"""Choose the set of terms with the largest marginal gain of relevant mass, so that no product type dominates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.planning.candidates import Pool
from core.planning.relevance import Relevance
from core.planning.vocabulary import Floats, Vocabulary

MOST_TERMS = 8
_ASPECTS = 10
_CENTRES_FROM = 400
_ROUNDS = 8
_FLATTEN = 0.6  # exponent of an aspect's mass: the second hundred lamps counts less than the first ten desks
_BAD = 0.5  # how much a product that does not belong weighs against one that does
_LEAST_SHARE = 0.03  # a term has to add so much of what is already there
_SHARED_WORD = 0.06  # price of a word that another chosen term already has


@dataclass(frozen=True, slots=True)
class Aspects:
    """Groups of alike products among those that fit: `code` a row, -1 where a product does not fit; `count` of them."""

    code: npt.NDArray[np.int64]
    count: int


def find_aspects(relevance: Relevance, *, vocabulary: Vocabulary) -> Aspects:
    """Spherical k-means over the fitting products' vectors, started from the best-fitting and then the farthest."""
    rows = np.flatnonzero(relevance.gain > 0)
    code = np.full(vocabulary.size, -1, dtype=np.int64)
    if not rows.size:
        return Aspects(code, 0)
    best = rows[np.argsort(-relevance.fit[rows], kind="stable")[:_CENTRES_FROM]]
    points = vocabulary.vectors[best]
    centres = points[:1]
    for _ in range(min(_ASPECTS, len(points)) - 1):
        nearest = (points @ centres.T).max(axis=1)
        centres = np.vstack([centres, points[int(np.argmin(nearest))]])
    for _ in range(_ROUNDS):
        owner = np.argmax(points @ centres.T, axis=1)
        for i in range(len(centres)):
            mean = points[owner == i].sum(axis=0) if (owner == i).any() else centres[i]
            centres[i] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    code[rows] = np.argmax(vocabulary.vectors[rows] @ centres.T, axis=1)
    return Aspects(code, len(centres))


class Shelf:
    """The value of a union of terms: the flattened mass of each aspect, less what does not belong."""

    def __init__(self, relevance: Relevance, aspects: Aspects) -> None:
        fits = relevance.gain > 0
        self._good = np.where(fits, relevance.gain, 0.0).astype(np.float64)
        self._bad = np.where(fits, 0.0, -relevance.gain).astype(np.float64)
        self._code = np.maximum(aspects.code, 0)
        self._count = max(aspects.count, 1)

    def value(self, union: npt.NDArray[np.bool_]) -> float:
        """Flattened good mass minus the bad mass at the same scale."""
        rows = np.flatnonzero(union)
        mass = np.bincount(self._code[rows], weights=self._good[rows], minlength=self._count)
        good = float(self._good[rows].sum())
        flat = float(np.power(mass, _FLATTEN).sum())
        # The bad mass is put on the scale of the flattened good: what share of the shelf it spoils.
        return flat - _BAD * flat * float(self._bad[rows].sum()) / max(good + float(self._bad[rows].sum()), 1e-9)


def choose(
    pool: Pool,
    shelf: Shelf,
    *,
    start: Sequence[int] = (),
    banned: Collection[int] = (),
    most: int = MOST_TERMS,
) -> list[int]:
    """Greedily the indices of the candidates that add most to `start`; stops where the next adds hardly anything."""
    chosen = list(start)
    size = pool.match.shape[1]
    union = pool.match[chosen].any(axis=0) if chosen else np.zeros(size, dtype=np.bool_)
    value = shelf.value(union)
    allowed = [i for i in range(len(pool.candidates)) if i not in banned and i not in chosen and pool.worth[i] > -20]
    while len(chosen) < most:
        used = [pool.candidates[i].key for i in chosen]
        best, best_gain = None, 0.0
        for i in allowed:
            key = pool.candidates[i].key
            if i in chosen or any(key <= other or other <= key for other in used):
                continue
            gain = shelf.value(union | pool.match[i]) - value
            shared = sum(bool(key & other) for other in used)
            gain *= 1.0 - min(_SHARED_WORD * shared, 0.5)
            gain *= liking(pool, i)
            if gain > best_gain + 1e-9:
                best, best_gain = i, gain
        if best is None or (chosen and best_gain < _LEAST_SHARE * max(value, 1e-9)):
            break
        chosen.append(best)
        union = union | pool.match[best]
        value = shelf.value(union)
    return chosen


_SOURCE = {"customers": 1.15, "category": 1.05, "suggestion": 1.05, "theme": 1.0, "title": 1.0}


def liking(pool: Pool, index: int) -> float:
    """A small preference among equals: the customers' own words first, then names of things, two words over one."""
    candidate = pool.candidates[index]
    length = {1: 0.95, 2: 1.05, 3: 1.0}.get(len(candidate.key), 0.9)
    return _SOURCE[candidate.source] * length


def marginal(pool: Pool, shelf: Shelf, chosen: Sequence[int]) -> Floats:
    """What each chosen term adds to the others."""
    whole = shelf.value(pool.match[list(chosen)].any(axis=0))
    out = []
    for i in chosen:
        rest = [j for j in chosen if j != i]
        without = shelf.value(pool.match[rest].any(axis=0)) if rest else 0.0
        out.append(whole - without)
    return np.asarray(out, dtype=np.float32)
