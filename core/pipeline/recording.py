"""Keeps what a run says and how it ends while it works, for runs in the background and of the command line alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import Any, TypeVar

from core.errors import RunCancelled, ShelfcraftError, StoreError
from core.events import Event, StageProgress, Warned
from core.services import Services
from core.store.records import RunStatus, Sign
from core.store.store import Store
from core.store.workers import this_worker

T = TypeVar("T")

COMMAND = "command"
"""The parameter that marks a run of the command line, which nobody else can go on with."""

BROKE_OFF = "The run broke off because of a fault of the program. The log of the server says more; try it again."

_log = logging.getLogger(__name__)
_PROGRESS_SECONDS = 0.25
_PATIENCE_SECONDS = 5.0


class Recorder:
    """Keeps the events of one attempt of a run in their order, and its end; safe for one thread.

    Progress of one stage is kept at most four times a second, and always its last. A store that fails costs a while's
    record at most: what could not be kept is tried again with what follows.
    """

    def __init__(self, store: Store, run_id: str, *, attempt: int) -> None:
        self.run_id, self.attempt = run_id, attempt
        self.sign: Sign = "go"
        self.stopped_as: RunStatus = "cancelled"
        """What a run that is closed before its end is called."""
        self.ending: tuple[RunStatus, str | None, Mapping[str, Any] | None] | None = None
        """Status, error and result of a run that ended, also where the store does not know of it yet."""
        self.ended = False
        self._store = store
        self._waiting: list[Event] = []
        self._held: StageProgress | None = None
        self._progress: dict[str, float] = {}
        self._failing = False
        self._not_before = 0.0

    def keep(self, event: Event) -> str | None:
        """Keep one event; returns why it cannot be kept where the store begins to fail. `sign` says how to go on."""
        if isinstance(event, StageProgress):
            moment = time.monotonic()
            if moment - self._progress.get(event.stage, -_PROGRESS_SECONDS) < _PROGRESS_SECONDS:
                if self._held is not None and self._held.stage != event.stage:
                    self._waiting.append(self._held)
                self._held = event
                return None
            self._progress[event.stage] = moment
            if self._held is not None and self._held.stage == event.stage:
                self._held = None  # this one is newer
        self._waiting += [event] if self._held is None else [self._held, event]
        self._held = None
        return self._write()

    def end(self, status: RunStatus, *, error: str | None = None, result: Mapping[str, Any] | None = None) -> None:
        """Keep how the run ended. Where the store fails, `ended` stays False and the call may be repeated."""
        self.ending = (status, error, result)
        if self._held is not None:
            self._waiting.append(self._held)
            self._held = None
        self._not_before = 0.0
        self._write()
        try:
            self._store.finish_run(self.run_id, status=status, error=error, result=result, attempt=self.attempt)
        except StoreError as exc:
            _log.warning("The end of run %s could not be kept: %s", self.run_id, exc)
            return
        self.ended = True

    def _write(self) -> str | None:
        """Hand everything that waits to the store; returns its complaint where it begins to fail, else None."""
        if not self._waiting or self.sign == "lost" or time.monotonic() < self._not_before:
            return None
        failing = self._failing
        try:
            self.sign = self._store.record_events(self.run_id, self._waiting, attempt=self.attempt)
        except StoreError as exc:
            self._failing, self._not_before = True, time.monotonic() + _PATIENCE_SECONDS
            _log.warning("Events of run %s could not be kept: %s", self.run_id, exc)
            return None if failing else str(exc)
        self._failing = False
        self._waiting.clear()
        return None


def kept(
    recorder: Recorder, work: Generator[Event, None, T], *, result: Callable[[T], Mapping[str, Any]] | None = None
) -> Generator[Event, None, T]:
    """Do work whose run has begun: hand its events on, keep each, and keep how it ends.

    Raises `RunCancelled` after the event at which a wish to stop was seen; closing the generator stops the run too.
    """
    status: RunStatus = "failed"
    error: str | None = BROKE_OFF
    outcome: Mapping[str, Any] | None = None
    try:
        value = yield from _followed(recorder, work)
        outcome = None if result is None else result(value)
        status, error = "finished", None
        return value
    except (GeneratorExit, KeyboardInterrupt, RunCancelled):
        status, error = recorder.stopped_as, None
        raise
    except ShelfcraftError as exc:
        error = str(exc)
        raise
    finally:
        recorder.end(status, error=error, result=outcome)


def _followed(recorder: Recorder, work: Generator[Event, None, T]) -> Generator[Event, None, T]:
    with closing(work):
        while True:
            try:
                event = next(work)
            except StopIteration as stop:
                value: T = stop.value
                return value
            complaint = recorder.keep(event)
            if complaint is not None:
                yield Warned("store", f"The run goes on, but is not recorded for now: {complaint}")
            yield event
            if recorder.sign == "stop":
                raise RunCancelled("The run was stopped; what was finished is kept.")


def recorded(
    services: Services,
    kind: str,
    work: Generator[Event, None, T] | Callable[[str], Generator[Event, None, T]],
    *,
    params: Mapping[str, Any],
) -> Generator[Event, None, T]:
    """Do work in the foreground as a run of its own: its events, its turns and its end are kept as they happen.

    Work that has to know its run (calls of models are logged under it) is handed in as a function of the run's id.
    """
    run_id = services.store.record_run(
        kind, owner=services.settings.actor, params={**params, COMMAND: kind}, worker=this_worker()
    )
    doing = work(run_id) if callable(work) else work
    return (yield from kept(Recorder(services.store, run_id, attempt=1), doing))
