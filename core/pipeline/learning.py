"""Live learning in one selection: its standing verdicts, what they teach, in which order to go on, what to cut.

A pure function of the selection's own standing feedback: a verdict that is undone is as if it had never been, and no
other selection is read.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from core import feedback
from core.domain import FeedbackEvent, Intent, SelectedProduct, Selection
from core.pipeline.catalogues import shelf
from core.pipeline.judging import judge_product
from core.pipeline.relevance import items
from core.relevance.labels import SILENT_REASONS
from core.relevance.likeness import Likeness
from core.relevance.live import STARTS_AT, Learned, Order, learn
from core.relevance.live_wording import Why
from core.relevance.patterns import Near, Proposal, find
from core.relevance.reading import read
from core.services import Services
from core.store.verdicts import REASON_SEPARATOR
from core.text import tokens

__all__ = ["STARTS_AT", "LearnedList", "LearnedProduct", "Order", "Proposal", "Why", "learned", "more_like", "none_of"]

Statement = Literal["more_like", "none_of"]

STRENGTH: Mapping[str, float] = {"more_like": 2.0, "none_of": 3.0}
"""How often a verdict counts that was said as "more like this" or "none of these", beside a plain one of its kind."""

_Listed = tuple[str, str, tuple[str, ...]]
"""A catalogue, its version, and the products of a list."""

_REMEMBERED = 8
"""Lists."""

_WORDS = 200
"""Words of one list."""

_PRICED = frozenset(("too_expensive", "too_cheap"))


@dataclass(frozen=True, slots=True)
class LearnedProduct:
    """One product not judged yet. `rank` is its new place and `was` its rank in the list, both from 1.

    `fit` in [0, 1] is the chance that the operator keeps it, `uncertainty` in [0, 1] what a verdict on it would teach.
    `up` says how it moved against the judge alone: +1 up, -1 down, 0 about where it was.
    """

    product_id: str
    rank: int
    was: int
    fit: float
    uncertainty: float
    up: Literal[1, 0, -1]


@dataclass(frozen=True, slots=True)
class LearnedList:
    """A list's products in the order asked for, the ones not judged yet; what was learned, and what could be cut.

    `active` says that there are enough verdicts (`needed` more otherwise, 0 when active): a screen offers the orders
    then. `moved` products changed their place. `sentence` says it all in words. `found` is what was learned: it is
    asked for the reasons of a few products at a time, as a list is drawn after each verdict and a page shows a part.
    """

    order: Order
    products: tuple[LearnedProduct, ...]
    kept: int
    rejected: int
    moved: int
    active: bool
    needed: int
    sentence: str
    proposals: tuple[Proposal, ...]
    found: Learned | None = field(default=None, repr=False, compare=False)

    def why(self, product_id: str) -> Why:
        """Why a product of the list stands where it does."""
        return Why("") if self.found is None else self.found.why(product_id)

    @property
    def verdicts(self) -> int:
        """How many products stand judged."""
        return self.kept + self.rejected


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands for one product, and how often it counts when learned from.

    That is 0 where it was rejected for reasons that say nothing of what it is (a duplicate, a poor picture, its price):
    others like it may well be wanted. `priced` says that the price was among them.
    """

    kept: bool
    strength: float
    priced: bool = False


def learned(
    services: Services, selection_id: str, selection: Selection, intent: Intent, order: Order = "list"
) -> LearnedList:
    """The products of a list that are not judged yet, in the order that what was learned gives.

    Raises the catalogue's and the store's errors. Products that left the catalogue are left out.
    """
    said = standing(services.store.feedback(selection_id))
    chosen = selection.products
    known = _known(services, tuple(p.product_id for p in chosen))
    listed = known.likeness.items
    there = {item.product.product_id for item in listed}
    rows = [p for p in chosen if p.product_id in there]
    verdicts = {name: one.kept for name, one in said.items()}
    strength = {name: one.strength for name, one in said.items()}
    found = learn(listed, _prior(rows), verdicts, strength=strength, likeness=known.likeness)
    active = len(found.judged) >= STARTS_AT
    ranks = {p.product_id: p.rank for p in rows}
    moved = found.moved
    products = tuple(
        LearnedProduct(
            name,
            rank,
            ranks[name],
            float(found.fit[k]),
            float(found.uncertainty[k]),
            0 if name not in moved else 1 if moved[name] > 0 else -1,
        )
        for rank, name in enumerate(found.order(order if active else "list"), start=1)
        for k in (found.index[name],)
    )
    kept = sum(found.judged.values())
    rejected = len(found.judged) - kept
    return LearnedList(
        order=order if active else "list",
        products=products,
        kept=kept,
        rejected=rejected,
        moved=len(moved) if active else 0,
        active=active,
        needed=max(0, STARTS_AT - len(found.judged)),
        sentence=_sentence(len(found.judged), len(moved)),
        proposals=_proposals(services, known, said, selection, intent),
        found=found,
    )


