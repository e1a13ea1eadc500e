"""Runs in the background: started, followed, stopped and resumed by any page, process or restart.

The store is what everybody looks at; this process only adds how quickly it notices. A run is its own attempt's: where
another process took it over, the old one's events and its end are refused (`Store.record_events`).
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import InputError, RunCancelled, ShelfcraftError, StoreError
from core.events import StageFinished, StageStarted
from core.pipeline.jobs import KINDS, checked, lane_of
from core.pipeline.recording import BROKE_OFF, COMMAND, Recorder, kept
from core.services import Services
from core.store.records import RunRecord, RunStatus, StoredEvent
from core.store.workers import lives, this_worker

__all__ = ["RunRecord", "RunStatus", "Runs", "StoredEvent"]

SILENCE = timedelta(seconds=60)
"""A run of a process that cannot be asked (another host's) is dead after so long without a sign of life."""

RESUMED_BY_ITSELF = 1
"""A run that broke off is gone on with once by itself; one that breaks off again waits for its operator."""

_WAITING_THREADS = 4  # a thread that waits for a model takes no part of the processor
_MANY = 10_000
_POLL_SECONDS = 0.2
_CLOSING_SECONDS = 3.0
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Job:
    """One attempt of a run in this process; `queued` is when it began to wait for a thread, None where it did not."""

    recorder: Recorder
    lane: _Lane
    queued: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


class _Lane:
    """So many threads that take jobs in their order, begun as they are needed."""

    def __init__(self, name: str, threads: int, work: Callable[[_Job], None]) -> None:
        self._name, self._threads, self._work = name, threads, work
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._begun = self._busy = 0
        self._closed = False

    def put(self, job: _Job, waits: Callable[[], None]) -> None:
        """Take a job; `waits` is called first where no thread is free for it."""
        with self._changed:
            full = self._busy + len(self._waiting) >= self._threads
        if full:
            waits()
        with self._changed:
            self._waiting.append(job)
            if self._begun < min(self._threads, self._busy + len(self._waiting)):
                self._begun += 1
                # Daemons: a process that ends does not wait for work that can be gone on with.
                threading.Thread(target=self._serve, name=f"{self._name}-{self._begun}", daemon=True).start()
            self._changed.notify()

    def withdraw(self, job: _Job) -> bool:
        """Take back a job that no thread has begun; False where one has."""
        with self._changed:
            try:
                self._waiting.remove(job)
            except ValueError:
                return False
            return True

    def close(self) -> None:
        """Let threads end that have nothing to do."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    self._begun -= 1
                    return
                job = self._waiting.popleft()
                self._busy += 1
            try:
                self._work(job)
            finally:
                with self._changed:
                    self._busy -= 1


class Runs:
    """Executes work in background threads, keeps each event as it happens, and lets any page or process follow it.

    `threads` plans and as many selections run at once, and four times as many of those that wait for models and pages;
    builds of catalogues go one after the other, beside them, and so does reading notes into the trend library. A run
    whose thread has nothing to say gives a sign of life every `beat_seconds`. Safe to share between threads. Methods
    raise the store's errors.
    """

    def __init__(self, services: Services, *, threads: int = 8, beat_seconds: float = 5.0) -> None:
        self._services, self._beat_seconds = services, beat_seconds
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._lanes = {
            name: _Lane(f"run-{name}", count, self._work)
            for name, count in (
                ("plan", threads),
                ("think", _WAITING_THREADS * threads),
                ("select", threads),
                ("build", 1),
                ("notes", 1),
            )
        }
        self._closed = threading.Event()
        self._beating: threading.Thread | None = None
        self._recovered: float | None = None
        atexit.register(self.close)

    def start(self, kind: str, params: Mapping[str, Any]) -> str:
        """Begin a run and return its id at once; intents, strategies and filters may be handed in as they are.

        Raises `InputError` for an unknown kind and for parameters that no run of it takes.
        """
        self._check_open()
        data = checked(kind, params)
        run_id = self._services.store.record_run(
            kind, owner=self._services.settings.actor, params=data, worker=this_worker()
        )
        self._submit(run_id, kind, data, attempt=1)
        return run_id

    def look(self, run_id: str) -> RunRecord:
        """A run as it stands; one whose process died reads as interrupted. Raises `StoreMissing`."""
        return self._as_it_stands(self._services.store.load_run(run_id))

    def events(self, run_id: str, after: int = 0) -> tuple[StoredEvent, ...]:
        """The events with a higher number than `after`, in order; raises `StoreMissing`."""
        return self._services.store.events_after(run_id, after)

    def wait(self, run_id: str, seconds: float) -> RunRecord:
        """A run as soon as it ended, or as it stands after so many seconds."""
        job = self._jobs.get(run_id)
        if job is not None:
            job.done.wait(seconds)
            return self.look(run_id)
        until = time.monotonic() + seconds
        while True:
            record = self.look(run_id)
            left = until - time.monotonic()
            if record.status != "running" or left <= 0:
                return record
            time.sleep(min(_POLL_SECONDS, left))

    def stop(self, run_id: str) -> None:
        """Ask a run, wherever it runs, to stop at its next event; what it finished is kept."""
        job = self._jobs.get(run_id)
        if job is not None:
            self._stop_here(job, "cancelled")
            return
        record = self._services.store.load_run(run_id)
        if record.status == "running" and _dead(record):
            self._services.store.finish_run(run_id, status="cancelled", attempt=record.attempts)
        else:
            self._services.store.request_stop(run_id)

    def resume(self, run_id: str) -> None:
        """Go on with a run that was stopped, failed or broke off, from what it finished; else nothing happens.

        Raises `InputError` for a run that only its command can repeat.
        """
        self._check_open()
        record = self.look(run_id)
        if COMMAND in record.params:
            raise InputError("This run belongs to the command line; repeat the command there.")
        if record.kind not in KINDS:
            raise InputError(f"A run of the kind {record.kind!r} cannot be resumed by this Shelfcraft.")
        if record.status not in ("running", "finished"):
            self._go_on(record)

    def recover(self) -> tuple[str, ...]:
        """At a start: mark the runs of dead processes interrupted, and go on once with each; returns which go on.

        From then on this process looks again every minute, because a process of another host is dead only after that.
        """
        store = self._services.store
        self._recovered = time.monotonic()
        with self._lock:
            self._begin_to_beat()
        for record in store.list_runs(status="running", limit=_MANY):
            if record.run_id not in self._jobs and _dead(record):
                store.finish_run(record.run_id, status="interrupted", attempt=record.attempts)
        resumed = []
        for record in reversed(store.list_runs(status="interrupted", limit=_MANY)):
            ours = record.kind in KINDS and record.worker != "" and COMMAND not in record.params
            if ours and record.attempts <= RESUMED_BY_ITSELF and self._go_on(record):
                resumed.append(record.run_id)
        return tuple(resumed)

    def active(self, kind: str | None = None) -> tuple[RunRecord, ...]:
        """The runs that are at work or wait for their turn, in this process and others, the newest first."""
        found = self._services.store.list_runs(kind=kind, status="running", limit=_MANY)
        return tuple(record for record in map(self._as_it_stands, found) if record.status == "running")

    def close(self) -> None:
        """Stop what runs here, within seconds; it then reads as interrupted, and the next start goes on with it."""
        atexit.unregister(self.close)
        with self._lock:
            self._closed.set()
            jobs = list(self._jobs.values())
        for job in jobs:
            self._stop_here(job, "interrupted")
        until = time.monotonic() + _CLOSING_SECONDS
        for job in jobs:
            if not job.done.wait(max(0.0, until - time.monotonic())):
                self._abandon(job.recorder)
        for lane in self._lanes.values():
            lane.close()

    def _abandon(self, recorder: Recorder) -> None:
        """Mark a run interrupted whose thread does not come to an event; what it says later is refused."""
        try:
            self._services.store.finish_run(recorder.run_id, status="interrupted", attempt=recorder.attempt)
        except StoreError as exc:
            _log.warning("Run %s could not be marked interrupted: %s", recorder.run_id, exc)

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise RunCancelled("The studio is closing; nothing was started. Try again when it is back.")

    def _go_on(self, record: RunRecord) -> bool:
        """Make a run ours and begin its next attempt; False where somebody was quicker."""
        store = self._services.store
        if not store.claim_run(record.run_id, worker=this_worker(), attempts=record.attempts):
            return False
        self._submit(record.run_id, record.kind, record.params, attempt=record.attempts + 1)
        return True

    def _submit(self, run_id: str, kind: str, params: Mapping[str, Any], *, attempt: int) -> None:
        lane = self._lanes[lane_of(kind, params)]
        job = _Job(Recorder(self._services.store, run_id, attempt=attempt), lane)
        with self._lock:
            closed = self._closed.is_set()
            if not closed:
                self._jobs[run_id] = job
                self._begin_to_beat()
        if closed:
            job.recorder.end("interrupted")
        else:
            lane.put(job, lambda: _say_queued(job))

    def _stop_here(self, job: _Job, status: RunStatus) -> None:
        """Stop a job at its next event, or at once where it still waits for its turn."""
        job.recorder.stopped_as = status
        job.stop.set()
        if job.lane.withdraw(job):
            job.recorder.end(status)
            self._settle(job)

    def _work(self, job: _Job) -> None:
        """One attempt from its beginning to its end, in a thread of a lane; never leaves the run running."""
        recorder = job.recorder
        try:
            if job.queued is not None:
                recorder.keep(StageFinished("queue", "it is this run's turn", time.monotonic() - job.queued))
            record = self._services.store.load_run(recorder.run_id)
            if record.attempts == recorder.attempt:
                self._do(job, record)
        except RunCancelled:
            pass
        except ShelfcraftError as exc:
            _log.info("Run %s failed: %s", recorder.run_id, exc)
            if recorder.ending is None:
                recorder.end("failed", error=str(exc))
        except Exception:
            _log.exception("Run %s broke off", recorder.run_id)
        finally:
            if recorder.ending is None:
                recorder.end("failed", error=BROKE_OFF)
            self._settle(job)

    def _do(self, job: _Job, record: RunRecord) -> None:
        if job.stop.is_set():
            job.recorder.end(job.recorder.stopped_as)
            return
        work = kept(job.recorder, KINDS[record.kind].work(self._services, record), result=dict)
        with closing(work):
            for _ in work:
                if job.stop.is_set() or job.recorder.sign == "lost":
                    break

    def _settle(self, job: _Job) -> None:
        """Let go of a job whose end the store knows; the others are tried again with the next sign of life."""
        if job.recorder.ended:
            with self._lock:
                if self._jobs.get(job.recorder.run_id) is job:
                    del self._jobs[job.recorder.run_id]
        job.done.set()

    def _begin_to_beat(self) -> None:
        if self._beating is None:
            self._beating = threading.Thread(target=self._beat, name="run-heartbeat", daemon=True)
            self._beating.start()

    def _beat(self) -> None:
        while not self._closed.wait(self._beat_seconds):
            with self._lock:
                jobs = list(self._jobs.values())
            for job in jobs:
                if job.done.is_set() and job.recorder.ending is not None:
                    status, error, result = job.recorder.ending
                    job.recorder.end(status, error=error, result=result)
                    self._settle(job)
            at_work = {job.recorder.run_id: job for job in jobs if not job.done.is_set()}
            if at_work:
                self._give_signs_of_life(at_work)
            if self._recovered is not None and time.monotonic() - self._recovered > SILENCE.total_seconds():
                self._recover_again()

    def _recover_again(self) -> None:
        try:
            self.recover()
        except ShelfcraftError as exc:
            _log.warning("Runs of other processes could not be looked after: %s", exc)

    def _give_signs_of_life(self, jobs: Mapping[str, _Job]) -> None:
        try:
            signs = self._services.store.beat({run_id: job.recorder.attempt for run_id, job in jobs.items()})
        except StoreError as exc:
            _log.warning("The runs could not give a sign of life: %s", exc)
            return
        for run_id, sign in signs.items():
            if sign == "stop":
                self._stop_here(jobs[run_id], "cancelled")
            elif sign == "lost":
                jobs[run_id].stop.set()

    def _as_it_stands(self, record: RunRecord) -> RunRecord:
        """A record with what the store does not know yet: that its process died, or how it ended here."""
        if record.status != "running":
            return record
        job = self._jobs.get(record.run_id)
        if job is None:
            return replace(record, status="interrupted") if _dead(record) else record
        if not job.done.is_set() or job.recorder.ending is None:
            return record
        status, error, result = job.recorder.ending
        return replace(record, status=status, error=error, result=result)


def _dead(record: RunRecord) -> bool:
    alive = lives(record.worker)
    return datetime.now(UTC) - record.heartbeat_at > SILENCE if alive is None else not alive


def _say_queued(job: _Job) -> None:
    job.queued = time.monotonic()
    job.recorder.keep(StageStarted("queue", "waiting for other work to finish"))
