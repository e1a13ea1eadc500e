"""Measures a judge of relevance beside people on queries that it was not trained on.

Cross-validation is over queries: all pairs of a query are trained on, or all are held out. Whatever is tuned (weights,
beta, cut points of a peer) is tuned on the training queries of the fold alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics import confusion
from core.evaluation.search_benchmark import RESAMPLES, Difference
from core.relevance.contract import Encode, Item, Question
from core.relevance.measures import GradeMeasures, cosine_cuts, cut, majority, measured
from core.relevance.tiering import argmax, tier

Floats = npt.NDArray[np.float64]
Grades = npt.NDArray[np.int64]

FOLDS = 10
REPEATS = 3
SEED = 20_261_127


class Graded(Protocol):
    """What a judge says of n items: probabilities (n, 4) after rules, and grades (n,) by its own tiering."""

    @property
    def probabilities(self) -> Floats: ...

    @property
    def grades(self) -> Grades: ...


class Grading(Protocol):
    """A judge that grades many items at once."""

    def grades(self, question: Question, items: Sequence[Item]) -> Graded: ...


@dataclass(frozen=True, slots=True)
class Pool:
    """One query with the products that people graded for it, (n,) grades `gold` in the order of `items`.

    `settled` are the grades with each substitute 2 where a rule of ours finds a mismatch: nearer to what operators see,
    but a judge that works with the same rules is flattered by them, so they are measured apart.
    """

    query: str
    items: tuple[Item, ...]
    gold: Grades
    settled: Grades


Train = Callable[[Sequence[Pool]], Mapping[str, Grading]]
"""Training pools to judges by the name that their row gets; the first is the one that is proposed."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Judges that were trained without the pools `held` (positions)."""

    repeat: int
    held: tuple[int, ...]
    training: tuple[int, ...]
    judges: Mapping[str, Grading]


def folds(
    pools: Sequence[Pool], train: Train, *, count: int = FOLDS, repeats: int = REPEATS, seed: int = SEED
) -> Iterator[Fold]:
    """`count` folds in each of `repeats` shuffles; the judges of a fold are trained when it is asked for."""
    generator = np.random.default_rng(seed)
    for repeat in range(repeats):
        order = generator.permutation(len(pools))
        for part in np.array_split(order, min(count, len(pools))):
            held = tuple(sorted(int(i) for i in part))
            training = tuple(i for i in range(len(pools)) if i not in set(held))
            yield Fold(repeat, held, training, train([pools[i] for i in training]))


