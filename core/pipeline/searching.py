"""Searching for a plain query: the best of the catalogue, put in order by a judge of relevance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.domain import Candidate, Filters
from core.errors import InputError
from core.pipeline.catalogues import shelf
from core.pipeline.relevance import RERANKS, Rerank, items
from core.recall import ranking
from core.relevance.contract import Question
from core.services import Services

POOL = 200
"""Products that a judge looks at; those that a longer list holds follow in the order of the plain search."""


def search(
    services: Services, query: str, *, limit: int = 50, filters: Filters | None = None, rerank: Rerank = "none"
) -> tuple[Candidate, ...]:
    """Rank products for a plain query without a threshold; those that were judged carry their judgment.

    Raises `ThemeInvalid` for a query without words; with `llm` `SettingsError` where no model is set, `BudgetSpent` and
    `ModelError`.
    """
    if limit < 1:
        raise InputError(f"A search returns at least 1 product, not {limit}.")
    if rerank not in RERANKS:
        raise InputError(f"A search is put in order by {', '.join(RERANKS)}, not by {rerank!r}.")
    given = Filters() if filters is None else filters
    opened = shelf(services)
    wanted = limit if rerank == "none" else max(limit, POOL)
    found = ranking.search(opened.catalogue, services.encoder, query, limit=wanted, filters=given)
    return found if rerank == "none" else _reranked(services, query, found)[:limit]


def _reranked(services: Services, query: str, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    first, rest = found[:POOL], found[POOL:]
    question, judge = Question(query), services.judge
    known = {item.product.product_id: item for item in items(services, [c.product_id for c in first])}
    first = tuple(c for c in first if c.product_id in known)
    graded = judge.grades(question, [known[c.product_id] for c in first])
    values = 0.5 * graded.fit + 0.5 * np.array([c.score for c in first])
    order = sorted(range(len(first)), key=lambda k: (-values[k], first[k].product_id))
    judged = tuple(replace(first[k], judgment=judge.judgment(question, known[first[k].product_id])) for k in order[:12])
    return (*judged, *(first[k] for k in order[12:]), *rest)
