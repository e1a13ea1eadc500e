"""The order of candidates: what the judge sees of each, and what the first ones have in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.embedding import HashingEncoder
from core.domain import Product
from core.relevance.contract import Item, Question
from core.relevance.local.features import FEATURES, SIGNS
from core.relevance.local.judge import LocalJudge
from core.relevance.local.training import fit_order
from core.relevance.profile import profile
from core.relevance.rerank import FIRST, ORDER, pooled, rerank
from core.relevance.rules.book import shipped_rules

ENCODER = HashingEncoder()
QUESTION = Question("yellow hoodie")
TITLES = ("Yellow hoodie", "Navy blue hoodie", "Hoodie with zip", "Yellow rain coat", "Garden hose", "Cotton sweater")


def item(title: str, **more: str) -> Item:
    product = Product(product_id=title, title=title, **more)
    return Item(product, profile(product), ENCODER.encode([title])[0])


def scores(items: list[Item], prior: list[float] | None = None) -> np.ndarray:
    judge = LocalJudge.load(None, encode=ENCODER.encode, rules=shipped_rules())
    given_prior = np.zeros(len(items)) if prior is None else np.array(prior)
    return rerank(QUESTION, items, given_prior, judge.grades(QUESTION, items))


def test_every_weight_speaks_the_way_of_its_feature() -> None:
    assert set(ORDER.features) == set(FEATURES)
    assert all(weight * SIGNS[name] >= 0 for name, weight in ORDER.features.items())
    assert ORDER.vote >= 0
    assert ORDER.shared >= 0


def test_what_answers_the_query_stands_first_and_another_colour_lower() -> None:
    found = dict(zip(TITLES, scores([item(title) for title in TITLES]), strict=True))
    assert max(found, key=found.__getitem__) == "Yellow hoodie"
    assert found["Navy blue hoodie"] < found["Hoodie with zip"]


@settings(deadline=None)
@given(st.permutations(range(len(TITLES))))
def test_the_order_of_the_candidates_does_not_matter(order: list[int]) -> None:
    items = [item(title) for title in TITLES]
    expected = scores(items)
    assert scores([items[i] for i in order]) == pytest.approx(expected[order])
    assert ((expected >= 0) & (expected <= 1)).all()


def test_the_plain_search_parts_only_what_is_otherwise_equal() -> None:
    same = [item("Yellow hoodie"), item("Yellow hoodie")]
    assert scores(same, [0.1, 0.9])[1] > scores(same, [0.1, 0.9])[0]
    other = [item("Yellow hoodie"), item("Garden hose")]
    assert scores(other, [0.0, 1.0])[0] > scores(other, [0.0, 1.0])[1]


def test_what_the_first_products_share_lifts_one_like_them() -> None:
    first = [item(f"Yellow hoodie fleece {n}", category="Clothing > Hoodies > Men") for n in range(FIRST)]
    alike = item("Gold fleece sweater", category="Clothing > Hoodies > Women")
    apart = item("Gold metal sweater", category="Home > Decor > Signs")
    items = [*first, alike, apart]
    judge = LocalJudge.load(None, encode=ENCODER.encode)
    values = pooled(items, judge.grades(QUESTION, items).features)[:, len(FEATURES) :]
    assert values.shape == (FIRST + 2, 2)
    assert values[FIRST, 0] == 1.0
    assert values[FIRST + 1, 0] == 0.0
    assert values[FIRST, 1] > values[FIRST + 1, 1]


def test_nothing_has_no_order() -> None:
    assert scores([]).shape == (0,)


def test_an_order_is_learnt_within_queries_and_never_against_a_sign() -> None:
    generator = np.random.default_rng(7)
    queries = np.repeat(np.arange(20), 30)
    values = generator.random((600, len(FEATURES) + 1))
    # Every query has its own level, which says nothing of the order; coverage raises, "has" would raise too.
    level = generator.normal(size=20)[queries] * 5
    gains = 0.8 * values[:, FEATURES.index("coverage")] + 0.5 * values[:, FEATURES.index("has")] + level
    weights = fit_order(values, gains, queries)
    assert weights[FEATURES.index("coverage")] > 0.3
    assert weights[FEATURES.index("has")] == 0.0
    assert (weights[: len(FEATURES)] * [SIGNS[name] for name in FEATURES] >= 0).all()
