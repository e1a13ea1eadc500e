"""The tables as typed classes; what creates them is `migrations`, and a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core.errors import StoreError
from core.store.codec import storable


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC: TIMESTAMPTZ on PostgreSQL, text in UTC on SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise StoreError(f"The time {value} has no time zone; times are kept in UTC.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length; what no database can keep is replaced on the way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


Json = JSON().with_variant(JSONB(), "postgresql")
JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# SQLite numbers rows by itself only where the key is INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """What all tables share: one naming of constraints, so that a later migration can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Words(),
        datetime: UtcDateTime(),
        float: Double(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


class IntentRow(Base):
    """What an operator asked for."""

    __tablename__ = "intents"
    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[str]


class RunRow(Base):
    """One execution of long work."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str]
    intent_id: Mapped[str | None] = mapped_column(ForeignKey("intents.id"), index=True)
    planner: Mapped[str | None]
    params: Mapped[dict[str, Any]]
    cost: Mapped[float]
    error: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(index=True)
    heartbeat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    last_event: Mapped[int]
    worker: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=1)
    result: Mapped[dict[str, Any] | None]
    stop_requested: Mapped[datetime | None]


class RunEventRow(Base):
    """What a run said, numbered from 1."""

    __tablename__ = "run_events"
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class StrategyRow(Base):
    """A strategy, never changed; its id is the hash of its content."""

    __tablename__ = "strategies"
    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class TurnRow(Base):
    """One turn of a run's revise loop."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("run_id", "number"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    number: Mapped[int]
    strategy_id: Mapped[str] = mapped_column(ForeignKey("strategies.id"), index=True)
    reasons: Mapped[list[Any]]
    note: Mapped[str]
    created_at: Mapped[datetime]


class PreviewRow(Base):
    """What a strategy was estimated to recall; without a turn it was asked for by hand."""

    __tablename__ = "previews"
    id: Mapped[str] = mapped_column(primary_key=True)
    strategy_id: Mapped[str] = mapped_column(ForeignKey("strategies.id"), index=True)
    turn_id: Mapped[str | None] = mapped_column(ForeignKey("turns.id"), unique=True)
    count: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class RewardRow(Base):
    """What a preview was worth, under one version of the weights."""

    __tablename__ = "rewards"
    id: Mapped[str] = mapped_column(primary_key=True)
    preview_id: Mapped[str] = mapped_column(ForeignKey("previews.id"), index=True)
    weights_version: Mapped[int] = mapped_column(ForeignKey("reward_weights.version"))
    total: Mapped[float]
    semantic: Mapped[float]
    relevance: Mapped[float]
    quantity: Mapped[float]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class RewardWeightsRow(Base):
    """One version of the reward's weights, never changed."""

    __tablename__ = "reward_weights"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    semantic: Mapped[float]
    relevance: Mapped[float]
    quantity: Mapped[float]
    note: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class SelectionRow(Base):
    """The head of a selection: what two people may edit at once, so `lock` counts every change."""

    __tablename__ = "selections"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    status: Mapped[str]
    current_version: Mapped[int]
    published_version: Mapped[int | None]
    intent_id: Mapped[str | None] = mapped_column(ForeignKey("intents.id"), index=True)
    lock: Mapped[int] = mapped_column()
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    updated_by: Mapped[str]
    __mapper_args__ = {"version_id_col": lock}


class SelectionVersionRow(Base):
    """One version of a selection, never changed."""

    __tablename__ = "selection_versions"
    selection_id: Mapped[str] = mapped_column(ForeignKey("selections.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    strategy_id: Mapped[str] = mapped_column(ForeignKey("strategies.id"), index=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    products: Mapped[list[Any]]
    product_count: Mapped[int]
    size: Mapped[int | None]
    funnel: Mapped[list[Any]]
    pinned: Mapped[list[Any]]
    note: Mapped[str]
    restored_from: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(
            ["selection_id", "restored_from"], ["selection_versions.selection_id", "selection_versions.number"]
        ),
    )


class FeedbackRow(Base):
    """One judgement, never changed. It names its selection without a foreign key: feedback is never refused."""

    __tablename__ = "feedback_events"
    __table_args__ = (
        UniqueConstraint("client_id", "client_seq"),
        Index(None, "selection_id", "position"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[str]
    client_seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor: Mapped[str]
    verdict: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    selection_id: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    value: Mapped[str | None]
    context: Mapped[dict[str, Any]]


class DraftRow(Base):
    """What an operator has not saved yet."""

    __tablename__ = "drafts"
    owner: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class ModelCallRow(Base):
    """One call of a language model."""

    __tablename__ = "model_calls"
    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    prompt_name: Mapped[str]
    prompt_version: Mapped[str]
    model: Mapped[str]
    tokens_in: Mapped[int]
    tokens_out: Mapped[int]
    cost: Mapped[float | None]
    duration: Mapped[float]
    raw_reply: Mapped[str | None]
    error: Mapped[str | None]
    cached: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(index=True)


class ReplyRow(Base):
    """One answer of a model, by the content of its question."""

    __tablename__ = "reply_cache"
    key: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]
    reply: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ResearchRow(Base):
    """What one research came to; `evidence` counts the passages of its body."""

    __tablename__ = "research"
    __table_args__ = (Index(None, "theme_key", "created_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    theme: Mapped[str]
    theme_key: Mapped[str]
    mode: Mapped[str]
    ended: Mapped[str]
    evidence: Mapped[int]
    cost: Mapped[float | None]
    body: Mapped[dict[str, Any]]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    owner: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class JudgmentRow(Base):
    """What a judge said of one product, by the content of what it was asked and its version."""

    __tablename__ = "judgments"
    __table_args__ = (Index(None, "product_id", "at"),)
    key: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str]
    product_id: Mapped[str]
    judge: Mapped[str]
    version: Mapped[str]
    grade: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    at: Mapped[datetime]


class RuleRow(Base):
    """A shipped rule that was switched (`body` None), or one of the operators' own; `lock` counts every change."""

    __tablename__ = "rules"
    __table_args__ = (UniqueConstraint("scope_kind", "scope", "rule_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    scope_kind: Mapped[str]
    scope: Mapped[str]
    rule_id: Mapped[str]
    enabled: Mapped[bool]
    body: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    lock: Mapped[int] = mapped_column()
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    __mapper_args__ = {"version_id_col": lock}


class AuditRow(Base):
    """Who changed what, never changed itself."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "entity", "entity_id", "position"), {"sqlite_autoincrement": True})
    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    entity: Mapped[str]
    entity_id: Mapped[str]
    event: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    who: Mapped[str]
    at: Mapped[datetime]


# Rows of these tables are never updated or deleted; a trigger refuses it on both databases.
IMMUTABLE = ("strategies", "reward_weights", "selection_versions", "feedback_events", "audit")
