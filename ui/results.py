"""The list and what stands behind its numbers: figures, and the same products as cards, table, charts or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from core import pipeline
from core.domain import Behind, BehindRow, Insight, Lens
from core.errors import InputError
from core.services import Services
from ui import judging, learning, learning_bar, resources, session, state, workbench
from ui.components.charts_view import charts_view
from ui.components.finder import standing_of
from ui.components.product_facts import cards_behind, cards_of
from ui.components.product_grid import product_grid
from ui.components.product_table import product_table
from ui.events import Statement
from ui.learning import Lesson
from ui.list_figures import list_figures
from ui.state import Desk, Key
from ui.text import count, plain

ALL_JUDGED = "You have judged every product of this list. As chosen shows all of them."

_CHIPS = 3
"""Reasons offered on a dropped card; all of them stand in the drawer."""

_BULK: tuple[tuple[str, str, Statement | None, str], ...] = (
    ("Keep", "accept", None, ":material/check:"),
    ("Drop", "reject", None, ":material/close:"),
    ("More like these", "accept", "more_like", ":material/done_all:"),
    ("None of these", "reject", "none_of", ":material/remove_done:"),
    ("Clear", "clear", None, ":material/backspace:"),
)


@st.fragment(key="results")
def results(live: Services) -> None:
    """Draw the figures and the view that was chosen; verdicts and turns of the page draw this part alone."""
    if st.session_state.get(Key.WHOLE):
        st.rerun()
    held = session.desk()
    if held is None or held.selection is None or held.selection_id is None:
        return
    session.settle_widgets()
    st.session_state.setdefault(Key.VIEW, "Cards")
    st.session_state.setdefault(Key.LEFT, "")
    said = pipeline.judged(live, held.selection_id)
    verdicts = {name: one.verdict for name, one in said.standing.items() if one.verdict is not None}
    list_figures(held, state.tally(verdicts))
    waiting = _waiting(held, verdicts)
    ruled = learning.rules_changed(held)
    if held.changed or waiting or ruled:
        _changed(live, held, waiting, ruled=ruled)
    _shown(live, held, said, verdicts)


def _shown(live: Services, held: Desk, said: pipeline.Said, verdicts: Mapping[str, str]) -> None:
    """The view that was chosen, with the switches above it and what was learned from verdicts."""
    view = st.session_state.get(Key.VIEW, "Cards")
    lens, behind = _looked_at(live, held, view)
    whole_list = behind is None and view in ("Cards", "Table")
    ordered = learning.ordered(live, held, said) if whole_list else None
    rows = _rows(held, behind) if ordered is None else learning.rows_of(ordered)
    paged = view != "Charts" and len(rows) > state.PAGE_SIZE
    number = _toolbar(live, held, lens, said, ordered, whole_list=whole_list, total=len(rows) if paged else 0)
    bar = st.container()
    shown = list(state.page_of(rows, number))
    _unsaved()
    if view == "Charts":
        _charts(live, held)
        return
    _heading(live, held, lens, behind)
    if not shown:
        st.info(_nothing(held, lens) if ordered is None else ALL_JUDGED, icon=":material/search_off:")
    elif view == "Table":
        _table(live, held, learning.reasoned(ordered, shown), verdicts, learned=ordered is not None)
    else:
        _grid(live, held, shown, said, ordered)
        learning_bar.page_foot(live, shown, verdicts)
    if whole_list:
        # Drawn after the products, which do not wait for it.
        with bar:
            learning_bar.learning_bar(live, held, said, ordered)


def _looked_at(live: Services, held: Desk, view: str) -> tuple[Lens | None, Behind | None]:
    """The number that was pressed and what stands behind it; both None for the list."""
    lens = _lens_of(held, view)
    try:
        return lens, None if lens is None else _behind(live, held, lens)
    except InputError as error:
        # A term was removed, or the list chosen anew, since the number was pressed.
        workbench.look_at(None)
        st.session_state[Key.LEFT] = ""
        st.info(plain(str(error)), icon=":material/info:")
        return None, None


def _lens_of(held: Desk, view: str) -> Lens | None:
    if view == "Removed":
        step, _, reason = str(st.session_state.get(Key.LEFT) or "").partition("|")
        return Lens("left", step, reason) if step else Lens("removed")
    lens = st.session_state.get(Key.LENS)
    return lens if isinstance(lens, Lens) else None


def _pick(lens: Lens) -> None:
    workbench.look_at(lens)
    st.rerun()


def _waiting(held: Desk, verdicts: Mapping[str, str]) -> int:
    """How many kept products are not in the list yet: it takes them up at the next preview."""
    listed = standing_of(workbench.listed(held).products)
    return sum(verdict == "accept" and name not in listed for name, verdict in verdicts.items())


def _changed(live: Services, held: Desk, waiting: int, *, ruled: bool) -> None:
    said = ["The figures are of your draft; the list below is from before."] if held.changed else []
    said += ["The rules of this list have changed."] if ruled else []
    said += [f"{count(waiting, 'kept product')} will join the list at the next preview."] if waiting else []
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="draft_bar"):
        st.markdown(f":orange-badge[:material/edit_note: Changed] {' '.join(said)}", width="content")
        st.button(
            "Preview the list",
            key="preview_now",
            # The strategy's own button has it where it is drawn.
            shortcut=None if st.session_state.get(Key.STRATEGY) else "Mod+Enter",
            icon=":material/play_arrow:",
            type="primary",
            on_click=workbench.ask_preview,
        )
        if held.changed:
            st.button(
                "Discard",
                key="discard",
                type="tertiary",
                icon=":material/undo:",
                on_click=workbench.discard_changes,
                args=(live,),
            )


def _toolbar(
    live: Services,
    held: Desk,
    lens: Lens | None,
    said: pipeline.Said,
    ordered: Lesson | None,
    *,
    whole_list: bool,
    total: int,
) -> int:
    """The views, the order, undo and the pages of `total` rows (0: no pages); returns the page."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.segmented_control("View", state.VIEWS, key=Key.VIEW, required=True, label_visibility="collapsed")
        if whole_list:
            learning_bar.order_switch(held, said)
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
            _undo(live, said)
            number = 1
            if total:
                number = st.pagination(state.pages(total), key=_page_key(held, lens, ordered))
    return int(number)


