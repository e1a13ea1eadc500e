"""What a judge of relevance says of the products in a funnel, as columns; who judges and by what is no matter here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.domain import GRADE_NAMES, Judgment
from core.errors import InputError
from core.selection.facts import Floats
from core.selection.wording import percent

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

TAIL = 50
"""Of so many judged products, the last by what the recall says, the mean fit stands for that of those nobody judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """What a judge says of the products it was asked for, as columns in their order.

    `fit` is the expected grade rescaled to [0, 1], `good` the probability of being Good, `grade` 1 to 4, 0 where the
    judge abstained. `rule` is the place in `names` of the strictest rule that leaves a Mismatch at best, -1 where none
    does; `sentences` tell by place what that rule found. `judgments` make the values that are shown, for few products.
    `judge` says who judged.
    """

    fit: Floats
    good: Floats
    grade: Integers
    rule: Integers
    names: tuple[str, ...] = ()
    sentence: Callable[[int], str] = lambda k: ""
    judgments: Callable[[Sequence[int]], Sequence[Judgment | None]] = lambda ks: [None for _ in ks]
    judge: str = ""

    def __post_init__(self) -> None:
        if len({len(self.fit), len(self.good), len(self.grade), len(self.rule)}) != 1:
            raise InputError("The columns of a judge differ in length.")


Judge = Callable[[Sequence[str]], Opinions]
"""Product ids, each once, those that the recall likes best first, to what a judge says of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The same over all products of a funnel: `at` is a product's place in `opinions`, -1 where nobody judged it."""

    opinions: Opinions
    at: Integers
    _made: dict[int, Judgment | None] = field(default_factory=dict)

    @classmethod
    def ask(cls, judge: Judge, ids: Sequence[str], order: Integers) -> Judged:
        """Ask for the products at `order` among `ids`."""
        opinions = judge([ids[k] for k in order.tolist()])
        if len(opinions.fit) != len(order):
            raise InputError("The judge answered for another number of products than it was asked for.")
        at = np.full(len(ids), -1, np.int64)
        at[order] = np.arange(len(order))
        return cls(opinions, at)

    @property
    def gated(self) -> Mask:
        """Which products a rule keeps out."""
        out = np.zeros(len(self.at), np.bool_)
        there = self.at >= 0
        out[there] = self.opinions.rule[self.at[there]] >= 0
        return out

    def fit(self) -> Floats:
        """Of every product; one that nobody judged is taken as the last of the judged ones are on average."""
        known = self.opinions.fit
        out = np.full(len(self.at), float(known[-TAIL:].mean()) if len(known) else 0.0)
        there = self.at >= 0
        out[there] = known[self.at[there]]
        return out

    def by_rule(self) -> Mapping[str, Mask]:
        """By the name of a rule whom it keeps out."""
        found: dict[str, Mask] = {}
        rule = np.full(len(self.at), -1, np.int64)
        there = self.at >= 0
        rule[there] = self.opinions.rule[self.at[there]]
        for place, name in enumerate(self.opinions.names):
            who = rule == place
            if who.any():
                found[name] = found[name] | who if name in found else who
        return found

    def sentence(self, k: int) -> str:
        """What was found by the rule that keeps a product out."""
        return self.opinions.sentence(int(self.at[k]))

    def judgments(self, products: Sequence[int]) -> list[Judgment | None]:
        """The judgments of some products, None where nobody judged; made once."""
        wanted = [k for k in dict.fromkeys(products) if k not in self._made and self.at[k] >= 0]
        if wanted:
            made = self.opinions.judgments([int(self.at[k]) for k in wanted])
            self._made.update(zip(wanted, made, strict=True))
        return [self._made.get(k) for k in products]

    def told(self, k: int) -> str:
        """In words what the judge says of a product."""
        at = int(self.at[k])
        if at < 0:
            return f"not among the best {len(self.opinions.fit):,}, which are judged"
        grade = int(self.opinions.grade[at])
        if not grade:
            return "the judge is not sure enough to give a grade"
        return f"{GRADE_NAMES[grade]}; good with {percent(float(self.opinions.good[at]))}"
