"""Analysed products are kept, a bounded number of them, and only while the catalogue stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from core.domain import Product
from core.relevance.contract import Vectors
from core.relevance.items import KeptItems


class Shop:
    """Loads products and remembers which it was asked for."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids
        self.asked: list[str] = []

    def load(self, wanted: Sequence[str]) -> Iterable[tuple[Product, Vectors]]:
        self.asked += wanted
        return [(Product(i, f"Title of {i}"), np.ones(2, np.float32)) for i in reversed(wanted) if i in self.ids]


def test_each_is_loaded_once_and_comes_in_the_order_asked() -> None:
    shop, kept = Shop("a", "b", "c"), KeptItems()
    assert list(kept.of("1", ["b", "a", "nobody", "b"], shop.load)) == ["b", "a"]
    assert list(kept.of("1", ["c", "a", "b"], shop.load)) == ["c", "a", "b"]
    assert shop.asked == ["b", "a", "nobody", "c"]
    assert kept.of("1", ["a"], shop.load)["a"].profile.product_id == "a"


def test_a_written_catalogue_is_read_anew() -> None:
    shop, kept = Shop("a"), KeptItems()
    kept.of("1", ["a"], shop.load)
    kept.of("2", ["a"], shop.load)
    assert shop.asked == ["a", "a"]


def test_what_was_used_longest_ago_goes_first() -> None:
    shop, kept = Shop("a", "b", "c"), KeptItems(limit=2)
    for one in ("a", "b", "a", "c"):
        kept.of("1", [one], shop.load)
    shop.asked.clear()
    kept.of("1", ["a", "c"], shop.load)
    assert shop.asked == []
    kept.of("1", ["b"], shop.load)
    assert shop.asked == ["b"]


def test_more_than_are_kept_still_come_back() -> None:
    shop, kept = Shop(*"abcdef"), KeptItems(limit=2)
    assert list(kept.of("1", list("abcdef"), shop.load)) == list("abcdef")
