"""What research hands to planning: passages with their source, and what was taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ResearchMode = Literal["none", "single", "wide", "deep"]
RESEARCH_MODES: tuple[ResearchMode, ...] = ("none", "single", "wide", "deep")

EvidenceSource = Literal["web", "library", "calendar", "catalogue"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of a search, best first: where it leads and the few words that the provider shows of it.

    `page` counts from 1 within a document of the trend library; None for what has no pages.
    """

    title: str
    address: str
    snippet: str = ""
    when: date | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage that research found. `key` names it within one research ("e1", "e2", ...), as findings cite it.

    `address` is a web address, `library:FILE` or "" for the calendar and the catalogue; `query` is the search that led
    to it; `when` is when it was written, None where it does not say.
    """

    key: str
    source: EvidenceSource
    title: str
    address: str
    text: str
    when: date | None = None
    query: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was learned: a sentence, search words that follow from it, and the evidence that it leans on."""

    text: str
    terms: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


ResearchEnd = Literal["done", "nothing new", "budget", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Research:
    """What one research came to. `ended` says why it went no further, `note` in words where something was missed.

    `seconds` is wall time; `cost_usd` None where a price is not known.
    """

    mode: ResearchMode
    theme: str
    queries: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    summary: str = ""
    ended: ResearchEnd = "done"
    note: str = ""
    searches: int = 0
    pages: int = 0
    turns: int = 0
    seconds: float = 0.0
    cost_usd: float | None = 0.0
