"""Metrics against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, confusion_matrix, f1_score

from core.evaluation.metrics import (
    average_precision,
    calibration_error,
    class_calibration_error,
    class_f1,
    confusion,
    dcg,
    good_f1,
    macro_f1,
    ndcg,
    precision,
    quadratic_kappa,
    recall,
)

GAINS = {"a": 1.0, "b": 0.1, "c": 0.0}


def test_dcg_discounts_by_log2_of_rank_plus_one() -> None:
    # 3/1 + 2/1.58496 + 0/2 + 1/2.32193
    assert dcg([3, 2, 0, 1], k=10) == pytest.approx(3 + 2 / 1.5849625 + 1 / 2.3219281)
    assert dcg([3, 2, 0, 1], k=2) == pytest.approx(3 + 2 / 1.5849625)


def test_ndcg_of_a_swapped_pair() -> None:
    # (0.1 + 1 / log2 3) / (1 + 0.1 / log2 3)
    expected = (0.1 + 1 / math.log2(3)) / (1 + 0.1 / math.log2(3))
    assert ndcg(["b", "a", "c"], GAINS, k=10) == pytest.approx(expected)
    assert ndcg(["a", "b"], GAINS, k=10) == pytest.approx(1.0)


def test_an_unjudged_product_gains_nothing_or_is_taken_out() -> None:
    ranking = ["x", "a", "b"]
    best = 1 + 0.1 / math.log2(3)
    assert ndcg(ranking, GAINS, k=10) == pytest.approx((1 / math.log2(3) + 0.1 / 2) / best)
    assert ndcg(ranking, GAINS, k=10, judged_only=True) == pytest.approx(1.0)


def test_a_product_listed_twice_counts_once() -> None:
    assert ndcg(["a", "a", "b"], GAINS, k=2) == pytest.approx(1.0)


def test_ndcg_is_zero_where_nothing_has_a_gain() -> None:
    assert ndcg(["c"], {"c": 0.0}, k=10) == 0.0


def test_precision_and_recall_at_k() -> None:
    ranking, relevant = ["a", "x", "b", "y"], {"a", "b", "z"}
    assert precision(ranking, relevant, k=2) == 0.5
    assert precision(ranking, relevant, k=10) == 0.2
    assert recall(ranking, relevant, k=3) == pytest.approx(2 / 3)
    assert recall(ranking, set(), k=3) is None
    with pytest.raises(ValueError, match="k counts from 1"):
        precision(ranking, relevant, k=0)


def test_average_precision_counts_what_was_not_found_as_zero() -> None:
    # relevant at ranks 1 and 3, the third never: (1/1 + 2/3 + 0) / 3
    assert average_precision(["a", "x", "b"], {"a", "b", "z"}) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision(["a"], set()) is None


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_no_order_beats_the_order_of_gains(ranking: list[str], gains: list[float]) -> None:
    judged = dict(zip("abcd", gains, strict=True))
    value = ndcg(ranking, judged, k=3)
    assert 0.0 <= value <= 1.0 + 1e-9
    best = sorted(judged, key=lambda i: -judged[i])
    assert value <= ndcg(best, judged, k=3) + 1e-9


GRADED = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=60)


@settings(deadline=None)
@given(GRADED)
def test_measures_of_grades_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    gold, found = [a for a, _ in pairs], [b for _, b in pairs]
    assert (confusion(gold, found) == confusion_matrix(gold, found, labels=[1, 2, 3, 4])).all()
    # Its average is over the grades that either side knows, as ours.
    assert math.isclose(macro_f1(gold, found), f1_score(gold, found, average="macro"), abs_tol=1e-12)
    better, seen = np.array(gold) >= 3, np.array(found) >= 3
    assert math.isclose(good_f1(gold, found), f1_score(better, seen, zero_division=0.0), abs_tol=1e-12)
    if len({*gold, *found}) > 1:
        theirs = cohen_kappa_score(gold, found, labels=[1, 2, 3, 4], weights="quadratic")
        assert math.isclose(quadratic_kappa(gold, found), theirs, abs_tol=1e-12)


def test_a_grade_that_nobody_knows_has_no_f1() -> None:
    assert class_f1(confusion([4, 4, 1], [4, 1, 1])) == (2 / 3, None, None, 2 / 3)
    assert macro_f1([4, 4, 1], [4, 1, 1]) == pytest.approx(2 / 3)
    assert (macro_f1([], []), good_f1([1], [1])) == (0.0, 0.0)


def test_one_grade_for_all_on_both_sides_agrees_wholly() -> None:
    assert quadratic_kappa([4, 4], [4, 4]) == 1.0
    assert quadratic_kappa([1, 4], [4, 1]) == -1.0


@pytest.mark.parametrize(("gold", "found"), [([1, 2], [1]), ([0], [1]), ([1], [5])])
def test_grades_are_one_to_four_and_go_together(gold: list[int], found: list[int]) -> None:
    with pytest.raises(ValueError, match="grade"):
        confusion(gold, found)


def test_calibration_error_by_hand() -> None:
    # Two bins: three promises of 0.9, of which one came true, and one of 0.05 that did not.
    assert calibration_error([0.9, 0.9, 0.9, 0.05], [1, 0, 0, 0]) == pytest.approx((abs(2.7 - 1) + 0.05) / 4)
    assert calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert calibration_error([], []) == 0.0


def test_class_calibration_error_is_the_mean_over_the_four() -> None:
    rows = [(0.1, 0.2, 0.3, 0.4), (0.0, 0.0, 0.0, 1.0)]
    by_hand = [0.1 / 2, 0.2 / 2, 0.7 / 2, 0.4 / 2]
    assert class_calibration_error(rows, [3, 4]) == pytest.approx(sum(by_hand) / 4)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_calibration_error_lies_between_nothing_and_all(pairs: list[tuple[float, bool]]) -> None:
    assert 0 <= calibration_error([p for p, _ in pairs], [h for _, h in pairs]) <= 1
