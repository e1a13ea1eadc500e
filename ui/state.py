"""Every session-state key and query parameter, and the pure functions that change what lies on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, TypeVar

from core.domain import Filters, Intent, Preview, Reward, Selection, Strategy, TermReason, Turn

T = TypeVar("T")
Sign = Literal[1, -1]
PAGE_SIZE = 60
MAX_WEIGHT = 3.0


class Key(StrEnum):
    """Keys of `st.session_state`; widgets have theirs here too, so that none is named twice."""

    DESK = "desk"
    ASKED = "asked"
    TASK = "task"
    ERROR = "error"
    LOG = "log"
    PENDING = "pending_widgets"
    UNDO = "undo_stack"
    UNSAVED = "unsaved_reason"
    ACKS = "acks"
    THEME = "theme_input"
    TURN = "turn"
    VIEW = "view"
    GRID = "grid"
    STRATEGY = "strategy_open"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"
    CATEGORY = "category"
    IN_STOCK = "in_stock"
    FIND = "find_query"
    REASON = "reject_reason"
    NOTE = "reject_note"


class Param(StrEnum):
    """Query parameters: ids only, never state."""

    SELECTION = "selection"


class Task(StrEnum):
    """What the studio has been asked to do and has not yet finished."""

    PLAN = "plan"
    SELECT = "select"


@dataclass(frozen=True, slots=True)
class TermRow:
    """One line of a term editor. `finds` and `alone` are a positive's matches and exclusive matches, a negative's cuts
    and cuts alone; None until previewed. `use` False keeps the term at hand without using it.
    """

    term: str
    sign: Sign
    use: bool = True
    weight: float = 1.0
    finds: int | None = None
    alone: int | None = None
    why: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operator has in front of them. `generation` counts the drawings of the editors: a new one drops their
    edits, which by then are in `rows`. `turn` is the number of the turn shown, None once its terms were edited.
    """

    intent: Intent
    turns: tuple[Turn, ...] = ()
    turn: int | None = None
    rows: tuple[TermRow, ...] = ()
    filters: Filters = Filters()
    preview: Preview | None = None
    reward: Reward | None = None
    selection: Selection | None = None
    selection_id: str | None = None
    version: int | None = None
    pinned: tuple[str, ...] = ()
    generation: int = 0

    def side(self, sign: Sign) -> tuple[TermRow, ...]:
        """The rows of one editor in their order."""
        return tuple(row for row in self.rows if row.sign == sign)


@dataclass(frozen=True, slots=True)
class GridEvent:
    """One verdict from the browser: `number` counts within `client`, so the pair names it for ever."""

    client: str
    number: int
    selection_id: str
    product_id: str
    verdict: Literal["accept", "reject", "clear"]
    rank: int | None = None

    @property
    def event_id(self) -> str:
        """The name under which it is stored; storing the same one again changes nothing."""
        return f"{self.client}-{self.number}"


def rows_of(
    strategy: Strategy, *, preview: Preview | None, reasons: Iterable[TermReason] = (), parked: Iterable[TermRow] = ()
) -> tuple[TermRow, ...]:
    """Rows for the terms of a strategy with what the preview counted, then the parked rows that it does not use."""
    positives = {s.term: s for s in preview.positives} if preview is not None else {}
    negatives = {s.term: s for s in preview.negatives} if preview is not None else {}
    why: dict[tuple[str, int], str] = {(r.term, r.sign): reason_text(r) for r in reasons}
    rows: list[TermRow] = []
    for term in strategy.positive:
        found = positives.get(term)
        counts = (None, None) if found is None else (found.matches, found.exclusive)
        rows.append(TermRow(term, 1, True, strategy.weight(term), counts[0], counts[1], why.get((term, 1), "")))
    for term in strategy.negative:
        cut = negatives.get(term)
        counts = (None, None) if cut is None else (cut.removed, cut.removed_alone)
        rows.append(TermRow(term, -1, True, 1.0, counts[0], counts[1], why.get((term, -1), "")))
    used = {(row.term, row.sign) for row in rows}
    rows.extend(replace(row, use=False, finds=None, alone=None) for row in parked if (row.term, row.sign) not in used)
    return tuple(rows)


def reason_text(reason: TermReason) -> str:
    """A term's reason with its evidence, as one line."""
    return " · ".join([reason.reason, *reason.evidence]) if reason.evidence else reason.reason


def edited(rows: Sequence[TermRow], edits: Mapping[str, Any] | None, *, sign: Sign) -> tuple[TermRow, ...]:
    """One editor's rows after the operator's edits, in the form in which a data editor keeps them.

    A row whose term was emptied leaves; one whose term was changed is the operator's own and no longer counted.
    """
    changes: Mapping[Any, Any] = (edits or {}).get("edited_rows") or {}
    out: list[TermRow] = []
    for at, row in enumerate(rows):
        change = changes.get(at, changes.get(str(at), {}))
        new = _changed(row, change)
        if new is not None:
            out.append(new)
    for added in (edits or {}).get("added_rows") or []:
        new = _changed(TermRow("", sign, mine=True, why="yours"), added)
        if new is not None:
            out.append(new)
    unique: dict[str, TermRow] = {}
    for row in out:
        unique.setdefault(row.term.casefold(), row)
    return tuple(unique.values())


