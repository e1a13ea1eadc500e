"""Files as shops send them: any delimiter, encoding and format, told by content; damaged ones are named."""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue.readers import FrameReader, Record, open_reader
from core.catalogue.sniffing import best_delimiter
from core.errors import SourceInvalid

ROWS = [("sku", "name", "price"), ("01", "Tasse, weiß", "1.299,00 €"), ("02", 'The "Big" café lamp', "12")]


def records(path: Path) -> list[Record]:
    return [record for chunk in open_reader(path).chunks() for record in chunk]


def values(path: Path) -> list[list[Any]]:
    return [list(r.values) for r in records(path)]


def delimited(rows: Sequence[Sequence[str]], mark: str) -> str:
    quoted = ('"' + v.replace('"', '""') + '"' if any(c in v for c in '",;|\t') else v for row in rows for v in row)
    cells = iter(quoted)
    return "".join(mark.join(next(cells) for _ in row) + "\r\n" for row in rows)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_delimiter_and_encoding_under_any_extension(tmp_path: Path, mark: str, encoding: str) -> None:
    rows = [tuple(v.replace("€", "EUR") for v in row) for row in ROWS] if encoding == "utf-16-le" else ROWS
    path = tmp_path / "export.tsv"
    path.write_bytes(delimited(rows, mark).encode(encoding))
    reader = open_reader(path)
    assert reader.columns == ("sku", "name", "price")
    assert values(path) == [list(r) for r in rows[1:]]


def test_latin_byte_late_in_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"id,title\n" + b"1,plain words\n" * 120_000 + "2,Café crème brûlée\n".encode("cp1252"))
    assert values(path)[-1] == ["2", "Café crème brûlée"]


def test_gzip_quotes_with_line_ends_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b'\nid,title\n\n1,"two\nlines"\n  ,\n2,b\n'))
    assert values(path) == [["1", "two\nlines"], ["2", "b"]]


def test_a_row_with_too_many_fields_is_named_and_a_short_one_filled(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title\n1,a,b\n2\n3,c,,\n")
    long, short, blank = records(path)
    assert long.problem is not None
    assert "3 fields, the header 2" in long.problem
    assert (short.values, blank.values) == (["2", ""], ["3", "c"])


def test_two_hundred_columns_and_repeated_names(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(
        ",".join(["a", "a", ""] + [f"c{i}" for i in range(197)]) + "\n" + ",".join(map(str, range(200))) + "\n"
    )
    reader = open_reader(path)
    assert len(reader.columns) == 200
    assert reader.columns[:3] == ("a", "a (2)", "column 3")


@pytest.mark.parametrize("array", [False, True])
def test_json(tmp_path: Path, array: bool) -> None:
    objects = [{"id": 1, "title": "a, {b}"}, {"title": "ü", "price": 2.5, "tags": ["x", "y"]}]
    path = tmp_path / "a.csv"
    path.write_text(json.dumps(objects) if array else "\n".join(map(json.dumps, objects)), encoding="utf-8-sig")
    reader = open_reader(path)
    assert reader.kind == ("JSON" if array else "JSONL")
    assert reader.columns == ("id", "title", "price", "tags")
    assert values(path) == [[1, "a, {b}", None, None], [None, "ü", 2.5, ["x", "y"]]]


def test_broken_json_line_is_a_problem_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "a"}\n{"title": \n[1]\n')
    first, second, third = records(path)
    assert first.problem is None
    assert second.problem is not None and "not valid JSON" in second.problem
    assert third.problem == "It is not a JSON object."


def test_json_array_longer_than_a_block_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": f"{i} " + "x" * 500} for i in range(5_000)]))
    found = [len(chunk) for chunk in open_reader(path).chunks()]
    assert (sum(found), max(found)) == (5_000, 2_000)


def test_excel_keeps_formulas_without_a_value_as_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["sku", "title", "price", None], ["0123", "=HYPERLINK(A1)", 12.5, None], [7, "Lamp", None, None]):
        sheet.append(row)
    path = tmp_path / "a.csv"
    book.save(path)
    assert open_reader(path).columns == ("sku", "title", "price")
    assert values(path) == [["0123", "=HYPERLINK(A1)", 12.5], [7, "Lamp", None]]


def test_parquet_and_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    pq.write_table(pa.table({"id": [1, 2], "title": ["a", None]}), path)
    assert values(path) == [[1, "a"], [2, None]]
    frame = pd.DataFrame({"id": [1, 2], "when": [pd.Timestamp("2024-01-02"), pd.NaT]})
    rows = [list(r.values) for chunk in FrameReader("frame", frame).chunks() for r in chunk]
    assert rows == [[1, pd.Timestamp("2024-01-02")], [2, None]]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n  \n", "nothing but blanks"),
        ("cut.parquet", b"PAR1" + b"\x15\x04" * 200, "not a whole Parquet file"),
        ("old.xls", codecs.decode("d0cf11e0a1b11ae1", "hex") + b"\0" * 50, "old Excel file"),
        ("cut.xlsx", b"PK\x03\x04" + b"\x01" * 100, "cut off or damaged"),
        ("cut.csv.gz", gzip.compress(b"id,title\n" + bytes(range(32, 120)) * 900, mtime=0)[:60], "cut off"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "neither text nor Parquet"),
        ("cut.json", b'[{"title": "a"}, {"title": ', "cut off or no valid JSON"),
        ("quote.csv", b'id,title\n1,"never closed\n' + b"x" * 17_000_000, "cannot be read beyond line"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceInvalid, match=reason) as caught:
        records(path)
    assert name in str(caught.value)
    assert caught.value.path


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(SourceInvalid, match="cannot be read"):
            open_reader(path)


def test_truncated_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"title": [f"product {i}" for i in range(10_000)]}), path)
    path.write_bytes(path.read_bytes()[:-4_000])
    with pytest.raises(SourceInvalid, match="copy it again"):
        open_reader(path)


@given(
    st.sampled_from([",", ";", "\t", "|"]),
    st.lists(st.lists(st.text("abcd e", min_size=1, max_size=8), min_size=3, max_size=3), min_size=2, max_size=8),
)
def test_the_delimiter_that_was_used_is_found(mark: str, rows: list[list[str]]) -> None:
    assert best_delimiter(delimited(rows, mark)) == mark
