from __future__ import annotations

import math

import pytest

from core.domain import NegativeStatistics, Preview, Reward, Strategy, TermStatistics
from core.errors import SettingsError
from core.rewards import CosineBaselines, RewardWeights, ceiling_for, strategy_reward
from core.rewards.gates import read_strategy
from core.rewards.strategy import refused_reward, strategy_rewards

BASELINES = CosineBaselines(random=0.10, gold=0.65)


def preview(count: int = 99, mean: float | None = 0.375, negatives: tuple[NegativeStatistics, ...] = ()) -> Preview:
    terms = (TermStatistics("tent", 120, 20, 0.6, 0.1, count),)
    return Preview(count, count, count, 21_310, 21_310, True, terms, negatives, mean)


def reward(strategy: Strategy, seen: Preview, *, ceiling: int = 999, **extra: float) -> Reward:
    return strategy_reward(
        "camping with kids", strategy, seen, weights=RewardWeights(), baselines=BASELINES, ceiling=ceiling, **extra
    )


def test_total_by_hand() -> None:
    # relevance (0.375 - 0.10) / 0.55 = 0.5; quantity ln 100 / ln 1000 = 2/3; completeness 1, conciseness exp(-0.02)
    found = reward(Strategy(("camping tent", "kids chair")), preview())
    semantic = (1 + math.exp(-0.02)) / 2
    assert found.semantic == pytest.approx(semantic)
    assert found.relevance == pytest.approx(0.5)
    assert found.quantity == pytest.approx(2 / 3)
    assert found.total == pytest.approx(10 * (0.4 * semantic + 0.4 * 0.5 + 0.2 * 2 / 3))
    assert all(gate.passed for gate in found.gates)


def test_a_judge_replaces_the_heuristic() -> None:
    assert reward(Strategy(("tent",)), preview(), judged=0.25).total == pytest.approx(1 + 2 + 10 * 0.2 * 2 / 3)


def test_below_half_relevance_quantity_counts_for_nothing() -> None:
    found = reward(Strategy(("camping tent", "kids chair")), preview(mean=0.374))
    assert found.quantity == pytest.approx(2 / 3)
    assert found.total == pytest.approx(10 * (0.4 * found.semantic + 0.4 * found.relevance))
    assert [gate.name for gate in found.gates if not gate.passed] == ["quantity counts"]


@pytest.mark.parametrize(
    ("strategy", "seen", "gate"),
    [
        (Strategy(()), preview(), "not empty"),
        (Strategy(("  ",)), preview(), "valid shape"),
        (Strategy(("x" * 201,)), preview(), "valid shape"),
        (Strategy(tuple(f"tent {i}" for i in range(401))), preview(), "valid shape"),
        (Strategy(("camp stoves", "Stove Camping")), preview(), "terms differ"),
        (Strategy(("tent",), ("tents",)), preview(), "terms differ"),
        (Strategy(("🏕", "🏕")), preview(), "terms differ"),
        (Strategy(("tent",)), preview(0, None), "finds something"),
        (Strategy(("tent",)), preview(mean=0.10), "better than chance"),
    ],
)
def test_each_gate_takes_everything(strategy: Strategy, seen: Preview, gate: str) -> None:
    found = reward(strategy, seen)
    assert found.total == 0
    assert gate in [g.name for g in found.gates if not g.passed]
    assert next(g.reason for g in found.gates if g.name == gate) in found.reasons


def test_contained_terms_lower_conciseness_only() -> None:
    apart = reward(Strategy(("camping lantern", "kids tent")), preview())
    inside = reward(Strategy(("camping lantern", "lantern", "kids tent")), preview())
    assert 0 < inside.total < apart.total
    assert (inside.relevance, inside.quantity) == (apart.relevance, apart.quantity)
    assert all(gate.passed for gate in inside.gates)
    assert "“lantern” lies within “camping lantern”, so one of them would do." in inside.reasons


def test_a_negative_that_removes_better_products_costs_one_point() -> None:
    good = NegativeStatistics("toy", 5, 5, mean_removed=0.2, mean_kept=0.4)
    bad = NegativeStatistics("toy", 5, 5, mean_removed=0.5, mean_kept=0.4)
    idle = NegativeStatistics("toy", 0, 0, mean_removed=None, mean_kept=0.4)
    strategy = Strategy(("camping tent", "kids chair"), ("toy",))
    plain, harmful, none = (reward(strategy, preview(negatives=(n,))) for n in (good, bad, idle))
    assert plain.total - harmful.total == pytest.approx(1.0)
    assert none.total == plain.total
    assert harmful.reasons[-1] == "“toy” removes products that fit better than what stays."


