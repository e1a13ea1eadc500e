"""Which verdicts would teach most: active learning by information, one after another, so that they differ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.relevance.laplace import logistic

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# The logistic function as a probit one: logistic(x) is about Phi(x sqrt(pi / 8)).
_SCALE = np.pi / 8.0
_WIDTH = np.pi * np.log(2.0) / 2.0 / _SCALE


def information(mean: Floats, variance: Floats) -> Floats:
    """Bits that a verdict would tell of the model, in [0, 1], by latent mean and variance of each product.

    The mutual information of verdict and model (BALD; Houlsby et al. 2011, equation 3): large where the model does not
    know what to expect, small where it knows that it is a matter of chance.
    """
    chance = logistic(mean / np.sqrt(1.0 + _SCALE * variance))
    expected = np.sqrt(_WIDTH / (variance + _WIDTH)) * np.exp(-(mean**2) / (2 * (variance + _WIDTH)))
    return np.asarray(np.clip(_entropy(chance) - expected, 0.0, 1.0), dtype=np.float64)


def most_telling(mean: Floats, covariance: Floats, count: int) -> Integers:
    """Places of up to `count` of n products, by latent mean (n,) and posterior covariance (n, n), the first tells most.

    Each next one is chosen as if those before it had been judged: what is much like them is known by then. The mean
    stays, since nobody knows the verdicts yet. Ties by place.
    """
    left = covariance.copy()
    out: list[int] = []
    open_ = np.ones(len(mean), np.bool_)
    for _ in range(min(count, len(mean))):
        worth = np.where(open_, np.round(information(mean, np.maximum(np.diag(left), 0.0)), 9), -1.0)
        best = int(np.argmax(worth))
        out.append(best)
        open_[best] = False
        chance = float(logistic(mean[best : best + 1])[0])
        noise = 1.0 / max(chance * (1.0 - chance), 1e-6)
        column = left[:, best].copy()
        left -= np.outer(column, column) / (max(float(column[best]), 0.0) + noise)
    return np.array(out, dtype=np.int64)


def _entropy(chance: Floats) -> Floats:
    cut = np.clip(chance, 1e-12, 1 - 1e-12)
    out: Floats = -cut * np.log2(cut) - (1 - cut) * np.log2(1 - cut)
    return out
