"""Patterns in what was rejected: what rejects share and kept ones lack, proposed as a term, a rule or a filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.domain import Filters, Strategy
from core.relevance.contract import Item
from core.relevance.reading import Reading
from core.text import stem, tokens, words

AT_LEAST = 3
"""Rejects that a pattern needs."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to cut with one click, and what it would do to this list.

    `key` names it the same every time. `label` is its button ("Cut “inflatable”"), `sentence` what it does. `term` is
    the negative term of kind `term`; `field` and `words` say what a `rule` forbids (products that say the words in
    that field); `filters` are to be merged for kind `filter`. `rejects` rejected ones share it; it would take out
    `hits` products not judged yet and `kept_hit` that were kept; `examples` are ids of the former, first in the list.
    """

    key: str
    kind: Literal["term", "rule", "filter"]
    label: str
    sentence: str
    rejects: int
    hits: int
    kept_hit: int
    examples: tuple[str, ...]
    term: str | None = None
    field: Literal["title", "category", "brand", "attributes"] | None = None
    words: tuple[str, ...] = ()
    filters: Filters | None = None


def find(
    items: Sequence[Item], verdicts: Mapping[str, bool], strategy: Strategy, reading: Reading | None = None
) -> tuple[Proposal, ...]:
    """The patterns in these verdicts (True kept), the one that explains most rejects first; none for few rejects.

    A word that a positive term or the query asks for is never proposed, nor one that a negative term cuts already.
    """
    asked = {token for term in (*strategy.positive, *strategy.negative) for token in tokens(term)}
    asked |= set() if reading is None else set(reading.wanted)
    rejected = [item for item in items if verdicts.get(item.product.product_id) is False]
    kept = [item for item in items if verdicts.get(item.product.product_id) is True]
    counts: dict[str, int] = {}
    for item in rejected:
        for token in dict.fromkeys(item.profile.title):
            counts[token] = counts.get(token, 0) + 1
    found = []
    for token, count in counts.items():
        if count < AT_LEAST or token in asked or not token.isalpha():
            continue
        kept_hit = sum(token in item.profile.asserted for item in kept)
        if kept_hit:
            continue
        hits = [
            item.product.product_id
            for item in items
            if token in item.profile.asserted and item.product.product_id not in verdicts
        ]
        word = next(w for item in rejected for w in words(item.product.title) if stem(w) == token)
        found.append(
            Proposal(
                f"term:{word}", "term", f"Cut “{word}”",
                f"{count} that you rejected say “{word}” and none that you kept; it takes out {len(hits)} more.",
                count, len(hits), 0, tuple(hits[:3]), term=word,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda p: (-p.rejects, -p.hits, p.key))[:5])
