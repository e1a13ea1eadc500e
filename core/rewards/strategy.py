"""The reward of a strategy: one number on 0-10 that ranks strategies on screen and trains a planner.

total = gates x 10 x (w_s semantic + w_r relevance + w_q quantity [relevance >= 0.5]), less one point where a negative
term removes better products than it leaves, never below 0.

Three invariants hold (tested by property): duplicating a term never raises it, widening with an irrelevant term never
raises it, and the ceiling moves only the quantity part. Two things were added to the plain formula for the second one:

* what fits no better than chance earns nothing (a gate), else an irrelevant term could wake a strategy without finds;
* the harm of a negative term is measured within each positive term's own matches where the preview says so
  (`NegativeStatistics.harmed`), else an irrelevant term whose finds the negative removes would dilute the harm away.

For n products of relevance r and k more of relevance 0, relevance loses w_r r k/(n+k) and quantity gains at most
w_q k/(1+n)/log(1+C); with r n/(n+k) >= 0.5 (else quantity counts for nothing) the loss is larger wherever w_q <= w_r.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.domain import Gate, Intent, NegativeStatistics, Preview, Reward, Strategy, term_list
from core.rewards.gates import chance_gate, count_gate, distinct_gate, empty_gate, quantity_gate, shape_gate
from core.rewards.quantity import CEILING, quantity, quantity_reason
from core.rewards.relevance import relevance_reason, relevance_reward
from core.rewards.semantic import Encode, Sides, semantic, semantic_reasons, sides
from core.rewards.weights import Baselines, RewardWeights

SCALE = 10.0
NEGATIVE_PENALTY = 1.0


def strategy_reward(
    intent: Intent | str,
    strategy: Strategy,
    preview: Preview,
    *,
    weights: RewardWeights,
    baselines: Baselines,
    ceiling: int = CEILING,
    encode: Encode | None = None,
    asked: Sides | None = None,
    judged: float | None = None,
    judge_says: Sequence[str] = (),
) -> Reward:
    """The reward of one strategy with the reason of each part.

    `ceiling` is `ceiling_for(preview.population)` in the app. `encode` lets sides of the intent be covered by meaning;
    `asked` replaces the sides read from the intent's words; `judged` is a judge model's semantic value in [0, 1], which
    then replaces the heuristic, as `judge_says`, where it says why, replaces the heuristic's reasons. A part that
    abstains counts as 0, and a reason says so.
    """
    wording = semantic(sides(intent) if asked is None else asked, strategy, encode=encode, baselines=baselines)
    meaning = wording.value if judged is None else judged
    relevance = relevance_reward(means=[preview.mean_relevance], baselines=baselines)[0]
    amount = quantity(preview.count, ceiling)
    gates = _gates(strategy, preview, relevance)
    harmful = sorted((n for n in preview.negatives if removes_better(n)), key=lambda n: n.term)
    total = 0.0
    if all(gate.passed for gate in gates[:-1]):
        total = SCALE * (
            weights.semantic * (meaning or 0.0)
            + weights.relevance * (relevance or 0.0)
            + weights.quantity * amount * gates[-1].passed
        )
    found = (relevance_reason(relevance), quantity_reason(preview.count, ceiling)) if preview.count > 0 else ()
    failed = tuple(gate.reason for gate in gates if not gate.passed)
    said = tuple(judge_says) if judged is not None and judge_says else semantic_reasons(wording)
    return Reward(
        total=min(SCALE, max(0.0, total - NEGATIVE_PENALTY * bool(harmful))),
        semantic=meaning or 0.0,
        relevance=relevance or 0.0,
        quantity=amount,
        gates=gates,
        reasons=(*failed, *said, *found, *(_harm(negative) for negative in harmful)),
        weights_version=weights.version,
    )


def _gates(strategy: Strategy, preview: Preview, relevance: float | None) -> tuple[Gate, ...]:
    """Every gate; the last one multiplies the quantity alone."""
    return (
        shape_gate(strategy),
        empty_gate(strategy),
        distinct_gate(strategy),
        count_gate(preview),
        chance_gate(relevance),
        quantity_gate(relevance),
    )


def strategy_rewards(
    intents: Sequence[Intent | str],
    strategies: Sequence[Strategy],
    previews: Sequence[Preview],
    *,
    weights: RewardWeights,
    baselines: Baselines,
    ceiling: int = CEILING,
    encode: Encode | None = None,
) -> list[Reward]:
    """One reward per strategy, in order: what a group of a training step is ranked by."""
    return [
        strategy_reward(intent, strategy, preview, weights=weights, baselines=baselines, ceiling=ceiling, encode=encode)
        for intent, strategy, preview in zip(intents, strategies, previews, strict=True)
    ]


def refused_reward(gate: Gate, *, weights_version: int = 1) -> Reward:
    """The reward of text that is no strategy: 0, with the gate that says why (`core.rewards.gates.read_strategy`)."""
    return Reward(0.0, 0.0, 0.0, 0.0, (gate,), (gate.reason,), weights_version)


def removes_better(negative: NegativeStatistics) -> bool:
    """Whether a negative term takes out better products than it leaves; one that removes nothing does no harm."""
    if negative.harmed is not None:
        return bool(negative.harmed)
    return negative.justified is False


def _harm(negative: NegativeStatistics) -> str:
    if negative.harmed:
        found_by = term_list(sorted(negative.harmed))
        return f"“{negative.term}” removes products found by {found_by} that fit better than what stays."
    return f"“{negative.term}” removes products that fit better than what stays."
