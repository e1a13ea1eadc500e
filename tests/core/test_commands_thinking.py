"""`plan` with a language model on the command line, against a real server: the document, the exit codes, no key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from tests.core.planning.thinking_shop import answer as strategy
from tests.core.planning.thinking_shop import write_shop
from tests.servers.unkind import UnkindServer, answer, status, unkind_server

KEY = "sk-5ecret-0123456789abcdef"
READ = json.dumps({"what": "camping tents", "audience": None, "must_have": [], "must_not": []})
GOOD = strategy(["camping tent", "camping lantern"], ["office chair"])
DONE = json.dumps({"done": True, "note": "good", "absent": "", "positiveSearch": [], "negativeSearch": []})

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as made:
        yield made


@pytest.fixture
def run(
    tmp_path: Path, server: UnkindServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run one command with `--json`; gives the exit code, the document and what went to standard error."""
    for name, value in {
        "SHELFCRAFT_HOME": str(tmp_path / "home"),
        "SHELFCRAFT_ENCODER": "hashing",
        "SHELFCRAFT_MODEL": "small",
        "SHELFCRAFT_JUDGE_MODEL": "",
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": KEY,
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("SHELFCRAFT_CATALOGUE", "SHELFCRAFT_DATABASE_URL", "SHELFCRAFT_BUDGET_USD", "SHELFCRAFT_SEARCH"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str) -> tuple[int, Any, str]:
        code = main([*words, "--json"])
        out, err = capsys.readouterr()
        assert KEY not in out + err
        return code, json.loads(out) if out.strip() else None, err

    code, _, err = call("catalogue", "build", "--source", str(write_shop(tmp_path)))
    assert code == 0, err
    return call


def test_the_model_plans(run: Run, server: UnkindServer) -> None:
    server.script([answer(READ), answer(GOOD, usage=(900, 90)), answer(DONE)])
    code, document, err = run("plan", "camping with friends", "--planner", "llm")
    assert code == 0, err
    assert document["planner"] == "llm: small"
    assert document["strategy"] == {
        "positiveSearch": ["camping tent", "camping lantern"],
        "negativeSearch": ["office chair"],
    }
    assert document["cost"] == {"usd": None, "calls": 3, "tokens": 990 + 2 * 19, "cached": 0}
    assert "turn 1: " in err
    # The same again is answered out of what was kept, with the server gone.
    server.script([status(500)])
    code, again, err = run("plan", "camping with friends", "--planner", "llm")
    assert code == 0, err
    assert again["strategy"] == document["strategy"]
    assert again["cost"] == {"usd": 0.0, "calls": 0, "tokens": 0, "cached": 3}


def test_research_goes_before_the_plan(run: Run, server: UnkindServer) -> None:
    code, document, err = run("plan", "camping tent", "--research", "single", "--turns", "1")
    assert code == 0, err
    assert "research: single for “camping tent” with library" in err
    assert document["planner"] == "catalogue" and document["strategy"]["positiveSearch"]


def test_exit_codes_tell_whose_fault_it_is(run: Run, server: UnkindServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script([status(401, "Incorrect API key", echo_key=True)])
    code, document, _ = run("plan", "camping", "--planner", "llm")
    assert code == 6 and document["error"]["type"] == "ModelError"
    code, document, _ = run("plan", "camping", "--planner", "llm", "--budget-usd", "0")
    assert code == 8 and document["error"]["type"] == "BudgetSpent"
    code, document, _ = run("plan", "camping", "--planner", "llm", "--budget-usd", "-1")
    assert code == 3
    code, document, _ = run("plan", "camping", "--research-id", "nothing")
    assert code == 5
    monkeypatch.delenv("SHELFCRAFT_MODEL")
    code, document, _ = run("plan", "camping", "--planner", "llm")
    assert code == 7 and "plan without the model" in document["error"]["message"]
