"""Measures of grades together, and what is cheaper than a judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation.metrics import macro_f1
from core.relevance.measures import cosine_cuts, cut, majority, measured


def test_measures_by_hand() -> None:
    shares = np.array([[0.0, 0.0, 0.0, 1.0], [0.0, 0.5, 0.5, 0.0], [1.0, 0.0, 0.0, 0.0]])
    found = measured([4, 2, 1], [4, 3, 1], shares)
    assert found.count == 3
    assert found.f1 == (1.0, 0.0, 0.0, 1.0)
    assert found.macro_f1 == 0.5
    assert found.good_f1 == pytest.approx(2 / 3)
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.confusion == ((1, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 0), (0, 0, 0, 1))
    # Half was promised for 2, which came true, and half for 3, which did not; and so for Good.
    assert found.calibration == pytest.approx((0.5 / 3 + 0.5 / 3) / 4)
    assert found.good_calibration == pytest.approx(0.5 / 3)


def test_grades_alone_have_no_calibration() -> None:
    found = measured([4, 1], [4, 1])
    assert (found.calibration, found.good_calibration) == (None, None)


def test_the_most_frequent_grade() -> None:
    assert majority([4, 4, 1]) == 4
    assert majority([4, 1]) == 1
    assert majority([]) == 4


def test_cut_points_part_what_can_be_parted() -> None:
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    gold = [1, 1, 2, 2, 3, 3, 4, 4]
    cuts = cosine_cuts(values, gold)
    assert list(cuts) == sorted(cuts)
    assert cut(values, cuts).tolist() == gold


def test_a_value_on_a_cut_point_has_the_better_grade() -> None:
    assert cut([0.1, 0.2, 0.29, 0.3, 0.9], (0.2, 0.3, 0.9)).tolist() == [1, 2, 2, 3, 4]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1, 1), st.integers(1, 4)), min_size=1, max_size=40))
def test_cut_points_are_no_worse_than_the_shares_of_the_grades(pairs: list[tuple[float, int]]) -> None:
    values, gold = np.array([v for v, _ in pairs]), np.array([g for _, g in pairs])
    first = [float(np.quantile(values, (gold < grade).mean())) for grade in (2, 3, 4)]
    assert macro_f1(gold, cut(values, cosine_cuts(values, gold))) >= macro_f1(gold, cut(values, first)) - 1e-12
