"""Draws a run of the background: its steps and a stop button while it goes on, one line that opens on them after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from core.runs import RunRecord
from ui import resources
from ui.components.story_board import story_board
from ui.run_story import Story, story_after
from ui.state import Key
from ui.text import plain

POLL_SECONDS = 0.35
"""How often a page asks after a run that it follows."""
_STORIES = 3
"""Stories of other runs that a session keeps, so that two can be followed side by side."""


def follow_run(run_id: str, *, label: str, on_end: Callable[[RunRecord], None]) -> None:
    """Draw a run that goes on; `on_end` is called with its record in the run of the page that finds it ended.

    Drawn again by itself, so that the page stays at rest meanwhile: old results stay, every click works, and a reload,
    another tab or another page follows the same run. Raises `StoreMissing` for a run that is not there.
    """
    record = resources.runs().look(run_id)
    if record.status != "running":
        on_end(record)
        return
    with st.container(key="run_progress"):
        _live(run_id, label)


@st.fragment(run_every=POLL_SECONDS)
def _live(run_id: str, label: str) -> None:
    record = resources.runs().look(run_id)
    if record.status != "running":
        st.rerun()
    seconds = (datetime.now(UTC) - record.started_at).total_seconds()
    story = followed(run_id)
    spent = story.bill.text()
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        # Drawn into, not entered: a status that is left by `with` calls itself complete.
        words = f":shimmer[{plain(label)}] · {seconds:.0f} s" + (f" · {plain(spent)}" if spent else "")
        whole = st.status(words, type="compact", state="running", expanded=True)
        for step in story.lines[-8:]:
            whole.status(plain(step.text), type="step", state=step.state)
        st.button(
            "Stop",
            icon=":material/stop_circle:",
            key="stop_run",
            on_click=partial(_stop, run_id),
            help="What is finished by now is kept.",
        )
    if story.rich:
        story_board(story, key="story_live", live=True)


def _stop(run_id: str) -> None:
    resources.runs().stop(run_id)


def followed(run_id: str) -> Story:
    """The story of a run so far, reading only the events that are new to this session. Raises the store's errors."""
    known: Mapping[str, Story] = st.session_state.get(Key.FOLLOWED) or {}
    story = known.get(run_id, Story())
    fresh = resources.runs().events(run_id, story.number)
    if fresh:
        story = story_after(story, fresh)
        others = [(name, one) for name, one in known.items() if name != run_id]
        st.session_state[Key.FOLLOWED] = {**dict(others[-_STORIES:]), run_id: story}
    return story


def seconds_of(record: RunRecord) -> float:
    """How long a run took, up to now where it goes on."""
    end = datetime.now(UTC) if record.finished_at is None else record.finished_at
    return max(0.0, (end - record.started_at).total_seconds())
