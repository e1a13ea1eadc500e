"""Passages of the trend library: those that a search found, and those of one document in a drawer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.pipeline import LibraryDocument, LibraryPassage
from ui.components.catalogue_aside import aside
from ui.text import count, plain
from ui.trends_desk import PAGE_SIZE, TrendKey, day

BEFORE = 2
"""Passages that stand above the one that a drawer was opened at."""


def passages_found(passages: Sequence[LibraryPassage], *, on_open: Callable[[LibraryPassage], None]) -> None:
    """Draw what a search found, best first, each with the way to what stands around it."""
    for place, passage in enumerate(passages):
        with st.container(border=True, key=f"trend_found_{place}", gap="xsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(f"**{plain(passage.title)}**", width="content")
                pressed = st.button(
                    "Read around it", key=f"trend_open_{place}", icon=":material/menu_book:", type="tertiary"
                )
                if pressed:
                    on_open(passage)
            st.markdown(passage_text(passage))
            aside(" · ".join(part for part in (where(passage), _found_by(passage)) if part))


def where(passage: LibraryPassage) -> str:
    """Where a passage stands, as Markdown: document, page, heading, date."""
    parts = [plain(passage.document)]
    if passage.page is not None:
        parts.append(f"{'row' if passage.kind == 'CSV' else 'page'} {passage.page:,}")
    if passage.heading:
        parts.append(plain(passage.heading))
    if passage.when is not None:
        parts.append(day(passage.when))
    return " · ".join(parts)


def _found_by(passage: LibraryPassage) -> str:
    if not passage.words:
        return "found by its meaning"
    return f"found by {plain(', '.join(passage.words))}" + (" and its meaning" if passage.near else "")


def passage_text(passage: LibraryPassage) -> str:
    """A passage's text as Markdown that shows it as it is, line by line, with the words of the query in bold."""
    lines: list[str] = []
    start = 0
    marks = list(passage.marks)
    for line in passage.text.split("\n"):
        end = start + len(line)
        inside = [(a - start, b - start) for a, b in marks if a >= start and b <= end]
        lines.append(_marked(line, inside))
        start = end + 1
    return "  \n".join(line for line in lines if line)


def _marked(line: str, marks: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for a, b in marks:
        parts += [_spaced(line[at:a]), f"**{plain(line[a:b])}**"]
        at = b
    parts.append(_spaced(line[at:]))
    return "".join(parts).strip()


def _spaced(text: str) -> str:
    """`plain`, which drops blanks at the ends, with one blank where there was one."""
    if not text.strip():
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{plain(text)}{' ' if text[-1].isspace() else ''}"


@st.dialog("What was read", position="right", width="medium", icon=":material/menu_book:")
def document_drawer(
    document: LibraryDocument, *, at: int | None, passages: Callable[[int, int], Sequence[LibraryPassage]]
) -> None:
    """Draw a document as it was read, a page of passages at once, beginning with the passage numbered `at`.

    `passages` is handed the first and last number that are shown.
    """
    st.markdown(f"### {plain(document.title)}")
    facts = [plain(document.name), count(document.passages, "passage")]
    if document.when is not None:
        facts.append(f"written {day(document.when)}")
    st.markdown(" · ".join(facts))
    if document.note:
        st.markdown(f":material/info: {plain(document.note)}")
    parts = _parts(document.passages, at)
    here = next((i for i, part in enumerate(parts) if at is not None and at in part), 0)
    part = here + 1
    if len(parts) > 1:
        part = st.pagination(len(parts), default=part, key=f"{TrendKey.PART}_{document.name}_{at}")
    shown = passages(parts[part - 1][0], parts[part - 1][-1])
    place = ""
    for passage in shown:
        named = _place(passage)
        if named and named != place:
            aside(named)
        place = named
        with st.container(border=passage.number == at, key=f"trend_passage_{passage.number}"):
            st.markdown(passage_text(passage))


def _parts(passages: int, at: int | None) -> list[range]:
    """The numbers of the passages on each page: the one numbered `at` stands near the top of its own."""
    head = 0 if at is None else (max(at - BEFORE, 1) - 1) % PAGE_SIZE
    starts = [*((1,) if head else ()), *range(head + 1, passages + 1, PAGE_SIZE)]
    return [range(a, b) for a, b in zip(starts, (*starts[1:], passages + 1), strict=True)]


def _place(passage: LibraryPassage) -> str:
    page = ""
    if passage.page is not None:
        page = f"{'Row' if passage.kind == 'CSV' else 'Page'} {passage.page:,}"
    return " · ".join(part for part in (page, plain(passage.heading)) if part)


@st.dialog("Remove this document?", icon=":material/delete:")
def confirm_remove(document: LibraryDocument, *, on_yes: Callable[[], None]) -> None:
    """Ask once more: its text is kept nowhere else here."""
    st.markdown(
        f"**{plain(document.title)}** ({plain(document.name)}) leaves the library with its "
        f"{count(document.passages, 'passage')}. Research that was done before keeps what it took from it. To have it "
        "back, drop the file again."
    )
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if st.button("Keep it", key="trend_remove_no"):
            st.rerun()
        if st.button("Remove it", key="trend_remove_yes", type="primary", on_click=on_yes):
            st.rerun()