def _page_key(held: Desk, lens: Lens | None, ordered: Lesson | None) -> str:
    """Another list, number or order begins on its first page."""
    mark = "" if ordered is None else f"_{ordered.told.order}_{ordered.mark}"
    return f"page_{held.generation}_{state.lens_key(lens)}{mark}"


def _undo(live: Services, said: pipeline.Said) -> None:
    event = said.newest
    st.button(
        "Undo",
        icon=":material/undo:",
        shortcut="Mod+Z",
        key="undo",
        type="tertiary",
        disabled=event is None,
        help=None if event is None else f"Takes back: {plain(judging.said(live, event, said.together))}",
        on_click=judging.undo,
        args=(live,),
    )


def _rows(held: Desk, behind: Behind | None) -> Sequence[BehindRow]:
    if behind is not None:
        return behind.rows
    return [BehindRow(p.product_id, p.why, p.score, True) for p in workbench.listed(held).products]


def _heading(live: Services, held: Desk, lens: Lens | None, behind: Behind | None) -> None:
    if st.session_state.get(Key.VIEW) == "Removed":
        _removed_pills(live, held)
    if lens is None or behind is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="lens_bar"):
        more = f", the first {len(behind.rows):,} shown" if behind.count > len(behind.rows) else ""
        st.markdown(f"**{plain(behind.title)}** · {count(behind.count, 'product')}{more}", width="content")
        if st.session_state.get(Key.VIEW) != "Removed":
            st.button(
                "Back to the list", key="lens_off", icon=":material/close:", type="tertiary",
                on_click=workbench.look_at, args=(None,),
            )  # fmt: skip


def _removed_pills(live: Services, held: Desk) -> None:
    """Where products left, with how many; each narrows the view to its own."""
    told = _told(live, held)
    options = {"": f"Everything removed · {told.removed:,}"}
    if told.cut:
        options["recalled|"] = f"cut by a term · {told.cut:,}"
    for stage in told.funnel:
        for reason, number in stage.reasons:
            options[f"{stage.stage}|{reason}"] = f"{reason} · {number:,}"
    st.pills(
        "Why they left",
        list(options),
        format_func=lambda code: plain(options.get(code or "", "")),
        key=Key.LEFT,
        required=True,
        label_visibility="collapsed",
    )


