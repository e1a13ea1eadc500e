"""What became of a file: read, kept, set aside and why, the fields found, and what it cost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from ui.components.catalogue_aside import aside
from ui.components.catalogue_mapping import HOW, LABELS
from ui.components.catalogue_preview import problem_table
from ui.text import count, plain

_NAMED = re.compile(r"'[^']*'|“[^”]*”|\d[\d,.]*")
_KINDS_SHOWN = 8


def report_view(report: Mapping[str, Any], *, rows_aside: Callable[[], bytes | None]) -> None:
    """Draw the report of a build or an addition, given as its JSON; `rows_aside` makes the file to take away."""
    st.success(
        f"**{plain(report['catalogue'])}** now holds {count(report['rows'], 'product')} in "
        f"{count(report['families'], 'family', 'families')}. It took {seconds_text(report['seconds'])}.",
        icon=":material/check_circle:",
    )
    with st.grid(5, min_column_width=150, gap="xsmall"):
        st.metric("Rows read", f"{report['read']:,}", border=True)
        st.metric("Kept", f"{report['kept']:,}", border=True)
        st.metric("Set aside", f"{report['set_aside']:,}", border=True)
        st.metric(
            "Read by the model",
            f"{report['embedded']:,}",
            border=True,
            help="Texts that were new to the model; those that it knew from before cost nothing.",
        )
        st.metric("Known before", f"{report['reused']:,}", border=True)
    for warning in report["warnings"]:
        st.warning(plain(warning), icon=":material/info:")
    _set_aside(report, rows_aside)
    _facts(report)
    if report["noted"]:
        with st.expander(f"{count(report['noted'], 'value')} left out, their products kept", icon=":material/rule:"):
            problem_table(report["notes"], key="notes")
            if report["noted"] > len(report["notes"]):
                aside(f"The first {len(report['notes']):,} of {report['noted']:,}.")


def _set_aside(report: Mapping[str, Any], rows_aside: Callable[[], bytes | None]) -> None:
    if not report["set_aside"]:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(f"{count(report['set_aside'], 'row')} set aside", anchor=False, width="content")
        st.download_button(
            "Take the rows away as CSV",
            data=lambda: rows_aside() or b"",
            file_name=f"{report['catalogue']}-set-aside.csv",
            mime="text/csv",
            key="rows_aside",
            icon=":material/download:",
            on_click="ignore",
            help="Every row with its reason. Mend them, delete the first four columns, drop the file and press Add.",
        )
    kinds = reasons(report["problems"])
    st.markdown("  \n".join(f"**{n:,}** × {plain(kind)}" for kind, n in kinds[:_KINDS_SHOWN]))
    problem_table(report["problems"], key="set_aside")
    if report["set_aside"] > len(report["problems"]):
        aside(f"The first {len(report['problems']):,} of {report['set_aside']:,}; the file to take away has all.")


def reasons(problems: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The kinds of reasons with how often each was met, the most frequent first; values and numbers are left out."""
    met = Counter(f"{p['column']}: {_NAMED.sub('…', p['reason'])}" for p in problems)
    return met.most_common()


def _facts(report: Mapping[str, Any]) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader("Fields found", anchor=False)
        for source in report["sources"]:
            _fields(source, several=len(report["sources"]) > 1)
    with right:
        st.subheader("Also", anchor=False)
        money = ", ".join(f"{plain(c)} ({n:,})" for c, n in report["currencies"]) or "none was named"
        lines = [f"**Currencies:** {money}"]
        if report["queries"]:
            lines.append(f"**Query log:** {count(report['queries'], 'query', 'queries')} of your customers")
        for source in report["sources"]:
            if source["attributes"]:
                names = ", ".join(plain(name) for _, name in source["attributes"])
                lines.append(f"**Searchable besides:** {names}")
            if source["skipped"]:
                skipped = "; ".join(f"{plain(c)} ({plain(why)})" for c, why in source["skipped"])
                lines.append(f"**Left out:** {skipped}")
        st.markdown("\n\n".join(lines))


def _fields(source: Mapping[str, Any], *, several: bool) -> None:
    if several:
        st.markdown(f"**{plain(source['source'])}**, {count(source['read'], 'row')}")
    st.dataframe(
        pd.DataFrame(
            {
                "field": [LABELS.get(f["field"], f["field"]) for f in source["fields"]],
                "columns": [" + ".join(f["columns"]) or "made from the text" for f in source["fields"]],
                "how": [HOW.get(f["how"], f["how"]).partition(":")[0] for f in source["fields"]],
            }
        ),
        hide_index=True,
        height="content",
        key=f"fields_{source['source']}",
        alt=f"The fields found in {source['source']}",
        column_config={
            "field": st.column_config.TextColumn("Field", width=150),
            "columns": st.column_config.TextColumn("From the column", width=240),
            "how": st.column_config.TextColumn("Found", width=130),
        },
    )


def seconds_text(seconds: float) -> str:
    """How long something took: "0.4 s", "12 s", "3 min 20 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
