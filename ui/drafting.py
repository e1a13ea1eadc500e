"""The draft that an operator shapes: every edit kept as feedback and as a draft, and counted at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.services import Services
from ui import events, session, state, term_rows
from ui.state import Desk, Key


def change(live: Services, fresh: Desk) -> None:
    """Take over a changed draft: keep it, also one that cannot be read, and count what it would find."""
    st.session_state[Key.ERROR] = None
    try:
        if fresh.selection_id is not None:
            pipeline.save_draft(live, fresh.selection_id, state.draft_of(fresh))
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
    session.draw_whole()
    st.session_state[Key.DESK] = counted(live, fresh)


def counted(live: Services, held: Desk) -> Desk:
    """The desk with its draft previewed; a draft that cannot be read is left uncounted and the reason shown."""
    try:
        preview, reward = pipeline.assess(live, held.strategy, intent=held.intent)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        return replace(held, preview=None, reward=None)
    return state.assessed(held, held.rows, preview=preview, reward=reward)


def change_filters(live: Services) -> None:
    """Take over the filters and the size as the widgets hold them."""
    held, widgets = session.desk(), st.session_state
    if held is None:
        return
    place = held.generation
    filters = state.filters_of(
        low=widgets.get(Key.PRICE_LOW.of(place)),
        high=widgets.get(Key.PRICE_HIGH.of(place)),
        category=widgets.get(Key.CATEGORY.of(place)) or (),
        in_stock=bool(widgets.get(Key.IN_STOCK.of(place))),
        strictness=widgets.get(Key.STRICTNESS.of(place)) or held.filters.strictness,
    )
    size = widgets.get(Key.SIZE.of(place))
    change(live, replace(held, filters=filters, size=int(size) if size else held.size))


def take_edits(live: Services) -> None:
    """Take over the browser's edits of terms: each kept as feedback and in the draft, then acknowledged.

    Streamlit may break off a callback wherever it touches the session's state, so that the edits are acknowledged last:
    what was broken off comes again, and an edit that comes twice changes nothing.
    """
    held = session.desk()
    sent = events.read_edits(getattr(st.session_state.get(Key.TERMS), "edits", None))
    acks: Mapping[str, int] = st.session_state.get(Key.ACKS) or {}
    rows = () if held is None else held.rows
    unsaved = None
    for event in events.fresh(sent, acks):
        if held is not None and event.selection_id == held.selection_id:
            after, changed = term_rows.apply(rows, event)
            try:
                if changed is not None:
                    keep_edit(live, changed, held.selection_id, event)
            except ShelfcraftError as error:
                unsaved = str(error)
                break
            rows = after
        acks = events.acknowledged(acks, event)
    if held is not None and rows != held.rows:
        change(live, replace(held, rows=rows))
    if unsaved is not None:
        st.session_state[Key.UNSAVED] = unsaved
    st.session_state[Key.ACKS] = acks


def keep_edit(live: Services, edit: term_rows.TermChange, selection_id: str, event: events.TermEvent) -> None:
    """Keep an edit of a term as feedback; the same event twice is kept once. Raises the store's errors."""
    pipeline.edit_term(
        live,
        edit.before,
        edit.after,
        sign=edit.sign,
        weights=edit.weights,
        selection_id=selection_id,
        client_id=event.client,
        client_seq=event.number,
    )
