"""What models and research came to: kept research, replies to the same question, and which calls were answered so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("model_calls", sa.Column("cached", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "reply_cache",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("reply", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_reply_cache"),
    )
    op.create_table(
        "research",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("theme_key", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_research"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_research_run_id"),
    )
    op.create_index("ix_research_run_id", "research", ["run_id"])
    op.create_index("ix_research_created_at", "research", ["created_at"])
    op.create_index("ix_research_theme_key_created_at", "research", ["theme_key", "created_at"])


def downgrade() -> None:
    op.drop_table("research")
    op.drop_table("reply_cache")
    op.drop_column("model_calls", "cached")
