"""The catalogue: what is in use, a file on its way in, and which catalogue serves."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import pipeline
from core.errors import CatalogueError, ShelfcraftError
from core.pipeline import Inspection, Slice, Upload
from core.runs import RunRecord
from core.services import Services
from core.settings import DEMO_CATALOGUE
from ui import catalogue_desk as desk
from ui import resources, run_view
from ui.catalogue_choices import target_of
from ui.catalogue_desk import CatalogueKey, View
from ui.components.catalogue_actions import actions
from ui.components.catalogue_drop import demo_hint, drop_zone, dropped_before
from ui.components.catalogue_ending import ending, label
from ui.components.catalogue_list import catalogue_list, confirm_build, confirm_use, earlier_runs
from ui.components.catalogue_mapping import mapping_editor
from ui.components.catalogue_preview import preview, verdict_line
from ui.components.catalogue_products import show_products
from ui.components.catalogue_query_log import query_log
from ui.components.catalogue_source import mapping_head, source_line
from ui.components.catalogue_statistics import about, statistics
from ui.text import plain

VIEWS = {
    View.USED: ":material/inventory_2: In use",
    View.FILE: ":material/upload_file: Bring a file",
    View.ALL: ":material/swap_horiz: All catalogues",
}


def page() -> None:
    """Draw the part that was chosen below a fixed slot for what runs; what was there stays until a build is whole."""
    try:
        live = resources.unwarmed()
        desk.settle()
        run = desk.followed()
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.title("Catalogue", anchor=False)
    view = st.segmented_control(
        "Part of the page",
        list(View),
        key=CatalogueKey.VIEW,
        format_func=lambda v: VIEWS[View(v)],
        required=True,
        on_change=desk.remember_view,
        label_visibility="collapsed",
    )
    slot = st.container()
    try:
        if run is not None and run.status == "running":
            with slot:
                run_view.follow_run(run.run_id, label=label(run), on_end=lambda _: st.rerun())
        {View.USED: _used, View.FILE: _file, View.ALL: _all}[View(view or View.USED)](live, run)
    except ShelfcraftError as error:
        desk.complain(error)
    complaint = st.session_state.get(CatalogueKey.ERROR)
    if complaint:
        slot.error(plain(complaint), icon=":material/error:")


def _used(live: Services, _run: RunRecord | None) -> None:
    try:
        resources.services()
    except CatalogueError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.markdown("Bring the file of its products again, or let another catalogue serve: both stand above.")
        return
    with st.spinner("Counting the products…"):
        stats = desk.counted(live, pipeline.catalogue_version(live))
    st.markdown(about(stats, in_use=stats["catalogue"]))
    if stats["catalogue"] == DEMO_CATALOGUE:
        demo_hint(on_bring=partial(desk.show, View.FILE))
    statistics(stats, on_open=partial(_open, live))


def _open(live: Services, part: Slice, title: str) -> None:
    found = pipeline.catalogue_slice(live, part)
    show_products(title, found, resources.picture_addresses(live, found.products))


def _all(live: Services, run: RunRecord | None) -> None:
    chosen = desk.chosen_to_use()
    if chosen is not None:
        with st.spinner(f"Opening {plain(chosen)} for everyone…"):
            desk.use(live, chosen)
    entries = pipeline.list_catalogues(live)
    catalogue_list(
        entries,
        pinned=pipeline.pinned_catalogue(live),
        busy=run is not None and run.status == "running",
        on_use=desk.ask_to_use,
        on_demo=desk.start_demo,
    )
    wanted = desk.asked_to_use()
    for entry in entries:
        if entry.name == wanted:
            confirm_use(entry, now=pipeline.catalogue_in_use(live), on_yes=desk.choose_to_use)
    earlier_runs(pipeline.recent_ingests(live), on_open=desk.open_run)


def _file(live: Services, run: RunRecord | None) -> None:
    new = desk.coming()
    if new is not None:
        with st.spinner(f"Looking into {plain(new.name)}…"):
            desk.look_into_coming(live, new)
        st.rerun()
    if run is not None and run.status != "running":
        ending(
            run,
            rows_aside=lambda: pipeline.rows_set_aside(live, run.result or {}),
            on_look=partial(desk.look_at_it, run),
            on_again=partial(desk.change_again, live, run),
            on_other=desk.put_away,
            on_go_on=partial(desk.go_on, run.run_id),
        )
        if run.status == "finished":
            return
    upload = desk.upload(live)
    if upload is None:
        drop_zone(desk.uploader_key(CatalogueKey.FILE), on_drop=partial(desk.take_file, live), first=run is None)
        dropped_before(pipeline.recent_uploads(live), on_take=desk.take_up)
        return
    try:
        with st.spinner(f"Reading the first rows of {plain(upload.name)}…"):
            seen = desk.looked_into(upload.path, desk.overrides(live))
    except ShelfcraftError as error:
        source_line(upload, None, on_other=desk.put_away)
        st.error(f"{plain(str(error))}", icon=":material/error:")
        st.markdown("Nothing was changed. Drop another file:")
        drop_zone(desk.uploader_key(CatalogueKey.FILE), on_drop=partial(desk.take_file, live), first=False)
        return
    _choices(live, upload, seen, run)


def _choices(live: Services, upload: Upload, seen: Inspection, run: RunRecord | None) -> None:
    chosen = desk.choices(live)
    source_line(upload, seen, on_other=desk.put_away)
    verdict_line(seen)
    mapping_head(changed=bool(chosen.mapping), on_reset=partial(desk.reset_mapping, live))
    mapping_editor(seen, key=desk.field_key, on_change=partial(desk.remap, live, upload.path))
    log = desk.query_log(live)
    query_log(
        "" if log is None else log.name,
        None if log is None else desk.queries_of(log.path),
        key=desk.uploader_key(CatalogueKey.LOG),
        on_drop=partial(desk.take_log, live),
        on_remove=partial(desk.drop_log, live),
    )
    preview(seen)
    names = pipeline.catalogue_names(live)
    target = target_of(chosen.target, in_use=pipeline.catalogue_in_use(live), names=names)
    build = partial(desk.start, live, "build", upload, target)

    def ask_or_build() -> None:
        if target not in names:
            build()
            st.rerun()
        rows = next((e.rows for e in pipeline.list_catalogues(live) if e.name == target), None)
        confirm_build(target, rows=rows, file=upload.name, on_yes=build)

    actions(
        target,
        names,
        target_key=CatalogueKey.TARGET,
        hindrance=desk.hindrance(seen, run),
        on_target=partial(desk.choose_target, live),
        on_build=ask_or_build,
        on_add=partial(desk.start, live, "add", upload, target),
    )


page()