def _behind(live: Services, held: Desk, lens: Lens) -> Behind:
    """What stands behind a number: of the draft where the draft was counted, else of the list.

    Raises `InputError` for a term or reason that is not there any more.
    """
    selection = workbench.listed(held)
    if st.session_state.get(Key.LENS_OF_DRAFT) and st.session_state.get(Key.VIEW) != "Removed":
        selection = replace(selection, strategy=held.strategy)
    return pipeline.behind(
        live,
        held.intent,
        selection,
        lens,
        selection_id=held.selection_id,
        pinned=held.listed_pins,
        size=held.listed_size,
    )


def _charts(live: Services, held: Desk) -> None:
    charts_view(_told(live, held), held.turns, key=f"charts_{held.generation}", on_pick=workbench.look_at)


def _told(live: Services, held: Desk) -> Insight:
    return pipeline.insight(
        live,
        held.intent,
        workbench.listed(held),
        selection_id=held.selection_id,
        pinned=held.listed_pins,
        size=held.listed_size,
    )


def _unsaved() -> None:
    unsaved = st.session_state.get(Key.UNSAVED)
    if unsaved is not None:
        st.error(f"Not saved yet, and sent again by itself. {plain(unsaved)}", icon=":material/cloud_off:")


def _nothing(held: Desk, lens: Lens | None) -> str:
    if lens is not None and lens.kind in ("kept", "dropped"):
        key = "a" if lens.kind == "kept" else "x"
        return f"Nothing is {lens.kind} yet. Press {key} on a card, or its button."
    if lens is not None:
        return "No product stands behind this number."
    if not any(row.use for row in held.side(1)):
        return (
            f"No term of this catalogue fits “{plain(held.intent.text[:60])}”. Try other words below, "
            "or open Strategy and add a term that finds."
        )
    return "Nothing is left to show. Loosen the filters, untick a cut, or add a term that finds."


def _grid(
    live: Services,
    held: Desk,
    shown: Sequence[BehindRow],
    said: pipeline.Said,
    ordered: Lesson | None,
) -> None:
    assert held.selection_id is not None
    verdicts = {name: one.verdict for name, one in said.standing.items() if one.verdict is not None}
    chosen = standing_of(workbench.listed(held).products)
    places = learning.places_of(ordered, shown)
    beside = [why.like for _, why in places.values() if why.like is not None]
    products = pipeline.products(live, list(dict.fromkeys([*(row.product_id for row in shown), *beside])))
    pictures = resources.picture_addresses(live, products.values())
    whole = {p.product_id: p for p in workbench.listed(held).products}
    in_list = all(row.product_id in whole for row in shown)
    asked = product_grid(
        cards_of(
            [whole[row.product_id] for row in shown],
            products,
            pictures,
            pinned=held.pinned,
            places=places,
        )
        if in_list
        else cards_behind(shown, whole, products, pictures, pinned=held.pinned),
        key=Key.GRID,
        selection=held.selection_id,
        verdicts=verdicts,
        reasons={name: one.reasons for name, one in said.standing.items()},
        statements=said.statements,
        chips=pipeline.reject_reasons()[:_CHIPS],
        remark=learning_bar.remark(held, said),
        acks=st.session_state.get(Key.ACKS) or {},
        on_events=partial(judging.take_verdicts, live),
    )
    if asked is None:
        return
    if asked.what == "variants":
        one = chosen.get(asked.product_id)
        _pick(Lens("variants", asked.product_id if one is None else one.product_id))
    judging.show_why(live, held, asked.product_id, verdict=verdicts.get(asked.product_id))


def _table(
    live: Services, held: Desk, shown: Sequence[BehindRow], verdicts: Mapping[str, str], *, learned: bool
) -> None:
    products = pipeline.products(live, [row.product_id for row in shown])
    picked = product_table(
        shown,
        standing_of(workbench.listed(held).products),
        products,
        resources.picture_addresses(live, products.values()),
        verdicts,
        key=f"{Key.TABLE}_{held.generation}",
        learned=learned,
    )
    with st.container(horizontal=True, gap="small", key="bulk"):
        for label, verdict, statement, icon in _BULK:
            many = f"{label} {count(len(picked), 'product')}" if picked else f"{label} the ticked rows"
            st.button(
                many if statement is None else label,
                key=f"bulk_{statement or verdict}",
                icon=icon,
                disabled=not picked,
                on_click=judging.judge_many,
                args=(live, picked, verdict, statement),
            )
        if len(picked) == 1 and st.button("Why", key="bulk_why", icon=":material/help:"):
            judging.show_why(live, held, picked[0], verdict=verdicts.get(picked[0]))
