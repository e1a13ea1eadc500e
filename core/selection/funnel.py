"""From recalled candidates to a curated list, coarse to fine; deterministic, ties by product id.

1. recalled: the candidates, and what the operator pinned.
2. eligible: in stock (unknown passes), in the price range (unknown passes only where none is asked), in the categories.
3. judged: where there is a judge, it grades the best by recall, each variant by itself, so that of a family the one
   that was asked for can stand for all; a product that a rule allows a Mismatch at best leaves.
4. families: of a product's variants the most relevant stands for all.
5. relevant: relevance = score (cut to 1), or with a known fit to the theme (1 - f) score + f fit; with a judge
   (1 - j) of that + j of what the judge expects. A product passes at a share of the mean of the most relevant ones:
   relative to what this catalogue has for this theme, never a mere top K, so that a thin theme gives a short list and
   not a padded one.
6. potential: rating, sales, margin, freshness (`core.selection.potential`); nobody leaves. The final score is
   w relevance + (1 - w) potential.
7. diverse: a cap on each category and maximal marginal relevance (`core.selection.diversity`).
8. selected: the size of the list.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Generator, Sequence
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.domain import SelectedProduct, Selection, Step, Strategy
from core.events import Event, SelectionFinished, StageFinished, StageStarted, Warned
from core.selection.diversity import Integers, Picked, pick
from core.selection.eligibility import Verdict, eligibility
from core.selection.facts import EPOCH, Floats, ProductFacts
from core.selection.judged import Judge, Judged
from core.selection.options import SelectionOptions
from core.selection.pool import Pool
from core.selection.potential import Potential, RatingPrior, potential, rating_prior
from core.selection.trace import Station, Trace
from core.selection.wording import why

Vectors = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Product ids to their normalised vectors, one row each, in order."""


