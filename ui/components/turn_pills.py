"""The turns of the planner, and the operator's own version of them where the terms were edited."""

from __future__ import annotations

from core.domain import Turn
from ui.components.source import element
from ui.state import Desk

_pills = element("turn_pills")


def turn_pills(desk: Desk, *, key: str) -> int | None:
    """Draw the turns with what the one laid out says of itself; returns the number of the turn pressed in this run."""
    if not desk.turns:
        return None
    best = max(desk.turns, key=lambda turn: (turn.reward.total, -turn.number))
    turns = [{"number": t.number, "label": _label(t, best), "pressed": t.number == desk.turn} for t in desk.turns]
    if desk.turn is None:
        turns.append({"number": 0, "label": "Your version", "pressed": True})
    shown = next((turn for turn in desk.turns if turn.number == desk.turn), None)
    data = {"turns": turns, "note": "" if shown is None else shown.note}
    picked = _pills(key=key, data=data, on_pick_change=lambda: None).pick
    return int(picked) if isinstance(picked, int | float) and picked else None


def _label(turn: Turn, best: Turn) -> str:
    star = "★ " if turn is best else ""
    return f"{star}Turn {turn.number} · {turn.preview.count:,} found · {turn.reward.total:.1f}"
