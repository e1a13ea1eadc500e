"""Small print: Streamlit's own captions are too pale for WCAG AA (4.3 to 1 on white)."""

from __future__ import annotations

import streamlit as st


def aside(markdown: str) -> None:
    """Draw one line of small grey Markdown; foreign text in it has gone through `plain`."""
    st.markdown(f":small[:gray[{markdown}]]")
