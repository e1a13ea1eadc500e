"""Waiting for calls that block (a model, a search, a page) without holding up the run: a generator of events over a
thread, so that a run shows that it lives and breaks off when it is stopped."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from core.errors import ProviderError, ShelfcraftError
from core.events import Event, StageProgress
from core.llm.contract import Stopped

T = TypeVar("T")

TICK = 0.5
"""Seconds between two signs of life."""

_GRACE = 0.2
"""Seconds that a stopped call is waited for, so that one that heeds the sign has ended before the run goes on."""


@dataclass(slots=True)
class _Outcome(Generic[T]):
    name: str
    value: T | None = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Running:
    since: float
    thread: threading.Thread
    stop: threading.Event = field(default_factory=threading.Event)


def awaited(stage: str, call: Callable[[Stopped], T], *, note: str = "") -> Generator[Event, None, T]:
    """Run a blocking call in a thread and return what it returns, or raise what it raises.

    Yields `StageProgress` about twice a second, whose `done` are the whole seconds waited. Closing the generator makes
    the call's `stopped()` True; a call that does not heed it is left to end by itself and its result is dropped.
    """
    ended: SimpleQueue[_Outcome[T]] = SimpleQueue()
    running = _start(stage, call, ended)
    try:
        while True:
            try:
                outcome = ended.get(timeout=TICK)
                break
            except Empty:
                yield StageProgress(stage, int(time.monotonic() - running.since), None, note)
    finally:
        _leave([running])
    return _value(outcome)


def gathered(
    stage: str,
    calls: Mapping[str, Callable[[Stopped], T]],
    *,
    at_once: int,
    seconds: float,
    on_done: Callable[[str, T | ShelfcraftError], Iterable[Event]] | None = None,
    note: str = "",
) -> Generator[Event, None, Mapping[str, T | ShelfcraftError]]:
    """Run several blocking calls, `at_once` of them at a time, each for at most `seconds` from its own start.

    Returns name -> result in the order of `calls`; a call that raised a `ShelfcraftError` has that error for a result,
    and one over its limit a `ProviderError`: its `stopped()` turns True and its place is given to the next. Any other
    exception is a fault of the program: it ends the whole. The events of `on_done(name, result)` are yielded as each
    call ends, then a `StageProgress` with how many have ended; closing the generator stops all that run.
    """
    ended: SimpleQueue[_Outcome[T]] = SimpleQueue()
    waiting = list(calls.items())
    running: dict[str, _Running] = {}
    results: dict[str, T | ShelfcraftError] = {}
    try:
        while waiting or running:
            while waiting and len(running) < max(1, at_once):
                name, call = waiting.pop(0)
                running[name] = _start(name, call, ended)
            over = False
            for name, result in _next_ended(ended, running, seconds):
                over = True
                results[name] = result
                if on_done is not None:
                    yield from on_done(name, result)
            if over or running:
                yield StageProgress(stage, len(results), len(calls), note)
    finally:
        _leave(running.values())
    return {name: results[name] for name in calls}


def _next_ended(
    ended: SimpleQueue[_Outcome[T]], running: dict[str, _Running], seconds: float
) -> Iterable[tuple[str, T | ShelfcraftError]]:
    """Wait for the next ending or time limit, a tick at most; what ended is taken out of `running`."""
    first_limit = min(held.since for held in running.values()) + seconds
    found: list[tuple[str, T | ShelfcraftError]] = []
    try:
        outcome = ended.get(timeout=max(0.0, min(TICK, first_limit - time.monotonic())))
        # One that was given up at its limit may still report.
        if running.pop(outcome.name, None) is not None:
            error = outcome.error
            found.append((outcome.name, error if isinstance(error, ShelfcraftError) else _value(outcome)))
    except Empty:
        pass
    late = [name for name, held in running.items() if time.monotonic() - held.since >= seconds]
    for name in late:
        running.pop(name).stop.set()
        found.append((name, ProviderError(f"It took longer than {seconds:g} s and was left out.")))
    return found


def _start(name: str, call: Callable[[Stopped], T], ended: SimpleQueue[_Outcome[T]]) -> _Running:
    stop = threading.Event()

    def work() -> None:
        try:
            ended.put(_Outcome(name, value=call(stop.is_set)))
        except BaseException as error:  # raised again where it is waited for
            ended.put(_Outcome(name, error=error))

    # What the caller's context holds (a language, a trace) holds inside the call too.
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(work,), name=f"awaited {name[:40]}", daemon=True
    )
    running = _Running(time.monotonic(), thread, stop)
    thread.start()
    return running


def _leave(running: Iterable[_Running]) -> None:
    held = list(running)
    for one in held:
        one.stop.set()
    limit = time.monotonic() + _GRACE
    for one in held:
        one.thread.join(max(0.0, limit - time.monotonic()))


def _value(outcome: _Outcome[T]) -> T:
    if outcome.error is not None:
        raise outcome.error
    return outcome.value  # type: ignore[return-value]  # None only where the call itself returned None
