"""Operators' judgements as immutable events (accept, reject, edit, rate, undo), what stands after them, their export.

The exported columns, in JSONL and Parquet alike: `position` (order of arrival), `event_id`, `at` (when judged, UTC),
`received_at` (when stored, UTC), `client_id`, `client_seq`, `actor`, `verdict`, `subject`, `subject_id`,
`selection_id`, `reason` (codes joined by commas), `note`, `value` (the rating, the event undone, or an edit as JSON)
and `context` (run, turn, strategy, rank shown, scores ...: an object in JSONL, its JSON text in Parquet).
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from core.domain import FeedbackEvent, FeedbackSubject, FeedbackVerdict
from core.errors import InputError
from core.store.codec import encode
from core.store.ids import new_id
from core.store.records import StoredFeedback
from core.store.verdicts import REASON_SEPARATOR, Standing, fold, in_force

__all__ = [
    "REJECT_REASONS",
    "Edit",
    "RejectReason",
    "Standing",
    "accept",
    "edit_of",
    "edit_term",
    "fold",
    "in_force",
    "rate",
    "reject",
    "to_jsonl",
    "to_parquet",
    "undo",
]

MAX_NOTE = 2000
RATINGS = (1, 5)


@dataclass(frozen=True, slots=True)
class RejectReason:
    """Why a product is refused: `code` is stored, `label` stands on its chip, `about` is what tuning learns of."""

    code: str
    label: str
    about: Literal["relevance", "potential", "presentation", "other"]


REJECT_REASONS = (
    RejectReason("off_theme", "Off theme", "relevance"),
    RejectReason("wrong_audience", "Wrong audience", "relevance"),
    RejectReason("wrong_season", "Wrong season", "relevance"),
    RejectReason("wrong_style", "Wrong style", "relevance"),
    RejectReason("duplicate", "Duplicate", "presentation"),
    RejectReason("poor_picture", "Poor picture", "presentation"),
    RejectReason("too_expensive", "Too expensive", "potential"),
    RejectReason("too_cheap", "Too cheap", "potential"),
    RejectReason("low_quality", "Low quality", "potential"),
    RejectReason("other", "Other", "other"),
)
_CODES = frozenset(reason.code for reason in REJECT_REASONS)


def accept(
    subject_id: str,
    *,
    actor: str,
    subject: FeedbackSubject = "product",
    selection_id: str | None = None,
    note: str | None = None,
    context: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> FeedbackEvent:
    """Say that a product (or a term, a strategy, a selection) belongs; `at` None means now."""
    return _event(
        "accept", subject, subject_id, actor=actor, selection_id=selection_id, note=note, context=context, at=at
    )


def reject(
    subject_id: str,
    *,
    actor: str,
    reasons: Sequence[str] = (),
    subject: FeedbackSubject = "product",
    selection_id: str | None = None,
    note: str | None = None,
    context: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> FeedbackEvent:
    """Say that it does not belong, with codes of `REJECT_REASONS`; raises `InputError` for an unknown code."""
    unknown = [code for code in reasons if code not in _CODES]
    if unknown:
        raise InputError(
            f"There is no reject reason {', '.join(map(repr, unknown))}; known: {', '.join(sorted(_CODES))}."
        )
    return _event(
        "reject",
        subject,
        subject_id,
        actor=actor,
        selection_id=selection_id,
        note=note,
        context=context,
        at=at,
        reason=REASON_SEPARATOR.join(dict.fromkeys(reasons)),
    )


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one term: `before` None adds it, `after` None removes it; `sign` is +1 positive, -1 negative.

    `weights` are its weight before and after, where that is what changed.
    """

    before: str | None
    after: str | None
    sign: Literal[1, -1]
    weights: tuple[float, float] | None = None


