"""How a list was planned, told again: what was looked up, what was learned, each turn, and what it took."""

from __future__ import annotations

import streamlit as st

from core.errors import ShelfcraftError
from ui import run_view
from ui.components.story_board import story_board
from ui.state import Key
from ui.text import plain


def toggle(run_id: str) -> None:
    """The button that opens the story of a run, or closes it."""
    is_open = opened(run_id)
    st.button(
        "How it was planned",
        key="retell",
        type="tertiary",
        icon=":material/close:" if is_open else ":material/play_circle:",
        help="Its research, its turns and what they took, as they happened. It can be played again.",
        on_click=_toggle,
        args=(run_id,),
    )


def opened(run_id: str) -> bool:
    """Whether the story of this very run lies open."""
    return st.session_state.get(Key.REPLAY) == run_id


def _toggle(run_id: str) -> None:
    st.session_state[Key.REPLAY] = None if opened(run_id) else run_id


def panel(run_id: str) -> None:
    """The story itself, where it was opened."""
    if not opened(run_id):
        return
    try:
        story = run_view.followed(run_id)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if not story.number:
        st.info("Nothing is kept of how this list was planned.", icon=":material/info:")
        return
    story_board(story, key=f"story_{run_id}")