def _changed(row: TermRow, change: Mapping[str, Any]) -> TermRow | None:
    term = " ".join(str(change["term"] or "").split()) if "term" in change else row.term
    if not term:
        return None
    if term != row.term:
        row = replace(row, term=term, finds=None, alone=None, why="yours", mine=True)
    if change.get("use") is not None:
        row = replace(row, use=bool(change["use"]))
    weight = change.get("weight")
    if isinstance(weight, int | float) and not isinstance(weight, bool):
        row = replace(row, weight=min(max(float(weight), 0.0), MAX_WEIGHT))
    return row


def strategy_of(rows: Iterable[TermRow], filters: Filters) -> Strategy:
    """The strategy that the ticked rows make; raises `StrategyInvalid` where the wire format would."""
    used = [row for row in rows if row.use]
    wire: dict[str, Any] = {
        "positiveSearch": [row.term for row in used if row.sign == 1],
        "negativeSearch": [row.term for row in used if row.sign == -1],
        "weights": {row.term: row.weight for row in used if row.sign == 1 and row.weight != 1.0},
    }
    return replace(Strategy.from_json(wire), filters=filters)


def filters_of(*, low: float | None, high: float | None, category: Sequence[str], in_stock: bool) -> Filters:
    """Filters from what the widgets hold; a lowest price above the highest is read as the two being swapped."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    price = None if low is None and high is None else (low, high)
    return Filters(price, tuple(category), in_stock)


def shown(desk: Desk, turn: Turn) -> Desk:
    """The desk with one of its turns laid out; filters stay the operator's."""
    return replace(
        desk,
        turn=turn.number,
        rows=rows_of(turn.strategy, preview=turn.preview, reasons=turn.reasons),
        preview=turn.preview,
        reward=turn.reward,
        generation=desk.generation + 1,
    )


def assessed(desk: Desk, rows: Sequence[TermRow], *, preview: Preview, reward: Reward, strategy: Strategy) -> Desk:
    """The desk after a preview of edited rows: their reasons stay, the counts are the new ones."""
    reasons = [TermReason(row.term, row.sign, row.why) for row in rows if row.why]
    fresh = rows_of(strategy, preview=preview, reasons=reasons, parked=[row for row in rows if not row.use])
    mine = {(row.term, row.sign) for row in rows if row.mine}
    same = desk.turn is not None and all(
        (t.strategy.positive, t.strategy.negative, t.strategy.weights)
        == (strategy.positive, strategy.negative, strategy.weights)
        for t in desk.turns
        if t.number == desk.turn
    )
    return replace(
        desk,
        rows=tuple(replace(row, mine=(row.term, row.sign) in mine) for row in fresh),
        turn=desk.turn if same else None,
        filters=strategy.filters,
        preview=preview,
        reward=reward,
        generation=desk.generation + 1,
    )


def read_events(raw: object) -> tuple[GridEvent, ...]:
    """What the browser sent, checked field by field; whatever is not an event is left out."""
    events: list[GridEvent] = []
    for item in raw if isinstance(raw, list) else []:
        if not isinstance(item, Mapping):
            continue
        client, number, product = item.get("c"), item.get("n"), item.get("id")
        verdict, selection, rank = item.get("v"), item.get("s"), item.get("rank")
        if not (isinstance(client, str) and 8 <= len(client) <= 64 and client.isalnum()):
            continue
        if not isinstance(number, int | float) or not 0 < number < 2**53 or number != int(number):
            continue
        if not all(isinstance(text, str) and 0 < len(text) <= 400 for text in (product, selection)):
            continue
        if verdict not in ("accept", "reject", "clear"):
            continue
        place = int(rank) if isinstance(rank, int | float) and 0 < rank < 1e6 else None
        events.append(GridEvent(client, int(number), str(selection), str(product), verdict, place))
    return tuple(events)


def fresh_events(events: Iterable[GridEvent], acks: Mapping[str, int]) -> tuple[GridEvent, ...]:
    """Events that were not stored yet, each once, every client's in the order in which they were made."""
    seen: dict[tuple[str, int], GridEvent] = {}
    for event in events:
        if event.number > acks.get(event.client, 0):
            seen.setdefault((event.client, event.number), event)
    return tuple(sorted(seen.values(), key=lambda event: event.number))


def acknowledged(acks: Mapping[str, int], event: GridEvent) -> dict[str, int]:
    """The acknowledgements once `event` has been stored."""
    return {**acks, event.client: max(event.number, acks.get(event.client, 0))}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many products were kept and dropped."""

    kept: int = 0
    dropped: int = 0


def tally(verdicts: Mapping[str, str]) -> Tally:
    """Count what stands; what was dropped counts although the next selection leaves it out."""
    held = list(verdicts.values())
    return Tally(held.count("accept"), held.count("reject"))


def pages(total: int, *, size: int = PAGE_SIZE) -> int:
    """How many pages a list has, at least one."""
    return max(1, -(-total // size))


def page_of(items: Sequence[T], number: int, *, size: int = PAGE_SIZE) -> Sequence[T]:
    """One page of a list; `number` counts from 1, and one beyond the end is the last."""
    at = (min(max(number, 1), pages(len(items), size=size)) - 1) * size
    return items[at : at + size]
