"""Draws a run of the background: its steps and a stop button while it goes on, one line that opens on them after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import streamlit as st

from core.events import Event, PictureRead, StageFinished, StageProgress, StageStarted, TurnFinished, Warned
from core.runs import RunRecord
from ui import resources
from ui.state import Key
from ui.text import count, plain

POLL_SECONDS = 0.35
"""How often a page asks after a run that it follows."""

StepState = Literal["running", "complete"]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of a run's story; `stage` names the stage that a running line belongs to."""

    text: str
    state: StepState
    stage: str = ""


def steps_of(events: Iterable[Event], before: Sequence[StepLine] = ()) -> tuple[StepLine, ...]:
    """The story that these events tell, going on after `before`: a line that runs is replaced by what becomes of it."""
    lines = list(before)
    for event in events:
        line = _line(event)
        if line is None:
            continue
        if lines and lines[-1].state == "running" and (lines[-1].stage == line.stage or line.state == "complete"):
            lines.pop()
        lines = [replace(kept, state="complete") for kept in lines]
        lines.append(line)
    return tuple(lines)


def _line(event: Event) -> StepLine | None:
    match event:
        case StageStarted(stage, note):
            return StepLine(note if note else stage.capitalize(), "running", stage)
        case StageProgress(stage, done, total, note, rate, left):
            amount = f"{done:,}" if total is None else f"{done:,} of {total:,}"
            speed = "" if rate is None else f", {rate:,.0f} a second"
            wait = "" if left is None else f", about {_duration(left)} left"
            return StepLine(f"{note if note else stage.capitalize()}: {amount}{speed}{wait}", "running", stage)
        case StageFinished(stage, summary):
            return StepLine(summary if summary else stage.capitalize(), "complete", stage)
        case TurnFinished(turn):
            found = count(turn.preview.count, "product")
            note = f" · {turn.note}" if turn.note else ""
            return StepLine(f"Turn {turn.number}: {found}, score {turn.reward.total:.1f} of 10{note}", "complete")
        case PictureRead(_picture, words, alike):
            seen = f"Looks like “{words}”" if words else "Nothing in the catalogue looks like the picture"
            return StepLine(f"{seen}: {count(len(alike), 'look-alike')} in the catalogue", "complete")
        case Warned(_stage, message):
            return StepLine(f"Note: {message}", "complete")
        case _:
            return None


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
    steps = _followed(run_id)
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        # Drawn into, not entered: a status that is left by `with` calls itself complete.
        whole = st.status(f":shimmer[{plain(label)}] · {seconds:.0f} s", type="compact", state="running", expanded=True)
        for step in steps[-8:]:
            whole.status(plain(step.text), type="step", state=step.state)
        st.button(
            "Stop",
            icon=":material/stop_circle:",
            key="stop_run",
            on_click=partial(_stop, run_id),
            help="What is finished by now is kept.",
        )


def _stop(run_id: str) -> None:
    resources.runs().stop(run_id)


def _followed(run_id: str) -> tuple[StepLine, ...]:
    """The story so far, reading only the events that are new to this session."""
    known: tuple[str, int, tuple[StepLine, ...]] | None = st.session_state.get(Key.FOLLOWED)
    number, steps = (known[1], known[2]) if known is not None and known[0] == run_id else (0, ())
    fresh = resources.runs().events(run_id, number)
    if fresh:
        steps = steps_of((stored.event for stored in fresh), steps)
        st.session_state[Key.FOLLOWED] = (run_id, fresh[-1].number, steps)
    return steps


def story_of(run_id: str) -> tuple[StepLine, ...]:
    """Everything that a run said, as lines."""
    return tuple(replace(step, state="complete") for step in _followed(run_id))


def replay(label: str, steps: Sequence[StepLine]) -> None:
    """Draw a run that ended: one line, its steps inside."""
    with st.status(plain(label), type="compact", state="complete"):
        for step in steps:
            st.status(plain(step.text), type="step", state="complete")


def seconds_of(record: RunRecord) -> float:
    """How long a run took, up to now where it goes on."""
    end = datetime.now(UTC) if record.finished_at is None else record.finished_at
    return max(0.0, (end - record.started_at).total_seconds())


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
