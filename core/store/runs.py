"""Runs and what they said: kept as it happens, so that a reload, another page or a restart can follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
from core.store.records import RunRecord, RunStatus, Sign, StoredEvent
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


def add_event(session: Session, run: RunRow, event: Event) -> int:
    """Keep one event of a locked run, which is a sign of life too; returns its number."""
    run.last_event += 1
    run.heartbeat_at = now()
    session.add(
        RunEventRow(run_id=run.id, number=run.last_event, type=event.type, payload=encode(event), at=run.heartbeat_at)
    )
    return run.last_event


def sign_for(run: RunRow, attempt: int) -> Sign:
    """What the one that works on that attempt of a run should do."""
    if run.status != "running" or run.attempts != attempt:
        return "lost"
    return "go" if run.stop_requested is None else "stop"


def end_run(
    run: RunRow, status: RunStatus, *, error: str | None = None, result: Mapping[str, Any] | None = None
) -> None:
    """End a locked run that is running."""
    run.status, run.error, run.finished_at = status, error, now()
    if result is not None:
        run.result = encode(result)


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
        worker: str = "",
    ) -> str:
        """Note that a run begins, in the process `worker`; returns its id."""
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
            worker=worker,
            attempts=1,
        )
        with self._writing() as session:
            session.add(row)
        return row.id

    def append_event(self, run_id: str, event: Event) -> int:
        """Keep one event of a run; returns its number, counted from 1 without gaps."""
        with self._writing() as session:
            return add_event(session, run_row(session, run_id, locked=True), event)

    def beat(self, attempts: Mapping[str, int]) -> dict[str, Sign]:
        """Give a sign of life for runs (id to attempt) that may have nothing to say; tells each how to go on."""
        at = now()
        query = select(RunRow).where(RunRow.id.in_(list(attempts))).order_by(RunRow.id).with_for_update()
        signs: dict[str, Sign] = dict.fromkeys(attempts, "lost")
        with self._writing() as session:
            for row in session.scalars(query):
                signs[row.id] = sign_for(row, attempts[row.id])
                if signs[row.id] != "lost":
                    row.heartbeat_at = at
        return signs

    def finish_run(
        self,
        run_id: str,
        *,
        status: RunStatus = "finished",
        error: str | None = None,
        cost: float | None = None,
        result: Mapping[str, Any] | None = None,
        attempt: int | None = None,
    ) -> None:
        """Note how a run ended; the first ending stands and a later one changes nothing.

        `cost` None keeps the sum of its model calls. With `attempt` nothing is changed either where somebody else went
        on with the run meanwhile.
        """
        if status not in get_args(RunStatus) or status == "running":
            raise StoreError(f"A run cannot end as {status!r}.")
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            if run.status != "running" or attempt not in (None, run.attempts):
                return
            end_run(run, status, error=error, result=result)
            if cost is not None:
                run.cost = cost

    def claim_run(self, run_id: str, *, worker: str, attempts: int) -> bool:
        """Go on with a run that did not finish, as its next attempt; False where somebody was quicker.

        `attempts` as they were read: of several that want the same run only one gets it.
        """
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            if run.attempts != attempts or run.status == "finished":
                return False
            run.status, run.worker, run.attempts = "running", worker, attempts + 1
            run.heartbeat_at = now()
            run.error = run.finished_at = run.stop_requested = None
        return True

    def request_stop(self, run_id: str) -> None:
        """Ask a running run, wherever it runs, to stop at its next event."""
        with self._writing() as session:
            run = run_row(session, run_id, locked=True)
            if run.status == "running" and run.stop_requested is None:
                run.stop_requested = now()

    def load_run(self, run_id: str) -> RunRecord:
        """One run; raises `StoreMissing`."""
        with self._reading() as session:
            return _run(run_row(session, run_id))

    def list_runs(
        self,
        *,
        kind: str | None = None,
        status: RunStatus | None = None,
        statuses: Collection[RunStatus] = (),
        owner: str | None = None,
        limit: int = 50,
    ) -> tuple[RunRecord, ...]:
        """The newest runs first; `statuses` are several at once."""
        query = select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id.desc()).limit(limit)
        if statuses:
            query = query.where(RunRow.status.in_(statuses))
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
        result=row.result,
        attempts=row.attempts,
        worker=row.worker,
    )
