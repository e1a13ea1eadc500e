"""A selection as a file: CSV and Excel that a spreadsheet cannot be tricked by, JSON and Parquet as they are.

A cell that a spreadsheet would run (it begins with = + - @, a tab or a carriage return, their full-width forms too,
blanks or invisible characters before them or not) is defused: by a leading apostrophe in CSV, by being written as text
in Excel. Numbers stay numbers, negative ones too. Control characters are dropped in both; JSON and Parquet keep the raw
text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from core.domain import Product, Selection
from core.errors import InputError
from core.selection.rows import COLUMNS, NAMES, Cell, rows

# Excel refuses a longer cell; the rest is cut with an ellipsis.
MAX_CELL = 32_767

# What a spreadsheet may read as a formula, after blanks and characters that nobody sees.
_FORMULA = re.compile("[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*[=+\\-@＝＋－＠﹦﹢﹣﹫−]")
# C0 and C1 controls but tab and line feed, line and paragraph separators of old, and lone surrogates.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text without control characters; a tab becomes a blank and every line break a line feed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def defuse(text: str) -> str:
    """Text that no spreadsheet runs: control characters dropped, a leading apostrophe where it would be a formula."""
    kept = clean(text)
    return "'" + kept if _FORMULA.match(kept) or text.startswith(("\t", "\r")) else kept


def export(selection: Selection, products: Mapping[str, Product], form: str) -> bytes:
    """The file's bytes in `form`: csv, xlsx, json or parquet. `products` by id give titles, prices and the like.

    Raises `InputError` for any other form.
    """
    write = FORMATS.get(form)
    if write is None:
        raise InputError(f"A selection is exported as {', '.join(FORMATS)}, not as “{form}”.")
    return write(selection, products)


def to_csv(selection: Selection, products: Mapping[str, Product]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a byte-order mark, without which Excel takes it for another encoding."""
    out = io.StringIO(newline="")
    # Texts are quoted, so that a semicolon in one is no new cell where the spreadsheet separates by semicolons.
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(NAMES)
    for row in rows(selection, products):
        writer.writerow([defuse(cell) if isinstance(cell, str) else _plain(cell) for cell in row.values()])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return ("yes" if cell else "no") if isinstance(cell, bool) else cell


def to_xlsx(selection: Selection, products: Mapping[str, Product]) -> bytes:
    """A workbook: the products on the first sheet, the strategy and the funnel on the second."""
    out = io.BytesIO()
    # Nothing of a text may become a link, a number or a formula; the writer below asks for strings by name as well.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        heading, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("Selection")
        sheet.freeze_panes(1, 0)
        _write_rows(sheet, [NAMES], heading)
        for at, (name, _, _) in enumerate(COLUMNS):
            sheet.set_column(at, at, _WIDTHS.get(name, 14))
        _write_rows(sheet, [list(row.values()) for row in rows(selection, products)], text, start=1)
        sheet.autofilter(0, 0, max(1, len(selection.products)), len(NAMES) - 1)
        about = book.add_worksheet("How it was made")
        about.set_column(0, 3, 28)
        _write_rows(about, _about(selection), text)
    return out.getvalue()


_WIDTHS = {"title": 48, "category": 32, "why": 60, "terms": 32, "product_id": 18}


def _write_rows(sheet: Any, table: Sequence[Sequence[Cell]], text: Any, *, start: int = 0) -> None:
    for r, row in enumerate(table, start=start):
        for c, cell in enumerate(row):
            if isinstance(cell, str) and cell:
                sheet.write_string(r, c, _fit(clean(cell)), text)
            elif isinstance(cell, bool):
                sheet.write_boolean(r, c, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(r, c, cell)


def _fit(text: str) -> str:
    """Cut to what a cell of Excel holds, which counts UTF-16 units."""
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * MAX_CELL else units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _about(selection: Selection) -> list[list[Cell]]:
    strategy = selection.strategy
    table: list[list[Cell]] = [["Positive term", "Weight"]]
    table += [[term, strategy.weight(term)] for term in strategy.positive]
    table += [[], ["Negative term"]]
    table += [[term] for term in strategy.negative]
    table += [[], ["Filter", "Value"]]
    table += [[name, json.dumps(value, ensure_ascii=False)] for name, value in strategy.filters.to_json().items()]
    table += [[], ["Step", "In", "Out", "Note"]]
    for stage in selection.funnel:
        gone = "; ".join(f"{words}: {count:,}" for words, count in stage.reasons)
        table.append([stage.stage, stage.entered, stage.left, "; ".join(filter(None, [stage.note, gone]))])
    return table


def to_json(selection: Selection, products: Mapping[str, Product]) -> bytes:
    """One document: the strategy in its wire format, the funnel, and the rows with each product's path."""
    listed = [
        {
            **row,
            "terms": list(chosen.terms),
            "variants": list(chosen.variants),
            "path": [asdict(s) for s in chosen.path],
        }
        for row, chosen in zip(rows(selection, products), selection.products, strict=True)
    ]
    document = {
        "strategy": selection.strategy.to_json(),
        "funnel": [asdict(stage) for stage in selection.funnel],
        "products": listed,
    }
    # Lone surrogates have no UTF-8 form; a question mark is better than no export.
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace")


def to_parquet(selection: Selection, products: Mapping[str, Product]) -> bytes:
    """The rows with their types, raw text; the strategy and the funnel lie in the file's metadata as JSON."""
    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    about = {
        "strategy": json.dumps(selection.strategy.to_json(), ensure_ascii=False),
        "funnel": json.dumps([asdict(stage) for stage in selection.funnel], ensure_ascii=False),
    }
    schema = pa.schema([pa.field(name, kinds[kind]) for name, kind, _ in COLUMNS], metadata=about)
    listed = [{n: _encodable(cell) for n, cell in row.items()} for row in rows(selection, products)]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(listed, schema=schema), sink, compression="zstd")
    return sink.getvalue()


def _encodable(cell: Cell) -> Cell:
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


FORMATS: dict[str, Callable[[Selection, Mapping[str, Product]], bytes]] = {
    "csv": to_csv,
    "xlsx": to_xlsx,
    "json": to_json,
    "parquet": to_parquet,
}
