"""The full recall of a strategy on LanceDB: the whole set, not an estimate.

LanceDB only fetches candidates, by one boolean full-text query and one batch of vector queries with a margin; what they
match is decided by `matching` from their stored tokens and vectors, as in a preview.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from lancedb.background_loop import LOOP
from lancedb.expr import Expr
from lancedb.query import BooleanQuery, FullTextOperator, MatchQuery, Occur

from core.catalogue.embedding import Encoder
from core.catalogue.table import Catalogue
from core.domain import Candidate, Filters, Strategy, TermMatch
from core.recall.filters import expression, in_category, in_price
from core.recall.lexicon import Lexicon
from core.recall.matching import best_scores, negative_columns, pack, positive_columns, recalled, unpack
from core.recall.postings import FIELDS, Rows, Words, find_tokens
from core.recall.terms import Term, Terms, read_terms
from core.recall.vectors import cosines

Floats = npt.NDArray[np.float32]
RowIds = npt.NDArray[np.uint64]

MARGIN = 0.001
"""How far below tau LanceDB is asked, so that its rounding never decides."""

SQ_MARGIN = 0.03
"""The same under IVF_SQ, whose distances are of vectors rounded to bytes."""

# Above this share of the table one scan is quicker than fetching rows by their ids.
_SCAN_SHARE = 0.25
_PARTITIONS = 100_000
COLUMNS = ("product_id", *FIELDS, "price", "in_stock", "category")


class Rowset:
    """Rows with their tokens and vectors, as evidence for `matching` of some terms."""

    def __init__(self, table: pa.Table, vectors: Floats, terms: Terms, lexicon: Lexicon) -> None:
        """`table` holds the columns of `FIELDS`, `vectors` its rows' vectors (rows, dimension)."""
        self.size: int = table.num_rows
        self.vectors = vectors
        self._lexicon = lexicon
        wanted = sorted({token for term in (*terms.positive, *terms.negative) for token in term.tokens})
        self._codes = {token: code for code, token in enumerate(wanted)}
        self._postings = find_tokens(table, wanted) if self.size else {}

    def rows(self, name: str, token: str) -> Rows:
        """The ascending rows with a token in a column."""
        code = self._codes.get(token)
        return np.empty(0, np.int32) if code is None or self.size == 0 else self._postings[name].of(code)

    def idf(self, token: str) -> float:
        """The token's weight in the whole catalogue."""
        return self._lexicon.idf(token)


@dataclass(frozen=True, slots=True)
class Recalled:
    """The recalled set, best first, ties by product id. `count` is its size, whatever `product_ids` was cut to.

    `scores` and LanceDB's `row_ids` (n,) go with `product_ids`. `removed` products were in the union and left by a
    negative term; `unknown_price` would be in the set if their price were known to fit.
    """

    product_ids: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    count: int
    removed: int
    unknown_price: int
    row_ids: RowIds = field(default_factory=lambda: np.empty(0, np.uint64), repr=False, compare=False)
    _detail: _Detail | None = field(default=None, repr=False, compare=False)

    def candidates(
    catalogue: Catalogue, terms: Terms, vectors: Floats, *, tau: float, narrowed: Expr | None = None
) -> RowIds:
    """LanceDB row ids, ascending, of every product that a positive term may match, and a few more."""

    async def ask() -> list[RowIds]:
        return await asyncio.gather(
            _by_words(catalogue, terms, narrowed), _by_meaning(catalogue, vectors, tau, narrowed)
        )

    found: RowIds = np.unique(np.concatenate(LOOP.run(ask())))
    return found


async def _by_words(catalogue: Catalogue, terms: Terms, narrowed: Expr | None) -> RowIds:
    queries = [
        (Occur.SHOULD, MatchQuery(" ".join(t.tokens), "tokens", operator=FullTextOperator.AND))
        for t in terms.positive
        if t.tokens
    ]
    if not queries:
        return np.empty(0, np.uint64)
    query = _lance(catalogue).query().nearest_to_text(BooleanQuery(queries))
    if narrowed is not None:
        query = query.where(narrowed)
    found = await query.limit(catalogue.rows).select(["_score"]).with_row_id().to_arrow()
    ids: RowIds = found["_rowid"].to_numpy()
    return ids


async def _by_meaning(catalogue: Catalogue, vectors: Floats, tau: float, narrowed: Expr | None) -> RowIds:
    """One batch of vector queries, every partition, cut by distance and never by number."""
    table = _lance(catalogue)
    quantized = any(index.index_type == "IvfSq" for index in await table.list_indices())
    # Under IVF_SQ LanceDB's cosine distance is 2(1 - cosine).
    furthest = 2.0 * (1.0 - tau + SQ_MARGIN) if quantized else 1.0 - tau + MARGIN
    query = table.query().nearest_to(list(vectors)).column("vector")
    query = query.distance_type("cosine").nprobes(_PARTITIONS).distance_range(-1.0, furthest)
    if narrowed is not None:
        query = query.where(narrowed)
    found = await query.limit(catalogue.rows).select(["_distance"]).with_row_id().to_arrow()
    ids: RowIds = found["_rowid"].to_numpy()
    return ids


def fetch(catalogue: Catalogue, row_ids: RowIds, columns: Sequence[str]) -> pa.Table:
    """These columns and `_rowid` of LanceDB row ids, in any order."""
    found: pa.Table = LOOP.run(_fetch(catalogue, row_ids, columns))
    return found


def fetch_with_vectors(catalogue: Catalogue, row_ids: RowIds, columns: Sequence[str]) -> tuple[pa.Table, Floats]:
    """These columns and `_rowid` of ascending row ids, in order of product id, with their vectors (rows, dimension)."""

    async def ask() -> list[pa.Table]:
        return await asyncio.gather(_fetch(catalogue, row_ids, columns), _fetch(catalogue, row_ids, ["vector"]))

    table, stored = LOOP.run(ask())
    table = table.take(pc.sort_indices(table["product_id"]))
    place = np.empty(len(row_ids), np.int64)
    place[np.searchsorted(row_ids, table["_rowid"].to_numpy())] = np.arange(len(row_ids))
    vectors = np.empty((len(row_ids), catalogue.info.dimension), np.float32)
    for batch in stored.to_batches():  # each vector is copied once, to where it belongs
        at = np.searchsorted(row_ids, batch["_rowid"].to_numpy())
        vectors[place[at]] = batch["vector"].flatten().to_numpy().reshape(len(at), -1)
    return table, vectors


async def _fetch(catalogue: Catalogue, row_ids: RowIds, columns: Sequence[str]) -> pa.Table:
    table = _lance(catalogue)
    if len(row_ids) <= _SCAN_SHARE * catalogue.rows:
        return await table.take_row_ids(row_ids.tolist()).select(list(columns)).with_row_id().to_arrow()
    whole = await table.query().select(list(columns)).with_row_id().limit(catalogue.rows).to_arrow()
    return whole.filter(pa.array(np.isin(whole["_rowid"].to_numpy(), row_ids)))


def _lance(catalogue: Catalogue) -> Any:
    # The table as LanceDB's own asynchronous interface sees it: only that one asks several vectors in one query.
    return catalogue.table._table
