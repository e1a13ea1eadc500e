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
from core.recall.matched import Matched, bits_of
from core.recall.matching import best_scores, negative_columns, pack, positive_columns, recalled, unpack
from core.recall.postings import FIELDS, Rows, Words, find_tokens
from core.recall.terms import Term, Terms, read_terms
from core.recall.vectors import cosines, put_rows

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

    def candidates(self, limit: int | None = None) -> tuple[Candidate, ...]:
        """The first `limit` (None: all listed) with every term that found them."""
        detail = self._detail
        end = len(self.product_ids) if limit is None else min(limit, len(self.product_ids))
        if detail is None:
            return ()
        return tuple(
            Candidate(self.product_ids[k], float(self.scores[k]), detail.matches(int(detail.order[k])))
            for k in range(end)
        )

    def terms(self, at: int) -> tuple[str, ...]:
        """The terms that found the product listed at a place, best first."""
        return () if self._detail is None else tuple(m.term for m in self._detail.matches(int(self._detail.order[at])))

    def intent_cosines(self, vector: Floats) -> Floats:
        """(n,) cosines of the listed products and one vector."""
        if self._detail is None:
            return np.empty(0, np.float32)
        found: Floats = cosines(self._detail.rowset.vectors, vector[None, :])[0][self._detail.order]
        return found

    def matched(self, strategy: Strategy) -> Matched:
        """What the positive terms find before negatives and filters, with what each term does; `strategy` is the one
        recalled, whose own filters are told of here (a recall that was narrowed by filters holds only what passes)."""
        return Matched.none(read_terms(strategy)) if self._detail is None else self._detail.matched(strategy.filters)

    @property
    def vectors(self) -> Floats:
        """(n, d) vectors of the listed products."""
        if self._detail is None:
            return np.empty((0, 0), np.float32)
        found: Floats = self._detail.rowset.vectors[self._detail.order]
        return found


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explains the candidates: columns by positive term over the rowset, and the listed rows in order.

    `excluded` is the same by negative term, `table` what filters look at, both over the rowset.
    """

    terms: Terms
    rowset: Rowset
    order: Rows
    cosine: Floats
    bits: Words
    lexical: Words
    score: Floats
    tau: float
    excluded: Words
    table: pa.Table

    def matched(self, filters: Filters) -> Matched:
        weights = np.array(self.terms.weights, np.float64)
        rows = unpack(np.bitwise_or.reduce(self.bits, axis=0))
        passing, _ = _passing(self.table, filters)
        told = self.table.select(["product_id", "_rowid"]).take(pa.array(rows))
        return Matched(
            ids=tuple(told["product_id"].to_pylist()),
            row_ids=told["_rowid"].to_numpy(),
            terms=self.terms,
            finds=bits_of(self.bits, self.rowset.size)[:, rows],
            own=weights[:, None] * self.score[:, rows].astype(np.float64),
            cuts=bits_of(self.excluded, self.rowset.size)[:, rows],
            passes=bits_of(passing, self.rowset.size)[rows],
            scores=best_scores(rows, np.arange(len(self.bits)), weights, self.bits, self.score),
        )

    def matches(self, row: int) -> tuple[TermMatch, ...]:
        found = []
        for j, one in enumerate(self.terms.positive):
            if not _has(self.bits[j], row):
                continue
            lexical = _has(self.lexical[j], row)
            found.append(
                TermMatch(
                    term=one.text,
                    lexical=lexical,
                    semantic=bool(self.cosine[j, row] >= self.tau),
                    coverage=1.0 if lexical else self._coverage(one, row),
                    cosine=float(self.cosine[j, row]),
                    score=float(self.terms.weights[j] * np.float64(self.score[j, row])),
                )
            )
        return tuple(sorted(found, key=lambda match: (-match.score, match.term)))

    def _coverage(self, one: Term, row: int) -> float:
        weights = {token: self.rowset.idf(token) for token in one.tokens}
        total = sum(weights.values())
        had = sum(w for token, w in weights.items() if _contains(self.rowset.rows("tokens", token), row))
        return had / total if total else 0.0


def _has(bits: Words, row: int) -> bool:
    return bool((int(bits[row >> 6]) >> (row & 63)) & 1)


def _contains(rows: Rows, row: int) -> bool:
    at = int(np.searchsorted(rows, row))
    return at < len(rows) and int(rows[at]) == row


def recall(
    catalogue: Catalogue, encoder: Encoder, strategy: Strategy, *, lexicon: Lexicon, limit: int | None = None
) -> Recalled:
    """Recall a strategy; `limit` cuts what is listed, best first. `lexicon` is the catalogue's own.

    Raises `CatalogueMismatch` (by the catalogue's opening) where the encoder is another one.
    """
    terms = read_terms(strategy)
    if not terms.positive or catalogue.rows == 0:
        return Recalled((), np.empty(0), 0, 0, 0)
    vectors = encoder.encode([t.key for t in (*terms.positive, *terms.negative)])
    narrowed = expression(strategy.filters, lexicon.categories)
    tau = encoder.profile.tau
    found = candidates(catalogue, terms, vectors[: len(terms.positive)], tau=tau, narrowed=narrowed)
    table, stored = fetch_with_vectors(catalogue, found, COLUMNS)
    rowset = Rowset(table, stored, terms, lexicon)
    passing, unknown = _passing(table, strategy.filters)
    return _decide(terms, rowset, vectors, passing, unknown, encoder=encoder, table=table, limit=limit)


def _passing(table: pa.Table, filters: Filters) -> tuple[Words, Words]:
    price = np.asarray(table["price"].to_numpy(), dtype=np.float64)
    rest = np.ones(table.num_rows, np.bool_)
    if filters.in_stock:
        rest &= np.asarray(table["in_stock"].to_numpy(), dtype=np.bool_)
    if filters.category:
        encoded = table["category"].combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.unify_dictionaries().combine_chunks()
        allowed = np.fromiter((in_category(path, filters) for path in encoded.dictionary.to_pylist()), np.bool_)
        rest &= allowed[encoded.indices.to_numpy()] if len(allowed) else False
    return pack(rest & in_price(price, filters)), pack(rest & np.isnan(price))


def _decide(
    terms: Terms,
    rowset: Rowset,
    vectors: Floats,
    passing: Words,
    unknown: Words,
    *,
    encoder: Encoder,
    table: pa.Table,
    limit: int | None,
) -> Recalled:
    profile = encoder.profile
    cosine = cosines(rowset.vectors, vectors)
    positive = [positive_columns(rowset, t, cosine[j], profile) for j, t in enumerate(terms.positive)]
    shift = len(positive)
    negative = [negative_columns(rowset, t, cosine[shift + j], profile)[0] for j, t in enumerate(terms.negative)]
    bits = np.stack([column[0] for column in positive])
    lexical = np.stack([column[1] for column in positive])
    score = np.stack([column[2] for column in positive])
    excluded = np.stack(negative) if negative else np.zeros((0, bits.shape[1]), np.uint64)
    slots, negative_slots = np.arange(len(bits)), np.arange(len(excluded))
    kept, removed = recalled(bits, slots, excluded, negative_slots, passing)
    priceless, _ = recalled(bits, slots, excluded, negative_slots, unknown)
    rows = unpack(kept)
    scores = best_scores(rows, slots, np.array(terms.weights, np.float64), bits, score)
    best = np.argsort(-scores, kind="stable")[:limit]
    told = table.select(["product_id", "_rowid", "price", "in_stock", "category"])
    detail = _Detail(terms, rowset, rows[best], cosine, bits, lexical, score, profile.tau, excluded, told)
    listed = table.select(["product_id", "_rowid"]).take(pa.array(rows[best]))
    return Recalled(
        product_ids=tuple(listed["product_id"].to_pylist()),
        scores=scores[best],
        count=len(rows),
        removed=len(unpack(removed)),
        unknown_price=len(unpack(priceless)),
        row_ids=listed["_rowid"].to_numpy(),
        _detail=detail,
    )


def candidates(
    catalogue: Catalogue, terms: Terms, vectors: Floats, *, tau: float, narrowed: Expr | None = None
) -> RowIds:
    """LanceDB row ids, ascending, of every product that a positive term may match, and a few more."""

    async def ask() -> tuple[RowIds, RowIds]:
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
    return _only(LOOP.run(_fetch(catalogue, row_ids, columns)), row_ids)


def fetch_with_vectors(catalogue: Catalogue, row_ids: RowIds, columns: Sequence[str]) -> tuple[pa.Table, Floats]:
    """These columns and `_rowid` of ascending row ids, in order of product id, with their vectors (rows, dimension)."""

    async def ask() -> tuple[pa.Table, pa.Table]:
        return await asyncio.gather(_fetch(catalogue, row_ids, columns), _fetch(catalogue, row_ids, ["vector"]))

    table, stored = LOOP.run(ask())
    table = _only(table, row_ids)
    table = table.take(pc.sort_indices(table["product_id"]))
    place = np.empty(len(row_ids), np.int64)
    place[np.searchsorted(row_ids, table["_rowid"].to_numpy())] = np.arange(len(row_ids))
    vectors = np.empty((len(row_ids), catalogue.info.dimension), np.float32)
    for batch in stored.to_batches():
        values = batch["vector"].flatten().to_numpy().reshape(batch.num_rows, -1)
        put_rows(vectors, place, row_ids, batch["_rowid"].to_numpy(), values)
    return table, vectors


async def _fetch(catalogue: Catalogue, row_ids: RowIds, columns: Sequence[str]) -> pa.Table:
    """These columns and `_rowid` of at least these rows."""
    table = _lance(catalogue)
    if len(row_ids) <= _SCAN_SHARE * catalogue.rows:
        return await table.take_row_ids(row_ids.tolist()).select(list(columns)).with_row_id().to_arrow()
    return await table.query().select(list(columns)).with_row_id().limit(catalogue.rows).to_arrow()


def _only(table: pa.Table, row_ids: RowIds) -> pa.Table:
    if table.num_rows == len(row_ids):
        return table
    return table.filter(pa.array(np.isin(table["_rowid"].to_numpy(), row_ids)))


def _lance(catalogue: Catalogue) -> Any:
    # The table as LanceDB's own asynchronous interface sees it: only that one asks several vectors in one query.
    return catalogue.table._table
