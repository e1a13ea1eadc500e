"""A query's results side by side: plain ways to search, the local judge, and a language model."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.domain import Judgment
from core.errors import BudgetSpent, ProviderError, SettingsError, ThemeInvalid
from core.pipeline.catalogues import shelf
from core.pipeline.relevance import Rerank, items
from core.pipeline.searching import search
from core.recall.peers import PEERS
from core.relevance.contract import Question
from core.services import Services
from core.text import words

SHOWN = 12
"""Products in a column."""


@dataclass(frozen=True, slots=True)
class ComparedProduct:
    """One product in a column; `score` is the column's own. `judgment` is the local judge's, in the column of a
    language model that model's; None where nobody could judge."""

    product_id: str
    score: float
    judgment: Judgment | None


@dataclass(frozen=True, slots=True)
class SearchColumn:
    """One way to search: its `key` (`words`, `dense`, `hybrid`, `local`, `llm`), what it took in milliseconds, and its
    products, best first. `note` says why there are none, "" where there are."""

    key: str
    milliseconds: float
    products: tuple[ComparedProduct, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SearchComparison:
    """A query's columns side by side, in the order `words`, `dense`, `hybrid`, `local` and, where asked for, `llm`."""

    query: str
    columns: tuple[SearchColumn, ...]


Found = tuple[tuple[str, float, Judgment | None], ...]


def compare_search(services: Services, query: str, *, model: bool = False, limit: int = SHOWN) -> SearchComparison:
    """Search in every way. `words` is BM25, `dense` the nearest vectors, `hybrid` LanceDB's mix of both; each column is
    timed by itself, without the grades beside its products. `model` adds the language model, which may cost money; its
    column says so where it fails. Raises `ThemeInvalid` for a query without words.
    """
    if not words(query):
        raise ThemeInvalid("There is nothing to search for: type at least one word.")
    opened = shelf(services)

    def peer(key: str) -> Callable[[], Found]:
        def ask() -> Found:
            vector = services.encoder.encode([" ".join(query.split())])[0]
            return tuple((i, score, None) for i, score in PEERS[key](opened.catalogue, query, vector, limit))

        return ask

    def ours(rerank: Rerank) -> Callable[[], Found]:
        return lambda: tuple(
            (c.product_id, c.score, c.judgment) for c in search(services, query, limit=limit, rerank=rerank)
        )

    asked = {key: peer(key) for key in PEERS} | {"local": ours("local")} | ({"llm": ours("llm")} if model else {})
    return SearchComparison(query, tuple(_column(services, query, key, ask) for key, ask in asked.items()))


def _column(services: Services, query: str, key: str, ask: Callable[[], Found]) -> SearchColumn:
    began = time.perf_counter()
    try:
        found = ask()
    except (ProviderError, SettingsError, BudgetSpent) as error:
        if key != "llm":
            raise
        return SearchColumn(key, 1000 * (time.perf_counter() - began), (), str(error))
    took = 1000 * (time.perf_counter() - began)
    missing = [i for i, _, judged in found if judged is None]
    known = _judged(services, query, missing)
    shown = tuple(ComparedProduct(i, score, known.get(i) if j is None else j) for i, score, j in found)
    return SearchColumn(key, took, shown, "" if shown else "nothing found")


def _judged(services: Services, query: str, ids: list[str]) -> dict[str, Judgment]:
    question = Question(query)
    judge = services.judge
    return {one.product.product_id: judge.judgment(question, one) for one in items(services, ids)}
