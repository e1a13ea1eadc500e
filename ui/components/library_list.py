"""Rows with pictures: saved selections, versions, runs. One components-v2 element, however many rows there are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ui.components.source import element

Tone = Literal["gray", "orange", "blue", "green", "red"]

_rows = element("library_list")


@dataclass(frozen=True, slots=True)
class Picture:
    """One small picture of a row; `sources` are addresses tried in order."""

    title: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A few words of a row, most often a number; with `act` they can be pressed to see what is behind them."""

    text: str
    act: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; every text is shown as it is and never read as markup.

    `acts` are its buttons as (act, label); with `quiet` all but the first are drawn lighter. `opens` is the act of a
    click anywhere else on it. `when` is the exact time behind the words of `who`.
    """

    id: str
    name: str
    badges: tuple[tuple[str, Tone], ...] = ()
    pictures: tuple[Picture, ...] = ()
    facts: tuple[Fact, ...] = ()
    note: str = ""
    who: str = ""
    when: str = ""
    acts: tuple[tuple[str, str], ...] = ()
    quiet: bool = False
    opens: str = ""

    @property
    def label(self) -> str:
        """What a screen reader says of the row."""
        parts = (self.name, *(name for name, _tone in self.badges), *(fact.text for fact in self.facts), self.who)
        return ", ".join(part for part in parts if part)

    @property
    def can(self) -> tuple[str, ...]:
        """Every act that the row offers."""
        return tuple(dict.fromkeys((*(act for act, _label in self.acts), *((self.opens,) if self.opens else ()))))


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key that does something to the row in focus, as it is printed above the rows."""

    key: str
    act: str
    does: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was pressed on a row."""

    id: str
    act: str


def library_list(
    rows: Sequence[Row],
    *,
    key: str,
    label: str,
    pictured: bool = True,
    keys: Sequence[Shortcut] = (),
) -> Asked | None:
    """Draw the rows; returns what was pressed in this run."""
    body = {
        "items": [_wire(row) for row in rows],
        "label": label,
        "pictured": pictured,
        "keys": [{**asdict(one), "shown": one.shown or one.key} for one in keys],
    }
    drawn = hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=12).hexdigest()
    return asked_of(_rows(key=key, data={**body, "drawn": drawn}, on_act_change=lambda: None).act)


def _wire(row: Row) -> dict[str, Any]:
    # By hand: `asdict` copies every picture of every row, which is most of what a rerun of a long list would do.
    return {
        "id": row.id,
        "name": row.name,
        "badges": row.badges,
        "pictures": [{"title": one.title, "sources": one.sources} for one in row.pictures],
        "facts": [{"text": one.text, "act": one.act} for one in row.facts],
        "note": row.note,
        "who": row.who,
        "when": row.when,
        "acts": row.acts,
        "quiet": row.quiet,
        "opens": row.opens,
        "label": row.label,
        "can": row.can,
    }


def asked_of(raw: Any) -> Asked | None:
    """What the browser sent, if it can be a press on a row; the row may have left the list since it was pressed."""
    if not isinstance(raw, Mapping):
        return None
    name, act = raw.get("id"), raw.get("act")
    if not all(isinstance(text, str) and 0 < len(text) <= 64 for text in (name, act)):
        return None
    return Asked(str(name), str(act))
