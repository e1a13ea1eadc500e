"""How far a research may go: hard limits of searches, pages, turns and time, by mode and one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from core.domain import ResearchMode
from core.errors import InputError


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one research; money and tokens are bounded by the model that is handed in (`core.llm.budget`).

    `hits` a search, `snippets` kept a search of pages that were not read, `passages` a page, `evidence` in all.
    `at_once` bounds searches and pages at the same time; the limits of seconds are for one search, one page, one
    question to the model, and the whole.
    """

    searches: int
    pages: int
    turns: int
    seconds: float
    hits: int = 8
    snippets: int = 4
    passages: int = 2
    evidence: int = 40
    at_once: int = 6
    search_seconds: float = 15.0
    page_seconds: float = 15.0
    model_seconds: float = 60.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least = 0 if field.name in ("pages", "snippets") else 1 if isinstance(value, int) else 0.001
            if not least <= value < 100_000:
                raise InputError(f"The limit of {field.name.replace('_', ' ')} must be at least {least}, not {value}.")


LIMITS: Mapping[ResearchMode, Limits] = MappingProxyType(
    {
        "none": Limits(searches=1, pages=0, turns=1, seconds=5.0),
        "single": Limits(searches=1, pages=3, turns=1, seconds=90.0, snippets=6),
        "wide": Limits(searches=6, pages=8, turns=1, seconds=120.0),
        "deep": Limits(searches=8, pages=8, turns=10, seconds=300.0),
    }
)
"""What each mode may do unless it is told otherwise."""
