"""How good a strategy is, in numbers and in words."""

from core.rewards.quantity import ceiling_for
from core.rewards.strategy import strategy_reward
from core.rewards.weights import CosineBaselines, RewardWeights

__all__ = ["CosineBaselines", "RewardWeights", "ceiling_for", "strategy_reward"]
