"""How the reading of dropped notes ended: what is in now, what is not and why, and the way on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.runs import RunRecord
from ui.text import count, plain


def notes_ending(run: RunRecord, *, on_go_on: Callable[[], None], on_away: Callable[[], None]) -> None:
    """Draw the ending of a run; the library itself stands below."""
    with st.container(key="trend_ending", gap="xsmall"):
        if run.status == "finished":
            _finished(run.result or {})
        elif run.status == "failed":
            st.error(f"Nothing was added. {plain(run.error or '')}", icon=":material/error:")
        else:
            how = "was stopped" if run.status == "cancelled" else "broke off: the studio was closed in the middle"
            st.warning(f"The reading {how}. What was read by then is in the library.", icon=":material/stop_circle:")
        with st.container(horizontal=True, gap="small"):
            if run.status in ("cancelled", "interrupted"):
                st.button(
                    "Read the rest", key="trend_go_on", type="primary", icon=":material/play_arrow:", on_click=on_go_on
                )
            st.button("Put this away", key="trend_away", icon=":material/close:", on_click=on_away)


def _finished(result: Mapping[str, Any]) -> None:
    added, unchanged, refused = (list(result.get(name) or ()) for name in ("added", "unchanged", "refused"))
    lines = [f"**{plain(one['name'])}**: {count(one['passages'], 'passage')}" for one in added[:8]]
    if len(added) > 8:
        lines.append(f"and {count(len(added) - 8, 'document')} more")
    lines += [f"**{plain(name)}** was here already, unchanged" for name in unchanged[:8]]
    head = f"{count(len(added), 'document')} added" if added else "Nothing new"
    if added or unchanged or not refused:
        listed = "".join(f"  \n{line}" for line in lines)
        st.success(f"{head}.{listed}" if lines else "The notes are indexed.", icon=":material/check:")
    for one in refused:
        st.warning(f"Not added: {plain(one['reason'])}", icon=":material/warning:")
