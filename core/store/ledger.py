"""What cost money and what was decided: model calls, the versions of the reward's weights, the audit trail."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.errors import StoreConflict, StoreError, StoreMissing
from core.store.codec import encode
from core.store.database import Database, now
from core.store.ids import new_id
from core.store.records import AuditEntry, LoggedCall, ModelCall, RewardWeights
from core.store.tables import AuditRow, ModelCallRow, RewardWeightsRow, RunRow


def add_audit(
    session: Session,
    entity: str,
    entity_id: str,
    *,
    event: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    who: str,
) -> None:
    """Note a change in the transaction that makes it."""
    row = AuditRow(entity=entity, entity_id=entity_id, event=event, who=who, at=now())
    row.before = encode(before)
    row.after = encode(after)
    session.add(row)


class LedgerRecords(Database):
    """Model calls, reward weights, audit."""

    def log_model_call(self, call: ModelCall) -> str:
        """Keep one call of a model and add its cost to its run; returns the call's id."""
        row = ModelCallRow(
            id=new_id(),
            run_id=call.run_id,
            prompt_name=call.prompt_name,
            prompt_version=call.prompt_version,
            model=call.model,
            tokens_in=call.tokens_in,
            tokens_out=call.tokens_out,
            cost=call.cost,
            duration=call.duration,
            raw_reply=call.raw_reply,
            error=call.error,
            cached=call.cached,
            at=now(),
        )
        with self._writing() as session:
            session.add(row)
            if call.run_id is not None and call.cost is not None:
                session.execute(update(RunRow).where(RunRow.id == call.run_id).values(cost=RunRow.cost + call.cost))
        return row.id

    def model_calls(self, *, run_id: str | None = None, limit: int = 200) -> tuple[LoggedCall, ...]:
        """The newest calls first."""
        query = select(ModelCallRow).order_by(ModelCallRow.at.desc(), ModelCallRow.id.desc()).limit(limit)
        if run_id is not None:
            query = query.where(ModelCallRow.run_id == run_id)
        with self._reading() as session:
            return tuple(_call(row) for row in session.scalars(query))

    def reward_weights(self, version: int | None = None) -> RewardWeights:
        """The weights of that version, the newest by default; raises `StoreMissing`."""
        query = select(RewardWeightsRow).order_by(RewardWeightsRow.version.desc()).limit(1)
        if version is not None:
            query = query.where(RewardWeightsRow.version == version)
        with self._reading() as session:
            row = session.scalars(query).first()
        if row is None:
            raise StoreMissing(f"There is no version {version} of the reward's weights.")
        return _weights(row)

    def add_reward_weights(
        self,
        *,
        semantic: float,
        relevance: float,
        quantity: float,
        actor: str,
        note: str = "",
        expected_version: int | None = None,
    ) -> RewardWeights:
        """Write a new version of the weights, which must not be negative and sum to 1; older ones stay.

        `expected_version` names the version that the new one was made from; `StoreConflict` where it is not the newest.
        """
        parts = (semantic, relevance, quantity)
        if not all(math.isfinite(p) and p >= 0 for p in parts) or not math.isclose(sum(parts), 1.0, abs_tol=1e-6):
            raise StoreError(f"The reward's weights must not be negative and sum to 1, but are {parts}.")
        with self._writing() as session:
            if session.get_bind().dialect.name == "postgresql":
                # Two at once would take the same number; readers are not held up.
                session.execute(select(func.pg_advisory_xact_lock(0x57454947)))
            newest = session.scalar(select(func.max(RewardWeightsRow.version)))
            number = 0 if newest is None else newest
            if expected_version is not None and number != expected_version:
                raise StoreConflict(
                    f"The reward's weights are at version {number} by now, not {expected_version}; nothing was changed."
                )
            row = RewardWeightsRow(version=number + 1, note=note, created_at=now(), created_by=actor)
            row.semantic, row.relevance, row.quantity = parts
            session.add(row)
            after = {"semantic": semantic, "relevance": relevance, "quantity": quantity}
            add_audit(session, "reward_weights", str(number + 1), event="version", before={}, after=after, who=actor)
        return _weights(row)

    def audit(
        self, *, entity: str | None = None, entity_id: str | None = None, limit: int = 500
    ) -> tuple[AuditEntry, ...]:
        """The newest changes first."""
        query = select(AuditRow).order_by(AuditRow.position.desc()).limit(limit)
        for column, value in ((AuditRow.entity, entity), (AuditRow.entity_id, entity_id)):
            if value is not None:
                query = query.where(column == value)
        with self._reading() as session:
            return tuple(_entry(row) for row in session.scalars(query))


def _call(row: ModelCallRow) -> LoggedCall:
    call = ModelCall(
        prompt_name=row.prompt_name,
        prompt_version=row.prompt_version,
        model=row.model,
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        duration=row.duration,
        cost=row.cost,
        raw_reply=row.raw_reply,
        error=row.error,
        run_id=row.run_id,
        cached=row.cached,
    )
    return LoggedCall(row.id, row.at, call)


def _weights(row: RewardWeightsRow) -> RewardWeights:
    return RewardWeights(
        version=row.version,
        semantic=row.semantic,
        relevance=row.relevance,
        quantity=row.quantity,
        note=row.note,
        created_at=row.created_at,
        created_by=row.created_by,
    )


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.entity, row.entity_id, row.event, row.who, row.at, row.before, row.after)
