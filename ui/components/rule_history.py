"""What was changed of the rules, by whom and when: folded away below the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.pipeline import AuditEntry
from ui.library_desk import ago
from ui.text import count, plain


def history(entries: Sequence[AuditEntry], names: Mapping[str, str]) -> None:
    """Draw the changes, the newest first; `names` are those of the rules that there are, by id."""
    if not entries:
        return
    with st.expander(count(len(entries), "change") + " of the rules", icon=":material/history:", key="rules_history"):
        st.markdown("  \n".join(_line(entry, names) for entry in entries))


def _line(entry: AuditEntry, names: Mapping[str, str]) -> str:
    told, exact = ago(entry.at)
    name = _name(entry.after) or _name(entry.before) or names.get(entry.entity_id, entry.entity_id)
    return f"**{plain(name)}** {done(entry)} by {plain(entry.who)} · {told} ({exact})"


def done(entry: AuditEntry) -> str:
    """What a change did, in a few words."""
    if entry.event == "rule removed":
        return "was removed" if _name(entry.before) else "is as it was shipped again"
    on, was = entry.after.get("enabled"), entry.before.get("enabled", True)
    if _name(entry.after) and not entry.before:
        return "was written"
    if _name(entry.after) and on == was:
        return "was rewritten"
    return "was switched on" if on else "was switched off"


def _name(state: Mapping[str, Any]) -> str:
    body = state.get("body")
    return str(body.get("name") or "") if isinstance(body, Mapping) else ""
