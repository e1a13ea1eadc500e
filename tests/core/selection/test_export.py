from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Filters, FunnelStage, Product, SelectedProduct, Selection, Step, Strategy
from core.errors import InputError
from core.selection.export import MAX_CELL, defuse, export

TITLES = {
    "0123": '=HYPERLINK("http://evil.example","click")',
    "1E5": "+1 tent 🏕️",
    "-7": "  @SUM(A1)",
    "p4": "＝cmd|' /C calc'!A0",
    "p5": 'Two\nlines, “quoted” "twice"',
    "p6": "\t=1+1",
    "p7": "null\x00 \x07bell\x85",
    "p8": "Zelt für Kinder; 儿童帐篷",
    "p9": "x" * 40_000,
}


def selected(product_id: str, rank: int) -> SelectedProduct:
    return SelectedProduct(
        product_id, rank, 0.5, 0.6, 0.4, "found by “tent”; in stock", (Step("recalled", True, "score 0.50"),),
        variants=("v1", "v2"), terms=("tent", "=bad"),
    )  # fmt: skip


PRODUCTS = {
    i: Product(i, t, brand="-Brand", price=-1.5, currency="EUR", stock=0, rating=4.5, launch_date=date(2026, 1, 2))
    for i, t in TITLES.items()
}
SELECTION = Selection(
    Strategy(("tent", "=bad"), ("toy",), filters=Filters(price=(5.0, None))),
    tuple(selected(i, r) for r, i in enumerate(TITLES, start=1)),
    (FunnelStage("eligible", 12, 9, "a note", (("sold out", 3),)),),
)


def read_csv(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype={"product_id": str}, encoding="utf-8-sig")


def test_csv_is_defused_and_keeps_its_numbers() -> None:
    data = export(SELECTION, PRODUCTS, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    frame = read_csv(data)
    assert frame["product_id"].tolist() == ["0123", "1E5", "'-7", *(f"p{i}" for i in range(4, 10))]
    assert frame["title"].tolist()[:8] == [
        '\'=HYPERLINK("http://evil.example","click")',
        "'+1 tent 🏕️",
        "'  @SUM(A1)",
        "'＝cmd|' /C calc'!A0",
        'Two\nlines, “quoted” "twice"',
        "' =1+1",
        "null bell",
        "Zelt für Kinder; 儿童帐篷",
    ]
    assert frame["brand"].unique().tolist() == ["'-Brand"]
    assert frame["price"].tolist() == [-1.5] * 9
    assert frame["terms"].unique().tolist() == ["tent | =bad"]
    assert frame["rank"].tolist() == list(range(1, 10))


def test_xlsx_holds_text_as_text_and_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(SELECTION, PRODUCTS, "xlsx")))
    assert book.sheetnames == ["Selection", "How it was made"]
    sheet = book["Selection"]
    names = [cell.value for cell in sheet[1]]
    column = {name: [row[i] for row in sheet.iter_rows(min_row=2)] for i, name in enumerate(names)}
    assert [cell.value for cell in column["product_id"]][:3] == ["0123", "1E5", "-7"]
    assert {cell.data_type for name in ("product_id", "title", "brand", "why") for cell in column[name]} == {"s"}
    assert [cell.value for cell in column["title"]][:6] == [
        '=HYPERLINK("http://evil.example","click")',
        "+1 tent 🏕️",
        "  @SUM(A1)",
        "＝cmd|' /C calc'!A0",
        'Two\nlines, “quoted” "twice"',
        " =1+1",
    ]
    assert len(column["title"][8].value) == MAX_CELL
    assert [cell.value for cell in column["price"]] == [-1.5] * 9
    assert {cell.data_type for cell in column["price"]} == {"n"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    about = [[cell.value for cell in row] for row in book["How it was made"].iter_rows()]
    assert ["=bad", 1, None, None] in about
    assert ["price", "[5.0, null]", None, None] in about
    assert ["eligible", 12, 9, "a note; sold out: 3"] in about
    assert {c.data_type for row in book["How it was made"].iter_rows() for c in row if c.value is not None} == {
        "s",
        "n",
    }


def test_json_keeps_the_raw_text_and_the_path() -> None:
    document = json.loads(export(SELECTION, PRODUCTS, "json"))
    assert document["strategy"] == SELECTION.strategy.to_json()
    assert [p["title"] for p in document["products"]] == list(TITLES.values())
    assert document["products"][0]["path"] == [{"stage": "recalled", "passed": True, "detail": "score 0.50"}]
    assert document["products"][0]["terms"] == ["tent", "=bad"]
    assert document["funnel"][0]["left"] == 9


def test_parquet_keeps_the_raw_text_and_types() -> None:
    data = export(SELECTION, PRODUCTS, "parquet")
    frame = pd.read_parquet(io.BytesIO(data))
    assert frame["product_id"].tolist() == list(TITLES)
    assert frame["title"].tolist() == list(TITLES.values())
    assert frame["price"].tolist() == [-1.5] * 9
    assert frame["launch_date"].tolist() == ["2026-01-02"] * 9
    about = pq.read_schema(io.BytesIO(data)).metadata
    assert json.loads(about[b"strategy"]) == SELECTION.strategy.to_json()


def test_missing_facts_are_empty_cells_everywhere() -> None:
    selection = Selection(SELECTION.strategy, (selected("a", 1), selected("gone", 2)), ())
    products = {"a": Product("a", "Tent", price=float("nan"), stock=None)}
    assert read_csv(export(selection, products, "csv"))["price"].isna().all()
    sheet = openpyxl.load_workbook(io.BytesIO(export(selection, products, "xlsx")))["Selection"]
    assert [sheet.cell(row, 6).value for row in (2, 3)] == [None, None]
    listed = json.loads(export(selection, products, "json"))["products"]
    assert [(p["product_id"], p["title"], p["price"], p["stock"]) for p in listed] == [
        ("a", "Tent", None, None),
        ("gone", "", None, None),
    ]
    assert pd.read_parquet(io.BytesIO(export(selection, products, "parquet")))["price"].isna().all()


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "parquet"])
def test_an_empty_list_is_a_file_with_its_columns(form: str) -> None:
    data = export(Selection(Strategy(("tent",)), (), ()), {}, form)
    if form == "csv":
        assert list(read_csv(data).columns)[:3] == ["product_id", "rank", "title"]
    elif form == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(data))["Selection"]["C1"].value == "title"
    elif form == "json":
        assert json.loads(data)["products"] == []
    else:
        assert pd.read_parquet(io.BytesIO(data)).empty


