"""What an operator says to a list that lies open ("cheaper", "no toys"), as changes of its strategy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from core.domain.strategy import Strategy, Strictness
from core.errors import StrategyInvalid

ChangeKind = Literal[
    "add_find", "drop_find", "add_cut", "drop_cut", "weight", "price", "category", "in_stock", "strictness", "size"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a wish comes to; which of the values below counts is a matter of `kind`.

    `add_find`, `drop_find`, `add_cut` and `drop_cut` add or take away the positive or negative `term`; `weight` gives
    the positive `term` the new `weight`. `price` is the new whole range and None takes the filter off; `category` is
    the new whole list of paths, () for none; `in_stock` and `strictness` the new filter; `size` how many products the
    list is to hold. `said` are the words of the wish that ask for it, "" where they are the planner's own.
    """

    kind: ChangeKind
    term: str = ""
    weight: float = 1.0
    price: tuple[float | None, float | None] | None = None
    category: tuple[str, ...] = ()
    in_stock: bool = False
    strictness: Strictness = "balanced"
    size: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was understood of a wish: `changes` in order, none where nothing was.

    `rest` are the words that were not understood or cannot be served, "" for none; `sentence` says what will change
    and, where there is a rest, that it will not and what to do instead. `text` is the wish as it was typed.
    """

    changes: tuple[Change, ...]
    rest: str = ""
    sentence: str = ""
    text: str = ""

    @property
    def size(self) -> int | None:
        """How many products the list is to hold, None where the wish does not say; no part of a strategy."""
        return next((c.size for c in reversed(self.changes) if c.kind == "size"), None)


def apply_changes(changes: Iterable[Change], strategy: Strategy) -> Strategy:
    """The strategy after these changes, in order; a change that is already so does nothing, and `size` none at all.

    Terms are the same where they differ in case only. Raises `StrategyInvalid` where no positive term would be left.
    """
    positive, negative = list(strategy.positive), list(strategy.negative)
    weights, filters = dict(strategy.weights), strategy.filters
    for change in changes:
        if change.kind == "add_find":
            _add(positive, change.term)
        elif change.kind == "add_cut":
            _add(negative, change.term)
        elif change.kind == "drop_find":
            positive = [t for t in positive if not _same(t, change.term)]
        elif change.kind == "drop_cut":
            negative = [t for t in negative if not _same(t, change.term)]
        elif change.kind == "weight":
            weights.update({t: change.weight for t in positive if _same(t, change.term)})
        elif change.kind == "price":
            filters = replace(filters, price=change.price)
        elif change.kind == "category":
            filters = replace(filters, category=change.category)
        elif change.kind == "in_stock":
            filters = replace(filters, in_stock=change.in_stock)
        elif change.kind == "strictness":
            filters = replace(filters, strictness=change.strictness)
    if not positive and strategy.positive:
        raise StrategyInvalid("This would take away every term that finds. Keep one, or add another first.")
    kept = tuple((t, weights[t]) for t in sorted(weights) if t in positive and weights[t] != 1.0)
    return Strategy(tuple(positive), tuple(negative), kept, filters)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _add(terms: list[str], term: str) -> None:
    if term and not any(_same(term, t) for t in terms):
        terms.append(term)
