"""What stands behind every number of a selection, and what its charts draw: both out of one computation."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from core.domain import Behind, Insight, Intent, Lens, Selection, TermCut, TermShare
from core.pipeline.catalogues import shelf
from core.pipeline.judging import verdicts
from core.pipeline.selections import funnel_and_recalled, rejected_products
from core.pipeline.theme_judging import ThemeJudge, judge_again
from core.recall import full
from core.recall.matched import Matched
from core.recall.terms import term
from core.selection.anatomy import CUTS, FINDS, Anatomy, Found, Judged, once
from core.selection.options import SelectionOptions
from core.selection.overlaps import combinations
from core.selection.seasons import season_of, seasons_of_rows
from core.selection.tiers import of_tier
from core.services import Services, Shelf

COMBINATIONS = 12
"""So many combinations of terms are told apart; the others are counted."""

_COMPARED = ["product_id", "price", "rating", "category", "attributes"]
_REMEMBERED = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that an anatomy depends on beside the catalogue."""

    version: tuple[str, str]
    intent: Intent
    selection: Selection
    rejected: tuple[tuple[str, str], ...]
    size: int
    today: date
    southern: bool
    judge: str


class _Memory:
    """The last few anatomies, so that a click on a chart does not recall what the chart has just counted.

    Asked by equality and not by hash: a selection is mostly asked for again as the same object.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: WeakKeyDictionary[Services, list[tuple[_Asked, Anatomy]]] = WeakKeyDictionary()

    def get(self, services: Services, asked: _Asked) -> Anatomy | None:
        with self._lock:
            known = list(self._held.get(services, ()))
        return next((found for other, found in known if other == asked), None)

    def put(self, services: Services, asked: _Asked, found: Anatomy) -> None:
        with self._lock:
            self._held[services] = [(asked, found), *self._held.get(services, [])][:_REMEMBERED]


_MEMORY = _Memory()


def behind(
    services: Services,
    intent: Intent,
    selection: Selection,
    lens: Lens,
    *,
    selection_id: str | None = None,
    pinned: Sequence[str] = (),
    size: int = 200,
    southern: bool = False,
) -> Behind:
    """The products behind a number of a selection, best first, each with why it is in or where it left.

    `size` is what the selection was made with; what stands judged in `selection_id`, and `pinned` by hand, is behind
    the numbers of judgements; the judge's tiers stand in the selection itself. Raises `InputError` for a term or reason
    that the selection does not have.
    """
    if lens.kind == "judged":
        return of_tier(selection, lens)
    rejected = {} if selection_id is None else rejected_products(services, selection_id)
    anatomy = _anatomy(
        services, intent, selection, selection_id=selection_id, rejected=rejected, size=size, southern=southern
    )
    standing = {} if selection_id is None else verdicts(services, selection_id)
    kept = tuple(name for name, verdict in standing.items() if verdict == "accept")
    judged = Judged(kept, rejected, tuple(pinned))
    return anatomy.behind(_as_read(lens, anatomy.found), judged)


def insight(
    services: Services,
    intent: Intent,
    selection: Selection,
    *,
    selection_id: str | None = None,
    pinned: Sequence[str] = (),
    size: int = 200,
    southern: bool = False,
) -> Insight:
    """Everything that the charts of a selection draw; every bar is a `Lens` that `behind` answers with equal count.

    `southern` turns the seasons round; `pinned` changes nothing here and is taken so that both are asked alike.
    """
    rejected = {} if selection_id is None else rejected_products(services, selection_id)
    opened = shelf(services)
    a = _anatomy(
        services, intent, selection, selection_id=selection_id, rejected=rejected, size=size, southern=southern
    )
    finds, cuts = a.finds & a.passes, a.cuts & a.passes & a.any
    only, cuts_only = finds & once(a.finds), cuts & once(a.cuts)
    mixed = combinations(finds, a.listed, a.found.positive)
    shown, others = mixed[:COMBINATIONS], mixed[COMBINATIONS:]
    spreads = {kind: a.bars(kind).spread(a.listed, a.removed) for kind in ("price", "category", "rating", "season")}
    return Insight(
        listed=int(a.listed.sum()),
        variants=int(a.variant.sum()),
        found=int(a.who(Lens("found")).sum()),
        removed=int(a.removed.sum()),
        cut=int(a.cut_out.sum()),
        funnel=a.funnel,
        terms=tuple(
            TermShare(text, int(finds[j].sum()), int(only[j].sum()), int((finds[j] & a.listed).sum()))
            for j, text in enumerate(a.found.positive)
        ),
        cuts=tuple(
            TermCut(text, int(cuts[j].sum()), int(cuts_only[j].sum())) for j, text in enumerate(a.found.negative)
        ),
        combinations=shown,
        more_combinations=len(others),
        more_products=sum(c.count for c in others),
        prices=spreads["price"],
        categories=spreads["category"],
        ratings=spreads["rating"],
        seasons=spreads["season"],
        currency=opened.catalogue.info.currency,
        today=date.today(),
        southern=southern,
    )


def _anatomy(
    services: Services,
    intent: Intent,
    selection: Selection,
    *,
    selection_id: str | None,
    rejected: Mapping[str, str],
    size: int,
    southern: bool,
) -> Anatomy:
    """The selection taken apart: what it was made with is read from itself, what was rejected since is left aside."""
    opened = shelf(services)
    inside = {i for p in selection.products for i in (p.product_id, *p.variants)}
    before = tuple((i, why) for i, why in sorted(rejected.items()) if i not in inside)
    info = opened.catalogue.info
    judge = judge_again(services, intent, selection, selection_id=selection_id)
    by = "" if judge is None else judge.version
    asked = _Asked((info.name, info.version), intent, selection, before, size, date.today(), southern, by)
    found = _MEMORY.get(services, asked)
    if found is None:
        found = _take_apart(services, opened, asked, judge)
        _MEMORY.put(services, asked, found)
    return found


def _take_apart(services: Services, opened: Shelf, asked: _Asked, judge: ThemeJudge | None) -> Anatomy:
    selection = asked.selection
    options = SelectionOptions(
        size=max(asked.size, len(selection.products)),
        pinned=tuple(p.product_id for p in selection.products if p.pinned),
        rejected=dict(asked.rejected),
    )
    strategy = selection.strategy
    funnel, recalled = funnel_and_recalled(services, opened, asked.intent, strategy, options)
    funnel = funnel.judged_by(judge)
    matched = recalled.matched(strategy)
    stages = funnel.trace.stages(population=opened.catalogue.rows, recalled=funnel.recalled)
    # What is remembered lets go of the vectors that the pool can ask for its terms.
    pool = replace(funnel.pool, terms=lambda k: ())
    anatomy = Anatomy(selection, replace(funnel.trace, pool=pool), _found(matched), funnel=stages)
    told = _facts(opened, matched, anatomy.ids)
    anatomy.compare(
        price=told["price"].to_numpy().astype(np.float64),
        rating=told["rating"].to_numpy().astype(np.float64),
        category=["" if path is None else path for path in told["category"].to_pylist()],
        seasons=seasons_of_rows(
            ["{}" if a is None else a for a in told["attributes"].to_pylist()], southern=asked.southern
        ),
        now=season_of(asked.today, southern=asked.southern),
    )
    return anatomy


def _found(matched: Matched) -> Found:
    return Found(
        ids=matched.ids,
        positive=tuple(t.text for t in matched.terms.positive),
        negative=tuple(t.text for t in matched.terms.negative),
        finds=matched.finds,
        own=matched.own,
        cuts=matched.cuts,
        passes=matched.passes,
        scores=matched.scores,
    )


def _facts(opened: Shelf, matched: Matched, ids: Sequence[str]) -> pa.Table:
    """What is compared of these products, in order; a product that left the catalogue has nulls."""
    told = full.fetch(opened.catalogue, matched.row_ids, _COMPARED).select(_COMPARED)
    extra = ids[len(matched.ids) :]
    if extra:
        told = pa.concat_tables([told, opened.catalogue.rows_of(extra, _COMPARED).select(_COMPARED)])
    at = {product_id: row for row, product_id in enumerate(told["product_id"].to_pylist())}
    return told.take(pa.array([at.get(i) for i in ids], pa.int64()))


def _as_read(lens: Lens, found: Found) -> Lens:
    """The lens with its terms as the recall knows them, whatever their case and blanks."""
    negative = lens.kind in CUTS
    known = {term(text).key: text for text in (found.negative if negative else found.positive)}

    def read(text: str) -> str:
        return known.get(term(text).key, text)

    changes: dict[str, Any] = {}
    if negative or lens.kind in FINDS:
        changes = {"value": read(lens.value)}
    elif lens.kind == "overlap":
        changes = {"value": read(lens.value), "other": read(lens.other), "terms": tuple(read(t) for t in lens.terms)}
    return replace(lens, **changes) if changes else lens
