"""What works in the background now, and what was stopped before it was done."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from core import pipeline
from core.services import Services
from ui import library_desk, resources
from ui.components import library_rows as rows
from ui.components.library_list import library_list
from ui.library_desk import Key
from ui.text import count

POLL_SECONDS = 2.0
STOPPED_SHOWN = 8


def running(live: Services, reader: rows.Reader) -> None:
    """Draw what runs, asked after again while it does, and below it what can go on."""
    if resources.runs().active():
        _at_work()
    stopped = pipeline.recent_runs(live, "interrupted", "cancelled", "failed", limit=STOPPED_SHOWN)
    if not stopped:
        return
    with st.expander(f"{count(len(stopped), 'run')} not finished", icon=":material/pause_circle:", key=Key.UNFINISHED):
        asked = library_list(
            [rows.run_row(run, reader=reader) for run in stopped], key=Key.STOPPED, label="Stopped runs", pictured=False
        )
    if asked is not None:
        library_desk.act_on_run(asked.id, asked.act)


@st.fragment(run_every=POLL_SECONDS)
def _at_work() -> None:
    active = resources.runs().active()
    if not active:
        # What it made belongs into the list, which is drawn outside of this fragment.
        st.rerun()
    reader = rows.Reader(datetime.now(UTC), library_desk.zone())
    asked = library_list(
        [rows.run_row(run, reader=reader) for run in active],
        key=Key.ACTIVE,
        label=f"{count(len(active), 'run')} at work",
        pictured=False,
    )
    if asked is not None:
        library_desk.act_on_run(asked.id, asked.act)
