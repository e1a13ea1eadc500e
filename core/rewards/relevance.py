"""How well what a strategy finds fits what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from core.rewards.gates import RELEVANCE_OF_CHANCE
from core.rewards.weights import Baselines, rescale


def relevance_reward(*, means: Sequence[float | None], baselines: Baselines) -> list[float | None]:
    """One value in [0, 1] per mean relevance of a preview; where nothing was measured, `None`.

    A mean is that of `Preview.mean_relevance`: over all kept products, each by itself, the smaller of the best term's
    cosine and the intent's. The smaller of the two, because any self-consistent term fits the products that it finds.
    Each product is cut to [random, gold] before the mean, so that a few excellent ones cannot carry unfitting ones.
    """
    return [None if mean is None else rescale(mean, baselines) for mean in means]


def relevance_reason(value: float | None) -> str:
    """What the number means to the operator."""
    if value is None:
        return "How well the products fit could not be measured, since the preview's sample holds none of them."
    share = f"{value:.0%}".replace("%", " %")
    if value < RELEVANCE_OF_CHANCE:
        return "What is found fits the theme no better than products picked at random."
    if value < 0.5:
        return f"What is found fits the theme loosely: {share} of the way from a random product to a very good one."
    return f"What is found fits the theme: {share} of the way from a random product to a very good one."