def test_two_harmful_negatives_cost_one_point_and_never_go_below_zero() -> None:
    bad = tuple(NegativeStatistics(t, 5, 5, mean_removed=0.5, mean_kept=0.4) for t in ("toy", "doll"))
    strategy = Strategy(("camping tent", "kids chair"), ("toy", "doll"))
    assert reward(strategy, preview()).total - reward(strategy, preview(negatives=bad)).total == pytest.approx(1.0)
    assert reward(strategy, preview(mean=0.12, negatives=bad), judged=0.0).total == 0


def test_harm_measured_within_a_term_decides() -> None:
    hidden = NegativeStatistics("toy", 5, 5, mean_removed=0.2, mean_kept=0.4, harmed=("tent",))
    cleared = NegativeStatistics("toy", 5, 5, mean_removed=0.5, mean_kept=0.4, harmed=())
    strategy = Strategy(("camping tent", "kids chair"), ("toy",))
    assert reward(strategy, preview(negatives=(cleared,))).total == reward(strategy, preview()).total
    harmful = reward(strategy, preview(negatives=(hidden,)))
    assert harmful.total == pytest.approx(reward(strategy, preview()).total - 1)
    assert harmful.reasons[-1] == "“toy” removes products found by “tent” that fit better than what stays."


def test_an_unmeasured_relevance_counts_as_none_and_says_so() -> None:
    found = reward(Strategy(("camping tent", "kids chair")), preview(mean=None))
    assert found.total == pytest.approx(4 * found.semantic)
    assert any("could not be measured" in reason for reason in found.reasons)


def test_the_ceiling_sentence_of_a_catalogue() -> None:
    found = reward(Strategy(("tent",)), preview(1_240), ceiling=ceiling_for(21_310))
    assert (
        "1,240 products; the ceiling of this catalogue is 1,065, so more would not raise the reward." in found.reasons
    )


@pytest.mark.parametrize(("size", "ceiling"), [(0, 1), (19, 1), (6_000, 300), (21_310, 1_065), (1_000_000, 10_000)])
def test_ceiling_of_a_catalogue(size: int, ceiling: int) -> None:
    assert ceiling_for(size) == ceiling


def test_batches_equal_single_rewards() -> None:
    strategies = [Strategy(("tent",)), Strategy(("kids tent", "lantern"))]
    seen = [preview(), preview(10, 0.5)]
    found = strategy_rewards(
        ["camping"] * 2, strategies, seen, weights=RewardWeights(), baselines=BASELINES, ceiling=500
    )
    single = [
        strategy_reward("camping", s, p, weights=RewardWeights(), baselines=BASELINES, ceiling=500)
        for s, p in zip(strategies, seen, strict=True)
    ]
    assert found == single


def test_text_that_is_no_strategy() -> None:
    strategy, gate = read_strategy('{"positive": ["tent"]}')
    assert strategy is None
    assert refused_reward(gate).total == 0
    assert "positive" in refused_reward(gate).reasons[0]
    assert read_strategy('{"positiveSearch": ["tent"]}')[0] == Strategy(("tent",))


@pytest.mark.parametrize("parts", [(0.5, 0.5, 0.5), (0.5, 0.2, 0.3), (1.2, -0.2, 0.0), (math.nan, 0.5, 0.5)])
def test_weights_that_would_break_the_invariants_are_refused(parts: tuple[float, float, float]) -> None:
    with pytest.raises(SettingsError):
        RewardWeights(*parts)


def test_a_relevant_part_never_smaller_than_quantity_loses_by_unfitting_products() -> None:
    """The bound in `core.rewards.strategy`, by exhaustion: n products of relevance r, k more of relevance 0."""
    for ceiling in range(1, 40):
        for n in range(1, 40):
            for k in range(1, n + 1):
                r = max(0.5 * (n + k) / n, 0.5)  # the least that still lets quantity count afterwards
                if r > 1:
                    continue
                gain = (math.log1p(min(n + k, ceiling)) - math.log1p(min(n, ceiling))) / math.log1p(ceiling)
                assert gain <= r * k / (n + k)
