"""One event loop in a thread of its own that carries every call of a model in this process.

A call that waits in an event loop can be broken off at any moment, in the middle of a header that never ends as well;
one that blocks a thread in a socket cannot.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar

from core.errors import RunCancelled
from core.llm.contract import Stopped

T = TypeVar("T")

_POLL = 0.1
"""Seconds between two questions whether the call should stop."""

_lock = threading.Lock()
_held: asyncio.AbstractEventLoop | None = None


def _loop() -> asyncio.AbstractEventLoop:
    global _held
    with _lock:
        if _held is None:
            _held = asyncio.new_event_loop()
            threading.Thread(target=_held.run_forever, name="core.llm", daemon=True).start()
        return _held


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Begin a coroutine in the loop of the process."""
    return asyncio.run_coroutine_threadsafe(work, _loop())


def waited(work: Coroutine[Any, Any, T], stopped: Stopped | None = None) -> T:
    """Run a coroutine in the loop and wait for it; breaks it off and raises `RunCancelled` where `stopped` says so."""
    future = submit(work)
    try:
        while True:
            if stopped is not None and stopped():
                raise RunCancelled("The run was stopped; what was finished is kept.")
            try:
                return future.result(timeout=_POLL)
            except NotYet:
                if future.done():  # the coroutine's own, or it ended at this very moment
                    return future.result()
            except CancelledError:
                raise RunCancelled("The call was broken off.") from None
    finally:
        future.cancel()  # nothing where it is done
