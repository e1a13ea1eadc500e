"""Opens the database, brings it to the newest layout, and hands out short transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from core.errors import SettingsError, StorageFull, StoreBusy, StoreError
from core.store.failures import BUSY, FULL, classify, translated
from core.store.migrate import migrate

DEFAULT_TIMEOUT = 10.0
_WRITES = "shelfcraft_writes"


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Database:
    """One open database; safe to use from many threads, each call in a transaction of its own."""

    def __init__(self, engine: Engine, *, timeout: float) -> None:
        self._engine = engine
        self._timeout = timeout
        self._secrets = _secrets(engine.url)
        sqlite = engine.dialect.name == "sqlite"
        # Snapshots, so that what several statements read belongs together; SQLite's transactions are such anyway.
        snapshot: dict[str, Any] = {} if sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = engine.execution_options(**snapshot)
        self._writer = engine.execution_options(**{_WRITES: True})
        # SQLite's busy handler sleeps and retries, which is unfair to threads of one process: they queue here instead.
        self._turn = threading.Lock() if sqlite else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._engine.url.set(query={}).render_as_string(hide_password=True)!r})"

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def close(self) -> None:
        """Give all connections back; the store cannot be used during that and opens new ones after it."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Generator[Session]:
        with translated(self._secrets), Session(self._reader) as session:
            yield session

    @contextmanager
    def _writing(self) -> Generator[Session]:
        """A transaction that may write: all of it is kept, or nothing."""
        if self._turn is not None and not self._turn.acquire(timeout=self._timeout):
            raise StoreBusy(BUSY)
        try:
            with translated(self._secrets), Session(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            if self._turn is not None:
                self._turn.release()


def open_engine(url: str, *, timeout: float = DEFAULT_TIMEOUT) -> Engine:
    """Connect and migrate to the newest layout; raises `StoreError`, `StoreBusy`, `StorageFull` or `SettingsError`."""
    address = _address(url)
    with translated(_secrets(address)):
        engine = (
            _sqlite_engine(address, timeout)
            if address.get_backend_name() == "sqlite"
            else _postgresql_engine(address, timeout)
        )
        try:
            if engine.dialect.name == "sqlite":
                _use_wal(engine, timeout)
            with engine.execution_options(**{_WRITES: True}).connect() as connection:
                migrate(connection)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None:
        # Raised out here so that the error at hand, which quotes the address and its password, is not its context.
        raise SettingsError(
            "The database address cannot be read. It looks like postgresql+psycopg://user:password@host:5432/name; "
            "write special characters of the password as %40 and the like."
        )
    backend = address.get_backend_name()
    if backend == "sqlite":
        if not address.database or address.database == ":memory:":
            raise SettingsError(
                "The store needs a SQLite file (sqlite:///path/shelfcraft.db); in memory nothing would be kept."
            )
        return address
    if backend not in ("postgresql", "postgres"):
        raise SettingsError("The store speaks SQLite (sqlite:///file) and PostgreSQL (postgresql+psycopg://...) only.")
    query = dict(address.query)
    password = query.pop("password", None)
    # A password in the query would be shown by SQLAlchemy, one in its own place is not.
    if isinstance(password, str):
        address = address.set(password=password)
    return address.set(drivername="postgresql+psycopg", query=query)


def _secrets(address: URL) -> tuple[str, ...]:
    found = [str(address.password)] if address.password else []
    found += [str(v) for k, v in address.query.items() if "password" in k.lower()]
    return tuple(found)


def _sqlite_engine(address: URL, timeout: float) -> Engine:
    folder = Path(str(address.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise StorageFull(FULL) from error
        raise StoreError(f"The folder of the database, {folder}, cannot be made: {error.strerror}.") from error
    engine = create_engine(
        address,
        connect_args={"check_same_thread": False, "timeout": timeout},
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_timeout=timeout,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver's own transaction control begins too late and cannot begin a writing transaction.
        connection.isolation_level = None
        for pragma in (f"busy_timeout={int(timeout * 1000)}", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could not wait for its turn: SQLite refuses it at once.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(engine: Engine, timeout: float) -> None:
    """Switch the file to write-ahead logging, which SQLite does not wait for by itself when two processes try."""
    deadline = time.monotonic() + timeout
    while True:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL").fetchall()
            return
        except engine.dialect.loaded_dbapi.OperationalError as error:
            if not isinstance(classify(error), StoreBusy) or time.monotonic() > deadline:
                raise
        finally:
            connection.close()
        time.sleep(0.02)


def _postgresql_engine(address: URL, timeout: float) -> Engine:
    given = address.query.get("options", "")
    milliseconds = int(timeout * 1000)
    options = f"{given} -c timezone=UTC -c lock_timeout={milliseconds}".strip()
    arguments: Mapping[str, Any] = {
        "connect_timeout": max(2, int(timeout)),
        "application_name": "shelfcraft",
        "options": options,
    }
    return create_engine(
        address.set(query={k: v for k, v in address.query.items() if k != "options"}),
        connect_args=dict(arguments),
        pool_size=5,
        max_overflow=20,
        pool_timeout=timeout,
        # A server that was restarted leaves dead connections in the pool.
        pool_pre_ping=True,
        hide_parameters=True,
    )
