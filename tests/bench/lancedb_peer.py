"""What plain search is measured against: LanceDB's own text, vector and hybrid search, everything at its default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import FTS
from lancedb.rerankers import RRFReranker

from core.catalogue.embedding import Encoder
from core.catalogue.table import Catalogue, matrix


@dataclass(frozen=True)
class Peer:
    """A table of (product_id, text, vector) with LanceDB's default analyser; ids come best first, `depth` at most."""

    table: Any
    encoder: Encoder
    reranker: Any
    depth: int

    @classmethod
    def create(cls, catalogue: Catalogue, encoder: Encoder, folder: Path, *, depth: int) -> Peer:
        """Copy title, brand, category and description (a shop's bullets) of a catalogue with its vectors."""
        columns = catalogue.columns(["product_id", "title", "brand", "category", "description", "vector"])
        texts = [" ".join(row.values()) for row in columns.drop_columns(["product_id", "vector"]).to_pylist()]
        vectors = pa.FixedSizeListArray.from_arrays(
            pa.array(np.ascontiguousarray(matrix(columns["vector"])).reshape(-1)), encoder.dimension
        )
        rows = pa.table({"product_id": columns["product_id"], "text": pa.array(texts), "vector": vectors})
        folder.mkdir(parents=True, exist_ok=True)
        table = lancedb.connect(folder.resolve()).create_table("peer", rows, mode="overwrite")
        table.create_index("text", config=FTS())
        return cls(table, encoder, RRFReranker(), depth)

    def words(self, query: str) -> list[str]:
        """Full-text search: BM25."""
        return self._ids(self.table.search(query, query_type="fts"), "_score")

    def dense(self, query: str) -> list[str]:
        """Nearest vectors by cosine, exact."""
        return self._ids(self.table.search(self._vector(query)).distance_type("cosine"), "_distance")

    def hybrid(self, query: str) -> list[str]:
        """Both, joined by reciprocal rank fusion."""
        found = self.table.search(query_type="hybrid").vector(self._vector(query)).text(query)
        return self._ids(found.distance_type("cosine").rerank(self.reranker))

    def _vector(self, query: str) -> Any:
        return self.encoder.encode([query])[0]

    def _ids(self, query: Any, *scores: str) -> list[str]:
        ids: list[str] = query.limit(self.depth).select(["product_id", *scores]).to_arrow()["product_id"].to_pylist()
        return ids
