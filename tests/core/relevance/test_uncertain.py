"""Which products a language model is asked about when only some can be: the head of the list and the uncertain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.relevance.uncertain import uncertainty, worth_asking


def rows(good: list[float]) -> list[list[float]]:
    return [[(1 - g) / 2, (1 - g) / 2, g / 2, g / 2] for g in good]


def test_uncertainty_is_whole_at_the_border_of_good_and_none_where_it_is_certain() -> None:
    found = uncertainty(rows([0.0, 0.1, 0.5, 0.9, 1.0]))
    assert found == pytest.approx([0.0, 0.36, 1.0, 0.36, 0.0])
    # Between 4 and 3, and between 2 and 1, nothing is at stake.
    assert uncertainty([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]) == pytest.approx([0.0, 0.0])


def test_the_head_of_the_list_and_the_uncertain_take_turns() -> None:
    good = [0.99, 0.98, 0.97, 0.96, 0.5, 0.6, 0.01, 0.3]
    fits = [0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.1, 0.2]
    assert worth_asking(rows(good), fits, 4).tolist() == [0, 4, 1, 5]
    assert worth_asking(rows(good), fits, 2).tolist() == [0, 4]
    assert worth_asking(rows(good), fits, 4, top_share=0.0).tolist() == [4, 5, 7, 3]
    assert worth_asking(rows(good), fits, 4, top_share=1.0).tolist() == [0, 1, 2, 3]


def test_what_is_surely_not_good_is_not_asked_for() -> None:
    good = [0.9, 0.001, 0.002, 0.0]
    assert worth_asking(rows(good), [0.9, 0.3, 0.2, 0.1], 4, top_share=0.25).tolist() == [0]


def test_no_calls_and_no_products_ask_nothing() -> None:
    assert worth_asking(rows([0.5]), [0.5], 0).tolist() == []
    assert worth_asking(rows([0.5]), [0.5], -3).tolist() == []
    assert worth_asking(np.zeros((0, 4)), [], 9).tolist() == []


def test_columns_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows of probabilities do not go with 1 fits"):
        worth_asking(rows([0.5, 0.5]), [0.5], 1)
    with pytest.raises(ValueError, match="share"):
        worth_asking(rows([0.5]), [0.5], 1, top_share=1.5)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=30), st.integers(0, 40), st.floats(0, 1))
def test_nothing_is_asked_twice_and_the_budget_holds(
    pairs: list[tuple[float, float]], calls: int, share: float
) -> None:
    good, fits = [g for g, _ in pairs], [f for _, f in pairs]
    found = worth_asking(rows(good) if pairs else np.zeros((0, 4)), fits, calls, top_share=share).tolist()
    assert len(found) == len(set(found)) <= calls
    assert set(found) <= set(range(len(pairs)))
    assert found == worth_asking(rows(good) if pairs else np.zeros((0, 4)), fits, calls, top_share=share).tolist()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.integers(1, 10))
def test_beyond_the_head_the_more_uncertain_are_asked_first(good: list[float], calls: int) -> None:
    fits = [0.5] * len(good)
    asked = worth_asking(rows(good), fits, calls, top_share=0.0).tolist()
    unsure = uncertainty(rows(good))
    left = [at for at in range(len(good)) if at not in asked]
    if len(asked) == calls and left:
        assert min(unsure[asked]) >= max(unsure[left]) - 1e-12


def test_questions_to_an_oracle_mend_more_where_they_are_uncertain_than_by_chance() -> None:
    """Calibrated probabilities of two thousand products: what an oracle corrects among a hundred that are asked for."""
    dice = np.random.default_rng(7)
    good = dice.beta(0.6, 0.9, 2_000)
    truth = dice.random(2_000) < good
    wrong = (good >= 0.5) != truth
    asked = worth_asking(rows(good.tolist()), good, 100, top_share=0.0)
    assert wrong[asked].mean() > 2 * wrong.mean()
