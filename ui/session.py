"""What one browser session has in front of it: the desk, its address, and what is left for the next drawing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from ui.state import Desk, Key, Param


def desk() -> Desk | None:
    """What the operator has in front of them; None on a first visit."""
    held = st.session_state.get(Key.DESK)
    return held if isinstance(held, Desk) else None


def required() -> Desk:
    """What lies on the desk, where something must."""
    held = desk()
    assert held is not None, "this is asked for from what lies on the desk"
    return held


def put(new: Desk) -> None:
    """Lay the desk out and let the address name what lies on it."""
    st.session_state[Key.DESK] = new
    name_in_address(new)


def name_in_address(new: Desk) -> None:
    """Have the address name what lies on the desk: it forgets on the way over another page."""
    if new.selection_id is not None and st.query_params.get(Param.SELECTION) != new.selection_id:
        st.query_params[Param.SELECTION] = new.selection_id
    looked_at = None if new.version == new.newest else str(new.version)
    if st.query_params.get(Param.VERSION) != looked_at:
        if looked_at is None:
            st.query_params.pop(Param.VERSION, None)
        else:
            st.query_params[Param.VERSION] = looked_at


def draw_whole() -> None:
    """Have the whole page drawn: what was pressed in a part of it changes other parts too."""
    st.session_state[Key.WHOLE] = True


def settle_widgets() -> None:
    """Give widgets the values that were left for them."""
    for key, value in (st.session_state.pop(Key.PENDING, None) or {}).items():
        st.session_state[key] = value


def zone() -> ZoneInfo:
    """The time zone of the browser, UTC where it says none that is known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError):
        return ZoneInfo("UTC")
