"""Chance that falls the same way for ever.

Of the standard library only `random.Random(str).random()` is promised to stay, so all else is built on it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws that depend on the given names alone, never on what was drawn for another product."""

    def __init__(self, *names: str) -> None:
        self._source = random.Random("\x1f".join(names))

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._source.random()

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._source.random()

    def normal(self) -> float:
        """A standard normal number (Box and Muller, 1958)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._source.random()))
        return radius * math.cos(2.0 * math.pi * self._source.random())

    def pick(self, values: Sequence[T]) -> T:
        """One of `values`, all equally likely."""
        return values[int(self._source.random() * len(values))]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """At most `count` different positions of `values`, in random order."""
        pool = list(values)
        return [pool.pop(int(self._source.random() * len(pool))) for _ in range(min(count, len(pool)))]
