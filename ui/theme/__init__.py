"""The colours that figures share with the screens; the screens' own stand in .streamlit/config.toml."""

from __future__ import annotations

from dataclasses import dataclass

ACCENT = "#3a6ddb"
"""Legible with white text on it, and against the light and the dark page."""
INK = {"light": "#1b2230", "dark": "#e9ecf2"}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of charts: blue for what is in the list, orange for what is out, which colour-blind eyes tell apart
    too (and what is out is hatched besides). The soft ones are for the lesser half of a bar."""

    ink: str
    quiet: str
    grid: str
    band: str
    page: str
    listed: str
    listed_soft: str
    removed: str
    removed_soft: str
    third: str


_CHARTS = {
    "light": Palette(
        ink=INK["light"],
        quiet="#4a5364",
        grid="rgba(27, 34, 48, 0.10)",
        band="rgba(31, 91, 208, 0.07)",
        page="#ffffff",
        listed="#1f5bd0",
        listed_soft="#a9c3f3",
        removed="#b86200",
        removed_soft="#f3cd9c",
        third="#7447b8",
    ),
    "dark": Palette(
        ink=INK["dark"],
        quiet="#aab3c2",
        grid="rgba(233, 236, 242, 0.13)",
        band="rgba(127, 168, 255, 0.12)",
        page="#12151c",
        listed="#7fa8ff",
        listed_soft="#33518f",
        removed="#f0a04b",
        removed_soft="#7a5323",
        third="#b394f0",
    ),
}


def palette(theme: str | None) -> Palette:
    """The colours of charts on a light or a dark page; light where nobody knows."""
    return _CHARTS["dark" if theme == "dark" else "light"]
