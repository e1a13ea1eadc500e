"""A selection and its products as flat rows: one set of columns for every export format."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping

from core.domain import Product, SelectedProduct, Selection

Cell = str | int | float | bool | None

Read = Callable[[SelectedProduct, Product], Cell]

COLUMNS: tuple[tuple[str, type, Read], ...] = (
    ("product_id", str, lambda s, p: s.product_id),
    ("rank", int, lambda s, p: s.rank),
    ("title", str, lambda s, p: p.title),
    ("brand", str, lambda s, p: p.brand),
    ("category", str, lambda s, p: p.category),
    ("price", float, lambda s, p: p.price),
    ("currency", str, lambda s, p: p.currency),
    ("stock", int, lambda s, p: p.stock),
    ("rating", float, lambda s, p: p.rating),
    ("rating_count", int, lambda s, p: p.rating_count),
    ("monthly_sales", int, lambda s, p: p.monthly_sales),
    ("margin", float, lambda s, p: p.margin),
    ("launch_date", str, lambda s, p: None if p.launch_date is None else p.launch_date.isoformat()),
    ("score", float, lambda s, p: round(s.score, 6)),
    ("relevance", float, lambda s, p: round(s.relevance, 6)),
    ("potential", float, lambda s, p: round(s.potential, 6)),
    ("grade", int, lambda s, p: None if s.judgment is None else s.judgment.grade),
    ("why", str, lambda s, p: s.why),
    ("terms", str, lambda s, p: " | ".join(s.terms)),
    ("variants", str, lambda s, p: " | ".join(s.variants)),
    ("added_by_hand", bool, lambda s, p: s.pinned),
    ("image_url", str, lambda s, p: p.image_url),
    ("attributes", str, lambda s, p: json.dumps(dict(p.attributes), ensure_ascii=False) if p.attributes else ""),
)

NAMES = tuple(name for name, _, _ in COLUMNS)


def rows(selection: Selection, products: Mapping[str, Product]) -> list[dict[str, Cell]]:
    """One row a product, in the order of the list; a product that left the catalogue keeps its id and reasons alone."""
    return [
        {name: _finite(read(chosen, products.get(chosen.product_id, _gone(chosen)))) for name, _, read in COLUMNS}
        for chosen in selection.products
    ]


def _finite(cell: Cell) -> Cell:
    """No file format agrees on what is not a number, so it is an empty cell."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _gone(chosen: SelectedProduct) -> Product:
    return Product(chosen.product_id, "")
