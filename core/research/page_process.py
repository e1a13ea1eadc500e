"""Pages are taken apart in processes of their own, because there they can be stopped.

The parsers are packages in Python. Two megabytes of tangled HTML kept them busy for a minute, and held the
interpreter's lock for five seconds at a time, in which no screen of any operator was drawn. A thread cannot be ended,
a process can.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import PageError
from core.research.contract import Page
from core.research.deadline import Deadline, within
from core.research.page_text import TextLimits, host_of
from core.research.web import Answer

MOST_SECONDS = 8.0
_ROOT = Path(__file__).resolve().parents[2]
# What a page's text is made of. No other header, least of all a cookie, goes further.
_HEADERS = ("content-type", "last-modified")


class PageProcesses:
    """At most `at_once` processes, started when they are needed and kept. Safe for several threads; close it.

    `seconds` is the most that one page may take.
    """

    def __init__(self, *, at_once: int = 2, seconds: float = MOST_SECONDS) -> None:
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._closed = False
        self._idle: list[_Worker] = []
        weakref.finalize(self, _end, self._idle)

    def page_of(self, answer: Answer, limits: TextLimits, deadline: Deadline) -> Page:
        """The page that `answer` holds; raises `PageError` for what is no text, has none, or takes too long."""
        if not self._places.acquire(timeout=deadline.left()):
            host = host_of(answer.address)
            raise PageError(f"{host} was not read: too many pages are read at once. Try again in a moment.")
        try:
            return self._asked(answer, limits, deadline)
        finally:
            self._places.release()

    def close(self) -> None:
        """End the processes; one that is busy ends with its page."""
        with self._lock:
            self._closed = True
            _end(self._idle)

    def _asked(self, answer: Answer, limits: TextLimits, deadline: Deadline) -> Page:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        seconds = min(self._seconds, deadline.left())
        question = {
            "address": answer.address,
            "status": answer.status,
            "headers": {name: answer.headers[name] for name in _HEADERS if name in answer.headers},
            "limits": asdict(limits),
            "seconds": seconds,
            "size": len(answer.body),
        }
        reply = self._reply(worker, question, answer, seconds)
        if "refused" in reply:
            raise PageError(reply["refused"])
        address, title, text, when, language, note = reply["page"]
        return Page(address, title, text, None if when is None else date.fromisoformat(when), language, note)

    def _reply(
        self, worker: _Worker | None, question: Mapping[str, Any], answer: Answer, seconds: float
    ) -> dict[str, Any]:
        host = host_of(answer.address)
        if worker is None:
            try:
                worker = _Worker()
            except OSError as error:
                raise PageError(f"{host} was not read: this machine can start no process for it now.") from error
        asked = worker
        try:
            reply = within(seconds, lambda: asked.ask(question, answer.body))
        except TimeoutError as error:
            worker.end()
            raise PageError(f"{host} was not read: the page is too tangled. Read another.") from error
        except (OSError, ValueError) as error:  # it died: at its limit of memory, or inside a parser
            worker.end()
            raise PageError(f"{host} was not read: the page breaks the program that reads it. Read another.") from error
        except BaseException:  # the operator's stop, which must leave no process behind
            worker.end()
            raise
        with self._lock:
            if self._closed:
                worker.end()
            else:
                self._idle.append(worker)
        return reply


class _Worker:
    """One process of `core.research.page_worker`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "core.research.page_worker"]
        pipe = subprocess.PIPE
        # No environment: what a hostile page might get hold of there would be keys.
        self._process = subprocess.Popen(
            command, cwd=_ROOT, env={"PYTHONUTF8": "1"}, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )

    def ask(self, question: Mapping[str, Any], body: bytes) -> dict[str, Any]:
        """Its answer; raises `OSError` or `ValueError` where it died."""
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None and answers is not None
        questions.write(json.dumps(question).encode() + b"\n" + body)
        questions.flush()
        reply: dict[str, Any] = json.loads(answers.readline())
        return reply

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:  # what was still to be written has nowhere to go
                continue


def _end(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().end()
