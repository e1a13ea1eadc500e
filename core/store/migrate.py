"""Brings a database from whatever layout it has to the newest one, once, however many processes open it."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_KEY = 0x5348454C46  # "SHELF"
_PATIENCE = "120s"
# Alembic keeps the migration under way in globals of its module.
_one_at_a_time = threading.Lock()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for our migrations, working on `connection`; also for writing a new one."""
    config = Config()
    # ConfigParser reads % as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision of the newest layout."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise StoreError("The migrations of the store are missing from this installation.")
    return head


def migrate(connection: Connection) -> None:
    """Upgrade to the newest layout in one transaction, or do nothing where it is there already.

    `connection` begins a writing transaction by itself on SQLite; on PostgreSQL an advisory lock keeps others out.
    Raises `StoreError` where a newer program wrote the database.
    """
    with _one_at_a_time, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
        found = MigrationContext.configure(connection).get_current_revision()
        scripts = ScriptDirectory.from_config(alembic_config())
        if found == scripts.get_current_head():
            return
        if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreError(
                f"The database was written by a newer Shelfcraft (layout {found}). Update Shelfcraft, or point "
                "SHELFCRAFT_DATABASE_URL at another database."
            )
        command.upgrade(alembic_config(connection), "head")
