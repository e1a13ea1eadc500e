"""Choose the set of terms with the largest marginal gain of relevant mass, so that no product type dominates.

A product counts as much as the best of its terms speaks of it, so that "inflatable santa" adds to "christmas porch
decorations", which found the santa too, but faintly.
"""

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
_LEAST_SHARE = 0.012  # a term has to add so much of what is already there
_SHARED_WORD = 0.15  # price of a word that another chosen term already has
_SPLITS = 3  # a word that so many good candidates narrow gives way to them
_LEAST_FIT = 0.35  # a term of which fewer finds fit the theme brings in more than it is worth


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
    """The value of what a set of terms covers: the flattened mass of each aspect, less what does not belong."""

    def __init__(self, relevance: Relevance, aspects: Aspects) -> None:
        fits = relevance.gain > 0
        self._good = np.where(fits, relevance.gain, 0.0).astype(np.float32)
        self._bad = np.where(fits, 0.0, -relevance.gain).astype(np.float32)
        self._code = np.maximum(aspects.code, 0)
        self._count = max(aspects.count, 1)

    def value(self, covered: Floats) -> float:
        """Flattened good mass minus the bad mass at the same scale; `covered` is a strength in [0, 1] a row."""
        rows = np.flatnonzero(covered)
        strength = covered[rows]
        mass = np.bincount(self._code[rows], weights=self._good[rows] * strength, minlength=self._count)
        good = float(mass.sum())
        bad = float(self._bad[rows] @ strength)
        flat = float(np.power(mass, _FLATTEN).sum())
        # The bad mass is put on the scale of the flattened good: what share of the shelf it spoils.
        return flat - _BAD * flat * bad / max(good + bad, 1e-9)


def covered(pool: Pool, chosen: Sequence[int]) -> Floats:
    """How strongly the chosen terms together speak of each row: the strongest of them."""
    if not chosen:
        return np.zeros(pool.strength.shape[1], np.float32)
    found: Floats = pool.strength[list(chosen)].max(axis=0)
    return found


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
    union = covered(pool, chosen)
    value = shelf.value(union)
    broad = _broad(pool)
    allowed = [
        i
        for i in range(len(pool.candidates))
        if i not in banned and i not in chosen and i not in broad and pool.precision[i] >= _LEAST_FIT
    ]
    while len(chosen) < most:
        used = [pool.candidates[i].key for i in chosen]
        best, best_gain = None, 0.0
        for i in allowed:
            key = pool.candidates[i].key
            if i in chosen or any(key <= other or other <= key for other in used):
                continue
            gain = shelf.value(np.maximum(union, pool.strength[i])) - value
            shared = sum(bool(key & other) for other in used)
            gain *= 1.0 - min(_SHARED_WORD * shared, 0.6)
            gain *= liking(pool, i)
            if gain > best_gain + 1e-9:
                best, best_gain = i, gain
        if best is None or (chosen and best_gain < _LEAST_SHARE * max(value, 1e-9)):
            break
        chosen.append(best)
        union = np.maximum(union, pool.strength[best])
        value = shelf.value(union)
    if not chosen and not start:
        # Nothing clearly fits: the operator's own words still stand, where the catalogue uses them.
        own = [i for i, c in enumerate(pool.candidates) if c.source == "theme" and i not in banned]
        chosen = sorted(own, key=lambda i: (-len(pool.candidates[i].key), i))[:1]
    return chosen


def _broad(pool: Pool) -> set[int]:
    """Single words that several good candidates narrow: "dog" beside "dog beds", "dog treats" and "dog bowls"."""
    good = [c.key for i, c in enumerate(pool.candidates) if pool.precision[i] >= 0.5 and len(c.key) > 1]
    return {i for i, c in enumerate(pool.candidates) if len(c.key) == 1 and sum(c.key < key for key in good) >= _SPLITS}


_SOURCE = {"customers": 1.4, "category": 1.25, "suggestion": 1.15, "research": 1.15, "theme": 1.0, "title": 0.7}


def liking(pool: Pool, index: int) -> float:
    """A preference among near equals: the customers' own words first, then names of things, two words over one."""
    candidate = pool.candidates[index]
    length = {1: 0.9, 2: 1.05, 3: 1.0}.get(len(candidate.key), 0.85)
    return _SOURCE[candidate.source] * length


def marginal(pool: Pool, shelf: Shelf, chosen: Sequence[int]) -> Floats:
    """What each chosen term adds to the others."""
    whole = shelf.value(covered(pool, chosen))
    rest = [[j for j in chosen if j != i] for i in chosen]
    return np.asarray([whole - shelf.value(covered(pool, others)) for others in rest], dtype=np.float32)
