"""What lies on the desk of the catalogue page: keys, the choices made for a dropped file, and what every press does.

The address names the file (`?upload=`) and the run (`?build=`); the choices for a file are kept as a draft.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError, StoreMissing
from core.pipeline import Inspection, QueryLogSeen, Upload
from core.runs import RunRecord
from core.services import Services
from ui import resources
from ui.catalogue_choices import Choices, choices_from_json, fit_name, remapped
from ui.text import plain


class CatalogueKey(StrEnum):
    """Keys of `st.session_state` on this page; widgets have theirs here too."""

    VIEW = "catalogue_view"
    UPLOAD = "catalogue_upload"
    RUN = "catalogue_run"
    CHOICES = "catalogue_choices"
    ERROR = "catalogue_error"
    DROPS = "catalogue_drops"
    FILE = "catalogue_file"
    LOG = "catalogue_log"
    TARGET = "catalogue_target"
    FIELD = "catalogue_field"
    USE = "catalogue_use"
    SWITCH = "catalogue_switch"
    COMING = "catalogue_coming"


class CatalogueParam(StrEnum):
    """Query parameters of this page: ids only, and which part is shown."""

    UPLOAD = "upload"
    BUILD = "build"
    SHOW = "show"


class View(StrEnum):
    """The parts of the page, by their name in the address."""

    USED = "used"
    FILE = "file"
    ALL = "all"


def settle() -> None:
    """Take over what the address names, and let it name what lies here: another page's address names neither."""
    held = st.session_state
    for key, param in ((CatalogueKey.UPLOAD, CatalogueParam.UPLOAD), (CatalogueKey.RUN, CatalogueParam.BUILD)):
        named = st.query_params.get(param)
        if named is not None:
            held[key] = named
        elif held.get(key):
            st.query_params[param] = held[key]
    if held.get(CatalogueKey.VIEW) is None:
        shown = st.query_params.get(CatalogueParam.SHOW)
        at_work = held.get(CatalogueKey.UPLOAD) or held.get(CatalogueKey.RUN)
        fallback = View.FILE if at_work else View.USED
        held[CatalogueKey.VIEW] = View(shown) if shown in list(View) else fallback


def lay(key: CatalogueKey, value: str | None) -> None:
    """Put a file or a run on the desk and into the address, or take it off."""
    param = CatalogueParam.UPLOAD if key is CatalogueKey.UPLOAD else CatalogueParam.BUILD
    st.session_state[key] = value
    if value is None:
        st.query_params.pop(param, None)
    else:
        st.query_params[param] = value


def show(view: View) -> None:
    """Turn to a part of the page."""
    st.session_state[CatalogueKey.VIEW] = view
    remember_view()


def remember_view() -> None:
    """Let the address name the part that is shown."""
    view = st.session_state.get(CatalogueKey.VIEW)
    if view is not None:
        st.query_params[CatalogueParam.SHOW] = View(view).value


def complain(error: ShelfcraftError | None) -> None:
    """Keep the sentence of an error until the next thing is done."""
    st.session_state[CatalogueKey.ERROR] = None if error is None else str(error)


def uploader_key(kind: CatalogueKey) -> str:
    """The key of an uploader: a new one after every file, so that the server lets go of its bytes."""
    return f"{kind}_{st.session_state.get(CatalogueKey.DROPS, 0)}"


def take_file(live: Services) -> None:
    """Keep a dropped file; it is looked into once the page is drawn."""
    kept = _kept(live, CatalogueKey.FILE)
    if kept is not None:
        st.session_state[CatalogueKey.COMING] = kept


def coming() -> Upload | None:
    """A file that was dropped and not yet looked into."""
    found: Upload | None = st.session_state.get(CatalogueKey.COMING)
    return found


def look_into_coming(live: Services, new: Upload) -> None:
    """Lay a dropped file on the desk if it can be read; otherwise all stays as it was, with a sentence."""
    try:
        looked_into(new.path, ())
    except ShelfcraftError as error:
        pipeline.forget_upload(live, new.upload_id)
        st.session_state[CatalogueKey.ERROR] = f"{error} Nothing was changed."
    else:
        lay(CatalogueKey.UPLOAD, new.upload_id)
        lay(CatalogueKey.RUN, None)
    st.session_state[CatalogueKey.COMING] = None


def take_up(upload_id: str) -> None:
    """Lay a kept file on the desk."""
    complain(None)
    lay(CatalogueKey.UPLOAD, upload_id)
    lay(CatalogueKey.RUN, None)
    show(View.FILE)


