"""Grades of people out of files: what is read, what is refused and with which words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core import feedback
from core.domain import FeedbackEvent, Product
from core.errors import LabelsInvalid
from core.relevance.labels import Label, read_labels, settled, with_products
from core.store.records import StoredFeedback


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_lines_with_grades_letters_products_and_ids(tmp_path: Path) -> None:
    file = write(
        tmp_path / "labels.jsonl",
        {"query": " red kettle ", "product": {"title": "Kettle, red", "attributes": {"color": "red"}}, "grade": 4},
        "",
        {"query": "red kettle", "product_id": 7, "esci": "s"},
        {"query": "红色水壶", "product_id": "b", "product": {"title": "水壶"}, "grade": 2.0},
    )
    kettle = Product("", "Kettle, red", attributes=(("color", "red"),))
    assert read_labels(file) == (
        Label("red kettle", kettle, "", 4, "labels.jsonl"),
        Label("red kettle", None, "7", 3, "labels.jsonl", "S"),
        Label("红色水壶", Product("b", "水壶"), "b", 2, "labels.jsonl"),
    )


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"query": "mug", "product_id": "a", "grade": 1}')
    assert read_labels(file)[0].query == "mug"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not valid JSON"),
        ("[1]", "no JSON object"),
        ({"product_id": "a", "grade": 4}, "“query” is missing"),
        ({"query": "  ", "product_id": "a", "grade": 4}, "“query” is missing"),
        ({"query": "mug", "grade": 4}, "neither “product” nor “product_id”"),
        ({"query": "mug", "product": {"title": " "}, "grade": 4}, "has no title"),
        ({"query": "mug", "product": "mug", "grade": 4}, "“product” is no object"),
        ({"query": "mug", "product_id": "a"}, "neither “grade”"),
        ({"query": "mug", "product_id": "a", "grade": 0}, "“grade” is 4, 3, 2 or 1, not '0'"),
        ({"query": "mug", "product_id": "a", "grade": True}, "“grade” is"),
        ({"query": "mug", "product_id": "a", "grade": "4"}, "“grade” is"),
        ({"query": "mug", "product_id": "a", "esci": "X"}, "“esci” is E, S, C or I"),
    ],
)
def test_one_bad_line_refuses_the_file_and_is_named(tmp_path: Path, line: Any, told: str) -> None:
    file = write(tmp_path / "labels.jsonl", {"query": "mug", "product_id": "a", "grade": 4}, line)
    with pytest.raises(LabelsInvalid, match=told) as raised:
        read_labels(file)
    assert "Line 2: " in str(raised.value)
    assert raised.value.path == str(file)


def test_many_bad_lines_are_counted_and_not_listed(tmp_path: Path) -> None:
    file = write(tmp_path / "labels.jsonl", *["{"] * 1_234)
    with pytest.raises(LabelsInvalid, match="1,229 more lines") as raised:
        read_labels(file)
    assert len(str(raised.value)) < 1_000


def test_bytes_that_are_no_utf8_and_deep_nests_are_bad_lines(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_bytes(b'{"query": "caf\xe9", "product_id": "a", "grade": 4}\n' + b"[" * 100_000)
    with pytest.raises(LabelsInvalid, match=r"Line 1: The line is not UTF-8.*Line 2: The line is not valid JSON"):
        read_labels(file)


def test_no_file_and_no_label(tmp_path: Path) -> None:
    with pytest.raises(LabelsInvalid, match="cannot be read"):
        read_labels(tmp_path / "nowhere.jsonl")
    with pytest.raises(LabelsInvalid, match="holds no label"):
        read_labels(write(tmp_path / "empty.jsonl"))


def esci_folder(folder: Path) -> Path:
    (folder / "queries.tsv").write_text('query_idx\tquery\tn\n0\t20" wheel\t2\n1\tmug without lid\t1\n')
    (folder / "qrels.tsv").write_text("query_idx\tproduct_id\tesci\tgrade\n0\t007\tE\t3\n0\tb\tS\t2\n1\tc\tI\t0\n")
    return folder


def test_a_folder_of_the_esci_layout(tmp_path: Path) -> None:
    labels = read_labels(esci_folder(tmp_path))
    assert [(x.query, x.product_id, x.grade, x.esci) for x in labels] == [
        ('20" wheel', "007", 4, "E"),
        ('20" wheel', "b", 3, "S"),
        ("mug without lid", "c", 1, "I"),
    ]
    (tmp_path / "products.parquet").touch()
    found = read_labels(tmp_path, products=lambda path: {"b": Product("b", f"of {path.name}")})
    assert [x.product for x in found] == [None, Product("b", "of products.parquet"), None]


def test_a_folder_with_a_grade_of_no_query(tmp_path: Path) -> None:
    file = esci_folder(tmp_path) / "qrels.tsv"
    file.write_text(file.read_text() + "9\ta\tE\t3\n1\td\tZ\t3\n")
    with pytest.raises(LabelsInvalid, match=r"Line 5: there is no query '9'.*Line 6: it needs"):
        read_labels(tmp_path)
    (tmp_path / "queries.tsv").write_text("a\tb\n")
    with pytest.raises(LabelsInvalid, match="query_idx, query"):
        read_labels(tmp_path)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(LabelsInvalid, match="queries.tsv cannot be read"):
        read_labels(tmp_path)


def test_the_real_labels(shared_data: Path) -> None:
    labels = read_labels(shared_data / "esci")
    assert Counter(x.esci for x in labels) == {"E": 1736, "S": 907, "I": 545, "C": 183}
    assert len({x.query for x in labels}) == 75


def test_substitutes_are_a_mismatch_where_a_rule_speaks() -> None:
    shirt, hat = Product("a", "Shirt"), Product("b", "Hat")
    labels = (
        Label("shirt", shirt, "a", 3, "f", "S"),
        Label("shirt", hat, "b", 3, "f", "S"),
        Label("shirt", hat, "b", 4, "f", "E"),
        Label("shirt", hat, "b", 3, "f"),
        Label("shirt", None, "c", 3, "f", "S"),
    )

    def allowed(asked: Sequence[Label]) -> npt.NDArray[np.bool_]:
        assert {x.esci for x in asked} == {"S"}
        return np.array([[True, True, x.product == shirt, x.product == shirt] for x in asked])

    assert [x.grade for x in settled(labels, allowed)] == [3, 2, 4, 3, 3]
    assert settled(labels[2:], allowed) == labels[2:]


def test_labels_get_their_products_and_the_others_are_counted() -> None:
    own = Product("a", "Own")
    labels = (Label("q", own, "a", 4, "f"), Label("q", None, "b", 4, "f"), Label("q", None, "c", 4, "f"))
    found, missing = with_products(labels, {"a": Product("a", "Other"), "b": Product("b", "B")})
    assert ([x.product for x in found], missing) == ([own, Product("b", "B")], 1)


def shop_feedback() -> list[StoredFeedback]:
    """Verdicts on a list "gifts": kept, kept then dropped, dropped for reasons, and some taken back."""
    at = datetime(2027, 3, 1, tzinfo=UTC)
    said: dict[str, Any] = {"actor": "ada", "selection_id": "s1", "at": at}
    said["context"] = {"theme": "gifts", "strategy": {"positiveSearch": ["mug", "scarf"], "negativeSearch": []}}
    taken_back = feedback.reject("taken-back", **said)
    undo = feedback.undo(taken_back, actor="ada", at=at)
    events: list[FeedbackEvent] = [
        feedback.accept("kept", **said),
        feedback.accept("turned", **said),
        feedback.reject("turned", reasons=["wrong_style"], **said),
        feedback.reject("off", reasons=["wrong_audience", "off_theme"], **said),
        feedback.reject("dear", reasons=["too_expensive"], **said),
        feedback.reject("dear-and-wrong", reasons=["too_expensive", "wrong_season"], **said),
        feedback.reject("plain", **said),
        taken_back,
        undo,
        feedback.rate("x", 5, actor="ada", subject="strategy", selection_id="s1", at=at),
        feedback.accept("kept", actor="ada", selection_id="s2", at=at),
    ]
    return [StoredFeedback(n, at, "client", n, event) for n, event in enumerate(events, start=1)]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_the_feedback_export_of_the_studio(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"feedback.{form}"
    rows = shop_feedback()
    file.write_bytes(feedback.to_parquet(rows) if form == "parquet" else b"".join(feedback.to_jsonl(rows)))
    labels = read_labels(file)
    assert {x.product_id: x.grade for x in labels} == {
        "kept": 4,
        "turned": 2,
        "off": 1,
        "dear-and-wrong": 2,
        "plain": 2,
    }
    assert {(x.query, x.terms) for x in labels} == {("gifts", ("mug", "scarf"))}


def test_a_parquet_file_of_something_else(tmp_path: Path, shared_data: Path) -> None:
    with pytest.raises(LabelsInvalid, match="no feedback export"):
        read_labels(shared_data / "retail_demo_store" / "products.parquet")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(LabelsInvalid, match="cannot be read"):
        read_labels(tmp_path / "cut.parquet")