def test_ten_thousand_rows_come_back() -> None:
    ids = [f"{i:05d}" for i in range(10_000)]
    selection = Selection(SELECTION.strategy, tuple(selected(i, r) for r, i in enumerate(ids, start=1)), ())
    products = {i: Product(i, f"Tent {i} 🏕", price=float(int(i))) for i in ids}
    frame = read_csv(export(selection, products, "csv"))
    assert (frame["product_id"].tolist(), frame["price"].sum()) == (ids, 49_995_000.0)
    book = openpyxl.load_workbook(io.BytesIO(export(selection, products, "xlsx")), read_only=True)
    assert [row[0] for row in book["Selection"].iter_rows(min_row=2, max_col=1, values_only=True)] == ids
    assert pd.read_parquet(io.BytesIO(export(selection, products, "parquet")))["product_id"].tolist() == ids
    assert [p["product_id"] for p in json.loads(export(selection, products, "json"))["products"]] == ids


def test_another_format_is_refused() -> None:
    with pytest.raises(InputError, match="not as “pdf”"):
        export(SELECTION, PRODUCTS, "pdf")


@given(st.text(alphabet=st.sampled_from(" \t\r\n\x00\x1b\u00a0\u200b\ufeff\u202e=+-@＝＋－＠a1'"), max_size=6))
def test_no_defused_text_begins_a_formula(text: str) -> None:
    seen = defuse(text).lstrip(" \n\u00a0\u200b\ufeff\u202e")
    assert not seen.startswith(tuple("=+-@＝＋－＠\t\r\x00"))
    assert not set(defuse(text)) & set("\t\r\x00\x1b")


@pytest.mark.parametrize("surrogate", ["Tent \ud83c", "\udfff"])
def test_broken_unicode_does_not_break_a_file(surrogate: str) -> None:
    selection = Selection(SELECTION.strategy, (selected("a", 1),), ())
    for form in ("csv", "xlsx", "json", "parquet"):
        assert export(selection, {"a": Product("a", surrogate)}, form)
