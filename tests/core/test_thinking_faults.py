"""What goes wrong at a model's server, seen from a whole run: finished turns stay, and it is said what to do."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent
from core.events import TurnFinished, Warned
from core.llm.client import Limits, OpenAIModel
from core.llm.contract import ChatReply, ChatRequest
from core.runs import RunRecord, Runs
from core.services import Services, build_services
from core.settings import Settings
from tests.core.planning.thinking_shop import answer as strategy
from tests.core.planning.thinking_shop import write_shop
from tests.servers.unkind import (
    Behaviour,
    UnkindServer,
    answer,
    page,
    refusal,
    repeating,
    reset,
    silence,
    status,
    trickle,
    unkind_server,
    without,
)

KEY = "sk-5ecret-0123456789abcdef"
GOOD = strategy(["camping tent", "camping lantern"])
REVISED = strategy(["camping tent", "camping lantern", "camping stove"], done=False)
DONE = json.dumps({"done": True, "note": "good", "absent": "", "positiveSearch": [], "negativeSearch": []})
MANY = json.dumps({"positiveSearch": [f"camping {n}" for n in range(400)], "negativeSearch": []})
ENDLESS = strategy(["tent " * 400, "lantern " * 300], done=False)

FAULTS: dict[str, Behaviour] = {
    "401": status(401, "Incorrect API key provided", echo_key=True),
    "403": status(403, "not allowed"),
    "404": status(404, "The model does not exist"),
    "429": status(429, "slow down"),
    "429 for an hour": status(429, "slow down", headers={"Retry-After": "3600"}),
    "500": status(500, "oops", echo_key=True),
    "503": status(503, "busy"),
    "a web page": page(),
    "a reset": reset(),
    "a reset in the middle": reset(after='{"positiveSearch"'),
    "no answer": silence(),
    "a trickle": trickle(),
    "an empty text": answer(""),
    "half a JSON": answer(GOOD[: len(GOOD) // 2]),
    "wrong keys": answer('{"include": ["tent"], "exclude": []}'),
    "terms of 2,000 characters": answer(ENDLESS),
    "a refusal": refusal("I cannot help with that."),
    "the same for ever": repeating("tent tent ", times=2_000),
}
"""Each of these is no answer, however often it is asked for again."""


class Hasty:
    """The client with little patience: the limits of the product are minutes."""

    def __init__(self, server: UnkindServer) -> None:
        limits = Limits(connect=2.0, retries=1, pause=0.01)
        self._model = OpenAIModel("small", base_url=server.url, api_key=KEY, limits=limits)

    @property
    def name(self) -> str:
        return self._model.name

    def complete(self, request: ChatRequest, *, stopped: Callable[[], bool] | None = None) -> ChatReply:
        return self._model.complete(replace(request, seconds=1.5), stopped=stopped)

    def close(self) -> None:
        self._model.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        for _ in pipeline.build_catalogue(live, [write_shop(folder)]):
            pass
    return folder


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as made:
        yield made


@pytest.fixture
def services(home: Path, sqlite_url: str, server: UnkindServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    settings = Settings(
        home=home, database_url=sqlite_url, base_url=server.url, api_key=KEY, model="small", judge_model=""
    )
    model = Hasty(server)
    with build_services(settings, encoder=HashingEncoder()) as live:
        monkeypatch.setattr(live, "chat", lambda role: model if role == "planner" else None)
        yield live
    model.close()


@pytest.fixture
def runs(services: Services) -> Iterator[Runs]:
    made = Runs(services)
    yield made
    made.close()


def run(runs: Runs, **params: Any) -> RunRecord:
    given = {"theme": "camping", "intent": Intent("camping"), "planner": "llm", "size": 20, **params}
    record = runs.wait(runs.start("plan", given), 120)
    assert record.status != "running", record
    return record


def told(runs: Runs, record: RunRecord) -> str:
    events = [stored.event for stored in runs.events(record.run_id)]
    return " ".join([record.error or "", *(event.message for event in events if isinstance(event, Warned))])


def turns(runs: Runs, record: RunRecord) -> int:
    return sum(isinstance(stored.event, TurnFinished) for stored in runs.events(record.run_id))


def nowhere(key: str, services: Services, runs: Runs, record: RunRecord, log: str) -> None:
    """The key is in no event, error, log line, row of the database or file of the data folder."""
    assert key not in repr(runs.events(record.run_id)) + repr(record) + log
    services.store.close()
    folder = Path(services.settings.sql_url().removeprefix("sqlite:///")).parent
    for file in folder.rglob("*"):
        if file.is_file():
            assert key.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_after_a_finished_turn_the_list_is_made_of_it(
    services: Services, runs: Runs, server: UnkindServer, fault: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    server.script([answer(GOOD), fault])
    with caplog.at_level(logging.DEBUG):
        record = run(runs)
    assert record.status == "finished" and record.result is not None, record.error
    assert turns(runs, record) == 1
    saved = pipeline.open_selection(services, record.result["selection_id"])
    assert saved.selection.strategy.positive == ("camping tent", "camping lantern") and saved.selection.products
    assert "The plan ends with turn 1, whose turns are all kept." in told(runs, record)
    nowhere(KEY, services, runs, record, caplog.text)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_before_the_first_turn_the_run_fails_with_a_sentence(
    services: Services, runs: Runs, server: UnkindServer, fault: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    server.script([fault])
    with caplog.at_level(logging.DEBUG):
        record = run(runs)
    assert record.status == "failed" and record.error is not None
    assert len(record.error) > 40 and record.error.rstrip()[-1] in ".”", record.error
    assert "Traceback" not in record.error
    nowhere(KEY, services, runs, record, caplog.text)
    server.script([answer(GOOD), answer(DONE)])
    runs.resume(record.run_id)
    again = runs.wait(record.run_id, 120)
    assert again.status == "finished", again.error


def test_a_server_that_recovers_is_not_noticed(runs: Runs, server: UnkindServer) -> None:
    server.script([status(503), answer(GOOD), status(429, headers={"Retry-After": "0"}), answer(REVISED), answer(DONE)])
    record = run(runs)
    assert record.status == "finished", record.error
    assert turns(runs, record) == 2
    assert "The plan ends" not in told(runs, record)


def test_four_hundred_terms_are_cut(runs: Runs, server: UnkindServer) -> None:
    server.script([answer(GOOD), answer(MANY), answer(DONE)])
    record = run(runs)
    assert record.status == "finished", record.error
    assert turns(runs, record) == 2, told(runs, record)
    assert "392 positive terms beyond 8" in told(runs, record)


def test_a_schema_that_the_server_refuses_or_ignores_is_done_without(runs: Runs, server: UnkindServer) -> None:
    said = [answer(f"Sure! Here it is:\n```json\n{GOOD}\n```"), answer(DONE)]
    server.script([without(["response_format"], said[0]), *said])
    record = run(runs)
    assert record.status == "finished", record.error
    assert turns(runs, record) == 1


def test_a_model_that_repeats_its_strategy_ends_the_plan(runs: Runs, server: UnkindServer) -> None:
    server.script([answer(GOOD)])
    record = run(runs)
    assert record.status == "finished" and turns(runs, record) == 1
    assert len(server.requests) == 2


def test_the_price_and_tokens_of_a_run_are_the_servers(services: Services, runs: Runs, server: UnkindServer) -> None:
    server.script([answer(GOOD, usage=(1_000, 200)), answer(DONE, usage=(2_000, 10))])
    record = run(runs)
    cost = pipeline.run_cost(services, record.run_id)
    assert (cost.calls, cost.tokens, cost.usd) == (2, 3_210, None)
