"""A question to a model that takes seconds and keeps nothing, asked beside the page, so that every click works.

What is kept and must survive a reload is a run (`core.runs`); an errand lives and dies with its session.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import Any

import streamlit as st

from core.errors import ShelfcraftError
from core.events import Event, ModelCalled, PictureRead, StageFinished, StageProgress, StageStarted, Warned
from ui.run_story import Spent, line_of
from ui.state import Key
from ui.text import plain

POLL_SECONDS = 0.3
_BROKE_OFF = "This broke off because of a fault of the program; the log of the server says more."
_log = logging.getLogger(__name__)


class Errand:
    """One generator of events, run to its end in a thread of its own from the moment it is made.

    `kind` says what for, `about` what of (an ask, a list): who takes the result looks whether that still lies there.
    `error` is a sentence for the operator, None where it went well; `result` counts only once `done`. `said` is what it
    had to tell on the way.
    """

    def __init__(
        self, kind: str, about: str, label: str, work: Callable[[], Generator[Event, None, Any]], *, given: Any = None
    ) -> None:
        self.kind, self.about, self.label, self.given = kind, about, label, given
        self.note = ""
        self.said: list[str] = []
        self.spent = Spent()
        self.result: Any = None
        self.error: str | None = None
        self.stopped = False
        self._work = work
        self._done = threading.Event()
        threading.Thread(target=self._run, name=f"errand-{kind}", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._done.is_set()

    def stop(self) -> None:
        """Let it end at its next event."""
        self.stopped = True

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""
        return self._done.wait(seconds)

    def _run(self) -> None:
        try:
            with closing(self._work()) as events:
                while not self.stopped:
                    try:
                        self._hear(next(events))
                    except StopIteration as end:
                        self.result = end.value
                        break
        except ShelfcraftError as error:
            self.error = str(error)
        except Exception:
            _log.exception("An errand (%s) broke off", self.kind)
            self.error = _BROKE_OFF
        finally:
            self._done.set()

    def _hear(self, event: Event) -> None:
        if isinstance(event, StageStarted | StageProgress) and event.note:
            self.note = event.note
        elif isinstance(event, PictureRead | Warned) or (isinstance(event, StageFinished) and event.stage != "intent"):
            line = line_of(event)
            if line is not None:
                self.said.append(line.text)
        elif isinstance(event, ModelCalled):
            self.spent = self.spent.after(event, 0.0)


def send(errand: Errand) -> None:
    """Make it the session's errand; one that is still under way is let go."""
    before = current()
    if before is not None:
        before.stop()
    st.session_state[Key.ERRAND] = errand


def current() -> Errand | None:
    """The errand that is under way or was not taken yet."""
    held = st.session_state.get(Key.ERRAND)
    return held if isinstance(held, Errand) else None


def under_way() -> bool:
    """Whether there is one that has not ended."""
    errand = current()
    return errand is not None and not errand.done


def collect(takers: Mapping[str, Callable[[Errand], None]]) -> None:
    """Hand an errand that has ended to the one who asked; it is let go last."""
    errand = current()
    if errand is None or not errand.done:
        return
    if not errand.stopped:
        takers[errand.kind](errand)
    st.session_state[Key.ERRAND] = None


def waiting() -> None:
    """Draw an errand that is under way, with a button that stops it; nothing where there is none."""
    if current() is not None:
        with st.container(key="errand"):
            _live()


@st.fragment(run_every=POLL_SECONDS)
def _live() -> None:
    errand = current()
    if errand is None or errand.done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        note = f" · {errand.note}" if errand.note else ""
        st.markdown(f":material/hourglass_top: :shimmer[{plain(errand.label)}]{plain(note)}", width="content")
        st.button("Stop", key="stop_errand", icon=":material/stop_circle:", on_click=errand.stop, type="tertiary")
