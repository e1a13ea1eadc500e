"""A small shop in a real catalogue folder: LanceDB table, indices and all, with words that overlap."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
import pytest
from lancedb.index import IvfFlat

from core.catalogue.embedding import CachedEncoder, HashingEncoder
from core.catalogue.indices import create_indices
from core.catalogue.schema import LAYOUT, category_key, price_bucket, table_schema, token_columns, vector_text
from core.catalogue.table import TABLE, Catalogue, Meta

SIZE = 1_200
WORDS = "camping tent lantern kids red blue stemless wine glass mug wool winter running shoe steel stove chair".split()
PATHS = ("Outdoor > Camping", "Outdoor > Running", "Kitchen > Glasses", "Home", "")
BRANDS = ("Acme", "Nordlys", "")


def make_encoder(**profile: float) -> CachedEncoder:
    """The token-hashing encoder, with some of its profile changed."""
    encoder = CachedEncoder(HashingEncoder())
    encoder.profile = replace(encoder.profile, **profile)
    return encoder


def make_catalogue(folder: Path, *, size: int = SIZE, build: str = "b1") -> Catalogue:
    """A catalogue of `size` random products, of which some negate a word, lack a price or are out of stock."""
    encoder, dice = HashingEncoder(), np.random.default_rng(11)
    schema = table_schema(encoder.dimension)
    rows = [_row(number, dice) for number in range(size)]
    vectors = encoder.encode([row.pop("read") for row in rows])
    blank = {f.name: "" for f in schema if not f.nullable and pa.types.is_string(f.type)}
    rows = [blank | row for row in rows]
    for row, vector in zip(rows, vectors, strict=True):
        row["vector"] = vector.tolist()
    dice.shuffle(rows)
    home = folder / build
    home.mkdir(parents=True)
    meta = Meta(
        layout=LAYOUT,
        encoder=encoder.name,
        dimension=encoder.dimension,
        profile=encoder.profile,
        currency="EUR",
        built="2026-01-01T00:00:00+00:00",
    )
    meta.write(home)
    table = lancedb.connect(home.resolve()).create_table(TABLE, pa.Table.from_pylist(rows, schema=schema))
    create_indices(table, rows=size, categories=len(PATHS))
    table.create_index("vector", config=IvfFlat(distance_type="cosine", num_partitions=4))
    return Catalogue("shop", home)


def _row(number: int, dice: np.random.Generator) -> dict[str, Any]:
    title = " ".join(dice.choice(WORDS, size=int(dice.integers(1, 6)), replace=False))
    if number % 11 == 0:
        title += " without lantern"
    parts: dict[str, Any] = {
        "title": title,
        "brand": str(dice.choice(BRANDS)),
        "category": str(dice.choice(PATHS)),
        "attributes": {"color": str(dice.choice(["red", "green", "steel"]))},
    }
    price = None if number % 7 == 0 else round(float(dice.uniform(1, 100)), 2)
    stock = None if number % 5 == 0 else int(dice.integers(0, 3))
    tokens, asserted, negated = token_columns(**parts)
    return {
        **parts,
        "attributes": json.dumps(parts["attributes"]),
        "product_id": f"p{number:04d}",
        "family": f"p{number:04d}",
        "currency": "EUR",
        "price": price,
        "stock": stock,
        "tokens": tokens,
        "asserted": asserted,
        "negated": negated,
        "in_stock": stock is None or stock > 0,
        "price_bucket": None if price is None else price_bucket(price),
        "category_key": category_key(parts["category"]),
        "read": vector_text(**parts),
    }


@pytest.fixture(scope="package")
def encoder_with() -> Callable[..., CachedEncoder]:
    """Makes the shop's encoder with another profile."""
    return make_encoder


@pytest.fixture(scope="package")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The small shop, made once."""
    return make_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="package")
def encoder() -> CachedEncoder:
    """Its encoder, shared by all so that every vector of a term is the same."""
    return make_encoder()