class Funnel:
    """One strategy's candidates, facts and options; computes when first asked and then answers for every product.

    `facts` cover the candidates and the pinned products, in any order. `recalled` is the size of the recalled set where
    more was found than entered, `population` that of the catalogue. `prior` is the rating before anybody rated; None
    takes the mean of `facts`. Without `vectors` the list is made diverse by categories alone, without `judge` nobody is
    judged and that step is none. Of the categories in `named`, which the theme itself asks for, a list may be full.
    """

    def __init__(
        self,
        strategy: Strategy,
        pool: Pool,
        *,
        facts: ProductFacts,
        today: date,
        options: SelectionOptions | None = None,
        vectors: Vectors | None = None,
        prior: RatingPrior | None = None,
        recalled: int | None = None,
        population: int | None = None,
        judge: Judge | None = None,
        named: Container[str] = (),
    ) -> None:
        self.strategy, self.pool, self.facts, self.today = strategy, pool, facts, today
        self.options = SelectionOptions() if options is None else options
        self.recalled = len(pool.ids) if recalled is None else recalled
        self.population = population
        self._vectors, self._prior, self._judge, self._named = vectors, prior, judge, named

    def judged_by(self, judge: Judge | None) -> Funnel:
        """The same products with another judge."""
        return Funnel(
            self.strategy,
            self.pool,
            facts=self.facts,
            today=self.today,
            options=self.options,
            vectors=self._vectors,
            prior=self._prior,
            recalled=self.recalled,
            population=self.population,
            judge=judge,
            named=self._named,
        )

    @cached_property
    def trace(self) -> Trace:
        """What happened to every product."""
        options, facts, pool = self.options, self.facts, self.pool
        known = set(pool.ids)
        ids = (*pool.ids, *(i for i in dict.fromkeys(options.pinned) if i not in known))
        own = facts.take(facts.rows(ids))
        filters = self.strategy.filters if options.filters is None else options.filters
        by_hand = set(options.pinned)
        pinned = np.fromiter((i in by_hand for i in ids), bool, len(ids))
        verdict = eligibility(ids, own, filters=filters, rejected=options.rejected)
        verdict[pinned & (verdict > Verdict.GONE)] = Verdict.ELIGIBLE
        relevance = _relevance(pool, options, len(ids))
        judged = self._judged(ids, relevance, verdict == Verdict.ELIGIBLE, pinned)
        stays = verdict == Verdict.ELIGIBLE
        if judged is not None:
            relevance = np.round((1 - options.judge_weight) * relevance + options.judge_weight * judged.fit(), 6)
            stays &= ~judged.gated | pinned
        head = _heads(ids, own, relevance, stays, pinned)
        heads = head == np.arange(len(ids))
        best = _best(relevance[heads & (np.arange(len(ids)) < len(pool.ids))], options.reference)
        share = options.share_asked(filters.strictness, judged=judged is not None)
        passed = np.flatnonzero(heads & ((relevance >= share * best) | pinned))
        kept, worth, fused = self._ranked(ids, own, relevance, passed)
        picked = self._pick(ids, own, kept, fused)
        place = np.full(len(ids), -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        return Trace(
            pool, ids, own, options, filters, pinned, verdict, judged, head, relevance, best, kept, place, worth, fused,
            picked, station=_stations(verdict, stays, heads, kept, picked, options.size),
        )  # fmt: skip

    def _judged(
        self, ids: Sequence[str], relevance: Floats, eligible: npt.NDArray[np.bool_], pinned: npt.NDArray[np.bool_]
    ) -> Judged | None:
        """What the judge says of the best by recall, those added by hand first; None without a judge."""
        if self._judge is None:
            return None
        order = np.lexsort((np.array(ids, dtype=str), -relevance, ~pinned))
        return Judged.ask(self._judge, ids, order[eligible[order]][: self.options.judged_most])

    def _ranked(
        self, ids: Sequence[str], own: ProductFacts, relevance: Floats, passed: Integers
    ) -> tuple[Integers, Potential, Floats]:
        """The products that passed in the order of the final score, pinned first, with their potential and score."""
        options = self.options
        at = {i: n for n, i in enumerate(dict.fromkeys(options.pinned))}
        own_ids = [ids[k] for k in passed.tolist()]
        worth = potential(
            own.take(passed),
            today=self.today,
            weights=options.potential,
            half_life_days=options.half_life_days,
            prior=rating_prior(own) if self._prior is None else self._prior,
        )
        fused = options.relevance_weight * relevance[passed] + (1 - options.relevance_weight) * worth.value
        fused = np.round(fused, 6)
        first = np.fromiter((at.get(i, len(at)) for i in own_ids), np.int64, len(own_ids))
        order = np.lexsort((np.array(own_ids, dtype=str), -fused, first))
        ranked = Potential(
            worth.parts[order], worth.known[order], worth.value[order], worth.stars[order], worth.weights
        )
        return passed[order], ranked, fused[order]

    def _pick(self, ids: Sequence[str], own: ProductFacts, kept: Integers, fused: Floats) -> Picked:
        options = self.options
        by_hand = set(options.pinned)
        own_ids = [ids[k] for k in kept.tolist()]
        fixed = sum(i in by_hand for i in own_ids)
        numbers: dict[str, int] = {"": -1}
        paths = ["" if own.category[k] in self._named else own.category[k] for k in kept.tolist()]
        categories = np.fromiter((numbers.setdefault(p, len(numbers) - 1) for p in paths), np.int64, len(paths))
        compared = own_ids[: options.diverse_first + fixed]
        vectors = None if self._vectors is None or not compared else self._vectors(compared)
        return pick(
            fused,
            categories,
            size=max(options.size, fixed),
            category_share=options.category_share,
            first=options.diverse_first,
            balance=options.balance,
            vectors=vectors,
            fixed=fixed,
        )

    @cached_property
    def _index(self) -> dict[str, int]:
        return {product_id: k for k, product_id in enumerate(self.trace.ids)}

    def path(self, product_id: str) -> tuple[Step, ...]:
        """A product's steps up to where it left, and all of them where it is in the list."""
        k = self._index.get(product_id)
        if k is None:
            return (
                Step(Station.RECALLED.name.lower(), False, "no term found it, or a negative term or filter cut it"),
            )
        return self.trace.path(k)

    def left_at(self, product_id: str) -> str | None:
        """The step at which a product left, None where it is in the list."""
        last = self.path(product_id)[-1]
        return None if last.passed else last.stage

    def selection(self) -> Selection:
        """The list with each product's path, and the counts of every step."""
        trace = self.trace
        others: dict[int, list[str]] = {}
        for k in np.flatnonzero((trace.head >= 0) & (trace.head != np.arange(len(trace.ids)))).tolist():
            others.setdefault(int(trace.head[k]), []).append(trace.ids[k])
        if trace.judged is not None:
            trace.judged.judgments(trace.kept[trace.picked.order].tolist())  # all at once
        return Selection(
            strategy=self.strategy,
            products=tuple(
                self._product(int(at), rank, others) for rank, at in enumerate(trace.picked.order.tolist(), start=1)
            ),
            funnel=trace.stages(population=self.population, recalled=self.recalled),
        )

    def _product(self, at: int, rank: int, others: dict[int, list[str]]) -> SelectedProduct:
        trace = self.trace
        k = int(trace.kept[at])
        facts, terms = trace.facts, trace.terms(k)
        return SelectedProduct(
            product_id=trace.ids[k],
            rank=rank,
            score=float(trace.fused[at]),
            relevance=float(trace.relevance[k]),
            potential=float(trace.potential.value[at]),
            why=why(
                terms,
                pinned=bool(trace.pinned[k]),
                rating=float(facts.rating[k]),
                rating_count=float(facts.rating_count[k]),
                sales=float(trace.potential.parts[at, 1]) if trace.potential.known[at, 1] else np.nan,
                age_days=float((self.today - EPOCH).days) - float(facts.launch_day[k]),
                stock=float(facts.stock[k]),
            ),
            path=trace.path(k),
            variants=tuple(sorted(others.get(k, ()))),
            pinned=bool(trace.pinned[k]),
            terms=terms,
            judgment=None if trace.judged is None else trace.judged.judgments([k])[0],
        )


def select(funnel: Funnel) -> Generator[Event, None, Selection]:
    """Run a funnel: events while it works, then the selection, which `SelectionFinished` carries too."""
    yield StageStarted("selection", f"{len(funnel.pool.ids):,} candidates")
    for product_id in funnel.options.pinned:
        if product_id in funnel.options.rejected:
            yield Warned("selection", f"{product_id} was added by hand and rejected; it stays out.")
    began = time.perf_counter()
    selection = funnel.selection()
    listed = len(selection.products)
    yield StageFinished("selection", f"{_products(listed)} in the list", time.perf_counter() - began)
    if listed < funnel.options.size:
        yield Warned("selection", _short(listed, selection))
    yield SelectionFinished(selection)
    return selection


def _short(listed: int, selection: Selection) -> str:
    steps = [(s.entered - s.left, s.stage, s.reasons) for s in selection.funnel[1:] if s.entered > s.left]
    if not steps:
        return f"{_products(listed)} found in all; wider terms would find more."
    _, stage, reasons = max(steps, key=lambda step: step[0])
    main, count = max(reasons, key=lambda pair: pair[1])
    return f"The list holds {_products(listed)}; most others left at “{stage}” ({main}: {count:,})."


def _products(count: int) -> str:
    return "1 product" if count == 1 else f"{count:,} products"


def _relevance(pool: Pool, options: SelectionOptions, size: int) -> Floats:
    scores = np.clip(pool.scores, 0.0, 1.0)
    if pool.fit is not None:
        scores = (1 - options.fit_weight) * scores + options.fit_weight * np.clip(pool.fit, 0.0, 1.0)
    return np.concatenate([np.round(scores, 6), np.zeros(size - len(scores))])


def _best(relevance: Floats, reference: int) -> float:
    """The mean of the most relevant ones, 0 of none."""
    return float(np.sort(relevance)[::-1][:reference].mean()) if len(relevance) else 0.0


def _heads(
    ids: Sequence[str],
    facts: ProductFacts,
    relevance: Floats,
    eligible: npt.NDArray[np.bool_],
    pinned: npt.NDArray[np.bool_],
) -> Integers:
    """The index that stands for each product's family; a pinned product always stands for itself."""
    head = np.full(len(ids), -1, dtype=np.int64)
    order = np.lexsort((np.array(ids, dtype=str), -relevance, ~pinned))
    first: dict[str, int] = {}
    for k in order[eligible[order]].tolist():
        family = facts.family[k] if facts.family[k] else ids[k]
        head[k] = k if pinned[k] else first.get(family, k)
        first.setdefault(family, k)
    return head


def _stations(
    verdict: npt.NDArray[np.int8],
    stays: npt.NDArray[np.bool_],
    heads: npt.NDArray[np.bool_],
    kept: Integers,
    picked: Picked,
    size: int,
) -> npt.NDArray[np.int8]:
    station = np.full(len(verdict), Station.RELEVANT, dtype=np.int8)
    station[~heads] = Station.FAMILIES
    station[~stays] = Station.JUDGED
    station[verdict != Verdict.ELIGIBLE] = Station.ELIGIBLE
    # Whoever would have been in by score alone left for the sake of variety, all others for want of room.
    crowded = picked.capped | (np.arange(len(kept)) < size)
    station[kept] = np.where(crowded, Station.DIVERSE, Station.SELECTED)
    station[kept[picked.order]] = Station.STAYED
    return station
