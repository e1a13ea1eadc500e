"""Searching and reading, several at once, each with a time limit; each search, page and passage is told as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import TypeVar

from core.domain import Hit
from core.errors import ShelfcraftError
from core.events import Event, EvidenceFound, PageRead, SearchFinished
from core.llm.awaited import gathered
from core.llm.contract import Stopped
from core.research.contract import Page
from core.research.inquiry import STAGE, Inquiry
from core.research.notebook import LIBRARY
from core.research.passages import best_passages, plain_address
from core.research.queries import Query, subject
from core.text import tokens

T = TypeVar("T")

Found = tuple[Hit, str]
"""A hit and the query that found it."""

_LEAST_SECONDS = 0.05


def search_all(
    inquiry: Inquiry, queries: Sequence[Query], *, at_once: bool = False
) -> Generator[Event, None, list[Found]]:
    """Search for all queries together; the hits of web pages, the best of every query first, no address twice.

    Passages of the trend library are kept as they come; what a search shows of a web page is kept at once with
    `at_once`, else offered (see `Notebook.settle`), since the page itself may still be read.
    """
    notebook, limits = inquiry.notebook, inquiry.notebook.limits
    queries = queries[: max(0, limits.searches - notebook.searches)]
    facets = {query.text: query.facet for query in queries}
    clock = _Clock()
    seconds = max(_LEAST_SECONDS, min(limits.search_seconds, notebook.seconds_left))
    notebook.queries.extend(facets)
    notebook.searches += len(facets)

    def done(text: str, result: tuple[Hit, ...] | ShelfcraftError) -> Iterable[Event]:
        if isinstance(result, ShelfcraftError):
            notebook.failed += 1
            notebook.say(f"The search for “{text}” failed: {result}")
            yield SearchFinished(text, facets[text], (), clock.of(text), str(result))
            return
        hits = result[: limits.hits]
        # Kept before it is told: whoever stops here has it.
        kept = [notebook.keep_hit(hit, text) for hit in hits if hit.address.startswith(LIBRARY) or at_once]
        for hit in hits:
            if not hit.address.startswith(LIBRARY) and not at_once:
                notebook.offer(hit, text)
        yield SearchFinished(text, facets[text], hits, clock.of(text))
        yield from (EvidenceFound(one) for one in kept if one is not None)

    def search(text: str, stopped: Stopped) -> tuple[Hit, ...]:
        return inquiry.provider.search(text, limit=limits.hits, seconds=seconds)

    calls = {text: clock.timed(text, partial(search, text)) for text in facets}
    found = yield from gathered(STAGE, calls, at_once=limits.at_once, seconds=seconds, on_done=done, note="searching")
    return _in_turns(
        {text: hits[: limits.hits] for text, hits in found.items() if not isinstance(hits, ShelfcraftError)}
    )


def _in_turns(found: Mapping[str, Sequence[Hit]]) -> list[Found]:
    """The best hit of each query, then the second best of each, and so on; those of the library hold all they say."""
    seen = set[str]()
    turns: list[Found] = []
    for row in zip_longest(*([(hit, text) for hit in hits] for text, hits in found.items())):
        for pair in row:
            if pair is None or pair[0].address.startswith(LIBRARY):
                continue
            if plain_address(pair[0].address) not in seen:
                seen.add(plain_address(pair[0].address))
                turns.append(pair)
    return turns


def read_all(inquiry: Inquiry, found: Sequence[Found]) -> Generator[Event, None, None]:
    """Read the first pages together, as many as the limit leaves, and keep what speaks of the query or the theme."""
    notebook, limits = inquiry.notebook, inquiry.notebook.limits
    wanted = {hit.address: query for hit, query in found if hit.address}
    wanted = dict(list(wanted.items())[: max(0, limits.pages - notebook.pages)])
    titles = {hit.address: hit for hit, _ in found}
    clock = _Clock()
    seconds = max(_LEAST_SECONDS, min(limits.page_seconds, notebook.seconds_left))

    def done(address: str, result: Page | ShelfcraftError) -> Iterable[Event]:
        hit, query = titles[address], wanted[address]
        if isinstance(result, ShelfcraftError):
            yield PageRead(address, hit.title, 0, clock.of(address), str(result))
            return
        notebook.pages += 1
        title = result.title or hit.title
        about = frozenset(tokens(f"{query} {subject(inquiry.intent)}"))
        kept = [
            notebook.keep(
                text,
                source="web",
                title=title,
                address=result.address or address,
                when=result.when or hit.when,
                query=query,
                page=hit.page,
            )
            for text in best_passages(result.text, about, count=limits.passages)
        ]
        if any(kept):
            notebook.withdraw(address)
        yield PageRead(address, title, len(result.text), clock.of(address))
        yield from (EvidenceFound(one) for one in kept if one is not None)

    def read(address: str, stopped: Stopped) -> Page:
        return inquiry.reader.read(address)

    calls = {address: clock.timed(address, partial(read, address)) for address in wanted}
    yield from gathered(STAGE, calls, at_once=limits.at_once, seconds=seconds, on_done=done, note="reading pages")


def settle(inquiry: Inquiry) -> Generator[Event, None, None]:
    """Keep and tell what searches showed of pages that were not read."""
    for kept in inquiry.notebook.settle():
        yield EvidenceFound(kept)


class _Clock:
    """How long each call took, from when it began; safe for the threads that make the calls."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self._created = time.monotonic()

    def timed(self, name: str, call: Callable[[Stopped], T]) -> Callable[[Stopped], T]:
        def work(stopped: Stopped) -> T:
            self._began[name] = time.monotonic()
            return call(stopped)

        return work

    def of(self, name: str) -> float:
        return round(time.monotonic() - self._began.get(name, self._created), 3)
