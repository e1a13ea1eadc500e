"""What each kind of run in the background does, from the parameters it was started with to the result that is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from core import pipeline
from core.domain import Intent, Selection, Strategy, Trajectory
from core.errors import InputError
from core.events import Event, SelectionFinished
from core.pipeline.ideas import Way, plan_on
from core.pipeline.models import run_budget
from core.pipeline.researching import research_theme
from core.pipeline.trends import add_kept_documents
from core.services import Services
from core.store.codec import decode, encode
from core.store.records import RunEnd, RunRecord

Work = Generator[Event, None, Mapping[str, Any]]

Lane = Literal["plan", "think", "select", "build", "notes"]
"""Where a run waits for its turn: `think` is for runs that mostly wait for models and pages."""

_REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Kind:
    """`params` are the names it takes with their defaults; runs of one `lane` wait for each other, of others never.

    `check` raises `InputError` for values that no run can be started with.
    """

    work: Callable[[Services, RunRecord], Work]
    lane: Lane
    params: Mapping[str, Any]
    check: Callable[[Mapping[str, Any]], object] | None = None


def checked(kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a run with their defaults, as plain JSON; raises `InputError` for what no run can be."""
    known = KINDS.get(kind)
    if known is None:
        raise InputError(f"There is no run of the kind {kind!r}; known: {', '.join(KINDS)}.")
    strange = sorted(set(params) - set(known.params))
    if strange:
        raise InputError(f"A {kind!r} run takes {', '.join(known.params) or 'nothing'}; not {', '.join(strange)}.")
    found = {**known.params, **params}
    missing = [name for name, value in found.items() if value is _REQUIRED]
    if missing:
        raise InputError(f"A {kind!r} run needs {' and '.join(missing)}.")
    data: dict[str, Any] = encode(found)
    if known.check is not None:
        known.check(data)
    return data


def lane_of(kind: str, params: Mapping[str, Any]) -> Lane:
    """The lane of a run with these parameters."""
    outside = params.get("planner") == "llm" or params.get("research", "none") != "none"
    lane = KINDS[kind].lane
    return "think" if lane == "plan" and outside else lane


def plan_and_save(services: Services, run: RunRecord) -> Work:
    """Plan, choose the products of the best turn and save them as a new selection."""
    began = time.monotonic()
    trajectory = yield from _planned(services, run)
    best = trajectory.best
    work = pipeline.select(
        services,
        trajectory.intent,
        strategy=best.strategy,
        size=run.params.get("size", 200),
        rerank=run.params.get("rerank", "local"),
        budget_usd=run.params.get("budget_usd"),
        run_id=run.run_id,
    )
    selection = yield from _listed(work)
    result = {"turn": best.number, "seconds": _since(began)}
    selection_id, version = pipeline.save_selection(
        services,
        selection,
        intent=trajectory.intent,
        actor=run.owner,
        intent_id=services.store.load_run(run.run_id).intent_id,
        run_id=run.run_id,
        size=run.params.get("size", 200),
        ends=RunEnd(run.run_id, run.attempts, result),
    )
    return {"selection_id": selection_id, "version": version, **result}


def trial(services: Services, run: RunRecord) -> Work:
    """Plan without making a list of it, to be looked at beside another plan (`pipeline.compare_plans`)."""
    began = time.monotonic()
    trajectory = yield from _planned(services, run)
    return {"turn": trajectory.best.number, "seconds": _since(began)}


def research(services: Services, run: RunRecord) -> Work:
    """Look outside for a theme and keep what was found."""
    began = time.monotonic()
    intent = _intent(run.params) or pipeline.read_intent(services, run.params["theme"])
    budget = run_budget(services, run.run_id, run.params.get("budget_usd"))
    work = research_theme(services, intent, mode=run.params["mode"], budget=budget, run_id=run.run_id)
    research_id, found = yield from work
    return {"research_id": research_id, "evidence": len(found.evidence), "ended": found.ended, "seconds": _since(began)}


def _planned(services: Services, run: RunRecord) -> Generator[Event, None, Trajectory]:
    params = run.params
    way = _way(params)
    if run.intent_id is not None:
        # Read before: what was asked for stays what it was, and the turns that are played stay played.
        return (yield from plan_on(services, run.run_id, way))
    limits = Strategy.from_json({"positiveSearch": [], "filters": params.get("filters") or {}}).filters
    work = pipeline.plan(
        services,
        params["theme"],
        turns=way.turns,
        filters=limits,
        planner=way.planner,
        research=way.research,
        research_id=way.research_id,
        intent=_intent(params),
        picture=params.get("picture"),
        budget_usd=way.budget_usd,
        run_id=run.run_id,
    )
    return (yield from work)


def _way(params: Mapping[str, Any]) -> Way:
    """How a run plans, also one that was started before there was more than one way."""
    return Way(**{name: params.get(name, default) for name, default in _WAY.items()})


