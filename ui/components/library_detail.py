"""One saved selection: what it is, its products, versions, comparisons, changes and runs."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core import pipeline
from core.domain import SelectedProduct
from core.pipeline import LibraryEntry
from core.services import Services
from ui import library_desk, resources
from ui.components import library_rows as rows
from ui.components.export_menu import export_menu
from ui.components.figures import Figure, figures
from ui.components.library_dialogs import rename_dialog, restore_dialog
from ui.components.library_list import library_list
from ui.components.library_shelf import Section, library_shelf
from ui.library_desk import NEXT, STATUSES, Key, View
from ui.text import count, file_name, plain

SHOWN_FIRST = 60
TRAIL_SHOWN = 16


def detail(live: Services, entry: LibraryEntry, reader: rows.Reader) -> None:
    """Draw the selection: its name and state, its figures, and one of its views."""
    library_desk.settle()
    _head(live, entry)
    _state(live, entry, reader)
    _figures(entry)
    view = st.segmented_control("View", list(View), key=Key.VIEW, required=True, label_visibility="collapsed")
    match view:
        case View.VERSIONS:
            _versions(live, entry, reader)
        case View.COMPARE:
            _compare(live, entry, reader)
        case View.TRAIL:
            _trail(live, entry, reader)
        case View.RUNS:
            _runs(live, entry, reader)
        case _:
            _products(live, entry)


def _head(live: Services, entry: LibraryEntry) -> None:
    head = entry.summary
    st.button(
        "All selections", icon=":material/arrow_back:", key="library_back", type="tertiary", on_click=library_desk.close
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            st.subheader(plain(head.name), width="content", anchor=False)
            st.badge(head.status.capitalize(), color=rows.STATUS_TONES[head.status])
        with st.container(horizontal=True, width="content", gap="xsmall"):
            if st.button("Rename", icon=":material/edit:", key="library_rename_open"):
                rename_dialog(head.name, on_rename=partial(library_desk.rename, live, head.selection_id, was=head.name))
            export_menu(
                partial(library_desk.export, live, head.selection_id, None),
                name=file_name(head.name),
                key="library_export_menu",
                disabled=not head.products,
            )
            if st.button("Open in the studio", icon=":material/tune:", key="library_open", type="primary"):
                library_desk.to_studio(selection=head.selection_id)


def _figures(entry: LibraryEntry) -> None:
    head = entry.summary
    published = f"version {head.published_version} is published" if head.published_version else "none published yet"
    view, shown = st.session_state.get(Key.VIEW, View.PRODUCTS), st.session_state.get(Key.SHOWN, "all")
    at = (shown if st.session_state.get(Key.VERSION) is None else "") if view == View.PRODUCTS else view
    pressed = figures(
        (
            Figure("all", "Products", f"{head.products:,}", f"in version {head.version}", active=at == "all"),
            Figure("kept", "Kept", f"{entry.kept:,}", "stay in every preview", active=at == "kept"),
            Figure("dropped", "Dropped", f"{entry.dropped:,}", "left out of the export", active=at == "dropped"),
            Figure("versions", "Versions", f"{head.version:,}", published, active=at == View.VERSIONS),
        ),
        key=Key.FIGURES,
    )
    if pressed is not None:
        library_desk.show(View.VERSIONS if pressed == "versions" else View.PRODUCTS, shown=pressed)
        st.rerun()


def _state(live: Services, entry: LibraryEntry, reader: rows.Reader) -> None:
    """Where it stands on the way to the shelf, the steps from there, and whose it is."""
    head = entry.summary
    way = [f"**{name.capitalize()}**" if name == head.status else name.capitalize() for name in STATUSES]
    act = partial(library_desk.set_status, live, head.selection_id, seen=head.version, was=head.status)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            st.markdown(" → ".join(way), width="content")
            step = NEXT.get(head.status)
            if step is not None:
                status, label, icon = step
                st.button(label, icon=icon, key="library_step", on_click=act, args=(status,))
            if head.status != "draft":
                st.button(
                    "Back to draft",
                    icon=":material/undo:",
                    key="library_draft",
                    type="tertiary",
                    on_click=act,
                    args=("draft",),
                )
        begun, changed = reader.ago(head.created_at), reader.ago(head.updated_at)
        whose = f"Begun by {head.created_by} {begun}, changed by {head.updated_by} {changed}"
        st.markdown(f":small[{plain(whose)}]", width="content")


def _products(live: Services, entry: LibraryEntry) -> None:
    head = entry.summary
    number = st.session_state.get(Key.VERSION) or head.version
    saved = pipeline.open_selection(live, head.selection_id, version=number)
    verdicts = pipeline.verdicts(live, head.selection_id)
    shown = st.session_state.get(Key.SHOWN, "all")
    wanted = {"kept": rows.ACCEPTED, "dropped": rows.REJECTED}.get(shown)
    chosen = saved.selection.products
    if wanted is not None:
        chosen = _judged(chosen, {name for name, verdict in verdicts.items() if verdict == wanted})
    if number != head.version:
        _old_version(live, entry, number)
    found = library_desk.known().products(live, [one.product_id for one in chosen])
    addresses = resources.picture_addresses(live, found.values())
    items = tuple(
        rows.shown_of(one, found, addresses, mark=mark, tone=tone)
        for one in chosen
        for mark, tone in (rows.verdict_mark(one, verdicts),)
    )
    none = {
        "kept": "Nothing was kept yet. Open it in the studio and keep a product with the key a.",
        "dropped": "Nothing was dropped. Open it in the studio and drop a product with the key x.",
    }.get(shown, "This version holds no product. Open it in the studio, loosen its filters or add a term that finds.")
    library_shelf(
        (Section(f"{number}-{shown}", items, none=none),),
        key=Key.SHELF,
        label=f"Products of version {number}",
        first=SHOWN_FIRST,
    )


def _judged(chosen: tuple[SelectedProduct, ...], names: set[str]) -> tuple[SelectedProduct, ...]:
    """The judged ones of the list, then those that are in it no more, as the dropped ones of an older version are."""
    listed = tuple(one for one in chosen if one.product_id in names)
    gone = sorted(names - {one.product_id for one in listed})
    more = (SelectedProduct(name, 0, 0.0, 0.0, 0.0, "Not in this version.", ()) for name in gone)
    return (*listed, *more)


def _old_version(live: Services, entry: LibraryEntry, number: int) -> None:
    head = entry.summary
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"You look at **version {number}** of {head.version}.", width="content")
        if st.button("Restore", icon=":material/history:", key="library_restore_shown"):
            _ask_restore(live, entry, number)
        if st.button("Open in the studio", icon=":material/tune:", key="library_open_shown"):
            library_desk.to_studio(selection=head.selection_id, version=number)
        st.button(
            "Back to the newest",
            icon=":material/undo:",
            key="library_newest",
            type="tertiary",
            on_click=library_desk.show,
            args=(View.PRODUCTS,),
            kwargs={"shown": st.session_state.get(Key.SHOWN, "all")},
        )


def _ask_restore(live: Services, entry: LibraryEntry, number: int) -> None:
    head = entry.summary
    restore_dialog(
        number,
        newest=head.version,
        on_restore=lambda note: library_desk.restore(live, head.selection_id, number, seen=head.version, note=note),
    )


def _versions(live: Services, entry: LibraryEntry, reader: rows.Reader) -> None:
    head = entry.summary
    versions = pipeline.list_versions(live, head.selection_id)
    pages = -(-len(versions) // library_desk.PAGE_SIZE)
    page = st.pagination(pages, key="library_versions_page") if pages > 1 else 1
    shown = versions[(page - 1) * library_desk.PAGE_SIZE : page * library_desk.PAGE_SIZE]
    covers = pipeline.version_covers(live, head.selection_id, [one.number for one in shown])
    pictures = rows.pictures_by(live, covers)
    asked = library_list(
        [
            rows.version_row(
                one,
                newest=head.version,
                published=head.published_version,
                pictures=pictures[one.number],
                reader=reader,
            )
            for one in shown
            if one.number in pictures
        ],
        key=Key.VERSIONS,
        label=count(len(versions), "version"),
        keys=rows.VERSION_KEYS,
    )
    if asked is None or asked.id not in {str(one.number) for one in versions}:
        return
    number = int(asked.id)
    if asked.act == "restore":
        _ask_restore(live, entry, number)
    elif asked.act == "compare":
        library_desk.compare(number, newest=head.version)
        st.rerun()
    else:
        library_desk.show(View.PRODUCTS, version=number)
        st.rerun()


def _compare(live: Services, entry: LibraryEntry, reader: rows.Reader) -> None:
    head = entry.summary
    if head.version < 2:
        st.info(
            "There is one version so far. Change a term or a filter in the studio and preview: the new version can be "
            "compared with this one here.",
            icon=":material/compare_arrows:",
        )
        return
    versions = {one.number: one for one in pipeline.list_versions(live, head.selection_id)}

    def name(number: int) -> str:
        one = versions[number]
        note = f" · {one.note}" if one.note else ""
        return f"Version {number} · {count(one.products, 'product')} · {reader.ago(one.created_at)}{note}"

    library_desk.settle_comparison(versions)
    with st.grid(2, min_column_width=300, gap="small"):
        first = st.selectbox("From", list(versions), key=Key.LEFT, format_func=name)
        second = st.selectbox("To", list(versions), key=Key.RIGHT, format_func=name)
    found = pipeline.compare_versions(live, head.selection_id, first, second)
    ids = [one.product_id for one in (*found.only_first, *found.only_second)]
    products = library_desk.known().products(live, [*ids, *(moved.after.product_id for moved in found.both)])
    addresses = resources.picture_addresses(live, products.values())
    library_shelf(
        rows.sections_of(found, products, addresses),
        key="library_compare",
        label="Two versions compared",
        changes=rows.changes_of(found, reader.currency),
        first=12,
    )


def _trail(live: Services, entry: LibraryEntry, reader: rows.Reader) -> None:
    trail = pipeline.audit_trail(live, entry.summary.selection_id)
    found = library_desk.known().products(live, {one.entity_id for one in trail if one.entity == "product"})
    titles = {name: product.title for name, product in found.items()}
    reasons = dict(pipeline.reject_reasons())
    lines = [rows.trail_line(one, titles=titles, reasons=reasons, reader=reader) for one in trail]
    st.dataframe(
        pd.DataFrame(lines, columns=["when", "who", "what", "before", "after"]),
        key=Key.TRAIL,
        hide_index=True,
        height="content" if len(lines) <= TRAIL_SHOWN else 36 * TRAIL_SHOWN,
        row_height=36,
        alt="Who changed what, newest first",
        column_config={
            "when": st.column_config.TextColumn(f"When ({reader.zone_name})", width=150),
            "who": st.column_config.TextColumn("Who", width=110),
            "what": st.column_config.TextColumn("What", width=380),
            "before": st.column_config.TextColumn("Before", width=220),
            "after": st.column_config.TextColumn("After", width=320),
        },
    )


def _runs(live: Services, entry: LibraryEntry, reader: rows.Reader) -> None:
    runs = pipeline.selection_runs(live, entry.summary.selection_id)
    if not runs:
        st.info("No run of the background made this selection.", icon=":material/bolt:")
        return
    asked = library_list(
        [rows.run_row(run, reader=reader) for run in runs],
        key=Key.RUNS,
        label=count(len(runs), "run"),
        pictured=False,
    )
    if asked is not None:
        library_desk.act_on_run(asked.id, asked.act)
