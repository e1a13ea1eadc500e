"""Figures about a whole catalogue, for the operator's eyes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.catalogue.schema import SEPARATOR

_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST = 20


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
        "currencies": _most(columns["currency"]),
        "price": {str(q): round(v, 2) for q, v in zip(_QUANTILES, quantiles, strict=False)},
        "missing": {
            name: _share_missing(columns[name], rows) for name in ("price", "stock", "rating", "brand", "category")
        },
    }


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
