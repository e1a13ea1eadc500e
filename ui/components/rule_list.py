"""The rules of relevance as rows: a switch, what each says, how good it lets a product be, and what it speaks of."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ui.components.source import element

Act = Literal["on", "off", "edit", "remove", "look"]
ACTS: tuple[Act, ...] = ("on", "off", "edit", "remove", "look")

_rules = element("rule_list")
_SLOT = re.compile(r"\{(asked|found)\}")
_MOST_LOCK = 2**53


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule; every text is shown as it is and never read as markup.

    `sentence` is a template with {asked} and {found}, `example` what it says of a product of the tried query; `best` is
    the best grade that the rule allows and `best_name` its name. `scope` says in words what it looks at, `who` who
    changed it last. `spoke` counts the products of the tried query that it speaks of, None where no query is tried:
    then `out` tells what it did in lists. `pictures` are the first of them, each a title and addresses tried in order.
    `seen` is the number of the change that is shown, None where nobody changed it.
    """

    id: str
    name: str
    sentence: str
    best: int
    best_name: str
    on: bool
    own: bool = False
    example: str = ""
    scope: str = ""
    who: str = ""
    when: str = ""
    spoke: int | None = None
    out: str = ""
    pictures: tuple[tuple[str, tuple[str, ...]], ...] = ()
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rows under one heading."""

    name: str
    note: str
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed on a rule, and the number of the change that the operator saw."""

    rule_id: str
    act: Act
    seen: int | None


def rule_list(groups: Sequence[RuleGroup], *, key: str, looked_at: int, drawing: int) -> Pressed | None:
    """Draw the rules; returns what was pressed in this run.

    `looked_at` is how many products the tried query found. `drawing` differs whenever a press was handled, so that a
    switch whose press was refused goes back.
    """
    body: dict[str, Any] = {
        "groups": [
            {"name": group.name, "note": group.note, "rows": [_wire(row) for row in group.rows]} for group in groups
        ],
        "looked_at": looked_at,
        "drawing": drawing,
    }
    drawn = hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=12).hexdigest()
    return pressed_of(_rules(key=key, data={**body, "drawn": drawn}, on_act_change=lambda: None).act)


def told(sentence: str) -> str:
    """A template as it reads before a query is tried: dots stand for the query's and the product's words."""
    return _SLOT.sub("…", sentence).replace("{{", "{").replace("}}", "}")


def pressed_of(raw: Any) -> Pressed | None:
    """What the browser sent, if it can be a press on a rule; the rule may be gone since it was drawn."""
    if not isinstance(raw, Mapping):
        return None
    name, act, seen = raw.get("id"), raw.get("act"), raw.get("seen")
    if not isinstance(name, str) or not 0 < len(name) <= 64 or act not in ACTS:
        return None
    if seen is not None and not (isinstance(seen, int | float) and 0 < seen < _MOST_LOCK):
        return None
    return Pressed(name, act, None if seen is None else int(seen))


def _wire(row: RuleRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "sentence": row.example if row.example else told(row.sentence),
        "best": row.best,
        "best_name": row.best_name,
        "on": row.on,
        "own": row.own,
        "scope": row.scope,
        "who": row.who,
        "when": row.when,
        "spoke": row.spoke,
        "out": row.out,
        "pictures": [{"title": title, "sources": sources} for title, sources in row.pictures],
        "seen": row.seen,
    }
