"""The dialogs of the library: another name, an old version copied forward, a file to take away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.components.export_menu import Format, export_buttons
from ui.library_desk import Key, trouble
from ui.text import file_name, plain


@st.dialog("Rename", icon=":material/edit:")
def rename_dialog(name: str, *, on_rename: Callable[[str], bool]) -> None:
    """Draw the dialog; `on_rename` says whether the dialog is done with."""
    with st.form("library_rename", border=False):
        wanted = st.text_input("Name", value=name, key=Key.NAME, max_chars=120)
        st.text("Links to it stay, and its history keeps the old name.")
        sent = st.form_submit_button("Rename", type="primary", icon=":material/check:", key="library_rename_now")
    if sent:
        if on_rename(wanted):
            st.rerun()
        _refused()


@st.dialog("Restore an old version", icon=":material/history:")
def restore_dialog(number: int, *, newest: int, on_restore: Callable[[str], bool]) -> None:
    """Draw the dialog; `on_restore` is handed the note and says whether the dialog is done with."""
    between = f"Version {newest} stays" if newest - number == 1 else f"Versions {number + 1} to {newest} stay"
    st.markdown(
        f"Version {number} is copied forward as **version {newest + 1}**, which is a draft then. "
        f"{between}, and can be restored in the same way."
    )
    with st.form("library_restore", border=False):
        note = st.text_input(
            "Note", key=Key.NOTE, max_chars=300, placeholder="Why, for those who read the history (may stay empty)"
        )
        sent = st.form_submit_button(
            f"Restore as version {newest + 1}",
            type="primary",
            icon=":material/settings_backup_restore:",
            key="library_restore_now",
        )
    if sent:
        if on_restore(note):
            st.rerun()
        _refused()


@st.dialog("Export", icon=":material/download:")
def export_dialog(name: str, *, make: Callable[[Format], bytes]) -> None:
    """Draw a button for each format; what was dropped is left out of the file."""
    st.markdown(f"The newest version of **{plain(name)}**, without what was dropped.")
    export_buttons(make, name=file_name(name), key="library_export")


def _refused() -> None:
    said = trouble(once=True)
    if said is not None:
        st.warning(plain(said), icon=":material/warning:")
