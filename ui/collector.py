"""Keeps Streamlit from walking every object of every session after each run of any of them."""

from __future__ import annotations

import gc
import time
from typing import Any

from streamlit.runtime.scriptrunner import script_runner

SECONDS = 5.0


class SparingCollector:
    """The module `gc` with a `collect` that does its work once in so many seconds; in between it does nothing.

    The collections that Python begins by itself go on as ever.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._last = float("-inf")

    def collect(self, generation: int = 2) -> int:
        """Collect where the last time is long enough ago; returns how many objects were let go."""
        now = time.monotonic()
        if now - self._last < self._seconds:
            return 0
        self._last = now
        return gc.collect(generation)

    def __getattr__(self, name: str) -> Any:
        return getattr(gc, name)


def spare_collections() -> None:
    """Make Streamlit collect sparingly.

    It collects all generations after every run, for the sake of apps with little memory. With fifty lists open that
    was half of all the time that the server had (`make bench BENCH=studio`); there is no setting for it.
    """
    script_runner.gc = SparingCollector()  # type: ignore[assignment,attr-defined]
