"""Who may be in a list at all: stock, price, category, and what the operator rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from core.domain import Filters
from core.selection.facts import ProductFacts
from core.selection.wording import price_range

Codes = npt.NDArray[np.int8]


class Verdict(IntEnum):
    """Why a product may not be in the list; the first that applies counts."""

    ELIGIBLE = 0
    REJECTED = 1
    GONE = 2
    SOLD_OUT = 3
    TOO_CHEAP = 4
    TOO_DEAR = 5
    PRICE_UNKNOWN = 6
    OTHER_CATEGORY = 7


WORDS = {
    Verdict.REJECTED: "rejected",
    Verdict.GONE: "no longer in the catalogue",
    Verdict.SOLD_OUT: "sold out",
    Verdict.TOO_CHEAP: "below the asked price",
    Verdict.TOO_DEAR: "above the asked price",
    Verdict.PRICE_UNKNOWN: "price unknown",
    Verdict.OTHER_CATEGORY: "another category",
}


def eligibility(ids: Sequence[str], facts: ProductFacts, *, filters: Filters, rejected: Mapping[str, str]) -> Codes:
    """One `Verdict` a product, in order; unknown stock passes, an unknown price only where no price is asked for."""
    codes = np.zeros(len(ids), dtype=np.int8)

    def mark(verdict: Verdict, where: npt.NDArray[np.bool_]) -> None:
        codes[where & (codes == Verdict.ELIGIBLE)] = verdict

    if rejected:
        mark(Verdict.REJECTED, np.fromiter((i in rejected for i in ids), bool, len(ids)))
    mark(Verdict.GONE, np.fromiter((not i for i in facts.ids), bool, len(ids)))
    if filters.in_stock:
        mark(Verdict.SOLD_OUT, facts.stock <= 0)
    if filters.price is not None:
        low, high = filters.price
        if low is not None:
            mark(Verdict.TOO_CHEAP, facts.price < low)
        if high is not None:
            mark(Verdict.TOO_DEAR, facts.price > high)
        mark(Verdict.PRICE_UNKNOWN, np.isnan(facts.price))
    if filters.category:
        asked = tuple(path.casefold() for path in filters.category)
        fits = {path: _below(path.casefold(), asked) for path in set(facts.category)}
        mark(Verdict.OTHER_CATEGORY, np.fromiter((not fits[path] for path in facts.category), bool, len(ids)))
    return codes


def _below(path: str, asked: tuple[str, ...]) -> bool:
    return any(path == ancestor or path.startswith(ancestor + " > ") for ancestor in asked)


def reason(verdict: Verdict, *, price: float, category: str, filters: Filters, rejected: str) -> str:
    """Why this product left, with its own numbers."""
    if verdict is Verdict.REJECTED:
        return f"rejected: {rejected}" if rejected and rejected != "rejected" else "rejected"
    if verdict in (Verdict.TOO_CHEAP, Verdict.TOO_DEAR) and filters.price is not None:
        return f"costs {price:,.2f}; asked for is {price_range(*filters.price)}"
    if verdict is Verdict.PRICE_UNKNOWN and filters.price is not None:
        return f"its price is unknown; asked for is {price_range(*filters.price)}"
    if verdict is Verdict.OTHER_CATEGORY:
        where = f"is in “{category}”" if category else "has no category"
        return f"{where}; asked for is {' or '.join(filters.category)}"
    return WORDS[verdict]
