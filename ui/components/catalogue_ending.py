"""How a build, an addition or the demo ended: its report, or a sentence with the way on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.runs import RunRecord
from ui.components.catalogue_report import report_view, seconds_text
from ui.text import count, plain

KINDS = {"build": "Building", "add": "Adding to", "demo": "Building the demo"}
_KEPT = "The catalogue is as it was. What the model has read so far is kept, so going on is quicker."


def label(run: RunRecord) -> str:
    """What a run does, in a few words."""
    name = run.params.get("name")
    return f"{KINDS.get(run.kind, run.kind)} {name}" if name else KINDS.get(run.kind, run.kind)


def ending(
    run: RunRecord,
    *,
    rows_aside: Callable[[], bytes | None],
    on_look: Callable[[], None],
    on_again: Callable[[], None],
    on_other: Callable[[], None],
    on_go_on: Callable[[], None],
) -> None:
    """Draw how a run ended, with what can be done next."""
    seconds = "" if run.finished_at is None else seconds_text((run.finished_at - run.started_at).total_seconds())
    if run.status == "finished":
        result = run.result or {}
        if "sources" in result:
            report_view(result, rows_aside=rows_aside)
        else:
            st.success(f"The demo holds {count(result.get('rows', 0), 'product')}. It took {seconds}.")
        with st.container(horizontal=True, gap="small"):
            st.button("See what it holds", key="see_used", icon=":material/inventory_2:", on_click=on_look)
            if run.kind != "demo":
                st.button(
                    "Change the columns and build again",
                    key="change_again",
                    icon=":material/tune:",
                    on_click=on_again,
                )
            st.button("Bring another file", key="other_file", icon=":material/upload_file:", on_click=on_other)
        return
    if run.status == "failed":
        st.error(f"**{plain(label(run))}** failed. {plain(run.error or '')}", icon=":material/error:")
        st.markdown("What was there before is there still. Change a column below, or try once more.")
        action = "Try once more"
    else:
        how = "was stopped" if run.status == "cancelled" else "broke off: the studio was closed in the middle"
        st.warning(f"**{plain(label(run))}** {how} after {seconds}. {_KEPT}", icon=":material/stop_circle:")
        action = "Go on"
    with st.container(horizontal=True, gap="small"):
        st.button(action, key="go_on", type="primary", icon=":material/play_arrow:", on_click=on_go_on)
        st.button("Put this away", key="put_ending_away", icon=":material/close:", on_click=on_again)
