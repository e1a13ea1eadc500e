"""A small web about camping with kids: four pages, what searches show of them, and what a model says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from datetime import date
from typing import Any, TypeVar

from core.domain import Hit, Intent
from core.events import Event
from core.llm.contract import ChatRequest

T = TypeVar("T")

TODAY = date(2026, 6, 1)
INTENT = Intent("camping with kids", what="camping with kids", audience="kids", season="summer")

PAGES = {
    "https://outdoor.example/packing": """Packing list for camping with kids
- Headlamp: one for each child, with spare batteries
- Sleeping bag: rated for the night
- Water bottle
- Rain jacket
Children get cold sooner than adults. A warm sleeping bag decides whether a camping night with kids goes well.""",
    "https://family.example/first-night": """Your first night of camping with kids
What children remember of camping is light and food. Give every child a headlamp of its own.
- Headlamp
- Marshmallow sticks
- Glow sticks
The kids camping table fills with board games when it rains.""",
    "https://shop.example/guide": """Buying guide
1. Family tent
2. Sleeping bag
3. Camp stove
A family tent with two rooms is what parents of camping kids ask for this summer.""",
    "https://weather.example/july": """Weather in July
Rain falls on every third day.
""",
}
TITLES = {
    "https://outdoor.example/packing": "Packing list",
    "https://family.example/first-night": "First night",
    "https://shop.example/guide": "Buying guide",
    "https://weather.example/july": "Weather",
}


def hits(*addresses: str) -> tuple[Hit, ...]:
    """What a search shows of these pages: their second lines and a few words of its own."""
    return tuple(Hit(TITLES[a], a, f"Shown by the search: {PAGES[a].splitlines()[1]}") for a in addresses)


EVERYTHING = hits(*PAGES)


def play(work: Generator[Event, None, T]) -> tuple[list[Event], T]:
    """Every event and the result."""
    events: list[Event] = []
    with closing(work):
        while True:
            try:
                events.append(next(work))
            except StopIteration as stop:
                return events, stop.value


def of_kind(events: Sequence[Event], kind: type[T]) -> list[T]:
    """The events of one kind, in their order."""
    return [event for event in events if isinstance(event, kind)]


def queries_reply(*queries: tuple[str, str]) -> str:
    """What a model that plans queries answers."""
    return json.dumps({"queries": [{"query": query, "facet": facet} for query, facet in queries]})


def synthesis_reply(*findings: tuple[str, list[str], list[str]], summary: str = "Light matters most.") -> str:
    """What a model that concludes answers: (finding, terms, evidence)."""
    told = [{"finding": text, "terms": terms, "evidence": keys} for text, terms, keys in findings]
    return json.dumps({"summary": summary, "findings": told})


def step_reply(action: str, given: str = "", thought: str = "Something is missing.") -> str:
    """What a model that takes a step answers."""
    return json.dumps({"thought": thought, "action": action, "input": given})


def by_prompt(**replies: Any) -> Callable[[ChatRequest], Any]:
    """Answers by the last part of the prompt's name: a text, an error, or a list that is used up."""

    def answer(request: ChatRequest) -> Any:
        reply = replies[request.prompt.rsplit(".", maxsplit=1)[-1]]
        return reply.pop(0) if isinstance(reply, list) else reply

    return answer
