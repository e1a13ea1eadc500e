"""The first visit: what this is for, three themes to try, and the way through."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

THEMES = (
    ("Camping with kids", ":material/camping:", "Tents, lights and games for a first weekend outside"),
    ("Small-space home office", ":material/desk:", "What fits a desk in the corner of a bedroom"),
    ("Cosy autumn evenings", ":material/candle:", "Blankets, candles, tea, and something warm to wear"),
)
WAY = (
    ("Type a theme", "A theme, an idea or a keyword. The planner writes terms that find products and terms that cut."),
    ("Shape the terms", "See what each term finds, what it adds alone and what it cuts. Change any of it and preview."),
    ("Judge the products", "Keep with the key a, drop with x, ask why with e. Every verdict is saved at once."),
    ("Take it with you", "Export the list as CSV, Excel, JSON or Parquet, or share the address of this page."),
)


def welcome(ask: Callable[[str], None]) -> None:
    """Draw the empty studio; `ask` is called with the theme that was pressed."""
    st.title("What shall we put on the shelf?")
    st.markdown("Type a theme below, or start with one of these.")
    with st.grid(3, min_column_width=260, gap="small"):
        for name, icon, text in THEMES:
            with st.container(border=True):
                st.button(
                    name, icon=icon, key=f"try_{name}", on_click=ask, args=(name,), width="stretch", type="primary"
                )
                st.markdown(text)
    st.subheader("The way through")
    with st.grid(4, min_column_width=220, gap="small"):
        for number, (name, text) in enumerate(WAY, start=1):
            with st.container():
                st.markdown(f"**{number}. {name}**")
                st.markdown(text)
