"""Brings a page at rest back to life after its connection was lost; it draws nothing."""

from __future__ import annotations

from ui.components.source import element

_connection = element("connection")


def stay_connected() -> None:
    """Have the browser ask for the whole page once a lost connection is back."""
    _connection(key="connection", on_back_change=lambda: None)
