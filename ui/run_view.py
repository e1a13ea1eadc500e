"""Draws a run's events: as steps while it runs, and as a closed line that opens on them after."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.elements.lib.mutable_status_container import StatusContainer

from core.events import Event, StageFinished, StageProgress, StageStarted, TurnFinished, Warned
from ui.text import count, plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunLog:
    """What a finished run said, for drawing it again."""

    label: str
    lines: tuple[str, ...]
    seconds: float


def follow(work: Generator[Event, None, T], *, label: str) -> tuple[T, RunLog]:
    """Run work to its end, drawing every event as it comes; returns its result and its log.

    Streamlit stops a script by raising from a drawing call; closing the generator is what cancels the work then.
    """
    began = time.monotonic()
    lines: list[str] = []
    with closing(work), st.status(f":shimmer[{plain(label)}]", type="compact", expanded=True) as whole:
        step: StatusContainer | None = None
        while True:
            try:
                event = next(work)
            except StopIteration as stop:
                _settle(step)
                seconds = time.monotonic() - began
                whole.update(label=f"{plain(label)}: done in {seconds:.1f} s", state="complete", expanded=False)
                result: T = stop.value
                return result, RunLog(label, tuple(lines), seconds)
            line = describe(event)
            if line and not isinstance(event, StageStarted | StageProgress):
                lines.append(line)
            step = _draw(event, line, step)


def replay(log: RunLog) -> None:
    """Draw a finished run: one line, its steps inside."""
    with st.status(f"{plain(log.label)}: done in {log.seconds:.1f} s", type="compact", state="complete"):
        for line in log.lines:
            st.status(plain(line), type="step", state="complete")


def describe(event: Event) -> str:
    """An event in a few words; empty for those that a result repeats."""
    match event:
        case StageStarted(stage, note):
            return note if note else stage
        case StageProgress(stage, done, total, note, _rate, left):
            amount = f"{done:,}" if total is None else f"{done:,} of {total:,}"
            wait = "" if left is None else f", {left:.0f} s left"
            return f"{note if note else stage}: {amount}{wait}"
        case StageFinished(stage, summary):
            return summary if summary else stage
        case TurnFinished(turn):
            found = count(turn.preview.count, "product")
            note = f" · {turn.note}" if turn.note else ""
            return f"Turn {turn.number}: {found}, score {turn.reward.total:.1f} of 10{note}"
        case Warned(_stage, message):
            return f"Note: {message}"
        case _:
            return ""


def _draw(event: Event, line: str, step: StatusContainer | None) -> StatusContainer | None:
    if not line:
        return step
    match event:
        case StageStarted():
            _settle(step)
            return st.status(plain(line), type="step", state="running")
        case StageProgress() if step is not None:
            step.update(label=plain(line))
            return step
        case StageFinished() | TurnFinished() if step is not None:
            step.update(label=plain(line), state="complete")
            return None
        case _:
            _settle(step)
            st.status(plain(line), type="step", state="complete")
            return None


def _settle(step: StatusContainer | None) -> None:
    if step is not None:
        step.update(state="complete")
