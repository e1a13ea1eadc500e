"""What a database says when it fails, turned into errors that an operator can read and that never hold the password."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ShelfcraftError, StorageFull, StoreBusy, StoreConflict, StoreError

BUSY = "The database is locked by another process and stayed so for too long; nothing was saved. Try again in a moment."
FULL = (
    "The disk of the database is full; nothing was saved, and what was there before is whole. "
    "Free some space and try again."
)
CHANGED = (
    "Somebody else saved this meanwhile; nothing of yours was written over theirs. Load the new version and try again."
)
TOO_MANY = (
    "All connections to the database are in use and none came free in time; nothing was saved. Try again in a moment."
)

# lock_not_available, deadlock_detected, serialization_failure, too_many_connections, cannot_connect_now
_BUSY_STATES = frozenset(("55P03", "40P01", "40001", "53300", "57P03"))
_FULL_STATES = frozenset(("53100",))


def scrub(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret replaced by three stars."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


@contextmanager
def translated(secrets: Iterable[str] = ()) -> Generator[None]:
    """Turn every database error inside into a `StoreError` (or `StorageFull`) with a sentence."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        # Not chained: drivers put connection strings into messages and frames, and a log prints the chain.
        raise classify(error, secrets) from None


def classify(error: Exception, secrets: Iterable[str] = ()) -> ShelfcraftError:
    """The error of ours that a database's error stands for."""
    if isinstance(error, exc.StatementError) and isinstance(error.orig, ShelfcraftError):
        return error.orig  # our own column types refuse a value inside SQLAlchemy
    if isinstance(error, StaleDataError):
        return StoreConflict(CHANGED)
    if isinstance(error, exc.TimeoutError):
        return StoreBusy(TOO_MANY)
    origin = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    first = scrub(str(origin), secrets).strip().splitlines()[:1]
    said = (first[0] if first else type(origin).__name__).rstrip(".")
    if isinstance(origin, sqlite3.Error):
        return _sqlite(origin, said)
    return _postgresql(origin, said)


def _sqlite(error: sqlite3.Error, said: str) -> StoreError:
    # The low byte is the primary result code, the rest says more exactly how.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(BUSY)
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(FULL)
    if code == sqlite3.SQLITE_READONLY:
        return StoreError("The database can only be read; nothing was saved. Check the rights of its file and folder.")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError("The database file cannot be opened. Check that its folder exists and may be written to.")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreError(f"The database file is damaged or no database ({said}). Move it away or restore a copy.")
    return StoreError(f"The database refused: {said}.")


def _postgresql(error: BaseException, said: str) -> StoreError:
    state = getattr(error, "sqlstate", None)
    if state in _FULL_STATES:
        return StorageFull(FULL)
    if state in _BUSY_STATES:
        return StoreBusy(BUSY)
    if state is None and "connect" in said.lower():
        return StoreError(
            f"The database server cannot be reached ({said}). Check that it runs and SHELFCRAFT_DATABASE_URL."
        )
    return StoreError(f"The database refused: {said}.")
