"""`research` as its users call it: with the trend library, with a search that is down, and what is kept of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main

Run = Callable[..., tuple[int, Any, str]]

NOTE = """# Camping in May

Families asked for a camping lantern without batteries.

- solar lantern
- string lights
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command on a small catalogue and a library of one note; gives exit code, document, standard error."""
    for name in ("SHELFCRAFT_CATALOGUE", "SHELFCRAFT_DATABASE_URL", "SHELFCRAFT_MODEL", "SHELFCRAFT_SEARCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHELFCRAFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    shop, note = tmp_path / "shop.csv", tmp_path / "may.md"
    shop.write_text("id,title,category\n" + "".join(f"p{n},Solar lantern {n},Outdoor > Lanterns\n" for n in range(20)))
    note.write_text(NOTE)

    def call(*words: str, as_json: bool = True) -> tuple[int, Any, str]:
        code = main([*words, *(["--json"] if as_json else [])])
        out, err = capsys.readouterr()
        return code, (json.loads(out) if out.strip() else None) if as_json else out, err

    assert call("catalogue", "build", "--source", str(shop))[0] == 0
    assert call("library", "add", str(note))[0] == 0
    return call


def test_research_finds_in_the_library_says_what_it_does_and_keeps_it(run: Run) -> None:
    code, found, err = run("research", "camping lantern")
    assert code == 0, err
    assert (found["mode"], found["ended"]) == ("wide", "done")
    assert any(one["source"] == "library" and "without batteries" in one["text"] for one in found["evidence"])
    assert any("solar lantern" in finding["terms"] for finding in found["findings"])
    assert "research: wide for “camping lantern” with library" in err
    assert "research: searched “camping lantern”" in err

    _, kept, _ = run("research", "--kept", found["research_id"])
    assert kept == found
    _, listed, _ = run("research", "Camping LANTERN", "--list")
    assert [one["research_id"] for one in listed["research"]] == [found["research_id"]]


def test_it_reads_well_without_json(run: Run) -> None:
    code, text, _ = run("research", "camping lantern", "--mode", "single", as_json=False)
    assert code == 0
    assert "search words: solar lantern" in text
    assert "library:may.md" in text
    assert "kept as" in text


def test_a_search_that_is_down_is_told_and_what_was_known_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("SHELFCRAFT_SEARCH", "searxng")
    monkeypatch.setenv("SHELFCRAFT_SEARXNG_URL", f"http://127.0.0.1:{port}")
    code, told, err = run("research", "camping lantern", "--mode", "single")
    assert code == 6
    assert told["error"]["type"] == "SearchError"
    assert "cannot be reached" in told["error"]["message"]
    assert "Every search failed" in err
    _, listed, _ = run("research", "--list")
    (record,) = listed["research"]
    assert record["ended"] == "failed"
    assert record["research_id"] in told["error"]["message"]
    assert record["evidence"] > 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("research", ""), 3),
        (("research", "camping", "--budget-usd", "-1"), 3),
        (("research", "--kept", "nothing"), 5),
    ],
)
def test_what_cannot_be_asked_for_is_refused(run: Run, words: tuple[str, ...], code: int) -> None:
    assert run(*words)[0] == code
