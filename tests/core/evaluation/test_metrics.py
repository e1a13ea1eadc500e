"""Metrics against values worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.metrics import average_precision, dcg, ndcg, precision, recall

GAINS = {"a": 1.0, "b": 0.1, "c": 0.0}


def test_dcg_discounts_by_log2_of_rank_plus_one() -> None:
    # 3/1 + 2/1.58496 + 0/2 + 1/2.32193
    assert dcg([3, 2, 0, 1], k=10) == pytest.approx(3 + 2 / 1.5849625 + 1 / 2.3219281)
    assert dcg([3, 2, 0, 1], k=2) == pytest.approx(3 + 2 / 1.5849625)


def test_ndcg_of_a_swapped_pair() -> None:
    # (0.1 + 1 / log2 3) / (1 + 0.1 / log2 3)
    expected = (0.1 + 1 / math.log2(3)) / (1 + 0.1 / math.log2(3))
    assert ndcg(["b", "a", "c"], GAINS, k=10) == pytest.approx(expected)
    assert ndcg(["a", "b"], GAINS, k=10) == pytest.approx(1.0)


def test_an_unjudged_product_gains_nothing_or_is_taken_out() -> None:
    ranking = ["x", "a", "b"]
    best = 1 + 0.1 / math.log2(3)
    assert ndcg(ranking, GAINS, k=10) == pytest.approx((1 / math.log2(3) + 0.1 / 2) / best)
    assert ndcg(ranking, GAINS, k=10, judged_only=True) == pytest.approx(1.0)


def test_a_product_listed_twice_counts_once() -> None:
    assert ndcg(["a", "a", "b"], GAINS, k=2) == pytest.approx(1.0)


def test_ndcg_is_zero_where_nothing_has_a_gain() -> None:
    assert ndcg(["c"], {"c": 0.0}, k=10) == 0.0


def test_precision_and_recall_at_k() -> None:
    ranking, relevant = ["a", "x", "b", "y"], {"a", "b", "z"}
    assert precision(ranking, relevant, k=2) == 0.5
    assert precision(ranking, relevant, k=10) == 0.2
    assert recall(ranking, relevant, k=3) == pytest.approx(2 / 3)
    assert recall(ranking, set(), k=3) is None
    with pytest.raises(ValueError, match="k counts from 1"):
        precision(ranking, relevant, k=0)


def test_average_precision_counts_what_was_not_found_as_zero() -> None:
    # relevant at ranks 1 and 3, the third never: (1/1 + 2/3 + 0) / 3
    assert average_precision(["a", "x", "b"], {"a", "b", "z"}) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision(["a"], set()) is None


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_no_order_beats_the_order_of_gains(ranking: list[str], gains: list[float]) -> None:
    judged = dict(zip("abcd", gains, strict=True))
    value = ndcg(ranking, judged, k=3)
    assert 0.0 <= value <= 1.0 + 1e-9
    best = sorted(judged, key=lambda i: -judged[i])
    assert value <= ndcg(best, judged, k=3) + 1e-9
