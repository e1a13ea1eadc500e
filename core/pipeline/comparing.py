"""Two plans of one idea side by side, measured alike whoever made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.domain import Preview, Reward, Strategy, Turn
from core.pipeline.plans import assess, planned, recall
from core.pipeline.thinking import RunCost, run_cost
from core.services import Services
from core.text import tokens


@dataclass(frozen=True, slots=True)
class PlanSide:
    """One run's best turn. `reward` and `preview` are measured now and by rules, as the other side's are.

    `scored` is the reward that the run itself gave its best turn, by the judge model where it had one. `count` are all
    products of the full recall, `sample` ids of the best ones.
    """

    run_id: str
    planner: str
    theme: str
    strategy: Strategy
    reward: Reward
    preview: Preview
    scored: float
    turn: int
    turns: int
    count: int
    sample: tuple[str, ...]
    cost: RunCost
    seconds: float


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """Both sides and what they share. `shared` and `shared_cuts` are terms of the left side that the right says too.

    `common` products are found by both; `common_share` is their share of all that either finds, 0 where nothing is
    found. `better` is the side of the higher reward, measured alike, None where they differ by less than 0.05.
    """

    left: PlanSide
    right: PlanSide
    shared: tuple[str, ...]
    shared_cuts: tuple[str, ...]
    common: int
    common_share: float

    @property
    def better(self) -> PlanSide | None:
        """The side of the higher reward."""
        difference = self.left.reward.total - self.right.reward.total
        if abs(difference) < 0.05:
            return None
        return self.left if difference > 0 else self.right


def compare_plans(services: Services, run_a: str, run_b: str) -> PlanComparison:
    """Compare the best turns of two runs; raises `StoreMissing` for a run without a finished turn."""
    left, found_left = _side(services, run_a)
    right, found_right = _side(services, run_b)
    common, either = len(found_left & found_right), len(found_left | found_right)
    return PlanComparison(
        left,
        right,
        _shared(left.strategy.positive, right.strategy.positive),
        _shared(left.strategy.negative, right.strategy.negative),
        common,
        common / either if either else 0.0,
    )


def _side(services: Services, run_id: str) -> tuple[PlanSide, frozenset[str]]:
    trajectory, record = planned(services, run_id), services.store.load_run(run_id)
    best: Turn = trajectory.best
    preview, reward = assess(services, best.strategy, intent=trajectory.intent)
    found = recall(services, best.strategy)
    end = datetime.now(UTC) if record.finished_at is None else record.finished_at
    side = PlanSide(
        run_id,
        trajectory.planner,
        " ".join(trajectory.intent.text.split()),
        best.strategy,
        reward,
        preview,
        best.reward.total,
        best.number,
        len(trajectory.turns),
        found.count,
        preview.sample,
        run_cost(services, run_id),
        max(0.0, (end - record.started_at).total_seconds()),
    )
    return side, frozenset(found.product_ids)


def _shared(terms: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The terms that the other side has too, whatever their spelling."""
    known = {frozenset(tokens(term)) for term in others}
    return tuple(term for term in terms if frozenset(tokens(term)) in known)
