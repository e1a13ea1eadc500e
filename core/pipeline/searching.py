"""Searching for a plain query: the best of the catalogue, put in order by a judge of relevance."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from core.domain import Candidate, Filters, Judgment
from core.errors import InputError
from core.events import Event, result_of
from core.pipeline.catalogues import shelf
from core.pipeline.relevance import Rerank, check_rerank, items
from core.recall import ranking
from core.relevance.contract import Item, Question
from core.relevance.rerank import rerank as put_in_order
from core.relevance.uncertain import worth_asking
from core.services import Services

Floats = npt.NDArray[np.float64]

POOL = 100
"""Products of the plain search that a judge looks at; those that a longer list holds follow in their order. Twice and
ten times as many leave nDCG@10 where it is on the judged queries, half as many lower it (docs/experiments.md)."""

ASKED = 40
"""A language model is asked for at most so many of them."""

MODEL = 2.0
"""What a judgment counts beside the order before it, where a language model judges some: its own or the local one."""


def search(
    services: Services, query: str, *, limit: int = 50, filters: Filters | None = None, rerank: Rerank = "local"
) -> tuple[Candidate, ...]:
    """Rank products for a plain query without a threshold; with `rerank` those that were judged carry their judgment.

    Scores lie in [0, 1] and compare within one query and one `rerank`. Raises `ThemeInvalid` for a query without words;
    with `llm` `SettingsError` where no model is set, and `BudgetSpent` and `ModelError` where it could judge nothing.
    """
    return result_of(searched(services, query, limit=limit, filters=filters, rerank=rerank))


def searched(
    services: Services, query: str, *, limit: int = 50, filters: Filters | None = None, rerank: Rerank = "local"
) -> Generator[Event, None, tuple[Candidate, ...]]:
    """`search` as long work: with `llm` it tells of each call of the model, and closing it is what stops them."""
    if limit < 1:
        raise InputError(f"A search returns at least 1 product, not {limit}.")
    check_rerank(services, rerank)
    given = Filters() if filters is None else filters
    opened = shelf(services)
    wanted = limit if rerank == "none" else max(limit, POOL)
    found = ranking.search(opened.catalogue, services.encoder, query, limit=wanted, filters=given)
    if rerank == "none" or not found:
        return found
    return (yield from _judged(services, query, found, model=rerank == "llm", limit=limit))


def _judged(
    services: Services, query: str, found: Sequence[Candidate], *, model: bool, limit: int
) -> Generator[Event, None, tuple[Candidate, ...]]:
    """The first `POOL` in the order of the judge, the best `limit` of them with their judgments, then the others."""
    question, judge = Question(query), services.judge
    known = {item.product.product_id: item for item in items(services, [c.product_id for c in found[:POOL]])}
    pool = [c for c in found[:POOL] if c.product_id in known]
    own = [known[c.product_id] for c in pool]
    graded = judge.grades(question, own)
    scores = put_in_order(question, own, np.array([c.score for c in pool]), graded)
    said: dict[str, Judgment] = {}
    if model:
        rows = worth_asking(graded.probabilities, scores, ASKED)
        said = yield from _asked(services, question, [own[row] for row in rows.tolist()])
        fit = np.array([said[c.product_id].fit if c.product_id in said else graded.fit[k] for k, c in enumerate(pool)])
        scores = (scores + MODEL * fit) / (1 + MODEL)
    order = sorted(range(len(pool)), key=lambda k: (-round(float(scores[k]), 9), pool[k].product_id))
    shown = yield from judge.judge(question, [own[k] for k in order[:limit]])
    judgments = {judgment.product_id: judgment for judgment in shown} | said
    ranked = [
        replace(pool[k], score=float(scores[k]), judgment=judgments.get(pool[k].product_id)) for k in order[:limit]
    ]
    last = min(scores, default=0.0)
    return (*ranked, *(replace(c, score=min(c.score, float(last))) for c in found[POOL:]))[:limit]


def _asked(services: Services, question: Question, own: Sequence[Item]) -> Generator[Event, None, dict[str, Judgment]]:
    """What the language model says; of products of which it says nothing the local judge's word stands."""
    from core.pipeline.model_judging import judge_by_model

    made = yield from judge_by_model(services, question, own)
    return {judgment.product_id: judgment for judgment in made if judgment.grade is not None}
