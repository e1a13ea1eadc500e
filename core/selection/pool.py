"""What enters the funnel: recalled products with their scores, as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Candidate
from core.errors import InputError
from core.selection.facts import Floats


@dataclass(frozen=True, slots=True)
class Pool:
    """Columns of equal length, in any order, each product once. `terms(k)` are the terms that found the k-th, best
    first; asked only for products that are shown. `fit` is how well each fits the theme itself in [0, 1], where known.
    """

    ids: tuple[str, ...]
    scores: Floats
    terms: Callable[[int], tuple[str, ...]]
    fit: Floats | None = None

    def __post_init__(self) -> None:
        sizes = {len(self.ids), len(self.scores), len(self.ids) if self.fit is None else len(self.fit)}
        if len(sizes) != 1:
            raise InputError("The recalled products and their scores differ in number.")
        if len(set(self.ids)) != len(self.ids):
            raise InputError("A recalled product occurs twice.")

    @classmethod
    def of(cls, candidates: Sequence[Candidate], *, fit: Floats | None = None) -> Pool:
        """From candidate values."""
        return cls(
            tuple(c.product_id for c in candidates),
            np.array([c.score for c in candidates], dtype=np.float64),
            lambda k: candidates[k].terms,
            fit,
        )
