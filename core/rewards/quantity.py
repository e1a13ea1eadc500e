"""How much a strategy finds, capped so that more than enough is worth nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.errors import SettingsError

CEILING = 10_000
"""The ceiling of the app and of every evaluation; only training starts lower (`core.rewards.curriculum`)."""

SHARE = 20
"""In a small catalogue the ceiling is one product in so many: 5 %."""


def ceiling_for(catalogue_size: int) -> int:
    """min(10,000, 5 % of the catalogue), at least 1: what a strategy can usefully find in the app."""
    return min(CEILING, max(1, catalogue_size // SHARE))


def quantity(count: int, ceiling: int) -> float:
    """log(1 + min(count, ceiling)) / log(1 + ceiling), in [0, 1]."""
    if ceiling < 1:
        raise SettingsError(f"The ceiling of the quantity reward must be at least 1, not {ceiling}.")
    return math.log1p(min(max(count, 0), ceiling)) / math.log1p(ceiling)


def quantity_reward(*, counts: Sequence[int | None], ceiling: int) -> list[float | None]:
    """One log-capped quantity per count; an unknown count gets `None`, never a guess."""
    return [None if count is None else quantity(count, ceiling) for count in counts]


def quantity_reason(count: int, ceiling: int) -> str:
    """What the number means to the operator."""
    products = "1 product" if count == 1 else f"{count:,} products"
    if count == 0:
        return "No product is found."
    if count >= ceiling:
        return f"{products}; the ceiling of this catalogue is {ceiling:,}, so more would not raise the reward."
    return f"{products}; more would raise the reward, up to {ceiling:,}, each a little less than the one before."
