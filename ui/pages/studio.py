"""The studio: from a theme to a curated list."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import pipeline
from core.domain import Lens
from core.errors import ShelfcraftError
from core.runs import RunRecord
from core.services import Services
from ui import drafting, judging, resources, retelling, run_view, session, workbench
from ui.components.strategy_editor import filter_bar, summary
from ui.components.term_editor import term_editor
from ui.components.turn_pills import turn_pills
from ui.components.typed_text import keep_typed_text
from ui.front import front
from ui.results import results
from ui.state import Desk, Key
from ui.text import plain
from ui.title import title


def page() -> None:
    """Draw the desk below a slot for what runs: old results stay until new ones replace them."""
    try:
        live = resources.services()
        resources.runs()
        workbench.open_linked(live)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state.pop(Key.WHOLE, None)
    held = session.desk()
    session.settle_widgets()
    if held is not None and held.selection is not None:
        title(live, held)
    _messages()
    _progress(live)
    if held is None or held.selection is None:
        if workbench.followed() is None or st.session_state.get(Key.ENDED) is not None:
            front(live)
        else:
            for place in st.columns(6, gap="small"):
                place.skeleton(height=340)
    else:
        _strategy(live, held)
        results(live)
    st.bottom.chat_input(
        "Type a theme, an idea or a keyword, or drop a picture",
        key=Key.THEME,
        max_chars=workbench.MAX_THEME,
        accept_file=True,
        file_type=["png", "jpg", "jpeg", "webp"],
        max_upload_size=workbench.MAX_PICTURE_MB,
        on_submit=workbench.ask_typed,
    )
    keep_typed_text()


def _messages() -> None:
    said = st.session_state.pop(Key.TOAST, None)
    if said is not None:
        st.toast(plain(said))
    error = st.session_state.get(Key.ERROR)
    if error is not None:
        st.error(plain(error), icon=":material/error:")


def _progress(live: Services) -> None:
    """What runs, or what became of a run that did not finish, and what can be done about it."""
    run_id = workbench.followed()
    ended = st.session_state.get(Key.ENDED)
    if isinstance(ended, RunRecord):
        _ended(live, ended)
    elif run_id is not None:
        try:
            record = resources.runs().look(run_id)
            run_view.follow_run(run_id, label=_label(record), on_end=partial(workbench.take_end, live))
        except ShelfcraftError as error:
            workbench.let_go()
            st.error(plain(str(error)), icon=":material/error:")
        else:
            if isinstance(st.session_state.get(Key.ENDED), RunRecord):
                _ended(live, st.session_state[Key.ENDED])


def _label(record: RunRecord) -> str:
    if record.kind != "plan":
        return "Choosing the products"
    theme = str(record.params.get("theme") or "")
    return f"Planning “{theme[:80]}”" if theme else "Planning from the picture"


def _ended(live: Services, record: RunRecord) -> None:
    turns = pipeline.turns_kept(live, record.run_id) if record.kind == "plan" else 0
    kept = f" {turns} finished turn{'' if turns == 1 else 's'} kept." if turns else ""
    seconds = run_view.seconds_of(record)
    with st.container(key="run_ended", border=True):
        if record.status == "failed":
            st.error(plain(record.error or "The run failed."), icon=":material/error:")
        elif record.status == "cancelled":
            st.warning(f"Stopped after {seconds:.0f} s.{kept}", icon=":material/stop_circle:")
        else:
            st.warning(f"The server went away in the middle of this run.{kept}", icon=":material/power_off:")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Try again" if record.status == "failed" else "Go on",
                key="go_on",
                icon=":material/play_arrow:",
                type="primary",
                on_click=workbench.go_on,
                args=(record.run_id,),
            )
            if turns:
                st.button(
                    "Use the best turn so far",
                    key="use_turns",
                    on_click=workbench.use_turns,
                    args=(live, record.run_id),
                )
            if record.status == "failed" and record.kind == "select":
                st.button(
                    "Show the newest version", key="show_newest", on_click=workbench.discard_changes, args=(live,)
                )
                st.button("Keep mine as a new list", key="fork", on_click=partial(workbench.ask_preview, apart=True))
            st.button("Close", key="let_go", type="tertiary", on_click=workbench.let_go)


def _strategy(live: Services, held: Desk) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = turn_pills(held, key=Key.TURNS)
        if held.run_id is not None:
            retelling.toggle(held.run_id)
    if held.run_id is not None:
        retelling.panel(held.run_id)
    looked = None
    is_open = bool(st.session_state.get(Key.STRATEGY))
    # No expander: one that says whether it is open closes itself when its label changes, which it does with every edit.
    st.button(
        summary(held, pipeline.currency(live)),
        icon=":material/expand_more:" if is_open else ":material/chevron_right:",
        key="strategy_toggle",
        width="stretch",
        on_click=workbench.toggle_strategy,
    )
    # What is folded away is not drawn: it is most of what a page costs.
    if is_open:
        with st.container(border=True):
            looked = _terms_and_filters(live, held)
    if pressed is not None:
        workbench.choose_turn(live, pressed)
        st.rerun()
    if looked is not None:
        workbench.look_at(looked, of_draft=True)
        st.rerun()


def _terms_and_filters(live: Services, held: Desk) -> Lens | None:
    looked = term_editor(
        held.rows,
        key=Key.TERMS,
        selection=held.selection_id or "",
        acks=st.session_state.get(Key.ACKS) or {},
        on_edits=partial(drafting.take_edits, live),
    )
    filter_bar(
        held,
        pipeline.categories(live),
        on_filter=partial(drafting.change_filters, live),
        on_preview=workbench.ask_preview,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text("How good is this strategy?", width="content")
        stars = Key.RATING.of(st.session_state.get(Key.RATING_ROUND, 0))
        st.feedback("stars", key=stars, on_change=judging.rate, args=(live,))
    return looked


page()
