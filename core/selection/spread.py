"""How the list spreads over prices, categories, ratings and seasons against what was removed; who is in which bar."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.domain import OTHER_CATEGORIES, Bin, Spread
from core.selection.facts import Floats
from core.selection.seasons import ALL_YEAR, SEASONS

Mask = npt.NDArray[np.bool_]

PRICE_BARS = 8
CATEGORY_BARS = 8
_RATINGS = (0.0, 3.0, 3.5, 4.0, 4.5)
_RATING_LABELS = ("below 3", "3 to 3.5", "3.5 to 4", "4 to 4.5", "4.5 to 5")


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Labels in order with who is in each; `silent` says nothing of the matter. `now` labels are on today."""

    members: Mapping[str, Mask]
    silent: Mask
    now: str = ""

    def of(self, label: str) -> Mask | None:
        """Who is in a bar, by its label; "" asks for the silent ones, None says that there is no such bar."""
        return self.silent if not label else self.members.get(label)

    def spread(self, listed: Mask, removed: Mask) -> Spread:
        """The counts of the two sides."""

        def both(who: Mask) -> tuple[int, int]:
            return int((who & listed).sum()), int((who & removed).sum())

        return Spread(
            tuple(Bin(label, *both(who), now=label == self.now) for label, who in self.members.items()),
            *both(self.silent),
        )


def price_bars(price: Floats, shown: Mask) -> Bars:
    """About eight bars of round prices over what is shown; the last is open where a few cost far more than the rest."""
    known = ~np.isnan(price)
    seen = price[known & shown]
    if not len(seen):
        return Bars({}, ~known)
    edges = _round_edges(float(seen.min()), float(np.quantile(seen, 0.95)), float(seen.max()))
    members: dict[str, Mask] = {}
    for low, high in itertools.pairwise(edges):
        label = f"{_amount(low)} to {_amount(high)}" if math.isfinite(high) else f"{_amount(low)} and more"
        members[label] = known & (price >= low) & (price < high)
    return Bars(members, ~known)


def _round_edges(lowest: float, most: float, highest: float) -> list[float]:
    """The ends of bars whose width is 1, 2, 2.5 or 5 times a power of ten; infinity ends an open last one."""
    span = max(most - lowest, 0.01 * max(abs(most), 1.0))
    power = 10.0 ** math.floor(math.log10(span / PRICE_BARS))
    step = next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power * PRICE_BARS >= span * 0.999)
    first = math.floor(lowest / step) * step
    count = max(1, math.ceil((most - first) / step))
    edges = [round(first + k * step, 6) for k in range(count + 1)]
    return [*edges, math.inf] if highest >= edges[-1] else edges


def _amount(price: float) -> str:
    return f"{price:,.0f}" if price == round(price) else f"{price:,.2f}"


def category_bars(category: Sequence[str], listed: Mask, removed: Mask) -> Bars:
    """The categories with the largest shares of the two sides, largest first, and one bar of all others."""
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(path, len(numbers)) for path in category), np.int64, len(category))
    weight = np.zeros(len(numbers))
    for side in (listed, removed):
        weight += np.bincount(codes[side], minlength=len(numbers)) / max(int(side.sum()), 1)
    paths = sorted((p for p in numbers if p and weight[numbers[p]]), key=lambda p: (-weight[numbers[p]], p))
    members = {path: codes == numbers[path] for path in paths[:CATEGORY_BARS]}
    others = paths[CATEGORY_BARS:]
    if others:
        members[OTHER_CATEGORIES] = np.isin(codes, [numbers[path] for path in others])
    return Bars(members, codes == numbers.get("", -1))


def rating_bars(rating: Floats) -> Bars:
    """Bars of half a star from 3 on, and one below."""
    known = ~np.isnan(rating)
    place = np.searchsorted(_RATINGS, np.where(known, rating, 0.0), side="right") - 1
    return Bars({label: known & (place == k) for k, label in enumerate(_RATING_LABELS)}, ~known)


def season_bars(said: Sequence[tuple[str, ...]], *, now: str) -> Bars:
    """The four seasons in order, and all year where anybody says so; a product of several seasons is in each."""
    members = {
        season: np.fromiter((season in own for own in said), np.bool_, len(said)) for season in (*SEASONS, ALL_YEAR)
    }
    if not members[ALL_YEAR].any():
        del members[ALL_YEAR]
    return Bars(members, np.fromiter((not own for own in said), np.bool_, len(said)), now)
