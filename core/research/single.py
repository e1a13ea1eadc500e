"""Single: one search for the theme, its best pages, one synthesis."""

from __future__ import annotations

from collections.abc import Generator

from core.events import Event
from core.research.gather import read_all, search_all, settle
from core.research.inquiry import Inquiry
from core.research.queries import rule_queries


def gather_single(inquiry: Inquiry) -> Generator[Event, None, None]:
    """Search once for what the operator said and read the best pages."""
    inquiry.notebook.turns = 1
    queries = rule_queries(inquiry.intent, today=inquiry.today, most=1)
    found = yield from search_all(inquiry, queries)
    yield from read_all(inquiry, found)
    yield from settle(inquiry)
