"""Keeps what a form holds through a reload and a restart of the server; it draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from ui.components.source import element

_keeper = element("kept_fields")
_SESSION = "kept_fields_session"


def keep_fields(
    form: str, *, of: str, values: Mapping[str, Any] | None, on_back: Callable[[Mapping[str, Any]], None]
) -> None:
    """Have the browser keep the plain values of a form that are not saved; None lets go of them.

    `of` says what the form is about. Where a session begins anew and the browser has other values of the same,
    `on_back` gets them before the next run; they come from outside and are to be checked.
    """
    session = st.session_state.setdefault(_SESSION, uuid4().hex)
    key = f"{form}_kept"

    def back() -> None:
        raw = getattr(st.session_state.get(key), "back", None)
        if isinstance(raw, Mapping):
            on_back(raw)

    data = {"form": form, "of": of, "values": None if values is None else dict(values), "session": session}
    _keeper(key=key, data=data, on_back_change=back)
