"""How well one product answers one query: four grades with their probabilities, and the rules that spoke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Grade = Literal[1, 2, 3, 4]
"""4 Excellent, 3 Related, 2 Mismatch, 1 Irrelevant (TaoSR1; papers.md section 1)."""

GRADES: tuple[Grade, ...] = (1, 2, 3, 4)

GRADE_NAMES: Mapping[int, str] = {4: "Excellent", 3: "Related", 2: "Mismatch", 1: "Irrelevant"}

Tier = Literal["Good", "Mid", "Bad"]
"""What screens show: grades 4 and 3 are Good, 2 is Mid, 1 is Bad."""

Probabilities = tuple[float, float, float, float]
"""Of grades 1, 2, 3 and 4, in this order; they add up to 1."""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule that spoke of one product: its id and name, what it found in words, and the grades it still allows.

    `bars`: it keeps the product out of the lists of a theme.
    """

    rule: str
    name: str
    sentence: str
    allows: tuple[Grade, ...]
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a judge says of one product for one query.

    `grade` None where the judge abstained, `note` then says why. `rules` are the rules that spoke, the strictest first.
    `rationale` are the judge's reasons in words, "" where it gives none. `version` names the weights, or the prompt and
    the rules, so that a judgment can be told from one made by a later judge.
    """

    product_id: str
    grade: Grade | None
    probabilities: Probabilities
    judge: str
    version: str
    rules: tuple[RuleVerdict, ...] = ()
    rationale: str = ""
    note: str = ""

    @property
    def tier(self) -> Tier | None:
        """Good, Mid or Bad by the grade; None where the judge abstained."""
        return None if self.grade is None else tier_of(self.grade)

    @property
    def fit(self) -> float:
        """The expected grade, rescaled from [1, 4] to [0, 1]: what lists are ranked by."""
        return sum(share * (grade - 1) / 3 for grade, share in zip(GRADES, self.probabilities, strict=True))

    @property
    def good(self) -> float:
        """The probability that the product is Good, in [0, 1]."""
        return self.probabilities[2] + self.probabilities[3]


def tier_of(grade: Grade) -> Tier:
    """Good for 4 and 3, Mid for 2, Bad for 1."""
    return "Good" if grade >= 3 else "Mid" if grade == 2 else "Bad"
