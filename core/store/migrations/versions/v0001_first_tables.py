"""The first tables."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IMMUTABLE = ("strategies", "reward_weights", "selection_versions", "feedback_events", "audit")
# Children before parents.
TABLES = (
    "audit", "feedback_events", "selection_versions", "selections", "rewards", "reward_weights", "previews", "turns",
    "strategies", "model_calls", "run_events", "runs", "intents",
)  # fmt: skip


def upgrade() -> None:
    _create_intents()
    _create_runs()
    _create_run_events()
    _create_model_calls()
    _create_strategies()
    _create_turns()
    _create_previews()
    _create_reward_weights()
    _create_rewards()
    _create_selections()
    _create_selection_versions()
    _create_feedback_events()
    _create_audit()
    _seed_reward_weights()
    _forbid_changes()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)  # its indices and triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION shelfcraft_refuse_change()")


def _create_intents() -> None:
    op.create_table(
        "intents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_intents"),
    )
    op.create_index("ix_intents_created_at", "intents", ["created_at"])


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("planner", sa.Text(), nullable=True),
        sa.Column("params", JSON, nullable=False),
        sa.Column("cost", sa.Double(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("heartbeat_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name="fk_runs_intent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_intent_id", "runs", ["intent_id"])
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_index("ix_runs_status", "runs", ["status"])


def _create_run_events() -> None:
    op.create_table(
        "run_events",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_events_run_id"),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_run_events"),
    )


def _create_model_calls() -> None:
    op.create_table(
        "model_calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("prompt_name", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.Column("raw_reply", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_model_calls_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_model_calls"),
    )
    op.create_index("ix_model_calls_at", "model_calls", ["at"])
    op.create_index("ix_model_calls_run_id", "model_calls", ["run_id"])


def _create_strategies() -> None:
    op.create_table(
        "strategies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_strategies"),
    )


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("strategy_id", sa.Text(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_turns_run_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_turns_strategy_id"),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.UniqueConstraint("run_id", "number", name="uq_turns_run_id_number"),
    )
    op.create_index("ix_turns_strategy_id", "turns", ["strategy_id"])


def _create_previews() -> None:
    op.create_table(
        "previews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("strategy_id", sa.Text(), nullable=False),
        sa.Column("turn_id", sa.Text(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_previews_strategy_id"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_previews_turn_id"),
        sa.PrimaryKeyConstraint("id", name="pk_previews"),
        sa.UniqueConstraint("turn_id", name="uq_previews_turn_id"),
    )
    op.create_index("ix_previews_strategy_id", "previews", ["strategy_id"])


def _create_reward_weights() -> None:
    op.create_table(
        "reward_weights",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("semantic", sa.Double(), nullable=False),
        sa.Column("relevance", sa.Double(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_reward_weights"),
    )


def _create_rewards() -> None:
    op.create_table(
        "rewards",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("preview_id", sa.Text(), nullable=False),
        sa.Column("weights_version", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("semantic", sa.Double(), nullable=False),
        sa.Column("relevance", sa.Double(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["preview_id"], ["previews.id"], name="fk_rewards_preview_id"),
        sa.ForeignKeyConstraint(["weights_version"], ["reward_weights.version"], name="fk_rewards_weights_version"),
        sa.PrimaryKeyConstraint("id", name="pk_rewards"),
    )
    op.create_index("ix_rewards_preview_id", "rewards", ["preview_id"])


def _create_selections() -> None:
    op.create_table(
        "selections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("lock", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name="fk_selections_intent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_selections"),
    )
    op.create_index("ix_selections_intent_id", "selections", ["intent_id"])
    op.create_index("ix_selections_updated_at", "selections", ["updated_at"])


def _create_selection_versions() -> None:
    op.create_table(
        "selection_versions",
        sa.Column("selection_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strategy_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("products", JSON, nullable=False),
        sa.Column("product_count", sa.Integer(), nullable=False),
        sa.Column("funnel", JSON, nullable=False),
        sa.Column("pinned", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_selection_versions_run_id"),
        sa.ForeignKeyConstraint(
            ["selection_id", "restored_from"],
            ["selection_versions.selection_id", "selection_versions.number"],
            name="fk_selection_versions_selection_id_restored_from",
        ),
        sa.ForeignKeyConstraint(["selection_id"], ["selections.id"], name="fk_selection_versions_selection_id"),
        sa.ForeignKeyConstraint(["strategy_id"], ["strategies.id"], name="fk_selection_versions_strategy_id"),
        sa.PrimaryKeyConstraint("selection_id", "number", name="pk_selection_versions"),
    )
    op.create_index("ix_selection_versions_run_id", "selection_versions", ["run_id"])
    op.create_index("ix_selection_versions_strategy_id", "selection_versions", ["strategy_id"])


def _create_feedback_events() -> None:
    op.create_table(
        "feedback_events",
        sa.Column("position", SERIAL, autoincrement=True, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("selection_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("context", JSON, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_feedback_events"),
        sa.UniqueConstraint("client_id", "client_seq", name="uq_feedback_events_client_id_client_seq"),
        sa.UniqueConstraint("event_id", name="uq_feedback_events_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_events_selection_id_position", "feedback_events", ["selection_id", "position"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("position", SERIAL, autoincrement=True, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entity_entity_id_position", "audit", ["entity", "entity_id", "position"])


def _seed_reward_weights() -> None:
    table = sa.table(
        "reward_weights",
        sa.column("version", sa.Integer),
        *(sa.column(name, sa.Double) for name in ("semantic", "relevance", "quantity")),
        sa.column("note", sa.Text),
        sa.column("created_at", TIME),
        sa.column("created_by", sa.Text),
    )
    at = datetime.now(UTC)
    if op.get_bind().dialect.name == "sqlite":
        at = at.replace(tzinfo=None)
    row = {"version": 1, "semantic": 0.4, "relevance": 0.4, "quantity": 0.2}
    op.bulk_insert(table, [{**row, "note": "The weights to begin with.", "created_at": at, "created_by": "shelfcraft"}])


def _forbid_changes() -> None:
    """Rows of the immutable tables are followed by others, never changed: not by a bug and not by hand."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION shelfcraft_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'Rows of % are never changed', TG_TABLE_NAME; END $$"
        )
        for table in IMMUTABLE:
            op.execute(
                f"CREATE TRIGGER {table}_immutable BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION shelfcraft_refuse_change()"
            )
        return
    for table in IMMUTABLE:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'Rows of {table} are never changed'); END"
            )
