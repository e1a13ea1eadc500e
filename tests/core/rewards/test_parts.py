from __future__ import annotations

import math

import pytest

from core.errors import InputError, SettingsError
from core.rewards import CosineBaselines
from core.rewards.curriculum import Curriculum
from core.rewards.quantity import quantity_reward
from core.rewards.relevance import relevance_reward
from core.rewards.trajectory import (
    best_turn_reward,
    high_threshold,
    improvement,
    potential_rewards,
    summarise,
    terminal_reward,
)


def test_quantity_by_hand() -> None:
    values = quantity_reward(counts=[0, 9, 99, 5_000, None], ceiling=99)
    assert values[:4] == [0.0, pytest.approx(0.5), 1.0, 1.0]
    assert values[4] is None
    with pytest.raises(SettingsError):
        quantity_reward(counts=[1], ceiling=0)


def test_relevance_by_hand() -> None:
    baselines = CosineBaselines(random=0.10, gold=0.60)
    assert relevance_reward(means=[0.05, 0.35, 0.9, None], baselines=baselines) == [0, pytest.approx(0.5), 1, None]
    with pytest.raises(SettingsError):
        relevance_reward(means=[0.5], baselines=CosineBaselines(random=0.5, gold=0.5))


def test_curriculum_advances_on_quantity_while_relevance_holds() -> None:
    state = Curriculum(patience=3, smoothing=0.5)
    for _ in range(2):
        state = state.observe(quantity=0.9, relevance=0.7)
    assert (state.ceiling, state.steps) == (1_000, 2)
    state = state.observe(quantity=0.9, relevance=0.7)
    assert (state.ceiling, state.steps, state.quantity) == (2_000, 0, None)


def test_curriculum_waits_while_relevance_has_dropped() -> None:
    state = Curriculum(patience=1, smoothing=1.0).observe(quantity=0.5, relevance=0.8)
    assert state.settled_relevance == 0.8
    assert state.observe(quantity=0.9, relevance=0.75).ceiling == 1_000  # 6 % below
    assert state.observe(quantity=0.9, relevance=0.77).ceiling == 2_000  # 4 % below
    assert state.observe(quantity=0.79, relevance=0.9).ceiling == 1_000


def test_curriculum_ends_at_ten_thousand() -> None:
    state = Curriculum(patience=1)
    for _ in range(10):
        state = state.observe(quantity=1.0, relevance=0.9)
    assert (state.ceiling, state.finished) == (10_000, True)


def test_trajectory_rewards_by_hand() -> None:
    turns = [[4.0, 6.0, 5.0], [3.0], []]
    assert terminal_reward(turns=turns) == [pytest.approx(4.8), 3.0, None]
    assert best_turn_reward(turns=turns) == [pytest.approx(5.8), 3.0, None]
    assert potential_rewards(turns=turns) == [[4.0, 2.0, -1.0], [3.0], []]


def test_potential_rewards_add_up_to_the_terminal_reward() -> None:
    turns = [[4.25, 6.5, 5.0, 7.75]]
    added = math.fsum(potential_rewards(turns=turns, cost=0.1)[0])
    assert added == pytest.approx(terminal_reward(turns=turns, cost=0.1)[0])


@pytest.mark.parametrize(("first", "final", "percent"), [(4.4, 5.75, 31), (4.8, 6.2, 29), (5.6, 6.2, 11)])
def test_improvement_reproduces_the_published_table(first: float, final: float, percent: int) -> None:
    value = improvement(first, final)
    assert value is not None
    assert round(100 * value) == percent
    assert summarise([[first, final]], high=5.0).improvement == value


def test_summary_by_hand() -> None:
    row = summarise([[4.0, 6.0, 5.0], [6.0], [2.0, 2.0]], high=4.0)
    assert row.trajectories == 3
    assert (row.first_turn, row.final) == (4.0, pytest.approx(13 / 3))
    assert row.best == pytest.approx(14 / 3)
    assert row.avg_turn == 2.0
    assert row.max_reward_turn == pytest.approx(4 / 3)
    assert row.high_reward == pytest.approx(2 / 3)
    assert improvement(0.0, 3.0) is None
    with pytest.raises(InputError):
        summarise([[1.0], []], high=4.0)


def test_the_threshold_gives_the_baseline_its_share() -> None:
    baseline = [i / 10 for i in range(100)]
    high = high_threshold(baseline)
    assert sum(r >= high for r in baseline) == 19
