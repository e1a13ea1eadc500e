"""The products behind a figure about a whole catalogue: a department, a brand, a price band, what lacks a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.catalogue.schema import SEPARATOR
from core.catalogue.table import Catalogue
from core.errors import InputError

SliceKind = Literal[
    "all", "families", "variants", "department", "category", "brand", "currency", "price", "missing", "picture", "stock"
]
PICTURES = ("any", "own", "linked", "none")
STOCKS = ("to be had", "in stock", "sold out", "unknown")
"""Unknown stock is to be had, as everywhere else."""
MISSING = ("price", "stock", "rating", "brand", "category", "picture")

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a catalogue. `value` is a department, a path, a brand, a currency, one of `MISSING`, `PICTURES` or
    `STOCKS`; `low` and `high` bound a price, `high` itself excluded unless it is the end of all.
    """

    kind: SliceKind
    value: str = ""
    low: float = 0.0
    high: float = float("inf")


@dataclass(frozen=True, slots=True)
class SliceSample:
    """How many products a part holds, and the ids of some spread evenly over it."""

    total: int
    product_ids: tuple[str, ...]


def sample(catalogue: Catalogue, part: Slice, *, limit: int = 24) -> SliceSample:
    """The size of a part and some of its products, the same at every call. Raises `InputError` for an unknown part."""
    needed = _column(part)
    columns = catalogue.columns(["product_id", *needed])
    ids = columns["product_id"]
    if part.kind == "picture" or (part.kind, part.value) == ("missing", "picture"):
        with_picture = catalogue.ids_with_picture()
        rows = _pictured(columns, with_picture, "none" if part.kind == "missing" else part.value)
    else:
        rows = _rows(columns, part)
    spread = rows[np.linspace(0, len(rows) - 1, limit).astype(np.int64)] if len(rows) > limit else rows
    return SliceSample(len(rows), tuple(ids.take(pa.array(spread)).to_pylist()))


def _column(part: Slice) -> Sequence[str]:
    match part.kind:
        case "all":
            return ()
        case "families" | "variants":
            return ("family",)
        case "department" | "category":
            return ("category",)
        case "stock" if part.value not in STOCKS:
            raise InputError(f"Stock is one of {', '.join(STOCKS)}, not {part.value!r}.")
        case "brand" | "currency" | "price" | "stock":
            return (part.kind,)
        case "missing" if part.value in MISSING:
            return ("image_url",) if part.value == "picture" else (part.value,)
        case "picture" if part.value in PICTURES:
            return ("image_url",)
        case _:
            raise InputError(f"A catalogue has no part {part.kind!r} {part.value!r}.")


def _rows(columns: pa.Table, part: Slice) -> Rows:
    """The ascending rows of a part."""
    match part.kind:
        case "all":
            return np.arange(columns.num_rows, dtype=np.int64)
        case "families":
            return _families(columns["family"], several=False)
        case "variants":
            return _families(columns["family"], several=True)
        case "department":
            path = columns["category"]
            mask = pc.or_(pc.equal(path, part.value), pc.starts_with(path, part.value + SEPARATOR))
        case "category" | "brand" | "currency":
            mask = pc.equal(columns[part.kind], part.value)
        case "price":
            price = columns["price"]
            mask = pc.and_(pc.greater_equal(price, part.low), pc.less(price, part.high))
        case "stock":
            stock = columns["stock"]
            mask = {
                "to be had": lambda: pc.fill_null(pc.greater(stock, 0), True),
                "in stock": lambda: pc.greater(stock, 0),
                "sold out": lambda: pc.less_equal(stock, 0),
                "unknown": lambda: pc.is_null(stock),
            }[part.value]()
        case _:
            column = columns[part.value]
            mask = pc.equal(column, "") if pa.types.is_string(column.type) else pc.is_null(column)
    return _true(mask)


def _families(family: pa.ChunkedArray, *, several: bool) -> Rows:
    """The first row of every family, or of every family of several products."""
    codes = family.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return np.sort(first[counts > 1] if several else first).astype(np.int64)


def _pictured(columns: pa.Table, own: pa.ChunkedArray, wanted: str) -> Rows:
    has_own = pc.is_in(columns["product_id"], value_set=own.combine_chunks())
    linked = pc.and_(pc.invert(has_own), pc.is_valid(columns["image_url"]))
    neither = pc.and_(pc.invert(has_own), pc.is_null(columns["image_url"]))
    return _true({"any": pc.invert(neither), "own": has_own, "linked": linked, "none": neither}[wanted])


def _true(mask: pa.ChunkedArray) -> Rows:
    return np.flatnonzero(np.asarray(pc.fill_null(mask, False))).astype(np.int64)
