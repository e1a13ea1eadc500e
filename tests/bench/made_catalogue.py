"""A large catalogue made from a real one: products, and their vectors, spliced from two of the same category."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import lancedb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.catalogue.indices import create_indices
from core.catalogue.schema import LAYOUT, table_schema
from core.catalogue.table import TABLE, Catalogue, Meta, matrix

BATCH = 50_000
NOISE = 0.02  # standard deviation of what is added to each number of a vector
_SPLICED = ("title", "tokens", "asserted", "negated")
_TAKEN = ("brand", "category", "attributes", "stock", "in_stock", "price", "price_bucket", "category_key", "currency")


@dataclass(frozen=True, slots=True)
class Parents:
    """The real products: halves of their spliced columns, their other columns, vectors, and who shares a category."""

    first: dict[str, pa.Array]
    second: dict[str, pa.Array]
    taken: pa.Table
    vectors: npt.NDArray[np.float32]
    peers: list[npt.NDArray[np.int64]]
    group: npt.NDArray[np.int64]


def make_catalogue(real: Catalogue, folder: Path, *, rows: int, seed: int = 7) -> Catalogue:
    """Write, index and open a catalogue of `rows` made products in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    meta = real.meta
    Meta(LAYOUT, meta.encoder, meta.dimension, meta.profile, meta.currency, datetime.now(UTC).isoformat()).write(folder)
    schema = table_schema(meta.dimension)
    parents = _parents(real)
    dice = np.random.default_rng(seed)
    reader = pa.RecordBatchReader.from_batches(schema, _batches(parents, schema, rows, dice))
    table = lancedb.connect(folder.resolve()).create_table(TABLE, reader)
    create_indices(table, rows=rows, categories=len(parents.peers))
    return Catalogue("made", folder)


def _parents(real: Catalogue) -> Parents:
    columns = real.columns([*_SPLICED, *_TAKEN, "vector"])
    first, second = {}, {}
    for name in _SPLICED:
        words = [text.split() for text in columns[name].to_pylist()]
        first[name] = pa.array([" ".join(w[: (len(w) + 1) // 2]) for w in words])
        second[name] = pa.array([" ".join(w[(len(w) + 1) // 2 :]) for w in words])
    keys = columns["category_key"].to_numpy()
    _, group = np.unique(keys, return_inverse=True)
    order = np.argsort(group, kind="stable")
    peers = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return Parents(first, second, columns.select(_TAKEN).combine_chunks(), matrix(columns["vector"]), peers, group)


def _batches(parents: Parents, schema: pa.Schema, rows: int, dice: np.random.Generator) -> Iterator[pa.RecordBatch]:
    for start in range(0, rows, BATCH):
        count = min(BATCH, rows - start)
        left = dice.integers(0, len(parents.group), count)
        right = np.array([parents.peers[g][k] for g, k in _drawn(parents, left, dice)])
        yield _batch(parents, schema, left, right, start, dice)


def _drawn(parents: Parents, left: npt.NDArray[np.int64], dice: np.random.Generator) -> Iterator[tuple[int, int]]:
    share = dice.random(len(left))
    for row, part in zip(left.tolist(), share.tolist(), strict=True):
        group = int(parents.group[row])
        yield group, int(part * len(parents.peers[group]))


def _batch(
    parents: Parents,
    schema: pa.Schema,
    left: npt.NDArray[np.int64],
    right: npt.NDArray[np.int64],
    start: int,
    dice: np.random.Generator,
) -> pa.RecordBatch:
    count = len(left)
    vectors = parents.vectors[left] + parents.vectors[right]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors += dice.normal(0, NOISE, vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made = {
        n: pc.binary_join_element_wise(parents.first[n].take(left), parents.second[n].take(right), " ")
        for n in _SPLICED
    }
    taken = parents.taken.take(left)
    made |= {name: taken[name].combine_chunks() for name in _TAKEN}
    made["product_id"] = made["family"] = pa.array([f"m{n:08d}" for n in range(start, start + count)])
    made["vector"] = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    return pa.record_batch([_fitting(made.get(f.name), f, count) for f in schema], schema=schema)


def _fitting(column: pa.Array | None, field: pa.Field, count: int) -> pa.Array:
    if column is not None:
        return column.cast(field.type)
    if field.nullable:
        return pa.nulls(count, field.type)
    return pa.array([""] * count, field.type)
