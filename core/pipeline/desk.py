"""What the studio needs to lay a list out again: what is kept of a run, what stands for products, a version named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core import feedback
from core.domain import FeedbackEvent
from core.errors import StoreMissing
from core.feedback import Edit, Standing, edit_of
from core.pipeline.judging import said_last
from core.services import Services

__all__ = ["Edit", "Said", "Standing", "edit_of", "judged", "save_version", "standing_products", "turns_kept"]


def turns_kept(services: Services, run_id: str) -> int:
    """How many turns of a run are finished and kept."""
    try:
        return len(services.store.load_trajectory(run_id).turns)
    except StoreMissing:
        return 0


def standing_products(services: Services, selection_id: str) -> dict[str, Standing]:
    """What stands for each judged product of a selection, with its reasons."""
    return services.store.verdicts(selection_id)


@dataclass(frozen=True, slots=True)
class Said:
    """All that a page which is drawn after each verdict needs of them, from one reading.

    `standing` is `standing_products`, `newest` is `last_event`, and `together` how many events `undo_last` would take
    back with it. `statements` are what was said beside a verdict that stands ("more_like", "none_of"), by product.
    """

    standing: Mapping[str, Standing]
    newest: FeedbackEvent | None
    together: int
    statements: Mapping[str, str]


def judged(services: Services, selection_id: str) -> Said:
    """What stands judged in a selection, and what this operator said last."""
    events = services.store.feedback(selection_id)
    standing = {name: one for (subject, name), one in feedback.fold(events).items() if subject == "product"}
    said = {event.event_id: event.context.get("statement") for event in events}
    statements = {name: str(said[one.event_id]) for name, one in standing.items() if said.get(one.event_id)}
    last = said_last(services, events)
    return Said(standing, last[-1] if last else None, len(last), statements)


def save_version(services: Services, selection_id: str, *, note: str, expected_version: int | None) -> tuple[str, int]:
    """Save the newest version again under a note and return (selection id, its number); raises `StoreConflict`."""
    saved = services.store.load_selection(selection_id)
    return services.store.save_selection_version(
        selection_id,
        saved.selection,
        name=None,
        actor=services.settings.actor,
        expected_version=expected_version,
        note=note,
        run_id=saved.version.run_id,
        size=saved.version.size,
    )
