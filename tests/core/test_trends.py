"""The trend library as screens and commands reach it: the commands, and dropped notes read by a run."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.__main__ import main
from core.catalogue.embedding import HashingEncoder
from core.errors import DocumentInvalid, InputError
from core.events import StageProgress
from core.pipeline.trends import add_kept_documents
from core.runs import Runs
from core.services import Services, build_services
from core.settings import Settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command; gives the exit code, standard output and standard error."""
    monkeypatch.setenv("SHELFCRAFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    for name in ("CATALOGUE", "DATABASE_URL", "SEARCH"):
        monkeypatch.delenv(f"SHELFCRAFT_{name}", raising=False)

    def call(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "2026-03 fair.md").write_text("# Fair\n## Picnics\nWicker baskets and enamel mugs.\n")
    (folder / "till.csv").write_text("term;note\nneon rug;came back\n")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Services]:
    with build_services(Settings(home=tmp_path / "data"), encoder=HashingEncoder()) as services:
        yield services


@pytest.fixture
def runs(live: Services) -> Iterator[Runs]:
    made = Runs(live)
    yield made
    made.close()


def test_files_in_passages_out(run: Run, notes: Path) -> None:
    code, out, err = run("library", "add", *map(str, sorted(notes.iterdir())), "--json")
    report = json.loads(out)
    assert code == 0
    assert [(one["name"], one["passages"], one["when"]) for one in report["added"]] == [
        ("2026-03 fair.md", 1, "2026-03-01"),
        ("till.csv", 1, None),
    ]
    assert report["refused"][0]["name"] == "broken.docx" and "broken.docx is a Word" in err
    code, out, _ = run("library", "search", "enamel mug", "--json")
    passage = json.loads(out)["passages"][0]
    assert code == 0
    assert (passage["address"], passage["heading"], passage["text"]) == (
        "library:2026-03 fair.md#1", "Picnics", "Wicker baskets and enamel mugs.",
    )  # fmt: skip
    assert passage["words"] == ["enamel", "mug"] and 0 < passage["score"] <= 1


def test_the_same_for_people(run: Run, notes: Path) -> None:
    assert "The trend library is empty" in run("library", "list")[1]
    code, out, err = run("library", "add", str(notes / "till.csv"))
    assert (code, out) == (0, "till.csv: 1 passage added.\n") and "library: Reading till.csv" in err
    assert run("library", "add", str(notes / "till.csv"), "--quiet")[1:] == (
        "till.csv was here already, unchanged.\n",
        "",
    )
    _, out, _ = run("library", "search", "neon rug")
    assert "till.csv, row 1\n  term: neon rug · note: came back" in out
    assert "Nothing in the trend library answers that" in run("library", "search", "hammock")[1]
    assert run("library", "list")[1].splitlines()[1].split()[:3] == ["till.csv", "Till", "CSV"]
    assert run("library", "remove", "till.csv")[1] == "till.csv is removed with its 1 passage.\n"


def test_faults_have_their_exit_code_and_say_what_to_do(run: Run, notes: Path) -> None:
    code, _, err = run("library", "add", str(notes / "broken.docx"))
    assert code == 3 and "save it as one of these" in err and err.count("broken.docx is a Word") == 1
    code, _, err = run("library", "add", str(notes / "no such.md"))
    assert code == 3 and "No such file" in err
    assert run("library", "remove", "gone.md")[0] == 3
    code, out, _ = run("library", "search", "?!", "--json")
    assert code == 3 and json.loads(out)["error"]["type"] == "ThemeInvalid"


def test_dropped_notes_are_read_by_a_run_and_let_go_of(live: Services, runs: Runs) -> None:
    kept = [
        pipeline.keep_document(live, "fair.md", io.BytesIO(b"Wicker baskets.")),
        pipeline.keep_document(live, "scan.docx", io.BytesIO(b"PK\x03\x04")),
    ]
    done = runs.wait(runs.start("notes", {"files": kept}), 60)
    assert done.status == "finished", done.error
    assert done.result is not None and [one["name"] for one in done.result["added"]] == ["fair.md"]
    assert done.result["refused"][0]["name"] == "scan.docx"
    assert [one.name for one in pipeline.library_documents(live)] == ["fair.md"]
    assert not any(Path(path).exists() for path in kept)


def test_a_run_of_nothing_but_bad_files_fails_with_their_sentence(live: Services, runs: Runs) -> None:
    kept = pipeline.keep_document(live, "scan.docx", io.BytesIO(b"PK\x03\x04"))
    done = runs.wait(runs.start("notes", {"files": [kept]}), 60)
    assert done.status == "failed" and "scan.docx is a Word" in str(done.error)
    assert not Path(kept).exists()


def test_a_run_that_was_stopped_goes_on_with_the_rest(live: Services) -> None:
    many = "\n\n".join(f"## Part {n}\nLantern {n}" for n in range(100)).encode()
    kept = [pipeline.keep_document(live, name, io.BytesIO(data)) for name, data in (("a.md", b"Mugs."), ("b.md", many))]
    work = add_kept_documents(live, kept)
    next(event for event in work if isinstance(event, StageProgress) and event.note == "Indexing b.md")
    work.close()
    assert [one.name for one in pipeline.library_documents(live)] == ["a.md"]
    again = add_kept_documents(live, [*kept, str(Path(kept[0]).with_name("gone.md"))])
    with pytest.raises(StopIteration) as stop:
        while True:
            next(again)
    assert [one.name for one in stop.value.value.added] == ["b.md"]
    assert stop.value.value.unchanged == ("a.md",)


def test_a_run_needs_its_files(runs: Runs) -> None:
    with pytest.raises(InputError, match="needs files"):
        runs.start("notes", {})


def test_passages_of_a_document_and_its_removal(live: Services) -> None:
    def add(*files: Any) -> None:
        for _ in pipeline.add_to_library(live, files):
            pass

    add(("a.md", b"# A\n## One\nMugs.\n## Two\nRugs.\n"))
    assert [one.heading for one in pipeline.library_passages(live, "a.md")] == ["One", "Two"]
    assert [one.number for one in pipeline.library_passages(live, "a.md", first=2, last=2)] == [2]
    assert pipeline.search_library(live, "rugs")[0].number == 2
    assert not pipeline.library_outdated(live)
    assert pipeline.remove_from_library(live, "a.md").passages == 2
    with pytest.raises(DocumentInvalid):
        pipeline.remove_from_library(live, "a.md")
