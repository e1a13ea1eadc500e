"""Cumulative-probability tiering (TaoSR1; papers.md section 2): from the best grade down until beta is reached.

P4 >= b gives 4, else P4 + P3 >= b gives 3, else P4 + P3 + P2 >= b gives 2, else 1. One number in place of four cut
points: raising it never raises a grade, and at 0.5 the grade is the ordinal median of the probabilities, the one with
the smallest expected distance in grades.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics import macro_f1

DEFAULT_BETA = 0.5

BETAS = tuple(round(0.30 + 0.02 * step, 2) for step in range(21))
"""What `tune_beta` tries: 0.30 to 0.70 by 0.02."""

# Sums of decimal fractions fall a hair short of what they would be on paper: 0.7 + 0.1 is below 0.8.
_SLACK = 1e-9

Grades = npt.NDArray[np.int64]


def tier(probabilities: npt.ArrayLike, beta: float = DEFAULT_BETA) -> Grades:
    """The grade of every row of `probabilities`, whose columns are grades 1, 2, 3 and 4.

    Takes (n, 4) and gives (n,), or takes one row of four and gives an array without dimensions (`int()` of it is the
    grade). Raises `ValueError` for another shape, for what is not a number, and for a beta outside (0, 1].
    """
    rows = _rows(probabilities)
    if not 0 < beta <= 1:
        raise ValueError(f"beta lies above 0 and is at most 1, but is {beta}")
    downward = np.cumsum(rows[..., ::-1], axis=-1)[..., :3]
    reached = downward >= beta - _SLACK
    # The first of the three sums that reaches beta; grade 1 where none does, whatever rounding made of the whole.
    return np.where(reached.any(axis=-1), 4 - reached.argmax(axis=-1), 1).astype(np.int64)


def argmax(probabilities: npt.ArrayLike) -> Grades:
    """The likeliest grade of every row, the lower one where two are equally likely; shapes as in `tier`."""
    return np.asarray(_rows(probabilities).argmax(axis=-1) + 1, np.int64)


def tune_beta(probabilities: npt.ArrayLike, gold: npt.ArrayLike) -> float:
    """The beta of `BETAS` with the best macro-F1 on (n, 4) probabilities and (n,) grades of people.

    Of equally good ones the nearest to 0.5, then the lower; 0.5 where there is nothing to tune on. Raises `ValueError`
    where the two differ in length.
    """
    rows, grades = _rows(probabilities), np.asarray(gold, np.int64)
    if rows.ndim != 2 or grades.shape != rows.shape[:1]:
        raise ValueError(f"{rows.shape} probabilities do not go with {grades.shape} grades")
    if not len(grades):
        return DEFAULT_BETA
    scores = {beta: macro_f1(grades, tier(rows, beta)) for beta in BETAS}
    return min(BETAS, key=lambda beta: (-round(scores[beta], 12), round(abs(beta - DEFAULT_BETA), 9), beta))


def _rows(probabilities: npt.ArrayLike) -> npt.NDArray[np.float64]:
    rows = np.asarray(probabilities, np.float64)
    if rows.ndim not in (1, 2) or rows.shape[-1] != 4:
        raise ValueError(f"probabilities have four columns, one for each grade, but their shape is {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError("a probability is not a number")
    return rows
