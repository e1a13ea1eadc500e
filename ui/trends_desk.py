"""What lies on the desk of the trends page: keys, the run that reads dropped notes, and what every press does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import streamlit as st

from core import pipeline
from core.errors import InputError, ShelfcraftError, StoreMissing
from core.pipeline import LibraryDocument
from core.runs import RunRecord
from core.services import Services
from ui import resources
from ui.text import count

KIND = "notes"
PAGE_SIZE = 20
"""Passages on one page of a document."""
FOUND = 12
"""Passages that a search shows at most."""


class TrendKey(StrEnum):
    """Keys of `st.session_state` on this page; widgets have theirs here too."""

    WORDS = "trend_words"
    RUN = "trend_run"
    ERROR = "trend_error"
    DONE = "trend_done"
    DROPS = "trend_drops"
    FILES = "trend_files"
    LIST = "trend_list"
    PART = "trend_part"


class TrendParam(StrEnum):
    """Query parameters of this page: ids only."""

    RUN = "reading"


def settle() -> None:
    """Take over the run that the address names, and let the address name the one that lies here."""
    named = st.query_params.get(TrendParam.RUN)
    if named is not None:
        st.session_state[TrendKey.RUN] = named
    elif st.session_state.get(TrendKey.RUN):
        st.query_params[TrendParam.RUN] = st.session_state[TrendKey.RUN]


def lay(run_id: str | None) -> None:
    """Put a run on the desk and into the address, or take it off."""
    st.session_state[TrendKey.RUN] = run_id
    if run_id is None:
        st.query_params.pop(TrendParam.RUN, None)
    else:
        st.query_params[TrendParam.RUN] = run_id


def complain(error: ShelfcraftError | None) -> None:
    """Keep the sentence of an error until the next thing is done."""
    st.session_state[TrendKey.ERROR] = None if error is None else str(error)


def trouble() -> str | None:
    """The sentence that is kept, None where there is none."""
    said = st.session_state.get(TrendKey.ERROR)
    return said if isinstance(said, str) else None


def done() -> str | None:
    """What was done in the run of the page before, once."""
    said = st.session_state.pop(TrendKey.DONE, None)
    return said if isinstance(said, str) else None


def uploader_key() -> str:
    """The key of the uploader: a new one after every drop, so that the server lets go of the bytes."""
    return f"{TrendKey.FILES}_{st.session_state.get(TrendKey.DROPS, 0)}"


def take(live: Services) -> None:
    """Keep what was dropped and begin to read it in the background."""
    dropped = st.session_state.get(uploader_key()) or []
    if not dropped:
        return
    complain(None)
    st.session_state[TrendKey.DROPS] = st.session_state.get(TrendKey.DROPS, 0) + 1
    try:
        begin([pipeline.keep_document(live, one.name, one) for one in dropped])
    except ShelfcraftError as error:
        complain(error)


def begin(files: Sequence[str]) -> None:
    """Read these kept files in the background; none at all only brings the index up to date."""
    try:
        lay(resources.runs().start(KIND, {"files": list(files)}))
    except ShelfcraftError as error:
        complain(error)


def go_on(run_id: str) -> None:
    """Let a run that was stopped read what it had not read yet."""
    complain(None)
    try:
        resources.runs().resume(run_id)
    except ShelfcraftError as error:
        complain(error)


def put_away() -> None:
    """Clear the desk of a run that ended."""
    complain(None)
    lay(None)


def followed() -> RunRecord | None:
    """The run on the desk, else one that somebody's files are read in; one gone from the store leaves the desk."""
    run_id = st.session_state.get(TrendKey.RUN)
    if run_id:
        try:
            found = resources.runs().look(run_id)
            if found.kind == KIND:
                return found
            lay(None)
        except StoreMissing:
            lay(None)
    active = resources.runs().active(KIND)
    if active:
        lay(active[0].run_id)
        return active[0]
    return None


def label(run: RunRecord) -> str:
    """What a run does, in a few words."""
    files = [str(path).replace("\\", "/").rpartition("/")[2] for path in run.params.get("files") or ()]
    if not files:
        return "Indexing the notes anew"
    return f"Reading {files[0]}" if len(files) == 1 else f"Reading {count(len(files), 'document')}"


def remove(live: Services, name: str) -> None:
    """Remove a document; one that is gone already is told."""
    complain(None)
    try:
        gone = pipeline.remove_from_library(live, name)
    except InputError:
        st.session_state[TrendKey.DONE] = f"{name} was gone already."
    except ShelfcraftError as error:
        complain(error)
    else:
        st.session_state[TrendKey.DONE] = f"{gone.name} is removed with its {count(gone.passages, 'passage')}."


def row_id(document: LibraryDocument) -> str:
    """A short name of a document for the browser, which any file's name may be too long or too strange for."""
    return hashlib.blake2b(document.name.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def day(when: date) -> str:
    """A date as it is written here: "8 Feb 2025"."""
    return f"{when.day} {when:%b %Y}"
