"""Measures a plain search on human-judged queries beside others: nDCG@10, negated queries apart, with an interval."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.evaluation.metrics import ndcg, recall

GAINS = {"E": 1.0, "S": 0.1, "C": 0.01, "I": 0.0}
"""Exact, substitute, complement, irrelevant, as in the ESCI paper (Reddy et al. 2022, section 4)."""

RESAMPLES = 10_000
_NEGATED = re.compile(r"\b(?:without|not)\b")

Ranker = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One query with the gain of every product that people judged for it."""

    text: str
    gains: Mapping[str, float]

    @property
    def negated(self) -> bool:
        """Whether it says "without" or "not"."""
        return _NEGATED.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class QueryScores:
    """What one ranker reached on one query. `recall`: of the exact products, the share within the first 100."""

    judged: float
    all: float
    recall: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference of two rankers over the same queries with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over queries of one ranker: nDCG@10 over judged products only and over all, and the median time."""

    judged: float
    judged_negated: float
    judged_rest: float
    all: float
    all_negated: float
    recall: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What every ranker reached, and how far ours lies from the peer, by part of the queries."""

    rankers: Mapping[str, Summary]
    differences: Mapping[str, Difference]


def read_queries(folder: Path) -> tuple[JudgedQuery, ...]:
    """The judged queries of a folder with `queries.tsv` (query_idx, query) and `qrels.tsv` (product_id, esci)."""
    queries = pd.read_csv(folder / "queries.tsv", sep="\t")
    judgements = pd.read_csv(folder / "qrels.tsv", sep="\t", dtype={"product_id": str})
    by_query = {
        index: {p: GAINS[g] for p, g in zip(rows["product_id"], rows["esci"], strict=True)}
        for index, rows in judgements.groupby("query_idx")
    }
    pairs = zip(queries["query_idx"], queries["query"], strict=True)
    return tuple(JudgedQuery(str(text), by_query[index]) for index, text in pairs if index in by_query)


def evaluate(ranker: Ranker, queries: Sequence[JudgedQuery]) -> list[QueryScores]:
    """nDCG@10 of every query, over the judged products only and over all (an unjudged one gains nothing)."""
    found = []
    for query in queries:
        began = time.perf_counter()
        ranking = ranker(query.text)
        seconds = time.perf_counter() - began
        exact = {i for i, gain in query.gains.items() if gain == GAINS["E"]}
        found.append(
            QueryScores(
                judged=ndcg(ranking, query.gains, k=10, judged_only=True),
                all=ndcg(ranking, query.gains, k=10),
                recall=recall(ranking, exact, k=100),
                seconds=seconds,
            )
        )
    return found


def difference(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 20_261_121) -> Difference:
    """Paired bootstrap over queries (Efron and Tibshirani 1993, chapter 13): percentiles of `RESAMPLES` means."""
    gaps: npt.NDArray[np.float64] = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    draws = np.random.default_rng(seed).integers(0, len(gaps), (RESAMPLES, len(gaps)))
    low, high = np.quantile(gaps[draws].mean(axis=1), (0.025, 0.975))
    return Difference(float(gaps.mean()), float(low), float(high))


def compare(rankers: Mapping[str, Ranker], queries: Sequence[JudgedQuery], *, ours: str, against: str) -> Comparison:
    """Every ranker on every query, and the difference in nDCG@10 over judged products of `ours` and `against`.

    The parts are `every` query, the `negated` ones and the `rest`. Each ranker answers once before it is timed.
    """
    negated = [query.negated for query in queries]
    for ranker in rankers.values():
        ranker(queries[0].text)
    scores = {name: evaluate(ranker, queries) for name, ranker in rankers.items()}
    differences = {}
    for part in ("every", "negated", "rest"):
        kept = [i for i, flag in enumerate(negated) if part == "every" or flag == (part == "negated")]
        if kept:
            pair = ([scores[name][i].judged for i in kept] for name in (ours, against))
            differences[part] = difference(*pair)
    return Comparison({name: summarise(found, negated) for name, found in scores.items()}, differences)


def summarise(scores: Sequence[QueryScores], negated: Sequence[bool]) -> Summary:
    """Means over queries; NaN where there is no query of a kind."""
    pairs = list(zip(scores, negated, strict=True))
    return Summary(
        judged=_mean([s.judged for s in scores]),
        judged_negated=_mean([s.judged for s, flag in pairs if flag]),
        judged_rest=_mean([s.judged for s, flag in pairs if not flag]),
        all=_mean([s.all for s in scores]),
        all_negated=_mean([s.all for s, flag in pairs if flag]),
        recall=_mean([s.recall for s in scores if s.recall is not None]),
        milliseconds=1000 * float(np.median([s.seconds for s in scores])),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def table(comparison: Comparison) -> str:
    """The comparison as a Markdown table, with the differences below it."""
    lines = [
        "| ranker | judged only | negated | rest | all | all, negated | recall@100 | ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, s in comparison.rankers.items():
        figures = (s.judged, s.judged_negated, s.judged_rest, s.all, s.all_negated, s.recall)
        lines.append(f"| {name} | {' | '.join(f'{value:.4f}' for value in figures)} | {s.milliseconds:.0f} |")
    lines.append("")
    lines.extend(
        f"difference, {part}: {d.mean:+.4f} (95 % interval {d.low:+.4f} to {d.high:+.4f})"
        for part, d in comparison.differences.items()
    )
    return "\n".join(lines)
