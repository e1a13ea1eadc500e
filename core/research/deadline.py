"""Waits that end: one moment that every part of a piece of work is held to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Deadline:
    """A moment `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left, 0.0 once it has passed."""
        return max(0.0, self._end - time.monotonic())


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns, or its error; raises `TimeoutError` after `seconds`.

    For calls that take no time limit themselves. One that is late goes on in a thread of its own, which nobody waits
    for: it is a daemon, so that it holds up no exit.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            done.set_result(call())
        except BaseException as error:  # it belongs to the thread that waits
            done.set_exception(error)

    threading.Thread(target=work, name="research-wait", daemon=True).start()
    return done.result(timeout=seconds)
