"""Folds feedback events into what stands now: the one reducer, pure, shared by the store and the feedback stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from core.domain import FeedbackEvent, FeedbackSubject

REASON_SEPARATOR = ","


@dataclass(frozen=True, slots=True)
class Standing:
    """What currently holds for one product, term, strategy or selection.

    `verdict` None means only rated. `event_id`, `actor` and `at` are of the event that gave the verdict (of the rating
    where there is no verdict): name `event_id` to undo it. `reasons` are the reject reasons' codes.
    """

    subject: FeedbackSubject
    subject_id: str
    verdict: Literal["accept", "reject"] | None
    event_id: str
    actor: str
    at: datetime
    reasons: tuple[str, ...] = ()
    note: str | None = None
    rating: float | None = None


class Judged(Protocol):
    """What the reducer needs of an event to know whether an undo took it back."""

    @property
    def event_id(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def value(self) -> str | None: ...


E = TypeVar("E", bound=Judged)


def in_force(events: Iterable[E]) -> tuple[E, ...]:
    """The events that no undo took back, in their order, without the undos themselves.

    Events come in order of arrival. An undo reaches back only, an undo of an undo gives the judgement back, and an undo
    of an unknown event does nothing.
    """
    undone: set[str] = set()
    kept: list[E] = []
    # Backwards, because whether an undo holds depends only on what came after it.
    for event in reversed(list(events)):
        if event.event_id in undone:
            continue
        if event.verdict != "undo":
            kept.append(event)
        elif event.value is not None:
            undone.add(event.value)
    return tuple(reversed(kept))


def fold(events: Iterable[FeedbackEvent]) -> dict[tuple[FeedbackSubject, str], Standing]:
    """What stands after these events, by (subject, subject id): the last verdict and, by itself, the last rating."""
    standing: dict[tuple[FeedbackSubject, str], Standing] = {}
    for event in in_force(events):
        key = (event.subject, event.subject_id)
        before = standing.get(key)
        if event.verdict == "accept" or event.verdict == "reject":
            standing[key] = Standing(
                *key,
                verdict=event.verdict,
                event_id=event.event_id,
                actor=event.actor,
                at=event.at,
                reasons=tuple(event.reason.split(REASON_SEPARATOR)) if event.reason else (),
                note=event.note,
                rating=None if before is None else before.rating,
            )
        elif event.verdict == "rate" and event.value is not None:
            rating = float(event.value)
            if before is None or before.verdict is None:
                standing[key] = Standing(
                    *key, None, event.event_id, event.actor, event.at, note=event.note, rating=rating
                )
            else:
                standing[key] = replace(before, rating=rating)
    return standing
