"""Live learning: verdicts move what is like them, a verdict taken back never was, and every place has its sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.relevance.likeness import Likeness
from core.relevance.live import Learned, learn
from core.relevance.teaching import information, most_telling
from tests.core.relevance.live_shop import colour, items, kind

ITEMS = items()
IDS = tuple(item.product.product_id for item in ITEMS)
PRIOR = np.linspace(0.8, 0.4, len(ITEMS))


def told(kept: str, count: int) -> dict[str, bool]:
    """Verdicts on the first `count` products of somebody who wants one kind of thing."""
    return {item.product.product_id: kind(item) == kept for item in ITEMS[:count]}


def kinds(found: Learned, first: int) -> list[str]:
    return [kind(ITEMS[found.index[name]]) for name in found.order("fit")[:first]]


def test_without_a_verdict_everything_stands_where_the_judge_put_it() -> None:
    found = learn(ITEMS, PRIOR, {})
    assert found.order("list") == found.order("fit") == found.order("teach") == IDS
    assert list(found.fit) == sorted(found.fit, reverse=True)
    assert found.moved == {}
    assert found.reason(IDS[3]) == "Nothing was judged yet: it stands where the search put it."


def test_what_is_like_the_kept_products_comes_first() -> None:
    found = learn(ITEMS, PRIOR, told("lantern", 12))
    assert set(kinds(found, 8)) == {"lantern"}
    assert not set(found.order("fit")) & set(IDS[:12]), "judged products are not shown again"
    moved = {name: places for name, places in found.moved.items() if kind(ITEMS[found.index[name]]) == "lantern"}
    assert moved and min(moved.values()) > 0 and min(found.moved.values()) < 0


def test_a_taste_that_no_category_names_is_learned_too() -> None:
    verdicts = {item.product.product_id: colour(item) == "blue" for item in ITEMS[:18]}
    found = learn(ITEMS, PRIOR, verdicts)
    assert {colour(ITEMS[found.index[name]]) for name in found.order("fit")[:6]} == {"blue"}


def test_few_verdicts_move_little_and_more_move_more() -> None:
    lanterns = [k for k, item in enumerate(ITEMS) if kind(item) == "lantern" and k >= 24]
    gains = []
    for count in (1, 6, 12, 24):
        found = learn(ITEMS, PRIOR, told("lantern", count))
        others = [k for k in range(24, len(ITEMS)) if k not in lanterns]
        gains.append(float(found.latent[lanterns].mean() - found.latent[others].mean()))
    assert gains[0] < gains[1] < gains[2] < gains[3]


def test_the_same_verdicts_in_any_order_give_the_same_answer() -> None:
    verdicts = told("mug", 15)
    one, two = learn(ITEMS, PRIOR, verdicts), learn(ITEMS, PRIOR, dict(reversed(verdicts.items())))
    assert np.array_equal(one.latent, two.latent) and np.array_equal(one.fit, two.fit)
    assert one.order("teach") == two.order("teach")


def test_a_verdict_taken_back_is_as_if_it_had_never_been() -> None:
    before = learn(ITEMS, PRIOR, told("mug", 10))
    told_more = told("mug", 11)
    changed = learn(ITEMS, PRIOR, told_more)
    del told_more[IDS[10]]
    after = learn(ITEMS, PRIOR, told_more)
    assert not np.array_equal(before.latent, changed.latent)
    assert np.array_equal(before.latent, after.latent) and before.moved == after.moved


def test_verdicts_on_other_products_and_of_no_weight_teach_nothing() -> None:
    verdicts = told("tent", 9)
    plain = learn(ITEMS, PRIOR, verdicts)
    more = learn(ITEMS, PRIOR, {**verdicts, "elsewhere": False, IDS[20]: False}, strength={IDS[20]: 0.0})
    assert np.array_equal(plain.latent, more.latent)
    assert IDS[20] not in more.order("fit"), "it is judged all the same"
    assert np.array_equal(plain.latent, learn(ITEMS, PRIOR, verdicts, likeness=Likeness(ITEMS)).latent)


def test_a_stronger_verdict_pulls_harder() -> None:
    verdicts = told("lantern", 9)
    kept = next(name for name, held in verdicts.items() if held)
    like = max(range(9, len(ITEMS)), key=lambda k: float(learn(ITEMS, PRIOR, {kept: True}).latent[k]))
    plain = learn(ITEMS, PRIOR, verdicts)
    strong = learn(ITEMS, PRIOR, verdicts, strength={kept: 3.0})
    assert strong.latent[like] > plain.latent[like]


def test_chances_follow_what_the_operator_keeps() -> None:
    generous = learn(ITEMS, PRIOR, {name: k != 5 for k, name in enumerate(IDS[:20])})
    strict = learn(ITEMS, PRIOR, {name: k == 5 for k, name in enumerate(IDS[:20])})
    assert generous.fit[20:].mean() > 0.75 and strict.fit[20:].mean() < 0.25
    for found in (generous, strict):
        assert found.fit.min() >= 0 and found.fit.max() <= 1
        assert found.uncertainty.min() >= 0 and found.uncertainty.max() <= 1


def test_each_product_says_in_one_sentence_why_it_stands_there() -> None:
    found = learn(ITEMS, PRIOR, told("lantern", 12))
    first = found.order("fit")[0]
    why = found.why(first)
    assert why.kept and why.like in told("lantern", 12)
    assert why.sentence.startswith("Like “") and "that you kept: " in why.sentence and "lantern" in why.sentence.lower()
    assert 1 <= len(why.shares) <= 2
    last = found.why(found.order("fit")[-1])
    assert "kept" in last.sentence or "rejected" in last.sentence
    assert all(found.reason(name).count(".") == 1 and found.reason(name).endswith(".") for name in found.order("fit"))
    assert found.reason(IDS[1]) == "You kept it." and found.reason(IDS[0]) == "You rejected it."


def test_what_pulls_down_is_named_where_rejects_do_it() -> None:
    verdicts = {name: kind(item) != "mug" for name, item in zip(IDS[:15], ITEMS[:15], strict=True)}
    found = learn(ITEMS, PRIOR, verdicts)
    mug = next(name for name in found.order("fit") if kind(ITEMS[found.index[name]]) == "mug")
    assert "that you rejected: " in found.reason(mug)


def test_the_most_telling_products_differ_from_each_other() -> None:
    # Two groups of three that are almost one product each: one verdict of each group says all.
    block = np.full((3, 3), 0.99) + 0.01 * np.eye(3)
    covariance = np.asarray(np.kron(np.eye(2), block), dtype=np.float64)
    chosen = most_telling(np.array([0.0, 0.0, 0.0, 0.1, 0.1, 0.1]), covariance, 2)
    assert chosen.tolist() == [0, 3]
    assert sorted(most_telling(np.zeros(6), covariance, 99).tolist()) == list(range(6))


def test_information_is_of_what_is_not_known_and_not_of_chance() -> None:
    known, unknown, certain = information(np.array([0.0, 0.0, 6.0]), np.array([0.01, 4.0, 0.5]))
    assert unknown > 0.2 > known and certain < unknown
    assert information(np.zeros(1), np.zeros(1))[0] == pytest.approx(0.0, abs=1e-9)


def test_teaching_asks_for_what_was_not_seen() -> None:
    verdicts = {item.product.product_id: kind(item) == "tent" for item in ITEMS[:18] if kind(item) != "mug"}
    found = learn(ITEMS, PRIOR, verdicts)
    assert kind(ITEMS[found.index[found.order("teach")[0]]]) == "mug"


def test_products_that_nothing_tells_apart_come_by_their_ids() -> None:
    twins = [replace(ITEMS[30], product=replace(ITEMS[30].product, product_id=name)) for name in ("z2", "z1")]
    found = learn([*ITEMS[:30], *twins], np.full(32, 0.5), told("mug", 12))
    order = found.order("fit")
    assert order.index("z2") == order.index("z1") + 1
