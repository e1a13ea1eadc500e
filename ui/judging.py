"""Verdicts on products: from the browser's queue into the store, taken back again, and the two drawers that explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core import pipeline
from core.domain import Selection
from core.errors import ShelfcraftError, StoreConflict
from core.services import Services
from ui import resources, state, workbench
from ui.components.finder import Found, finder, standing_of
from ui.components.why_drawer import why_drawer
from ui.state import Desk, Key

HITS = 8


def take_events(live: Services) -> None:
    """Store the browser's verdicts that are not stored yet, each once, and acknowledge each as soon as it is.

    What the store refuses stays in the browser, which sends it again; the reason is shown meanwhile.
    """
    grid = st.session_state.get(Key.GRID)
    acks: Mapping[str, int] = st.session_state.get(Key.ACKS) or {}
    st.session_state[Key.UNSAVED] = None
    for event in state.fresh_events(state.read_events(getattr(grid, "events", None)), acks):
        try:
            _keep(live, event.product_id, event.verdict, selection_id=event.selection_id, event=event)
        except StoreConflict:
            # Sent before, in another session, and since overtaken by a later verdict: it has been stored.
            pass
        except ShelfcraftError as error:
            st.session_state[Key.UNSAVED] = str(error)
            return
        acks = state.acknowledged(acks, event)
        st.session_state[Key.ACKS] = acks


def _keep(
    live: Services,
    product_id: str,
    verdict: str,
    *,
    selection_id: str,
    event: state.GridEvent | None = None,
    reasons: Sequence[str] = (),
    note: str | None = None,
) -> None:
    kept = pipeline.judge_product(
        live,
        product_id,
        verdict,
        selection_id=selection_id,
        client_id=None if event is None else event.client,
        client_seq=None if event is None else event.number,
        reasons=reasons,
        note=note,
        context=context_of(workbench.desk(), product_id, rank=None if event is None else event.rank),
    )
    if kept is not None:
        stack: tuple[tuple[str, str], ...] = st.session_state.get(Key.UNDO) or ()
        st.session_state[Key.UNDO] = (*stack, (selection_id, kept.event_id))


def undo(live: Services) -> None:
    """Take back the last verdict of this session that was not taken back yet."""
    stack: tuple[tuple[str, str], ...] = st.session_state.get(Key.UNDO) or ()
    if not stack:
        return
    try:
        pipeline.undo_feedback(live, *stack[-1])
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        return
    st.session_state[Key.UNDO] = stack[:-1]


def context_of(held: Desk | None, product_id: str, *, rank: int | None) -> dict[str, Any]:
    """What tuning will need to know of the moment of a verdict."""
    if held is None or held.selection is None:
        return {}
    context: dict[str, Any] = {
        "theme": held.intent.text,
        "turn": held.turn,
        "strategy": held.selection.strategy.to_json(),
    }
    found = next((p for p in held.selection.products if p.product_id == product_id), None)
    if found is not None:
        context |= {name: getattr(found, name) for name in ("rank", "score", "relevance", "potential")}
    if rank is not None:
        context["rank"] = rank
    if held.reward is not None:
        parts = ("total", "semantic", "relevance", "quantity", "weights_version")
        context["reward"] = {name: getattr(held.reward, name) for name in parts}
    return context


def export(live: Services, held: Desk, form: str) -> bytes:
    """The list as a file, without what was dropped, its ranks closed up."""
    assert held.selection is not None and held.selection_id is not None
    return pipeline.export_selection(live, held.selection, form, selection_id=held.selection_id)


def show_why(live: Services, held: Desk, product_id: str, *, verdict: str | None) -> None:
    """Open the drawer about one product of the list."""
    assert held.selection is not None and held.selection_id is not None
    chosen = next((p for p in held.selection.products if p.product_id == product_id), None)
    found = pipeline.products(live, [product_id])
    if chosen is None or product_id not in found:
        return
    selection_id = held.selection_id

    def take(new: str, reasons: Sequence[str], note: str | None) -> None:
        _keep(live, product_id, new, selection_id=selection_id, reasons=reasons, note=note)

    why_drawer(
        found[product_id],
        chosen=chosen,
        explanation=pipeline.explain(live, held.selection.strategy, product_id),
        picture=resources.pictures().get(live, product_id),
        verdict=verdict,
        reasons=pipeline.reject_reasons(),
        on_verdict=take,
    )


def show_finder(live: Services) -> None:
    """Open the drawer that looks for any product."""

    def add(product_id: str) -> None:
        held = workbench.required()
        if held.selection_id is not None and pipeline.verdicts(live, held.selection_id).get(product_id) == "reject":
            _keep(live, product_id, "clear", selection_id=held.selection_id)
        workbench.pin(product_id)

    finder(partial(_look, live), on_pin=add)


def _look(live: Services, query: str) -> list[Found]:
    held = workbench.required()
    selection = held.selection
    if selection is None:
        selection = Selection(state.strategy_of(held.rows, held.filters), (), ())
    hits = pipeline.search(live, query, limit=HITS)
    products = pipeline.products(live, [query, *(hit.product_id for hit in hits)])
    chosen = standing_of(selection.products)
    standing = {} if held.selection_id is None else pipeline.verdicts(live, held.selection_id)
    return [
        Found(
            product,
            chosen.get(name),
            pipeline.explain(live, selection.strategy, name),
            partial(pipeline.trace, live, held.intent, selection, name, pinned=held.pinned),
            pinned=name in held.pinned,
            dropped=standing.get(name) == "reject",
        )
        for name, product in list(products.items())[:HITS]
    ]
