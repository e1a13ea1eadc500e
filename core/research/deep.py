"""Deep: thought, action, observation, turn after turn, under hard limits; it ends when it stops learning.

The published system names its number of loops as uncontrolled. Here each turn costs from a limit, an action that was
taken before is refused, and two turns in a row that bring nothing new are the end.
"""

from __future__ import annotations

from collections.abc import Generator

from core.domain import ResearchEnd
from core.events import Event, Thought
from core.research.gather import read_all, search_all
from core.research.inquiry import Inquiry
from core.research.queries import Query
from core.research.steps import Step, Trail, next_step

IDLE_TURNS = 2
"""So many turns in a row without anything new end the search."""


def gather_deep(inquiry: Inquiry) -> Generator[Event, None, ResearchEnd]:
    """Take steps until one says that it is enough, nothing new comes, or a limit is reached; says which it was."""
    notebook = inquiry.notebook
    trail = Trail()
    idle = 0
    while True:
        over = _limit_reached(inquiry, trail)
        if over:
            notebook.say(over)
            return "budget"
        step = yield from next_step(inquiry, trail)
        notebook.turns += 1
        yield Thought(notebook.turns, step.thought)
        if step.action == "finish" and notebook.searches:
            return "done"
        before = notebook.news
        outcome = yield from _take(inquiry, trail, step)
        learned = notebook.news - before
        trail.tell(step, outcome if learned else f"{outcome}; nothing new")
        idle = 0 if learned else idle + 1
        if idle >= IDLE_TURNS:
            notebook.say(f"{IDLE_TURNS} turns in a row brought nothing new.")
            return "nothing new"


def _limit_reached(inquiry: Inquiry, trail: Trail) -> str:
    """Which limit leaves nothing to do, in words; "" for none."""
    notebook, limits = inquiry.notebook, inquiry.notebook.limits
    if notebook.seconds_left <= 0:
        return f"The limit of {limits.seconds:g} seconds is reached."
    if notebook.turns >= limits.turns:
        return f"The limit of {limits.turns} turns is reached."
    if len(notebook.evidence) >= limits.evidence:
        return f"The limit of {limits.evidence} passages is reached."
    readable = trail.hits and notebook.pages < limits.pages
    if notebook.searches >= limits.searches and not readable:
        return f"The limit of {limits.searches} searches is reached."
    return ""


def _take(inquiry: Inquiry, trail: Trail, step: Step) -> Generator[Event, None, str]:
    """Do what a step says; what came of it, in words for the next step."""
    notebook, limits = inquiry.notebook, inquiry.notebook.limits
    if step.action == "finish":
        return "refused, because nothing was searched for yet"
    before = len(notebook.evidence)
    if step.action == "read":
        if notebook.pages >= limits.pages:
            return f"refused, because the limit of {limits.pages} pages is reached"
        found = trail.hits.pop(step.input)
        pages = notebook.pages
        yield from read_all(inquiry, [found])
        if notebook.pages == pages:
            return "the page could not be read"
        return f"read, {len(notebook.evidence) - before} passages kept"
    if notebook.searches >= limits.searches:
        return f"refused, because the limit of {limits.searches} searches is reached"
    if trail.asked(step.input):
        return "refused, because this was searched for before"
    trail.searched.append(step.input)
    failed = notebook.failed
    hits = yield from search_all(inquiry, [Query(step.input)], at_once=True)
    if notebook.failed > failed:
        return "the search failed"
    named = trail.add_hits(hits)
    return f"{len(notebook.evidence) - before} passages kept, {len(named)} new pages to read"
