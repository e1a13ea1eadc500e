"""Keeps what is being typed and was not sent yet through a reload; it draws nothing."""

from __future__ import annotations

from ui.components.source import element

_keeper = element("typed_text")


def keep_typed_text() -> None:
    """Have the browser keep the texts of the input at the bottom and of the note of a rejection."""
    _keeper(key="typed_text")
