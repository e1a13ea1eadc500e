"""Two plans of one idea beside each other: what each finds and cuts, how good it is, what it took, what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ui.components.source import element

_sides = element("side_by_side")


@dataclass(frozen=True, slots=True)
class Plan:
    """One of the two. `facts` are (name, value) pairs; `better` names the facts in which it is the better one.

    `pictures` holds, for each product shown, its title and the addresses of its picture, tried in order; `shared` the
    terms and titles that the other one has too.
    """

    name: str
    facts: tuple[tuple[str, str], ...]
    better: tuple[str, ...]
    find: tuple[str, ...]
    cut: tuple[str, ...]
    pictures: tuple[tuple[str, tuple[str, ...]], ...]
    shared: tuple[str, ...] = ()
    note: str = ""


def side_by_side(plans: Sequence[Plan], common: str, *, key: str) -> int | None:
    """Draw both with what they have in common as a sentence; returns the place of the one that was chosen in this run,
    counted from 0."""
    data = {"plans": [asdict(plan) for plan in plans], "common": common}
    pick = _sides(key=key, data=data, on_pick_change=lambda: None).pick
    return int(pick) if isinstance(pick, int | float) and 0 <= pick < len(plans) else None
