"""Plain search: a query in, the catalogue's best products out, ranked without a threshold up to a limit.

LanceDB fetches a few hundred candidates by our tokens and by vector; what ranks them are few features of query and
product, added up with the constants of `Weights`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lancedb.expr import Expr
from lancedb.query import BooleanQuery, FullTextQuery, MatchQuery, Occur

from core.catalogue.embedding import Encoder
from core.catalogue.indices import FLAT_UP_TO
from core.catalogue.schema import SEPARATOR
from core.catalogue.table import Catalogue, matrix
from core.domain import Candidate, Filters, TermMatch
from core.errors import ThemeInvalid
from core.recall.filters import expression, in_price, price_expression
from core.recall.full import fetch
from core.recall.search_statistics import Negations, Statistics, negations_of, statistics_of
from core.recall.spelling import Alternative, alternatives, nearest
from core.text import split_negation, tokens, words

Floats = npt.NDArray[np.float64]
Tokens = frozenset[str]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature adds to a product's value; every feature lies in [0, 1], in the order of `features`.

    Fitted by ridge regression within the queries of the ESCI development set, then rounded: docs/experiments.md has the
    cross-validated figures and what was left out. Halving or doubling any one of them moves nDCG@10 by less than 0.01.
    `vote` is the share of the first products that stand below the same parent category.
    """

    cosine: float = 0.45
    coverage: float = 0.36
    brand: float = 0.28
    said: float = 0.17
    said_in_body: float = 0.07
    has: float = -0.16
    has_in_body: float = -0.13
    vote: float = 0.11


WEIGHTS = Weights()
BODY = 0.5
"""What a word in the description counts, beside one in title, brand, category or attributes."""

VOTERS = 20
"""The first products, whose categories vote."""

POOL = 400
"""Candidates fetched by words and by meaning, each; twice the limit where that is more."""

