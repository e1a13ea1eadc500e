"""Every product that a positive term of a strategy finds, and what each term does to it, from the recall's bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.recall.postings import Words
from core.recall.terms import Terms

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Columns over the union of the positive terms, before negatives and filters, in order of product id.

    `finds` and `own` (positive terms, products) say which term finds what and with which weighted score, `cuts`
    (negative terms, products) what each excludes; `passes` is what the filters let through, `scores` the best term's.
    """

    ids: tuple[str, ...]
    row_ids: npt.NDArray[np.uint64]
    terms: Terms
    finds: Mask
    own: Floats
    cuts: Mask
    passes: Mask
    scores: Floats

    @classmethod
    def none(cls, terms: Terms) -> Matched:
        """Of a strategy that finds nothing."""
        p, q = len(terms.positive), len(terms.negative)
        nothing = np.zeros((p, 0), np.bool_)
        return cls(
            (), np.empty(0, np.uint64), terms, nothing, np.zeros((p, 0)), np.zeros((q, 0), np.bool_),
            np.zeros(0, np.bool_), np.zeros(0),
        )  # fmt: skip


def bits_of(packed: Words, size: int) -> Mask:
    """Packed sets (sets, words) as a mask (sets, size)."""
    return np.unpackbits(packed.view(np.uint8), axis=-1, count=size, bitorder="little").view(np.bool_)
