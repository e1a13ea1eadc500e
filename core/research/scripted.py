"""A search and a reader that answer from a script: for tests, for demonstrations, and for work without a network."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from core.domain import Hit
from core.errors import PageError
from core.research.contract import Page

Hits = Sequence[Hit] | Exception


class ScriptedSearch:
    """Answers every query from `answers`: by its words, or by a function of them; an exception is raised.

    A query that is not in the script finds nothing. `seconds` is how long a search takes. `calls` are the queries in
    the order in which they came. Safe to share between threads.
    """

    def __init__(
        self, answers: Mapping[str, Hits] | Callable[[str], Hits], *, name: str = "scripted", seconds: float = 0.0
    ) -> None:
        self._answers = answers
        self._name = name
        self._seconds = seconds
        self._lock = threading.Lock()
        self.calls: list[str] = []

    @property
    def name(self) -> str:
        """What the provider is called."""
        return self._name

    def search(self, query: str, *, limit: int, seconds: float) -> tuple[Hit, ...]:
        """What the script says, at most `limit` of it."""
        with self._lock:
            self.calls.append(query)
        if self._seconds:
            time.sleep(self._seconds)
        found = self._answers(query) if callable(self._answers) else self._answers.get(query, ())
        if isinstance(found, Exception):
            raise found
        return tuple(found[:limit])


class ScriptedReader:
    """Reads the pages it was given, by address; an exception is raised, and `PageError` for an address not given.

    `seconds` is how long a page takes; `calls` are the addresses in the order in which they came. Safe to share between
    threads.
    """

    def __init__(self, pages: Mapping[str, str | Page | Exception], *, seconds: float = 0.0) -> None:
        self._pages = pages
        self._seconds = seconds
        self._lock = threading.Lock()
        self.calls: list[str] = []

    def read(self, address: str) -> Page:
        """The page of the script."""
        with self._lock:
            self.calls.append(address)
        if self._seconds:
            time.sleep(self._seconds)
        page = self._pages.get(address)
        if isinstance(page, Exception):
            raise page
        if page is None:
            raise PageError(f"The script holds no page at {address}.")
        return page if isinstance(page, Page) else Page(address, "", page)
