"""The catalogues that there are, which one serves, and what was built before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from core.pipeline import CatalogueEntry
from core.runs import RunRecord
from core.settings import DEMO_CATALOGUE
from ui.components.catalogue_drop import file_size
from ui.components.catalogue_report import seconds_text
from ui.text import count, plain

_STATUS = {
    "running": "going on",
    "finished": "done",
    "failed": "failed",
    "cancelled": "stopped",
    "interrupted": "broke off",
}
_KINDS = {"build": "Build", "add": "Add", "demo": "Demo"}


def catalogue_list(
    entries: Sequence[CatalogueEntry],
    *,
    pinned: str | None,
    busy: bool,
    on_use: Callable[[str], None],
    on_demo: Callable[[], None],
) -> None:
    """Draw every catalogue with the button that lets it serve; `busy` says that a catalogue is written just now."""
    if pinned is not None:
        st.info(
            f"The setting SHELFCRAFT_CATALOGUE names **{plain(pinned)}**, so none can be chosen here. Whoever runs the "
            "server takes the setting away and starts the studio again; then the choice is yours.",
            icon=":material/push_pin:",
        )
    for entry in entries:
        _entry(entry, locked=pinned is not None, on_use=on_use)
    if not any(entry.demo for entry in entries):
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**The demo catalogue** · made-up products of every season, to try things out. Some seconds.")
            st.button(
                "Build the demo",
                key="build_demo",
                icon=":material/science:",
                on_click=on_demo,
                disabled=busy,
                help="A catalogue is being written; the demo can be built after it." if busy else None,
            )


def _entry(entry: CatalogueEntry, *, locked: bool, on_use: Callable[[str], None]) -> None:
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"catalogue_row_{entry.name}",
    ):
        with st.container(width="stretch", gap="xsmall"):
            badge = " :green-badge[:material/check: In use]" if entry.in_use else ""
            kind = " :gray-badge[made-up products]" if entry.demo else ""
            st.markdown(f"**{plain(entry.name)}**{badge}{kind}")
            rows = "cannot be opened" if entry.rows is None else count(entry.rows, "product")
            built = f"built {plain(entry.built[:16].replace('T', ' '))} UTC" if entry.built else ""
            st.markdown(" · ".join(p for p in (rows, built, file_size(entry.size), plain(entry.encoder)) if p))
            if entry.problem:
                st.markdown(f":material/error: {plain(entry.problem)}")
        reason = "The setting SHELFCRAFT_CATALOGUE names another one." if locked else entry.problem
        if not entry.in_use:
            st.button(
                "Use this one",
                key=f"use_{entry.name}",
                icon=":material/swap_horiz:",
                disabled=locked or bool(entry.problem),
                help=plain(reason) if reason else "For everyone who works with this studio",
                on_click=partial(on_use, entry.name),
            )


@st.dialog("Use this catalogue for everyone?", icon=":material/swap_horiz:")
def confirm_use(entry: CatalogueEntry, *, now: str, on_yes: Callable[[str], None]) -> None:
    """Ask once more, since the choice is everyone's."""
    rows = "" if entry.rows is None else f" with {count(entry.rows, 'product')}"
    st.markdown(
        f"**{plain(entry.name)}**{rows} takes the place of **{plain(now)}** for everyone who works with this studio, "
        "from their next click. Saved selections stay; products that this catalogue lacks are shown by their id."
    )
    _decide("Use it", partial(on_yes, entry.name), key="confirm_use")


@st.dialog("Replace the catalogue?", icon=":material/warning:")
def confirm_build(name: str, *, rows: int | None, file: str, on_yes: Callable[[], None]) -> None:
    """Ask once more before a file takes the place of what is there."""
    there = "" if rows is None else f"the {count(rows, 'product')} of "
    st.markdown(
        f"**{plain(file)}** takes the place of {there}**{plain(name)}**. Products that are not in the file are then "
        "gone from it; **Add** would keep them. Until the build is whole, everyone goes on with what is there."
    )
    _decide("Replace it", on_yes, key="confirm_build")


def _decide(label: str, on_yes: Callable[[], None], *, key: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if st.button("Leave it as it is", key=f"{key}_no"):
            st.rerun()
        if st.button(label, key=f"{key}_yes", type="primary", on_click=on_yes):
            st.rerun()


def earlier_runs(runs: Sequence[RunRecord], *, on_open: Callable[[str], None]) -> None:
    """Draw what was built before, newest first, each with its report."""
    if not runs:
        return
    st.subheader("What was built", anchor=False)

    def pressed() -> None:
        click = st.session_state.get("earlier_report")
        if click is not None and click["row"] < len(runs):
            on_open(runs[click["row"]].run_id)

    st.dataframe(
        pd.DataFrame(
            {
                "open": ["Report"] * len(runs),
                "when": [run.started_at for run in runs],
                "kind": [_KINDS.get(run.kind, run.kind) for run in runs],
                "catalogue": [DEMO_CATALOGUE if run.kind == "demo" else run.params.get("name") or "" for run in runs],
                "file": [_files(run) for run in runs],
                "status": [_STATUS[run.status] for run in runs],
                "came": [_came(run) for run in runs],
                "took": [_took(run) for run in runs],
            }
        ),
        hide_index=True,
        height="content",
        key="earlier_runs",
        alt="Earlier builds and additions",
        column_config={
            "open": st.column_config.ButtonColumn("", key="earlier_report", on_click=pressed, width=90),
            "when": st.column_config.DatetimeColumn("When", format="D MMM, HH:mm", width=110),
            "kind": st.column_config.TextColumn("What", width=70),
            "catalogue": st.column_config.TextColumn("Catalogue", width=120),
            "file": st.column_config.TextColumn("File", width=200),
            "status": st.column_config.TextColumn("How it ended", width=100),
            "came": st.column_config.TextColumn("What came of it", width="large"),
            "took": st.column_config.TextColumn("Took", width=80),
        },
    )


def _files(run: RunRecord) -> str:
    return ", ".join(str(path).replace("\\", "/").rpartition("/")[2] for path in run.params.get("sources") or ())


def _came(run: RunRecord) -> str:
    if run.error:
        return run.error
    result = run.result or {}
    if "read" in result:
        return f"{result['kept']:,} of {result['read']:,} rows kept, {result['set_aside']:,} set aside"
    return count(result["rows"], "product") if "rows" in result else ""


def _took(run: RunRecord) -> str:
    end: datetime | None = run.finished_at
    return "" if end is None else seconds_text((end - run.started_at).total_seconds())
