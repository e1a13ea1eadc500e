"""Plain ways to search, to be looked at beside ours: BM25, nearest vectors, and LanceDB's own mix of the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lancedb.query import MatchQuery
from lancedb.rerankers import RRFReranker

from core.catalogue.indices import FLAT_UP_TO
from core.catalogue.table import Catalogue
from core.text import tokens

Vector = npt.NDArray[np.float32]
Ranked = tuple[tuple[str, float], ...]
"""Product ids with their scores, best first."""

FUSED = 100
"""Products of each list that are joined, at least."""

_PARTITIONS = 100_000
_PARTITIONS_ABOVE_FLAT = 64


def by_words(catalogue: Catalogue, query: str, vector: Vector, limit: int) -> Ranked:
    """BM25 over title, brand, category and attributes as `core.text` analyses them; nothing for stop words alone."""
    found = _saying(catalogue, query, limit)
    return () if found is None else _ranked(found, "_score")


def by_meaning(catalogue: Catalogue, query: str, vector: Vector, limit: int) -> Ranked:
    """Nearest vectors; the score is the cosine."""
    return tuple((name, 1.0 - gap) for name, gap in _ranked(_nearest(catalogue, vector, limit), "_distance"))


def by_both(catalogue: Catalogue, query: str, vector: Vector, limit: int) -> Ranked:
    """Both lists of `FUSED` joined by LanceDB's reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""
    depth = max(limit, FUSED)
    near = _nearest(catalogue, vector, depth)
    said = _saying(catalogue, query, depth)
    if said is None:
        return by_meaning(catalogue, query, vector, limit)
    return _ranked(RRFReranker().rerank_hybrid(query, near, said), "_relevance_score")[:limit]


PEERS: Mapping[str, Callable[[Catalogue, str, Vector, int], Ranked]] = {
    "words": by_words,
    "dense": by_meaning,
    "hybrid": by_both,
}


def _saying(catalogue: Catalogue, query: str, limit: int) -> pa.Table | None:
    analysed = " ".join(dict.fromkeys(tokens(query)))
    if not analysed:
        return None
    found = catalogue.table.search(MatchQuery(analysed, "tokens"), query_type="fts")
    return found.select(["product_id", "_score"]).limit(limit).with_row_id(True).to_arrow()


def _nearest(catalogue: Catalogue, vector: Vector, limit: int) -> pa.Table:
    found = catalogue.table.search(vector, vector_column_name="vector").distance_type("cosine")
    found = found.nprobes(_PARTITIONS if catalogue.rows <= FLAT_UP_TO else _PARTITIONS_ABOVE_FLAT)
    return found.select(["product_id", "_distance"]).limit(limit).with_row_id(True).to_arrow()


def _ranked(table: pa.Table, score: str) -> Ranked:
    return tuple(zip(table["product_id"].to_pylist(), table[score].to_pylist(), strict=True))
