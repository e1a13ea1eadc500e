"""Cards that are pictures first and words after, each one button: themes to try, lists to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.components.source import element

_cards = element("picture_cards")


@dataclass(frozen=True, slots=True)
class PictureCard:
    """One card; `pictures` holds for each of up to four pictures its addresses, tried in order."""

    id: str
    name: str
    text: str
    pictures: tuple[tuple[str, ...], ...] = ()


def picture_cards(items: Sequence[PictureCard], *, label: str, key: str) -> str | None:
    """Draw the cards; returns the id of the one that was pressed in this run."""
    data = {"items": [asdict(item) for item in items], "label": label}
    pick = _cards(key=key, data=data, on_pick_change=lambda: None).pick
    return pick if isinstance(pick, str) else None
