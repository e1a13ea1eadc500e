"""The row of figures above the list; a figure with products behind it is a button that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ui.components.source import element

_figures = element("figures")


Tone = Literal["", "Good", "Mid", "Bad"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `opens` says that products stand behind it; `active` that they are the ones on screen now.

    Neighbours of the same `group` stand in one box; `tone` gives a figure the mark of a tier.
    """

    id: str
    name: str
    value: str
    note: str = ""
    help: str = ""
    opens: bool = True
    active: bool = False
    group: str = ""
    tone: Tone = ""


def figures(items: Sequence[Figure], *, key: str) -> str | None:
    """Draw the row; returns the id of the figure that was pressed in this run."""
    pick = _figures(key=key, data={"items": [asdict(item) for item in items]}, on_pick_change=lambda: None).pick
    return pick if isinstance(pick, str) else None
