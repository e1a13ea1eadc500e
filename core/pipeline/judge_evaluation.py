"""A judge measured beside people's labels, with what is cheaper than a judge next to it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.domain import Judgment
from core.errors import ModelError
from core.events import Event, StageProgress
from core.pipeline.judge_labels import Labelled, labelled
from core.pipeline.model_judging import llm_judge
from core.pipeline.models import RunModels
from core.pipeline.relevance import JudgeKind
from core.relevance.contract import Judge, Question
from core.relevance.measures import GradeMeasures, cosine_cuts, cut, majority, measured
from core.relevance.tiering import argmax
from core.services import Services

PROGRESS_TOLD = 10
"""About so often is told how far it is."""


@dataclass(frozen=True, slots=True)
class JudgeEvaluation:
    """What a judge reached on labels. `rows` are measures by name: the judge, its argmax, and two peers tuned on these
    very labels, which flatters them: cut points on the cosine of query and product, and the most frequent grade.

    `settled` is the judge's row where each substitute of ESCI is 2 if a rule finds a mismatch, and not 3, which
    flatters a judge that works with the same rules; None where no label came as a letter. `abstained` pairs are left
    out, `left_out` labels name no known product. `trained_on` says what the weights were made of, "" where nothing is
    known: on the same labels a judge looks better than it is.
    """

    judge: str
    version: str
    queries: int
    rows: dict[str, GradeMeasures]
    settled: GradeMeasures | None
    abstained: int
    left_out: int
    trained_on: str


def evaluate_judge(
    services: Services, paths: Sequence[str | Path], *, judge: JudgeKind = "local", run_id: str | None = None
) -> Generator[Event, None, JudgeEvaluation]:
    """Measure the judge in use on label files; nothing is trained.

    Raises `LabelsInvalid`; for `llm` `SettingsError` where no model is set, and `ModelError` or `BudgetSpent` where
    it could judge nothing.
    """
    found = yield from labelled(services, paths)
    judged, asked = yield from _judged(services, found, judge, run_id)
    kept = [i for i, one in enumerate(judged) if one.grade is not None]
    if not kept:
        raise ModelError(f"The judge gave no grade at all. {judged[0].note}", "unreadable")
    gold = np.array([found.labels[i].grade for i in kept], np.int64)
    grades = np.array([judged[i].grade for i in kept], np.int64)
    shares = np.array([judged[i].probabilities for i in kept])
    cosines = _cosines(services, found)[kept]
    settled = np.array([found.settled[i].grade for i in kept], np.int64)
    return JudgeEvaluation(
        judge=asked.name,
        version=asked.version,
        queries=len({found.labels[i].query for i in kept}),
        rows={
            asked.name: measured(gold, grades, shares),
            "argmax": measured(gold, argmax(shares), shares),
            "cosine cut-offs": measured(gold, cut(cosines, cosine_cuts(cosines, gold))),
            "majority": measured(gold, np.full(len(gold), majority(gold))),
        },
        settled=measured(settled, grades, shares) if any(found.labels[i].esci for i in kept) else None,
        abstained=len(judged) - len(kept),
        left_out=found.left_out,
        trained_on=services.judge.weights.data if judge == "local" else "",
    )


def _judged(
    services: Services, found: Labelled, kind: JudgeKind, run_id: str | None
) -> Generator[Event, None, tuple[list[Judgment], Judge]]:
    """One judgment a label, in order, and who gave it."""
    models = RunModels(services, run_id=run_id) if kind == "llm" else None
    judge: Judge = services.judge if models is None else llm_judge(services, models)
    by_query = found.by_query()
    services.encoder.encode([" ".join(query.split()) for query in by_query])
    out: dict[int, Judgment] = {}
    for done, (query, places) in enumerate(by_query.items(), start=1):
        work = judge.judge(Question(query), [found.items[i] for i in places])
        judged = yield from (work if models is None else models.telling(work))
        out.update(zip(places, judged, strict=True))
        if done % max(1, len(by_query) // PROGRESS_TOLD) == 0:
            yield StageProgress("evaluate", done, len(by_query))
    return [out[i] for i in range(len(found.labels))], judge


def _cosines(services: Services, found: Labelled) -> npt.NDArray[np.float64]:
    """(labels,) cosines of query and product."""
    out = np.zeros(len(found.labels))
    for query, places in found.by_query().items():
        vector = services.encoder.encode([" ".join(query.split())])[0]
        out[places] = np.stack([found.items[i].vector for i in places]) @ vector
    return out
