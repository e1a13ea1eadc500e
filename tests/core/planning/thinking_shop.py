"""A small shop and a story of answers, for tests of what plans with a language model."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from core.events import Event

T = TypeVar("T")

TYPES = {
    "camping tent": "Outdoor > Camping > Tents",
    "camping lantern": "Outdoor > Camping > Lanterns",
    "camping sleeping bag": "Outdoor > Camping > Sleeping Bags",
    "camping stove": "Outdoor > Camping > Stoves",
    "wine glass": "Kitchen > Glasses",
    "office chair": "Home > Chairs",
    "dog bed": "Pets > Beds",
}


def write_shop(folder: Path) -> Path:
    """224 products as CSV, p001 to p224, four colours a model."""
    lines = ["id,title,category,price,stock,color,group_id"]
    for kind, path in TYPES.items():
        for model in "Alder Birch Cedar Doum Elm Fir Gorse Hazel".split():
            for colour in "red blue green grey".split():
                number = len(lines)
                stock = 0 if number % 9 == 0 else 5
                lines.append(f"p{number:03d},{model} {kind},{path},{10 + number},{stock},{colour},{kind}-{model}")
    source = folder / "shop.csv"
    source.write_text("\n".join(lines))
    return source


def answer(positive: Sequence[str], negative: Sequence[str] = (), **more: Any) -> str:
    """A strategy as a model writes it, a reason with every term; `evidence` goes with the positive ones."""
    cited = more.pop("evidence", [])
    return json.dumps(
        {
            "note": "read as outdoor things",
            "absent": "",
            "positiveSearch": [{"term": t, "reason": f"why {t}", "evidence": cited} for t in positive],
            "negativeSearch": [{"term": t, "reason": f"why not {t}", "evidence": []} for t in negative],
            **more,
        }
    )


def followed(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    """The result of long work and what it said."""
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events
