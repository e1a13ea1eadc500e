"""Gaussian process classification: its mode, what variance it leaves, answers left out, chances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.relevance.laplace import calibrated, fit, logistic

Floats = npt.NDArray[np.float64]


def covariance(generator: np.random.Generator, count: int) -> Floats:
    features = generator.normal(size=(count, 5))
    return np.asarray(features @ features.T / 5 + 0.5)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10_000))
def test_the_mode_is_where_prior_and_answers_balance(count: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    prior, mean = covariance(generator, count), generator.normal(size=count)
    answers, strength = (generator.random(count) < 0.5).astype(float), generator.uniform(0.1, 3.0, count)
    found = fit(prior, mean, answers, strength)
    # The gradient of the log posterior is nil: equation 3.13 of the book.
    assert found.latent == pytest.approx(mean + prior @ found.pull, abs=1e-8)
    assert found.pull == pytest.approx(strength * (answers - logistic(found.latent)), abs=1e-4)


def test_each_answer_pulls_its_way_and_a_stronger_one_harder() -> None:
    prior, mean = np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2)
    found = fit(prior, mean, np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    assert found.pull[0] > 0 > found.pull[1]
    assert fit(prior, mean, np.array([1.0, 0.0]), np.array([3.0, 1.0])).pull[0] > found.pull[0]


def test_an_answer_leaves_less_variance_where_it_tells_something() -> None:
    prior = np.array([[2.0]])
    found = fit(prior, np.zeros(1), np.ones(1), np.ones(1))
    likeness, own = np.array([[2.0], [1.0], [0.0]]), np.array([2.0, 2.0, 2.0])
    left = found.variance(likeness, own)
    assert left[0] < left[1] < left[2] == 2.0
    whole = found.covariance(likeness, np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 2.0]]))
    assert np.diag(whole) == pytest.approx(left)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_an_answer_left_out_is_about_what_the_others_alone_say(seed: int) -> None:
    generator = np.random.default_rng(seed)
    prior = 0.3 * covariance(generator, 6)
    answers = (np.arange(6) % 2).astype(float)
    found = fit(prior, np.zeros(6), answers, np.ones(6)).left_out()
    for k in range(6):
        others = [i for i in range(6) if i != k]
        alone = fit(prior[np.ix_(others, others)], np.zeros(5), answers[others], np.ones(5))
        assert found[k] == pytest.approx(float(prior[k, others] @ alone.pull), abs=0.05)


def test_chances_follow_how_many_are_kept_and_few_answers_change_little() -> None:
    level, slope = calibrated(np.zeros(40), np.ones(40))
    assert level > 2.0 and slope == pytest.approx(1.0)
    level, _ = calibrated(np.zeros(1), np.ones(1))
    assert 0.0 < level < 1.2
    _, slope = calibrated(np.array([3.0, -3.0] * 10), np.array([0.0, 1.0] * 10))
    assert slope == pytest.approx(0.05), "an order that is wrong is not turned round"


def test_nothing_overflows() -> None:
    assert logistic(np.array([-1e4, 0.0, 1e4])) == pytest.approx([0.0, 0.5, 1.0])
