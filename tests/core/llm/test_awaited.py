"""Blocking calls inside a run of events: they show life, they end when it is stopped, one never holds up the rest."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Generator
from typing import Any

import pytest

from core.errors import ModelError, ProviderError, ShelfcraftError
from core.events import Event, StageProgress, Warned
from core.llm.awaited import awaited, gathered
from core.llm.contract import Stopped


def drained(events: Generator[Event, None, Any]) -> tuple[list[Event], Any]:
    said: list[Event] = []
    while True:
        try:
            said.append(next(events))
        except StopIteration as end:
            return said, end.value


def until_stopped(stopped: Stopped) -> str:
    while not stopped():
        time.sleep(0.005)
    return "stopped"


def test_the_result_comes_back_and_the_wait_shows() -> None:
    said, value = drained(awaited("intent", lambda stopped: time.sleep(1.2) or "done", note="The model thinks."))

    assert value == "done"
    assert {type(event) for event in said} == {StageProgress}
    assert {event.note for event in said if isinstance(event, StageProgress)} == {"The model thinks."}
    assert [event.done for event in said if isinstance(event, StageProgress)] == sorted(
        event.done for event in said if isinstance(event, StageProgress)
    )


def test_none_is_a_result() -> None:
    assert drained(awaited("intent", lambda stopped: None)) == ([], None)


def test_an_error_comes_out_where_it_is_waited_for() -> None:
    def failing(stopped: Stopped) -> str:
        raise ModelError("no key", "key")

    with pytest.raises(ModelError, match="no key"):
        drained(awaited("intent", failing))


def test_closing_tells_the_call_to_stop() -> None:
    heard: list[str] = []
    events = awaited("intent", lambda stopped: heard.append(until_stopped(stopped)))

    next(events)
    events.close()

    assert heard == ["stopped"]


def test_closing_does_not_wait_for_a_call_that_does_not_listen() -> None:
    go_on = threading.Event()
    events = awaited("intent", lambda stopped: go_on.wait(60))

    next(events)
    events.close()

    assert not go_on.is_set()
    go_on.set()


def test_the_context_of_the_caller_holds_inside() -> None:
    language = contextvars.ContextVar("language", default="en")
    language.set("de")

    assert drained(awaited("intent", lambda stopped: language.get()))[1] == "de"


def test_several_come_back_by_name_in_order_whatever_ends_first() -> None:
    second_done = threading.Event()

    def first(stopped: Stopped) -> int:
        second_done.wait(30)
        return 1

    def second(stopped: Stopped) -> int:
        second_done.set()
        return 2

    ended: list[str] = []

    def note(name: str, result: int | ShelfcraftError) -> list[Event]:
        ended.append(name)
        return [Warned("research", name)]

    said, results = drained(gathered("research", {"a": first, "b": second}, at_once=2, seconds=30, on_done=note))

    assert list(results.items()) == [("a", 1), ("b", 2)]
    assert ended == ["b", "a"]
    assert [event.message for event in said if isinstance(event, Warned)] == ["b", "a"]
    assert said[-1] == StageProgress("research", 2, 2, "")


def test_no_more_than_so_many_at_once() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def call(stopped: Stopped) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1

    drained(gathered("research", {str(n): call for n in range(9)}, at_once=3, seconds=30))

    assert most == [3]


def test_an_error_of_one_is_its_result_and_a_late_one_is_left() -> None:
    heard = threading.Event()

    def failing(stopped: Stopped) -> str:
        raise ModelError("busy", "busy")

    def deaf(stopped: Stopped) -> str:
        until_stopped(stopped)
        heard.set()
        return "too late"

    calls = {"failing": failing, "deaf": deaf, "good": lambda stopped: "good"}
    _, results = drained(gathered("research", calls, at_once=1, seconds=1.0))

    assert isinstance(results["failing"], ModelError)
    assert isinstance(results["deaf"], ProviderError)
    assert "longer than 1 s" in str(results["deaf"])
    assert results["good"] == "good"
    assert heard.wait(30)


def test_a_fault_of_the_program_is_not_hidden_and_stops_the_others() -> None:
    heard: list[str] = []

    def broken(stopped: Stopped) -> str:
        raise ZeroDivisionError

    calls = {"other": lambda stopped: heard.append(until_stopped(stopped)), "broken": broken}
    with pytest.raises(ZeroDivisionError):
        drained(gathered("research", calls, at_once=2, seconds=30))
    assert heard == ["stopped"]


def test_closing_stops_all_that_run() -> None:
    heard: list[str] = []
    calls = {str(n): lambda stopped: heard.append(until_stopped(stopped)) for n in range(3)}
    events = gathered("research", calls, at_once=3, seconds=30)

    next(events)
    events.close()

    assert heard == ["stopped"] * 3


def test_nothing_to_gather_is_nothing() -> None:
    assert drained(gathered("research", {}, at_once=3, seconds=1)) == ([], {})
