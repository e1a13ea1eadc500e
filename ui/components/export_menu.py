"""The menu that hands a selection out as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

Format = Literal["csv", "xlsx", "json", "parquet"]

_FORMATS: tuple[tuple[Format, str, str, str], ...] = (
    ("csv", "CSV", "text/csv", "For most systems; cells that a spreadsheet would run as formulas are made harmless."),
    (
        "xlsx",
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "A workbook with typed columns.",
    ),
    ("json", "JSON", "application/json", "With strategy, funnel and each product's path."),
    ("parquet", "Parquet", "application/vnd.apache.parquet", "For data people."),
)


def export_menu(make: Callable[[Format], bytes], *, name: str, key: str, disabled: bool = False) -> None:
    """Draw the menu; `make` is called only when a format is pressed, and the page is not drawn again for it."""
    with st.popover("Export", icon=":material/download:", key=key, disabled=disabled):
        export_buttons(make, name=name, key=key)


def export_buttons(make: Callable[[Format], bytes], *, name: str, key: str) -> None:
    """Draw a button for each format; `make` is called only when one is pressed."""
    for form, label, mime, text in _FORMATS:
        st.download_button(
            label,
            data=partial(make, form),
            file_name=f"{name}.{form}",
            mime=mime,
            key=f"{key}_{form}",
            on_click="ignore",
            help=text,
            width="stretch",
            icon=":material/download:",
        )
