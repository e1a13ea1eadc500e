"""Which products are worth a question to the language model, when only some can be asked: those that would be shown
first, and those that the local judge is unsure of.

Uncertainty sampling at the border of Good: a product whose probability of being Good is near one half is where an
answer changes most; one that is surely Good or surely not is left to the local judge. The head of the list is asked
for whatever the local judge thinks, since a mistake there is seen by everybody.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

TOP_SHARE = 0.5
"""The share of the questions that goes to the head of the list."""

_SURE = 0.02
"""Below this chance of being Good, or of not being it, an answer would hardly ever change a list."""

Floats = npt.NDArray[np.float64]


def uncertainty(probabilities: npt.ArrayLike) -> Floats:
    """(n,) in [0, 1] for (n, 4) probabilities of grades 1 to 4: 1 where Good (3 and 4) is as likely as not, 0 where it
    is certain; 4 g (1 - g), which orders like the entropy of Good and like the margin at its border."""
    rows = np.asarray(probabilities, np.float64).reshape(-1, 4)
    good = np.clip(rows[:, 2] + rows[:, 3], 0.0, 1.0)
    found: Floats = 4.0 * good * (1.0 - good)
    return found


def worth_asking(
    probabilities: npt.ArrayLike, fits: npt.ArrayLike, calls: int, *, top_share: float = TOP_SHARE
) -> npt.NDArray[np.int64]:
    """The rows to ask for, at most `calls` of them, the most valuable first, so that a budget that ends early has
    bought the best of them.

    `probabilities` (n, 4) of grades 1 to 4 and `fits` (n,) by which the list is ranked. `top_share` of the questions
    goes to the highest fits, the rest to the most uncertain of those that remain, equal ones by fit; the two are mixed
    evenly. Where fewer are in doubt, fewer are asked: a product below the head that is surely Good, or surely not, is
    never asked for. Raises `ValueError` for columns of different length and for a share outside [0, 1].
    """
    fit = np.asarray(fits, np.float64)
    unsure = uncertainty(probabilities)
    if fit.shape != unsure.shape:
        raise ValueError(f"{len(unsure)} rows of probabilities do not go with {len(fit)} fits")
    if not 0.0 <= top_share <= 1.0:
        raise ValueError(f"a share lies between 0 and 1, not at {top_share}")
    number = min(max(0, calls), len(fit))
    rows = np.arange(len(fit))
    head = np.lexsort((rows, -fit))[: math.ceil(number * top_share)]
    doubtful = np.lexsort((rows, -fit, -unsure))
    doubtful = doubtful[(unsure[doubtful] >= 4 * _SURE * (1 - _SURE)) & ~np.isin(doubtful, head)]
    return _mixed(head, doubtful[: number - len(head)])


def _mixed(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Both lists in one, each in its order and spread evenly over the whole."""
    places = [(np.arange(len(part)) + 0.5) / max(1, len(part)) for part in (first, second)]
    order = np.argsort(np.concatenate(places), kind="stable")
    return np.concatenate([first, second]).astype(np.int64)[order]
