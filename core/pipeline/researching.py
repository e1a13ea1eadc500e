"""Research for an idea: what the calendar, the catalogue and the operator's notes know already, then the search of a
mode; what it came to is kept, also of one that was broken off, so that a later plan can start from it."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from datetime import date

import numpy as np

from core.domain import Evidence, Intent, Research, ResearchMode
from core.errors import InputError, SearchError, StoreError
from core.events import Event, ResearchFinished, StageStarted, Warned
from core.llm.budget import Budget
from core.pipeline.catalogues import ready
from core.pipeline.known import calendar_evidence, movers
from core.pipeline.models import RunModels
from core.research.contract import PageReader, SearchProvider
from core.research.limits import LIMITS, Limits
from core.research.modes import research, so_far
from core.research.named import Held, Sold
from core.research.notebook import LIBRARY, Notebook
from core.research.providers import provider
from core.research.queries import subject
from core.services import Services, Shelf
from core.store.records import ResearchRecord
from core.text import tokens

_log = logging.getLogger(__name__)
_STAGE = "research"
_NOTES = 4
_NOTES_SECONDS = 5.0


def research_theme(
    services: Services,
    intent: Intent,
    *,
    mode: ResearchMode,
    budget: Budget | None = None,
    budget_usd: float | None = None,
    run_id: str | None = None,
    limits: Limits | None = None,
    search: SearchProvider | None = None,
    reader: PageReader | None = None,
) -> Generator[Event, None, tuple[str | None, Research]]:
    """Research an idea in a mode and keep what it came to; returns its id in the store with it.

    `budget` is that of the run, where there is one; else `budget_usd` bounds it (None: the setting's). `run_id` is the
    run that calls of models are logged under. `search` and `reader` are those of the settings unless they are handed
    in. The id is None for the mode `none`, which looks at calendar and catalogue alone and is not kept, and where the
    store failed, which is told. Closing the generator stops it: what was found by then is kept and reads as "stopped".

    Raises `InputError` for what cannot be asked for, `SearchError` where the search chosen is not set up, and the
    catalogue's errors; a search, a page or a model that fails is told and gone on without.
    """
    if mode not in LIMITS:
        raise InputError(f"There is no research {mode!r}; known: {', '.join(LIMITS)}.")
    if budget_usd is not None and not 0 <= budget_usd < 1e9:
        raise InputError(f"A budget is an amount in US dollars such as 0.50, not {budget_usd:g}.")
    place = provider(services.settings, lambda: services.library) if search is None else search
    pages = services.pages if reader is None else reader
    models = RunModels(services, run_id=run_id, budget=budget, budget_usd=budget_usd)
    notebook = Notebook(mode, intent.text, LIMITS[mode] if limits is None else limits)
    work = _researched(services, intent, notebook, models, place, pages, run_id)
    return (yield from models.telling(work))


def _researched(
    services: Services,
    intent: Intent,
    notebook: Notebook,
    models: RunModels,
    place: SearchProvider,
    pages: PageReader,
    run_id: str | None,
) -> Generator[Event, None, tuple[str | None, Research]]:
    opened = yield from ready(services)
    today = date.today()
    sold = _sold(opened)
    extra = [*calendar_evidence(services, intent, today=today), *movers(services, intent, today=today)]
    if place.name != "library":
        extra += yield from _own_notes(services, intent)
    work = research(
        notebook.mode,
        intent,
        provider=place,
        reader=pages,
        model=None if notebook.mode == "none" else models.model("planner"),
        today=today,
        extra=extra,
        sold=sold,
        notebook=notebook,
        limits=notebook.limits,
    )
    finished = False
    try:
        found = yield from work
        finished = True
    finally:
        if not finished and notebook.queries:
            _keep_quietly(services, so_far(notebook, intent, sold=sold), run_id)
    if notebook.mode == "none":
        return None, found
    try:
        research_id = services.store.save_research(found, run_id=run_id, owner=services.settings.actor)
    except StoreError as error:
        yield Warned(_STAGE, f"What was found is used now, but could not be kept for later: {error}")
        research_id = None
    yield ResearchFinished(found, research_id)
    return research_id, found


def _keep_quietly(services: Services, found: Research, run_id: str | None) -> None:
    """Keep what a research that was broken off has found; nobody listens any more."""
    try:
        services.store.save_research(found, run_id=run_id, owner=services.settings.actor)
    except StoreError as error:
        _log.warning("A research that was stopped could not be kept: %s", error)


def _own_notes(services: Services, intent: Intent) -> Generator[Event, None, list[Evidence]]:
    """What the operator's own notes say of the theme, which counts wherever the research looks."""
    query = subject(intent)
    try:
        hits = services.library.search(query, limit=_NOTES, seconds=_NOTES_SECONDS)
    except SearchError as error:
        yield Warned(_STAGE, str(error))
        return []
    if hits:
        yield StageStarted(_STAGE, f"{len(hits)} passages of the trend library speak of it")
    return [
        Evidence("", "library", hit.title, hit.address or LIBRARY, hit.snippet, hit.when, query, hit.page)
        for hit in hits
    ]


def _sold(opened: Shelf) -> Sold:
    """What the catalogue has for a phrase: products whose category's last two parts hold its words, and any at all."""
    columns = opened.snapshot.filter_columns
    ends = [frozenset(tokens(" ".join(path.split(" > ")[-2:]))) for path in columns.categories]

    def count(phrases: Sequence[str]) -> list[Held]:
        sizes = np.bincount(columns.category, minlength=len(ends))
        held: list[Held] = []
        for phrase in phrases:
            stems = frozenset(tokens(phrase))
            kind = sum(int(sizes[code]) for code, end in enumerate(ends) if stems and stems <= end)
            held.append(Held(kind, len(opened.snapshot.rows_with_all("tokens", tuple(stems)))))
        return held

    return count


def recent_research(services: Services, theme: str | None = None, *, limit: int = 20) -> tuple[ResearchRecord, ...]:
    """What was researched, the newest first: for one theme (case and spaces do not matter), or all."""
    return services.store.recent_research(theme, limit=limit)


def load_research(services: Services, research_id: str) -> Research:
    """A kept research; raises `StoreMissing`."""
    return services.store.load_research(research_id)
