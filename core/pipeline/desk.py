"""What the studio needs to lay a list out again: what is kept of a run, what stands for products, a version named."""

from __future__ import annotations

from core import feedback
from core.domain import FeedbackEvent
from core.errors import StoreMissing
from core.feedback import Edit, Standing, edit_of
from core.services import Services

__all__ = ["Edit", "Standing", "edit_of", "judged", "save_version", "standing_products", "turns_kept"]


def turns_kept(services: Services, run_id: str) -> int:
    """How many turns of a run are finished and kept."""
    try:
        return len(services.store.load_trajectory(run_id).turns)
    except StoreMissing:
        return 0


def standing_products(services: Services, selection_id: str) -> dict[str, Standing]:
    """What stands for each judged product of a selection, with its reasons."""
    return services.store.verdicts(selection_id)


def judged(services: Services, selection_id: str) -> tuple[dict[str, Standing], FeedbackEvent | None]:
    """`standing_products` and `last_event` from one reading: a page that is drawn after each verdict needs both."""
    events = services.store.feedback(selection_id)
    standing = {name: one for (subject, name), one in feedback.fold(events).items() if subject == "product"}
    own = [event for event in feedback.in_force(events) if event.actor == services.settings.actor]
    return standing, own[-1] if own else None


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
