"""What an operator can set about the funnel, with the defaults that the screens show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain import Filters, Strictness
from core.errors import InputError

MAX_SIZE = 10_000

SHIFTS: Mapping[Strictness, float] = {"loose": -0.15, "balanced": 0.0, "strict": 0.08}
"""What strictness adds to the share of the best that a product has to reach; measured in docs/experiments.md."""

_SHARES = (
    "relevance_share",
    "judged_share",
    "fit_weight",
    "judge_weight",
    "relevance_weight",
    "category_share",
    "balance",
)


@dataclass(frozen=True, slots=True)
class PotentialWeights:
    """What the four parts of potential weigh against each other; they are divided by their sum."""

    rating: float = 0.40
    sales: float = 0.30
    margin: float = 0.15
    freshness: float = 0.15

    def __post_init__(self) -> None:
        parts = self.parts()
        if not all(math.isfinite(p) and p >= 0 for p in parts) or sum(parts) == 0:
            raise InputError(f"The weights of potential must be numbers of 0 or more, not all 0: {parts}.")

    def parts(self) -> tuple[float, float, float, float]:
        """Rating, sales, margin, freshness."""
        return (self.rating, self.sales, self.margin, self.freshness)


@dataclass(frozen=True, slots=True)
class SelectionOptions:
    """How coarse becomes fine.

    `filters` None means the strategy's own. A product passes the relevance cut when its relevance is at least
    `relevance_share` of the mean of the `reference` most relevant ones, `judged_share` where there is a judge, both
    moved by the strictness of the filters.
    `fit_weight` is how much the fit to the theme counts in relevance beside the recall score, where it is known;
    `judge_weight` how much the judge counts beside both, where there is one, who looks at the `judged_most` best;
    `relevance_weight` how much relevance counts in the final score beside potential. No category path takes more than
    `category_share` of the list while others could fill it. The first `diverse_first` are picked by maximal marginal
    relevance: `balance` of the score less (1 - `balance`) of the likeness to what is already picked. `pinned` are
    always in and first, `rejected` (id to reason) always out.
    """

    size: int = 200
    filters: Filters | None = None
    relevance_share: float = 0.6
    judged_share: float = 0.8
    reference: int = 20
    fit_weight: float = 0.4
    judge_weight: float = 0.3
    judged_most: int = 3_000
    relevance_weight: float = 0.7
    potential: PotentialWeights = PotentialWeights()
    half_life_days: float = 180.0
    category_share: float = 0.4
    diverse_first: int = 500
    balance: float = 0.8
    pinned: tuple[str, ...] = ()
    rejected: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_SIZE:
            raise InputError(f"A selection holds 1 to {MAX_SIZE:,} products, not {self.size:,}.")
        for name in (
            "relevance_share",
            "judged_share",
            "fit_weight",
            "judge_weight",
            "relevance_weight",
            "category_share",
            "balance",
        ):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise InputError(f"“{name.replace('_', ' ')}” is a share from 0 to 1, not {value:g}.")
        if not (self.half_life_days > 0 and self.reference >= 1 and min(self.diverse_first, self.judged_most) >= 0):
            raise InputError(
                "The half-life and the reference must be above 0, and the diverse and the judged part not below."
            )

    def share_asked(self, strictness: Strictness, *, judged: bool) -> float:
        """What a product has to reach of what the most relevant ones do."""
        share = self.judged_share if judged else self.relevance_share
        return min(1.0, max(0.0, share + SHIFTS[strictness]))