@dataclass(slots=True)
class Row:
    """What one way to grade gave every pool in every repeat: grades, and probabilities where it has any."""

    grades: dict[tuple[int, int], Grades] = field(default_factory=dict)
    probabilities: dict[tuple[int, int], Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One line of the table: means over repeats; the interval is a 95 % bootstrap over queries. The last two are on
    `Pool.settled`."""

    name: str
    measures: GradeMeasures
    macro_f1: tuple[float, float]
    settled_macro_f1: float
    settled_good_f1: float


def graded_rows(pools: Sequence[Pool], made: Sequence[Fold], encode: Encode) -> dict[str, Row]:
    """Every way to grade by the name of its row: each judge, the first one's argmax and its beta at 0.5, and the peers
    (the most frequent grade, cut points on the cosine of query and product)."""
    rows: dict[str, Row] = {}
    cosines = [np.stack([i.vector for i in p.items]) @ encode([" ".join(p.query.split())])[0] for p in pools]
    for fold in made:
        gold = np.concatenate([pools[i].gold for i in fold.training])
        cuts = cosine_cuts(np.concatenate([cosines[i] for i in fold.training]), gold)
        often = majority(gold)
        for i in fold.held:
            at, pool = (fold.repeat, i), pools[i]
            for number, (name, judge) in enumerate(fold.judges.items()):
                graded = judge.grades(Question(pool.query), pool.items)
                _put(rows, name, at, graded.grades, graded.probabilities)
                if number == 0:
                    _put(rows, f"{name}, beta 0.5", at, tier(graded.probabilities), graded.probabilities)
                    _put(rows, f"{name}, argmax", at, argmax(graded.probabilities), graded.probabilities)
            _put(rows, "cosine cut-offs", at, cut(cosines[i], cuts))
            _put(rows, "majority", at, np.full(len(pool.items), often, np.int64))
    return rows


def _put(
    rows: dict[str, Row], name: str, at: tuple[int, int], grades: Grades, probabilities: Floats | None = None
) -> None:
    row = rows.setdefault(name, Row())
    row.grades[at] = grades
    if probabilities is not None:
        row.probabilities[at] = probabilities


def grade_table(pools: Sequence[Pool], rows: Mapping[str, Row]) -> list[GradeRow]:
    """The measures of every row, pooled over pairs and averaged over repeats."""
    out = []
    for name, row in rows.items():
        repeats = sorted({repeat for repeat, _ in row.grades})
        by_repeat = [_measures(pools, row, repeat, settled=False) for repeat in repeats]
        settled = [_measures(pools, row, repeat, settled=True) for repeat in repeats]
        draws = _macro_f1(_resampled(_confusions(pools, row)))
        low, high = np.quantile(draws, (0.025, 0.975))
        out.append(
            GradeRow(
                name,
                _mean(by_repeat),
                (float(low), float(high)),
                _average([m.macro_f1 for m in settled]),
                _average([m.good_f1 for m in settled]),
            )
        )
    return out


def macro_f1_difference(pools: Sequence[Pool], ours: Row, theirs: Row) -> Difference:
    """How far the macro-F1 of two rows lies apart, with its 95 % interval by a paired bootstrap over queries."""
    first, second = _confusions(pools, ours), _confusions(pools, theirs)
    gaps = _macro_f1(_resampled(first)) - _macro_f1(_resampled(second))
    low, high = np.quantile(gaps, (0.025, 0.975))
    mean = _macro_f1(first.sum(axis=0)[None]) - _macro_f1(second.sum(axis=0)[None])
    return Difference(float(mean[0]), float(low), float(high))


def _measures(pools: Sequence[Pool], row: Row, repeat: int, *, settled: bool) -> GradeMeasures:
    places = [i for r, i in sorted(row.grades) if r == repeat]
    gold = np.concatenate([pools[i].settled if settled else pools[i].gold for i in places])
    grades = np.concatenate([row.grades[repeat, i] for i in places])
    known = [row.probabilities[repeat, i] for i in places if (repeat, i) in row.probabilities]
    return measured(gold, grades, np.concatenate(known) if known else None)


def _confusions(pools: Sequence[Pool], row: Row) -> Floats:
    """(pools, 4, 4) confusion tables, averaged over repeats."""
    repeats = {repeat for repeat, _ in row.grades}
    out = np.zeros((len(pools), 4, 4))
    for (_, i), grades in row.grades.items():
        out[i] += confusion(pools[i].gold, grades) / len(repeats)
    return out


def _resampled(tables: Floats) -> Floats:
    """Sums of the tables over `RESAMPLES` draws of queries, (draws, 4, 4); the same draws for the same number."""
    generator = np.random.default_rng(SEED)
    counts = generator.multinomial(len(tables), np.full(len(tables), 1 / len(tables)), size=RESAMPLES)
    return np.asarray(np.einsum("dq,qij->dij", counts.astype(np.float64), tables))


def _macro_f1(tables: Floats) -> Floats:
    """Macro-F1 of (draws, 4, 4) tables of counts or weights, over the classes that either side knows."""
    hits = np.einsum("dii->di", tables)
    sums = tables.sum(axis=1) + tables.sum(axis=2)
    known = sums > 0
    f1 = np.divide(2 * hits, sums, out=np.zeros_like(hits), where=known)
    return np.asarray(f1.sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _mean(found: Sequence[GradeMeasures]) -> GradeMeasures:
    """Each number's mean over repeats; the confusion table is the sum."""
    return GradeMeasures(
        count=found[0].count,
        macro_f1=_average([m.macro_f1 for m in found]),
        f1=tuple(_some([m.f1[k] for m in found]) for k in range(4)),
        good_f1=_average([m.good_f1 for m in found]),
        accuracy=_average([m.accuracy for m in found]),
        kappa=_average([m.kappa for m in found]),
        calibration=_some([m.calibration for m in found]),
        good_calibration=_some([m.good_calibration for m in found]),
        confusion=tuple(tuple(sum(m.confusion[a][b] for m in found) for b in range(4)) for a in range(4)),
    )


def _average(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _some(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
