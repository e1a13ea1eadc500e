"""Variants become one family; models stay apart."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from core.catalogue.families import families, family_key


def folded(
    ids: Sequence[str],
    *,
    groups: Sequence[str | None],
    titles: Sequence[str],
    brands: Sequence[str],
    categories: Sequence[str],
    attributes: Sequence[Mapping[str, str]],
) -> list[str]:
    rows = zip(groups, titles, brands, categories, attributes, strict=True)
    return families(ids, [family_key(group=g, title=t, brand=b, category=c, attributes=a) for g, t, b, c, a in rows])


def fold(*titles: str, brand: str = "Trailhead", groups: list[str | None] | None = None) -> list[str]:
    ids = [f"p{i}" for i in range(len(titles))]
    return folded(
        ids,
        groups=groups if groups is not None else [None] * len(titles),
        titles=list(titles),
        brands=[brand] * len(titles),
        categories=["Outdoor > Camping"] * len(titles),
        attributes=[{}] * len(titles),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Summit Enamel Trail Mug, Blue, 12 oz", "Summit Enamel Trail Mug, Red, 16 oz"),
        ("Ridge Fleece Hoodie Size 10", "Ridge Fleece Hoodie Size 12"),
        ("Ridge Fleece Hoodie - XL", "Ridge Fleece Hoodie - Small"),
        ("Titanium Spork Cutlery, Pack of 2", "Titanium Spork Cutlery, Pack of 6"),
        ("Ember Tablet Reader 16 GB", "Ember Tablet Reader 32 GB"),
        ("Aluminium Folding Shelf 30 x 40 cm", "Folding Aluminium Shelf 60 x 40 cm"),
    ],
)
def test_variants(one: str, other: str) -> None:
    assert fold(one, other) == ["p0", "p0"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rugged Case for Phone 11", "Rugged Case for Phone 12"),
        ("Noise Headphones WH-1000XM4", "Noise Headphones WH-1000XM5"),
        ("Summit Enamel Trail Mug", "Summit Enamel Trail Bowl"),
        ("Men Black Shirt", "Men White Shirt"),
    ],
)
def test_models_and_titles_that_say_too_little(one: str, other: str) -> None:
    assert fold(one, other) == ["p0", "p1"]


def test_brand_and_category_keep_apart() -> None:
    title = "Summit Enamel Trail Mug Blue"
    arguments = {"groups": [None, None], "titles": [title, title], "attributes": [{}, {}]}
    assert folded(["a", "b"], brands=["X", "Y"], categories=["M", "M"], **arguments) == ["a", "b"]  # type: ignore[arg-type]
    assert folded(["a", "b"], brands=["X", "X"], categories=["M", "N"], **arguments) == ["a", "b"]  # type: ignore[arg-type]


def test_the_shops_own_groups_win() -> None:
    assert fold("A", "B", "A", groups=["g", "g", None]) == ["p0", "p0", "p2"]


def test_own_colour_words_count_as_colours() -> None:
    found = folded(
        ["b", "a"],
        groups=[None, None],
        titles=["Cloud Wool Throw Merlot", "Cloud Wool Throw Oyster"],
        brands=["Nest", "Nest"],
        categories=["Home", "Home"],
        attributes=[{"color": "Merlot"}, {"color": "Oyster"}],
    )
    assert found == ["a", "a"]


def test_order_does_not_matter() -> None:
    titles = [f"Summit Enamel {kind} Mug {color}" for kind in ("Trail", "Camp") for color in ("Red", "Blue", "Tan")]
    rows = [(f"p{i}", t) for i, t in enumerate(titles)]
    results = []
    for seed in range(4):
        random.Random(seed).shuffle(rows)
        found = folded(
            [i for i, _ in rows],
            groups=[None] * 6,
            titles=[t for _, t in rows],
            brands=["B"] * 6,
            categories=["C"] * 6,
            attributes=[{}] * 6,
        )
        results.append({i: f for (i, _), f in zip(rows, found, strict=True)})
    assert all(r == results[0] for r in results)
    assert set(results[0].values()) == {"p0", "p3"}
