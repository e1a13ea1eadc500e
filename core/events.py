"""What long work says while it runs: a union of frozen values, yielded by generators that return their result."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from core.domain import Evidence, Hit, Intent, Research, ResearchMode, Selection, Trajectory, Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage began."""

    stage: str
    note: str = ""
    type: Literal["started"] = "started"


@dataclass(frozen=True, slots=True)
class StageProgress:
    """`done` of `total` units; `rate` is units a second and `seconds_left` an estimate, None while unknown."""

    stage: str
    done: int
    total: int | None
    note: str = ""
    rate: float | None = None
    seconds_left: float | None = None
    type: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True)
class StageFinished:
    """A stage ended after `seconds`."""

    stage: str
    summary: str
    seconds: float = 0.0
    type: Literal["finished"] = "finished"


@dataclass(frozen=True, slots=True)
class IntentRead:
    """What was asked for is understood, and a planner begins with it on a catalogue."""

    intent: Intent
    planner: str
    catalogue: str = ""
    type: Literal["intent"] = "intent"


@dataclass(frozen=True, slots=True)
class PictureRead:
    """A picture was looked at: what was understood, in words ("" where nothing is alike), and its look-alikes' ids."""

    picture: str
    words: str
    look_alikes: tuple[str, ...]
    type: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class ModelCalled:
    """A model answered: which prompt, what it took and cost. `cost_usd` None where the price is not known; a cached
    answer costs nothing."""

    prompt: str
    model: str
    tokens_in: int
    tokens_out: int
    seconds: float
    cost_usd: float | None = None
    cached: bool = False
    type: Literal["model"] = "model"


@dataclass(frozen=True, slots=True)
class ResearchStarted:
    """Research begins; `provider` is where it searches."""

    mode: ResearchMode
    theme: str
    provider: str
    type: Literal["research_started"] = "research_started"


@dataclass(frozen=True, slots=True)
class Thought:
    """What the model said it would do next in turn `turn` of a deep search, and why."""

    turn: int
    text: str
    type: Literal["thought"] = "thought"


@dataclass(frozen=True, slots=True)
class SearchFinished:
    """One search ended: its query, the facet that it is for (may be ""), what it found or why it failed."""

    query: str
    facet: str
    hits: tuple[Hit, ...]
    seconds: float
    error: str | None = None
    type: Literal["search"] = "search"


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page was read, or could not be: then `error` says why."""

    address: str
    title: str
    characters: int
    seconds: float
    error: str | None = None
    type: Literal["page"] = "page"


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """A passage was kept as evidence."""

    evidence: Evidence
    type: Literal["evidence"] = "evidence"


@dataclass(frozen=True, slots=True)
class ResearchFinished:
    """Research ended with what it has; `research_id` names it in the store, None where it is not kept."""

    research: Research
    research_id: str | None = None
    type: Literal["research"] = "research"


@dataclass(frozen=True, slots=True)
class TurnFinished:
    """The planner finished one turn of its revise loop."""

    turn: Turn
    type: Literal["turn"] = "turn"


@dataclass(frozen=True, slots=True)
class PlanFinished:
    """The planner stopped; the trajectory holds every turn."""

    trajectory: Trajectory
    type: Literal["plan"] = "plan"


@dataclass(frozen=True, slots=True)
class SelectionFinished:
    """The funnel ended in a selection."""

    selection: Selection
    type: Literal["selection"] = "selection"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the operator should read, without stopping the work."""

    stage: str
    message: str
    type: Literal["warned"] = "warned"


Event = (
    StageStarted
    | StageProgress
    | StageFinished
    | IntentRead
    | PictureRead
    | ModelCalled
    | ResearchStarted
    | Thought
    | SearchFinished
    | PageRead
    | EvidenceFound
    | ResearchFinished
    | TurnFinished
    | PlanFinished
    | SelectionFinished
    | Warned
)


def result_of(work: Generator[Any, None, T]) -> T:
    """Run long work to its end with nobody who listens to its events, and return what it returns."""
    with closing(work):
        while True:
            try:
                next(work)
            except StopIteration as stop:
                result: T = stop.value
                return result
