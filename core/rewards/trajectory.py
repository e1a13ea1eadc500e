"""What a whole run of turns is worth, and the table by which planners are compared.

Improvement alone is never rewarded: a policy would hold back on its first turn. An environment that pays per turn must
pay differences (`potential_rewards`), since trainers sum what the turns earn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import Trajectory
from core.errors import InputError

TURN_COST = 0.1
"""Points that every turn after the first costs, on the scale of 0-10."""


def terminal_reward(*, turns: Sequence[Sequence[float]], cost: float = TURN_COST) -> list[float | None]:
    """r_T - cost (T - 1) per trajectory of turn rewards: what the delivered strategy is worth; no turn gives `None`."""
    return [rewards[-1] - cost * (len(rewards) - 1) if rewards else None for rewards in turns]


def best_turn_reward(*, turns: Sequence[Sequence[float]], cost: float = TURN_COST) -> list[float | None]:
    """max r_t - cost (T - 1) per trajectory, for a planner that hands over its best turn; no turn gives `None`."""
    return [max(rewards) - cost * (len(rewards) - 1) if rewards else None for rewards in turns]


def potential_rewards(*, turns: Sequence[Sequence[float]], cost: float = 0.0) -> list[list[float]]:
    """r_1, then r_t - r_{t-1} - cost: one reward a turn, whose sum is r_T - cost (T - 1)."""
    return [
        [*rewards[:1], *(b - a - cost for a, b in zip(rewards[:-1], rewards[1:], strict=True))] for rewards in turns
    ]


TRAJECTORY_REWARDS = {"terminal": terminal_reward, "best_turn": best_turn_reward}


@dataclass(frozen=True, slots=True)
class TrajectorySummary:
    """One row of the planner table; means over trajectories.

    `first_turn`, `final`, `best`: rewards of the first, the last and the best turn. `improvement`: (final - first) /
    first, None where first is 0. `avg_turn`: turns a trajectory. `max_reward_turn`: place of the best turn, from 1, the
    earlier of two equals. `high_reward`: share of first turns of at least the threshold.
    """

    trajectories: int
    first_turn: float
    final: float
    best: float
    improvement: float | None
    avg_turn: float
    max_reward_turn: float
    high_reward: float


def improvement(first: float, final: float) -> float | None:
    """(final - first) / first: the table's Improvement column; None where the first turn earned nothing."""
    return None if first == 0 else (final - first) / first


def summarise(turns: Sequence[Sequence[float]], *, high: float) -> TrajectorySummary:
    """The table's row for trajectories of turn rewards; `high` is fixed once from a baseline and never refitted.

    Trajectories without a turn are refused, since leaving them out would flatter the planner.
    """
    if not turns or not all(turns):
        raise InputError("A planner table needs trajectories of at least one turn each.")
    n = len(turns)
    first = sum(rewards[0] for rewards in turns) / n
    final = sum(rewards[-1] for rewards in turns) / n
    return TrajectorySummary(
        trajectories=n,
        first_turn=first,
        final=final,
        best=sum(max(rewards) for rewards in turns) / n,
        improvement=improvement(first, final),
        avg_turn=sum(len(rewards) for rewards in turns) / n,
        max_reward_turn=sum(list(rewards).index(max(rewards)) + 1 for rewards in turns) / n,
        high_reward=sum(rewards[0] >= high for rewards in turns) / n,
    )


def high_threshold(baseline_first_turns: Sequence[float], *, share: float = 0.19) -> float:
    """The reward that `share` of a baseline's first turns reach: the threshold of the High-Reward column."""
    if not baseline_first_turns:
        raise InputError("The threshold of a high reward needs a baseline of at least one turn.")
    ranked = sorted(baseline_first_turns, reverse=True)
    return ranked[max(0, round(share * len(ranked)) - 1)]


def turn_rewards(trajectories: Sequence[Trajectory]) -> list[list[float]]:
    """The turn rewards of trajectories, in the order played."""
    return [[turn.reward.total for turn in trajectory.turns] for trajectory in trajectories]
