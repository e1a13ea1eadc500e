"""What happens when something on the studio is pressed: one call of core, and the desk as it is after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core import pipeline
from core.domain import Filters, Intent, Selection
from core.errors import ShelfcraftError
from core.services import Services
from ui import run_view, state
from ui.state import Desk, Key, Param, Task

MAX_THEME = 2000
SELLABLE = Filters(in_stock=True)
"""What a first plan asks for; the operator can loosen it."""


def desk() -> Desk | None:
    """What the operator has in front of them; None on a first visit."""
    held = st.session_state.get(Key.DESK)
    return held if isinstance(held, Desk) else None


def put(new: Desk) -> None:
    """Lay the desk out and let the address name what lies on it."""
    st.session_state[Key.DESK] = new
    if new.selection_id is not None:
        st.query_params[Param.SELECTION] = new.selection_id


def ask(theme: str) -> None:
    """Ask for a plan of a theme; the run begins once the page is drawn."""
    st.session_state[Key.ASKED] = " ".join(theme.split())[:MAX_THEME]
    st.session_state[Key.TASK] = Task.PLAN
    st.session_state[Key.ERROR] = None


def ask_typed() -> None:
    """Ask for a plan of what stands in the input at the bottom."""
    typed = st.session_state.get(Key.THEME)
    if isinstance(typed, str) and typed.strip():
        ask(typed)


def ask_preview() -> None:
    """Take over the editors' edits and ask for a preview and a selection of them."""
    held = desk()
    if held is None:
        return
    st.session_state[Key.DESK] = replace(
        held, rows=current_rows(held), filters=current_filters(), generation=held.generation + 1
    )
    st.session_state[Key.TASK] = Task.SELECT
    st.session_state[Key.ERROR] = None


def editor_key(generation: int, sign: state.Sign) -> str:
    """The key of a term editor; a new generation begins without edits."""
    return f"terms_{'find' if sign == 1 else 'cut'}_{generation}"


def current_rows(held: Desk) -> tuple[state.TermRow, ...]:
    """The rows with what the operator has typed into the editors since they were drawn."""
    find, cut = (
        state.edited(held.side(sign), _edits(editor_key(held.generation, sign)), sign=sign) for sign in (1, -1)
    )
    return (*find, *cut)


def _edits(key: str) -> Mapping[str, Any] | None:
    found = st.session_state.get(key)
    return found if isinstance(found, Mapping) else None


def current_filters() -> Filters:
    """The filters as the widgets hold them."""
    held = st.session_state
    return state.filters_of(
        low=held.get(Key.PRICE_LOW),
        high=held.get(Key.PRICE_HIGH),
        category=held.get(Key.CATEGORY) or (),
        in_stock=bool(held.get(Key.IN_STOCK)),
    )


def settle_widgets() -> None:
    """Give widgets the values that the last task left for them; a widget's value can only be set before it is drawn."""
    for key, value in (st.session_state.pop(Key.PENDING, None) or {}).items():
        st.session_state[key] = value


def _leave(values: Mapping[Key, Any]) -> None:
    st.session_state[Key.PENDING] = {**(st.session_state.get(Key.PENDING) or {}), **values}


def _leave_filters(filters: Filters) -> None:
    low, high = filters.price if filters.price is not None else (None, None)
    _leave(
        {Key.PRICE_LOW: low, Key.PRICE_HIGH: high, Key.CATEGORY: list(filters.category), Key.IN_STOCK: filters.in_stock}
    )


def choose_turn() -> None:
    """Lay out the turn whose pill was pressed and ask for its selection."""
    held, number = desk(), st.session_state.get(Key.TURN)
    turn = next((t for t in held.turns if t.number == number), None) if held is not None else None
    if held is None or turn is None:
        return
    st.session_state[Key.DESK] = state.shown(replace(held, filters=current_filters()), turn)
    st.session_state[Key.TASK] = Task.SELECT


def run_task(live: Services) -> None:
    """Do what was asked for, drawing its progress where this is called; what lay on the desk stays until it is done.

    A rerun in the middle leaves the task standing, so that a click elsewhere never loses it.
    """
    task = st.session_state.get(Key.TASK)
    if task is None:
        return
    try:
        if task is Task.PLAN:
            _plan(live, st.session_state[Key.ASKED])
        else:
            _select(live, required())
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
    st.session_state[Key.TASK] = None
    st.rerun()


