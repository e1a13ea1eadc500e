"""The log of operators' judgements: only ever added to, once each however often a client sends it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, get_args

from sqlalchemy import ColumnElement, Engine, func, or_, select
from sqlalchemy.orm import Session

from core.domain import FeedbackEvent, FeedbackSubject, FeedbackVerdict
from core.errors import StoreConflict, StoreError
from core.store.codec import decode, encode
from core.store.database import Database, now
from core.store.records import StoredFeedback
from core.store.tables import FeedbackRow
from core.store.trajectories import insert_new
from core.store.verdicts import Standing, fold, in_force

_PAGE = 1000
_REMEMBERED = 64
# What makes two sendings the same judgement; a client's second try may carry a new id and a new time.
_JUDGEMENT = ("verdict", "subject", "subject_id", "selection_id", "reason", "note", "value")


@dataclass(frozen=True, slots=True)
class _Read:
    """The events of a selection up to a position."""

    position: int
    events: tuple[FeedbackEvent, ...]

    def followed_by(self, rows: Sequence[FeedbackRow]) -> _Read:
        return _Read(rows[-1].position, (*self.events, *map(_event, rows))) if rows else self


_NOTHING = _Read(0, ())


class _Memory:
    """What was read of the last few selections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[str, _Read] = OrderedDict()

    def get(self, selection_id: str) -> _Read:
        with self._lock:
            return self._held.get(selection_id, _NOTHING)

    def put(self, selection_id: str, found: _Read) -> None:
        with self._lock:
            self._held[selection_id] = found
            self._held.move_to_end(selection_id)
            while len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)


class FeedbackRecords(Database):
    """Feedback events and what they amount to."""

    def __init__(self, engine: Engine, *, timeout: float) -> None:
        super().__init__(engine, timeout=timeout)
        self._known = _Memory()

    def record_feedback(
        self, events: FeedbackEvent | Sequence[FeedbackEvent], *, client_id: str, client_seq: int
    ) -> tuple[FeedbackEvent, ...]:
        """Keep events, all or none; the first has the client's sequence number, the others those that follow.

        Returns what the store holds under these numbers: for an event sent again that is the one kept the first time.
        Raises `StoreConflict` where the number was used for another judgement, so that a client that lost count loses
        no feedback: it takes the next free number (`next_client_seq`) and sends again.
        """
        batch = (events,) if isinstance(events, FeedbackEvent) else tuple(events)
        rows = [_values(event, client_id, client_seq + i) for i, event in enumerate(batch)]
        with self._writing() as session:
            return tuple(_keep(session, row) for row in rows)

    def next_client_seq(self, client_id: str) -> int:
        """The first number above all that this client used, 1 for a new one."""
        query = select(FeedbackRow.client_seq).where(FeedbackRow.client_id == client_id)
        with self._reading() as session:
            last = session.scalar(query.order_by(FeedbackRow.client_seq.desc()).limit(1))
        return 1 if last is None else last + 1

    def feedback(self, selection_id: str) -> tuple[FeedbackEvent, ...]:
        """All events of one selection in the order of their arrival.

        A page asks after every verdict, and events are only ever added: what this store read before is not read again.
        """
        known = self._known.get(selection_id)
        mine = FeedbackRow.selection_id == selection_id
        with self._reading() as session:
            total = session.scalar(select(func.count()).select_from(FeedbackRow).where(mine))
            found = known.followed_by(_after(session, mine, known.position))
            # Of two writers the one with the lower position may be done later; then all is read anew.
            if len(found.events) != total:
                found = _NOTHING.followed_by(_after(session, mine, 0))
        self._known.put(selection_id, found)
        return found.events

    def verdicts(self, selection_id: str) -> dict[str, Standing]:
        """What stands for each judged product of a selection, by product id, undone events left out."""
        standing = fold(self.feedback(selection_id))
        return {name: found for (subject, name), found in standing.items() if subject == "product"}

    def verdict_counts(self, selection_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
        """How many products stand accepted and rejected in each of many selections; those without any are left out."""
        row = FeedbackRow
        query = (
            select(row.selection_id, row.event_id, row.verdict, row.subject_id, row.value)
            .where(row.selection_id.in_(list(selection_ids)), row.subject == "product", row.verdict != "rate")
            .order_by(row.selection_id, row.position)
        )
        found: dict[str, tuple[int, int]] = {}
        with self._reading() as session:
            for name, events in groupby(session.execute(query).all(), key=itemgetter(0)):
                # The events that stand, in their order: the last one of a product is its verdict.
                stands = {event.subject_id: event.verdict for event in in_force(events)}
                held = list(stands.values())
                found[name] = (held.count("accept"), held.count("reject"))
        return found

    def export_feedback(self, *, after: int = 0) -> Iterator[StoredFeedback]:
        """Every event ever recorded, the oldest first, read a page at a time; `after` is the last position known."""
        while True:
            query = select(FeedbackRow).where(FeedbackRow.position > after).order_by(FeedbackRow.position).limit(_PAGE)
            with self._reading() as session:
                page = [_stored(row) for row in session.scalars(query)]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].position


def _after(session: Session, mine: ColumnElement[bool], position: int) -> Sequence[FeedbackRow]:
    query = select(FeedbackRow).where(mine, FeedbackRow.position > position).order_by(FeedbackRow.position)
    return session.scalars(query).all()


def _values(event: FeedbackEvent, client_id: str, client_seq: int) -> dict[str, Any]:
    if event.verdict not in get_args(FeedbackVerdict) or event.subject not in get_args(FeedbackSubject):
        raise StoreError(f"Feedback cannot {event.verdict!r} a {event.subject!r}.")
    fields = encode(event)
    return {**fields, "at": event.at, "client_id": client_id, "client_seq": client_seq, "received_at": now()}


def _keep(session: Session, values: dict[str, Any]) -> FeedbackEvent:
    session.execute(insert_new(session, FeedbackRow).values(**values))
    numbered = (FeedbackRow.client_id == values["client_id"]) & (FeedbackRow.client_seq == values["client_seq"])
    found = session.scalars(select(FeedbackRow).where(or_(numbered, FeedbackRow.event_id == values["event_id"]))).all()
    for row in found:
        if any(getattr(row, name) != values[name] for name in _JUDGEMENT):
            raise StoreConflict(
                f"Number {values['client_seq']} of client {values['client_id']} was used for other feedback before; "
                "nothing was saved. Send it again under a new number."
            )
    return _event(found[0])


def _event(row: FeedbackRow) -> FeedbackEvent:
    return FeedbackEvent(
        event_id=row.event_id,
        at=row.at,
        actor=row.actor,
        verdict=decode(FeedbackVerdict, row.verdict),  # type: ignore[arg-type]
        subject=decode(FeedbackSubject, row.subject),  # type: ignore[arg-type]
        subject_id=row.subject_id,
        selection_id=row.selection_id,
        reason=row.reason,
        note=row.note,
        value=row.value,
        context=row.context,
    )


def _stored(row: FeedbackRow) -> StoredFeedback:
    return StoredFeedback(row.position, row.received_at, row.client_id, row.client_seq, _event(row))
