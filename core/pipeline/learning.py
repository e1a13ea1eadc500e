"""Live learning in one selection: its standing verdicts, what they teach, in which order to go on, what to cut.

A pure function of the selection's own standing feedback: a verdict that is undone is as if it had never been, and no
other selection is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core import feedback
from core.domain import FeedbackEvent, Intent, SelectedProduct, Selection
from core.pipeline.catalogues import shelf
from core.pipeline.judging import judge_product
from core.relevance.contract import Item
from core.relevance.live import STARTS_AT, Order, learn
from core.relevance.patterns import Proposal, find
from core.relevance.profile import profile
from core.relevance.reading import read
from core.services import Services

__all__ = ["STARTS_AT", "LearnedList", "LearnedProduct", "Order", "Proposal", "learned", "more_like", "none_of"]

Statement = Literal["more_like", "none_of"]

STRENGTH: Mapping[str, float] = {"more_like": 3.0, "none_of": 1.5}
"""How often a verdict counts that was said as "more like this" or "none of these"."""


@dataclass(frozen=True, slots=True)
class LearnedProduct:
    """One product not judged yet. `rank` is its new place and `was` its rank in the list, both from 1.

    `fit` in [0, 1] is the chance that the operator keeps it, `uncertainty` in [0, 1] what a verdict on it would teach.
    `up` says how it moved against the judge alone: +1 up, -1 down, 0 about where it was. `reason` is one sentence;
    `like` the id of the judged product that it names (None: none), `like_kept` whether that was kept, and `shares` what
    the two have in common, in words.
    """

    product_id: str
    rank: int
    was: int
    fit: float
    uncertainty: float
    up: Literal[1, 0, -1]
    reason: str
    like: str | None = None
    like_kept: bool = False
    shares: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearnedList:
    """A list's products in the order asked for, the ones not judged yet; what was learned, and what could be cut.

    `active` says that there are enough verdicts (`needed` more otherwise, 0 when active): a screen offers the orders
    then. `moved` products changed their place. `sentence` says it all in words.
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

    @property
    def verdicts(self) -> int:
        """How many products stand judged."""
        return self.kept + self.rejected


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands for one product, and how often it counts when learned from."""

    kept: bool
    strength: float


def learned(
    services: Services, selection_id: str, selection: Selection, intent: Intent, order: Order = "list"
) -> LearnedList:
    """The products of a list that are not judged yet, in the order that what was learned gives, each with its reason.

    Raises the catalogue's and the store's errors. Products that left the catalogue are left out.
    """
    said = standing(services.store.feedback(selection_id))
    chosen = selection.products
    items = _items(services, [p.product_id for p in chosen])
    known = {item.product.product_id for item in items}
    rows = [p for p in chosen if p.product_id in known]
    verdicts = {name: one.kept for name, one in said.items()}
    found = learn(items, _prior(rows), verdicts, strength={name: one.strength for name, one in said.items()})
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
            why.sentence,
            why.like,
            why.kept,
            why.shares,
        )
        for rank, name in enumerate(found.order(order if active else "list"), start=1)
        for k, why in ((found.index[name], found.why(name)),)
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
        proposals=find(items, found.judged, selection.strategy, read(intent.text, intent)),
    )


def standing(events: Sequence[FeedbackEvent]) -> dict[str, Verdict]:
    """The last standing verdict on each product, by id, from all events of one selection in order of arrival."""
    found: dict[str, Verdict] = {}
    for event in feedback.in_force(events):
        if event.subject == "product" and event.verdict in ("accept", "reject"):
            found[event.subject_id] = Verdict(
                event.verdict == "accept", STRENGTH.get(str(event.context.get("statement")), 1.0)
            )
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


def _items(services: Services, product_ids: Sequence[str]) -> list[Item]:
    catalogue = shelf(services).catalogue
    products, vectors = catalogue.products(product_ids), catalogue.vectors(product_ids)
    return [Item(found, profile(found), vectors[name]) for name, found in products.items() if name in vectors]


def _prior(rows: Sequence[SelectedProduct]) -> npt.NDArray[np.float64]:
    """What the judge said of each product, or the relevance in the funnel where nobody judged."""
    return np.array([p.relevance if p.judgment is None else p.judgment.fit for p in rows])


def _sentence(verdicts: int, moved: int) -> str:
    if verdicts < STARTS_AT:
        needed = STARTS_AT - verdicts
        return f"{needed} more {'verdict' if needed == 1 else 'verdicts'} and the list begins to learn."
    products = "1 product" if moved == 1 else f"{moved} products"
    return f"Learned from {verdicts} verdicts: {products} moved."
