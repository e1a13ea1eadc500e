"""How a list was planned, told again: what was looked up, what was learned, each turn, and what it took."""

from __future__ import annotations

import streamlit as st

from core.errors import ShelfcraftError
from core.services import Services
from ui import asking, resources, run_view
from ui.components.story_board import story_board
from ui.run_story import dollars
from ui.state import Key
from ui.text import plain


def toggle(run_id: str) -> None:
    """The button that opens the story of a run, or closes it."""
    is_open, cost = opened(run_id), _cost(run_id)
    st.button(
        "How it was planned" + (f" · {plain(dollars(cost))}" if cost else ""),
        key="retell",
        type="tertiary",
        icon=":material/close:" if is_open else ":material/play_circle:",
        help="Its research, its turns and what they took, as they happened. It can be played again.",
        on_click=_toggle,
        args=(run_id,),
    )


def _cost(run_id: str) -> float | None:
    """What the run cost; None where nobody knows."""
    try:
        return resources.runs().look(run_id).cost
    except ShelfcraftError:
        return None


def opened(run_id: str) -> bool:
    """Whether the story of this very run lies open."""
    return st.session_state.get(Key.REPLAY) == run_id


def _toggle(run_id: str) -> None:
    st.session_state[Key.REPLAY] = None if opened(run_id) else run_id


def panel(live: Services, run_id: str) -> None:
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
    if story.research is not None and story.research.research_id is not None:
        st.button(
            "Plan again from this research",
            key="again_from",
            icon=":material/replay:",
            help="Nothing is looked up again; planner and turns can be chosen.",
            on_click=asking.again_from,
            args=(live, story.research.research_id),
        )
