"""The indices of a catalogue's table, as measured best: full text at blanks, bitmaps, exact or quantised vectors."""

from __future__ import annotations

from typing import Any

from lancedb.index import FTS, Bitmap, BTree, IvfFlat, IvfSq

VECTOR_INDEX_FROM = 2_000
"""Below it a scan of the vectors is as fast as an index."""

FLAT_UP_TO = 200_000
"""Up to it the vector index is exact (IVF_FLAT); above it IVF_SQ takes a quarter of the space."""

BITMAP_UP_TO = 10_000
"""Distinct categories up to which a bitmap serves; above it a tree."""

TEXT_COLUMNS = ("tokens", "asserted")


def full_text(*, positions: bool = True) -> FTS:
    """Our tokens as they stand, split at blanks: folding, stemming and stop words are `core.text`'s business."""
    return FTS(
        with_position=positions,
        base_tokenizer="whitespace",
        max_token_length=None,
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
    )


def vector_index(rows: int) -> IvfFlat | IvfSq | None:
    """The vector index for a table of that many rows, None where a scan serves."""
    if rows < VECTOR_INDEX_FROM:
        return None
    return IvfFlat(distance_type="cosine") if rows <= FLAT_UP_TO else IvfSq(distance_type="cosine")


def create_indices(table: Any, *, rows: int, categories: int) -> None:
    """Create every index of a fresh table."""
    for column in TEXT_COLUMNS:
        table.create_index(column, config=full_text())
    table.create_index("body", config=full_text(positions=False))
    table.create_index("product_id", config=BTree())
    table.create_index("in_stock", config=Bitmap())
    table.create_index("price_bucket", config=Bitmap())
    table.create_index("category_key", config=Bitmap() if categories <= BITMAP_UP_TO else BTree())
    vector = vector_index(rows)
    if vector is not None:
        table.create_index("vector", config=vector)


def refresh_vector_index(table: Any, *, rows: int) -> None:
    """Give a table that grew the vector index of its size, where it has none or another kind."""
    wanted = vector_index(rows)
    found = next((index.index_type for index in table.list_indices() if index.columns == ["vector"]), None)
    if wanted is not None and found != type(wanted).__name__:
        table.create_index("vector", config=wanted)
