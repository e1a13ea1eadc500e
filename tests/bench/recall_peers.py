"""What recall and preview are measured beside: tantivy plus faiss, and a bare numba experiment of a preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faiss
import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import tantivy

from core.domain import Strategy
from core.recall.snapshot import Snapshot
from core.recall.terms import Term, Terms, read_terms

Floats = npt.NDArray[np.float32]


class TantivyAndFaiss:
    """The same terms on the same tokens and vectors: a boolean query, and one range search a term, joined by numpy."""

    def __init__(self, tokens: pa.ChunkedArray, asserted: pa.ChunkedArray, vectors: Floats, *, threads: int) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("row", stored=False, fast=True, indexed=False)
        for name in ("tokens", "asserted"):
            schema.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="basic")
        self._schema = schema.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=512 << 20, num_threads=threads)
        for row, (all_tokens, own) in enumerate(zip(tokens.to_pylist(), asserted.to_pylist(), strict=True)):
            writer.add_document(tantivy.Document(row=row, tokens=all_tokens, asserted=own))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()
        self._rows = len(vectors)
        faiss.omp_set_num_threads(threads)
        if len(vectors) <= 200_000:
            self._vectors: Any = faiss.IndexFlatIP(vectors.shape[1])
        else:
            kind = faiss.ScalarQuantizer.QT_8bit
            self._vectors = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
            self._vectors.train(vectors[:: max(1, len(vectors) // 50_000)])
        self._vectors.add(vectors)

    def recall(self, terms: Terms, vectors: Floats, *, tau: float, tau_negative: float, limit: int) -> int:
        """How many rows it lists, at most `limit`, best first by cosine."""
        best = np.full(self._rows, -1.0, np.float32)
        for rows, cosines in self._near(vectors[: len(terms.positive)], tau):
            np.maximum.at(best, rows, cosines)
        lexical = self._words(terms)
        best[lexical] = np.maximum(best[lexical], tau)
        if terms.negative:
            for rows, _ in self._near(vectors[len(terms.positive) :], tau_negative):
                best[rows] = -1.0
            best[self._boolean("asserted", terms.negative, None)] = -1.0
        rows = np.flatnonzero(best >= 0)
        if len(rows) > limit:
            rows = rows[np.argpartition(-best[rows], limit)[:limit]]
        return len(rows[np.argsort(-best[rows])])

    def _words(self, terms: Terms) -> npt.NDArray[np.int64]:
        return self._boolean("tokens", terms.positive, terms.negative)

    def _boolean(self, field: str, terms: Sequence[Term], without: Sequence[Term] | None) -> npt.NDArray[np.int64]:
        some = [(tantivy.Occur.Should, self._all(field, t.tokens)) for t in terms if t.tokens]
        if not some:
            return np.empty(0, np.int64)
        parts = [(tantivy.Occur.Must, tantivy.Query.boolean_query(some))]
        parts += [(tantivy.Occur.MustNot, self._all("asserted", t.tokens)) for t in without or () if t.tokens]
        hits = self._searcher.search(tantivy.Query.boolean_query(parts), self._rows, count=False).hits
        if not hits:
            return np.empty(0, np.int64)
        return np.array(self._searcher.fast_field_values("row", [address for _, address in hits]), np.int64)

    def _all(self, field: str, tokens: Sequence[str]) -> Any:
        must = [(tantivy.Occur.Must, tantivy.Query.term_query(self._schema, field, t)) for t in tokens]
        return tantivy.Query.boolean_query(must)

    def _near(self, queries: Floats, tau: float) -> list[tuple[npt.NDArray[np.int64], Floats]]:
        limits, cosines, rows = self._vectors.range_search(queries, tau)
        spans = zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True)
        return [(rows[a:b], cosines[a:b]) for a, b in spans]


class BarePreview:
    """The least that a preview can do, as the experiment did it: count and mean by one fused loop over the sample.

    Columns of cosines stand by term in one array; a term's lexical matches are packed bits, joined by numpy.
    """

    def __init__(self, snapshot: Snapshot, strategies: Sequence[Strategy], vectors: dict[str, Floats]) -> None:
        self._rows = snapshot.vectors
        self._passing = np.ones(snapshot.size, np.bool_)
        self._terms = [read_terms(s) for s in strategies]
        distinct = list({t.key: t for s in self._terms for t in (*s.positive, *s.negative)}.values())
        self._place = {t.key: k for k, t in enumerate(distinct)}
        self._bits = [_packed(snapshot, t) for t in distinct]
        self._columns = np.ascontiguousarray(np.stack([vectors[t.key] for t in distinct]) @ snapshot.vectors.T)
        self._queries = [
            np.ascontiguousarray(np.stack([vectors[t.key] for t in (*s.positive, *s.negative)]).T) for s in self._terms
        ]

    def warm(self, k: int, tau: float, tau_negative: float) -> tuple[int, float]:
        """Count and mean of strategy k from cached columns."""
        terms = self._terms[k]
        places = np.array([self._place[t.key] for t in (*terms.positive, *terms.negative)])
        wanted, unwanted = self._lexical(terms)
        found: tuple[int, float] = _fused_columns(
            self._columns, places, len(terms.positive), wanted, unwanted, self._passing, tau, tau_negative
        )
        return found

    def cold(self, k: int, tau: float, tau_negative: float) -> tuple[int, float]:
        """Count and mean of strategy k with its cosines computed anew by one matrix product."""
        terms = self._terms[k]
        wanted, unwanted = self._lexical(terms)
        found: tuple[int, float] = _fused_rows(
            self._rows @ self._queries[k], len(terms.positive), wanted, unwanted, self._passing, tau, tau_negative
        )
        return found

    def _lexical(self, terms: Terms) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        wanted = self._bits[self._place[terms.positive[0].key]].copy()
        for t in terms.positive[1:]:
            wanted |= self._bits[self._place[t.key]]
        unwanted = np.zeros_like(wanted)
        for t in terms.negative:
            unwanted |= self._bits[self._place[t.key]]
        return wanted.view(np.uint8), unwanted.view(np.uint8)


def _packed(snapshot: Snapshot, term: Term) -> npt.NDArray[np.uint64]:
    mask = np.ones(snapshot.size, np.bool_) if term.tokens else np.zeros(snapshot.size, np.bool_)
    for token in term.tokens:
        own = np.zeros(snapshot.size, np.bool_)
        own[snapshot.rows("tokens", token)] = True
        mask &= own
    bits = np.packbits(mask)
    return np.concatenate([bits, np.zeros(-len(bits) % 8, np.uint8)]).view(np.uint64)


@numba.njit(fastmath=True)
def _fused_columns(columns, places, positive, wanted, unwanted, passing, tau, tau_negative):  # type: ignore[no-untyped-def]
    count, total = 0, 0.0
    for i in range(columns.shape[1]):
        if not passing[i] or (unwanted[i >> 3] >> (7 - (i & 7))) & 1:
            continue
        best = columns[places[0], i]
        for j in range(1, positive):
            best = max(best, columns[places[j], i])
        if best < tau and not (wanted[i >> 3] >> (7 - (i & 7))) & 1:
            continue
        worst = np.float32(-1)
        for j in range(positive, len(places)):
            worst = max(worst, columns[places[j], i])
        if worst < tau_negative:
            count += 1
            total += best
    return count, total


@numba.njit(fastmath=True)
def _fused_rows(cosines, positive, wanted, unwanted, passing, tau, tau_negative):  # type: ignore[no-untyped-def]
    count, total = 0, 0.0
    for i in range(cosines.shape[0]):
        if not passing[i] or (unwanted[i >> 3] >> (7 - (i & 7))) & 1:
            continue
        best = cosines[i, 0]
        for j in range(1, positive):
            best = max(best, cosines[i, j])
        if best < tau and not (wanted[i >> 3] >> (7 - (i & 7))) & 1:
            continue
        worst = np.float32(-1)
        for j in range(positive, cosines.shape[1]):
            worst = max(worst, cosines[i, j])
        if worst < tau_negative:
            count += 1
            total += best
    return count, total
