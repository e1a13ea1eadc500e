"""The second file that a catalogue can have: what the shop's customers typed, and how often."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.pipeline import QueryLogSeen
from ui.text import count, plain


def query_log(
    name: str, seen: QueryLogSeen | None, *, key: str, on_drop: Callable[[], None], on_remove: Callable[[], None]
) -> None:
    """Draw the query log of a file, `seen` None where there is none yet."""
    head = "Query log, none yet" if seen is None else f"Query log, {count(seen.queries, 'query', 'queries')}"
    with st.expander(head, icon=":material/manage_search:"):
        if seen is None:
            st.markdown(
                "What your customers typed into the search of your shop tells which words they use. With it, plans "
                "know their words. A file with a column **query** and, for how often, a column **count**."
            )
            st.file_uploader(
                "Drop a query log here: CSV, TSV, JSONL, .xlsx or Parquet (optional)",
                key=key,
                on_change=on_drop,
                max_upload_size=300,
            )
            return
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            most = ", ".join(f"“{plain(query)}” ({n:,})" for query, n in seen.most)
            st.markdown(f"**{plain(name)}** · {count(seen.searches, 'search', 'searches')} · most often {most}")
            st.button("Leave it out", key="remove_log", icon=":material/close:", on_click=on_remove)
