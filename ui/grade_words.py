"""What the judge of relevance said, as a screen words it: tiers, a grade in one breath, who judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.domain import GRADE_NAMES, Judgment, SelectedProduct, Tier
from core.domain.judging import tier_of

TIERS: tuple[Tier, ...] = ("Good", "Mid", "Bad")
TIER_HELP: Mapping[Tier, str] = {
    "Good": "Excellent or related: they answer what was asked for.",
    "Mid": "A mismatch: near, but wrong in something that was asked for.",
    "Bad": "Irrelevant: something else.",
}
_JUDGES: Mapping[str, str] = {"local": "the local judge", "llm": "the language model"}


@dataclass(frozen=True, slots=True)
class Tiers:
    """How many products of a list are in each tier, `excellent` of the Good ones with the best grade of all.

    `silent` are those that nobody judged or that were left open.
    """

    good: int = 0
    mid: int = 0
    bad: int = 0
    silent: int = 0
    excellent: int = 0

    def of(self, tier: Tier) -> int:
        """The products of one tier."""
        return {"Good": self.good, "Mid": self.mid, "Bad": self.bad}[tier]

    @property
    def judged(self) -> int:
        """The products that have a tier."""
        return self.good + self.mid + self.bad


def tiers(products: Iterable[SelectedProduct]) -> Tiers:
    """Count a list by tier."""
    grades = [None if p.judgment is None else p.judgment.grade for p in products]
    held = [None if grade is None else tier_of(grade) for grade in grades]
    return Tiers(held.count("Good"), held.count("Mid"), held.count("Bad"), held.count(None), grades.count(4))


def grade_name(judgment: Judgment) -> str:
    """The grade's name; "Left open" where the judge abstained."""
    return "Left open" if judgment.grade is None else GRADE_NAMES[judgment.grade]


def sure(judgment: Judgment) -> str:
    """The probability that the product is Good, in words."""
    return share_of(judgment.good)


def share_of(probability: float) -> str:
    """A probability in whole percent; neither 0 nor 100 is ever claimed of what is only nearly so."""
    percent = round(100 * probability)
    if percent <= 0:
        return "under 1 %"
    return "over 99 %" if percent >= 100 else f"{percent} %"


def in_one_breath(judgment: Judgment) -> str:
    """Grade, how sure, and what the rules said: what stands behind the mark of a card."""
    if judgment.grade is None:
        return f"Left open: {judgment.note}" if judgment.note else "Left open by the judge"
    lines = [f"{GRADE_NAMES[judgment.grade]} · {sure(judgment)} likely to be Good"]
    lines += [f"{rule.name}: {rule.sentence}" for rule in judgment.rules[:3]]
    return "\n".join(lines)


def judge_name(judgment: Judgment) -> str:
    """Who judged, in words."""
    return _JUDGES.get(judgment.judge, judgment.judge)
