"""The local judge on the judged queries of ESCI by cross-validation over queries: grades, order of a search, broken
negations, speed; each beside what is cheaper."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from core.catalogue.table import Catalogue, matrix
from core.domain import Candidate, Product
from core.evaluation.judging import Fold, Grading, Pool, folds, grade_table, graded_rows, macro_f1_difference
from core.evaluation.reranking import TOP, ListTable, list_table
from core.evaluation.search_benchmark import JudgedQuery, read_queries
from core.events import Event
from core.pipeline.judge_labels import Labelled, labelled
from core.pipeline.relevance import items
from core.pipeline.searching import POOL
from core.recall.corpus import CatalogueCorpus
from core.recall.ranking import search
from core.relevance.contract import Item, Question
from core.relevance.labels import GRADE_OF_ESCI
from core.relevance.local.features import FEATURES
from core.relevance.local.judge import LocalJudge, gated
from core.relevance.local.model import Weights
from core.relevance.local.training import fit
from core.relevance.rerank import rerank
from core.relevance.tiering import DEFAULT_BETA, tune_beta
from core.services import Services
from core.text import split_negation, tokens
from tests.bench.lancedb_peer import Peer
from tests.bench.real_catalogue import real_services

DEPTH = 1_000
"""Products listed by every ranker, so that ten judged ones are among them."""

T = TypeVar("T")
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "esci"


def main() -> None:
    """Print the tables."""
    services = real_services()
    found = _done(labelled(services, [DATA]))
    pools, queries = _pools(found), read_queries(DATA)
    order = {query.text: n for n, query in enumerate(queries)}
    pools = sorted(pools, key=lambda pool: order[pool.query])
    made = list(folds(pools, _Trainer(services, pools)))
    _print_grades(services, pools, made)
    with TemporaryDirectory() as folder:
        lists = _lists(services, queries, made, Path(folder))
    _print_lists(services, queries, lists)
    _print_speed(services, pools)


def _done(work: Generator[Event, None, T]) -> T:
    with closing(work):
        while True:
            try:
                next(work)
            except StopIteration as stop:
                result: T = stop.value
                return result


def _pools(found: Labelled) -> list[Pool]:
    return [
        Pool(
            query,
            tuple(found.items[i] for i in places),
            np.array([found.labels[i].grade for i in places], np.int64),
            np.array([GRADE_OF_ESCI[found.labels[i].esci or ""] for i in places], np.int64),
        )
        for query, places in found.by_query().items()
    ]


class _Trainer:
    """Trains the local judge from nothing on some pools, as `core.relevance.local.training` does on all of them.

    What a judge sees of a pair does not depend on its weights, so features are read once.
    """

    def __init__(self, services: Services, pools: Sequence[Pool]) -> None:
        self._judge = services.judge
        self._encode, self._rules = services.encoder.encode, services.rules()
        self._corpus = CatalogueCorpus(services.shelf().catalogue)
        self._seen = {pool.query: self._judge.grades(Question(pool.query), pool.items) for pool in pools}

    def __call__(self, training: Sequence[Pool]) -> Mapping[str, Grading]:
        """The judge with rules as gates, as it ships, and the same without."""
        gold = np.concatenate([pool.gold for pool in training])
        features = np.concatenate([self._seen[pool.query].features for pool in training])
        allowed = np.concatenate([self._seen[pool.query].allowed for pool in training])
        slopes, intercepts = fit(features, gold)
        weights = Weights(FEATURES, slopes, intercepts, DEFAULT_BETA)
        shares = gated(weights.probabilities(features), allowed)
        weights = replace(weights, beta=tune_beta(shares, gold))
        return {
            "local": LocalJudge(weights, encode=self._encode, rules=self._rules, corpus=self._corpus),
            "local without rules": LocalJudge(weights, encode=self._encode, rules=None, corpus=self._corpus),
        }


def _print_grades(services: Services, pools: Sequence[Pool], made: Sequence[Fold]) -> None:
    rows = graded_rows(pools, made, services.encoder.encode)
    pairs = sum(len(pool.items) for pool in pools)
    shares = np.bincount(np.concatenate([pool.gold for pool in pools]), minlength=5)[1:] / pairs
    print(f"{pairs:,} pairs of {len(pools)} queries, 10 folds over queries, 3 times; grades of people: ", end="")
    print(", ".join(f"{grade} {share:.1%}" for grade, share in enumerate(shares, start=1)) + "\n")
    print("| judge | macro-F1 (95 %) | F1 of 4 | 3 | 2 | 1 | Good-F1 | accuracy | kappa | ECE | ECE of Good |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    table = grade_table(pools, rows)
    for row in table:
        m = row.measures
        figures = (*reversed(m.f1), m.good_f1, m.accuracy, m.kappa, m.calibration, m.good_calibration)
        told = " | ".join("-" if value is None else f"{value:.3f}" for value in figures)
        print(f"| {row.name} | {m.macro_f1:.3f} ({row.macro_f1[0]:.3f} to {row.macro_f1[1]:.3f}) | {told} |")
    first = table[0].name
    print()
    for other in rows:
        if other != first:
            gap = macro_f1_difference(pools, rows[first], rows[other])
            print(f"macro-F1, {first} above {other}: {gap.mean:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})")
    print("\nWith every substitute 3, so that no rule of ours says what is right:")
    for row in table:
        print(f"  {row.name}: macro-F1 {row.plain_macro_f1:.3f}, Good-F1 {row.plain_good_f1:.3f}")


Lists = dict[str, list[list[list[str]]]]


def _lists(services: Services, queries: Sequence[JudgedQuery], made: Sequence[Fold], folder: Path) -> Lists:
    catalogue, encoder = services.shelf().catalogue, services.encoder
    peer = Peer.create(catalogue, encoder, folder, depth=DEPTH)
    plain = [search(catalogue, encoder, query.text, limit=DEPTH) for query in queries]
    mixed = _Mix(catalogue, peer)
    lists: Lists = {
        "BM25": [[peer.words(query.text)] for query in queries],
        "dense": [[peer.dense(query.text)] for query in queries],
        "LanceDB hybrid, RRF": [[peer.hybrid(query.text)] for query in queries],
        "BM25 and cosine, half each": [[mixed.ids(query.text)] for query in queries],
        "plain search": [[[c.product_id for c in found]] for found in plain],
    }
    known = {i.product.product_id: i for i in items(services, list({c.product_id for f in plain for c in f[:POOL]}))}
    for fold in made:
        for name, judge in fold.judges.items():
            assert isinstance(judge, LocalJudge)
            of = lists.setdefault(f"{name}, held out", [[] for _ in queries])
            for n in fold.held:
                of[n].append(_reranked(queries[n].text, plain[n], known, judge))
    # What ships has seen these very labels: what it reaches here is no measure of it, only of how far it leans on them.
    lists["local as shipped, in sample"] = [
        [_reranked(query.text, found, known, services.judge)] for query, found in zip(queries, plain, strict=True)
    ]
    return lists


def _reranked(query: str, found: Sequence[Candidate], known: Mapping[str, Item], judge: LocalJudge) -> list[str]:
    """The order of `search --rerank local` by this judge."""
    first = list(found[:POOL])
    some, question = [known[c.product_id] for c in first], Question(query)
    scores = rerank(question, some, np.array([c.score for c in first]), judge.grades(question, some))
    order = sorted(range(len(first)), key=lambda n: (-scores[n], first[n].product_id))
    return [*(first[n].product_id for n in order), *(c.product_id for c in found[POOL:])]


class _Mix:
    """BM25 of the peer's table over its highest, and cosine, half each: the plain mix that search began from."""

    def __init__(self, catalogue: Catalogue, peer: Peer) -> None:
        columns = catalogue.columns(["product_id", "vector"])
        self._ids: list[str] = columns["product_id"].to_pylist()
        self._at = {product_id: row for row, product_id in enumerate(self._ids)}
        self._vectors = matrix(columns["vector"])
        self._peer = peer

    def ids(self, query: str) -> list[str]:
        found = self._peer.table.search(query, query_type="fts").limit(len(self._ids))
        rows = found.select(["product_id", "_score"]).to_arrow()
        words = np.zeros(len(self._ids))
        words[[self._at[i] for i in rows["product_id"].to_pylist()]] = rows["_score"].to_numpy()
        scores = 0.5 * words / max(words.max(), 1e-9) + 0.5 * (self._vectors @ self._peer.encoder.encode([query])[0])
        return [self._ids[n] for n in np.argsort(-scores, kind="stable")[:DEPTH]]


