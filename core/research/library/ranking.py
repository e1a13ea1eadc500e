"""How well a passage answers a query: by the share of the query's words that it holds, and by nearness in meaning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HELD_FROM = 0.5
"""A passage that holds less of a query's words, weighed by how rare they are, must be near in meaning."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many of all passages each token occurs."""

    passages: int
    frequency: Counter[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Rarity:
        """Count the tokens (blanks between) of every passage."""
        frequency: Counter[str] = Counter()
        passages = 0
        for text in texts:
            passages += 1
            frequency.update(set(text.split()))
        return cls(passages, frequency)

    def idf(self, token: str) -> float:
        """ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25: never below 0, the most for a token that none has."""
        n = self.frequency[token]
        return math.log(1 + (self.passages - n + 0.5) / (n + 0.5))


@dataclass(frozen=True, slots=True)
class Worth:
    """`score` lies in [0, 1]; `held` says which of the query's tokens the passage has, in their order."""

    score: float
    held: tuple[bool, ...]
    near: bool

    @property
    def answers(self) -> bool:
        """Whether it is worth showing at all."""
        return self.near or self.score > 0


def worth(wanted: Sequence[str], tokens: frozenset[str], rarity: Rarity, *, nearness: float, near: bool) -> Worth:
    """Half of the score for the words, weighed by their idf, half for `nearness`, a cosine rescaled to [0, 1].

    `near` says that the cosine reaches the encoder's threshold. The score is 0 for a passage that neither is near nor
    holds enough of the words.
    """
    held = tuple(token in tokens for token in wanted)
    weights = [rarity.idf(token) for token in wanted]
    total = sum(weights)
    share = sum(weight for weight, has in zip(weights, held, strict=True) if has) / total if total else 0.0
    if not near and share < HELD_FROM:
        return Worth(0.0, held, near)
    return Worth(0.5 * share + 0.5 * nearness, held, near)
