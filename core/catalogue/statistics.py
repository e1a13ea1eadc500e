"""Figures about a whole catalogue, for the operator's eyes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.catalogue.schema import SEPARATOR

_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST = 20
_BANDS = 12


def describe(columns: pa.Table) -> dict[str, Any]:
    """Counts and shares of the columns family, brand, category, price, currency, stock, rating; plain JSON values."""
    rows = columns.num_rows
    departments = pc.list_element(pc.split_pattern(columns["category"], SEPARATOR), 0)
    known = pc.drop_null(columns["price"])
    quantiles = pc.quantile(known, q=list(_QUANTILES)).to_pylist() if len(known) else []
    return {
        "rows": rows,
        "families": pc.count_distinct(columns["family"]).as_py(),
        "departments": _most(departments),
        "categories": _most(columns["category"]),
        "category_count": pc.count_distinct(columns["category"]).as_py(),
        "brands": _most(columns["brand"]),
        "brand_count": len(most_frequent(columns["brand"])),
        "currencies": _most(columns["currency"]),
        "price": {str(q): round(v, 2) for q, v in zip(_QUANTILES, quantiles, strict=False)},
        "price_bands": price_bands(known),
        "stock": _stock(columns["stock"]),
        "missing": {
            name: _share_missing(columns[name], rows) for name in ("price", "stock", "rating", "brand", "category")
        },
    }


def price_bands(known: pa.ChunkedArray) -> list[tuple[float, float | None, int]]:
    """(from, to, products) of price bands between round edges (1, 2, 5, 10 ...), about a dozen; empty without a price.

    A price equal to `to` belongs to the next band; that of the last is None.
    """
    if len(known) == 0:
        return []
    values = np.asarray(known, dtype=np.float64)
    edges = [0.0]
    step = 10.0 ** math.floor(math.log10(max(float(np.quantile(values, 0.02)), 0.01)))
    while len(edges) < _BANDS and edges[-1] <= float(np.quantile(values, 0.98)):
        for factor in (1, 2, 5):
            edges.append(round(step * factor, 10))
        step *= 10
    while len(edges) > 2 and edges[-2] > values.max():
        edges.pop()
    counts = [int(n) for n in np.histogram(values, bins=[*edges[:-1], np.inf])[0]]
    bands = list(zip(edges[:-1], [*edges[1:-1], None], counts, strict=True))
    first = next((i for i, band in enumerate(bands) if band[2]), 0)
    return bands[first:]


def _stock(column: pa.ChunkedArray) -> dict[str, int]:
    """Products by what is known of their stock."""
    there = pc.sum(pc.greater(column, 0)).as_py() or 0
    return {"in stock": there, "sold out": len(column) - column.null_count - there, "unknown": column.null_count}


def most_frequent(column: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Every value that is not empty with its count, the most frequent first, equals by name."""
    counts = column.value_counts()
    pairs = zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)
    return sorted(((v, n) for v, n in pairs if v), key=lambda pair: (-pair[1], pair[0]))


def _most(column: pa.ChunkedArray) -> dict[str, int]:
    return dict(most_frequent(column)[:_MOST])


def _share_missing(column: pa.ChunkedArray, rows: int) -> float:
    if rows == 0:
        return 0.0
    empty = pc.sum(pc.equal(column, "")).as_py() if pa.types.is_string(column.type) else column.null_count
    return round((empty or 0) / rows, 4)