def _print_lists(services: Services, queries: Sequence[JudgedQuery], lists: Lists) -> None:
    catalogue = services.shelf().catalogue
    corpus = CatalogueCorpus(catalogue)
    shown = {i for of in lists.values() for some in of for ids in some for i in ids[:TOP]}
    products: Mapping[str, Product] = catalogue.products(list(shown))
    said = {t for q in queries for phrase in split_negation(q.text).unwanted for t in tokens(phrase)}
    ends = frozenset(token for token in said if corpus.seldom_negated(token))
    ours = next(name for name in lists if name.endswith("held out"))
    table = list_table(queries, lists, products, ours=ours, ends=ends)
    print(
        f"\n{catalogue.rows:,} products, {len(queries)} queries, {sum(q.negated for q in queries)} negated; nDCG@10\n"
    )
    print(_table(table))
    print()
    for name, gap in table.differences.items():
        print(f"nDCG@10 judged only, {ours} above {name}: {gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f})")


def _table(table: ListTable) -> str:
    lines = [
        "| ranker | judged only | negated | rest | all | top 10 that break the negation | of judged, C or I |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in table.rows:
        figures = (row.judged, row.judged_negated, row.judged_rest, row.all)
        told = " | ".join(f"{value:.4f}" for value in figures)
        lines.append(f"| {row.name} | {told} | {row.broken:.1%} | {row.unfit:.1%} |")
    return "\n".join(lines)


def _print_speed(services: Services, pools: Sequence[Pool]) -> None:
    """Processor time and not wall time: the sum over all threads is what one core would take."""
    judge = services.judge
    everything = [item for pool in pools for item in pool.items]
    judge.grades(Question("red mug"), everything[:10])
    services.encoder.encode([pool.query for pool in pools])
    began, pairs = time.process_time(), 0
    for n, pool in enumerate(pools):
        some = everything[40 * n % 2_000 :][:200]
        judge.grades(Question(pool.query), some)
        pairs += len(some)
    seconds = time.process_time() - began
    print(f"\n{pairs:,} pairs graded in {seconds:.2f} s of one core: {pairs / seconds:,.0f} pairs a second")
    thousand, spent = everything[:1_000], []
    for pool in pools[:20]:
        began = time.process_time()
        judge.grades(Question(pool.query), thousand)
        spent.append(time.process_time() - began)
    print(
        f"1,000 products graded in {1000 * float(np.median(spent)):.0f} ms of one core (median of {len(spent)} queries)"
    )


if __name__ == "__main__":
    main()
