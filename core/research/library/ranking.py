"""How well a passage answers a query: by the share of the query's words that it holds, and by nearness in meaning."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.text import tokens

LEAST = 0.4
"""A passage of a lower score is not shown: nothing found then means that nothing is there. Measured on products as
passages (ESCI): 93 % of the exact answers among the candidates reach it, unrelated questions find nothing."""

LEAST_OF_WORDS = 0.5
"""The same where only words are searched."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


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
    """`score` lies in [0, 1], 0 for what is not worth showing; `held` says which of the tokens it has."""

    score: float
    held: tuple[bool, ...]


def worth(wanted: Sequence[str], said: frozenset[str], rarity: Rarity, *, nearness: float | None) -> Worth:
    """Half of the score for the words, weighed by their idf, half for `nearness`, a cosine rescaled to [0, 1].

    `said` are the tokens of the passage with its headings. Without a `nearness` words are the whole score.
    """
    held = tuple(token in said for token in wanted)
    weights = [rarity.idf(token) for token in wanted]
    total = sum(weights)
    share = sum(weight for weight, has in zip(weights, held, strict=True) if has) / total if total else 0.0
    if nearness is None:
        return Worth(share if share >= LEAST_OF_WORDS else 0.0, held)
    score = 0.5 * share + 0.5 * nearness if wanted else nearness
    return Worth(score if score >= LEAST else 0.0, held)


def marks(text: str, wanted: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where in a text the words of a query stand, as (start, end), in order and apart from each other."""
    asked = set(wanted)
    found: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        if _UNSPACED.search(match.group()):
            inside = (m.span() for token in asked for m in re.finditer(re.escape(token), match.group()))
            for start, end in sorted(inside):
                if not found or match.start() + start >= found[-1][1]:
                    found.append((match.start() + start, match.start() + end))
        elif not asked.isdisjoint(tokens(match.group())):
            found.append(match.span())
    return tuple(found)
