"""The measure of judges by cross-validation over queries: nothing held out is trained on, and the table adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from core.domain import Product
from core.evaluation.judging import (
    Fold,
    Grading,
    Pool,
    folds,
    grade_table,
    graded_rows,
    macro_f1_difference,
)
from core.evaluation.metrics import macro_f1
from core.relevance.contract import Item, Question
from core.relevance.profile import profile

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """What a judge says of some items."""

    probabilities: Floats
    grades: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reader:
    """Reads the grade out of the title; remembers which queries it was trained on."""

    trained_on: frozenset[str] = frozenset()
    off_by: int = 0

    def grades(self, question: Question, items: Sequence[Item]) -> Said:
        grades = np.array([max(1, int(i.product.title[-1]) - self.off_by) for i in items], np.int64)
        return Said(np.eye(4)[grades - 1] * 0.8 + 0.05, grades)


def item(title: str, *vector: float) -> Item:
    product = Product(title, title)
    return Item(product, profile(product), np.array(vector or (1.0, 0.0), np.float32))


def pool(query: str, *grades: int) -> Pool:
    gold = np.array(grades, np.int64)
    return Pool(query, tuple(item(f"{query} {g}", g / 4, 0.0) for g in grades), gold, np.where(gold == 3, 2, gold))


def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    return np.array([[1.0, 0.0]] * len(texts), np.float32)


POOLS = [pool(f"query {n}", 4, 3, 2, 1, n % 4 + 1) for n in range(12)]


def train(training: Sequence[Pool]) -> Mapping[str, Grading]:
    known = frozenset(p.query for p in training)
    return {"reader": Reader(known), "harsh": Reader(known, off_by=1)}


def test_every_query_is_held_out_once_a_repeat_and_never_trained_on_then() -> None:
    made = list(folds(POOLS, train, count=5, repeats=2))
    assert len(made) == 10
    for repeat in (0, 1):
        held = [i for fold in made if fold.repeat == repeat for i in fold.held]
        assert sorted(held) == list(range(12))
    for fold in made:
        judge = fold.judges["reader"]
        assert isinstance(judge, Reader)
        assert judge.trained_on == {POOLS[i].query for i in fold.training}
        assert judge.trained_on.isdisjoint(POOLS[i].query for i in fold.held)
    assert [f.held for f in made] == [f.held for f in folds(POOLS, train, count=5, repeats=2)]


def test_more_folds_than_queries_hold_out_one_each() -> None:
    assert [len(f.held) for f in folds(POOLS[:3], train, count=10, repeats=1)] == [1, 1, 1]


@pytest.fixture(scope="module")
def made() -> list[Fold]:
    return list(folds(POOLS, train, count=4, repeats=2))


def test_a_judge_that_is_right_and_one_that_is_not(made: list[Fold]) -> None:
    rows = graded_rows(POOLS, made, encode)
    assert list(rows) == ["reader", "reader, beta 0.5", "reader, argmax", "harsh", "cosine cut-offs", "majority"]
    table = {row.name: row for row in grade_table(POOLS, rows)}
    right, harsh = table["reader"], table["harsh"]
    assert (right.measures.macro_f1, right.measures.good_f1, right.measures.kappa) == (1.0, 1.0, 1.0)
    assert right.macro_f1 == (1.0, 1.0)
    assert right.measures.count == 60
    assert harsh.measures.macro_f1 < 0.4
    assert harsh.macro_f1[0] <= harsh.measures.macro_f1 <= harsh.macro_f1[1]
    # Where rules are asked, each 3 is 2: then the reader is wrong there.
    assert right.settled_macro_f1 < 1.0
    # The cosine says the grade here, so cut points tuned on other queries find it.
    assert table["cosine cut-offs"].measures.macro_f1 == 1.0
    assert table["cosine cut-offs"].measures.calibration is None
    assert table["majority"].measures.macro_f1 < 0.2
    # 0.8 + 0.05 promised, 1 came true; 0.05 promised of the three others, 0 came true.
    assert right.measures.calibration == pytest.approx((0.15 * 1 + 0.05 * 3) / 4)


def test_the_interval_of_a_difference(made: list[Fold]) -> None:
    rows = graded_rows(POOLS, made, encode)
    same = macro_f1_difference(POOLS, rows["reader"], rows["reader"])
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    better = macro_f1_difference(POOLS, rows["reader"], rows["harsh"])
    gold = np.concatenate([p.gold for p in POOLS])
    assert better.mean == pytest.approx(1.0 - macro_f1(gold, np.maximum(gold - 1, 1)))
    assert 0 < better.low <= better.mean <= better.high
