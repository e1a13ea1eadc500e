"""`judge --pairs` as its users call it: a line for each line, whatever stands in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.__main__ import main
from core.pipeline import judges
from core.services import Services
from tests.core.command_line import Run
from tests.core.commands.judging import lines_of, pairs
from tests.servers.grading import SURE, Grader
from tests.servers.unkind import UnkindServer, status


def test_a_grade_for_products_given_and_products_of_the_catalogue(run: Run, tmp_path: Path) -> None:
    file = pairs(
        tmp_path / "pairs.jsonl",
        {"query": "red mug", "product": {"sku": "k1", "product_name": "Red mug", "colour": "red", "price": "n/a?"}},
        {"query": "camping tent", "product_id": "p001"},
        {"query": "red mug", "product": {"title": "Blue office chair", "color": "blue"}},
    )
    code, found, err = run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"))
    out = lines_of(tmp_path / "out.jsonl")
    assert (code, found["lines"], found["judged"], found["invalid"], found["abstained"]) == (0, 3, 3, 0, 0)
    assert [line["product_id"] for line in out][:2] == ["k1", "p001"]
    for line in out:
        assert set(line) >= {"grade", "tier", "probabilities", "rules", "judge", "version"}
        assert list(line["probabilities"]) == ["1", "2", "3", "4"]
        assert sum(line["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert line["tier"] == {4: "Good", 3: "Good", 2: "Mid", 1: "Bad"}[line["grade"]]
        assert line["judge"] == "local" and line["version"]
    assert out[0]["grade"] > out[2]["grade"]
    assert found["grades"] == {str(g): sum(line["grade"] == g for line in out) for g in (1, 2, 3, 4)}
    # The rule that spoke says what it found.
    assert any("blue" in rule["sentence"] and 4 not in rule["allows"] for rule in out[2]["rules"])
    assert "judge: 3" in err


def test_every_line_that_cannot_be_judged_says_why_in_its_place(run: Run, tmp_path: Path) -> None:
    good = {"query": "red mug", "product": {"title": "Red mug"}}
    file = pairs(
        tmp_path / "pairs.jsonl",
        good,
        "",
        "{",
        "null",
        {"query": "", "product_id": "p001"},
        {"query": "mug"},
        {"query": "mug", "product_id": "nowhere"},
        {"query": "mug", "product": {"title": "  "}},
        {"query": "mug", "product": {"brand": "Acme"}},
        {"query": "mug", "product": []},
        {"query": 5, "product": {"title": "Mug"}},
        {"query": "mug " * 400, "product": {"title": "Mug"}},
        "[" * 50_000,
        good,
    )
    code, found, err = run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"))
    out = lines_of(tmp_path / "out.jsonl")
    assert code == 3
    assert (found["lines"], found["judged"], found["invalid"]) == (14, 2, 12)
    assert [sorted(line) for line in out[1:-1]] == [["error"]] * 12
    told = [line["error"] for line in out[1:-1]]
    assert told[0] == "The line is empty."
    assert "not valid JSON" in told[1] and "not valid JSON" in told[11]
    assert told[5] == "There is no product 'nowhere' in the catalogue in use."
    assert told[6] == told[7] == "The product has no title."
    assert "1,600 characters" in told[10] or "1,599 characters" in told[10]
    assert out[0] == out[-1]
    # The first few are told on the terminal too, with their numbers.
    assert "Line 2: The line is empty." in err
    assert found["problems"][0] == "Line 2: The line is empty."


def test_any_writing_and_any_bytes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(
        b"\xef\xbb\xbf"
        + json.dumps({"query": "红色 杯子 ☕", "product": {"title": "红色 马克杯"}}, ensure_ascii=False).encode()
        + b'\r\n{"query": "half \\ud83d a pair", "product": {"title": "Mug \\udc4d \\u0000", "product_id": 7}}\n'
        + b'{"query": "caf\xe9", "product": {"title": "Mug"}}\n'
        + b'{"query": "\xd9\x83\xd9\x88\xd8\xa8", "product": {"title": "<b>Mug</b> &amp; more", "id": 12.0}}'
    )
    code, _, _ = run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"))
    out = lines_of(tmp_path / "out.jsonl")
    assert code == 3
    assert [("error" in line, line.get("product_id")) for line in out][1:] == [
        (False, "7"),
        (True, None),
        (False, "12"),
    ]
    assert out[2]["error"] == "The line is not UTF-8 (byte 15)."


def test_batches_do_not_show(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers whatever stands beside a line, in order, over more lines than are held at once."""
    rows = [
        {"query": ("red mug", "tent")[n % 2], "product": {"title": f"{('Red mug', 'Tent', '')[n % 3]} {n % 5 or ''}"}}
        for n in range(60)
    ]
    file = pairs(tmp_path / "pairs.jsonl", *rows)

    def judged(size: int) -> tuple[list[Any], list[int]]:
        monkeypatch.setattr(judges, "AT_ONCE", {"local": size, "llm": size})
        monkeypatch.setattr(judges, "ITEMS_KEPT", 3)
        answers: list[Any] = []
        sizes: list[int] = []

        def write(some: Any) -> None:
            sizes.append(len(some))
            answers.extend(some)

        with file.open("rb") as source:
            for _ in pipeline.judge_pairs(services, source, write):
                pass
        return answers, sizes

    whole, _ = judged(1_000)
    parts, sizes = judged(7)
    assert len(whole) == 60
    for one, other in zip(whole, parts, strict=True):
        assert one.keys() == other.keys()
        assert one.get("grade") == other.get("grade")
        if "grade" in one:
            assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)
    assert sizes == [7] * 8 + [4]


