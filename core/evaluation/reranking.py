"""Measures orders of a search's products beside each other: nDCG@10 with paired intervals, and broken negations.

Whether a product breaks a negation is told by its own words, not by the rules that a judge works with: some mention of
what must not be, in title, attributes or description, that nothing before or after it takes back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Product
from core.evaluation.metrics import ndcg
from core.evaluation.search_benchmark import GAINS, Difference, JudgedQuery, difference
from core.text import fold, split_negation, tokens

TOP = 10

_BEFORE = re.compile(
    r"(?:\b(?:no|not|non|without|zero|free of|free from|never|minus|lacks?|exclud\w+|eliminat\w+|instead of)|n't)\b"
    r"(?:\W+\w+){0,3}\W*$"
)
_AFTER = re.compile(r"^\W*(?:free|less|not included)\b|^less\b")


def unwanted(query: str, ends: frozenset[str] = frozenset()) -> tuple[tuple[str, ...], ...]:
    """The words of each thing that a query does not want; a phrase stops before a word whose stem is among `ends`."""
    phrases = []
    for phrase in split_negation(query).unwanted:
        words = phrase.split()
        stop = next((n for n, word in enumerate(words) if n and not ends.isdisjoint(tokens(word))), len(words))
        phrases.append(tuple(words[:stop]))
    return tuple(phrases)


def breaks(product: Product, phrases: Sequence[Sequence[str]]) -> bool:
    """Whether a product says that it has something of `phrases`: all words of one, in a row, and not taken back."""
    parts = (product.title, product.description, *(value for _, value in product.attributes))
    text = fold(" . ".join(parts))
    return any(_has(text, phrase) for phrase in phrases if phrase)


def _has(text: str, phrase: Sequence[str]) -> bool:
    # Words may stand in the plural or the singular: "beads" is found in "bead" and the other way round.
    pattern = r"[\s-]+".join(re.escape(re.sub(r"(?:es|s)$", "", word)) + r"(?:e?s)?" for word in phrase)
    for match in re.finditer(rf"\b{pattern}(?:\b|(?=less\b))", text):
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 20]
        # A full stop ends what a "no" reaches.
        if _BEFORE.search(before.rpartition(".")[2]) is None and _AFTER.search(after) is None:
            return True
    return False


@dataclass(frozen=True, slots=True)
class ListRow:
    """Means over queries of one way to rank. `judged` is nDCG@10 over judged products only, `all` over all; `broken` is
    the share of the first 10 that break the negation and `unfit` the share of the judged among them that people called
    a complement or irrelevant, both of negated queries only."""

    name: str
    judged: float
    judged_negated: float
    judged_rest: float
    all: float
    broken: float
    unfit: float


@dataclass(frozen=True, slots=True)
class ListTable:
    """Every row, and how far `ours` lies from each other one in nDCG@10 over judged products."""

    rows: tuple[ListRow, ...]
    differences: Mapping[str, Difference]


Lists = Mapping[str, Sequence[Sequence[Sequence[str]]]]
"""Ids by the name of a way to rank, then by query, then by repeat (one, or several of cross-validation)."""


def list_table(
    queries: Sequence[JudgedQuery],
    lists: Lists,
    products: Mapping[str, Product],
    *,
    ours: str,
    ends: frozenset[str] = frozenset(),
) -> ListTable:
    """Measure every way to rank on every query. `products` are those of every list's first 10; `ends` as `unwanted`."""
    negated = [q.negated for q in queries]
    scores = {
        name: [
            _average([ndcg(ids, q.gains, k=TOP, judged_only=True) for ids in some]) for q, some in _pairs(queries, of)
        ]
        for name, of in lists.items()
    }
    rows = []
    for name, of in lists.items():
        found = scores[name]
        with_negation = [pair for pair, flag in zip(_pairs(queries, of), negated, strict=True) if flag]
        rows.append(
            ListRow(
                name,
                judged=_average(found),
                judged_negated=_average([s for s, flag in zip(found, negated, strict=True) if flag]),
                judged_rest=_average([s for s, flag in zip(found, negated, strict=True) if not flag]),
                all=_average(
                    [_average([ndcg(ids, q.gains, k=TOP) for ids in some]) for q, some in _pairs(queries, of)]
                ),
                broken=_average([_broken(q, ids, products, ends) for q, some in with_negation for ids in some]),
                unfit=_average([_unfit(q, ids) for q, some in with_negation for ids in some]),
            )
        )
    others = {name: difference(scores[ours], found) for name, found in scores.items() if name != ours}
    return ListTable(tuple(rows), others)


def _pairs(
    queries: Sequence[JudgedQuery], of: Sequence[Sequence[Sequence[str]]]
) -> list[tuple[JudgedQuery, Sequence[Sequence[str]]]]:
    return list(zip(queries, of, strict=True))


def _broken(query: JudgedQuery, ids: Sequence[str], products: Mapping[str, Product], ends: frozenset[str]) -> float:
    phrases = unwanted(query.text, ends)
    first = list(ids[:TOP])
    return sum(breaks(products[i], phrases) for i in first) / len(first) if first else 0.0


def _unfit(query: JudgedQuery, ids: Sequence[str]) -> float:
    """Among the first 10 that people judged at all; 0 where there is none."""
    known = [query.gains[i] for i in ids[:TOP] if i in query.gains]
    return sum(gain <= GAINS["C"] for gain in known) / len(known) if known else 0.0


def _average(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
