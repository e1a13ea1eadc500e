"""The sentences of the funnel: why a product is in the list, and what happened to it at each step."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.domain import term_list

_NEW_DAYS = 60.0
_SELLS_WELL = 0.75
_FEW_LEFT = 5
_SHOWN_TERMS = 3


def found_by(terms: Sequence[str]) -> str:
    """“found by “tent” and “lantern” and 2 more”."""
    shown = term_list(terms[:_SHOWN_TERMS])
    more = len(terms) - _SHOWN_TERMS
    return f"found by {shown}" + (f" and {more} more" if more > 0 else "")


def why(
    terms: Sequence[str],
    *,
    pinned: bool,
    rating: float,
    rating_count: float,
    sales: float,
    age_days: float,
    stock: float,
) -> str:
    """One plain sentence on a selected product; numbers are NaN where the shop did not tell them.

    `sales` is a percentile, `age_days` the days since its launch.
    """
    parts = ["added by hand"] if pinned else []
    if terms:
        parts.append(found_by(terms))
    if not math.isnan(rating) and rating_count != 0:
        stars = f"{rating:.1f} stars"
        parts.append(stars if math.isnan(rating_count) else f"{stars} from {rating_count:,.0f}")
    if sales >= _SELLS_WELL:
        parts.append("sells well")
    if age_days <= _NEW_DAYS:
        parts.append("new")
    if not math.isnan(stock):
        parts.append(stock_words(stock))
    return "; ".join(parts)


def stock_words(stock: float) -> str:
    """How much of it there is."""
    if math.isnan(stock):
        return "stock unknown"
    if stock <= 0:
        return "sold out"
    return f"only {stock:.0f} left" if stock <= _FEW_LEFT else "in stock"


def percent(share: float) -> str:
    """A share as the screens write it: 55 %."""
    return f"{100 * share:.0f} %"


def price_range(low: float | None, high: float | None) -> str:
    """The asked prices in words."""
    if low is None:
        return f"at most {high:,.2f}"
    return f"at least {low:,.2f}" if high is None else f"{low:,.2f} to {high:,.2f}"


def variants(count: int) -> str:
    """“2 variants”."""
    return "1 variant" if count == 1 else f"{count:,} variants"
