"""Plain search: reading a query, its features by hand, and the ranked list out of a real table."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from core.catalogue.embedding import HashingEncoder
from core.catalogue.ingest import build
from core.catalogue.sources import ProductRows
from core.catalogue.table import Catalogue, CatalogueHome
from core.domain import Filters
from core.errors import ThemeInvalid
from core.recall.ranking import WEIGHTS, Document, add_vote, features, read, search
from core.recall.search_statistics import Negations, Statistics, negations_of, statistics_of

STATISTICS = Statistics(10, {"mug": 4, "red": 4}, {"red": 1})
NONE = Negations({}, {})

ROWS = (
    ("m1", "Red Stoneware Mug", "Kiln", "Kitchen > Cups > Mugs", 9.0, 5, ""),
    ("m2", "Blue Mug without Handle", "Kiln", "Kitchen > Cups > Mugs", 12.0, 5, "A quiet cup."),
    ("m3", "Red Mug with Handle", "Potter", "Kitchen > Cups > Mugs", None, 0, "Sits well in the hand."),
    ("m4", "Travel Tumbler", "Kiln", "Kitchen > Cups > Tumblers", 20.0, 5, "A red mug for the road, no handle."),
    ("t1", "Two Person Tent", "Summit", "Outdoor > Camping > Tents", 99.0, 5, "Light and dry."),
    ("t2", "Guitar Strap", "Summit", "Music > Guitars > Straps", 15.0, 5, ""),
    ("t3", "Guitar Stand", "Summit", "Music > Guitars > Stands", 15.0, 5, ""),
    ("t4", "Guitar Tuner", "Summit", "Music > Guitars > Tuners", 15.0, 5, ""),
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    home = CatalogueHome(tmp_path_factory.mktemp("search"))
    names = ("product_id", "title", "brand", "category", "price", "stock", "description")
    rows = [dict(zip(names, row, strict=True)) for row in ROWS]
    for _ in build(home, [ProductRows("shop", rows)], name="shop", encoder=HashingEncoder()):
        pass
    yield home.open("shop")


def found(catalogue: Catalogue, query: str, *, limit: int = 50, filters: Filters | None = None) -> list[str]:
    return [c.product_id for c in search(catalogue, HashingEncoder(), query, limit=limit, filters=filters)]


def document(main: str = "", *, brand: str = "", body: str = "", negated: str = "", lacking: str = "") -> Document:
    own, denied = frozenset(main.split()), frozenset(negated.split())
    return Document(
        main=own | frozenset(brand.split()),
        brand=frozenset(brand.split()),
        body=frozenset(body.split()),
        asserted=own - denied,
        negated=denied,
        lacking=frozenset(lacking.split()),
        category="Kitchen > Cups > Mugs",
    )


def test_idf_is_that_of_bm25() -> None:
    assert STATISTICS.idf("mug") == pytest.approx(math.log(1 + 6.5 / 4.5))
    assert STATISTICS.idf("unheard") == pytest.approx(math.log(1 + 10.5 / 0.5))


def test_a_token_names_a_brand_as_far_as_it_stands_in_brands() -> None:
    assert STATISTICS.names_brand("red") == pytest.approx(math.sqrt(1 / 4))
    assert STATISTICS.names_brand("mug") == 0.0
    assert Statistics(10, {"kiln": 3}, {"kiln": 3}).names_brand("kiln") == 1.0


def test_an_unwanted_phrase_ends_before_what_is_seldom_negated() -> None:
    negations = Negations({"overflow": 30, "solid": 500, "brass": 100}, {"overflow": 20, "solid": 2, "brass": 3})
    reading = read("drain without overflow solid brass", STATISTICS, lambda: negations)
    assert reading.unwanted == (("overflow",),)
    assert reading.wanted == ("drain", "solid", "brass")
    assert read("drain without overflow solid brass", STATISTICS, lambda: NONE).unwanted == (
        ("overflow", "solid", "brass"),
    )


def test_features_by_hand() -> None:
    reading = read("red mug without handle", STATISTICS, lambda: NONE)
    red, mug = STATISTICS.idf("red"), STATISTICS.idf("mug")
    documents = [
        document("red mug handl"),
        document("mug", brand="red", negated="handl"),
        document("cup", body="mug red handl", lacking="handl"),
    ]
    values = features(reading, documents, np.array([0.5, -0.2, 0.1]), STATISTICS)
    assert values[0].tolist() == pytest.approx([0.5, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    assert values[1].tolist() == pytest.approx([0.0, 1.0, red / (red + mug), 1.0, 0.0, 0.0, 0.0, 0.0])
    assert values[2].tolist() == pytest.approx([0.1, 0.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])


def test_a_single_word_counts_as_a_brand_as_far_as_it_is_one() -> None:
    reading = read("red", STATISTICS, lambda: NONE)
    values = features(reading, [document("paddl", brand="red")], np.array([0.0]), STATISTICS)
    assert values[0, 2] == pytest.approx(0.5)


def test_the_vote_is_the_share_of_the_first_under_the_same_parent() -> None:
    documents = [document("mug") for _ in range(3)] + [Document(*(frozenset[str](),) * 6, "Outdoor > Camping > Tents")]
    values = np.zeros((4, 8))
    add_vote(values, documents, WEIGHTS)
    assert values[:, 7].tolist() == pytest.approx([0.75, 0.75, 0.75, 0.25])


def test_what_covers_the_query_comes_first(catalogue: Catalogue) -> None:
    assert set(found(catalogue, "red mug", limit=2)) == {"m1", "m3"}
    assert found(catalogue, "summit tent", limit=1) == ["t1"]


def test_without_becomes_a_negative(catalogue: Catalogue) -> None:
    ranking = found(catalogue, "mug without handle")
    assert ranking[0] == "m2"
    assert ranking.index("m3") > ranking.index("m1")


def test_a_slip_of_typing_still_finds(catalogue: Catalogue) -> None:
    assert set(found(catalogue, "guitr", limit=3)) == {"t2", "t3", "t4"}


def test_ranks_without_a_threshold_up_to_the_limit(catalogue: Catalogue) -> None:
    assert sorted(found(catalogue, "zzzz qqqq", limit=1_000)) == sorted(row[0] for row in ROWS)
    assert len(found(catalogue, "mug", limit=3)) == 3


def test_a_longer_list_begins_like_a_shorter_one(catalogue: Catalogue) -> None:
    assert found(catalogue, "red mug", limit=8)[:3] == found(catalogue, "red mug", limit=3)


def test_scores_fall_and_lie_between_zero_and_one(catalogue: Catalogue) -> None:
    candidates = search(catalogue, HashingEncoder(), "red mug without handle")
    scores = [c.score for c in candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert candidates[0].terms == ("red mug without handle",)


def test_filters_hold(catalogue: Catalogue) -> None:
    assert set(found(catalogue, "mug", filters=Filters(category=("Kitchen > Cups > Mugs",)))) == {"m1", "m2", "m3"}
    assert "m3" not in found(catalogue, "red mug", filters=Filters(in_stock=True))
    assert set(found(catalogue, "mug", filters=Filters(price=(9.0, 12.0)))) == {"m1", "m2"}
    assert found(catalogue, "mug", filters=Filters(category=("Nowhere",))) == []


@pytest.mark.parametrize("query", ["", "   ", "🎄🎁", "?!"])
def test_a_query_without_a_word_is_refused(catalogue: Catalogue, query: str) -> None:
    with pytest.raises(ThemeInvalid, match="type at least one word"):
        search(catalogue, HashingEncoder(), query)


@pytest.mark.parametrize("query", ["the", "x" * 5_000, "mug " * 2_000, "杯子", "taza roja"])
def test_odd_queries_still_get_their_best(catalogue: Catalogue, query: str) -> None:
    assert len(found(catalogue, query)) == len(ROWS)


def test_statistics_are_counted_from_the_table(catalogue: Catalogue) -> None:
    statistics, negations = statistics_of(catalogue), negations_of(catalogue)
    assert statistics.size == 8
    assert statistics.frequency["kiln"] == 3
    assert statistics.brands == {"kiln": 3, "potter": 1, "summit": 4}
    assert statistics.categories[0] == "Kitchen > Cups > Mugs"
    assert negations.negated["handl"] == 2  # m2 in its title, m4 in its description
    assert negations.spoken["handl"] == 3
