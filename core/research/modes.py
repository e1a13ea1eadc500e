"""Research in its four modes behind one function, with the same evidence out whichever was asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from core.domain import Evidence, Intent, Research, ResearchEnd, ResearchMode
from core.events import Event, EvidenceFound, ResearchStarted, StageFinished
from core.llm.contract import ChatModel
from core.research.contract import PageReader, SearchProvider
from core.research.deep import gather_deep
from core.research.inquiry import STAGE, Inquiry
from core.research.limits import LIMITS, Limits
from core.research.named import Sold, extract
from core.research.notebook import Notebook
from core.research.single import gather_single
from core.research.synthesis import conclude
from core.research.wide import gather_wide

Gather = Callable[[Inquiry], Generator[Event, None, ResearchEnd | None]]

_GATHER: Mapping[ResearchMode, Gather] = MappingProxyType(
    {"single": gather_single, "wide": gather_wide, "deep": gather_deep}
)


def research(
    mode: ResearchMode,
    intent: Intent,
    *,
    provider: SearchProvider,
    reader: PageReader,
    model: ChatModel | None,
    today: date,
    limits: Limits | None = None,
    extra: Sequence[Evidence] = (),
    sold: Sold | None = None,
    notebook: Notebook | None = None,
) -> Generator[Event, None, Research]:
    """Look outside for an idea; queries, sources and passages are told as they come.

    `extra` is evidence that is there before any search (the calendar, what sells); its keys are given anew. `sold`
    counts the products that hold the words of a phrase. Without a model the queries and findings are made by rules.
    Mode `none` searches for nothing. A search or page that fails is told and left out; the research `ended` as
    "failed" where every search failed, as "budget" where a limit of time, turns or money was reached before its end.

    Closing the generator stops it; a `notebook` that was handed in then still holds what there is (see `so_far`).
    Raises nothing of its own.
    """
    bounds = LIMITS[mode] if limits is None else limits
    notes = Notebook(mode, intent.text, bounds) if notebook is None else notebook
    inquiry = Inquiry(intent, notes, provider, reader, model, today, sold)
    if mode != "none":
        yield ResearchStarted(mode, intent.text, provider.name)
    yield from (EvidenceFound(kept) for kept in map(notes.take_over, extra) if kept is not None)
    before = len(notes.evidence)
    gather = _GATHER.get(mode)
    if gather is None:
        notes.close("done", findings=inquiry.by_rules()[0])
        return notes.research()
    ended = yield from gather(inquiry)
    _say_what_is_missing(inquiry, found=len(notes.evidence) - before)
    findings, summary = yield from conclude(inquiry)
    if notes.searches and notes.failed == notes.searches:
        ended = "failed"
    elif inquiry.spent:
        ended = "budget"
    notes.close("done" if ended is None else ended, findings=findings, summary=summary)
    result = notes.research()
    told = f"{len(result.findings)} findings from {len(result.evidence)} passages, {result.searches} searches"
    yield StageFinished(STAGE, told, result.seconds)
    return result


def so_far(notebook: Notebook, intent: Intent, *, ended: ResearchEnd = "stopped", sold: Sold | None = None) -> Research:
    """What a research that was broken off has come to, with the findings that rules make of it."""
    notebook.settle()
    notebook.close(ended, findings=extract(notebook.evidence, intent, sold=sold))
    return notebook.research()


def _say_what_is_missing(inquiry: Inquiry, *, found: int) -> None:
    """Tell an operator who gets nothing why, and what to do."""
    notes = inquiry.notebook
    if found or notes.failed == notes.searches:
        return
    if inquiry.provider.name == "library":
        notes.say("The trend library holds nothing on this. Add notes and reports to it, or set a web search.")
    else:
        notes.say("No search found anything on this. Word the idea in other terms, or plan without research.")
