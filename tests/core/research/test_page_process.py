"""Pages are taken apart where they can be stopped: in processes that are kept, ended, and replaced."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from core.errors import PageError
from core.research.deadline import Deadline
from core.research.page_process import PageProcesses
from core.research.page_text import TextLimits
from core.research.web import Answer

ARTICLE = "<html><body><article><h1>Camping</h1>" + "<p>Campers buy lanterns and tents this summer.</p>" * 9
# As a page of 2 MB this takes lxml and trafilatura more than ten seconds.
TANGLED = "<html><body>" + ("<div>" * 200 + "some text " + "</div>" * 200) * 900


@pytest.fixture
def processes() -> Iterator[PageProcesses]:
    made = PageProcesses(at_once=1)
    yield made
    made.close()


def answer(html: str, kind: str = "text/html") -> Answer:
    return Answer("https://x.test/a?token=s3cret", 200, {"content-type": kind, "set-cookie": "s3cret"}, html.encode())


def read(processes: PageProcesses, html: str, seconds: float = 60.0) -> str:
    return processes.page_of(answer(html), TextLimits(), Deadline(seconds)).text


def children() -> set[int]:
    """The ids of this process's children that take pages apart; `-ww`: a command is not cut at some width."""
    command = ["ps", "-ww", "-A", "-o", "pid=,ppid=,args="]
    found = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    lines = [line.split(maxsplit=2) for line in found.splitlines() if "core.research.page_worker" in line]
    return {int(pid) for pid, parent, _ in lines if int(parent) == os.getpid()}


def test_a_process_is_kept_and_ends_when_closed_or_forgotten() -> None:
    before = children()
    made = PageProcesses(at_once=1)
    assert children() == before  # none before there is a page
    assert "lanterns" in read(made, ARTICLE)
    kept = children() - before
    assert len(kept) == 1
    assert "lanterns" in read(made, ARTICLE)
    assert children() - before == kept
    made.close()
    assert children() == before
    forgotten = PageProcesses(at_once=1)
    read(forgotten, ARTICLE)
    assert len(children() - before) == 1
    del forgotten
    gc.collect()
    assert children() == before


def test_a_tangled_page_is_stopped_and_the_next_one_read(processes: PageProcesses) -> None:
    others = children()
    read(processes, ARTICLE)
    before = children() - others
    started = time.monotonic()
    with pytest.raises(PageError, match="x.test was not read: the page is too tangled. Read another."):
        read(processes, TANGLED, 1.0)
    assert time.monotonic() - started < 8.0
    assert not before & children()
    assert "lanterns" in read(processes, ARTICLE)


def test_the_limit_of_one_page_is_kept_where_the_deadline_is_far() -> None:
    made = PageProcesses(at_once=1, seconds=1.0)
    try:
        with pytest.raises(PageError, match="too tangled"):
            read(made, TANGLED, 100.0)
    finally:
        made.close()


def test_a_process_that_dies_is_a_sentence_and_is_replaced(processes: PageProcesses) -> None:
    before = children()
    read(processes, ARTICLE)
    for pid in children() - before:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(PageError, match="breaks the program that reads it") as caught:
        read(processes, ARTICLE)
    assert "s3cret" not in str(caught.value)
    assert "lanterns" in read(processes, ARTICLE)


def test_a_refusal_comes_back_as_its_sentence_and_leaves_the_process(processes: PageProcesses) -> None:
    read(processes, ARTICLE)
    before = children()
    with pytest.raises(PageError, match="image/png is no page of text"):
        processes.page_of(answer("x\x00", "image/png"), TextLimits(), Deadline(60.0))
    assert children() == before


def test_pages_wait_for_their_turn_until_their_deadline(processes: PageProcesses) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(read(processes, ARTICLE))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 6 and len(set(texts)) == 1 and "lanterns" in texts[0]
    tangled = threading.Thread(target=lambda: pytest.raises(PageError, read, processes, TANGLED, 3.0))
    tangled.start()
    time.sleep(0.5)
    with pytest.raises(PageError, match="too many pages are read at once"):
        read(processes, ARTICLE, 0.3)
    tangled.join()


def test_a_page_that_comes_after_closing_leaves_no_process(processes: PageProcesses) -> None:
    before = children()
    processes.close()
    assert "lanterns" in read(processes, ARTICLE)
    assert children() == before


def test_the_memory_of_a_process_is_bounded() -> None:
    """Asked of the system, since a page that eats 2 GB takes too long."""
    code = (
        "import resource; from core.research.page_worker import _step_back; _step_back();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])\ntry:\n    bytearray(3_000_000_000)\n"
        "except MemoryError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    if sys.platform == "linux":
        assert done.stdout.split() == ["2000000000", "refused"]
