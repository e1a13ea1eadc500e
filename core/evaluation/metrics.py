"""Metrics as the literature defines them: of one ranked list, and of grades beside those of people.

Those of grades take grades 1 to 4 of equal length, what people gave first. They are ours and not scikit-learn's because
serving reads them and must not wait for that package; the tests hold the two together.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt


def dcg(gains: Sequence[float], *, k: int) -> float:
    """Discounted cumulative gain, sum of g_i / log2(i + 1) over the first `k` (Järvelin and Kekäläinen 2002)."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:k], start=1))


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], *, k: int, judged_only: bool = False) -> float:
    """DCG at `k` over that of the best possible order; 0 where nothing has a gain.

    An id without a judgement gains nothing, or with `judged_only` is taken out of the ranking first ("condensed list",
    Sakai 2007). An id that comes twice counts where it comes first.
    """
    ids = dict.fromkeys(ranking)
    found = [gains.get(i, 0.0) for i in ids if not judged_only or i in gains]
    ideal = dcg(sorted(gains.values(), reverse=True), k=k)
    return dcg(found, k=k) / ideal if ideal > 0 else 0.0


def precision(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Relevant among the first `k`, over `k` (Manning, Raghavan and Schütze 2008, section 8.4)."""
    if k < 1:
        raise ValueError("k counts from 1")
    return len(set(ranking[:k]) & set(relevant)) / k


def recall(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float | None:
    """Relevant among the first `k`, over all that are relevant; None where nothing is (ibid., section 8.3)."""
    wanted = set(relevant)
    return len(set(ranking[:k]) & wanted) / len(wanted) if wanted else None


def average_precision(ranking: Sequence[str], relevant: Collection[str]) -> float | None:
    """Mean over the relevant of the precision at each one's rank, 0 for those not found (ibid., section 8.4).

    None where nothing is relevant.
    """
    wanted = set(relevant)
    if not wanted:
        return None
    hits, total = 0, 0.0
    for rank, i in enumerate(dict.fromkeys(ranking), start=1):
        if i in wanted:
            hits += 1
            total += hits / rank
    return total / len(wanted)


def confusion(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """How often each grade of people (row) got each predicted grade (column), (4, 4) in the order 1 to 4.

    Raises `ValueError` for a grade outside 1 to 4 and for two of different length.
    """
    people, found = np.asarray(gold, np.int64), np.asarray(predicted, np.int64)
    if people.ndim != 1 or people.shape != found.shape:
        raise ValueError(f"{people.shape} grades of people do not go with {found.shape} predicted ones")
    for grades in (people, found):
        if grades.size and not 1 <= grades.min() <= grades.max() <= 4:
            raise ValueError("a grade is 1, 2, 3 or 4")
    return np.bincount((people - 1) * 4 + found - 1, minlength=16).reshape(4, 4).astype(np.int64)


def class_f1(table: npt.NDArray[np.int64]) -> tuple[float | None, ...]:
    """F1 of each class of a confusion table; None where neither people nor prediction know the class."""
    hits, sums = np.diagonal(table), table.sum(axis=0) + table.sum(axis=1)
    return tuple(None if not both else float(2 * hit / both) for hit, both in zip(hits, sums, strict=True))


def macro_f1(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """The plain mean of the classes' F1, over those that people gave or that were predicted (papers.md section 1).

    A class that people gave and nothing predicts counts 0. 0 where there is nothing at all.
    """
    known = [f1 for f1 in class_f1(confusion(gold, predicted)) if f1 is not None]
    return sum(known) / len(known) if known else 0.0


def good_f1(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """F1 of Good, grades 4 and 3 against 2 and 1 (TaoSR-AGRL); 0 where neither side has a good one."""
    table = confusion(gold, predicted)
    hits = table[2:, 2:].sum()
    both = table[2:].sum() + table[:, 2:].sum()
    return float(2 * hits / both) if both else 0.0


def quadratic_kappa(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Agreement beyond chance, where an error counts by the square of its distance in grades (Cohen 1968).

    1 agrees wholly, 0 is chance. 1 where both sides gave one and the same grade to all, where chance explains it as
    well.
    """
    table = confusion(gold, predicted).astype(np.float64)
    weights = np.subtract.outer(np.arange(4), np.arange(4)) ** 2
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1)
    expected = float((weights * chance).sum())
    return 1 - float((weights * table).sum()) / expected if expected else 1.0


def calibration_error(confidence: npt.ArrayLike, happened: npt.ArrayLike, *, bins: int = 10) -> float:
    """Expected calibration error: mean distance of what was promised to what happened, over bins of equal width.

    `confidence` are probabilities of one event and `happened` whether it came true; each bin counts by how many fall
    into it (Guo et al. 2017, section 2). 0 where there is nothing.
    """
    promised, true = np.asarray(confidence, np.float64), np.asarray(happened, np.float64)
    if not promised.size:
        return 0.0
    place = np.minimum((promised * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, weights=promised - true, minlength=bins)
    return float(np.abs(gaps).sum() / promised.size)


def class_calibration_error(probabilities: npt.ArrayLike, gold: npt.ArrayLike, *, bins: int = 10) -> float:
    """The mean over grades 1 to 4 of `calibration_error` of each one's column in (n, 4) probabilities.

    "Static calibration error" of Nixon et al. 2019, section 3; stricter than that of the likeliest grade alone.
    """
    rows, people = np.asarray(probabilities, np.float64), np.asarray(gold, np.int64)
    errors = [calibration_error(rows[:, column], people == column + 1, bins=bins) for column in range(4)]
    return float(np.mean(errors))
