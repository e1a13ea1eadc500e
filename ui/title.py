"""The head of the studio: the name of the list, where it stands, and what can be done with it as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.pipeline import VersionSummary
from core.services import Services
from ui import judging, resources, session, workbench
from ui.components.export_menu import export_menu
from ui.state import Desk, Key, Param
from ui.text import count, file_name, plain

_STATUS = {"draft": "gray", "in review": "orange", "approved": "green", "published": "blue"}


def title(live: Services, held: Desk) -> None:
    """Draw the head."""
    versions = [] if held.selection_id is None else pipeline.list_versions(live, held.selection_id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            name = held.name if held.name else held.intent.text
            _picture(live, held)
            st.subheader(plain(name[:90]), width="content", anchor=False)
            _badge(held)
        with st.container(horizontal=True, width="content", gap="xsmall"):
            if st.button(
                "Find",
                icon=":material/search:",
                key="find",
                help="Find any product, see why it is or is not here, add it.",
            ):
                judging.show_finder(live)
            if held.selection is not None:
                _versions(live, versions)
                if st.button("Save", icon=":material/bookmark_add:", key="save", shortcut="Mod+S"):
                    _save_dialog(live, held)
                _share(held)
                export_menu(
                    partial(judging.export, live, held),
                    name=file_name(name),
                    key="export",
                    disabled=not held.selection.products,
                )
    if held.version != held.newest:
        _old_version(live, held)


def _picture(live: Services, held: Desk) -> None:
    """The picture that the list was planned from, where it was."""
    if held.intent.kind != "image" or held.run_id is None:
        return
    try:
        given = resources.runs().look(held.run_id).params.get("picture")
        data = pipeline.kept_picture(live, given) if isinstance(given, str) else None
    except ShelfcraftError:
        return
    if data is not None:
        st.image(data, width=44, alt="The picture that this list was planned from")


def _badge(held: Desk) -> None:
    if held.version is None:
        return
    if held.changed:
        st.badge(f"Version {held.version} · draft kept", icon=":material/edit:", color="orange")
    else:
        st.badge(f"Version {held.version} · saved", icon=":material/check:", color="gray")


def _versions(live: Services, versions: Sequence[VersionSummary]) -> None:
    zone = session.zone()
    labels = {
        v.number: f"{v.number} · {_when(v.created_at, zone)} · {count(v.products, 'product')}"
        + (f" · {plain(v.note[:40])}" if v.note else "")
        for v in versions[:25]
    }
    st.menu_button(
        "Versions",
        list(labels),
        format_func=lambda number: labels.get(number, str(number)),
        icon=":material/history:",
        key="versions",
        on_click=partial(_open_version, live),
    )


def _open_version(live: Services) -> None:
    number, held = st.session_state.get("versions"), session.required()
    if isinstance(number, int) and held.selection_id is not None:
        try:
            workbench.open_saved(live, held.selection_id, version=number)
        except ShelfcraftError as error:
            st.session_state[Key.ERROR] = str(error)


def _old_version(live: Services, held: Desk) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="old_version"):
        st.markdown(
            f":blue-badge[:material/history: Version {held.version} of {held.newest}] This is an older version.",
            width="content",
        )
        st.button("Restore it", key="restore", icon=":material/restore:", on_click=_restore, args=(live, held),
                  help="Copies it forward as the newest version; everything between is kept.")  # fmt: skip
        st.button("Back to the newest", key="newest", type="tertiary", on_click=_newest, args=(live, held))


def _restore(live: Services, held: Desk) -> None:
    assert held.selection_id is not None and held.version is not None and held.newest is not None
    try:
        pipeline.restore_version(live, held.selection_id, held.version, expected_version=held.newest)
        pipeline.drop_draft(live, held.selection_id)
        workbench.open_saved(live, held.selection_id)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)


def _newest(live: Services, held: Desk) -> None:
    assert held.selection_id is not None
    workbench.open_saved(live, held.selection_id)


@st.dialog("Save this version", icon=":material/bookmark_add:")
def _save_dialog(live: Services, held: Desk) -> None:
    st.text("Every preview is kept as a version by itself. Saving gives the list a name and this version a note.")
    name = st.text_input("Name of the list", value=held.name, max_chars=120, key=Key.SAVE_NAME)
    note = st.text_input(
        "What is special about this version",
        max_chars=200,
        key=Key.SAVE_NOTE,
        placeholder="For example: agreed with the buyers",
    )
    if not st.button("Save", type="primary", key="save_now", icon=":material/check:"):
        return
    wanted, said = name.strip(), note.strip()
    try:
        if held.selection_id is not None and wanted and wanted != held.name:
            pipeline.rename_selection(live, held.selection_id, wanted, was=held.name)
        if held.changed:
            workbench.ask_preview(note=said if said else "Saved")
        else:
            pipeline.save_version(
                live, held.selection_id or "", note=said if said else "Saved", expected_version=held.version
            )
            workbench.open_saved(live, held.selection_id or "")
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state[Key.TOAST] = "Saved."
    st.rerun()


def _share(held: Desk) -> None:
    with st.popover("Share", icon=":material/link:", key="share"):
        st.text("Whoever opens this address sees this list.")
        base = (st.context.url or "").split("?")[0]
        st.code(f"{base}?{Param.SELECTION}={held.selection_id}", language=None, wrap_lines=True)
        st.text("And this one always shows this very version:")
        st.code(
            f"{base}?{Param.SELECTION}={held.selection_id}&{Param.VERSION}={held.version}",
            language=None,
            wrap_lines=True,
        )


def _when(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    today = datetime.now(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d %b, %H:%M}"
