"""When training may ask for more products: the ceiling of the quantity reward, raised in four steps.

A stage is left when the running mean of quantity reaches 0.8 and relevance has not dropped by more than 5 % since the
stage began. Raising the ceiling lowers quantity for the same strategy, so both running means begin anew with each
stage; curves are only comparable at one ceiling, and every evaluation uses the last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

CEILINGS = (1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Where training stands. Means are exponential with `smoothing`; None until the stage's first step.

    `settled_relevance` is the mean relevance after the stage's first `patience` steps; a drop is measured against it.
    """

    stage: int = 0
    steps: int = 0
    quantity: float | None = None
    relevance: float | None = None
    settled_relevance: float | None = None
    target: float = 0.8
    allowed_drop: float = 0.05
    smoothing: float = 0.1
    patience: int = 10

    @property
    def ceiling(self) -> int:
        """The ceiling in force."""
        return CEILINGS[self.stage]

    @property
    def finished(self) -> bool:
        """Whether the last ceiling is reached."""
        return self.stage == len(CEILINGS) - 1

    def observe(self, *, quantity: float, relevance: float) -> Curriculum:
        """The state after one training step with these batch means, both in [0, 1] and at the present ceiling."""
        steps = self.steps + 1
        mean_quantity = self._smooth(self.quantity, quantity)
        mean_relevance = self._smooth(self.relevance, relevance)
        settled = mean_relevance if steps == self.patience else self.settled_relevance
        after = replace(self, steps=steps, quantity=mean_quantity, relevance=mean_relevance, settled_relevance=settled)
        if self.finished or settled is None or mean_quantity < self.target:
            return after
        if mean_relevance < (1 - self.allowed_drop) * settled:
            return after
        return replace(after, stage=self.stage + 1, steps=0, quantity=None, relevance=None, settled_relevance=None)

    def _smooth(self, mean: float | None, value: float) -> float:
        return value if mean is None else (1 - self.smoothing) * mean + self.smoothing * value
