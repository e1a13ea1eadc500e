"""From a strategy to a curated list: the funnel, saving, versions, export."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.domain import Filters, Intent, Product, Selection, Step, Strategy
from core.events import Event, StageFinished, StageStarted, result_of
from core.pipeline.catalogues import categories, ready, shelf
from core.pipeline.ideas import plan
from core.pipeline.judging import standing_feedback, verdicts
from core.pipeline.models import run_budget
from core.pipeline.plans import as_meant, merge_filters
from core.pipeline.relevance import Rerank, check_rerank
from core.pipeline.searching import search
from core.pipeline.theme_judging import ThemeJudge, judge_again, second_opinions
from core.recall import full
from core.selection import export
from core.selection.facts import ProductFacts
from core.selection.funnel import Funnel
from core.selection.funnel import select as run_funnel
from core.selection.options import SelectionOptions
from core.selection.pool import Pool
from core.services import Services, Shelf
from core.store.records import RunEnd, SavedSelection
from core.text import tokens

RECALLED = 30_000
"""At most so many recalled products enter the funnel, best first."""

FACTS = "product_id title category family price stock rating rating_count monthly_sales margin launch_date".split()


def select(
    services: Services,
    intent: Intent,
    *,
    strategy: Strategy,
    size: int = 200,
    pinned: Sequence[str] = (),
    rejected: Mapping[str, str] | None = None,
    rerank: Rerank = "local",
    selection_id: str | None = None,
    budget_usd: float | None = None,
    run_id: str | None = None,
) -> Generator[Event, None, Selection]:
    """Recall a strategy and run the funnel: eligibility, rules and judge, relevance, potential, diversity.

    `pinned` products are always in; `rejected` ones (id to reason) never. The filters of intent and strategy both hold,
    and the rules of the catalogue and of the selection `selection_id`. `rerank` `llm` also asks the language model of
    the uncertain products and of the first, within `budget_usd` (None: the setting's); where it fails the list is made
    without it. Raises `SettingsError` where no model is set then.
    """
    check_rerank(services, rerank)
    opened = yield from ready(services)
    strategy = replace(strategy, filters=merge_filters(strategy.filters, intent.filters))
    options = SelectionOptions(size=size, pinned=tuple(pinned), rejected=dict(rejected or {}))
    yield StageStarted("recall", f"{len(strategy.positive)} terms find, {len(strategy.negative)} cut")
    began = time.perf_counter()
    judge = None if rerank == "none" else ThemeJudge(services, intent, selection_id=selection_id)
    funnel = _funnel(services, opened, intent, strategy, options).judged_by(judge)
    yield StageFinished(
        "recall", f"{funnel.recalled:,} of {opened.catalogue.rows:,} products", time.perf_counter() - began
    )
    if rerank == "llm":
        budget = run_budget(services, run_id, budget_usd)
        said = yield from second_opinions(
            services, intent, funnel.trace, budget=budget, run_id=run_id, selection_id=selection_id
        )
        funnel = funnel.judged_by(ThemeJudge(services, intent, selection_id=selection_id, said=said))
    return (yield from run_funnel(funnel))


def rehearse(services: Services) -> None:
    """Plan, choose and search once and keep nothing, so that the first operator does not wait for what loads then.

    The theme is a category of the catalogue in use. Raises the catalogue's errors.
    """
    paths = [path.split(" > ")[-1] for path in categories(services)]
    theme = next((name for name in paths if any(c.isalpha() for c in name)), "gift")
    trajectory = result_of(plan(services, theme, turns=2))
    result_of(select(services, trajectory.intent, strategy=trajectory.best.strategy))
    search(services, theme, limit=1)


def trace(
    services: Services,
    intent: Intent,
    selection: Selection,
    product_id: str,
    *,
    size: int = 200,
    pinned: Sequence[str] = (),
    rejected: Mapping[str, str] | None = None,
    selection_id: str | None = None,
) -> tuple[Step, ...]:
    """A product's way through the funnel of a selection, and where it left; with the options it was made with."""
    chosen = next((p for p in selection.products if p.product_id == product_id), None)
    if chosen is not None:
        return chosen.path
    options = SelectionOptions(size=size, pinned=tuple(pinned), rejected=dict(rejected or {}))
    judge = judge_again(services, intent, selection, selection_id=selection_id)
    return _funnel(services, shelf(services), intent, selection.strategy, options).judged_by(judge).path(product_id)


def _funnel(services: Services, opened: Shelf, intent: Intent, strategy: Strategy, options: SelectionOptions) -> Funnel:
    return funnel_and_recalled(services, opened, intent, strategy, options)[0]


def funnel_and_recalled(
    services: Services, opened: Shelf, intent: Intent, strategy: Strategy, options: SelectionOptions
) -> tuple[Funnel, full.Recalled]:
    """The funnel over the recalled set before the filters, so that it can say what they kept out, and that set."""
    lexicon = opened.snapshot.lexicon
    everything = full.recall(
        opened.catalogue, services.encoder, replace(strategy, filters=Filters()), lexicon=lexicon, limit=RECALLED
    )
    found = everything
    if found.count > RECALLED:  # so many that the best alone may miss what the filters would keep
        found = full.recall(opened.catalogue, services.encoder, strategy, lexicon=lexicon, limit=RECALLED)
    profile = services.encoder.profile
    ids = found.product_ids
    theme = as_meant(services, opened, intent).text
    cosine = found.intent_cosines(services.encoder.encode([theme])[0])
    fit = np.clip((cosine.astype(np.float64) - profile.random) / (profile.gold - profile.random), 0.0, 1.0)
    place = {product_id: k for k, product_id in enumerate(ids)}
    vectors = found.vectors

    def vectors_of(wanted: Sequence[str]) -> npt.NDArray[np.float32]:
        missing = opened.catalogue.vectors([i for i in wanted if i not in place])
        return np.stack([vectors[place[i]] if i in place else missing[i] for i in wanted])

    facts = full.fetch(opened.catalogue, found.row_ids, FACTS).select(FACTS)
    added = [p for p in options.pinned if p not in place]
    if added:
        facts = pa.concat_tables([facts, opened.catalogue.rows_of(added, FACTS).select(FACTS)])
    funnel = Funnel(
        strategy,
        Pool(ids, found.scores, found.terms, fit),
        facts=ProductFacts.from_table(facts),
        today=date.today(),
        options=options,
        vectors=vectors_of,
        recalled=found.count,
        population=opened.catalogue.rows,
        named=_named(theme, opened.snapshot.filter_columns.categories),
    )
    return funnel, everything


def _named(theme: str, paths: Sequence[str]) -> frozenset[str]:
    """The categories that a theme names: of "casual shoes for men" that of casual shoes, not all others of shoes."""
    asked = set(tokens(theme))
    return frozenset(path for path in paths if (name := _name(path)) and asked.issuperset(name))


@lru_cache(maxsize=20_000)
def _name(path: str) -> tuple[str, ...]:
    """The tokens of a category's own name, read once: every list asks for those of the whole catalogue."""
    return tokens(path.rpartition(" > ")[2])


def save_selection(
    services: Services,
    selection: Selection,
    *,
    intent: Intent,
    selection_id: str | None = None,
    expected_version: int | None = None,
    note: str = "",
    actor: str | None = None,
    intent_id: str | None = None,
    run_id: str | None = None,
    size: int | None = None,
    ends: RunEnd | None = None,
) -> tuple[str, int]:
    """Save a new version and return (selection id, number); raises `StoreConflict` where another is current by now.

    `actor` None is the one of the settings; `intent_id` names the intent where it is kept already; `run_id` is the run
    that planned it, `size` how long the list was asked to be. `ends` ends the run that made it in the same step.
    """
    actor = services.settings.actor if actor is None else actor
    if selection_id is None and intent_id is None:
        intent_id = services.store.save_intent(intent, actor=actor)
    return services.store.save_selection_version(
        selection_id,
        selection,
        # The name is the theme to begin with and the operator's to change, so a later version keeps it.
        name=" ".join(intent.text.split())[:120] if selection_id is None else None,
        actor=actor,
        expected_version=expected_version,
        note=note,
        intent_id=intent_id,
        run_id=run_id,
        size=size,
        ends=ends,
    )


def open_selection(services: Services, selection_id: str, *, version: int | None = None) -> SavedSelection:
    """A saved selection at its newest version, or at one of its old ones; raises `StoreMissing`."""
    return services.store.load_selection(selection_id, version)


def export_selection(services: Services, selection: Selection, form: str, *, selection_id: str | None = None) -> bytes:
    """The list as csv, xlsx, json or parquet; products that were rejected in the saved selection are left out."""
    dropped = {i for i, v in verdicts(services, selection_id).items() if v == "reject"} if selection_id else set[str]()
    kept = [p for p in selection.products if p.product_id not in dropped]
    selection = replace(selection, products=tuple(replace(p, rank=rank) for rank, p in enumerate(kept, start=1)))
    found: dict[str, Product] = shelf(services).catalogue.products([p.product_id for p in kept])
    return export.export(selection, found, form)


def rejected_products(services: Services, selection_id: str) -> dict[str, str]:
    """Products that stand rejected in a saved selection, with the reason in words."""
    return {
        name: ", ".join(s.reasons) or "rejected"
        for (subject, name), s in standing_feedback(services, selection_id).items()
        if subject == "product" and s.verdict == "reject"
    }
