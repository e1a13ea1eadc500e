"""What one research has gathered so far: it can be closed at any moment, and nothing in it is then lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import date

from core.domain import Evidence, EvidenceSource, Finding, Hit, Research, ResearchEnd, ResearchMode
from core.llm.contract import ChatReply
from core.research.limits import Limits
from core.research.passages import plain_address, shingles, within
from core.text import tokens

LIBRARY = "library:"
"""How an address of the trend library begins."""

_TITLE = 200
_TEXT = 1_500
_LEAST = 25
_NEWS_SHARE = 0.2


class Notebook:
    """Evidence without repeats under keys "e1", "e2" ..., what was done for it, and what it cost.

    `news` counts passages that brought words which no earlier one had. Kept by one thread; only `spend` may be called
    from others.
    """

    def __init__(self, mode: ResearchMode, theme: str, limits: Limits) -> None:
        self.mode, self.theme, self.limits = mode, theme, limits
        self.queries: list[str] = []
        self.evidence: list[Evidence] = []
        self.notes: list[str] = []
        self.findings: tuple[Finding, ...] = ()
        self.summary = ""
        self.ended: ResearchEnd = "stopped"
        """How it ended; "stopped" until somebody says otherwise, which is what a research is that was broken off."""
        self.searches = self.failed = self.pages = self.turns = self.news = 0
        self._offered: dict[str, tuple[Hit, str]] = {}
        self._texts: list[frozenset[tuple[str, ...]]] = []
        self._words: set[str] = set()
        self._began = time.monotonic()
        self._cost: float | None = 0.0
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Wall time since it began."""
        return time.monotonic() - self._began

    @property
    def seconds_left(self) -> float:
        """Of the limit; may be below 0."""
        return self.limits.seconds - self.seconds

    def say(self, note: str) -> None:
        """Keep a sentence for the operator, once."""
        if note and note not in self.notes:
            self.notes.append(note)

    def spend(self, reply: ChatReply) -> None:
        """Count what an answer cost; one without a price makes the whole unknown."""
        cost = 0.0 if reply.cached else reply.cost_usd
        with self._lock:
            self._cost = None if cost is None or self._cost is None else self._cost + cost

    def keep(
        self,
        text: str,
        *,
        source: EvidenceSource,
        title: str,
        address: str,
        when: date | None = None,
        query: str = "",
        page: int | None = None,
    ) -> Evidence | None:
        """Keep a passage; None for one that says next to nothing or what an earlier one says, and where it is full."""
        kept = text.strip()[:_TEXT]
        if len(kept) < _LEAST or len(self.evidence) >= self.limits.evidence:
            return None
        shape = shingles(kept)
        if not shape or any(within(shape, known) for known in self._texts):
            return None
        words = frozenset(tokens(kept))
        if len(words - self._words) >= _NEWS_SHARE * len(words):
            self.news += 1
        self._words |= words
        self._texts.append(shape)
        key = f"e{len(self.evidence) + 1}"
        found = Evidence(key, source, " ".join(title.split())[:_TITLE], address, kept, when, query, page)
        self.evidence.append(found)
        return found

    def take_over(self, found: Evidence) -> Evidence | None:
        """Keep evidence from elsewhere under a key of this research."""
        return self.keep(
            found.text,
            source=found.source,
            title=found.title,
            address=found.address,
            when=found.when,
            query=found.query,
            page=found.page,
        )

    def keep_hit(self, hit: Hit, query: str) -> Evidence | None:
        """Keep what a search shows of a hit, which of the trend library is the passage itself."""
        self._offered.pop(plain_address(hit.address), None)
        source: EvidenceSource = "library" if hit.address.startswith(LIBRARY) else "web"
        return self.keep(
            hit.snippet,
            source=source,
            title=hit.title,
            address=hit.address,
            when=hit.when,
            query=query,
            page=hit.page,
        )

    def offer(self, hit: Hit, query: str) -> None:
        """Remember a hit whose page may still be read; `settle` keeps what the search showed of it."""
        self._offered.setdefault(plain_address(hit.address), (hit, query))

    def withdraw(self, address: str) -> None:
        """Forget an offered hit: its page was read."""
        self._offered.pop(plain_address(address), None)

    def settle(self) -> tuple[Evidence, ...]:
        """Keep what searches showed of pages that were not read, at most `limits.snippets` a query."""
        kept: list[Evidence] = []
        taken: dict[str, int] = {}
        for hit, query in list(self._offered.values()):
            if taken.get(query, 0) < self.limits.snippets:
                found = self.keep_hit(hit, query)
                if found is not None:
                    taken[query] = taken.get(query, 0) + 1
                    kept.append(found)
        self._offered.clear()
        return tuple(kept)

    def close(self, ended: ResearchEnd, *, findings: Sequence[Finding] = (), summary: str = "") -> None:
        """Say how it ended and what was learned."""
        self.ended, self.findings, self.summary = ended, tuple(findings), summary

    def research(self) -> Research:
        """What it has come to so far."""
        self.settle()
        return Research(
            mode=self.mode,
            theme=self.theme,
            queries=tuple(self.queries),
            evidence=tuple(self.evidence),
            findings=self.findings,
            summary=self.summary,
            ended=self.ended,
            note=" ".join(self.notes),
            searches=self.searches,
            pages=self.pages,
            turns=self.turns,
            seconds=round(self.seconds, 3),
            cost_usd=self._cost,
        )
