"""What every judge of relevance answers to, and what it is handed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.domain import Intent, Judgment, Product
from core.events import Event
from core.relevance.profile import Profile

Vectors = npt.NDArray[np.float32]

Encode = Callable[[Sequence[str]], Vectors]
"""Texts to normalised vectors, one row each, in order."""


@dataclass(frozen=True, slots=True)
class Question:
    """What products are judged for: a shopping query, and what an operator said beside it (None for a plain query)."""

    query: str
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One product to judge, its analysed text, and its vector (normalised, as the catalogue keeps it)."""

    product: Product
    profile: Profile
    vector: Vectors


class Judge(Protocol):
    """Grades products for a question. `name` says who judged and `version` by what; both stand on every judgment."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def judge(self, question: Question, items: Sequence[Item]) -> Generator[Event, None, tuple[Judgment, ...]]:
        """One judgment for each item, in order; one that cannot be made abstains and says why.

        Closing the generator stops the work. Raises `BudgetSpent` and `ModelError` only where not one could be made.
        """
        ...


class Corpus(Protocol):
    """What a judge may know of the whole catalogue."""

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)), as in BM25: above 0 for every token."""
        ...

    def names_brand(self, token: str) -> float:
        """How far a token names a brand, in [0, 1]."""
        ...

    def seldom_negated(self, token: str) -> bool:
        """Whether products often speak of this but hardly ever of doing without it."""
        ...

    def names_thing(self, token: str) -> bool:
        """Whether this shop calls a kind of thing so, as a rule, in titles and not only in the names of categories."""
        ...
