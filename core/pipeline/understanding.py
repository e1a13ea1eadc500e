"""An idea read closer: the language model fills what the rules and the operator left open, for chips to be edited."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date

from core.domain import Intent
from core.events import Event
from core.intent import model as reading
from core.intent.calendar import occasions
from core.pipeline.models import RunModels
from core.pipeline.plans import read_intent
from core.services import Services


def understand(
    services: Services,
    intent: Intent | str,
    *,
    run_id: str | None = None,
    budget_usd: float | None = None,
    models: RunModels | None = None,
) -> Generator[Event, None, Intent]:
    """What a language model reads in an idea beyond what is set; the same intent where no model is set.

    A text is read by rules first. `models` are those of the run that the reading is part of, if it is part of one.
    Raises `ThemeInvalid` for a text that is no theme, and what the model raises
    (`ModelError`, `BudgetSpent`); what the rules have read is the caller's all the same.
    """
    read = read_intent(services, intent) if isinstance(intent, str) else intent
    at_hand = RunModels(services, run_id=run_id, budget_usd=budget_usd) if models is None else models
    model = at_hand.model("planner")
    if model is None:
        return read
    today = date.today()
    known = occasions(services.settings.country, today)
    return (yield from at_hand.telling(reading.understand(read, model, today=today, occasions=known)))
