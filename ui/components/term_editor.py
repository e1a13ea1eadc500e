"""The two lists of terms, each with what it does to the result, edited in place: one components-v2 element."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from core.domain import Lens
from ui.components.source import element
from ui.term_rows import MAX_WEIGHT, TermRow

_editor = element("term_editor", queue=True)
_KINDS = ("finds", "alone", "cuts", "cuts_alone")


def term_editor(
    rows: Sequence[TermRow],
    *,
    key: str,
    selection: str,
    acks: Mapping[str, int],
    on_edits: Callable[[], None],
) -> Lens | None:
    """Draw both lists; returns what a pressed number asks to see in this run.

    `on_edits` is called before the rerun, when `st.session_state[key].edits` holds the browser's queue of edits; `acks`
    says how far each client's queue has been stored. `selection` names the list that the edits belong to.
    """
    data = {
        "rows": [asdict(row) for row in rows],
        "selection": selection,
        "acks": dict(acks),
        "heaviest": MAX_WEIGHT,
    }
    looked = _editor(key=key, data=data, on_edits_change=on_edits, on_look_change=lambda: None).look
    if not isinstance(looked, Mapping):
        return None
    kind, term = looked.get("kind"), looked.get("term")
    return Lens(kind, term) if kind in _KINDS and isinstance(term, str) else None
