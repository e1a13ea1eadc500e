"""New weights for the local judge out of labels, and how well weights made so do on queries that they have not seen."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import LabelsInvalid
from core.events import Event, StageFinished, StageProgress, StageStarted
from core.pipeline.judge_labels import Labelled, labelled
from core.relevance.contract import Question
from core.relevance.local.features import FEATURES
from core.relevance.local.judge import gated
from core.relevance.local.model import Weights, to_json
from core.relevance.local.training import fit
from core.relevance.measures import GradeMeasures, measured
from core.relevance.tiering import tier, tune_beta
from core.services import Services

FOLDS = 5
LEAST_LABELS = 20


@dataclass(frozen=True, slots=True)
class TrainedJudge:
    """Weights as the text of their file. `before` and `after` measure the judge in use and one trained like the new
    one on queries that it was not trained on; None where there are not enough queries to hold some out.

    The judge in use may have been trained on some of the labels, which flatters `before`.
    """

    text: str
    version: str
    labels: int
    queries: int
    left_out: int
    before: GradeMeasures | None
    after: GradeMeasures | None


def train_judge(services: Services, paths: Sequence[str | Path]) -> Generator[Event, None, TrainedJudge]:
    """Train the local judge on label files, starting from the weights in use, towards which the new ones shrink.

    Nothing is written: put `text` into a file and name it in SHELFCRAFT_LOCAL_JUDGE. Raises `LabelsInvalid` where there
    are too few labels, or all of one grade.
    """
    found = yield from labelled(services, paths)
    grades = {label.grade for label in found.labels}
    if len(found.labels) < LEAST_LABELS or len(grades) < 2:
        raise LabelsInvalid(
            f"There are {len(found.labels):,} labels with {len(grades)} different grades: not enough to learn from. "
            f"Give at least {LEAST_LABELS}, good and bad ones."
        )
    yield StageStarted("train")
    began = time.monotonic()
    made_by = " ".join(["judge train", *(f"--labels {Path(path).name}" for path in paths)])
    columns = _columns(services, found)
    before, after = yield from _held_out(services, found, columns)
    everything = np.arange(len(found.labels))
    queries = len(found.by_query())
    weights = replace(
        _trained(services.judge.weights, columns, everything),
        made_by=made_by,
        data=f"{len(found.labels):,} labels of {queries:,} queries, from the weights {services.judge.weights.version}",
    )
    yield StageFinished("train", f"weights {weights.version}", time.monotonic() - began)
    return TrainedJudge(to_json(weights), weights.version, len(found.labels), queries, found.left_out, before, after)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What training reads of n labels: features (n, features), grades that rules allow (n, 4), and people's grades."""

    features: npt.NDArray[np.float64]
    allowed: npt.NDArray[np.bool_]
    gold: npt.NDArray[np.int64]


def _columns(services: Services, found: Labelled) -> _Columns:
    judge = services.judge
    services.encoder.encode([" ".join(query.split()) for query in found.by_query()])
    features, allowed = np.zeros((len(found.labels), len(FEATURES))), np.ones((len(found.labels), 4), np.bool_)
    for query, places in found.by_query().items():
        graded = judge.grades(Question(query), [found.items[i] for i in places])
        features[places], allowed[places] = graded.features, graded.allowed
    return _Columns(features, allowed, np.array([label.grade for label in found.labels], np.int64))


def _trained(prior: Weights, columns: _Columns, places: npt.NDArray[np.int64]) -> Weights:
    gold = columns.gold[places]
    slopes, intercepts = fit(columns.features[places], gold, prior=prior)
    weights = replace(prior, features=FEATURES, slopes=slopes, intercepts=intercepts)
    return replace(weights, beta=tune_beta(_shares(weights, columns, places), gold))


def _shares(weights: Weights, columns: _Columns, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    at = [FEATURES.index(name) for name in weights.features]
    return gated(weights.probabilities(columns.features[places][:, at]), columns.allowed[places])


def _held_out(
    services: Services, found: Labelled, columns: _Columns
) -> Generator[Event, None, tuple[GradeMeasures | None, GradeMeasures | None]]:
    """The judge in use and new ones, each query judged by one that was trained without it."""
    by_query = list(found.by_query().values())
    if len(by_query) < FOLDS:
        return None, None
    prior = services.judge.weights
    everything = np.arange(len(columns.gold))
    old = _shares(prior, columns, everything)
    shares, grades = np.zeros_like(old), np.zeros_like(columns.gold)
    for fold in range(FOLDS):
        held = np.array([i for places in by_query[fold::FOLDS] for i in places], np.int64)
        weights = _trained(prior, columns, np.setdiff1d(everything, held))
        shares[held] = _shares(weights, columns, held)
        grades[held] = tier(shares[held], weights.beta)
        yield StageProgress("train", fold + 1, FOLDS)
    return measured(columns.gold, tier(old, prior.beta), old), measured(columns.gold, grades, shares)
