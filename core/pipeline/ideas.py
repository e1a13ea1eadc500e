"""From an idea to a strategy: read, understood, researched where that is asked for, planned by rules or by a model."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from core.domain import RESEARCH_MODES, Filters, Intent, Research, ResearchMode, Trajectory
from core.errors import BudgetSpent, InputError, ModelError
from core.events import Event, ResearchFinished, Warned
from core.pipeline.models import RunModels
from core.pipeline.picture_reading import understand_picture
from core.pipeline.plans import Researching, check_turns, merge_filters, plan_intent, read_intent
from core.pipeline.researching import load_research, research_theme
from core.pipeline.thinking import PLANNERS, Planner
from core.pipeline.understanding import understand
from core.services import Services

_WHOLE = ("done", "nothing new", "budget")
"""How a research ended that is not begun again when its run goes on."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an idea is planned: by whom, after what research, in how many turns, for how much money at most.

    `research_id` names a kept research to plan from; then nothing is looked up. `budget_usd` None is the setting's.
    Raises `InputError` for what cannot be.
    """

    planner: Planner = "catalogue"
    research: ResearchMode = "none"
    research_id: str | None = None
    turns: int = 4
    budget_usd: float | None = None

    def __post_init__(self) -> None:
        check_turns(self.turns)
        if self.planner not in PLANNERS:
            raise InputError(f"There is no planner {self.planner!r}; known: {', '.join(PLANNERS)}.")
        if self.research not in RESEARCH_MODES:
            raise InputError(f"There is no research {self.research!r}; known: {', '.join(RESEARCH_MODES)}.")
        if self.budget_usd is not None and not 0 <= self.budget_usd < 1e9:
            raise InputError(f"A budget is an amount in US dollars such as 0.50, not {self.budget_usd:g}.")


def plan(
    services: Services,
    theme: str = "",
    *,
    turns: int = 4,
    filters: Filters | None = None,
    planner: Planner = "catalogue",
    research: ResearchMode = "none",
    research_id: str | None = None,
    intent: Intent | None = None,
    picture: str | None = None,
    budget_usd: float | None = None,
    run_id: str | None = None,
) -> Generator[Event, None, Trajectory]:
    """Plan a strategy for a theme in at most `turns` turns; nothing of it is kept (see `recorded`).

    `intent` is what an operator has looked at and edited: it is planned for as it stands, and `theme` is not read.
    `picture` names a kept picture, alone or beside the theme. `run_id` is the run that calls of models are logged
    under. Closing the generator stops it. Raises `InputError`, `ThemeInvalid`, `SettingsError` where the planner "llm"
    has no model, `ModelError` and `BudgetSpent` before the first turn, and the catalogue's and store's errors.
    """
    way = Way(planner, research, research_id, turns, budget_usd)
    models = RunModels(services, run_id=run_id, budget_usd=budget_usd)
    return (yield from models.telling(_plan(services, theme, filters, intent, picture, way, models)))


def _plan(
    services: Services,
    theme: str,
    filters: Filters | None,
    intent: Intent | None,
    picture: str | None,
    way: Way,
    models: RunModels,
) -> Generator[Event, None, Trajectory]:
    if way.planner == "llm":
        models.needed("planner")  # nothing is looked at where nobody can plan
    if intent is not None:
        limits = intent.filters if filters is None else merge_filters(intent.filters, filters)
        intent = replace(intent, filters=limits, picture=intent.picture if picture is None else picture)
        if intent.picture is not None and not intent.text and not intent.what:  # nobody has looked at it yet
            intent = yield from understand_picture(services, intent.picture, intent=intent, models=models)
    elif picture is not None:
        intent = yield from understand_picture(services, picture, theme, filters=filters, models=models)
    else:
        intent = read_intent(services, theme, filters=filters)
        if way.planner == "llm":
            intent = yield from _understood(services, intent, models)
    return (yield from _planned(services, intent, way, models))


def _understood(services: Services, intent: Intent, models: RunModels) -> Generator[Event, None, Intent]:
    """The intent with what the model reads in it; what it cannot read is no reason not to plan."""
    try:
        return (yield from understand(services, intent, models=models))
    except (ModelError, BudgetSpent) as error:
        yield Warned("intent", f"The idea was read by rules alone. {error}")
        return intent


def _planned(services: Services, intent: Intent, way: Way, models: RunModels) -> Generator[Event, None, Trajectory]:
    return (
        yield from plan_intent(
            services,
            intent,
            turns=way.turns,
            models=models if way.planner == "llm" else None,
            researching=_researching(services, intent, way, models),
        )
    )


def plan_on(services: Services, run_id: str, way: Way) -> Generator[Event, None, Trajectory]:
    """Go on with a run that has said its intent: its turns stay played, its research is used where it was finished."""
    run = services.store.load_run(run_id)
    if run.intent_id is None:
        raise InputError("This run has not come as far as to know what is wanted; start it again.")
    intent, played = services.store.load_intent(run.intent_id), services.store.load_turns(run_id)
    models = RunModels(services, run_id=run_id, budget_usd=way.budget_usd)
    found = _kept_research(services, run_id, begun=bool(played))
    work = plan_intent(
        services,
        intent,
        turns=way.turns,
        played=played,
        models=models if way.planner == "llm" else None,
        researching=_researching(services, intent, way, models) if found is None else (lambda: _known(found)),
    )
    return (yield from models.telling(work))


def _kept_research(services: Services, run_id: str, *, begun: bool) -> Research | None:
    """What the run has researched; one that was broken off counts only where a turn was planned from it."""
    for record in services.store.recent_research(run_id=run_id):
        if begun or record.ended in _WHOLE:
            return load_research(services, record.research_id)
    return None


def _known(research: Research) -> Generator[Event, None, Research | None]:
    yield from ()
    return research


def _researching(services: Services, intent: Intent, way: Way, models: RunModels) -> Researching | None:
    if way.research_id is not None:
        return lambda: _again(services, way.research_id or "")
    if way.research == "none":
        return None
    return lambda: _looked_up(services, intent, way.research, models)


def _again(services: Services, research_id: str) -> Generator[Event, None, Research | None]:
    """A kept research, told as if it had just been finished, so that the run shows what it was planned from."""
    found = load_research(services, research_id)
    yield ResearchFinished(found, research_id)
    return found


def _looked_up(
    services: Services, intent: Intent, mode: ResearchMode, models: RunModels
) -> Generator[Event, None, Research | None]:
    _, found = yield from research_theme(services, intent, mode=mode, budget=models.budget, run_id=models.run_id)
    return found
