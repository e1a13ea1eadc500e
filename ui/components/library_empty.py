"""The library before anything was saved: what it will be for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

LESSONS = (
    ("image_search", "Find a list again", "From any device, by its name, its status, or who made it."),
    ("history", "Go back", "Each preview is a version. Restoring copies an old one forward, so that none is lost."),
    ("compare_arrows", "Compare two versions", "Which terms and filters changed, and which products came and went."),
    ("verified", "Send it on its way", "From draft to review, approved and published, with who did what and when."),
)


def library_empty(begin: Callable[[], None]) -> None:
    """Draw what the library teaches; `begin` leads to where the first list is made."""
    st.title("Nothing is saved yet")
    st.markdown(
        "Every list that you make in the studio is kept here by itself: nothing to press, nothing to lose. "
        "With the first one you can do this:"
    )
    with st.grid(4, min_column_width=190, gap="small"):
        for icon, name, text in LESSONS:
            with st.container(border=True):
                st.markdown(f":material/{icon}: **{name}**")
                st.markdown(text)
    if st.button("Make the first list in the studio", icon=":material/tune:", type="primary", key="library_begin"):
        begin()
