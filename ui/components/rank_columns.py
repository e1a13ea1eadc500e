"""Rankings of one query beside each other: a column a way of searching, a small picture card a product.

One components-v2 element, since a hundred native cards redraw in a second.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain import GRADE_NAMES, tier_of
from ui.components.source import element

_columns = element("rank_columns")


@dataclass(frozen=True, slots=True)
class Hit:
    """One product of a ranking, by its place. `grade` 0 where nobody graded it; `sure` is that grade's probability.

    `flag` names the rule that spoke, "" where none did. `move` is by how many places it stands higher than in the
    column that is compared with (negative: lower), None where that one does not hold it; `only` says that no other
    column does.
    """

    id: str
    rank: int
    grade: int = 0
    sure: float | None = None
    flag: str = ""
    move: int | None = 0
    only: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One way of searching. `about` says in a few words how it ranks, `time` what it took; `note` stands where its
    products would, if there are none."""

    id: str
    name: str
    about: str
    time: str = ""
    note: str = ""
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A product as its cards show it; `pictures` are addresses tried in order."""

    title: str
    price: str = ""
    place: str = ""
    pictures: tuple[str, ...] = ()


def with_moves(columns: Sequence[Column], against: str) -> tuple[Column, ...]:
    """The columns with every hit's `move` and `only` filled in; in the column `against` itself nothing moved."""
    base = next((column for column in columns if column.id == against), None)
    places = {} if base is None else {hit.id: hit.rank for hit in base.hits}
    held = Counter(name for column in columns for name in {hit.id for hit in column.hits})
    several = sum(1 for column in columns if column.hits) > 1
    made = []
    for column in columns:
        hits = []
        for hit in column.hits:
            before = hit.rank if base is None or column is base else places.get(hit.id)
            move = None if before is None else before - hit.rank
            only = several and held[hit.id] == 1
            hits.append(Hit(hit.id, hit.rank, hit.grade, hit.sure, hit.flag, move, only))
        made.append(Column(column.id, column.name, column.about, column.time, column.note, tuple(hits)))
    return tuple(made)


def rank_columns(
    columns: Sequence[Column], shown: Mapping[str, Shown], *, key: str, against: str = "", label: str
) -> str | None:
    """Draw the columns; returns the id of the product that was asked about in this run.

    `shown` holds each product of any column; `against` is the id of the column that moves are counted from.
    """
    named = {column.id: column.name for column in columns}
    body: dict[str, Any] = {
        "columns": [_wire(column, shown, named.get(against, "")) for column in columns],
        "products": {
            name: {"title": one.title, "price": one.price, "place": one.place, "pictures": one.pictures}
            for name, one in shown.items()
        },
        "against": against,
        "label": label,
    }
    drawn = hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=12).hexdigest()
    asked = _columns(key=key, data={**body, "drawn": drawn}, on_why_change=lambda: None).why
    return asked if isinstance(asked, str) and asked in shown else None


def tallies(column: Column) -> dict[str, int]:
    """How many hits of a column are Good, Mid and Bad; products without a grade count in none."""
    found = Counter(tier_of(hit.grade) for hit in column.hits if hit.grade)  # type: ignore[arg-type]
    return {tier: found[tier] for tier in ("Good", "Mid", "Bad")}


def _wire(column: Column, shown: Mapping[str, Shown], against: str) -> dict[str, Any]:
    return {
        "id": column.id,
        "name": column.name,
        "about": column.about,
        "time": column.time,
        "note": column.note,
        "tiers": tallies(column),
        "only": sum(hit.only for hit in column.hits),
        "flagged": sum(bool(hit.flag) for hit in column.hits),
        "hits": [
            {
                "id": hit.id,
                "rank": hit.rank,
                "grade": hit.grade,
                "tier": tier_of(hit.grade) if hit.grade else "",  # type: ignore[arg-type]
                "name": GRADE_NAMES.get(hit.grade, ""),
                "sure": "" if hit.sure is None else f"{hit.sure:.0%}",
                "flag": hit.flag,
                "move": hit.move,
                "only": hit.only,
                "label": _spoken(hit, shown[hit.id], against),
            }
            for hit in column.hits
            if hit.id in shown
        ],
    }


def _spoken(hit: Hit, product: Shown, against: str) -> str:
    """What a screen reader says of a card."""
    moved = ""
    if against and hit.move is None:
        moved = f"not in {against}"
    elif against and hit.move:
        moved = f"{abs(hit.move)} {'higher' if hit.move > 0 else 'lower'} than in {against}"
    graded = f"{hit.grade} {GRADE_NAMES[hit.grade]}" if hit.grade else "not graded"
    parts = (str(hit.rank), product.title, product.price, graded, hit.flag, moved, "only here" if hit.only else "")
    return ", ".join(part for part in parts if part)