def edit_term(
    edit: Edit,
    *,
    actor: str,
    selection_id: str | None = None,
    note: str | None = None,
    context: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> FeedbackEvent:
    """Say that an operator changed a term; its subject is the term as it was, or the new one where there was none."""
    subject_id = edit.after if edit.before is None else edit.before
    weighed = edit.weights is not None and edit.weights[0] != edit.weights[1]
    if subject_id is None or (edit.before == edit.after and not weighed):
        raise InputError("An edit needs a term before or after it, and a difference between the two.")
    if edit.weights is not None and not all(math.isfinite(w) and w >= 0 for w in edit.weights):
        raise InputError(f"A weight must not be negative, but one of {edit.weights} is.")
    fields = {name: held for name, held in encode(edit).items() if name != "weights" or held is not None}
    value = json.dumps(fields, ensure_ascii=False)
    return _event(
        "edit",
        "term",
        subject_id,
        actor=actor,
        selection_id=selection_id,
        note=note,
        context=context,
        at=at,
        value=value,
    )


def edit_of(event: FeedbackEvent) -> Edit:
    """The change that an `edit` event holds; raises `InputError` for any other event."""
    if event.verdict != "edit" or event.value is None:
        raise InputError(f"Event {event.event_id} is no edit of a term.")
    fields = json.loads(event.value)
    weights = fields.get("weights")
    return Edit(fields["before"], fields["after"], fields["sign"], None if weights is None else tuple(weights))


def rate(
    subject_id: str,
    rating: float,
    *,
    actor: str,
    subject: FeedbackSubject = "product",
    selection_id: str | None = None,
    note: str | None = None,
    context: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> FeedbackEvent:
    """Give stars, 1 to 5; raises `InputError` for any other number."""
    low, high = RATINGS
    if not math.isfinite(rating) or not low <= rating <= high:
        raise InputError(f"A rating lies between {low} and {high}, but is {rating}.")
    return _event(
        "rate",
        subject,
        subject_id,
        actor=actor,
        selection_id=selection_id,
        note=note,
        context=context,
        at=at,
        value=f"{rating:g}",
    )


def undo(event: FeedbackEvent, *, actor: str, note: str | None = None, at: datetime | None = None) -> FeedbackEvent:
    """Take an event back; undoing an undo gives the judgement again."""
    return _event(
        "undo",
        event.subject,
        event.subject_id,
        actor=actor,
        selection_id=event.selection_id,
        note=note,
        context=None,
        at=at,
        value=event.event_id,
    )


def _event(
    verdict: FeedbackVerdict,
    subject: FeedbackSubject,
    subject_id: str,
    *,
    actor: str,
    selection_id: str | None,
    note: str | None,
    context: Mapping[str, Any] | None,
    at: datetime | None,
    reason: str | None = None,
    value: str | None = None,
) -> FeedbackEvent:
    said = None if note is None else note.strip()
    if said is not None and len(said) > MAX_NOTE:
        raise InputError(f"The note is {len(said)} characters long; at most {MAX_NOTE} are kept.")
    return FeedbackEvent(
        event_id=new_id(),
        at=datetime.now(UTC) if at is None else at,
        actor=actor,
        verdict=verdict,
        subject=subject,
        subject_id=subject_id,
        selection_id=selection_id,
        reason=reason if reason else None,
        note=said if said else None,
        value=value,
        context=encode({} if context is None else context),
    )


_TIME = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("at", _TIME, nullable=False),
        pa.field("received_at", _TIME, nullable=False),
        pa.field("client_id", pa.string(), nullable=False),
        pa.field("client_seq", pa.int64(), nullable=False),
        *(pa.field(name, pa.string(), nullable=False) for name in ("actor", "verdict", "subject", "subject_id")),
        *(pa.field(name, pa.string()) for name in ("selection_id", "reason", "note", "value")),
        pa.field("context", pa.string(), nullable=False),
    ]
)


def _row(stored: StoredFeedback) -> dict[str, Any]:
    event = stored.event
    return {
        "position": stored.position,
        "event_id": event.event_id,
        "at": event.at,
        "received_at": stored.received_at,
        "client_id": stored.client_id,
        "client_seq": stored.client_seq,
        **{name: getattr(event, name) for name in ("actor", "verdict", "subject", "subject_id")},
        **{name: getattr(event, name) for name in ("selection_id", "reason", "note", "value")},
        "context": event.context,
    }


def to_jsonl(rows: Iterable[StoredFeedback]) -> Iterator[bytes]:
    """One line of JSON an event, as UTF-8 with its line end, in the order given: ready to stream."""
    for stored in rows:
        yield json.dumps(encode(_row(stored)), ensure_ascii=False).encode() + b"\n"


def to_parquet(rows: Iterable[StoredFeedback]) -> bytes:
    """A Parquet file with the columns of `SCHEMA`, in the order given; a file without rows where there are none."""
    table = pa.Table.from_pylist(
        [{**row, "context": json.dumps(encode(row["context"]), ensure_ascii=False)} for row in map(_row, rows)],
        schema=SCHEMA,
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()
