"""A peer for the measures of many sessions: Streamlit as it comes, drawing the same grid of sixty cards alone."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.components.product_grid import Card, product_grid

CARDS = [
    Card(
        f"p{number}",
        number,
        f"A product with a title of the usual length, number {number}",
        brand="Northside",
        category="Outdoor > Camping > Tents",
        price="$189.00",
        rating="4.6",
        terms=("family tents", "kids tent"),
        why="Found by the terms “family tents” and “kids tent”.",
    )
    for number in range(1, 61)
]


@st.fragment
def _grid(selection: str) -> None:
    seen: dict[str, Any] = {"verdicts": {}, "reasons": {}, "statements": {}, "chips": (), "remark": "", "acks": {}}
    product_grid(CARDS, key="grid", selection=selection, on_events=lambda: None, **seen)


_grid(st.query_params.get("selection", ""))
