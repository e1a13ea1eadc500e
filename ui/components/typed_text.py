"""Keeps through a reload what was typed and is not settled yet; it draws nothing."""

from __future__ import annotations

from ui.components.source import element

_keeper = element("typed_text")


def keep_typed_text(*, taken: int, waits: str) -> None:
    """Have the browser keep the texts of the input at the bottom and of the note of a rejection.

    `taken` counts the texts of the input that this session has taken over, so that the browser lets go of the one that
    it sent; `waits` is one that was taken over and waits for a word of the operator, "" for none.
    """
    _keeper(key="typed_text", data={"taken": taken, "waits": waits})
