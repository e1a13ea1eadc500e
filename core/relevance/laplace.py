"""Gaussian process classification by Laplace's approximation (Rasmussen and Williams 2006, sections 3.4 and 3.6).

The latent value of an object is its prior mean plus a function drawn from a Gaussian process; the chance of a yes is
the logistic of it. Pure linear algebra: nothing here knows what the objects are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROUNDS = 50
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Fitted:
    """What m answers teach. `pull` (m,) is how hard each answer pulls at what is like it; its sign is the answer's.

    `latent` (m,) are the latent values at the mode, `root` (m,) and `lower` (m, m) sqrt(W) and the Cholesky factor of
    I + sqrt(W) K sqrt(W).
    """

    pull: Floats
    latent: Floats
    root: Floats
    lower: Floats

    def shift(self, likeness: Floats) -> Floats:
        """(n,) how far the latent means of n objects move, by their covariance (n, m) with the answers."""
        moved: Floats = likeness @ self.pull
        return moved

    def variance(self, likeness: Floats, own: Floats) -> Floats:
        """(n,) the variance that is left, by covariance with the answers and the prior variance `own` (n,)."""
        solved: Floats = np.asarray(np.linalg.solve(self.lower, (likeness * self.root).T), np.float64)
        left: Floats = np.maximum(own - np.einsum("ij,ij->j", solved, solved), 0.0)
        return left

    def covariance(self, likeness: Floats, prior: Floats) -> Floats:
        """(k, k) the covariance of k objects that is left, by theirs with the answers (k, m) and before them (k, k)."""
        solved = np.linalg.solve(self.lower, (likeness * self.root).T)
        out: Floats = prior - solved.T @ solved
        return out

    def left_out(self) -> Floats:
        """(m,) what the latent mean of each answered object would be without its own answer (ibid., equation 5.12,
        with the pseudo-answers of the approximation for the targets)."""
        inverse = np.linalg.solve(self.lower, np.eye(len(self.pull)))
        inner = np.einsum("ij,ij->j", inverse, inverse)
        curvature = np.maximum(self.root**2, 1e-9)
        out: Floats = self.latent + self.pull / curvature * (1.0 - 1.0 / inner)
        return out


def fit(covariance: Floats, mean: Floats, answers: Floats, strength: Floats) -> Fitted:
    """Find the mode by Newton's method; algorithm 3.1, with a prior mean and answers that count `strength` times.

    `covariance` (m, m), `mean` (m,) prior latent means, `answers` (m,) 1 for yes and 0 for no.
    """
    identity = np.eye(len(mean))
    pull = np.zeros(len(mean))
    objective = _objective(covariance, mean, answers, strength, pull)
    for _ in range(ROUNDS):
        latent = mean + covariance @ pull
        chance = logistic(latent)
        curvature = strength * chance * (1 - chance)
        root = np.sqrt(curvature)
        target = curvature * (latent - mean) + strength * (answers - chance)
        inner = identity + root[:, None] * covariance * root[None, :]
        proposed = target - root * np.linalg.solve(inner, root * (covariance @ target))
        step, better = 1.0, objective
        while step > 1e-3:  # where a full step overshoots, a shorter one does not
            better = _objective(covariance, mean, answers, strength, pull + step * (proposed - pull))
            if better >= objective:
                break
            step /= 2
        pull = pull + step * (proposed - pull)
        if better - objective < TOLERANCE:
            break
        objective = better
    latent = mean + covariance @ pull
    chance = logistic(latent)
    root = np.sqrt(strength * chance * (1 - chance))
    lower: Floats = np.asarray(np.linalg.cholesky(identity + root[:, None] * covariance * root[None, :]), np.float64)
    return Fitted(pull, latent, root, lower)


def calibrated(left_out: Floats, answers: Floats) -> tuple[float, float]:
    """Level and slope that turn latent means into chances: Platt scaling (1999) on answers that were left out.

    Shrunk towards (0, 1) with standard deviations of 2 and 0.5, so that few answers change little.
    """
    level, slope = 0.0, 1.0
    for _ in range(ROUNDS):
        chance = logistic(level + slope * left_out)
        curvature = chance * (1 - chance)
        down = np.array([(chance - answers).sum() + level / 4.0, (chance - answers) @ left_out + (slope - 1.0) * 4.0])
        cross = float(curvature @ left_out)
        bend = np.array([[curvature.sum() + 0.25, cross], [cross, curvature @ left_out**2 + 4.0]])
        move = np.linalg.solve(bend, down)
        level, slope = level - float(move[0]), max(0.05, slope - float(move[1]))
        if np.abs(move).max() < TOLERANCE:
            break
    return level, slope


def logistic(latent: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow."""
    out: Floats = 0.5 * (1.0 + np.tanh(0.5 * latent))
    return out


def _objective(covariance: Floats, mean: Floats, answers: Floats, strength: Floats, pull: Floats) -> float:
    away = covariance @ pull
    latent = mean + away
    likelihood = strength * (answers * latent - np.logaddexp(0.0, latent))
    return float(likelihood.sum() - 0.5 * pull @ away)