def take_log(live: Services) -> None:
    """Keep a dropped query log beside the file, once it was seen to be one."""
    kept = _kept(live, CatalogueKey.LOG)
    if kept is None:
        return
    try:
        pipeline.inspect_query_log(kept.path)
    except ShelfcraftError as error:
        pipeline.forget_upload(live, kept.upload_id, kind="logs")
        complain(error)
        return
    choose(live, replace(choices(live), query_log=kept.upload_id))


def drop_log(live: Services) -> None:
    """Go on without the query log."""
    choose(live, replace(choices(live), query_log=""))


def _kept(live: Services, kind: CatalogueKey) -> Upload | None:
    dropped = st.session_state.get(uploader_key(kind))
    if dropped is None:
        return None
    complain(None)
    st.session_state[CatalogueKey.DROPS] = st.session_state.get(CatalogueKey.DROPS, 0) + 1
    try:
        return pipeline.keep_upload(live, dropped.name, dropped, kind="logs" if kind is CatalogueKey.LOG else "files")
    except ShelfcraftError as error:
        complain(error)
        return None


def put_away() -> None:
    """Clear the desk for another file; the one that lay here stays kept."""
    complain(None)
    lay(CatalogueKey.UPLOAD, None)
    lay(CatalogueKey.RUN, None)


def upload(live: Services) -> Upload | None:
    """The file on the desk; one that is no longer kept leaves it with a sentence."""
    upload_id = st.session_state.get(CatalogueKey.UPLOAD)
    if not upload_id:
        return None
    try:
        return pipeline.find_upload(live, upload_id)
    except ShelfcraftError as error:
        complain(error)
        lay(CatalogueKey.UPLOAD, None)
        return None


def change_again(live: Services, run: RunRecord) -> None:
    """Put an ending away and show the choices of its file again."""
    complain(None)
    lay(CatalogueKey.RUN, None)
    source = next(iter(run.params.get("sources") or ()), None)
    kept = next((u for u in pipeline.recent_uploads(live) if u.path == source), None)
    if kept is not None:
        lay(CatalogueKey.UPLOAD, kept.upload_id)


def look_at_it(run: RunRecord) -> None:
    """Clear the desk of a build that is done and turn to what is in use."""
    complain(None)
    lay(CatalogueKey.RUN, None)
    if run.status == "finished":
        lay(CatalogueKey.UPLOAD, None)
    show(View.USED)


def choices(live: Services) -> Choices:
    """What was chosen for the file on the desk, in this session or before."""
    upload_id = st.session_state.get(CatalogueKey.UPLOAD)
    if upload_id is None:
        return Choices()
    held = st.session_state.get(CatalogueKey.CHOICES)
    if held is not None and held[0] == upload_id:
        found: Choices = held[1]
        return found
    draft = pipeline.load_draft(live, _subject(upload_id))
    found = Choices() if draft is None else choices_from_json(draft.body)
    st.session_state[CatalogueKey.CHOICES] = (upload_id, found)
    return found


def choose(live: Services, new: Choices) -> None:
    """Keep changed choices, here and in the store."""
    upload_id = st.session_state.get(CatalogueKey.UPLOAD)
    if upload_id is None:
        return
    st.session_state[CatalogueKey.CHOICES] = (upload_id, new)
    try:
        pipeline.save_draft(live, _subject(upload_id), new.to_json())
    except ShelfcraftError as error:
        complain(error)


def _subject(upload_id: str) -> str:
    return f"upload:{upload_id}"


def field_key(name: str) -> str:
    """The key of the box that chooses the column of a field."""
    return f"{CatalogueKey.FIELD}_{name}"


def remap(live: Services, path: str, name: str) -> None:
    """Take over what was chosen for one field of the file at `path`."""
    value = st.session_state.get(field_key(name)) or []
    columns = [value] if isinstance(value, str) else list(value)
    proposed = {f.field: f.columns for f in looked_into(path, ()).mapping.fields}
    held = choices(live)
    choose(live, replace(held, mapping=remapped(held.mapping, name, columns, proposed)))


def reset_mapping(live: Services) -> None:
    """Go back to the proposal."""
    choose(live, replace(choices(live), mapping={}))


def choose_target(live: Services) -> None:
    """Take over the name of the catalogue that the file is to fill."""
    choose(live, replace(choices(live), target=fit_name(str(st.session_state.get(CatalogueKey.TARGET) or ""))))


