"""The local judge on the judged queries of ESCI by cross-validation over queries: grades, order of a search, broken
negations, speed; each beside what is cheaper."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.catalogue.table import Catalogue, matrix
from core.domain import Candidate, Product
from core.evaluation.judging import Fold, Grading, Pool, folds, grade_table, graded_rows, macro_f1_difference
from core.evaluation.reranking import TOP, ListTable, list_table
from core.evaluation.search_benchmark import JudgedQuery, read_queries
from core.events import result_of
from core.pipeline.judge_labels import Labelled, labelled
from core.pipeline.relevance import items
from core.pipeline.searching import POOL
from core.recall.corpus import CatalogueCorpus
from core.recall.ranking import search
from core.relevance.contract import Item, Question
from core.relevance.local.features import FEATURES
from core.relevance.local.judge import LocalJudge, gated
from core.relevance.local.model import Weights
from core.relevance.local.training import fit, fit_order
from core.relevance.rerank import ORDER, Order, pooled
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
    found = result_of(labelled(services, [DATA]))
    pools, queries = _pools(found), read_queries(DATA)
    order = {query.text: n for n, query in enumerate(queries)}
    pools = sorted(pools, key=lambda pool: order[pool.query])
    made = list(folds(pools, _Trainer(services, pools)))
    _print_grades(services, pools, made)
    with TemporaryDirectory() as folder:
        lists = _lists(services, queries, made, Path(folder))
    _print_lists(services, queries, lists)
    _print_speed(services, pools)


def _pools(found: Labelled) -> list[Pool]:
    return [
        Pool(
            query,
            tuple(found.items[i] for i in places),
            np.array([found.labels[i].grade for i in places], np.int64),
            np.array([found.settled[i].grade for i in places], np.int64),
        )
        for query, places in found.by_query().items()
    ]


LOCAL, SETTLED, BARE = "local", "local, trained on settled substitutes", "local without rules"


class _Trainer:
    """Trains the local judge from nothing on some pools as it is trained on all of them: as it ships (every substitute
    3), on substitutes that rules settled, and without any rule.

    What a judge sees of a pair does not depend on its weights, so features are read once.
    """

    def __init__(self, services: Services, pools: Sequence[Pool]) -> None:
        self._encode = services.encoder.encode
        self._corpus = CatalogueCorpus(services.shelf().catalogue)
        self._rules = {LOCAL: services.rules(), SETTLED: services.rules(), BARE: None}
        own = services.judge.weights
        self._seen = {
            name: {pool.query: self._judge(own, name).grades(Question(pool.query), pool.items) for pool in pools}
            for name in self._rules
        }

    def __call__(self, training: Sequence[Pool]) -> Mapping[str, Grading]:
        """See `core.evaluation.judging.Train`."""
        return {name: self._trained(name, training) for name in self._rules}

    def _judge(self, weights: Weights, name: str) -> LocalJudge:
        return LocalJudge(weights, encode=self._encode, rules=self._rules[name], corpus=self._corpus)

    def _trained(self, name: str, training: Sequence[Pool]) -> LocalJudge:
        gold = np.concatenate([pool.settled if name == SETTLED else pool.gold for pool in training])
        seen = [self._seen[name][pool.query] for pool in training]
        features = np.concatenate([graded.features for graded in seen])
        slopes, intercepts = fit(features, gold)
        weights = Weights(FEATURES, slopes, intercepts, DEFAULT_BETA)
        shares = gated(weights.probabilities(features), np.concatenate([graded.allowed for graded in seen]))
        return self._judge(replace(weights, beta=tune_beta(shares, gold)), name)


class _Orderer:
    """Fits the order of a search on the lists of some queries, as it is fitted on all of them.

    The first products, whose words and categories count, are found by weights of the same training queries.
    """

    def __init__(
        self, services: Services, queries: Sequence[JudgedQuery], found: Sequence[Sequence[Candidate]]
    ) -> None:
        self._queries = queries
        self._ids = [[c.product_id for c in one] for one in found]
        self._items = [items(services, ids[:POOL]) for ids in self._ids]
        pairs = zip(queries, self._items, strict=True)
        self._features = [services.judge.grades(Question(query.text), some).features for query, some in pairs]

    def lists(self, held: Sequence[int], training: Sequence[int]) -> dict[int, list[str]]:
        """Ids in the order of `search --rerank local`, by query that is held out."""
        alone = self._fitted(training, self._features)
        first = Order(dict(zip(FEATURES, alone.tolist(), strict=True)), vote=0.0, shared=0.0)
        columns = {n: pooled(self._items[n], self._features[n], first) for n in {*held, *training}}
        weights = self._fitted(training, columns)
        return {n: self._ordered(n, columns[n] @ weights) for n in held}

    def shipped(self, n: int) -> list[str]:
        """Ids in the order of the weights that ship, which have seen these queries."""
        return self._ordered(n, pooled(self._items[n], self._features[n]) @ ORDER.row())

    def _fitted(
        self, training: Sequence[int], columns: Mapping[int, NDArray[np.float64]] | Sequence[NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        judged = [(n, k) for n in training for k, item in enumerate(self._items[n]) if self._gain(n, item) is not None]
        values = np.stack([columns[n][k] for n, k in judged])
        gains = np.array([self._gain(n, self._items[n][k]) for n, k in judged], np.float64)
        return fit_order(values, gains, np.array([n for n, _ in judged], np.int64))

    def _gain(self, n: int, item: Item) -> float | None:
        return self._queries[n].gains.get(item.product.product_id)

    def _ordered(self, n: int, scores: NDArray[np.float64]) -> list[str]:
        own = [item.product.product_id for item in self._items[n]]
        order = sorted(range(len(own)), key=lambda k: (-round(float(scores[k]), 9), own[k]))
        return [*(own[k] for k in order), *self._ids[n][POOL:]]


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
    print(
        "\nBeside grades whose substitutes are 2 where a rule finds a mismatch, which flatters what works with rules:"
    )
    for row in table:
        print(f"  {row.name}: macro-F1 {row.settled_macro_f1:.3f}, Good-F1 {row.settled_good_f1:.3f}")


HELD_OUT = "local, held out"

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
    orderer = _Orderer(services, queries, plain)
    held_out: list[list[list[str]]] = [[] for _ in queries]
    for fold in made:
        for n, ids in orderer.lists(fold.held, fold.training).items():
            held_out[n].append(ids)
    lists[HELD_OUT] = held_out
    # What ships has seen these very labels: what it reaches here is no measure of it, only of how far it leans on them.
    lists["local as shipped, in sample"] = [[orderer.shipped(n)] for n in range(len(queries))]
    return lists


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
    table = list_table(queries, lists, products, ours=HELD_OUT, ends=ends)
    print(
        f"\n{catalogue.rows:,} products, {len(queries)} queries, {sum(q.negated for q in queries)} negated; nDCG@10\n"
    )
    print(_table(table))
    print()
    for name, gap in table.differences.items():
        print(f"nDCG@10 judged only, {HELD_OUT} above {name}: {gap.mean:+.4f} ({gap.low:+.4f} to {gap.high:+.4f})")


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
