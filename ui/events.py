"""What the browser's components send: append-only queues of numbered events, checked field by field.

A component sends its whole queue until each event is acknowledged; the pair of client and number names an event for
ever, so that the same one twice changes nothing (`research/ui.md`, the verdict race).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

Sign = Literal[1, -1]
TermOp = Literal["add", "remove", "rename", "use", "weight"]
Statement = Literal["more_like", "none_of"]
"""What an operator may say beside a verdict: more like this one, none like this one."""

_OPS: tuple[TermOp, ...] = ("add", "remove", "rename", "use", "weight")
_MOST_REASONS = 10
_STATEMENTS: Mapping[str, Statement] = {"more_like": "more_like", "none_of": "none_of"}


class Numbered(Protocol):
    """An event of a queue."""

    @property
    def client(self) -> str:
        """The queue that it belongs to."""

    @property
    def number(self) -> int:
        """Its place in that queue, from 1."""


E = TypeVar("E", bound=Numbered)


@dataclass(frozen=True, slots=True)
class GridEvent:
    """One verdict: `number` counts within `client`; `reasons` are the codes of a rejection.

    `statement` is what was said beside it of others like it, None where it is of this product alone.
    """

    client: str
    number: int
    selection_id: str
    product_id: str
    verdict: Literal["accept", "reject", "clear"]
    rank: int | None = None
    reasons: tuple[str, ...] = ()
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class TermEvent:
    """One edit of a term: `text` is the new wording of a `rename`, `value` the new weight or 1 and 0 for `use`."""

    client: str
    number: int
    selection_id: str
    op: TermOp
    sign: Sign
    term: str
    text: str = ""
    value: float = 0.0


def read_verdicts(raw: object) -> tuple[GridEvent, ...]:
    """The verdicts that a grid sent; whatever is not one is left out."""
    events: list[GridEvent] = []
    for item in _items(raw):
        named = _name(item)
        product, verdict, rank = item.get("id"), item.get("v"), item.get("rank")
        if named is None or not _text(product, 400) or verdict not in ("accept", "reject", "clear"):
            continue
        place = int(rank) if isinstance(rank, int | float) and 0 < rank < 1e6 else None
        given = item.get("r")
        reasons = tuple(r for r in given if _text(r, 40))[:_MOST_REASONS] if isinstance(given, list) else ()
        said = _STATEMENTS.get(str(item.get("m")))
        events.append(GridEvent(*named, str(product), verdict, place, reasons, said))
    return tuple(events)


def read_edits(raw: object) -> tuple[TermEvent, ...]:
    """The edits that a term editor sent; whatever is not one is left out."""
    events: list[TermEvent] = []
    for item in _items(raw):
        named = _name(item)
        op, sign, term, text, value = (item.get(name) for name in ("op", "sign", "term", "text", "value"))
        if named is None or op not in _OPS or sign not in (1, -1) or not _text(term, 400):
            continue
        number = float(value) if isinstance(value, int | float) and value == value and abs(value) < 1e6 else 0.0
        events.append(
            TermEvent(*named, op, 1 if sign == 1 else -1, str(term), text if isinstance(text, str) else "", number)
        )
    return tuple(events)


def _items(raw: object) -> list[Mapping[str, Any]]:
    return [item for item in raw if isinstance(item, Mapping)] if isinstance(raw, list) else []


def _text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _name(item: Mapping[str, Any]) -> tuple[str, int, str] | None:
    client, number, selection = item.get("c"), item.get("n"), item.get("s")
    if not (isinstance(client, str) and 8 <= len(client) <= 64 and client.isalnum()):
        return None
    if not isinstance(number, int | float) or not 0 < number < 2**53 or number != int(number):
        return None
    if not _text(selection, 400):
        return None
    return client, int(number), str(selection)


def fresh(events: Iterable[E], acks: Mapping[str, int]) -> tuple[E, ...]:
    """Events that were not stored yet, each once, every client's in the order in which they were made."""
    seen: dict[tuple[str, int], E] = {}
    for event in events:
        if event.number > acks.get(event.client, 0):
            seen.setdefault((event.client, event.number), event)
    return tuple(sorted(seen.values(), key=lambda event: event.number))


def acknowledged(acks: Mapping[str, int], event: Numbered) -> dict[str, int]:
    """The acknowledgements once `event` has been stored."""
    return {**acks, event.client: max(event.number, acks.get(event.client, 0))}
