"""What is known of words where no catalogue is at hand: how rare they are in shops, from a small table that ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SHIPPED_WORDS = Path(__file__).resolve().parents[3] / "assets" / "judge" / "words.json"


@dataclass(frozen=True, slots=True)
class WordTable:
    """A `Corpus` of counts made elsewhere: tokens by idf, by how far they name brands, and the seldom negated ones.

    A token that is not in the table is as rare as one that hardly any product has (`unknown`).
    """

    rarity: Mapping[str, float]
    brands: Mapping[str, float]
    plain: frozenset[str]
    unknown: float

    def idf(self, token: str) -> float:
        """See `Corpus.idf`; in steps of a quarter."""
        return self.rarity.get(token, self.unknown)

    def names_brand(self, token: str) -> float:
        """See `Corpus.names_brand`; an unknown token may well be a brand of another shop."""
        return self.brands.get(token, 0.0 if token in self.rarity else 1.0)

    def seldom_negated(self, token: str) -> bool:
        """See `Corpus.seldom_negated`."""
        return token in self.plain

    def names_thing(self, token: str) -> bool:
        """See `Corpus.names_thing`; how a shop calls its things is not known without its catalogue."""
        return False


@lru_cache(maxsize=1)
def shipped_words() -> WordTable:
    """The table that ships, counted over the real catalogues that the judge was trained beside."""
    body = json.loads(SHIPPED_WORDS.read_text(encoding="utf-8"))
    return WordTable(
        rarity=_by_token(body["idf"]),
        brands=_by_token(body["brand"]),
        plain=frozenset(body["seldom_negated"].split()),
        unknown=float(body["unknown"]),
    )


def _by_token(groups: Mapping[str, str]) -> dict[str, float]:
    return {token: float(value) for value, tokens in groups.items() for token in tokens.split()}
