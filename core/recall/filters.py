"""Filters on arrays in memory, and the same filters as a LanceDB expression that never holds an operator's string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lancedb.expr import Expr, col, lit

from core.catalogue.schema import below, category_key, normal_category, price_bucket
from core.domain import Filters

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FilterColumns:
    """What filters look at, one entry a row: `price` NaN where unknown, `category` a code into `categories`."""

    price: npt.NDArray[np.float64]
    in_stock: Mask
    category: npt.NDArray[np.int32]
    categories: Sequence[str]


def asks_price(filters: Filters) -> bool:
    """Whether a price is asked for: at least one end of the range is given."""
    return filters.price is not None and filters.price != (None, None)


def in_category(path: str, filters: Filters) -> bool:
    """Whether a category path equals or lies below one that is asked for; any path where none is."""
    return not filters.category or any(below(path, normal_category(asked)) for asked in filters.category)


def in_price(price: npt.NDArray[np.float64], filters: Filters) -> Mask:
    """Which prices lie in the range, both ends included; an unknown one (NaN) only where no price is asked for."""
    passing = np.ones(len(price), np.bool_)
    if filters.price is not None and asks_price(filters):
        low, high = filters.price
        passing &= ~np.isnan(price)
        if low is not None:
            passing &= price >= low
        if high is not None:
            passing &= price <= high
    return passing


def without_price(columns: FilterColumns, filters: Filters) -> Mask:
    """Which rows pass all filters but the price."""
    passing = np.ones(len(columns.price), np.bool_)
    if filters.in_stock:
        passing &= columns.in_stock
    if filters.category:
        allowed = np.fromiter((in_category(path, filters) for path in columns.categories), np.bool_)
        passing &= allowed[columns.category] if len(allowed) else False
    return passing


def expression(filters: Filters, categories: Sequence[str]) -> Expr | None:
    """All filters but the price, for LanceDB to narrow by; None where there is none.

    `categories` are the catalogue's paths: those asked for become key numbers. The price is left to the exact check,
    because products of unknown price have to be counted.
    """
    wanted: Expr | None = None
    if filters.in_stock:
        wanted = col("in_stock") == lit(True)
    if filters.category:
        keys = [category_key(path) for path in categories if in_category(path, filters)]
        allowed = col("category_key").isin(keys) if keys else col("category_key") < lit(0)
        wanted = allowed if wanted is None else wanted & allowed
    return wanted


def price_expression(filters: Filters) -> Expr | None:
    """The price range by its buckets (a little wider than asked, unknown prices left out); None where none is asked."""
    if filters.price is None or not asks_price(filters):
        return None
    low, high = filters.price
    at_least = None if low is None else col("price_bucket") >= lit(price_bucket(low))
    at_most = None if high is None else col("price_bucket") <= lit(price_bucket(high))
    if at_least is None or at_most is None:
        return at_least if at_most is None else at_most
    return at_least & at_most
