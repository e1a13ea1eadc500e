"""How alike products are: kernels that a prior may be made of, and what all have in common does not count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.relevance.contract import Item
from core.relevance.likeness import PARTS, Likeness, bags
from core.relevance.profile import profile
from tests.core.relevance.live_shop import colour, items, kind

SETS = st.lists(st.sets(st.sampled_from("abcdefgh")), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(SETS)
def test_sets_are_compared_as_centred_vectors(sets: list[set[str]]) -> None:
    found = bags([sorted(held) for held in sets])
    rows = np.array([[float(name in held) for name in "abcdefgh"] for held in sets])
    count = np.maximum(rows.sum(axis=0), 1)
    weighted = rows * np.sqrt(np.log(len(sets) / count))
    centred = weighted - weighted.mean(axis=0)
    length = np.linalg.norm(centred, axis=1)
    length[[not held for held in sets]] = 0.0
    scale = np.outer(length, length)
    wanted = np.divide(centred @ centred.T, scale, out=np.zeros_like(scale), where=scale > 1e-9)
    assert found.against(np.arange(len(sets))) == pytest.approx(wanted, abs=1e-6)
    assert found.own() == pytest.approx((length > 1e-6).astype(float))


def test_every_part_is_a_covariance() -> None:
    made = Likeness(items())
    everything = np.arange(len(made.items))
    own = made.own()
    for part, held in made.parts(everything).items():
        assert np.diag(held) == pytest.approx(own[part], abs=1e-9), part
        assert np.linalg.eigvalsh((held + held.T) / 2).min() > -1e-9, part
        assert np.abs(held).max() <= 1 + 1e-9, part
    assert set(made.parts(everything)) == set(own) == set(PARTS)


def test_parts_see_what_they_are_named_for() -> None:
    listed = items()
    first = listed[0]
    found = Likeness(listed).parts(np.array([0]))
    same_kind = np.array([kind(i) == kind(first) for i in listed])
    same_colour = np.array([colour(i) == colour(first) for i in listed])
    assert found["category"][same_kind].min() > found["category"][~same_kind].max()
    assert found["attributes"][same_colour].min() > found["attributes"][~same_colour].max()
    assert found["price"][1, 0] > found["price"][-1, 0]


def test_what_all_say_or_nobody_says_tells_nothing() -> None:
    listed = [replace(item, product=replace(item.product, brand="One", price=None)) for item in items()]
    found = Likeness([Item(i.product, profile(i.product), i.vector) for i in listed])
    assert found.own()["brand"].max() == found.own()["price"].max() == 0.0
    parts = found.parts(np.array([0]))
    assert np.abs(parts["brand"]).max() == np.abs(parts["price"]).max() == 0.0


def test_an_empty_list_is_a_list() -> None:
    assert Likeness([]).parts(np.array([], dtype=np.int64))["words"].shape == (0, 0)
