"""Runs and what they said: kept as it happens, so that a reload, another page or a restart can follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events as event_types
from core.domain import Intent
from core.errors import StoreError, StoreMissing
from core.events import Event
from core.store.codec import decode, encode
from core.store.database import Database, now
from core.store.ids import new_id
from core.store.records import RunRecord, RunStatus, StoredEvent
from core.store.tables import IntentRow, RunEventRow, RunRow

EVENT_KINDS: Mapping[str, type[Event]] = {
    kind.__dataclass_fields__["type"].default: kind for kind in get_args(event_types.Event)
}


def run_row(session: Session, run_id: str, *, locked: bool = False) -> RunRow:
    """The row of a run, held against other writers if `locked`; raises `StoreMissing`."""
    row = session.get(RunRow, run_id, with_for_update=True if locked else None)
    if row is None:
        raise StoreMissing(f"There is no run {run_id} in the store.")
    return row


def add_intent(session: Session, intent: Intent, *, actor: str) -> str:
    """Insert an intent and return its id."""
    row = IntentRow(
        id=new_id(), text=intent.text, kind=intent.kind, body=encode(intent), created_at=now(), created_by=actor
    )
    session.add(row)
    # Rows that name it by a foreign key alone are not ordered after it by the session.
    session.flush()
    return row.id


def intent_of(session: Session, intent_id: str | None) -> Intent | None:
    """The intent of that id, None for None."""
    row = None if intent_id is None else session.get(IntentRow, intent_id)
    return None if row is None else decode(Intent, row.body)


class RunRecords(Database):
    """Intents, runs and their events."""

    def save_intent(self, intent: Intent, *, actor: str) -> str:
        """Keep what an operator asked for; returns its id."""
        with self._writing() as session:
            return add_intent(session, intent, actor=actor)

    def load_intent(self, intent_id: str) -> Intent:
        """The intent as it was saved; raises `StoreMissing`."""
        with self._reading() as session:
            intent = intent_of(session, intent_id)
        if intent is None:
            raise StoreMissing(f"There is no intent {intent_id} in the store.")
        return intent

    def record_run(
        self,
        kind: str,
        *,
        owner: str,
        params: Mapping[str, Any] | None = None,
        intent_id: str | None = None,
        planner: str | None = None,
    ) -> str:
        """Note that a run begins; returns its id."""
        at = now()
        row = RunRow(
            id=new_id(),
            kind=kind,
            status="running",
            owner=owner,
            intent_id=intent_id,
            planner=planner,
            params=encode({} if params is None else params),
            cost=0.0,
            started_at=at,
            heartbeat_at=at,
            last_event=0,
        )
        with self._writing() as session:
            session.add(row)
        return row.id

    def append_event(self, run_id: str, event: Event) -> int:
        """Keep one event of a run; returns its number, counted from 1 without gaps."""
        payload = encode(event)
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            run.last_event += 1
            run.heartbeat_at = now()
            number = run.last_event
            session.add(
                RunEventRow(run_id=run_id, number=number, type=event.type, payload=payload, at=run.heartbeat_at)
            )
        return number

    def finish_run(
        self, run_id: str, *, status: RunStatus = "finished", error: str | None = None, cost: float | None = None
    ) -> None:
        """Note how a run ended; the first ending stands and a later one changes nothing.

        `cost` None keeps the sum of its model calls.
        """
        if status not in get_args(RunStatus) or status == "running":
            raise StoreError(f"A run cannot end as {status!r}.")
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            if run.status != "running":
                return
            run.status = status
            run.error = error
            run.finished_at = now()
            if cost is not None:
                run.cost = cost

    def interrupt_runs(self, *, silent_for: timedelta = timedelta(0), owner: str | None = None) -> tuple[str, ...]:
        """Mark running runs that said nothing for that long as interrupted; returns their ids, oldest first.

        For the next start after a process died: with one server on the database every running run is dead; with
        several, hand in more silence than a living run keeps, or the owner whose runs are meant.
        """
        at = now()
        query = select(RunRow).where(RunRow.status == "running", RunRow.heartbeat_at <= at - silent_for)
        if owner is not None:
            query = query.where(RunRow.owner == owner)
        with self._writing() as session:
            rows = session.scalars(query.order_by(RunRow.started_at, RunRow.id).with_for_update()).all()
            for row in rows:
                row.status = "interrupted"
                row.finished_at = at
            return tuple(row.id for row in rows)

    def load_run(self, run_id: str) -> RunRecord:
        """One run; raises `StoreMissing`."""
        with self._reading() as session:
            return _run(run_row(session, run_id))

    def list_runs(
        self,
        *,
        kind: str | None = None,
        status: RunStatus | None = None,
        owner: str | None = None,
        limit: int = 50,
    ) -> tuple[RunRecord, ...]:
        """The newest runs first."""
        query = select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id.desc()).limit(limit)
        for column, value in ((RunRow.kind, kind), (RunRow.status, status), (RunRow.owner, owner)):
            if value is not None:
                query = query.where(column == value)
        with self._reading() as session:
            return tuple(_run(row) for row in session.scalars(query))

    def events_after(self, run_id: str, number: int = 0, *, limit: int | None = None) -> tuple[StoredEvent, ...]:
        """The events of a run with a higher number, in order, 0 for all; raises `StoreMissing`."""
        query = select(RunEventRow).where(RunEventRow.run_id == run_id, RunEventRow.number > number)
        query = query.order_by(RunEventRow.number)
        with self._reading() as session:
            run_row(session, run_id)
            rows = session.scalars(query if limit is None else query.limit(limit)).all()
        return tuple(StoredEvent(row.number, row.at, _event(row)) for row in rows)


def _event(row: RunEventRow) -> Event:
    kind = EVENT_KINDS.get(row.type)
    if kind is None:
        raise StoreError(
            f"Event {row.number} of run {row.run_id} is a {row.type!r}, which this Shelfcraft does not know."
        )
    return decode(kind, row.payload)


def _run(row: RunRow) -> RunRecord:
    return RunRecord(
        run_id=row.id,
        kind=row.kind,
        status=decode(RunStatus, row.status),  # type: ignore[arg-type]
        owner=row.owner,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        finished_at=row.finished_at,
        cost=row.cost,
        error=row.error,
        params=row.params,
        intent_id=row.intent_id,
        planner=row.planner,
    )
