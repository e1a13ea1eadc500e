"""The head of a file on the desk: what it is called, what it is, and the way to another one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.pipeline import Inspection, Upload
from ui.components.catalogue_drop import file_size
from ui.text import count, plain


def source_line(upload: Upload, seen: Inspection | None, *, on_other: Callable[[], None]) -> None:
    """Draw the head; `seen` None where the file could not be read."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="stretch", gap="xsmall"):
            st.subheader(plain(upload.name), anchor=False)
            facts = [file_size(upload.size), f"dropped {upload.at:%d %b, %H:%M} UTC"]
            if seen is not None:
                rows = f"{'' if seen.whole else 'more than '}{count(seen.checked, 'row')}"
                facts = [plain(seen.kind), rows, count(len(seen.columns), "column"), *facts]
            st.markdown(" · ".join(facts))
        st.button("Another file", key="another_file", icon=":material/close:", on_click=on_other)


def mapping_head(*, changed: bool, on_reset: Callable[[], None]) -> None:
    """Draw the head of the columns, with the way back to the proposal."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader("What the columns mean", anchor=False, width="content")
        if changed:
            st.button("Back to the proposal", key="reset_mapping", icon=":material/undo:", on_click=on_reset)
