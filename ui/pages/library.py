"""The library: what was saved, found again on any device, looked at, compared, restored and sent on its way."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError, StoreMissing
from core.services import Services
from ui import library_desk, resources
from ui.components import library_rows as rows
from ui.components.library_detail import detail
from ui.components.library_dialogs import export_dialog, rename_dialog
from ui.components.library_empty import library_empty
from ui.components.library_list import Asked, library_list
from ui.components.library_running import running
from ui.library_desk import ALL, PAGE_SIZE, STATUSES, Key, View
from ui.text import count, plain

# What is opened by a press on a row or on one of its numbers: the view, and which of its products.
LOOKS = {
    "look": (View.PRODUCTS, "all"),
    "kept": (View.PRODUCTS, "kept"),
    "dropped": (View.PRODUCTS, "dropped"),
    "versions": (View.VERSIONS, "all"),
}


def page() -> None:
    """Draw the selection that the address names, or the list of all."""
    try:
        live = resources.services()
        reader = rows.Reader(datetime.now(UTC), library_desk.zone(), pipeline.currency(live))
        _said()
        chosen = library_desk.opened()
        if chosen is None:
            _library(live, reader)
        else:
            detail(live, pipeline.look_up_selection(live, chosen), reader)
    except StoreMissing as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Show the library", icon=":material/arrow_back:", key="library_back", on_click=library_desk.close)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _said() -> None:
    """What was done in passing, and what was not done until it is."""
    done, trouble = library_desk.done(), library_desk.trouble()
    if done is not None:
        st.toast(plain(done), icon=":material/check:")
    if trouble is not None:
        st.warning(plain(trouble), icon=":material/sync_problem:")


def _library(live: Services, reader: rows.Reader) -> None:
    words, status, number = library_desk.search()
    found = pipeline.list_selections(live, words, status=status, page=number, size=PAGE_SIZE)
    numbers = {ALL: sum(found.by_status.values()), **{str(name): many for name, many in found.by_status.items()}}
    if not numbers[ALL] and not words:
        running(live, reader)
        library_empty(library_desk.to_studio)
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader("Library", width="content", anchor=False)
        st.text_input(
            "Search the library",
            key=Key.WORDS,
            type="search",
            live="250ms",
            placeholder="A name, or who made it",
            icon=":material/search:",
            label_visibility="collapsed",
            width=320,
            persist_state="session",
            on_change=library_desk.first_page,
        )
    running(live, reader)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.pills(
            "Status",
            [ALL, *STATUSES],
            key=Key.STATUS,
            format_func=lambda one: f"{one.capitalize()} {numbers[one]:,}",
            label_visibility="collapsed",
            required=True,
            persist_state="session",
            on_change=library_desk.first_page,
        )
        pages = -(-found.total // PAGE_SIZE)
        if pages > 1:
            st.pagination(pages, key=library_desk.page_key(), persist_state="session")
    if not found.entries:
        _nothing(words)
        return
    pictures = rows.pictures_by(live, {one.summary.selection_id: one.cover for one in found.entries})
    asked = library_list(
        [rows.selection_row(one, pictures=pictures[one.summary.selection_id], reader=reader) for one in found.entries],
        key=Key.LIST,
        label=count(found.total, "selection"),
        keys=rows.KEYS,
    )
    if asked is not None:
        _act(live, asked)


def _act(live: Services, asked: Asked) -> None:
    """Do what was pressed on a row, also where a search that was typed meanwhile left it out of the list."""
    if asked.act in LOOKS:
        view, shown = LOOKS[asked.act]
        library_desk.look_at(asked.id, view=view, shown=shown)
        st.rerun()
    elif asked.act == "open":
        library_desk.to_studio(selection=asked.id)
    elif asked.act == "rename":
        name = pipeline.look_up_selection(live, asked.id).summary.name
        rename_dialog(name, on_rename=partial(library_desk.rename, live, asked.id, was=name))
    elif asked.act == "export":
        name = pipeline.look_up_selection(live, asked.id).summary.name
        export_dialog(name, make=partial(library_desk.export, live, asked.id, None))


def _nothing(words: str) -> None:
    said = f"No selection here holds “{plain(words)}”." if words.strip() else "No selection has this status."
    st.info(f"{said} Try fewer words or another status.", icon=":material/search_off:")
    st.button("Show all selections", icon=":material/undo:", key="library_all", on_click=library_desk.show_all)


page()