def overrides(live: Services) -> tuple[tuple[str, str], ...]:
    """The overrides chosen for the file on the desk, in a form that can be remembered by."""
    return tuple(sorted(choices(live).mapping.items()))


def query_log(live: Services) -> Upload | None:
    """The query log chosen beside the file; one that is no longer kept is left out with a sentence."""
    held = choices(live)
    if not held.query_log:
        return None
    try:
        return pipeline.find_upload(live, held.query_log, kind="logs")
    except ShelfcraftError as error:
        complain(error)
        choose(live, replace(held, query_log=""))
        return None


def hindrance(seen: Inspection, run: RunRecord | None) -> str:
    """Why nothing can begin now, "" where nothing hinders."""
    if run is not None and run.status == "running":
        return "A catalogue is being written just now. Wait until that is done, or stop it."
    if not seen.mapping.of("title"):
        return "Choose the column of titles first."
    return "" if seen.kept else "No row of this file can be used as it is read now."


@st.cache_data(show_spinner=False, max_entries=8)
def counted(_live: Services, version: str) -> dict[str, Any]:
    """The statistics of the catalogue in use, kept for as long as nobody writes to it."""
    return pipeline.catalogue_stats(_live)


@st.cache_data(show_spinner=False, max_entries=16)
def queries_of(path: str) -> QueryLogSeen:
    """What a kept query log holds."""
    return pipeline.inspect_query_log(path)


@st.cache_data(show_spinner=False, max_entries=64)
def looked_into(path: str, mapping: tuple[tuple[str, str], ...]) -> Inspection:
    """A look into a kept file, which never changes; raises what `inspect_source` raises."""
    return pipeline.inspect_source(path, mapping=dict(mapping))


def start(live: Services, kind: str, upload: Upload, target: str) -> None:
    """Begin a build or an addition in the background."""
    held = choices(live)
    complain(None)
    try:
        log = pipeline.find_upload(live, held.query_log, kind="logs").path if held.query_log else None
        params = {"sources": [upload.path], "mapping": dict(held.mapping), "name": target, "query_log": log}
        lay(CatalogueKey.RUN, resources.runs().start(kind, params))
    except ShelfcraftError as error:
        complain(error)


def start_demo() -> None:
    """Begin to build the demo in the background."""
    complain(None)
    try:
        lay(CatalogueKey.RUN, resources.runs().start("demo", {}))
    except ShelfcraftError as error:
        complain(error)


def go_on(run_id: str) -> None:
    """Let a run that was stopped go on from what it finished."""
    complain(None)
    try:
        resources.runs().resume(run_id)
    except ShelfcraftError as error:
        complain(error)


def open_run(run_id: str) -> None:
    """Show an earlier run's report."""
    complain(None)
    lay(CatalogueKey.RUN, run_id)
    show(View.FILE)


def choose_to_use(name: str) -> None:
    """Let a catalogue serve for everyone once the page is drawn, which opens it."""
    complain(None)
    st.session_state[CatalogueKey.SWITCH] = name


def chosen_to_use() -> str | None:
    """What `choose_to_use` left, once."""
    found: str | None = st.session_state.pop(CatalogueKey.SWITCH, None)
    return found


def use(live: Services, name: str) -> None:
    """Let a catalogue serve for everyone."""
    try:
        pipeline.use_catalogue(live, name)
    except ShelfcraftError as error:
        complain(error)
        return
    st.toast(f"**{plain(name)}** serves now, for everyone.", icon=":material/check:")


def followed() -> RunRecord | None:
    """The run on the desk, else one that goes on somewhere; one that is gone from the store leaves the desk."""
    run_id = st.session_state.get(CatalogueKey.RUN)
    if run_id:
        try:
            return resources.runs().look(run_id)
        except StoreMissing as error:
            complain(error)
            lay(CatalogueKey.RUN, None)
    going = at_work()
    if going is not None:
        lay(CatalogueKey.RUN, going.run_id)
    return going


def at_work() -> RunRecord | None:
    """A run that writes a catalogue just now, whoever began it."""
    active = [run for kind in pipeline.INGESTS for run in resources.runs().active(kind)]
    return active[0] if active else None


def ask_to_use(name: str) -> None:
    """Ask once more before a catalogue serves everyone."""
    st.session_state[CatalogueKey.USE] = name


def asked_to_use() -> str | None:
    """What `ask_to_use` left, once."""
    found: str | None = st.session_state.pop(CatalogueKey.USE, None)
    return found
