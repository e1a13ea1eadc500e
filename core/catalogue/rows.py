"""One product on its way in: a checked row, and batches of rows as columns of the table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.catalogue.schema import (
    body_columns,
    category_key,
    normal_category,
    price_bucket,
    table_schema,
    text_hash,
    token_columns,
    vector_text,
)


@dataclass(slots=True)
class Row:
    """One product as the catalogue will keep it, not yet analysed; None means that the shop did not say."""

    product_id: str
    title: str
    description: str = ""
    brand: str = ""
    category: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    price: float | None = None
    currency: str = ""
    stock: int | None = None
    rating: float | None = None
    rating_count: int | None = None
    monthly_sales: int | None = None
    margin: float | None = None
    launch_date: date | None = None
    group_id: str | None = None
    image_url: str | None = None
    image: bytes | None = None


TEXT = "text"
"""The staged column that holds what the encoder reads; it is not kept in the table."""

_PLAIN = (
    "product_id title description brand price currency stock rating rating_count monthly_sales margin launch_date "
    "group_id image_url image"
).split()


def row_from_fields(fields: Mapping[str, Any]) -> Row:
    """A row from canonical fields by name; unknown names raise `TypeError`, since only our own code calls this."""
    return Row(**{**fields, "attributes": dict(fields.get("attributes", {}))})


def staged_schema() -> pa.Schema:
    """The table's columns without `family` and `vector`, which come later, and with `text`."""
    whole = table_schema(1)
    return pa.schema([*(f for f in whole if f.name not in {"family", "vector"}), pa.field(TEXT, pa.string())])


def staged_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows analysed into columns of `staged_schema`."""
    columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in _PLAIN}
    categories = [normal_category(row.category) for row in rows]
    analysed = [
        token_columns(title=row.title, brand=row.brand, category=path, attributes=row.attributes)
        for row, path in zip(rows, categories, strict=True)
    ]
    bodies = [body_columns(row.description) for row in rows]
    texts = [
        vector_text(title=row.title, brand=row.brand, category=path, attributes=row.attributes)
        for row, path in zip(rows, categories, strict=True)
    ]
    columns |= {
        "category": categories,
        "attributes": [json.dumps(row.attributes, ensure_ascii=False) for row in rows],
        "tokens": [a[0] for a in analysed],
        "asserted": [a[1] for a in analysed],
        "negated": [a[2] for a in analysed],
        "body": [b[0] for b in bodies],
        "lacking": [b[1] for b in bodies],
        # Unknown stock counts as in stock, as everywhere else.
        "in_stock": [row.stock is None or row.stock > 0 for row in rows],
        "price_bucket": [None if row.price is None else price_bucket(row.price) for row in rows],
        "category_key": [category_key(path) for path in categories],
        "text_hash": [text_hash(text) for text in texts],
        TEXT: texts,
    }
    schema = staged_schema()
    return pa.record_batch([pa.array(columns[f.name], type=f.type) for f in schema], schema=schema)


def table_batch(staged: pa.RecordBatch, *, families: Sequence[str], vectors: NDArray[np.float32]) -> pa.RecordBatch:
    """A staged batch made whole: `families` and `vectors` in its order."""
    schema = table_schema(vectors.shape[1])
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).reshape(-1))
    made = {
        "family": pa.array(families, type=pa.string()),
        "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
    }
    columns = [made[f.name] if f.name in made else staged[f.name] for f in schema]
    return pa.record_batch(columns, schema=schema)
