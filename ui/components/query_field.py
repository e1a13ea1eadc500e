"""The query that the Search and the Rules page share: it stands in the address, so that a link shows the same."""

from __future__ import annotations

import streamlit as st

QUERY = "q"
"""The key of the field and the name of the parameter in the address."""
LONGEST = 200


def query_field(label: str, *, placeholder: str = "For example: bed frame without headboard") -> str:
    """Draw the field; returns the query without blanks around it, "" where there is none."""
    typed = st.text_input(
        label,
        key=QUERY,
        type="search",
        max_chars=LONGEST,
        placeholder=placeholder,
        icon=":material/search:",
        label_visibility="collapsed",
        bind="query-params",
    )
    return (typed or "")[:LONGEST].strip()


def set_query(query: str) -> None:
    """Put a query into the field; for callbacks and the time before it is drawn."""
    st.session_state[QUERY] = query
