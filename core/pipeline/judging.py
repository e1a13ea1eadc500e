"""What operators say of products, terms and strategies, kept in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import uuid4

from core import feedback
from core.domain import FeedbackEvent, Strategy
from core.errors import InputError
from core.feedback import REJECT_REASONS, Edit, Standing
from core.services import Services

Judgement = Literal["accept", "reject", "clear"]


def reject_reasons() -> tuple[tuple[str, str], ...]:
    """(code, label) of every reason that a rejection may give, in the order in which they are offered."""
    return tuple((reason.code, reason.label) for reason in REJECT_REASONS)


def judge_product(
    services: Services,
    product_id: str,
    verdict: str,
    *,
    selection_id: str,
    client_id: str | None = None,
    client_seq: int | None = None,
    reasons: Sequence[str] = (),
    note: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> FeedbackEvent | None:
    """Keep one verdict on a product of a selection; `clear` takes back what stands.

    A client that counts its own events hands in `client_id` and `client_seq`: the same pair twice is kept once. Returns
    None where there was nothing to take back. Raises `InputError` for an unknown verdict or reason, and the store's
    errors.
    """
    actor = services.settings.actor
    if verdict == "accept":
        event = feedback.accept(product_id, actor=actor, selection_id=selection_id, note=note, context=context)
    elif verdict == "reject":
        event = feedback.reject(
            product_id, actor=actor, reasons=reasons, selection_id=selection_id, note=note, context=context
        )
    elif verdict == "clear":
        standing = standing_feedback(services, selection_id).get(("product", product_id))
        if standing is None or standing.verdict is None:
            return None
        event = feedback.undo(_event(services, selection_id, standing.event_id), actor=actor, note=note)
    else:
        raise InputError(f"A verdict is accept, reject or clear, not {verdict!r}.")
    return _keep(services, event, client_id=client_id, client_seq=client_seq)


def edit_term(
    services: Services,
    before: str | None,
    after: str | None,
    *,
    sign: Literal[1, -1],
    selection_id: str | None = None,
    weights: tuple[float, float] | None = None,
    client_id: str | None = None,
    client_seq: int | None = None,
    context: Mapping[str, Any] | None = None,
) -> FeedbackEvent:
    """Keep that an operator added (`before` None), removed (`after` None) or changed a term.

    The same term before and after with other `weights` (before and after) is a change of its weight. `client_id` and
    `client_seq` as in `judge_product`.
    """
    edit = Edit(before, after, sign, weights)
    actor = services.settings.actor
    event = feedback.edit_term(edit, actor=actor, selection_id=selection_id, context=context)
    return _keep(services, event, client_id=client_id, client_seq=client_seq)


def rate_strategy(
    services: Services,
    strategy: Strategy,
    rating: float,
    *,
    selection_id: str | None = None,
    note: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> FeedbackEvent:
    """Keep the operator's stars (1 to 5) for a strategy, which is kept with them."""
    event = feedback.rate(
        services.store.save_strategy(strategy),
        rating,
        actor=services.settings.actor,
        subject="strategy",
        selection_id=selection_id,
        note=note,
        context=context,
    )
    return _keep(services, event)


def undo_feedback(services: Services, selection_id: str, event_id: str) -> FeedbackEvent:
    """Take one event of a selection back; undoing an undo gives the judgement again."""
    event = feedback.undo(_event(services, selection_id, event_id), actor=services.settings.actor)
    return _keep(services, event)


def last_event(services: Services, selection_id: str) -> FeedbackEvent | None:
    """The newest verdict, edit or rating of this operator that stands for a selection: what `undo_last` takes back."""
    last = said_last(services, services.store.feedback(selection_id))
    return last[-1] if last else None


def said_last(services: Services, events: Sequence[FeedbackEvent]) -> tuple[FeedbackEvent, ...]:
    """The newest event of this operator that stands, and before it those that were given with it at one stroke.

    Such events name the same `batch` in their context. Empty where nothing stands.
    """
    own = [event for event in feedback.in_force(events) if event.actor == services.settings.actor]
    batch = own[-1].context.get("batch") if own else None
    return tuple(e for e in own if e.context.get("batch") == batch) if batch is not None else tuple(own[-1:])


def undo_last(services: Services, selection_id: str) -> FeedbackEvent | None:
    """Take `last_event` back, with all that was given at the same stroke; returns it, None where nothing is left.

    The newest goes first, so that where this breaks off the next call takes the rest.
    """
    last = said_last(services, services.store.feedback(selection_id))
    for event in reversed(last):
        _keep(services, feedback.undo(event, actor=services.settings.actor))
    return last[-1] if last else None


def verdicts(services: Services, selection_id: str) -> dict[str, str]:
    """What stands for each judged product of a selection: product id to `accept` or `reject`."""
    standing = services.store.verdicts(selection_id)
    return {name: found.verdict for name, found in standing.items() if found.verdict is not None}


def standing_feedback(services: Services, selection_id: str) -> dict[tuple[str, str], Standing]:
    """All that stands for a selection, by (subject, subject id): verdicts with reasons, notes and ratings."""
    return {
        (str(subject), name): s for (subject, name), s in feedback.fold(services.store.feedback(selection_id)).items()
    }


def export_feedback(services: Services, form: str) -> tuple[int, bytes]:
    """Every feedback event, oldest first, as JSONL or Parquet, with how many there are."""
    rows = list(services.store.export_feedback())
    if form == "parquet":
        return len(rows), feedback.to_parquet(rows)
    if form == "jsonl":
        return len(rows), b"".join(feedback.to_jsonl(rows))
    raise InputError(f"Feedback is exported as jsonl or parquet, not {form!r}.")


def _event(services: Services, selection_id: str, event_id: str) -> FeedbackEvent:
    for event in services.store.feedback(selection_id):
        if event.event_id == event_id:
            return event
    raise InputError(f"There is no feedback event {event_id} in this selection.")


def _keep(
    services: Services, event: FeedbackEvent, *, client_id: str | None = None, client_seq: int | None = None
) -> FeedbackEvent:
    if client_id is None or client_seq is None:
        # An event made on the server is sent once: a client of its own, with the number 1.
        client_id, client_seq = f"server-{uuid4().hex}", 1
    return services.store.record_feedback(event, client_id=client_id, client_seq=client_seq)[0]
