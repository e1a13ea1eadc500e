"""The grid of product cards: one components-v2 element, since sixty cards of native ones redraw in half a second."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ui.components.source import element

_grid = element("product_grid", queue=True)


@dataclass(frozen=True, slots=True)
class Card:
    """One card as the browser draws it; every text is shown as it is and never read as markup.

    `rank` 0 is of a product that is not in the list. `pictures` are addresses tried in order. `flag` is a short warning
    such as "Out of stock", `note` why a product is where it is. `variants` counts the other products of its family.
    `learned` is the sentence that says why live learning put it here, `like` are the addresses of the picture of the
    judged product that it names, `like_kept` that one's verdict and `shares` what the two have in common; `was` is its
    place in the list where that is another one, and `up` whether it rose (1), fell (-1) or neither.
    `tier` (Good, Mid, Bad, or "" where nobody judged) colours the mark that `level` (the grade, 0 where there is none)
    fills, `grade` words and `judged` explains.
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
    note: str = ""
    variants: int = 0
    tier: str = ""
    level: int = 0
    grade: str = ""
    judged: str = ""
    learned: str = ""
    like: tuple[str, ...] = ()
    like_kept: bool = False
    shares: str = ""
    was: int = 0
    up: int = 0
    pinned: bool = False
    pictures: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a screen reader says of the card."""
        rank = f"{self.rank}" if self.rank else ""
        judged = f"judged {self.grade}" if self.grade else ""
        by_hand = "added by hand" if self.pinned else ""
        parts = (rank, self.title, self.price, judged, self.flag, self.note, by_hand, self.learned)
        return ", ".join(p for p in parts if p)


_FIELDS = (*(field.name for field in fields(Card)), "label")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a card in this run: why it is there, or which variants it stands for."""

    product_id: str
    what: str


def product_grid(
    cards: Sequence[Card],
    *,
    key: str,
    selection: str,
    verdicts: Mapping[str, str],
    reasons: Mapping[str, Sequence[str]],
    statements: Mapping[str, str],
    chips: Sequence[tuple[str, str]],
    remark: str,
    acks: Mapping[str, int],
    on_events: Callable[[], None],
) -> Asked | None:
    """Draw the cards; returns what was asked of one of them in this run.

    `on_events` is called before the rerun, when `st.session_state[key].events` holds the browser's queue of verdicts;
    `acks` says how far each client's queue has been stored. `selection` names the list that the verdicts belong to.
    `chips` are the (code, label) of the reasons offered on a dropped card, `reasons` the codes that stand, `statements`
    what was said beside a verdict of others like it. `remark` stands beside the keys.
    """
    # Not `asdict`, which copies everything deeply: a third of what the grid costs.
    items = [{name: getattr(card, name) for name in _FIELDS} for card in cards]
    drawn = hashlib.blake2b(json.dumps([items, list(chips)], sort_keys=True).encode(), digest_size=12).hexdigest()
    data: dict[str, Any] = {
        "items": items,
        "drawn": drawn,
        "label": f"{len(cards)} products",
        "remark": remark,
        "selection": selection,
        "verdicts": {card.id: verdicts[card.id] for card in cards if card.id in verdicts},
        "reasons": {card.id: list(reasons[card.id]) for card in cards if card.id in reasons},
        "statements": {card.id: statements[card.id] for card in cards if card.id in statements},
        "chips": [list(chip) for chip in chips],
        "acks": dict(acks),
    }
    result = _grid(
        key=key,
        data=data,
        on_events_change=on_events,
        on_why_change=lambda: None,
        on_variants_change=lambda: None,
    )
    for what in ("why", "variants"):
        product_id = getattr(result, what)
        if isinstance(product_id, str):
            return Asked(product_id, what)
    return None
