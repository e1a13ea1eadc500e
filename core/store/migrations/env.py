"""What Alembic runs for a migration: on the connection that it is handed, inside the transaction that is open there."""

from alembic import context
from sqlalchemy import Connection

from core.store.tables import Base


def run() -> None:
    """Run the migrations that Alembic chose."""
    connection = context.config.attributes["connection"]
    if not isinstance(connection, Connection):
        raise TypeError("Hand a connection to core.store.migrate.alembic_config.")
    context.configure(
        connection=connection, target_metadata=Base.metadata, transactional_ddl=True, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


run()
