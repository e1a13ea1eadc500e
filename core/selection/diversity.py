"""Which of the good products stand beside each other: a cap on every category, and maximal marginal relevance.

Maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998. The next product is the one with the largest
balance x score - (1 - balance) x (largest cosine to a product already picked).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.selection.facts import Floats

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Picked:
    """`order`: positions in the order picked. `nearest` and `likeness`, by position: the picked product most like it,
    -1 where none was compared. `capped`, by position: left out because its category was full. `cap`: the most that a
    category got; `raised` says that it had to be more than its share, since the others could not fill the list.
    """

    order: Integers
    nearest: Integers
    likeness: Floats
    capped: npt.NDArray[np.bool_]
    cap: int
    raised: bool


def pick(
    scores: Floats,
    categories: Integers,
    *,
    size: int,
    category_share: float,
    first: int,
    balance: float,
    vectors: npt.NDArray[np.float32] | None = None,
    fixed: int = 0,
) -> Picked:
    """Pick up to `size` of products that are sorted best first; the first `fixed` of them are in whatever they are.

    `categories` are numbers, negative for an unknown category, which is never capped. `vectors` are normalised rows of
    the first products (at most `first` + `fixed` are looked at); without them the cap alone works.
    """
    share = max(1, math.ceil(category_share * size))
    cap = _cap(categories, share, wanted=min(size, len(scores)))
    state = _State(scores, categories, cap)
    for position in range(min(fixed, len(scores))):
        state.take(position)
    if vectors is not None and balance < 1.0:
        _marginal(state, vectors[: first + fixed], size=size, balance=balance)
    for position in range(len(scores)):
        if len(state.order) >= size:
            break
        if not state.taken[position] and not state.full(position):
            state.take(position)
    capped = ~state.taken & state.fulls()
    return Picked(np.array(state.order, np.int64), state.nearest, state.likeness, capped, cap, cap > share)


def _cap(categories: Integers, share: int, *, wanted: int) -> int:
    """The least cap from `share` on with which the categories together can still give `wanted` products."""
    known = categories[categories >= 0]
    held = np.bincount(known) if len(known) else np.zeros(1, dtype=np.int64)
    needed = wanted - (len(categories) - len(known))
    low, high = share, max(share, wanted)
    while low < high:
        middle = (low + high) // 2
        if int(np.minimum(held, middle).sum()) >= needed:
            high = middle
        else:
            low = middle + 1
    return low


class _State:
    """What is picked so far; lives for one call of `pick`."""

    def __init__(self, scores: Floats, categories: Integers, cap: int) -> None:
        self.scores, self.categories, self.cap = scores, categories, cap
        self.order: list[int] = []
        self.taken = np.zeros(len(scores), dtype=bool)
        self.nearest = np.full(len(scores), -1, dtype=np.int64)
        self.likeness = np.full(len(scores), np.nan)
        self._held = np.zeros(int(categories.max(initial=-1)) + 1, dtype=np.int64)

    def take(self, position: int) -> None:
        self.order.append(position)
        self.taken[position] = True
        if self.categories[position] >= 0:
            self._held[self.categories[position]] += 1

    def full(self, position: int) -> bool:
        category = self.categories[position]
        return bool(category >= 0 and self._held[category] >= self.cap)

    def fulls(self) -> npt.NDArray[np.bool_]:
        if not len(self._held):
            return np.zeros(len(self.scores), dtype=bool)
        return np.asarray((self.categories >= 0) & (self._held[np.maximum(self.categories, 0)] >= self.cap))


def _marginal(state: _State, vectors: npt.NDArray[np.float32], *, size: int, balance: float) -> None:
    n = min(len(vectors), len(state.scores))
    vectors, likeness = vectors[:n], np.zeros(n)
    nearest = np.full(n, -1, dtype=np.int64)
    gain = balance * state.scores[:n]
    closed = state.taken[:n].copy()

    def compare(position: int) -> None:
        # Rounded, so that the last bits of another machine's matrix product cannot change the list.
        cosines = np.round(np.maximum(vectors @ vectors[position], 0.0).astype(np.float64), 5)
        closer = (cosines > likeness) & ~state.taken[:n]
        likeness[closer] = cosines[closer]
        nearest[closer] = position

    for position in [p for p in state.order if p < n]:
        compare(position)
    while len(state.order) < size and not closed.all():
        value = np.where(closed, -np.inf, gain - (1.0 - balance) * likeness)
        position = int(value.argmax())
        state.take(position)
        closed[position] = True
        if state.full(position):
            closed |= state.categories[:n] == state.categories[position]
        compare(position)
    state.nearest[:n] = nearest
    state.likeness[:n] = np.where(nearest >= 0, likeness, np.nan)
