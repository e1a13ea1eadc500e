"""The process in which pages are taken apart: questions come on standard input, answers go to standard output.

A question is one line of JSON, whose `size` says how many bytes of body follow; an answer is one line of JSON. It ends
when its input does, which is also when the process that started it dies. Started by `core.research.page_process`.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from core.errors import PageError
from core.research.deadline import Deadline
from core.research.page_text import TextLimits, page_of
from core.research.web import Answer

_MEMORY = 2_000_000_000


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a package prints must not end up among the answers
    _step_back()
    serve(sys.stdin.buffer, answers)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each question of `questions` in turn."""
    while line := questions.readline():
        question = json.loads(line)
        body = questions.read(question["size"])
        answers.write(json.dumps(_answered(question, body)).encode() + b"\n")
        answers.flush()


def _answered(question: dict[str, Any], body: bytes) -> dict[str, Any]:
    """`{"page": [...]}` or `{"refused": sentence}`."""
    answer = Answer(question["address"], question["status"], question["headers"], body)
    try:
        page = page_of(answer, TextLimits(**question["limits"]), Deadline(question["seconds"]))
    except PageError as error:
        return {"refused": str(error)}
    when = None if page.when is None else page.when.isoformat()
    return {"page": [page.address, page.title, page.text, when, page.language, page.note]}


def _step_back() -> None:
    """Leave the processor to the screens, and bound the memory that a page can take. POSIX only."""
    try:
        import resource
    except ImportError:
        return
    os.nice(5)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    # macOS has the limit and refuses to set it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY if hard < 0 else min(_MEMORY, hard), hard))


if __name__ == "__main__":
    main()
