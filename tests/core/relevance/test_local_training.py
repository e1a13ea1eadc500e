"""Training of the local judge: it learns what is there, never against a sign, and stays near what it starts from."""

from __future__ import annotations

import numpy as np
import pytest

from core.relevance.local.features import FEATURES, SIGNS
from core.relevance.local.model import Weights
from core.relevance.local.training import fit

COVERAGE, HAS = FEATURES.index("coverage"), FEATURES.index("has")


def made(count: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Values, and grades that rise with coverage and, against its sign, with "has"."""
    generator = np.random.default_rng(seed)
    values = generator.random((count, len(FEATURES)))
    latent = 6 * values[:, COVERAGE] + 3 * values[:, HAS] + generator.logistic(size=count) - 4.5
    return values, 1 + (latent > -1.5).astype(np.int64) + (latent > 0) + (latent > 1.5)


def trained(values: np.ndarray, grades: np.ndarray, prior: Weights | None = None) -> Weights:
    return Weights(FEATURES, *fit(values, grades, prior=prior), 0.5)


def test_what_matters_is_found_and_no_sign_is_broken() -> None:
    values, grades = made(3_000)
    weights = trained(values, grades)
    assert (weights.slopes[:, COVERAGE] > 3).all()
    assert weights.slopes[:, HAS] == pytest.approx(0.0)
    assert (weights.slopes * [SIGNS[name] for name in FEATURES] >= 0).all()


def test_probabilities_are_calibrated_on_what_was_not_trained_on() -> None:
    generator = np.random.default_rng(5)
    values = generator.random((6_000, len(FEATURES)))
    latent = 5 * values[:, COVERAGE] + generator.logistic(size=6_000) - 2.5
    grades = 1 + (latent > -1).astype(np.int64) + (latent > 0) + (latent > 1)
    shares = trained(values[:3_000], grades[:3_000]).probabilities(values[3_000:])
    for grade in (1, 2, 3, 4):
        said, true = shares[:, grade - 1], grades[3_000:] == grade
        assert abs(said.mean() - true.mean()) < 0.03
        high = said >= np.median(said)
        assert abs(said[high].mean() - true[high].mean()) < 0.05


def test_few_labels_move_the_shipped_weights_little_and_many_move_them_far() -> None:
    prior = trained(*made(3_000))
    values, grades = made(3_000, seed=9)
    turned = 5 - grades  # a shop whose people say the opposite
    few, many = trained(values[:15], turned[:15], prior), trained(values, turned, prior)
    moved = [float(np.abs(w.slopes - prior.slopes)[:, COVERAGE].mean()) for w in (few, many)]
    assert moved[0] < 0.5 * moved[1]
    assert few.probabilities(values).sum(axis=1) == pytest.approx(1.0)


def test_no_grade_is_ever_less_than_impossible() -> None:
    values, grades = made(200)
    shares = trained(values, grades).probabilities(np.random.default_rng(1).random((500, len(FEATURES))))
    assert (shares >= 0).all()
    assert shares.sum(axis=1) == pytest.approx(1.0)
