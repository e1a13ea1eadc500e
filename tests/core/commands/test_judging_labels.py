"""`judge train` and `judge evaluate` on grades of people, the shop's feedback, and a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.__main__ import main
from core.services import Services
from tests.core.command_line import Run
from tests.core.commands.judging import lines_of, pairs
from tests.servers.grading import SURE, Grader
from tests.servers.unkind import UnkindServer


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Grades of people for the small shop's products, by id and given, and one for a product that it lacks."""
    rows: list[dict[str, Any]] = []
    for number in range(1, 33):
        rows.append({"query": "camping tent", "product_id": f"p{number:03d}", "grade": 4})
        rows.append({"query": "camping tent", "product_id": f"p{number + 160:03d}", "grade": 1})
        rows.append({"query": "office chair", "product": {"title": f"Office chair {number}"}, "esci": "E"})
        rows.append({"query": "office chair", "product": {"title": f"Dining chair {number}"}, "esci": "S"})
    return pairs(tmp_path / "labels.jsonl", *rows, {"query": "x", "product_id": "gone", "grade": 4})


def test_a_judge_beside_people(run: Run, labels: Path) -> None:
    code, found, err = run("judge", "evaluate", "--labels", str(labels))
    assert code == 0, err
    assert (found["judge"], found["queries"], found["left_out"], found["abstained"]) == ("local", 2, 1, 0)
    assert list(found["rows"]) == ["local", "argmax", "cosine cut-offs", "majority"]
    local, often = found["rows"]["local"], found["rows"]["majority"]
    assert local["count"] == 128
    assert [sum(row) for row in local["confusion"]][3] == 64
    assert local["macro_f1"] > often["macro_f1"]
    assert often["calibration"] is None and 0 <= local["calibration"] <= 1
    assert found["settled"]["count"] == 128
    assert "1 labels are left out" in err or "are left out" in err


def test_labels_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    bad = pairs(tmp_path / "bad.jsonl", {"query": "mug", "product_id": "p001", "grade": 7})
    code, found, _ = run("judge", "evaluate", "--labels", str(bad))
    assert (code, found["error"]["type"]) == (3, "LabelsInvalid")
    assert "Line 1: “grade” is 4, 3, 2 or 1" in found["error"]["message"]
    nobody = pairs(tmp_path / "nobody.jsonl", {"query": "mug", "product_id": "gone", "grade": 4})
    code, found, _ = run("judge", "evaluate", "--labels", str(nobody))
    assert (code, found["error"]["type"]) == (3, "LabelsInvalid")
    assert "None of the 1 products" in found["error"]["message"]


def test_a_language_model_is_measured_too(run: Run, tmp_path: Path, model: UnkindServer) -> None:
    model.script(
        [Grader({"Good mug": SURE[4], "Bad mug": SURE[1], "Odd mug": SURE[1]}, refuses=frozenset(("Odd mug",)))]
    )
    rows = [
        {"query": "mug", "product": {"title": t}, "grade": g}
        for t, g in (("Good mug", 4), ("Bad mug", 2), ("Odd mug", 1))
    ]
    code, found, err = run("judge", "evaluate", "--judge", "llm", "--labels", str(pairs(tmp_path / "l.jsonl", *rows)))
    assert code == 0, err
    assert (found["judge"], found["abstained"], found["settled"]) == ("llm", 1, None)
    assert found["rows"]["llm"]["confusion"] == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]


def test_weights_of_a_shops_own_labels(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: Path) -> None:
    out = tmp_path / "weights.json"
    # The same labels under more queries, so that some can be held out.
    rows = [json.loads(line) for line in labels.read_text().splitlines()[:-1]]
    more = [{**row, "query": f"{row['query']} {n % 3}"} for n, row in enumerate(rows)]
    second = pairs(tmp_path / "more.jsonl", *more)
    code, found, err = run("judge", "train", "--labels", str(labels), "--labels", str(second), "--out", str(out))
    assert code == 0, err
    assert (found["labels"], found["queries"], found["left_out"]) == (256, 8, 1)
    assert found["after"]["count"] == found["before"]["count"] == 256
    told = json.loads(out.read_text())
    assert told["version"] == found["version"]
    assert told["made_by"] == "judge train --labels labels.jsonl --labels more.jsonl"
    file = pairs(tmp_path / "pairs.jsonl", {"query": "camping tent", "product_id": "p001"})
    words = ("judge", "--pairs", str(file), "--out", str(tmp_path / "graded.jsonl"))
    run(*words)
    before = lines_of(tmp_path / "graded.jsonl")[0]
    monkeypatch.setenv("SHELFCRAFT_LOCAL_JUDGE", str(out))
    assert run(*words)[0] == 0
    after = lines_of(tmp_path / "graded.jsonl")[0]
    assert after["version"].startswith(found["version"])
    assert after["version"] != before["version"]
    # People said 4 for sure; the new weights heard them.
    assert after["probabilities"]["4"] > before["probabilities"]["4"]


def test_the_shops_own_feedback_trains(run: Run, services: Services, tmp_path: Path) -> None:
    context = {"theme": "outdoor", "strategy": {"positiveSearch": ["camping tent", "office chair"]}}
    for number in range(1, 17):
        pipeline.judge_product(services, f"p{number:03d}", "accept", selection_id="s", context=context)
        pipeline.judge_product(
            services, f"p{number + 160:03d}", "reject", selection_id="s", reasons=["off_theme"], context=context
        )
    export = tmp_path / "feedback.jsonl"
    assert run("feedback", "export", "--out", str(export))[0] == 0
    code, found, err = run("judge", "train", "--labels", str(export), "--out", str(tmp_path / "weights.json"))
    assert code == 0, err
    # One query for each term that is nearest to some product; too few to hold any out.
    assert (found["labels"], found["before"], found["after"]) == (32, None, None)
    assert 1 <= found["queries"] <= 3


def test_too_few_labels_or_all_of_one_grade_train_nothing(run: Run, tmp_path: Path) -> None:
    few = [{"query": "tent", "product_id": f"p{n:03d}", "grade": n % 4 + 1} for n in range(1, 20)]
    same = [{"query": "tent", "product_id": f"p{n:03d}", "grade": 4} for n in range(1, 60)]
    for rows in (few, same):
        file = pairs(tmp_path / "labels.jsonl", *rows)
        code, found, _ = run("judge", "train", "--labels", str(file), "--out", str(tmp_path / "weights.json"))
        assert (code, found["error"]["type"]) == (3, "LabelsInvalid")
        assert "not enough to learn from" in found["error"]["message"]
    assert not (tmp_path / "weights.json").exists()


def test_the_command_line_of_training_and_measuring(run: Run) -> None:
    for words in (["judge", "train", "--labels", "x"], ["judge", "train", "--out", "x"], ["judge", "evaluate"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 2
