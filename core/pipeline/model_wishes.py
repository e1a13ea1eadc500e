"""Wishes about an open list, read by the language model where one is set."""

from __future__ import annotations

from collections.abc import Generator

from core.domain import Intent, Preview, Strategy, Wish
from core.errors import InputError
from core.events import Event
from core.pipeline.catalogues import categories, currency
from core.pipeline.models import RunModels
from core.planning import wishing
from core.services import Services

LONGEST_WISH = 1_000


def model_wish(
    services: Services,
    text: str,
    *,
    intent: Intent,
    strategy: Strategy,
    preview: Preview | None = None,
    budget_usd: float | None = None,
) -> Generator[Event, None, Wish]:
    """What the language model makes of a wish, to be looked at before it is applied (`apply_changes`).

    Raises `SettingsError` where no model is set, `InputError` for an empty or endless wish, and what the model raises.
    """
    said = " ".join(text.split())
    if not said:
        raise InputError('The wish is empty. Say what to change, such as "cheaper" or "no toys".')
    if len(said) > LONGEST_WISH:
        raise InputError(f"The wish is {len(said):,} characters long; at most {LONGEST_WISH:,} are read.")
    models = RunModels(services, budget_usd=budget_usd)
    work = wishing.model_wish(
        models.needed("planner"),
        said,
        intent=intent,
        strategy=strategy,
        preview=preview,
        categories=categories(services),
        currency=currency(services),
    )
    return (yield from models.telling(work))
