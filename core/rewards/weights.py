"""What the parts of a reward weigh against each other, and the two cosines between which relevance is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from core.errors import SettingsError


class Baselines(Protocol):
    """What relevance needs to know of an encoder: an encoder's profile fits as it is."""

    @property
    def random(self) -> float:
        """Mean cosine of an unrelated pair."""

    @property
    def gold(self) -> float:
        """Mean cosine of a very good pair."""


@dataclass(frozen=True, slots=True)
class CosineBaselines:
    """The two cosines as a plain value, for callers that hold no encoder (training reads them from a file)."""

    random: float
    gold: float


def rescale(cosine: float, baselines: Baselines) -> float:
    """Where a cosine stands between an unrelated pair (0) and a very good one (1), cut to [0, 1]."""
    span = baselines.gold - baselines.random
    if span <= 0:
        raise SettingsError(
            f"The encoder's cosine of a good pair ({baselines.gold:g}) must be above that of a random pair "
            f"({baselines.random:g}); calibrate the encoder again."
        )
    return min(1.0, max(0.0, (cosine - baselines.random) / span))


@dataclass(frozen=True, slots=True)
class RewardWeights:
    """One version of the weights: parts of 1. A new tuning makes a new version and never edits an old one.

    Quantity may not weigh more than relevance: else a term that finds only unfitting products could raise the reward by
    their number alone (see `core.rewards.strategy`).
    """

    semantic: float = 0.4
    relevance: float = 0.4
    quantity: float = 0.2
    version: int = 1

    def __post_init__(self) -> None:
        parts = (self.semantic, self.relevance, self.quantity)
        if not all(math.isfinite(p) and p >= 0 for p in parts):
            raise SettingsError(f"Reward weights must be numbers of 0 or more, not {parts}.")
        if not math.isclose(sum(parts), 1.0, abs_tol=1e-6):
            raise SettingsError(f"Reward weights must add up to 1, but {parts} add up to {sum(parts):g}.")
        if self.quantity > self.relevance:
            raise SettingsError(
                f"Quantity may not weigh more than relevance ({self.quantity:g} > {self.relevance:g}): "
                "unfitting products would pay by their number alone."
            )
