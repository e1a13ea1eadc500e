"""How long a list was asked to be, kept with each of its versions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Versions from before do not know it.
    op.add_column("selection_versions", sa.Column("size", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("selection_versions", "size")
