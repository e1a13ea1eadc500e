"""Products with a sentence each, in a drawer: one components-v2 element, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.components.source import element

_cards = element("spoken_cards")


@dataclass(frozen=True, slots=True)
class SpokenCard:
    """One product; every text is shown as it is. `place` is where it stands in the search, counted from 1;
    `kind` takes the place of a picture that does not come."""

    title: str
    sentence: str
    place: int
    price: str = ""
    kind: str = ""
    pictures: tuple[str, ...] = ()


def spoken_cards(cards: Sequence[SpokenCard], *, key: str, label: str) -> None:
    """Draw the cards in their order."""
    _cards(key=key, data={"items": [asdict(card) for card in cards], "label": label})
