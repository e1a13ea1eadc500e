"""The two lists of terms, each with what it does to the result, to be edited in place."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ui.state import MAX_WEIGHT, Sign, TermRow

_USE = st.column_config.CheckboxColumn(
    "Use", width=64, default=True, help="Untick a term to leave it out; it stays at hand."
)
_WHY = st.column_config.TextColumn("Why", disabled=True)


def term_editor(rows: Sequence[TermRow], *, sign: Sign, key: str) -> None:
    """Draw one editor; its edits lie in `st.session_state[key]` until the next preview takes them over."""
    if sign == 1:
        _positives(rows, key)
    else:
        _negatives(rows, key)


def _positives(rows: Sequence[TermRow], key: str) -> None:
    most = max([row.finds for row in rows if row.finds is not None], default=1)
    frame = _frame(rows, ["use", "term", "weight", "finds", "alone", "why"])
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        num_rows="add",
        row_height=32,
        height="content",
        alt="Terms that find products",
        column_config={
            "use": _USE,
            "term": st.column_config.TextColumn("Find", required=True, width=140, max_chars=200),
            "weight": st.column_config.NumberColumn(
                "Weight",
                width=84,
                min_value=0.0,
                max_value=MAX_WEIGHT,
                step=0.1,
                default=1.0,
                format="%.1f",
                help="Raises or lowers the rank of what the term finds; it never changes what is found.",
            ),
            "finds": st.column_config.ProgressColumn(
                "Finds",
                width=96,
                format="%d",
                min_value=0,
                max_value=max(most, 1),
                help="Products that the term matches.",
            ),
            "alone": st.column_config.NumberColumn(
                "Alone", width=58, disabled=True, format="localized", help="Products that no other term finds."
            ),
            "why": _WHY,
        },
    )


def _negatives(rows: Sequence[TermRow], key: str) -> None:
    frame = _frame(rows, ["use", "term", "finds", "alone", "why"])
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        num_rows="add",
        row_height=32,
        height="content",
        alt="Terms that cut products",
        column_config={
            "use": _USE,
            "term": st.column_config.TextColumn("Cut", required=True, width=150, max_chars=200),
            "finds": st.column_config.NumberColumn(
                "Cuts",
                width=58,
                disabled=True,
                format="localized",
                help="Products that the term takes out of what was found.",
            ),
            "alone": st.column_config.NumberColumn(
                "Alone", width=58, disabled=True, format="localized", help="Products that no other cut takes out."
            ),
            "why": _WHY,
        },
    )


def _frame(rows: Sequence[TermRow], columns: list[str]) -> pd.DataFrame:
    data = {name: [getattr(row, name) for row in rows] for name in columns}
    kinds = {"use": "bool", "term": "str", "weight": "float64", "finds": "Int64", "alone": "Int64", "why": "str"}
    return pd.DataFrame(data).astype({name: kinds[name] for name in columns})
