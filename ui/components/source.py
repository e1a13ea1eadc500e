"""The files of a components-v2 element, read from beside its Python module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def element(name: str, *, queue: bool = False) -> Any:
    """Register the element of `name.html`, `name.css` and `name.js`; with `queue` it can send numbered events.

    An inline script cannot import a file, so what they share (`parts.js`, `queue.js`) is put before them.
    """
    shared = ["parts.js", "queue.js"] if queue else ["parts.js"]
    script = "\n".join(map(_read, [*shared, f"{name}.js"]))
    return st.components.v2.component(
        f"shelfcraft_{name}",
        html=_read(f"{name}.html"),
        css=_read(f"{name}.css"),
        js=script,
    )


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
