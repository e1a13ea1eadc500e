"""Cumulative-probability tiering: the tests of papers.md section 9."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.evaluation.metrics import macro_f1
from core.relevance.tiering import BETAS, argmax, tier, tune_beta


@st.composite
def posteriors(draw: st.DrawFn) -> list[float]:
    shares = draw(st.lists(st.integers(0, 1000), min_size=4, max_size=4))
    assume(sum(shares) > 0)
    return [share / sum(shares) for share in shares]


@pytest.mark.parametrize(("beta", "grade"), [(0.5, 3), (0.3, 4), (0.7, 2), (0.95, 1)])
def test_the_four_examples(beta: float, grade: int) -> None:
    assert int(tier((0.1, 0.3, 0.3, 0.3), beta)) == grade


@settings(deadline=None)
@given(posteriors(), st.lists(st.floats(0.01, 1.0), min_size=2, max_size=20))
def test_raising_beta_never_raises_the_grade(row: list[float], betas: list[float]) -> None:
    grades = [int(tier(row, beta)) for beta in sorted(betas)]
    assert grades == sorted(grades, reverse=True)


@settings(deadline=None)
@given(posteriors())
def test_half_is_the_ordinal_median(row: list[float]) -> None:
    grade = int(tier(row, 0.5))
    assert sum(row[grade - 1 :]) >= 0.5 - 1e-9
    # No better grade is held by half of the mass: it is the best of those that are medians.
    assert grade == 4 or sum(row[grade:]) < 0.5
    distances = [sum(p * abs(g - other) for other, p in enumerate(row, start=1)) for g in (1, 2, 3, 4)]
    assert distances[grade - 1] <= min(distances) + 1e-8


@settings(deadline=None)
@given(posteriors(), st.floats(0.01, 1.0), st.integers(0, 2), st.floats(0, 1))
def test_moving_mass_upwards_never_lowers_the_grade(row: list[float], beta: float, low: int, share: float) -> None:
    better = list(row)
    moved = share * better[low]
    better[low] -= moved
    better[low + 1] += moved
    assert int(tier(better, beta)) >= int(tier(row, beta))


@settings(deadline=None)
@given(st.lists(posteriors(), min_size=1, max_size=30), st.sampled_from(BETAS))
def test_many_rows_get_what_each_gets_alone(rows: list[list[float]], beta: float) -> None:
    assert tier(rows, beta).tolist() == [int(tier(row, beta)) for row in rows]
    assert argmax(rows).tolist() == [int(argmax(row)) for row in rows]


def test_sums_that_rounding_shortens_still_count() -> None:
    assert 0.1 + 0.7 < 0.8  # what the slack is for
    assert int(tier((0.1, 0.1, 0.1, 0.7), 0.8)) == 3


def test_order_of_grades_decides_and_not_the_order_of_probabilities() -> None:
    row = (0.45, 0.0, 0.25, 0.30)
    assert (int(tier(row)), int(argmax(row))) == (3, 1)


def test_argmax_takes_the_lower_of_two() -> None:
    assert int(argmax((0.1, 0.4, 0.4, 0.1))) == 2


def test_no_rows_no_grades() -> None:
    assert tier(np.zeros((0, 4))).shape == (0,)
    assert tune_beta(np.zeros((0, 4)), []) == 0.5


@settings(deadline=None)
@given(st.lists(st.tuples(posteriors(), st.integers(1, 4)), min_size=1, max_size=25))
def test_no_beta_of_the_grid_beats_the_tuned_one(pairs: list[tuple[list[float], int]]) -> None:
    rows, gold = [p[0] for p in pairs], [p[1] for p in pairs]
    best = tune_beta(rows, gold)
    assert best in BETAS
    assert macro_f1(gold, tier(rows, best)) >= max(macro_f1(gold, tier(rows, b)) for b in BETAS) - 1e-12


def test_the_grid_is_that_of_the_papers() -> None:
    assert (BETAS[0], BETAS[-1], len(BETAS)) == (0.30, 0.70, 21)
    assert 0.5 in BETAS


def test_a_judge_too_generous_gets_a_higher_beta() -> None:
    # People give 3 wherever the judge holds 0.6 of the mass for 4.
    rows, gold = [(0.1, 0.1, 0.2, 0.6)] * 5 + [(0.1, 0.1, 0.1, 0.7)] * 5, [3] * 5 + [4] * 5
    assert tune_beta(rows, gold) == 0.62


def test_a_tie_goes_to_the_middle() -> None:
    assert tune_beta([(0.0, 0.0, 0.0, 1.0)], [4]) == 0.5


@pytest.mark.parametrize("beta", [0.0, -0.1, 1.01, float("nan")])
def test_a_beta_that_means_nothing_is_refused(beta: float) -> None:
    with pytest.raises(ValueError, match="beta"):
        tier((0.25, 0.25, 0.25, 0.25), beta)


@pytest.mark.parametrize("rows", [[0.5, 0.5], [[0.2] * 5], [float("nan"), 0, 0, 1]])
def test_what_is_no_distribution_over_four_grades_is_refused(rows: list[object]) -> None:
    with pytest.raises(ValueError, match="probabilit"):
        tier(rows)  # type: ignore[arg-type]


def test_grades_must_go_with_probabilities() -> None:
    with pytest.raises(ValueError, match="do not go with"):
        tune_beta([(0.25, 0.25, 0.25, 0.25)], [1, 2])
