"""The documents of the trend library: the list of them, where they are dropped, and the page before there is any."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.pipeline import LibraryDocument
from ui.components.catalogue_aside import aside
from ui.components.catalogue_drop import file_size
from ui.components.library_list import Asked, Fact, Row, Shortcut, library_list
from ui.library_desk import ago
from ui.text import count
from ui.trends_desk import day, row_id

LESSONS = (
    (
        "description",
        "What to bring",
        "Trend reports, notes of a fair, a buyer's letter, a saved article, a table of what was asked for.",
    ),
    (
        "manage_search",
        "What becomes of it",
        "Each file is cut into passages with its page and date. You can search them here, by words and by meaning.",
    ),
    (
        "psychology",
        "Who reads it",
        "Research looks here when it studies a theme, and names document and page for what it takes from them.",
    ),
    ("lock", "Where it stays", "On this machine. Only a language model that you connect is shown the passages found."),
)
KEYS = (Shortcut("Enter", "look", "read it"),)


def drop_notes(key: str, *, on_drop: Callable[[], None]) -> None:
    """Draw the uploader for several files at once."""
    st.file_uploader(
        "Drop notes and reports here: Markdown, text, HTML, PDF or CSV, up to 50 MB each",
        key=key,
        accept_multiple_files=True,
        on_change=on_drop,
        max_upload_size=50,
    )
    aside("A file of a name that is here already takes its place. The files themselves are not kept, only their text.")


def no_notes() -> None:
    """Draw what the library is for, before anything is in it."""
    with st.grid(4, min_column_width=190, gap="small"):
        for icon, name, text in LESSONS:
            with st.container(border=True):
                st.markdown(f":material/{icon}: **{name}**")
                st.markdown(text)


def document_list(documents: Sequence[LibraryDocument], *, key: str) -> Asked | None:
    """Draw the documents as rows; returns what was pressed, by `row_id`."""
    return library_list(
        [_row(one) for one in documents],
        key=key,
        label=count(len(documents), "document"),
        pictured=False,
        keys=KEYS,
    )


def _row(document: LibraryDocument) -> Row:
    facts = [Fact(count(document.passages, "passage"), "look")]
    if document.pages is not None:
        facts.append(Fact(count(document.pages, "row" if document.kind == "CSV" else "page")))
    facts.append(Fact(f"written {day(document.when)}" if document.when is not None else "no date in it"))
    facts.append(Fact(file_size(document.size)))
    words, exact = ago(document.added)
    return Row(
        row_id(document),
        document.title,
        ((document.kind.capitalize() if document.kind == "text" else document.kind, "gray"),),
        facts=tuple(facts),
        note=document.note,
        who=f"{document.name} · added {words}",
        when=exact,
        acts=(("look", "Read it"), ("remove", "Remove")),
        quiet=True,
        opens="look",
    )
