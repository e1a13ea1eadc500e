"""Descriptors that were made before: kept by what the picture holds, so that no picture is ever described twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from core.catalogue.pictures.descriptor import LAYOUT, SIZE, Descriptor
from core.catalogue.storage import full_disk
from core.errors import CatalogueBusy

CAPACITY = 2_000_000
"""Descriptors that the file keeps at most; the oldest leave first."""

_AT_ONCE = 900
_WAIT_SECONDS = 60.0


class KnownDescriptors(Protocol):
    """Anything that can tell descriptors by the 16 bytes that stand for a picture."""

    def get(self, keys: Sequence[bytes]) -> Mapping[bytes, Descriptor | None]:
        """The descriptors that are known, by key."""
        ...


class DescriptorFile:
    """A SQLite file of descriptors, shared by every catalogue of one data folder and safe with several processes.

    None stands for a picture that cannot be read, so that it is not tried again.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Descriptor | None]:
        """The descriptors that are known, by key."""
        found: dict[bytes, Descriptor | None] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                f"SELECT key, descriptor FROM descriptors WHERE layout = ? AND key IN ({marks})", (LAYOUT, *some)
            )
            for key, blob in rows:
                if len(blob) in (0, SIZE):
                    found[key] = np.frombuffer(blob, np.uint8) if blob else None
        return found

    def put(self, descriptors: Mapping[bytes, Descriptor | None]) -> None:
        """Keep descriptors; they are on disk when this returns. Raises `StorageFull`."""
        rows = [(LAYOUT, key, b"" if d is None else d.tobytes()) for key, d in descriptors.items()]
        with full_disk(self._path):
            try:
                with self._connection:
                    self._connection.executemany(
                        "INSERT OR REPLACE INTO descriptors (layout, key, descriptor) VALUES (?, ?, ?)", rows
                    )
            except sqlite3.OperationalError as exc:
                if "disk is full" in str(exc):
                    raise OSError(28, "no space left on device") from exc
                raise

    def trim(self, capacity: int = CAPACITY) -> None:
        """Forget descriptors of other layouts, and the oldest beyond `capacity`."""
        with self._connection:
            self._connection.execute("DELETE FROM descriptors WHERE layout != ?", (LAYOUT,))
            self._connection.execute(
                "DELETE FROM descriptors WHERE rowid <= "
                "(SELECT rowid FROM descriptors ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                (capacity,),
            )


@contextmanager
def descriptor_file(home: Path) -> Iterator[DescriptorFile]:
    """Open the data folder's file of descriptors; a damaged one is put aside and begun anew."""
    path = home / "pictures.db"
    try:
        connection = _connect(path)
    except sqlite3.OperationalError as exc:
        raise CatalogueBusy(f"The file of pictures {path} cannot be opened ({exc}). Try again in a moment.") from exc
    except sqlite3.DatabaseError:
        path.replace(path.with_suffix(".damaged"))
        connection = _connect(path)
    with closing(connection):
        yield DescriptorFile(connection, path)


def _connect(path: Path) -> sqlite3.Connection:
    # Events go out between two uses, and who listens may go on in another thread; never are there two at once.
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS descriptors ("
            "layout INTEGER NOT NULL, key BLOB NOT NULL, descriptor BLOB NOT NULL, UNIQUE (layout, key))"
        )
    except sqlite3.Error:
        connection.close()
        raise
    return connection
