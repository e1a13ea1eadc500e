"""The first products of a file as they would be read, and the rows that would be set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.pipeline import Inspection
from ui.components.catalogue_aside import aside
from ui.components.catalogue_mapping import LABELS
from ui.text import count, money, plain


def verdict_line(seen: Inspection) -> None:
    """Say in one line whether the file can be used as it is read now."""
    part = "" if seen.whole else "the first "
    rows = f"{part}{count(seen.checked, 'row')}"
    if not seen.mapping.of("title"):
        st.error(
            "No column reads like a title. Choose the column of titles below; then the rows can be read.",
            icon=":material/title:",
        )
    elif seen.kept == 0:
        st.error(
            f"None of {rows} can be used: {plain(_lower(seen.problems[0].reason))} Change a column below, or mend the "
            "file and drop it again.",
            icon=":material/error:",
        )
    elif seen.set_aside:
        st.warning(
            f"{seen.kept:,} of {rows} can be read; **{count(seen.set_aside, 'row')} would be set aside**, with the "
            "reasons below.",
            icon=":material/rule:",
        )
    else:
        left = f" {count(seen.noted, 'value')} would be left out, see below." if seen.noted else ""
        st.success(f"All {rows} can be read.{left}", icon=":material/check_circle:")


def preview(seen: Inspection) -> None:
    """Draw the first products, then what is wrong with the others."""
    st.subheader("The first products, as they would be read", anchor=False)
    if seen.rows:
        st.dataframe(
            _frame(seen.rows),
            hide_index=True,
            height="content",
            key="first_rows",
            alt="The first products of the file, as they would be read",
            column_config={
                LABELS["title"]: st.column_config.TextColumn(width=300),
                LABELS["category"]: st.column_config.TextColumn(width=240),
                LABELS["price"]: st.column_config.TextColumn(alignment="right"),
            },
        )
    else:
        aside("There is nothing to show before a row can be read.")
    more = "" if seen.whole else f" Checked were the first {seen.checked:,} rows; the build checks all."
    if seen.problems:
        st.subheader("Would be set aside", anchor=False)
        problem_table(seen.problems, key="would_be_set_aside")
        aside(_shown(len(seen.problems), seen.set_aside) + more)
    if seen.notes:
        st.subheader("Would be kept without a value", anchor=False)
        problem_table(seen.notes, key="would_be_left_out")
        aside(_shown(len(seen.notes), seen.noted) + more)


def problem_table(problems: Sequence[Any], *, key: str) -> None:
    """Draw problems, as values or as the JSON of a report: where, what, and why."""
    found = [p if isinstance(p, Mapping) else {n: getattr(p, n) for n in p.__slots__} for p in problems]
    sources = {str(p["source"]) for p in found}
    columns: dict[str, list[Any]] = {"source": [p["source"] for p in found]} if len(sources) > 1 else {}
    columns |= {
        "row": [p["row"] for p in found],
        "column": [p["column"] for p in found],
        "value": [p["value"] for p in found],
        "reason": [p["reason"] for p in found],
    }
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height="content" if len(found) <= 8 else 320,
        key=key,
        alt="Rows with what is wrong with them",
        column_config={
            "source": st.column_config.TextColumn("File", width=160),
            "row": st.column_config.NumberColumn("Row", width=80, format="localized"),
            "column": st.column_config.TextColumn("Column", width=160),
            "value": st.column_config.TextColumn("Value", width=220),
            "reason": st.column_config.TextColumn("Why", width="large"),
        },
    )


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The columns that any of the rows fills, in the order of the fields."""
    columns: dict[str, list[str]] = {
        "title": [r["title"] for r in rows],
        "product_id": [r["product_id"] for r in rows],
        "category": [r["category"].replace(" > ", " › ") for r in rows],
        "brand": [r["brand"] for r in rows],
        "price": [money(r["price"], r["currency"]) for r in rows],
        "stock": [_text(r["stock"]) for r in rows],
        "rating": [_rating(r) for r in rows],
        "monthly_sales": [_text(r["monthly_sales"]) for r in rows],
        "margin": ["" if r["margin"] is None else f"{r['margin']:.0%}" for r in rows],
        "launch_date": [_text(r["launch_date"]) for r in rows],
        "group_id": [_text(r["group_id"]) for r in rows],
        "attributes": ["; ".join(f"{k}: {v}" for k, v in r["attributes"].items()) for r in rows],
        "image": [_picture(r) for r in rows],
        "description": [r["description"] for r in rows],
    }
    labels = LABELS | {"attributes": "Describing it"}
    return pd.DataFrame({labels[name]: values for name, values in columns.items() if any(values)})


def _picture(row: Mapping[str, Any]) -> str:
    return f"in the file, {row['image']}" if row["image"] else _text(row["image_url"])


def _rating(row: Mapping[str, Any]) -> str:
    if row["rating"] is None:
        return ""
    return f"{row['rating']:.1f}" + (f" ({row['rating_count']:,})" if row["rating_count"] is not None else "")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _shown(shown: int, total: int) -> str:
    return f"{count(total, 'row')}." if shown >= total else f"The first {shown:,} of {total:,}."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
