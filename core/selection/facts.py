"""What the funnel needs to know of each product, as columns: ten thousand products without ten thousand objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.domain import Product
from core.errors import InputError

Floats = npt.NDArray[np.float64]

EPOCH = date(1970, 1, 1)
NUMBERS = ("price", "stock", "rating", "rating_count", "monthly_sales", "margin")
TEXTS = ("category", "family", "title")


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """Columns of equal length, one row a product, in any order. NaN says that the shop did not tell a number.

    `rating` is in stars up to 5, `margin` a fraction of the price, `launch_day` days since 1970-01-01. An empty
    `family` means that the product stands for itself.
    """

    ids: tuple[str, ...]
    price: Floats
    stock: Floats
    rating: Floats
    rating_count: Floats
    monthly_sales: Floats
    margin: Floats
    launch_day: Floats
    category: tuple[str, ...]
    family: tuple[str, ...]
    title: tuple[str, ...]

    def __post_init__(self) -> None:
        for column in fields(self):
            if len(getattr(self, column.name)) != len(self.ids):
                raise InputError(
                    f"The facts hold {len(self.ids)} products, but another number of {column.name} values."
                )

    @classmethod
    def from_table(cls, table: pa.Table) -> ProductFacts:
        """From rows of the catalogue's table (`core.catalogue.schema`); other columns are ignored."""

        def numbers(name: str) -> Floats:
            return np.asarray(table[name].cast(pa.float64()).to_numpy(), dtype=np.float64)

        def texts(name: str) -> tuple[str, ...]:
            return tuple("" if text is None else text for text in table[name].to_pylist())

        days = np.asarray(table["launch_date"].cast(pa.int32()).cast(pa.float64()).to_numpy(), dtype=np.float64)
        return _assemble(
            texts("product_id"), {n: numbers(n) for n in NUMBERS} | {"launch_day": days}, {n: texts(n) for n in TEXTS}
        )

    @classmethod
    def from_products(cls, products: Iterable[Product]) -> ProductFacts:
        """From product values, for callers that hold them already."""
        rows = list(products)
        days = [None if p.launch_date is None else (p.launch_date - EPOCH).days for p in rows]
        return _assemble(
            tuple(p.product_id for p in rows),
            {n: _column([getattr(p, n) for p in rows]) for n in NUMBERS} | {"launch_day": _column(days)},
            {n: tuple(getattr(p, n) for p in rows) for n in TEXTS},
        )

    def rows(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """The row of each id, -1 where it has none."""
        at = {product_id: row for row, product_id in enumerate(self.ids)}
        return np.fromiter((at.get(i, -1) for i in ids), np.int64, len(ids))

    def take(self, rows: npt.NDArray[np.int64]) -> ProductFacts:
        """The facts of these rows in this order; a row of -1 is a product of which nothing is known."""
        known = rows >= 0
        at = rows.tolist()

        def numbers(column: Floats) -> Floats:
            return np.where(known, column[rows], np.nan) if len(column) else np.full(len(rows), np.nan)

        def texts(column: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(column[row] if row >= 0 else "" for row in at)

        return _assemble(
            texts(self.ids),
            {n: numbers(getattr(self, n)) for n in (*NUMBERS, "launch_day")},
            {n: texts(getattr(self, n)) for n in TEXTS},
        )


def _assemble(
    ids: tuple[str, ...], numbers: Mapping[str, Floats], texts: Mapping[str, tuple[str, ...]]
) -> ProductFacts:
    return ProductFacts(
        ids=ids,
        price=numbers["price"],
        stock=numbers["stock"],
        rating=numbers["rating"],
        rating_count=numbers["rating_count"],
        monthly_sales=numbers["monthly_sales"],
        margin=numbers["margin"],
        launch_day=numbers["launch_day"],
        category=texts["category"],
        family=texts["family"],
        title=texts["title"],
    )


def _column(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