def _intent(params: Mapping[str, Any]) -> Intent | None:
    given = params.get("intent")
    return None if given is None else decode(Intent, given)


def select_and_save(services: Services, run: RunRecord) -> Work:
    """Choose the products of a strategy and save them as the next version, with what was judged in that selection."""
    began = time.monotonic()
    params = run.params
    intent = decode(Intent, params["intent"])
    selection_id = params["selection_id"]
    kept, dropped = _judged(services, selection_id)
    work = pipeline.select(
        services,
        intent,
        strategy=Strategy.from_json(params["strategy"]),
        size=params["size"],
        pinned=tuple(dict.fromkeys((*params["pinned"], *kept))),
        rejected=dropped,
        rerank=params.get("rerank", "local"),
        selection_id=selection_id,
        budget_usd=params.get("budget_usd"),
        run_id=run.run_id,
    )
    selection = yield from _listed(work)
    result = {"seconds": _since(began)}
    selection_id, version = pipeline.save_selection(
        services,
        selection,
        intent=intent,
        selection_id=selection_id,
        expected_version=params["expected_version"],
        note=params["note"],
        actor=run.owner,
        run_id=params["origin"],
        size=params["size"],
        ends=RunEnd(run.run_id, run.attempts, result),
    )
    return {"selection_id": selection_id, "version": version, **result}


def _judged(services: Services, selection_id: str | None) -> tuple[tuple[str, ...], dict[str, str]]:
    """What was accepted, which stays whatever the terms find, and what was rejected, which stays out."""
    if selection_id is None:
        return (), {}
    standing = pipeline.verdicts(services, selection_id)
    kept = tuple(name for name, verdict in standing.items() if verdict == "accept")
    return kept, pipeline.rejected_products(services, selection_id)


def _listed(work: Generator[Event, None, Selection]) -> Generator[Event, None, Selection]:
    """The events of a funnel without the list itself, which the saved version holds."""
    with closing(work):
        while True:
            try:
                event = next(work)
            except StopIteration as stop:
                selection: Selection = stop.value
                return selection
            if not isinstance(event, SelectionFinished):
                yield event


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def build(services: Services, run: RunRecord) -> Work:
    """Replace a catalogue by files."""
    return (yield from _ingest(services, run, pipeline.build_catalogue))


def add(services: Services, run: RunRecord) -> Work:
    """Add files to a catalogue."""
    return (yield from _ingest(services, run, pipeline.add_to_catalogue))


def _ingest(services: Services, run: RunRecord, ingest: Callable[..., Generator[Event, None, Any]]) -> Work:
    params = run.params
    report = yield from ingest(
        services,
        params["sources"],
        mapping=params["mapping"],
        query_log=params["query_log"],
        name=params["name"],
    )
    data: Mapping[str, Any] = report.to_json()
    return data


def demo(services: Services, run: RunRecord) -> Work:
    """Build the demo catalogue."""
    rows = yield from pipeline.build_demo(services)
    return {"rows": rows}


def notes(services: Services, run: RunRecord) -> Work:
    """Add dropped notes and reports to the trend library."""
    report = yield from add_kept_documents(services, run.params["files"])
    data: Mapping[str, Any] = report.to_json()
    return data


def _check_plan(params: Mapping[str, Any]) -> None:
    _way({**params, "turns": 1})  # a number of turns that cannot be fails as a theme that cannot be: in the run
    _intent(params)


def _check_research(params: Mapping[str, Any]) -> None:
    Way(research=params["mode"], budget_usd=params["budget_usd"])
    _intent(params)


_WAY: Mapping[str, Any] = {
    "planner": "catalogue",
    "research": "none",
    "research_id": None,
    "turns": 4,
    "budget_usd": None,
}
_PLAN = {"theme": _REQUIRED, "filters": {}, "picture": None, "intent": None, **_WAY}
_FILES = {"sources": _REQUIRED, "mapping": None, "name": None, "query_log": None}
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "plan": Kind(plan_and_save, "plan", {**_PLAN, "size": 200, "rerank": "local"}, _check_plan),
        "trial": Kind(trial, "plan", _PLAN, _check_plan),
        "research": Kind(
            research,
            "think",
            {"theme": _REQUIRED, "mode": "wide", "intent": None, "budget_usd": None},
            _check_research,
        ),
        "select": Kind(
            select_and_save,
            "select",
            {
                "intent": _REQUIRED,
                "strategy": _REQUIRED,
                "selection_id": None,
                "expected_version": None,
                "pinned": (),
                "size": 200,
                "note": "",
                "origin": None,
                "rerank": "local",
                "budget_usd": None,
            },
        ),
        "build": Kind(build, "build", _FILES),
        "add": Kind(add, "build", _FILES),
        "demo": Kind(demo, "build", {}),
        "notes": Kind(notes, "notes", {"files": _REQUIRED}),
    }
)
