"""Trends: the operator's own notes and reports, which research reads before it looks anywhere else."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.pipeline import LibraryDocument, LibraryPassage
from core.services import Services
from ui import resources, run_view
from ui import trends_desk as desk
from ui.components.trend_documents import document_list, drop_notes, no_notes
from ui.components.trend_ending import notes_ending
from ui.components.trend_passages import confirm_remove, document_drawer, passages_found
from ui.text import count, plain
from ui.trends_desk import TrendKey


def page() -> None:
    """Draw the uploader, what is read just now, and the documents or what a search found in them."""
    try:
        live = resources.unwarmed()
        desk.settle()
        run = desk.followed()
        documents = pipeline.library_documents(live)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    said = desk.done()
    if said is not None:
        st.toast(plain(said), icon=":material/check:")
    st.title("Trends", anchor=False)
    st.markdown(
        "Your own notes and reports. Research looks into them when it studies a theme, and cites page and date."
    )
    slot = st.container()
    drop_notes(desk.uploader_key(), on_drop=partial(desk.take, live))
    if run is not None:
        with slot:
            if run.status == "running":
                run_view.follow_run(run.run_id, label=desk.label(run), on_end=lambda _: st.rerun())
            else:
                notes_ending(run, on_go_on=partial(desk.go_on, run.run_id), on_away=desk.put_away)
    try:
        if documents:
            _library(live, documents)
        elif run is None or run.status != "running":
            no_notes()
    except ShelfcraftError as error:
        desk.complain(error)
    complaint = desk.trouble()
    if complaint is not None:
        slot.error(plain(complaint), icon=":material/error:")


def _library(live: Services, documents: tuple[LibraryDocument, ...]) -> None:
    if pipeline.library_outdated(live):
        with st.container(horizontal=True, vertical_alignment="center", key="trend_outdated"):
            st.warning("Another model indexed these notes: only their words are searched.", icon=":material/update:")
            st.button("Index them anew", key="trend_index", icon=":material/refresh:", on_click=desk.begin, args=([],))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        passages = sum(one.passages for one in documents)
        st.subheader(
            f"{count(len(documents), 'document')} · {count(passages, 'passage')}", width="content", anchor=False
        )
        words = st.text_input(
            "Search the notes",
            key=TrendKey.WORDS,
            type="search",
            live="250ms",
            placeholder="What do they say about…",
            icon=":material/search:",
            label_visibility="collapsed",
            width=320,
            persist_state="session",
        )
    if words and words.strip():
        _found(live, words)
        return
    asked = document_list(documents, key=TrendKey.LIST)
    if asked is not None:
        chosen = next((one for one in documents if desk.row_id(one) == asked.id), None)
        if chosen is not None and asked.act == "look":
            _open(live, chosen, None)
        elif chosen is not None and asked.act == "remove":
            confirm_remove(chosen, on_yes=partial(desk.remove, live, chosen.name))


def _found(live: Services, words: str) -> None:
    found = pipeline.search_library(live, words, limit=desk.FOUND)
    if not found:
        st.info(
            f"No passage speaks of “{plain(words)}”. Try other words, or bring a note that does.",
            icon=":material/search_off:",
        )
        return
    passages_found(found, on_open=partial(_open_passage, live))


def _open_passage(live: Services, passage: LibraryPassage) -> None:
    document = next((one for one in pipeline.library_documents(live) if one.name == passage.document), None)
    if document is not None:
        _open(live, document, passage.number)


def _open(live: Services, document: LibraryDocument, at: int | None) -> None:
    document_drawer(
        document,
        at=at,
        passages=lambda first, last: pipeline.library_passages(live, document.name, first=first, last=last),
    )


page()
