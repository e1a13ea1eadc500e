"""The order of a search's candidates: what the local judge says of each beside what the plain search said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.relevance.contract import Item, Question
from core.relevance.local.judge import Graded

Floats = npt.NDArray[np.float64]

PRIOR = 1.0
JUDGE = 0.5
"""What the plain search's score and the judge's fit add, each in [0, 1]."""


def rerank(question: Question, items: Sequence[Item], prior: Floats, graded: Graded) -> Floats:
    """(n,) scores in [0, 1]: list the items by them, highest first, ties by product id.

    `prior` (n,) are the scores of the plain search, `graded` the local judge's columns over the same items.
    """
    scores: Floats = (PRIOR * np.asarray(prior, np.float64) + JUDGE * graded.fit) / (PRIOR + JUDGE)
    return scores
