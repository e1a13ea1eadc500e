"""The grid of product cards: one components-v2 element, since sixty cards of native ones redraw in half a second."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent

_grid = st.components.v2.component(
    "shelfcraft_product_grid",
    html=(_HERE / "product_grid.html").read_text(encoding="utf-8"),
    css=(_HERE / "product_grid.css").read_text(encoding="utf-8"),
    js=(_HERE / "product_grid.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One card as the browser draws it; every text is shown as it is and never read as markup.

    `pictures` are addresses tried in order. `flag` is a short warning such as "Out of stock".
    `variants` counts the other products of its family.
    """

    id: str
    rank: int
    title: str
    brand: str = ""
    category: str = ""
    price: str = ""
    rating: str = ""
    rating_note: str = ""
    terms: tuple[str, ...] = ()
    why: str = ""
    flag: str = ""
    variants: int = 0
    pinned: bool = False
    pictures: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a screen reader says of the card."""
        parts = (f"{self.rank}", self.title, self.price, self.flag, "added by hand" if self.pinned else "")
        return ", ".join(p for p in parts if p)


def product_grid(
    cards: Sequence[Card],
    *,
    key: str,
    selection: str,
    verdicts: Mapping[str, str],
    acks: Mapping[str, int],
    on_events: Callable[[], None],
) -> str | None:
    """Draw the cards; returns the id of the product whose "why" was asked for in this run.

    `on_events` is called before the rerun, when `st.session_state[key].events` holds the browser's queue of verdicts;
    `acks` says how far each client's queue has been stored. `selection` names the list that the verdicts belong to.
    """
    items = [{**asdict(card), "label": card.label} for card in cards]
    drawn = hashlib.blake2b(json.dumps(items, sort_keys=True).encode(), digest_size=12).hexdigest()
    data: dict[str, Any] = {
        "items": items,
        "drawn": drawn,
        "label": f"{len(cards)} products",
        "selection": selection,
        "verdicts": {card.id: verdicts[card.id] for card in cards if card.id in verdicts},
        "acks": dict(acks),
    }
    result = _grid(key=key, data=data, on_events_change=on_events, on_why_change=lambda: None)
    why = result.why
    return why if isinstance(why, str) else None
