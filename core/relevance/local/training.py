"""How the local judge's weights are made: penalised likelihood of people's grades, every query counting the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.relevance.local.features import FEATURES, SIGNS
from core.relevance.local.model import THRESHOLDS, Weights

Floats = npt.NDArray[np.float64]

SHRINKAGE = 10.0
"""Weight of the squared slopes (of features at unit spread) beside the sum of the log-likelihoods."""

TOGETHER = 10.0
"""Weight of the squared distance of the three curves' slopes from their mean."""


def fit(values: Floats, grades: npt.NDArray[np.int64], *, prior: Weights | None = None) -> tuple[Floats, Floats]:
    """Slopes (3, features) and intercepts (3,) for (n, features) values in the order of `FEATURES`.

    Minimises the three curves' negative log-likelihood with both penalties under the signs of `SIGNS`. With a `prior`
    slopes shrink towards its slopes instead of towards nothing.
    """
    from scipy.optimize import minimize

    spread = np.maximum(values.std(axis=0), 0.05)
    x = values / spread
    k = x.shape[1]
    reached = np.stack([(grades >= t).astype(np.float64) for t in THRESHOLDS], axis=1)
    start = np.zeros((3, k)) if prior is None else prior.slopes * spread
    base = np.zeros(3) if prior is None else prior.intercepts

    def loss(flat: Floats) -> tuple[float, Floats]:
        slopes, intercepts = flat[: 3 * k].reshape(3, k), flat[3 * k :]
        z = x @ slopes.T + intercepts
        gap = slopes - start
        mean = gap.mean(axis=0)
        value = float(np.logaddexp(0.0, z).sum() - (z * reached).sum())
        value += 0.5 * SHRINKAGE * float((mean**2).sum()) * 3 + 0.5 * TOGETHER * float(((gap - mean) ** 2).sum())
        residual = 1.0 / (1.0 + np.exp(-z)) - reached
        by_slopes = residual.T @ x + SHRINKAGE * mean + TOGETHER * (gap - mean)
        return value, np.concatenate([by_slopes.ravel(), residual.sum(axis=0)])

    signs = np.array([SIGNS[name] for name in FEATURES])
    bounds = [(0.0, None) if sign > 0 else (None, 0.0) for sign in np.tile(signs, 3)] + [(None, None)] * 3
    found = minimize(loss, np.concatenate([start.ravel(), base]), jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[: 3 * k].reshape(3, k) / spread, found.x[3 * k :]


ORDER_SHRINKAGE = 200.0
"""Weight of the squared weights of an order (of columns at unit spread) beside the squared error."""


def fit_order(values: Floats, gains: Floats, queries: npt.NDArray[np.int64]) -> Floats:
    """(columns,) weights of an order for (n, columns) values: those of `FEATURES`, then columns that only raise.

    Ridge regression of the gains within each query (both are centred there), under the features' signs. `queries` (n,)
    says which query a row belongs to.
    """
    from scipy.optimize import nnls

    signs = np.array([*(SIGNS[name] for name in FEATURES), *([1] * (values.shape[1] - len(FEATURES)))], np.float64)
    x, y = values * signs, np.array(gains, np.float64)
    for query in np.unique(queries):
        rows = queries == query
        x[rows] -= x[rows].mean(axis=0)
        y[rows] -= y[rows].mean()
    spread = np.maximum(x.std(axis=0), 1e-3)
    k = x.shape[1]
    weights, _ = nnls(np.vstack([x / spread, np.sqrt(ORDER_SHRINKAGE) * np.eye(k)]), np.concatenate([y, np.zeros(k)]))
    found: Floats = weights / spread * signs
    return found
