"""Wide: queries with disjoint facets written at once, run at once, one synthesis; three steps whatever they are many.

The published system calls it WideSearch: a planner in place of a loop, so that the time is that of the slowest query
and not of the sum of all turns.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from core.events import Event
from core.llm.structured import ReplyInvalid
from core.prompts import quoted
from core.research.gather import read_all, search_all, settle
from core.research.inquiry import STAGE, Inquiry, brief
from core.research.queries import MAX_QUERIES, Query, distinct, rule_queries

_KNOWN = 2_000

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "queries": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"query": {"type": "string"}, "facet": {"type": "string"}},
                "required": ["query", "facet"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["queries"],
    "additionalProperties": False,
}


def gather_wide(inquiry: Inquiry) -> Generator[Event, None, None]:
    """Plan the queries, search them all together, read the best pages of each."""
    inquiry.notebook.turns = 1
    queries = yield from plan_queries(inquiry)
    found = yield from search_all(inquiry, queries)
    yield from read_all(inquiry, found)
    yield from settle(inquiry)


def plan_queries(inquiry: Inquiry) -> Generator[Event, None, Sequence[Query]]:
    """The model's queries, or those of rules without a model and where it fails."""
    most = min(MAX_QUERIES, inquiry.notebook.limits.searches)
    known = "\n".join(f"{found.title}: {found.text}" for found in inquiry.notebook.evidence)
    places = {
        "most": str(most),
        "brief": brief(inquiry.intent, inquiry.today),
        "known": quoted(STAGE, known, limit=_KNOWN) if known else "nothing",
    }
    planned = yield from inquiry.thought_of(
        "research.queries",
        places,
        lambda data: read_queries(data, most=most),
        schema=SCHEMA,
        note="planning what to search for",
        max_tokens=700,
    )
    return rule_queries(inquiry.intent, today=inquiry.today, most=most) if planned is None else planned


def read_queries(data: Any, *, most: int) -> tuple[Query, ...]:
    """At most `most` queries, each with a facet of its own; raises `ReplyInvalid` where there is none."""
    given = data.get("queries") if isinstance(data, Mapping) else data
    if not isinstance(given, list):
        raise ReplyInvalid('the answer must be an object {"queries": [{"query": "...", "facet": "..."}]}.')
    read: list[Query] = []
    facets = set[str]()
    for one in given:
        text, facet = (one.get("query"), one.get("facet")) if isinstance(one, Mapping) else (one, "")
        side = facet.strip().casefold() if isinstance(facet, str) else ""
        if isinstance(text, str) and (not side or side not in facets):
            facets.add(side)
            read.append(Query(text, facet if isinstance(facet, str) else ""))
    kept = distinct(read)[:most]
    if not kept:
        raise ReplyInvalid('there is no query in it. Each is an object {"query": "...", "facet": "..."}.')
    return kept
