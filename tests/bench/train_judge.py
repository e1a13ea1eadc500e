"""Makes the local judge's shipped weights from the judged queries of ESCI, and measures both parts by cross-validation.

`python -m tests.bench.train_judge` prints grades and order on queries held out (ten folds over queries, three times),
then writes assets/judge/local.json. The order's weights, which it prints too, stand rounded in
`core/relevance/rerank.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.evaluation.metrics import ndcg
from core.evaluation.search_benchmark import JudgedQuery, difference, read_queries
from core.pipeline.relevance import items
from core.pipeline.searching import POOL
from core.recall.ranking import search
from core.relevance.contract import Question
from core.relevance.local import model
from core.relevance.local.features import FEATURES
from core.relevance.local.judge import gated
from core.relevance.local.training import fit, fit_order
from core.relevance.measures import measured
from core.relevance.rerank import pooled
from core.relevance.tiering import tier, tune_beta
from core.services import Services
from tests.bench.real_catalogue import real_services

Floats = npt.NDArray[np.float64]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "esci"
GRADES = {1.0: 4, 0.1: 3, 0.01: 2, 0.0: 1}
"""Of ESCI's gains: exact 4, substitute 3, complement 2, irrelevant 1."""

FOLDS, REPEATS, SEED, DEPTH = 10, 3, 20_261_127, 1_000


@dataclass(frozen=True)
class Judged:
    """Every judged pair of one query: features, what rules allow, grades of people."""

    features: Floats
    allowed: npt.NDArray[np.bool_]
    grades: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Listed:
    """The plain search's list of one query; columns, scores and items of its first `POOL`."""

    query: JudgedQuery
    ids: list[str]
    columns: Floats
    plain: float


def main() -> None:
    """Measure, then write."""
    services = real_services()
    queries = read_queries(DATA)
    judged = [_judged(services, query) for query in queries]
    _grades(judged)
    listed = [_listed(services, query) for query in queries]
    _order(listed)
    weights = _weights(judged, made_by="python -m tests.bench.train_judge")
    model.SHIPPED.write_text(model.to_json(weights), encoding="utf-8")
    print(f"\nwrote {model.SHIPPED.name}, version {weights.version}, beta {weights.beta}")


def _judged(services: Services, query: JudgedQuery) -> Judged:
    own = items(services, list(query.gains))
    graded = services.judge.grades(Question(query.text), own)
    gold = np.array([GRADES[query.gains[item.product.product_id]] for item in own], np.int64)
    return Judged(graded.features, graded.allowed, gold)


def _weights(judged: list[Judged], *, made_by: str = "") -> model.Weights:
    features, allowed = np.concatenate([j.features for j in judged]), np.concatenate([j.allowed for j in judged])
    gold = np.concatenate([j.grades for j in judged])
    slopes, intercepts = (np.round(part, 4) for part in fit(features, gold))
    data = f"{len(gold):,} judged pairs of {len(judged)} shopping queries of ESCI: E 4, S 3, C 2, I 1"
    weights = model.Weights(FEATURES, slopes, intercepts, 0.5, made_by, data)
    beta = tune_beta(gated(weights.probabilities(features), allowed), gold)
    return model.Weights(FEATURES, slopes, intercepts, beta, made_by, data)


def _folds(count: int) -> Iterator[tuple[list[int], list[int]]]:
    generator = np.random.default_rng(SEED)
    for _ in range(REPEATS):
        for part in np.array_split(generator.permutation(count), FOLDS):
            held = sorted(part.tolist())
            yield held, [i for i in range(count) if i not in set(held)]


def _grades(judged: list[Judged]) -> None:
    gold, shares, grades = [], [], []
    for held, training in _folds(len(judged)):
        weights = _weights([judged[i] for i in training])
        for i in held:
            shares.append(gated(weights.probabilities(judged[i].features), judged[i].allowed))
            grades.append(tier(shares[-1], weights.beta))
            gold.append(judged[i].grades)
    found = measured(np.concatenate(gold), np.concatenate(grades), np.concatenate(shares))
    print(f"grades on queries held out: macro-F1 {found.macro_f1:.4f}, Good-F1 {found.good_f1:.4f}, ", end="")
    print(f"kappa {found.kappa:.4f}, accuracy {found.accuracy:.4f}, ", end="")
    print(f"calibration error {found.calibration:.4f}, of Good {found.good_calibration:.4f}")


def _listed(services: Services, query: JudgedQuery) -> Listed:
    catalogue = services.shelf().catalogue
    found = search(catalogue, services.encoder, query.text, limit=DEPTH)
    ids = [c.product_id for c in found]
    own = items(services, ids[:POOL])
    graded = services.judge.grades(Question(query.text), own)
    return Listed(query, ids, pooled(own, graded.features), ndcg(ids, query.gains, k=10, judged_only=True))


def _order(listed: list[Listed]) -> None:
    sums = np.zeros(len(listed))
    for held, training in _folds(len(listed)):
        weights = _fitted([listed[i] for i in training])
        for i in held:
            sums[i] += _ndcg(listed[i], weights)
    plain, negated = np.array([one.plain for one in listed]), np.array([one.query.negated for one in listed])
    ours = sums / REPEATS
    gap = difference(ours.tolist(), plain.tolist())
    print(
        f"\norder on queries held out, pool {POOL}: nDCG@10 judged only {ours.mean():.4f} (negated "
        f"{ours[negated].mean():.4f}, rest {ours[~negated].mean():.4f}); plain search {plain.mean():.4f}; "
        f"{gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f})"
    )
    names = [*FEATURES, "vote", "shared"]
    print({name: round(float(w), 3) for name, w in zip(names, _fitted(listed), strict=True)})


def _fitted(listed: list[Listed]) -> Floats:
    rows = [(n, k) for n, one in enumerate(listed) for k in range(len(one.columns)) if one.ids[k] in one.query.gains]
    values = np.stack([listed[n].columns[k] for n, k in rows])
    gains = np.array([listed[n].query.gains[listed[n].ids[k]] for n, k in rows])
    return fit_order(values, gains, np.array([n for n, _ in rows]))


def _ndcg(one: Listed, weights: Floats) -> float:
    scores = one.columns @ weights
    best = [one.ids[k] for k in np.argsort(-scores, kind="stable")]
    return ndcg([*best, *one.ids[len(best) :]], one.query.gains, k=10, judged_only=True)


if __name__ == "__main__":
    main()
