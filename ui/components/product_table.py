"""The products as a dense table with pictures, for looking over many at once and judging several together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.domain import BehindRow, Product, SelectedProduct
from ui.components.product_facts import stock_flag
from ui.grade_words import grade_name
from ui.text import category_leaf, price_format

_VERDICTS = {"accept": "kept", "reject": "dropped"}


def product_table(
    rows: Sequence[BehindRow],
    chosen: Mapping[str, SelectedProduct],
    products: Mapping[str, Product],
    pictures: Mapping[str, tuple[str, ...]],
    verdicts: Mapping[str, str],
    *,
    key: str,
    learned: bool = False,
) -> list[str]:
    """Draw the table; returns the ids of the ticked rows, from top to bottom.

    `learned` says that the rows stand as live learning put them: each row's own note and score then hold.
    """
    ids = [row.product_id for row in rows]
    event = st.dataframe(
        _frame(rows, chosen, products, pictures, verdicts, learned=learned),
        key=key,
        hide_index=True,
        row_height=56,
        height=620,
        on_select="rerun",
        selection_mode="multi-row",
        alt="The products of the list",
        column_config=_columns(next((p.currency for p in products.values() if p.currency), "")),
    )
    return [ids[at] for at in event.selection.rows if at < len(ids)]


def _frame(
    rows: Sequence[BehindRow],
    chosen: Mapping[str, SelectedProduct],
    products: Mapping[str, Product],
    pictures: Mapping[str, tuple[str, ...]],
    verdicts: Mapping[str, str],
    *,
    learned: bool,
) -> pd.DataFrame:
    ids = [row.product_id for row in rows]
    found = [products.get(i, Product(i, i)) for i in ids]
    in_list = [chosen.get(i) for i in ids]
    reasons = [row.note if one is None or learned else one.why for row, one in zip(rows, in_list, strict=True)]
    frame = pd.DataFrame(
        {
            "picture": [next(iter(pictures.get(i, ())), None) for i in ids],
            "rank": pd.array([None if one is None else one.rank for one in in_list], dtype="Int64"),
            "title": [p.title for p in found],
            "brand": [p.brand for p in found],
            "category": [category_leaf(p.category) for p in found],
            "price": pd.array([p.price for p in found], dtype="Float64"),
            "rating": pd.array([p.rating for p in found], dtype="Float64"),
            "score": pd.array([row.score for row in rows], dtype="Float64"),
            "grade": [_grade(one) for one in in_list],
            "terms": [list(one.terms) if one is not None else [] for one in in_list],
            "why": [" · ".join(filter(None, [stock_flag(p), why])) for p, why in zip(found, reasons, strict=True)],
            "verdict": [_VERDICTS.get(verdicts.get(i, ""), "") for i in ids],
        }
    )
    # A list from before there was a judge says nothing of it.
    return frame if any(frame["grade"]) else frame.drop(columns="grade")


def _grade(one: SelectedProduct | None) -> str:
    if one is None or one.judgment is None:
        return ""
    return f"{one.judgment.grade or '–'} {grade_name(one.judgment)}"


def _columns(currency: str) -> dict[str, Any]:
    column = st.column_config
    return {
        "picture": column.ImageColumn("", width=58),
        "rank": column.NumberColumn("#", width=40),
        "title": column.TextColumn("Product", width=260),
        "brand": column.TextColumn("Brand", width=96),
        "category": column.TextColumn("Category", width=140),
        "price": column.NumberColumn("Price", width=78, format=price_format(currency)),
        "rating": column.NumberColumn("Rating", width=60, format="%.1f"),
        "score": column.ProgressColumn("Score", width=86, min_value=0.0, max_value=1.0, format="%.2f"),
        "grade": column.TextColumn("Judged", width=104, help="4 Excellent, 3 Related, 2 Mismatch, 1 Irrelevant"),
        "terms": column.ListColumn("Found by", width=170),
        "why": column.TextColumn("Why", width=180),
        "verdict": column.TextColumn("Verdict", width=74),
    }
