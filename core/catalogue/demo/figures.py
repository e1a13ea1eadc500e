"""The figures of a demo product: price, stock, rating, sales, margin, launch date, as they hang together in a shop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.catalogue.demo.dice import Dice
from core.catalogue.demo.vocabulary import TIERS

# The demo's day is the first of November: Halloween is just over, Christmas begins, summer sells little.
_SEASON_SALES = {"summer": 0.45, "spring": 0.6, "winter": 1.6, "autumn": 1.3}
_OCCASION_SALES = {
    "Christmas": 2.2,
    "Halloween": 1.5,
    "Valentine's Day": 0.3,
    "Easter": 0.2,
    "beach": 0.5,
    "camping": 0.6,
}
_OUT_OF_STOCK, _STOCK_UNKNOWN, _PRICE_UNKNOWN, _RATING_UNKNOWN = 0.04, 0.02, 0.008, 0.025


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What the variants of one product share. `price` is before variant factors and before rounding to a price tag."""

    price: float
    rating: float
    sales: float
    months: float
    margin: float
    launch_date: date


def group_figures(
    dice: Dice,
    *,
    price: tuple[float, float],
    tier: str,
    factor: float,
    margin: tuple[float, float],
    traits: Mapping[str, str],
    today: date,
) -> GroupFigures:
    """Draws the shared figures; `factor` is what kind and material do to the price."""
    low, high = TIERS[tier]
    place = dice.between(low, high)
    base = price[0] * (price[1] / price[0]) ** place * factor
    age = 20 + int(1500 * dice.share() ** 1.7)
    rating = min(4.9, max(2.9, 4.28 + 0.3 * dice.normal() + (0.12 if tier == "premium" else 0.0)))
    season = _SEASON_SALES.get(traits.get("season", ""), 1.0) * _OCCASION_SALES.get(traits.get("occasion", ""), 1.0)
    sales = 85.0 * (20.0 / base) ** 0.4 * math.exp(0.85 * dice.normal() + 0.9 * (rating - 4.2)) * season
    earned = margin[0] + (margin[1] - margin[0]) * min(1.0, max(0.0, 0.5 * place + 0.5 * dice.share()))
    return GroupFigures(base, rating, sales, age / 30.4, earned, today - timedelta(days=age))


def price_tag(price: float) -> float:
    """A price as shops print it: 3.49, 14.99, 89.95, 249.00."""
    if price < 10:
        return round(max(0.79, round(price * 2) / 2 - 0.01), 2)
    if price < 60:
        return round(round(price) - 0.01, 2)
    if price < 150:
        return round(round(price / 5) * 5 - 0.05, 2)
    if price < 500:
        return float(round(price / 10) * 10 - 1)
    return float(round(price / 50) * 50 - 1)


def variant_figures(dice: Dice, group: GroupFigures, *, factor: float, share: float) -> dict[str, float | int | None]:
    """The figures of one variant; `share` is its part of the group's sales. None means that the shop does not say."""
    sale = 0.85 if dice.share() < 0.08 else 1.0
    price = price_tag(group.price * factor * sale)
    sales = round(group.sales * share * math.exp(0.25 * dice.normal()) * (1.5 if sale < 1.0 else 1.0))
    chance = dice.share()
    if chance < _OUT_OF_STOCK:
        stock: int | None = 0
        sales = round(sales * 0.4)
    elif chance < _OUT_OF_STOCK + _STOCK_UNKNOWN:
        stock = None
    else:
        stock = max(1, round(sales * dice.between(0.4, 3.0) + dice.between(2, 14)))
    count = round(sales * group.months * dice.between(0.03, 0.09))
    unrated = count == 0 or dice.share() < _RATING_UNKNOWN
    return {
        "price": None if dice.share() < _PRICE_UNKNOWN else price,
        "stock": stock,
        "rating": None if unrated else round(group.rating, 1),
        "rating_count": 0 if unrated else count,
        "monthly_sales": sales,
        "margin": round(group.margin * (0.8 if sale < 1.0 else 1.0), 3),
    }
