"""One step of a deep search: what is done next and why, by the model from what is known, or by rules without one."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.domain import Hit
from core.events import Event
from core.llm.structured import ReplyInvalid
from core.prompts import quoted
from core.research.gather import Found
from core.research.inquiry import Inquiry, brief, digest, without_labels
from core.research.named import in_words, most_named
from core.research.passages import plain_address
from core.research.queries import MAX_QUERY, Query, alike, rule_queries, subject
from core.text import tokens

Action = Literal["search", "read", "finish"]

_ACTIONS: tuple[Action, ...] = ("search", "read", "finish")
_PASSAGES = 24
_PASSAGE = 450
_HITS_SHOWN = 12
_SNIPPET = 160
_THOUGHT = 400
_RULE_SEARCHES = 3
_EXPANSIONS = 12

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "thought": {"type": "string"},
        "action": {"type": "string", "enum": list(_ACTIONS)},
        "input": {"type": "string"},
    },
    "required": ["thought", "action", "input"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Step:
    """`input` is a query, the name of a hit ("h3"), or "" to finish."""

    thought: str
    action: Action
    input: str = ""


@dataclass(slots=True)
class Trail:
    """What was done and what came of it, and the hits that may still be read, by name."""

    lines: list[str] = field(default_factory=list)
    hits: dict[str, Found] = field(default_factory=dict)
    searched: list[str] = field(default_factory=list)
    last: Action | None = None
    _seen: set[str] = field(default_factory=set)
    _named: int = 0

    def add_hits(self, found: Sequence[Found]) -> tuple[str, ...]:
        """Give names to hits that no earlier search brought."""
        names: list[str] = []
        for hit, query in found:
            place = plain_address(hit.address)
            if place and place not in self._seen:
                self._seen.add(place)
                self._named += 1
                names.append(f"h{self._named}")
                self.hits[names[-1]] = (hit, query)
        return tuple(names)

    def asked(self, query: str) -> bool:
        """Whether a query asks what was asked before."""
        stems = frozenset(tokens(query))
        return any(alike(stems, frozenset(tokens(done))) for done in self.searched)

    def tell(self, step: Step, outcome: str) -> None:
        """Keep what came of a step, as the next one reads it."""
        done = f"{step.action} {quoted_words(step.input)}" if step.input else step.action
        self.lines.append(f"{len(self.lines) + 1}. {done}: {outcome}")
        self.last = step.action


def quoted_words(text: str) -> str:
    """Words of a query on one line, without marks that could be taken for the prompt's own."""
    return "“" + " ".join(text.replace("<", " ").replace(">", " ").split()) + "”"


def next_step(inquiry: Inquiry, trail: Trail) -> Generator[Event, None, Step]:
    """What the model wants to do next, or what rules say without a model and where it fails."""
    notebook, limits = inquiry.notebook, inquiry.notebook.limits
    if inquiry.model is None:
        return rule_step(inquiry, trail)
    shown = digest(notebook.evidence, notebook.queries, most=_PASSAGES, length=_PASSAGE)
    left = (
        f"{limits.turns - notebook.turns} steps, {limits.searches - notebook.searches} searches, "
        f"{limits.pages - notebook.pages} pages"
    )
    places = {
        "brief": brief(inquiry.intent, inquiry.today),
        "steps": "\n".join(trail.lines) or "none",
        "hits": "\n".join(_line(name, hit) for name, (hit, _) in list(trail.hits.items())[-_HITS_SHOWN:]) or "none",
        "evidence": shown.text,
        "left": left,
    }
    step = yield from inquiry.thought_of(
        "research.step",
        places,
        lambda data: read_step(data, trail),
        schema=SCHEMA,
        note=f"thinking about step {notebook.turns + 1}",
        max_tokens=500,
    )
    return rule_step(inquiry, trail) if step is None else step


def _line(name: str, hit: Hit) -> str:
    return f"{name}\n{quoted(hit.address, f'{hit.title}: {hit.snippet}', limit=_SNIPPET)}"


def read_step(data: Any, trail: Trail) -> Step:
    """A step that can be taken; raises `ReplyInvalid` for another. Only hits of a search can be read, by their name or
    address, so that no page can send the reader to an address of its own."""
    if not isinstance(data, Mapping) or data.get("action") not in _ACTIONS:
        raise ReplyInvalid('"action" must be "search", "read" or "finish", in an object with "thought" and "input".')
    action: Action = data["action"]
    given = data.get("input")
    text = " ".join(given.split())[:MAX_QUERY] if isinstance(given, str) else ""
    thought = data.get("thought")
    said = without_labels(thought)[:_THOUGHT] if isinstance(thought, str) else ""
    if action == "search" and not tokens(text):
        raise ReplyInvalid('a "search" needs a query in "input".')
    if action == "read":
        text = _hit_named(str(given).strip(), trail)
    return Step(said, action, "" if action == "finish" else text)


def _hit_named(given: str, trail: Trail) -> str:
    name = given.strip("[]()“”\"' ").lower()
    if name in trail.hits:
        return name
    place = plain_address(given)
    for known, (hit, _) in trail.hits.items():
        if plain_address(hit.address) == place:
            return known
    if not trail.hits:
        raise ReplyInvalid('there is no hit left to read; "search" or "finish".')
    raise ReplyInvalid(f'"input" of a "read" is the name of a hit: {", ".join(list(trail.hits)[-_HITS_SHOWN:])}.')


def rule_step(inquiry: Inquiry, trail: Trail) -> Step:
    """Search and read in turns: first the rules' own queries, then the theme with what its sources name most."""
    notebook, limits = inquiry.notebook, inquiry.notebook.limits
    if trail.last == "search" and trail.hits and notebook.pages < limits.pages:
        name, (hit, _) = next(iter(trail.hits.items()))
        return Step(f"By rules: the best page of this search is read, “{hit.title}”.", "read", name)
    if notebook.searches >= limits.searches:
        return Step("By rules: no search is left.", "finish")
    for query in rule_queries(inquiry.intent, today=inquiry.today, most=_RULE_SEARCHES):
        if not trail.asked(query.text):
            return Step(f"By rules: a search for {query.facet}.", "search", query.text)
    theme = subject(inquiry.intent)
    for phrase in most_named(notebook.evidence, inquiry.intent)[:_EXPANSIONS]:
        query = Query(f"{theme} {phrase}")
        if not trail.asked(query.text) and len(query.text) <= MAX_QUERY:
            return Step(
                f"By rules: the sources often name {in_words([phrase])}, so it is looked into.", "search", query.text
            )
    return Step("By rules: nothing is left to ask.", "finish")
