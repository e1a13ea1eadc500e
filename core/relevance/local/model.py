"""The local judge's weights: three cumulative logistic curves over the same features, as one small JSON file.

log P(grade >= k) / P(grade < k) = intercept_k + x . w_k for k = 2, 3, 4 (cumulative logits with partial proportional
odds: Peterson and Harrell 1990). The three probabilities are made to fall with k, so that no grade's is negative.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import SettingsError

Floats = npt.NDArray[np.float64]

SHIPPED = Path(__file__).resolve().parents[3] / "assets" / "judge" / "local.json"
"""The weights that ship."""

THRESHOLDS = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Weights:
    """`slopes` (3, features) and `intercepts` (3,) of P(grade >= 2), P(grade >= 3), P(grade >= 4); `beta` of tiering.

    `made_by` says which command made them and `data` from what.
    """

    features: tuple[str, ...]
    slopes: Floats
    intercepts: Floats
    beta: float
    made_by: str = ""
    data: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of everything that a judgment depends on."""
        parts = [list(self.features), self.slopes.tolist(), self.intercepts.tolist(), self.beta, dict(self.extra)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]

    def probabilities(self, values: Floats) -> Floats:
        """(n, features) to (n, 4): the probabilities of grades 1, 2, 3 and 4."""
        reached = 1.0 / (1.0 + np.exp(-(values @ self.slopes.T + self.intercepts)))
        reached = np.minimum.accumulate(reached, axis=1)
        whole = np.concatenate([np.ones((len(values), 1)), reached, np.zeros((len(values), 1))], axis=1)
        out: Floats = whole[:, :-1] - whole[:, 1:]
        return out


def to_json(weights: Weights) -> str:
    """The file's text; `from_json` reads it back to the same values."""
    body = {
        "version": weights.version,
        "features": list(weights.features),
        "slopes": {f"at_least_{k}": row for k, row in zip(THRESHOLDS, weights.slopes.tolist(), strict=True)},
        "intercepts": weights.intercepts.tolist(),
        "beta": weights.beta,
        "made_by": weights.made_by,
        "data": weights.data,
        "extra": dict(weights.extra),
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str, *, source: str) -> Weights:
    """Read weights; raises `SettingsError` that names `source` where they are not what this judge can use."""
    try:
        body = json.loads(text)
        slopes = np.array([body["slopes"][f"at_least_{k}"] for k in THRESHOLDS], np.float64)
        weights = Weights(
            features=tuple(map(str, body["features"])),
            slopes=slopes,
            intercepts=np.array(body["intercepts"], np.float64),
            beta=float(body["beta"]),
            made_by=str(body.get("made_by", "")),
            data=str(body.get("data", "")),
            extra=dict(body.get("extra", {})),
        )
    except (ValueError, KeyError, TypeError) as exc:
        raise SettingsError(
            f"{source} holds no weights of the local judge: {exc}. Make them with `judge train`."
        ) from exc
    shape = (len(THRESHOLDS), len(weights.features))
    if weights.slopes.shape != shape or weights.intercepts.shape != shape[:1] or not 0 < weights.beta <= 1:
        raise SettingsError(f"{source} holds no weights of the local judge: its numbers do not fit its features.")
    if not (np.isfinite(weights.slopes).all() and np.isfinite(weights.intercepts).all()):
        raise SettingsError(f"{source} holds a weight that is not a number. Make them anew with `judge train`.")
    return weights


def load(path: Path | str | None = None) -> Weights:
    """The weights of a file, the shipped ones for None; raises `SettingsError` where they cannot be read."""
    file = SHIPPED if path is None else Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
        raise SettingsError(
            f"The local judge's weights {file} cannot be read: {reason}. Leave SHELFCRAFT_LOCAL_JUDGE empty for the "
            f"shipped ones, or make some with `judge train`."
        ) from exc
    return from_json(text, source=str(file))
