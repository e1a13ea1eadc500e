"""How well a product could sell: its rating, sales, margin and freshness, each in [0, 1], weighted into one number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from core.selection.facts import EPOCH, Floats, ProductFacts
from core.selection.options import PotentialWeights

PARTS = ("rating", "sales", "margin", "freshness")
NEUTRAL = 0.5

_FULL_MARGIN = 0.5
_LOWEST_STARS, _HIGHEST_STARS = 3.0, 5.0
_PRIOR_STRENGTH = 20.0


@dataclass(frozen=True, slots=True)
class RatingPrior:
    """What a product's stars are before anybody rated it: the catalogue's mean, worth `strength` ratings."""

    mean: float
    strength: float = _PRIOR_STRENGTH


@dataclass(frozen=True, slots=True)
class Potential:
    """Columns over products: `parts` (n, 4) in [0, 1] in the order of `PARTS`, `known` (n, 4), `value` (n,) in [0, 1].

    `stars` are the smoothed ratings, NaN where unknown; `weights` add up to 1.
    """

    parts: Floats
    known: npt.NDArray[np.bool_]
    value: Floats
    stars: Floats
    weights: Floats

    def missing(self) -> dict[str, int]:
        """How many products lack each fact and so stand at the middle."""
        return {name: int((~self.known[:, i]).sum()) for i, name in enumerate(PARTS)}


def rating_prior(facts: ProductFacts) -> RatingPrior:
    """The mean of all stars that were given, each product counting for its ratings; 4.0 where there is none."""
    count = np.where(np.isnan(facts.rating_count), 1.0, facts.rating_count)
    given = ~np.isnan(facts.rating) & (count > 0)
    if not given.any():
        return RatingPrior(4.0)
    # Summed exactly, so that the order of the products cannot show in the last bits of a score.
    stars = math.fsum((facts.rating[given] * count[given]).tolist())
    return RatingPrior(stars / math.fsum(count[given].tolist()))


def potential(
    facts: ProductFacts,
    *,
    today: date,
    weights: PotentialWeights,
    half_life_days: float,
    prior: RatingPrior | None = None,
) -> Potential:
    """Potential of every product of `facts`; a missing fact is replaced by the median of the others, so it is neutral.

    rating: Bayesian average (n r + m C) / (n + m) of n ratings of r stars with the prior (C, m), from 3 stars (0) to
    5 (1). sales: percentile among these products. margin: its share of a margin of 50 %. freshness: 0.5 to the power
    of age / half-life; not yet launched counts as new.
    """
    known_prior = rating_prior(facts) if prior is None else prior
    count = np.where(np.isnan(facts.rating_count), 1.0, np.maximum(facts.rating_count, 0.0))
    stars = (count * facts.rating + known_prior.strength * known_prior.mean) / (count + known_prior.strength)
    stars = np.where(count > 0, stars, np.nan)
    age = np.maximum(float((today - EPOCH).days) - facts.launch_day, 0.0)
    parts = np.column_stack(
        [
            np.clip((stars - _LOWEST_STARS) / (_HIGHEST_STARS - _LOWEST_STARS), 0.0, 1.0),
            percentile(facts.monthly_sales),
            np.clip(facts.margin / _FULL_MARGIN, 0.0, 1.0),
            np.exp2(-age / half_life_days),
        ]
    )
    known = ~np.isnan(parts)
    for column, there in zip(parts.T, known.T, strict=True):
        column[~there] = np.median(column[there]) if there.any() else NEUTRAL
    shares = np.array(weights.parts()) / sum(weights.parts())
    value = sum((share * column for share, column in zip(shares, parts.T, strict=True)), np.zeros(len(parts)))
    return Potential(parts, known, np.round(value, 6), stars, shares)


def percentile(values: Floats) -> Floats:
    """The share of known values below each, equals counting half, in [0, 1]; NaN stays NaN."""
    result = np.full(len(values), np.nan)
    there = ~np.isnan(values)
    if there.any():
        ranked = np.sort(values[there])
        below = np.searchsorted(ranked, values[there], "left")
        upto = np.searchsorted(ranked, values[there], "right")
        result[there] = (below + upto) / (2.0 * len(ranked))
    return result
