"""What a research told of itself, laid out to be seen: its queries, what each found, what was taken from each source.

Every part carries `at`, the second of the run at which it came, so that the same story is drawn live and replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from core.domain import Evidence, Finding, Hit, Research, ResearchMode
from core.events import EvidenceFound, PageRead, ResearchFinished, ResearchStarted, SearchFinished, Thought

ResearchEvent = ResearchStarted | Thought | SearchFinished | PageRead | EvidenceFound | ResearchFinished

SOURCES_SHOWN = 6
"""Hits of one search that are shown before any of them is read."""
MAX_TAKEN = 320
"""Characters of one passage that are shown."""

_GIVEN = {"calendar": "The calendar", "catalogue": "Your catalogue", "library": "Your notes", "web": "Pages"}
_ENDS = {
    "done": "",
    "nothing new": "It ended when two turns brought nothing new.",
    "budget": "It ended with its budget.",
    "stopped": "It was stopped; what was found by then is kept.",
    "failed": "It broke off; what was found by then is kept.",
}

StepKind = Literal["search", "turn", "given"]


@dataclass(frozen=True, slots=True)
class Taken:
    """One passage that was kept: `key` is what findings cite it by."""

    at: float
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One page or document: found at `at`, read at `read_at` (None: not read), and what was taken from it."""

    at: float
    title: str
    address: str
    place: str
    read_at: float | None = None
    error: str = ""
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One search, one turn of a deep search with its thought, or what was there without a search (`given`)."""

    at: float
    kind: StepKind
    title: str = ""
    facet: str = ""
    thought: str = ""
    turn: int = 0
    hits: int | None = None
    seconds: float = 0.0
    error: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ResearchStory:
    """The story of one research; `ended_at` None while it goes on. `kept` is taken from an earlier run as it was."""

    at: float
    mode: ResearchMode
    theme: str
    provider: str = ""
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    summary: str = ""
    note: str = ""
    ended_at: float | None = None
    research_id: str | None = None
    kept: bool = False

    @property
    def searches(self) -> int:
        """Searches that ended."""
        return sum(step.hits is not None for step in self.steps)

    @property
    def pages(self) -> int:
        """Pages that were read."""
        return sum(s.read_at is not None and not s.error for step in self.steps for s in step.sources)

    @property
    def passages(self) -> int:
        """Passages that were kept."""
        return sum(len(s.taken) for step in self.steps for s in step.sources)


def told(story: ResearchStory | None, event: ResearchEvent, at: float) -> ResearchStory | None:
    """The story after one more event, which came `at` so many seconds after the run began."""
    if isinstance(event, ResearchStarted):
        return ResearchStory(at, event.mode, event.theme, event.provider)
    if isinstance(event, ResearchFinished):
        return _ended(story, event, at)
    if story is None:
        return None
    if isinstance(event, Thought):
        return replace(story, steps=(*story.steps, Step(at, "turn", thought=event.text, turn=event.turn)))
    if isinstance(event, SearchFinished):
        return replace(story, steps=_searched(story.steps, event, at))
    if isinstance(event, PageRead):
        return replace(story, steps=_read(story.steps, event, at))
    return replace(story, steps=_taken(story.steps, event.evidence, at))


def story_of(research: Research, research_id: str | None, *, at: float = 0.0, kept: bool = True) -> ResearchStory:
    """The story of a research that is kept, from its evidence alone: each query with what was taken from its pages."""
    steps: tuple[Step, ...] = tuple(Step(at, "search", query) for query in research.queries)
    for evidence in research.evidence:
        steps = _taken(steps, evidence, at)
    story = ResearchStory(at, research.mode, research.theme, steps=steps, kept=kept)
    return _closed(story, research, research_id, at)


def _ended(story: ResearchStory | None, event: ResearchFinished, at: float) -> ResearchStory:
    if story is None or (event.research.evidence and not story.passages):
        return story_of(event.research, event.research_id, at=at, kept=story is None)
    return _closed(story, event.research, event.research_id, at)


def _closed(story: ResearchStory, research: Research, research_id: str | None, at: float) -> ResearchStory:
    note = " ".join(part for part in (_ENDS.get(research.ended, ""), research.note) if part)
    return replace(
        story,
        findings=research.findings,
        summary=research.summary,
        note=note,
        ended_at=at,
        research_id=research_id,
    )


def _searched(steps: Sequence[Step], event: SearchFinished, at: float) -> tuple[Step, ...]:
    found = tuple(_source(hit, at) for hit in event.hits[:SOURCES_SHOWN])
    facts = {
        "title": event.query,
        "facet": event.facet,
        "hits": len(event.hits),
        "seconds": event.seconds,
        "error": event.error if event.error is not None else "",
        "sources": found,
    }
    if steps and steps[-1].kind == "turn" and steps[-1].hits is None:
        return (*steps[:-1], replace(steps[-1], **facts))  # type: ignore[arg-type]
    return (*steps, Step(at, "search", **facts))  # type: ignore[arg-type]


def _read(steps: Sequence[Step], event: PageRead, at: float) -> tuple[Step, ...]:
    error = event.error if event.error is not None else ""
    where = _place_of(steps, event.address)
    turn = bool(steps) and steps[-1].kind == "turn" and steps[-1].hits is None
    if where is None or (turn and where[0] != len(steps) - 1):
        # A turn that reads a page which an earlier turn found: it is shown where it is read.
        title = event.title if event.title else event.address
        source = Source(at, title, event.address, place_of(event.address), at, error)
        return _with_source(steps, source, at)
    step, number = where
    old = steps[step].sources[number]
    fresh = replace(old, read_at=at, error=error, title=event.title if event.title else old.title)
    return _put(steps, step, number, fresh)


def _taken(steps: Sequence[Step], evidence: Evidence, at: float) -> tuple[Step, ...]:
    text = "\n".join(line for line in (" ".join(one.split()) for one in evidence.text.splitlines()) if line)
    taken = Taken(at, evidence.key, text if len(text) <= MAX_TAKEN else f"{text[:MAX_TAKEN].rstrip()}…")
    where = _place_of(steps, evidence.address, evidence.query) if evidence.address else None
    if where is not None:
        step, number = where
        old = steps[step].sources[number]
        return _put(steps, step, number, replace(old, taken=(*old.taken, taken)))
    source = Source(at, evidence.title, evidence.address, _place(evidence), taken=(taken,))
    if evidence.query:
        at_query = next((n for n, s in enumerate(steps) if s.title == evidence.query), None)
        if at_query is not None:
            step_ = steps[at_query]
            fresh = replace(step_, sources=(*step_.sources, source))
            return (*steps[:at_query], fresh, *steps[at_query + 1 :])
    return _with_given(steps, source, _GIVEN[evidence.source], at)


def _with_source(steps: Sequence[Step], source: Source, at: float) -> tuple[Step, ...]:
    if not steps:
        return (Step(at, "given", _GIVEN["web"], sources=(source,)),)
    return (*steps[:-1], replace(steps[-1], sources=(*steps[-1].sources, source)))


def _with_given(steps: Sequence[Step], source: Source, title: str, at: float) -> tuple[Step, ...]:
    """The steps with something that no search found; all of one kind stands together, before the first search."""
    number = next((n for n, s in enumerate(steps) if s.kind == "given" and s.title == title), None)
    if number is None:
        first = next((n for n, s in enumerate(steps) if s.kind != "given"), len(steps))
        return (*steps[:first], Step(at, "given", title, sources=(source,)), *steps[first:])
    return (
        *steps[:number],
        replace(steps[number], sources=(*steps[number].sources, source)),
        *steps[number + 1 :],
    )


def _place_of(steps: Sequence[Step], address: str, query: str = "") -> tuple[int, int] | None:
    """Where a source stands: the newest step that has it; where it was read before where it was only found, and of
    those the one of this query."""
    found = [
        (n, k) for n, step in enumerate(steps) for k, source in enumerate(step.sources) if source.address == address
    ]
    read = [(n, k) for n, k in found if steps[n].sources[k].read_at is not None]
    of_query = [(n, k) for n, k in read or found if query and steps[n].title == query]
    best = of_query or read or found
    return best[-1] if best else None


def _put(steps: Sequence[Step], step: int, number: int, source: Source) -> tuple[Step, ...]:
    old = steps[step]
    fresh = replace(old, sources=(*old.sources[:number], source, *old.sources[number + 1 :]))
    return (*steps[:step], fresh, *steps[step + 1 :])


def _source(hit: Hit, at: float) -> Source:
    return Source(at, hit.title if hit.title else hit.address, hit.address, _parts(hit.address, hit.page, hit.when))


def _place(evidence: Evidence) -> str:
    return _parts(evidence.address, evidence.page, evidence.when)


def _parts(address: str, page: int | None, when: object) -> str:
    parts: Iterable[str] = (
        place_of(address),
        f"page {page}" if page is not None else "",
        str(when) if when is not None else "",
    )
    return " · ".join(part for part in parts if part)


def place_of(address: str) -> str:
    """Where an address leads in a word: a host without www, or the name of a document of the operator's own."""
    if address.startswith("library:"):
        return address.removeprefix("library:")
    try:
        host = urlsplit(address).hostname if address.startswith(("http://", "https://")) else None
    except ValueError:
        host = None
    return "" if host is None else host.removeprefix("www.")
