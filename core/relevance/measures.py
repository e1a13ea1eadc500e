"""How well a judge's grades and probabilities go with those of people: the measures of one table, together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics import (
    calibration_error,
    class_calibration_error,
    class_f1,
    confusion,
    good_f1,
    macro_f1,
    quadratic_kappa,
)

COSINE_CUTS = 40
"""Cut points that `cosine_cuts` tries: this many quantiles of the cosines."""


@dataclass(frozen=True, slots=True)
class GradeMeasures:
    """Of `count` pairs. `f1` are of grades 1 to 4, None for one that neither people nor judge gave; `confusion` has
    people's grades as rows. The two calibration errors are None where there are no probabilities."""

    count: int
    macro_f1: float
    f1: tuple[float | None, ...]
    good_f1: float
    accuracy: float
    kappa: float
    calibration: float | None
    good_calibration: float | None
    confusion: tuple[tuple[int, ...], ...]


def measured(
    gold: npt.ArrayLike, grades: npt.ArrayLike, probabilities: npt.NDArray[np.float64] | None = None
) -> GradeMeasures:
    """Measures of (n,) grades beside (n,) grades of people, and of (n, 4) probabilities where there are any."""
    people, found = np.asarray(gold, np.int64), np.asarray(grades, np.int64)
    table = confusion(people, found)
    good = None if probabilities is None else probabilities[:, 2] + probabilities[:, 3]
    return GradeMeasures(
        count=len(people),
        macro_f1=macro_f1(people, found),
        f1=class_f1(table),
        good_f1=good_f1(people, found),
        accuracy=float((people == found).mean()) if len(people) else 0.0,
        kappa=quadratic_kappa(people, found),
        calibration=None if probabilities is None else class_calibration_error(probabilities, people),
        good_calibration=None if good is None else calibration_error(good, people >= 3),
        confusion=tuple(tuple(int(n) for n in row) for row in table),
    )


def majority(gold: npt.ArrayLike) -> int:
    """The grade that people gave most often, the lower of two; 4 where there is none."""
    counts = np.bincount(np.asarray(gold, np.int64), minlength=5)[1:]
    return int(counts.argmax()) + 1 if counts.any() else 4


def cosine_cuts(cosines: npt.ArrayLike, gold: npt.ArrayLike) -> tuple[float, float, float]:
    """Three cut points, rising, with the best macro-F1 that is found: grade k from the (k - 1)th on.

    Coordinate ascent over quantiles of the cosines, from the ones that reproduce people's shares of the grades.
    """
    values, people = np.asarray(cosines, np.float64), np.asarray(gold, np.int64)
    tried = np.quantile(values, np.linspace(0, 1, COSINE_CUTS + 1))
    cuts = [float(np.quantile(values, (people < grade).mean())) for grade in (2, 3, 4)]
    best, before = macro_f1(people, cut(values, cuts)), -1.0
    while best > before:
        before = best
        for i in range(3):
            for option in tried:
                changed = sorted([*cuts[:i], float(option), *cuts[i + 1 :]])
                score = macro_f1(people, cut(values, changed))
                if score > best:
                    best, cuts = score, changed
    return cuts[0], cuts[1], cuts[2]


def cut(values: npt.ArrayLike, cuts: Sequence[float]) -> npt.NDArray[np.int64]:
    """Grades of values by three rising cut points: 1 below the first, 4 from the last on."""
    return np.asarray(1 + np.searchsorted(np.asarray(cuts), np.asarray(values), side="right"), np.int64)
