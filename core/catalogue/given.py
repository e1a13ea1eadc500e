"""Products that are handed in and go into no catalogue: one object, or a file; read as a shop's export is read."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from core.catalogue import values
from core.catalogue.intake import SAMPLE
from core.catalogue.mapping import map_columns
from core.catalogue.readers import Record, open_reader
from core.catalogue.rows import Row
from core.catalogue.schema import normal_category, vector_text
from core.catalogue.validation import Checker
from core.domain import Product

_FIELDS_READ = 200


def given_product(fields: Mapping[str, Any]) -> Product:
    """The product of an object such as `{"title": ..., "brand": ..., "color": ...}`, with columns as shops call them.

    A product without an id gets one by its content. What only a shelf needs (price, stock, rating, picture) is left out
    where it cannot be read. Raises `ValueError` with a sentence where there is no title or no usable id.
    """
    named = islice(((str(name), value) for name, value in fields.items() if not values.is_missing(value)), _FIELDS_READ)
    known = {name: _plain(value) for name, value in named}
    while True:
        row, column, reason = _row(known)
        if row is not None:
            return _product(row)
        if column not in known or column in _named(known):
            raise ValueError(reason)
        del known[column]


def products_of(path: str | os.PathLike[str], ids: Collection[str] | None = None) -> dict[str, Product]:
    """The products of a file (CSV, JSON, Parquet, Excel) with these ids (None: all), by id, without unusable rows.

    Raises `SourceInvalid` where the file cannot be read.
    """
    reader = open_reader(path)
    sample = [r.values for r in islice(next(reader.chunks(), []), SAMPLE) if r.problem is None]
    mapping = map_columns(reader.columns, sample, source=reader.name)
    checker = Checker(mapping, source=reader.name, index=0, sample=sample, seen={})
    found: dict[str, Product] = {}
    for chunk in reader.chunks():
        for record in chunk:
            row, _ = checker.check(record)
            if row is not None and (ids is None or row.product_id in ids):
                found[row.product_id] = _product(row)
    return found


def text_of(product: Product) -> str:
    """What the encoder reads of a product, as at ingest."""
    return vector_text(
        title=product.title, brand=product.brand, category=product.category, attributes=dict(product.attributes)
    )


def _row(fields: Mapping[str, Any]) -> tuple[Row | None, str, str]:
    """The row of these fields, or None with the column at fault and what is wrong with it."""
    row = list(fields.values())
    mapping = map_columns(list(fields), [row], title_needed=False)
    if not any(f.field == "title" and f.how == "name" for f in mapping.fields):
        return None, "", "The product has no title."
    checker = Checker(mapping, source="", index=0, sample=[row], seen={})
    read, problems = checker.check(Record(1, row))
    if read is not None:
        return read, "", ""
    told = problems[0].reason
    return None, problems[0].column, "The product has no title." if told == "There is no title." else told


def _named(fields: Mapping[str, Any]) -> frozenset[str]:
    """The columns without which there is no product."""
    mapping = map_columns(list(fields), [list(fields.values())], title_needed=False)
    return frozenset((*mapping.of("title"), *mapping.of("product_id")))


def _plain(value: Any) -> Any:
    """Attributes may come as a list of pairs, as our own values have them."""
    pairs = isinstance(value, list) and value and all(isinstance(v, list) and len(v) == 2 for v in value)
    return {str(name): one for name, one in value} if pairs else value


def _product(row: Row) -> Product:
    return Product(
        product_id=row.product_id,
        title=row.title,
        description=row.description,
        brand=row.brand,
        category=normal_category(row.category),
        attributes=tuple(row.attributes.items()),
        price=row.price,
        currency=row.currency,
        stock=row.stock,
        rating=row.rating,
        rating_count=row.rating_count,
        monthly_sales=row.monthly_sales,
        margin=row.margin,
        launch_date=row.launch_date,
        group_id=row.group_id,
        image_url=row.image_url,
        has_image=row.image is not None,
    )
