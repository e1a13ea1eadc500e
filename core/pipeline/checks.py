"""Tries out what a settings screen shows: whether the language model answers, and whether the search finds anything."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import SearchError
from core.llm.contract import Stopped
from core.research.providers import provider
from core.services import Role, Services
from core.settings import Settings

if TYPE_CHECKING:
    from core.llm.probe import ModelCheck

QUERY = "gift ideas"
_HITS, _SECONDS = 5, 15.0


@dataclass(frozen=True, slots=True)
class SearchCheck:
    """What a try of the search came to, in a `sentence` for the operator; `hits` is how much it found."""

    ok: bool
    sentence: str
    hits: int = 0
    seconds: float = 0.0


def check_model(
    services: Services, role: Role = "planner", *, settings: Settings | None = None, stopped: Stopped | None = None
) -> ModelCheck:
    """Ask the model of a role a few short questions; it may take half a minute each.

    `settings` are tried in place of those in force, such as what a screen holds and has not kept. The sentence never
    holds a key. Raises `RunCancelled` where it is stopped, and nothing else.
    """
    # The package behind it takes half a second to import, which nobody waits for who checks nothing.
    from core.llm.probe import ModelCheck, check

    chosen = services.settings if settings is None else settings
    name = chosen.model_for(role)
    if name is None:
        return ModelCheck(False, "No language model is set up. Give its name, as its server lists it.", "missing")
    return check(name, base_url=chosen.base_url, api_key=chosen.api_key, pictures=role == "vision", stopped=stopped)


def check_search(services: Services, *, settings: Settings | None = None) -> SearchCheck:
    """Search for something that is found everywhere; raises nothing of its own."""
    chosen = services.settings if settings is None else settings
    began = time.monotonic()
    try:
        place = provider(chosen, lambda: services.library)
        if place.name == "library":
            return _library(services)
        hits = place.search(QUERY, limit=_HITS, seconds=_SECONDS)
    except SearchError as error:
        return SearchCheck(False, str(error), 0, time.monotonic() - began)
    took = time.monotonic() - began
    if not hits:
        return SearchCheck(False, f"{place.name} answers, but finds nothing for “{QUERY}”.", 0, took)
    return SearchCheck(True, f"{place.name} answers, in {took:.1f} s.", len(hits), took)


def _library(services: Services) -> SearchCheck:
    documents = services.library.documents()
    if not documents:
        told = "Research looks into the trend library, which is empty. Add notes and reports, or choose a web search."
        return SearchCheck(True, told)
    passages = sum(document.passages for document in documents)
    return SearchCheck(True, f"The trend library holds {len(documents)} documents, {passages:,} passages.", passages)
