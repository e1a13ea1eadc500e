"""How a plan is to be made and what it is asked for: plain values, and the parameters of the run that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.domain import Intent, ResearchMode
from core.pipeline.relevance import Rerank
from core.pipeline.thinking import Estimate, Planner, Thinking
from ui.run_story import dollars
from ui.text import count

LIST_SIZE = 200
MOST_TURNS = 8

PLANNER_NAMES: dict[Planner, str] = {"catalogue": "The catalogue's words", "llm": "Language model"}
MODE_NAMES: dict[ResearchMode, str] = {"none": "None", "single": "Single", "wide": "Wide", "deep": "Deep"}
MODES: dict[ResearchMode, str] = {
    "none": "Nothing is looked up: the plan starts from the idea and the catalogue.",
    "single": "One search and its best pages.",
    "wide": "Several searches at once, each for another side of the idea, and one summary.",
    "deep": "Searches, reads and thinks turn by turn, until nothing new comes.",
}
SEARCHES = {"library": "your trend library", "ddgs": "the web", "searxng": "the web by SearXNG", "tavily": "the web"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the operator chose last; it holds for the session.

    `planner` None is the one that is offered first. `budget_usd` None is no other limit than that of the settings.
    `look_first`: what was understood is shown before a plan that costs nothing, too. `model_judges`: a model grades
    those products of a list of which the local judge is not sure, and the first.
    """

    planner: Planner | None = None
    research: ResearchMode = "none"
    turns: int = 4
    budget_usd: float | None = None
    look_first: bool = False
    model_judges: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What lies on the card before a plan: an intent that is still being shaped.

    `number` tells the asks of a session apart; `research_id` is a kept research to plan from instead of a new one.
    `shaped`: the operator, a model or a picture has said something of it, so that it is planned for as it stands; else
    the plan reads the idea, or looks at the picture, by itself. `notes` are what reading it had to tell.
    """

    number: int
    intent: Intent
    research_id: str | None = None
    shaped: bool = False
    notes: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What its chips call themselves."""
        return f"ask {self.number}"


def planner_of(choices: Choices, thinking: Thinking) -> Planner:
    """The planner that these choices come to; without a model there is only one."""
    if thinking.model is None:
        return "catalogue"
    return thinking.planner if choices.planner is None else choices.planner


def shown_first(choices: Choices, thinking: Thinking) -> bool:
    """Whether a plan is shown as a card before it begins: where it costs time or money, or where that was chosen."""
    return planner_of(choices, thinking) == "llm" or choices.research != "none" or choices.look_first


def rerank_of(choices: Choices, thinking: Thinking) -> Rerank:
    """Who judges the products of a list; without a model it is the local judge alone."""
    return "llm" if choices.model_judges and thinking.judge is not None else "local"


def plan_params(
    intent: Intent, choices: Choices, thinking: Thinking, *, research_id: str | None = None, edited: bool = True
) -> dict[str, Any]:
    """The parameters of a plan's run. `edited` hands the intent over as it is; else the run reads the text itself."""
    params: dict[str, Any] = {
        "theme": intent.text,
        "turns": choices.turns,
        "filters": intent.filters.to_json(),
        "size": LIST_SIZE,
        "picture": intent.picture,
    }
    planner = planner_of(choices, thinking)
    if planner != "catalogue":
        params["planner"] = planner
    if research_id is not None:
        params["research_id"] = research_id
    elif choices.research != "none":
        params["research"] = choices.research
    if rerank_of(choices, thinking) != "local":
        params["rerank"] = rerank_of(choices, thinking)
    if choices.budget_usd is not None:
        params["budget_usd"] = choices.budget_usd
    if edited:
        params["intent"] = intent
    return params


def price_said(estimate: Estimate) -> str:
    """What a plan will take, in a sentence."""
    if not estimate.calls:
        return "Asks no model: it costs nothing."
    calls = f"At most {count(estimate.calls, 'model call')}"
    if estimate.usd is None:
        return f"{calls}; the price of the model is not known."
    return f"{calls}, about {dollars(estimate.usd)}." if estimate.usd else f"{calls}, free."
