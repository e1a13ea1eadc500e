"""Orders of a search beside each other, and negations that products break by their own words."""

from __future__ import annotations

import math

import pytest

from core.domain import Product
from core.evaluation.reranking import breaks, list_table, unwanted
from core.evaluation.search_benchmark import JudgedQuery


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Wall lamp with cord", True),
        ("Wall lamp with cords", True),
        ("Wall lamp. Power cord included", True),
        ("Wall lamp without cord", False),
        ("Wall lamp, no cord", False),
        ("Wall lamp without any plug or cord", False),
        ("Cordless wall lamp", False),
        ("Cord-free wall lamp", False),
        ("Wall lamp. No tools. A cord of 2 m", True),
        ("Wall lamp without cord, or choose the cord of 2 m that comes with it in the box we sell beside it", True),
        ("Wall lamp in the style of Cordoba", False),
        ("Wall lamp", False),
        ("Doesn't need a cord", False),
    ],
)
def test_a_product_breaks_a_negation_by_a_mention_that_nothing_takes_back(text: str, broken: bool) -> None:
    assert breaks(Product("a", text), [("cord",)]) is broken
    assert breaks(Product("a", "Lamp", description=text), [("cord",)]) is broken
    assert breaks(Product("a", "Lamp", attributes=(("x", text),)), [("cord",)]) is broken


def test_all_words_of_a_phrase_in_a_row() -> None:
    assert breaks(Product("a", "Blanket with glass bead filling"), [("glass", "beads")])
    assert not breaks(Product("a", "Glass jar with plastic beads"), [("glass", "beads")])
    assert breaks(Product("a", "Jar of glass"), [("bead",), ("glass",)])
    assert not breaks(Product("a", "Anything"), [()])


def test_what_a_query_does_not_want() -> None:
    assert unwanted("weighted blanket without glass beads") == (("glass", "beads"),)
    assert unwanted("red mug") == ()
    drain = "drain without overflow solid brass"
    assert unwanted(drain) == (("overflow", "solid", "brass"),)
    assert unwanted(drain, frozenset({"solid"})) == (("overflow",),)


QUERIES = (
    JudgedQuery("red mug", {"a": 1.0, "b": 0.0}),
    JudgedQuery("lamp without cord", {"with": 0.0, "bare": 1.0}),
)
PRODUCTS = {name: Product(name, name) for name in ("a", "b", "x")} | {
    "with": Product("with", "Lamp with cord"),
    "bare": Product("bare", "Lamp without cord"),
}


def test_rows_and_differences() -> None:
    good = [[["a", "b"]], [["bare", "x"]]]
    # The second way was measured in two repeats: the order of one is right, that of the other wrong.
    mixed = [[["a", "b"], ["b", "a"]], [["with", "bare"], ["with", "bare"]]]
    found = list_table(QUERIES, {"good": good, "mixed": mixed}, PRODUCTS, ours="good")
    first, second = found.rows
    half = 1 / math.log2(3)
    assert (first.judged, first.broken, first.unfit) == (1.0, 0.0, 0.0)
    assert second.judged_rest == pytest.approx((1 + half) / 2)
    assert second.judged_negated == pytest.approx(half)
    assert (second.broken, second.unfit) == (0.5, 0.5)
    assert list(found.differences) == ["mixed"]
    assert found.differences["mixed"].mean == pytest.approx(first.judged - second.judged)


def test_a_list_of_nothing_breaks_nothing() -> None:
    found = list_table(QUERIES, {"empty": [[[]], [[]]]}, PRODUCTS, ours="empty")
    assert (found.rows[0].judged, found.rows[0].broken, found.rows[0].unfit) == (0.0, 0.0, 0.0)
