"""The studio: from a theme to a curated list."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.services import Services
from ui import judging, resources, run_view, state, workbench
from ui.components.counts import counts
from ui.components.export_menu import export_menu
from ui.components.funnel_view import funnel_view
from ui.components.product_facts import cards_of
from ui.components.product_grid import product_grid
from ui.components.strategy_editor import strategy_editor
from ui.components.welcome import welcome
from ui.state import Desk, Key
from ui.text import file_name, plain


def page() -> None:
    """Draw the desk below a fixed slot for what runs: old results stay until new ones replace them."""
    try:
        live = resources.services()
        workbench.open_linked(live)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    workbench.settle_widgets()
    held = workbench.desk()
    if held is not None:
        _title(live, held)
    slot = st.container()
    _messages(slot)
    if held is None:
        welcome(workbench.ask)
    else:
        _strategy(live, held)
        _results(live)
    st.bottom.chat_input(
        "Type a theme, for example: camping with kids",
        key=Key.THEME,
        max_chars=workbench.MAX_THEME,
        submit_mode="stop",
        on_submit=workbench.ask_typed,
    )
    with slot:
        workbench.run_task(live)


def _title(live: Services, held: Desk) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            st.subheader(plain(held.intent.text[:120]), width="content", anchor=False)
            st.badge("Draft saved", icon=":material/check:", color="gray")
        with st.container(horizontal=True, width="content", gap="xsmall"):
            if st.button("Find a product", icon=":material/search:", key="find"):
                judging.show_finder(live)
            chosen = held.selection
            if chosen is not None:
                export_menu(
                    partial(judging.export, live, held),
                    name=file_name(held.intent.text),
                    key="export",
                    disabled=not chosen.products,
                )


def _messages(slot: st.delta_generator.DeltaGenerator) -> None:
    error = st.session_state.get(Key.ERROR)
    if error is not None:
        slot.error(plain(error), icon=":material/error:")


def _strategy(live: Services, held: Desk) -> None:
    log = st.session_state.get(Key.LOG)
    strategy_editor(
        held,
        categories=pipeline.categories(live),
        currency=pipeline.currency(live),
        editor_key=workbench.editor_key,
        on_turn=workbench.choose_turn,
        on_preview=workbench.ask_preview,
        story=None if log is None else partial(run_view.replay, log),
    )


@st.fragment(key="results")
def _results(live: Services) -> None:
    held = workbench.desk()
    if held is None or held.selection is None or held.selection_id is None:
        return
    verdicts = pipeline.verdicts(live, held.selection_id)
    chosen = held.selection.products
    counts(held.preview, held.reward, held.selection, judged=state.tally(verdicts))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        view = st.segmented_control(
            "View", ["Cards", "Funnel"], default="Cards", key=Key.VIEW, required=True, label_visibility="collapsed"
        )
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
            _undo(live)
            paged = view == "Cards" and len(chosen) > state.PAGE_SIZE
            number = st.pagination(state.pages(len(chosen)), key=f"page_{held.generation}") if paged else 1
    unsaved = st.session_state.get(Key.UNSAVED)
    if unsaved is not None:
        st.error(
            f"A verdict is not saved yet and is sent again by itself. {plain(unsaved)}", icon=":material/cloud_off:"
        )
    if view == "Funnel":
        funnel_view(held.selection.funnel)
    elif not chosen:
        st.info("Nothing is left to show. Loosen the filters, untick a cut, or add a term that finds.")
    else:
        _grid(live, held, verdicts, number)


def _undo(live: Services) -> None:
    st.button(
        "Undo",
        icon=":material/undo:",
        shortcut="Mod+Z",
        key="undo",
        type="tertiary",
        disabled=not st.session_state.get(Key.UNDO),
        on_click=judging.undo,
        args=(live,),
    )


def _grid(live: Services, held: Desk, verdicts: dict[str, str], number: int) -> None:
    assert held.selection is not None and held.selection_id is not None
    shown = state.page_of(held.selection.products, number)
    products = pipeline.products(live, [one.product_id for one in shown])
    asked = product_grid(
        cards_of(shown, products, resources.picture_addresses(live, products.values()), pinned=held.pinned),
        key=Key.GRID,
        selection=held.selection_id,
        verdicts=verdicts,
        acks=st.session_state.get(Key.ACKS) or {},
        on_events=partial(judging.take_events, live),
    )
    if asked is not None:
        judging.show_why(live, held, asked, verdict=verdicts.get(asked))


page()