def test_a_line_too_long_is_passed_over_without_being_held(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.relevance.pairs.MAX_LINE", 1_000)
    good = json.dumps({"query": "mug", "product": {"title": "Mug"}})
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"{good}\n{'x' * 5_000}\n{good}\n{'x' * 1_001}")
    assert run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"))[0] == 3
    assert ["error" in line for line in lines_of(tmp_path / "out.jsonl")] == [False, True, False, True]


def test_no_line_is_no_fault(run: Run, tmp_path: Path) -> None:
    file = pairs(tmp_path / "pairs.jsonl")
    assert run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"))[:2][0] == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_what_cannot_be_read_or_written_changes_nothing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    code, found, _ = run("judge", "--pairs", str(tmp_path / "nowhere.jsonl"), "--out", str(out))
    assert (code, found["error"]["type"]) == (3, "SourceInvalid")
    assert out.read_text() == "before"
    file = pairs(tmp_path / "pairs.jsonl", {"query": "mug", "product": {"title": "Mug"}})
    for bad in (tmp_path, tmp_path / "no" / "folder.jsonl"):
        code, found, _ = run("judge", "--pairs", str(file), "--out", str(bad))
        assert (code, found["error"]["type"]) == (3, "SourceInvalid")
        assert "cannot be written" in found["error"]["message"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "pairs.jsonl"]


def test_a_file_is_written_whole_or_not_at_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = pairs(tmp_path / "pairs.jsonl", *[{"query": "mug", "product": {"title": "Mug"}}] * 5)
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    monkeypatch.setattr(judges, "AT_ONCE", {"local": 2, "llm": 2})
    inner, seen = judges._Pairs.answers, []

    def stops(self: Any, batch: Any) -> Any:
        seen.append(len(batch))
        if len(seen) == 2:
            raise KeyboardInterrupt
        return inner(self, batch)

    monkeypatch.setattr(judges._Pairs, "answers", stops)
    assert main(["judge", "--pairs", str(file), "--out", str(out), "--quiet"]) == 130
    assert out.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "pairs.jsonl"]


def test_the_pairs_may_be_written_over_by_their_grades(run: Run, tmp_path: Path) -> None:
    file = pairs(tmp_path / "pairs.jsonl", {"query": "mug", "product": {"title": "Mug"}})
    assert run("judge", "--pairs", str(file), "--out", str(file))[0] == 0
    assert lines_of(file)[0]["judge"] == "local"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_told(run: Run, tmp_path: Path) -> None:
    file = pairs(tmp_path / "pairs.jsonl", {"query": "mug", "product": {"title": "Mug"}})
    code, found, _ = run("judge", "--pairs", str(file), "--out", "/dev/full")
    assert code == 3
    assert "No space left" in found["error"]["message"]


def test_the_command_line_itself(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["judge"], ["judge", "--pairs", "x"], ["judge", "--pairs", "x", "--out", "y", "--judge", "oracle"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 2
    assert "--pairs" in capsys.readouterr().err


def test_a_language_model_that_is_not_there(run: Run, tmp_path: Path) -> None:
    file = pairs(tmp_path / "pairs.jsonl", {"query": "mug", "product": {"title": "Mug"}})
    code, found, _ = run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"), "--judge", "llm")
    assert (code, found["error"]["type"]) == (7, "SettingsError")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_language_model_judges_many_queries_at_once(run: Run, tmp_path: Path, model: UnkindServer) -> None:
    beliefs = {f"Mug {n}": SURE[n % 4 + 1] for n in range(12)}
    model.script([Grader(beliefs)])
    file = pairs(
        tmp_path / "pairs.jsonl", *[{"query": f"mug {n}", "product": {"title": f"Mug {n}"}} for n in range(12)]
    )
    words = ("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"), "--judge", "llm")
    code, found, err = run(*words)
    out = lines_of(tmp_path / "out.jsonl")
    assert (code, found["judged"], found["judge"]) == (0, 12, "llm")
    assert [line["grade"] for line in out] == [n % 4 + 1 for n in range(12)]
    assert all("grader" in line["version"] for line in out)
    assert "model: relevance.grade by grader" in err


def test_products_that_a_model_cannot_judge_stand_in_their_place(run: Run, tmp_path: Path, model: UnkindServer) -> None:
    model.script([Grader({"Fine mug": SURE[4], "Odd mug": SURE[4]}, refuses=frozenset(("Odd mug",)))])
    rows = [{"query": "cup", "product": {"title": "Odd mug"}}, {"query": "mug", "product": {"title": "Fine mug"}}]
    file = pairs(tmp_path / "pairs.jsonl", *rows)
    code, found, _ = run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"), "--judge", "llm")
    out = lines_of(tmp_path / "out.jsonl")
    assert (code, found["judged"], found["abstained"]) == (6, 1, 1)
    assert out[1]["grade"] == 4
    assert (out[0]["grade"], out[0]["tier"]) == (None, None)
    assert out[0]["error"] == out[0]["note"] and found["problems"][0].startswith("Line 1: ")


def test_a_model_that_judges_nothing_leaves_no_file(run: Run, tmp_path: Path, model: UnkindServer) -> None:
    model.script([status(401, "no such key")])
    file = pairs(tmp_path / "pairs.jsonl", {"query": "mug", "product": {"title": "A mug never seen"}})
    code, found, _ = run("judge", "--pairs", str(file), "--out", str(tmp_path / "out.jsonl"), "--judge", "llm")
    assert (code, found["error"]["type"]) == (6, "ModelError")
    assert not (tmp_path / "out.jsonl").exists()
