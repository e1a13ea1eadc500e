"""Runs in the background (who works on one, its result, a wish to stop it), and drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
ADDED = ("worker", "attempts", "result", "stop_requested")


def upgrade() -> None:
    # Runs from before name no worker: nobody can go on with them by himself.
    op.add_column("runs", sa.Column("worker", sa.Text(), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("attempts", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("runs", sa.Column("result", JSON, nullable=True))
    op.add_column("runs", sa.Column("stop_requested", TIME, nullable=True))
    op.create_table(
        "drafts",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("owner", "subject", name="pk_drafts"),
    )


def downgrade() -> None:
    op.drop_table("drafts")
    for column in reversed(ADDED):
        op.drop_column("runs", column)