_WORDS_READ = 64
_PARTITIONS = 100_000
_PARTITIONS_ABOVE_FLAT = 64
_COLUMNS = (
    "product_id", "brand", "category", "price", "tokens", "asserted", "negated", "body", "lacking", "vector",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as ranking reads it: what may stand for each wanted token, and the tokens of each unwanted phrase."""

    wanted: tuple[str, ...]
    options: tuple[tuple[Alternative, ...], ...]
    unwanted: tuple[tuple[str, ...], ...]

    def searched(self) -> tuple[str, ...]:
        """Every token that candidates are fetched by."""
        return tuple(dict.fromkeys(t for options in self.options for o in options for t in o.tokens))


def read(query: str, statistics: Statistics, negations: Callable[[], Negations]) -> Reading:
    """Take a query apart; an unwanted phrase ends before a word that the catalogue seldom negates.

    "drain without overflow solid brass" does not want an overflow, and wants solid brass.
    """
    parts = split_negation(query)
    wanted = list(dict.fromkeys(tokens(parts.wanted)))
    unwanted: list[tuple[str, ...]] = []
    for phrase in parts.unwanted:
        found = tokens(phrase)
        end = next((i for i in range(1, len(found)) if negations().seldom(found[i])), len(found))
        unwanted.append(tuple(_corrected(token, statistics, negations) for token in found[:end]))
        wanted.extend(token for token in found[end:] if token not in wanted)
    wanted = wanted[:_WORDS_READ]
    return Reading(tuple(wanted), alternatives(wanted, statistics.frequency), tuple(unwanted))


def _corrected(token: str, statistics: Statistics, negations: Callable[[], Negations]) -> str:
    if token in statistics.frequency or len(token) < 4 or not token.isalpha() or token in negations().spoken:
        return token
    near = nearest(token, statistics.frequency, most=1)
    return near[0] if near else token


@dataclass(frozen=True, slots=True)
class Document:
    """The tokens of one candidate: `main` are those of title, brand, category and attributes.

    `asserted` and `negated` speak of title, category and attributes; `lacking` is what the description negates.
    """

    main: Tokens
    brand: Tokens
    body: Tokens
    asserted: Tokens
    negated: Tokens
    lacking: Tokens
    category: str = ""


def features(reading: Reading, documents: Sequence[Document], cosines: Floats, statistics: Statistics) -> Floats:
    """(documents, 8) values in [0, 1] in the order of `Weights`; the last column, the vote, is left 0."""
    out = np.zeros((len(documents), len(astuple(WEIGHTS))))
    idf = [statistics.idf(token) for token in reading.wanted]
    total = sum(idf) or 1.0
    # A single word may be anything else too ("red"); among others, one in the brand's name is a good sign as it is.
    alone = len(reading.wanted) == 1
    named = {token: statistics.names_brand(token) if alone else 1.0 for token in reading.wanted}
    out[:, 0] = np.clip(cosines, 0.0, 1.0)
    for row, document in zip(out, documents, strict=True):
        covered = brand = 0.0
        for weight, options in zip(idf, reading.options, strict=True):
            covered += weight * _share(options, document)
            if not document.brand.isdisjoint(options[0].tokens):
                brand += weight * named[options[0].tokens[0]]
        row[1], row[2] = covered / total, brand / total
        for phrase in reading.unwanted:
            _judge(row, phrase, document)
    return out


def _share(options: Sequence[Alternative], document: Document) -> float:
    best = 0.0
    for option in options:
        if option.worth > best and document.main.issuperset(option.tokens):
            best = option.worth
        elif option.worth * BODY > best and document.body.issuperset(option.tokens):
            best = option.worth * BODY
    return best


def _judge(row: Floats, phrase: Sequence[str], document: Document) -> None:
    """Note what a product says of an unwanted phrase: that it does without, or that it has it."""
    if not document.negated.isdisjoint(phrase):
        row[3] = 1.0
    if not document.lacking.isdisjoint(phrase):
        row[4] = 1.0
    if document.asserted.issuperset(phrase):
        row[5] = 1.0
    if document.body.issuperset(phrase) and document.lacking.isdisjoint(phrase):
        row[6] = 1.0


def add_vote(values: Floats, documents: Sequence[Document], weights: Weights) -> None:
    """Fill in the vote: the share of the `VOTERS` best products so far that stand below the same parent category."""
    best = np.argsort(-(values @ np.array(astuple(weights))), kind="stable")[:VOTERS]
    parents = [_parent(document.category) for document in documents]
    votes = Counter(parents[i] for i in best)
    values[:, 7] = [votes[parent] / len(best) if parent else 0.0 for parent in parents]


def _parent(path: str) -> str:
    parent, _, _ = path.rpartition(SEPARATOR)
    return parent if parent else path


def search(
    catalogue: Catalogue, encoder: Encoder, query: str, *, limit: int = 50, filters: Filters | None = None
) -> tuple[Candidate, ...]:
    """The best `limit` products, best first, ties by product id; fewer only where fewer pass the filters.

    Scores lie in [0, 1] and compare within one query. What follows "without" or "not" lowers products that have it and
    raises those that say they do without. Raises `ThemeInvalid` where the query holds no word.
    """
    if not words(query):
        raise ThemeInvalid("There is nothing to search for: type at least one word.")
    if limit < 1 or catalogue.rows == 0:
        return ()
    filters = filters if filters is not None else Filters()
    statistics = statistics_of(catalogue)
    reading = read(query, statistics, lambda: negations_of(catalogue))
    vector = encoder.encode([" ".join(query.split())])[0]
    table = _candidates(catalogue, reading, vector, pool=max(POOL, 2 * limit), where=_where(filters, statistics))
    price = np.asarray(table["price"].to_numpy(), dtype=np.float64)
    table = table.filter(pa.array(in_price(price, filters)))
    if table.num_rows == 0:
        return ()
    cosines = (matrix(table["vector"]) @ vector).astype(np.float64)
    documents = _documents(table)
    values = features(reading, documents, cosines, statistics)
    add_vote(values, documents, WEIGHTS)
    scores = _on_unit(values @ np.array(astuple(WEIGHTS)))
    ids = table["product_id"].to_pylist()
    best = sorted(range(len(ids)), key=lambda i: (-scores[i], ids[i]))[:limit]
    tau = encoder.profile.tau
    return tuple(_candidate(ids[i], query, reading, values[i], float(scores[i]), float(cosines[i]), tau) for i in best)


def _on_unit(values: Floats) -> Floats:
    """Rank values on [0, 1]: 0 and 1 are the least and the most that the weights can add up to."""
    weights = np.array(astuple(WEIGHTS))
    low, high = float(weights[weights < 0].sum()), float(weights[weights > 0].sum())
    scaled: Floats = (values - low) / (high - low)
    return scaled


def _candidate(
    product_id: str, query: str, reading: Reading, values: Floats, score: float, cosine: float, tau: float
) -> Candidate:
    coverage = float(values[1])
    match = TermMatch(
        term=query,
        lexical=bool(reading.wanted) and coverage > 0.999,
        semantic=cosine >= tau,
        coverage=coverage,
        cosine=cosine,
        score=score,
    )
    return Candidate(product_id, score, (match,))


def _where(filters: Filters, statistics: Statistics) -> Expr | None:
    narrowed, priced = expression(filters, statistics.categories), price_expression(filters)
    if narrowed is None or priced is None:
        return narrowed if priced is None else priced
    return narrowed & priced


def _candidates(
    catalogue: Catalogue, reading: Reading, vector: npt.NDArray[np.float32], *, pool: int, where: Expr | None
) -> pa.Table:
    """The `_COLUMNS` of the best `pool` products by words and the best `pool` by meaning."""
    probes = _PARTITIONS if catalogue.rows <= FLAT_UP_TO else _PARTITIONS_ABOVE_FLAT
    nearest = catalogue.table.search(vector, vector_column_name="vector").distance_type("cosine").nprobes(probes)
    queries = [nearest.select(["_distance"])]
    text = _text_query(reading)
    if text is not None:
        queries.append(catalogue.table.search(text, query_type="fts").select(["_score"]))
    found = []
    for query in queries:
        narrowed = query if where is None else query.where(where)
        found.append(narrowed.limit(pool).with_row_id(True).to_arrow()["_rowid"].to_numpy())
    return fetch(catalogue, np.unique(np.concatenate(found)), _COLUMNS)


def _text_query(reading: Reading) -> FullTextQuery | None:
    searched = " ".join(reading.searched())
    if not searched:
        return None
    return BooleanQuery(
        [
            (Occur.SHOULD, MatchQuery(searched, "tokens")),
            (Occur.SHOULD, MatchQuery(searched, "body", boost=BODY)),
        ]
    )


def _documents(table: pa.Table) -> list[Document]:
    columns = (table[name].to_pylist() for name in ("tokens", "brand", "body", "asserted", "negated", "lacking"))
    return [
        Document(
            frozenset(main.split()),
            frozenset(tokens(brand)),
            frozenset(body.split()),
            frozenset(asserted.split()),
            frozenset(negated.split()),
            frozenset(lacking.split()),
            category,
        )
        for main, brand, body, asserted, negated, lacking, category in zip(
            *columns, table["category"].to_pylist(), strict=True
        )
    ]
