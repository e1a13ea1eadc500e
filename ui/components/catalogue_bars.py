"""A list of counts as bars; each bar is a button that shows the products behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from ui.components.source import element

_bars = element("catalogue_bars")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `text` stands at its end, `title` is the whole of a name cut short; a count of 0 opens nothing."""

    id: str
    name: str
    count: int
    text: str
    title: str = ""


def bars(
    items: Sequence[Bar], *, label: str, key: str, whole: int = 0, tone: Literal["count", "lack"] = "count"
) -> str | None:
    """Draw the bars; returns the id of the one that was pressed in this run.

    `whole` is the count of a bar of full width, 0 for the largest of these; `tone` "lack" is the colour of a warning.
    """
    data = {"items": [asdict(item) for item in items], "label": label, "whole": whole, "tone": tone}
    pick = _bars(key=key, data=data, on_pick_change=lambda: None).pick
    return pick if isinstance(pick, str) else None