def standing(events: Sequence[FeedbackEvent]) -> dict[str, Verdict]:
    """The last standing verdict on each product, by id, from all events of one selection in order of arrival."""
    found: dict[str, Verdict] = {}
    for event in feedback.in_force(events):
        if event.subject == "product" and event.verdict in ("accept", "reject"):
            kept = event.verdict == "accept"
            reasons = frozenset(filter(None, (event.reason or "").split(REASON_SEPARATOR)))
            silent = not kept and bool(reasons) and reasons <= SILENT_REASONS
            strength = 0.0 if silent else STRENGTH.get(str(event.context.get("statement")), 1.0)
            found[event.subject_id] = Verdict(kept, strength, not reasons.isdisjoint(_PRICED))
    return found


def more_like(
    services: Services, product_id: str, *, selection_id: str, context: Mapping[str, Any] | None = None, **sent: Any
) -> FeedbackEvent | None:
    """Keep a product and say that more like it are wanted: an accept that counts more. `sent` as in `judge_product`."""
    said = {**(context or {}), "statement": "more_like"}
    return judge_product(services, product_id, "accept", selection_id=selection_id, context=said, **sent)


def none_of(
    services: Services, product_ids: Sequence[str], *, selection_id: str, context: Mapping[str, Any] | None = None
) -> tuple[FeedbackEvent, ...]:
    """Reject all of these and say that none like them are wanted; one event each, so that each can be undone."""
    said = {**(context or {}), "statement": "none_of"}
    found = [
        judge_product(services, name, "reject", selection_id=selection_id, context=said)
        for name in dict.fromkeys(product_ids)
    ]
    return tuple(event for event in found if event is not None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What stays the same of a list from verdict to verdict: how alike its products are, and what a word takes out."""

    likeness: Likeness
    near: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)


class _Memory:
    """What is known of the last few lists: a list is learned from again after each verdict on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: WeakKeyDictionary[Services, list[tuple[_Listed, _Known]]] = WeakKeyDictionary()

    def get(self, services: Services, listed: _Listed) -> _Known | None:
        with self._lock:
            known = list(self._held.get(services, ()))
        return next((found for other, found in known if other == listed), None)

    def put(self, services: Services, listed: _Listed, found: _Known) -> None:
        with self._lock:
            others = [one for one in self._held.get(services, []) if one[0] != listed]
            self._held[services] = [(listed, found), *others][:_REMEMBERED]


_MEMORY = _Memory()


def _known(services: Services, product_ids: tuple[str, ...]) -> _Known:
    catalogue = shelf(services).catalogue
    listed = (catalogue.name, catalogue.version, product_ids)
    found = _MEMORY.get(services, listed)
    if found is None:
        found = _Known(Likeness(items(services, product_ids)))
        _MEMORY.put(services, listed, found)
    return found


def _prior(rows: Sequence[SelectedProduct]) -> npt.NDArray[np.float64]:
    """What search, theme and judge make of each product together, before what it sells."""
    return np.array([p.relevance for p in rows])


def _proposals(
    services: Services, known: _Known, said: Mapping[str, Verdict], selection: Selection, intent: Intent
) -> tuple[Proposal, ...]:
    """Patterns in the verdicts that speak of what a product is, and in those that speak of its price."""
    speaking = {name: one.kept for name, one in said.items() if one.strength > 0 or one.priced}
    priced = frozenset(name for name, one in said.items() if one.priced)
    reading = read(intent.text, intent)
    near = _near(services, known)
    return find(known.likeness.items, speaking, selection.strategy, reading, near=near, priced=priced)


def _near(services: Services, known: _Known) -> Near:
    """A negative term takes out by meaning what lies above the stricter threshold, unless the product negates it."""
    listed = known.likeness.items

    def near(term: str) -> npt.NDArray[np.bool_]:
        there = known.near.get(term)
        if there is not None:
            return there
        said = frozenset(tokens(term))
        vectors = np.stack([item.vector for item in listed])
        close = vectors @ services.encoder.encode([term])[0] >= services.encoder.profile.tau_negative
        found: npt.NDArray[np.bool_] = close & np.array([not item.profile.negated >= said for item in listed])
        found.setflags(write=False)
        if len(known.near) >= _WORDS:
            known.near.clear()
        known.near[term] = found
        return found

    return near


def _sentence(verdicts: int, moved: int) -> str:
    if verdicts < STARTS_AT:
        needed = STARTS_AT - verdicts
        return f"{needed} more {'verdict' if needed == 1 else 'verdicts'} and the list begins to learn."
    products = "1 product" if moved == 1 else f"{moved} products"
    return f"Learned from {verdicts} verdicts: {products} moved."