def required() -> Desk:
    """What lies on the desk, where something must."""
    held = desk()
    assert held is not None, "a selection is asked for from what lies on the desk"
    return held


def _plan(live: Services, theme: str) -> None:
    trajectory, log = run_view.follow(pipeline.plan(live, theme, filters=SELLABLE), label=f"Planning “{theme[:80]}”")
    best = trajectory.best
    # From here on the filters are the operator's to change, so they leave the intent for the desk.
    filters = pipeline.merge_filters(best.strategy.filters, trajectory.intent.filters)
    intent = replace(trajectory.intent, filters=Filters())
    fresh = state.shown(Desk(intent, trajectory.turns, filters=filters), best)
    held = desk()
    fresh = replace(fresh, generation=1 if held is None else held.generation + 1)
    selection, selecting = run_view.follow(
        pipeline.select(live, intent, strategy=replace(best.strategy, filters=filters)), label="Choosing the products"
    )
    lines = (*log.lines, *selecting.lines)
    st.session_state[Key.LOG] = run_view.RunLog(log.label, lines, log.seconds + selecting.seconds)
    _keep(live, fresh, selection)
    _leave_filters(filters)


def _select(live: Services, held: Desk) -> None:
    strategy = state.strategy_of(held.rows, held.filters)
    preview, reward = pipeline.assess(live, strategy, intent=held.intent)
    fresh = state.assessed(held, held.rows, preview=preview, reward=reward, strategy=strategy)
    kept, dropped = _judged(live, held)
    selection, log = run_view.follow(
        pipeline.select(
            live, held.intent, strategy=strategy, pinned=tuple(dict.fromkeys((*held.pinned, *kept))), rejected=dropped
        ),
        label="Choosing the products",
    )
    st.session_state[Key.LOG] = log
    _keep(live, fresh, selection)


def _judged(live: Services, held: Desk) -> tuple[tuple[str, ...], dict[str, str]]:
    """What was kept, which stays whatever the terms find, and what was dropped, which stays out."""
    if held.selection_id is None:
        return (), {}
    standing = pipeline.verdicts(live, held.selection_id)
    kept = tuple(name for name, verdict in standing.items() if verdict == "accept")
    return kept, pipeline.rejected_products(live, held.selection_id)


def _keep(live: Services, fresh: Desk, selection: Selection) -> None:
    saved, version = pipeline.save_selection(
        live,
        selection,
        intent=fresh.intent,
        selection_id=fresh.selection_id,
        expected_version=fresh.version,
    )
    put(replace(fresh, selection=selection, selection_id=saved, version=version))
    _leave({Key.TURN: fresh.turn})


def open_linked(live: Services) -> None:
    """Lay out the selection that the address names, on a first visit. Raises what `open_saved` raises."""
    linked = st.query_params.get(Param.SELECTION)
    if linked is not None and desk() is None and st.session_state.get(Key.TASK) is None:
        open_saved(live, linked)


def open_saved(live: Services, selection_id: str) -> None:
    """Lay out a saved selection, its strategy counted anew. Raises what the store and the preview raise."""
    saved = pipeline.open_selection(live, selection_id)
    intent = saved.intent if saved.intent is not None else Intent(saved.summary.name)
    strategy = saved.selection.strategy
    preview, reward = pipeline.assess(live, strategy, intent=intent)
    rows = state.rows_of(strategy, preview=preview)
    standing = pipeline.verdicts(live, selection_id)
    pinned = tuple(p.product_id for p in saved.selection.products if p.pinned and p.product_id not in standing)
    put(
        Desk(
            replace(intent, filters=Filters()),
            rows=rows,
            filters=strategy.filters,
            preview=preview,
            reward=reward,
            selection=saved.selection,
            selection_id=selection_id,
            version=saved.version.number,
            pinned=pinned,
            generation=1,
        )
    )
    _leave_filters(strategy.filters)


def pin(product_id: str) -> None:
    """Add a product by hand and choose anew round it; a second press takes it out again."""
    held = desk()
    if held is None:
        return
    rest = tuple(p for p in held.pinned if p != product_id)
    pinned = rest if product_id in held.pinned else (*rest, product_id)
    st.session_state[Key.DESK] = replace(
        held, rows=current_rows(held), filters=current_filters(), pinned=pinned, generation=held.generation + 1
    )
    st.session_state[Key.TASK] = Task.SELECT
