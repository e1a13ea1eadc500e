"""Vectors that were made before: kept by encoder and text, so that no text is ever embedded twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.catalogue.storage import full_disk
from core.catalogue.table import Catalogue
from core.errors import CatalogueBusy

Vectors = NDArray[np.float32]

CAPACITY = 2_000_000
"""Vectors that the file keeps at most; the oldest leave first."""

_AT_ONCE = 900
_WAIT_SECONDS = 60.0


class KnownVectors(Protocol):
    """Anything that can tell vectors by the hash of their text (`schema.text_hash`)."""

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are known, by hash."""
        ...


class MappedVectors:
    """Vectors at hand in memory, for instance those that ship with the demo."""

    def __init__(self, vectors: Mapping[str, Vectors]) -> None:
        self._vectors = vectors

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """See `KnownVectors.get`."""
        return {h: self._vectors[h] for h in hashes if h in self._vectors}


class CatalogueVectors:
    """The vectors of a catalogue that is already there, read only where a text of it comes back."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._ids: dict[str, str] | None = None

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """See `KnownVectors.get`."""
        if self._ids is None:
            columns = self._catalogue.columns(["text_hash", "product_id"])
            self._ids = dict(zip(columns["text_hash"].to_pylist(), columns["product_id"].to_pylist(), strict=True))
        ids = {self._ids[h]: h for h in hashes if h in self._ids}
        return {ids[i]: vector for i, vector in self._catalogue.vectors(ids).items()}


class VectorFile:
    """A SQLite file of vectors, shared by every catalogue of one data directory and safe with several processes."""

    def __init__(self, connection: sqlite3.Connection, encoder: str, dimension: int, path: Path) -> None:
        self._connection = connection
        self._encoder = encoder
        self._dimension = dimension
        self._path = path

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """See `KnownVectors.get`."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(hashes), _AT_ONCE):
            some = hashes[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                f"SELECT hash, vector FROM vectors WHERE encoder = ? AND hash IN ({marks})", (self._encoder, *some)
            )
            for key, blob in rows:
                vector = np.frombuffer(blob, dtype=np.float32)
                if len(vector) == self._dimension:
                    found[key] = vector
        return found

    def put(self, hashes: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors; they are on disk when this returns. Raises `StorageFull`."""
        blobs = (np.ascontiguousarray(v, dtype=np.float32).tobytes() for v in vectors)
        with full_disk(self._path):
            try:
                with self._connection:
                    self._connection.executemany(
                        "INSERT OR REPLACE INTO vectors (encoder, hash, vector) VALUES (?, ?, ?)",
                        ((self._encoder, h, b) for h, b in zip(hashes, blobs, strict=True)),
                    )
            except sqlite3.OperationalError as exc:
                if "disk is full" in str(exc):
                    raise OSError(28, "no space left on device") from exc
                raise

    def trim(self, capacity: int = CAPACITY) -> None:
        """Forget the oldest vectors beyond `capacity`."""
        with self._connection:
            self._connection.execute(
                "DELETE FROM vectors WHERE rowid <= (SELECT rowid FROM vectors ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                (capacity,),
            )


@contextmanager
def vector_file(home: Path, *, encoder: str, dimension: int) -> Iterator[VectorFile]:
    """Open the data directory's file of vectors for one encoder; a damaged one is put aside and begun anew."""
    path = home / "vectors.db"
    home.mkdir(parents=True, exist_ok=True)
    try:
        connection = _connect(path)
    except sqlite3.OperationalError as exc:
        raise CatalogueBusy(f"The file of vectors {path} cannot be opened ({exc}). Try again in a moment.") from exc
    except sqlite3.DatabaseError:
        path.replace(path.with_suffix(".damaged"))
        connection = _connect(path)
    with closing(connection):
        yield VectorFile(connection, encoder, dimension, path)


def _connect(path: Path) -> sqlite3.Connection:
    # Events go out between two uses, and who listens may go on in another thread; never are there two at once.
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors ("
            "encoder TEXT NOT NULL, hash TEXT NOT NULL, vector BLOB NOT NULL, UNIQUE (encoder, hash))"
        )
    except sqlite3.Error:
        connection.close()
        raise
    return connection
