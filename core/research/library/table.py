"""The LanceDB table of the trend library: one row a passage, each change one commit, readers never locked out.

HOME/library/passages.lance   the table; which encoder made its vectors stands in its schema
HOME/library/library.lock     held by the one writer, for as long as a commit takes
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
from filelock import FileLock, Timeout
from lancedb.index import FTS, IvfFlat
from lancedb.query import MatchQuery
from numpy.typing import NDArray

from core.errors import StorageFull, StoreBusy, StoreError, says_disk_full

Floats = NDArray[np.float32]

TABLE = "passages"
LAYOUT = "1"
INDEX_FROM = 5_000
"""Passages from which on their vectors get an index; below it a scan is as fast. All of it is looked into, so that it
finds what a scan finds, also after it was brought up to date in place (measured: 20,000 passages, 7 additions)."""

_WAIT_SECONDS = 60.0
_OLD = timedelta(hours=1)
# More than an index ever has: all of them are looked into, so that it is exact.
_PARTITIONS = 100_000
_FIELDS = (
    ("passage_id", pa.string(), False),
    ("document_id", pa.string(), False),
    ("number", pa.int32(), False),
    ("text", pa.string(), False),
    ("heading", pa.string(), False),
    ("page", pa.int32(), True),
    ("when", pa.date32(), True),
    ("tokens", pa.string(), False),
    # Of the document, the same in each of its rows, so that one commit changes a document whole.
    ("name", pa.string(), False),
    ("kind", pa.string(), False),
    ("title", pa.string(), False),
    ("pages", pa.int32(), True),
    ("passages", pa.int32(), False),
    ("written", pa.date32(), True),
    ("added", pa.timestamp("us", tz="UTC"), False),
    ("size", pa.int64(), False),
    ("digest", pa.string(), False),
    ("note", pa.string(), False),
)
COLUMNS = tuple(name for name, _, _ in _FIELDS)
"""Every column but the vectors."""


def document_id(name: str) -> str:
    """What a document's rows are filed under: the same for names that differ in case only."""
    return hashlib.blake2b(name.casefold().encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@contextmanager
def trouble(folder: Path) -> Iterator[None]:
    """Turn what the system or Lance raises into `StorageFull` or `StoreError`."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as exc:
        if says_disk_full(exc):
            raise StorageFull(
                f"The disk that holds {folder} is full. The trend library is as it was before; free some "
                "space and add the rest again."
            ) from exc
        reason = " ".join(str(exc).split())[:200].rstrip(".")
        raise StoreError(
            f"The trend library in {folder} cannot be used ({reason}). Look whether the disk is sound and the "
            "folder may be written; where it is damaged, move it away and add the documents again."
        ) from exc


class PassageTable:
    """Safe for several threads and processes: each question sees the newest commit, and writers take turns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._table: Any = None

    def open(self) -> Any:
        """The table as it stands, None where nothing was ever added; raises `StoreError` for a damaged one."""
        if not (self.folder / f"{TABLE}.lance").is_dir():
            self._table = None
            return None
        if self._table is None:
            with trouble(self.folder):
                found = self._database().open_table(TABLE)
                layout = (found.schema.metadata or {}).get(b"layout", b"").decode()
            if layout != LAYOUT:
                raise StoreError(
                    f"The trend library in {self.folder} was written in layout {layout or 'unknown'}, this version "
                    f"reads layout {LAYOUT}. Move that folder away and add the documents again."
                )
            self._table = found
        return self._table

    def encoder(self) -> str:
        """Which encoder made the vectors, "" where there is no table."""
        table = self.open()
        if table is None:
            return ""
        with trouble(self.folder):
            return bytes(table.schema.metadata[b"encoder"]).decode()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock; raises `StoreBusy` where another one does not let go of it, and `StorageFull`."""
        with trouble(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "library.lock", is_singleton=False, thread_local=False)
            try:
                lock.acquire(timeout=_WAIT_SECONDS)
            except Timeout as exc:
                raise StoreBusy(
                    "The trend library is being written to by somebody else, for long already. Nothing was changed: "
                    "try again in a minute."
                ) from exc
            try:
                yield
            finally:
                lock.release()

    def replace(
        self, document: str, rows: Sequence[Mapping[str, Any]], vectors: Sequence[Floats], encoder: str
    ) -> None:
        """Put a document's rows in the place of all that it had, in one commit; called by the holder of the lock.

        `vectors` holds for each row the vectors of its windows, (windows, dimension).
        """
        width = int(vectors[0].shape[1])
        table = self.open()
        if table is None:
            table = self._create(width, encoder)
        elif self.encoder() != encoder:
            raise StoreError(
                "Somebody else indexed the trend library for another model meanwhile. Nothing was changed: let all "
                "studios and commands of this folder use one model (SHELFCRAFT_ENCODER), and add the document again."
            )
        (
            table.merge_insert("passage_id")
            .when_matched_update_all()
            .when_not_matched_insert_all()
            .when_not_matched_by_source_delete(f"document_id = '{document}'")
            .execute(_arrow(rows, vectors, _schema(width, encoder)))
        )

    def rewrite(self, rows: Sequence[Mapping[str, Any]], vectors: Sequence[Floats], encoder: str) -> None:
        """Put other vectors in the place of all there are, in one commit; called by the holder of the lock."""
        data = _arrow(rows, vectors, _schema(int(vectors[0].shape[1]), encoder))
        self._table = self._indexed(self._database().create_table(TABLE, data=data, mode="overwrite"))

    def delete(self, document: str) -> None:
        """Remove a document's rows in one commit; called by the holder of the lock."""
        table = self.open()
        if table is not None:
            table.delete(f"document_id = '{document}'")

    def tidy(self) -> None:
        """Bring what is new into the indices and drop old versions; called by the holder of the lock."""
        table = self.open()
        if table is None:
            return
        indexed = {column for index in table.list_indices() for column in index.columns}
        if "tokens" not in indexed:
            # A process that was killed in between may have left the table without it.
            self._indexed(table)
        if "vector" not in indexed and table.count_rows() >= INDEX_FROM:
            table.create_index("vector", config=IvfFlat(distance_type="cosine"))
        table.optimize(cleanup_older_than=_OLD)

    def rows(self, columns: Sequence[str], where: str) -> list[dict[str, Any]]:
        """These columns of the rows that a condition names, in any order; made of our own ids and numbers only."""
        table = self.open()
        if table is None:
            return []
        with trouble(self.folder):
            found: list[dict[str, Any]] = (
                table.search()
                .where(where)
                .select(list(columns))
                .limit(max(table.count_rows(), 1))
                .to_arrow()
                .to_pylist()
            )
            return found

    def nearest(self, searched: str, vector: Floats | None, *, pool: int) -> pa.Table:
        """The `pool` best rows by words (blanks between), by a vector, or by both at once (LanceDB's hybrid)."""
        table = self.open()
        with trouble(self.folder):
            text = MatchQuery(searched, "tokens") if searched else None
            if vector is None:
                query = table.search(text, query_type="fts")
            elif text is None:
                query = table.search(vector, vector_column_name="vector").distance_type("cosine").nprobes(_PARTITIONS)
            else:
                query = table.search(query_type="hybrid", vector_column_name="vector").vector(vector).text(text)
                query = query.distance_type("cosine").nprobes(_PARTITIONS)
            found: pa.Table = query.limit(pool).to_arrow()
            return found

    def _database(self) -> Any:
        # Every question looks for what others committed meanwhile.
        return lancedb.connect(self.folder.resolve(), read_consistency_interval=timedelta(0))

    def _create(self, width: int, encoder: str) -> Any:
        self._table = self._indexed(self._database().create_table(TABLE, schema=_schema(width, encoder)))
        return self._table

    def _indexed(self, table: Any) -> Any:
        # Our tokens as they stand: folding, stemming and stop words are `core.text`'s business.
        config = FTS(
            with_position=False,
            base_tokenizer="whitespace",
            max_token_length=None,
            lower_case=False,
            stem=False,
            remove_stop_words=False,
            ascii_folding=False,
        )
        table.create_index("tokens", config=config)
        return table


def _schema(width: int, encoder: str) -> pa.Schema:
    fields = [pa.field(name, kind, nullable=nullable) for name, kind, nullable in _FIELDS]
    # Several windows a passage: a search takes the nearest of them.
    fields.append(pa.field("vector", pa.list_(pa.list_(pa.float32(), width)), nullable=False))
    return pa.schema(fields, metadata={b"layout": LAYOUT.encode(), b"encoder": encoder.encode()})


def _arrow(rows: Sequence[Mapping[str, Any]], vectors: Sequence[Floats], schema: pa.Schema) -> pa.Table:
    columns = [pa.array([row[name] for row in rows], type=kind) for name, kind, _ in _FIELDS]
    flat = np.ascontiguousarray(np.concatenate(vectors), dtype=np.float32)
    ends = np.cumsum([0, *(len(some) for some in vectors)], dtype=np.int32)
    inner = pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), flat.shape[1])
    columns.append(pa.ListArray.from_arrays(pa.array(ends), inner))
    return pa.Table.from_arrays([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
