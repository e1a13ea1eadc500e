"""Where a file is dropped: what can be read, what has to be in it, and the files that were dropped before."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.pipeline import Upload
from ui.components.catalogue_aside import aside
from ui.text import plain

TEACHING = (
    ("Any export will do", "CSV, TSV, JSON, JSONL, .xlsx or Parquet, packed with gzip or not, in any language."),
    ("Only a title must be there", "Ids, categories, prices, stock, brands and pictures are found by themselves."),
    ("Nothing changes yet", "First you see how the file is read. The catalogue in use stays until a build is whole."),
)
EXAMPLE = """id,title,category,brand,price,stock,color,group_id,image
1001-R,Alder camp mug,Kitchen > Mugs,Northside,9.90,42,red,1001,https://example.com/1001-r.jpg
1001-B,Alder camp mug,Kitchen > Mugs,Northside,9.90,17,blue,1001,https://example.com/1001-b.jpg
1002,Birch lantern,Outdoor > Camping > Lanterns,Northside,24.50,0,,,
1003,Dome tent for four,Outdoor > Camping > Tents,Tarnfell,189.00,6,green,,
"""
"""What an export can look like; the two mugs share a variant group and so a card."""
LARGER = (
    "A file of more than 300 MB is refused by the browser: pack it with gzip (.csv.gz), or put it on the server and "
    "build it there with `python -m core catalogue build --source FILE`."
)


def drop_zone(key: str, *, on_drop: Callable[[], None], first: bool) -> None:
    """Draw the uploader; `first` adds what a newcomer must know."""
    st.file_uploader(
        "Drop the products of your shop here: CSV, TSV, JSON, JSONL, .xlsx or Parquet, up to 300 MB",
        key=key,
        on_change=on_drop,
        max_upload_size=300,
    )
    aside(LARGER)
    if first:
        with st.grid(3, min_column_width=240, gap="small"):
            for head, text in TEACHING:
                with st.container():
                    st.markdown(f"**{head}.** {text}")
        with st.expander("What an export can look like", icon=":material/table:"):
            st.dataframe(
                pd.read_csv(io.StringIO(EXAMPLE), dtype=str, keep_default_na=False),
                hide_index=True,
                key="example_rows",
                alt="Four products as an example of an export",
            )
            st.download_button(
                "Take this example as CSV",
                EXAMPLE,
                file_name="example.csv",
                mime="text/csv",
                key="example_file",
                icon=":material/download:",
                on_click="ignore",
            )


def demo_hint(*, on_bring: Callable[[], None]) -> None:
    """Tell that these are made-up products, and the way to one's own."""
    with st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="demo_hint"
    ):
        st.markdown("This is the demo: made-up products, to try things out. Bring the export of your own shop.")
        st.button("Bring a file", key="bring_own", icon=":material/upload_file:", on_click=on_bring)


def dropped_before(uploads: Sequence[Upload], *, on_take: Callable[[str], None]) -> None:
    """Draw the files that are still kept, so that none has to be found and dropped again."""
    if not uploads:
        return
    st.subheader("Dropped before", anchor=False)
    newest: dict[tuple[str, int], Upload] = {}
    for upload in uploads:
        newest.setdefault((upload.name, upload.size), upload)
    for upload in list(newest.values())[:6]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"kept_{upload.upload_id}"):
            st.button(
                "Take up again",
                key=f"take_{upload.upload_id}",
                icon=":material/history:",
                on_click=partial(on_take, upload.upload_id),
                help=f"Take up {plain(upload.name)} again, with what was chosen for it",
            )
            st.markdown(f"**{plain(upload.name)}** · {file_size(upload.size)} · {upload.at:%d %b, %H:%M} UTC")
    aside("Files are kept for a week.")


def file_size(size: int) -> str:
    """Bytes as a person says them: "812 kB", "1.2 GB"."""
    amount, unit = float(size), "bytes"
    for unit in ("bytes", "kB", "MB", "GB"):  # noqa: B007  the unit that it ends with is meant
        if amount < 1_000 or unit == "GB":
            break
        amount /= 1_000
    return f"{size:,} bytes" if unit == "bytes" else f"{amount:.1f} {unit}" if amount < 10 else f"{amount:,.0f} {unit}"
