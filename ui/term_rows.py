"""The lines of the two term editors: made from a strategy, changed by an operator's edits, made into a strategy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.domain import Filters, Preview, Strategy, TermReason
from ui.events import Sign, TermEvent

MAX_WEIGHT = 3.0
YOURS = "yours"


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


@dataclass(frozen=True, slots=True)
class TermChange:
    """What an edit came to, as feedback keeps it: `before` None added the term, `after` None took it out of use."""

    before: str | None
    after: str | None
    sign: Sign
    weights: tuple[float, float] | None = None


def rows_of(
    strategy: Strategy, *, preview: Preview | None, reasons: Iterable[TermReason] = (), parked: Iterable[TermRow] = ()
) -> tuple[TermRow, ...]:
    """Rows for the terms of a strategy with what the preview counted, then the parked rows that it does not use."""
    why = {(r.term, r.sign): " · ".join([r.reason, *r.evidence]) for r in reasons}
    rows = [TermRow(t, 1, True, strategy.weight(t), why=why.get((t, 1), "")) for t in strategy.positive]
    rows += [TermRow(t, -1, True, why=why.get((t, -1), "")) for t in strategy.negative]
    used = {(row.term, row.sign) for row in rows}
    rows += [replace(row, use=False) for row in parked if (row.term, row.sign) not in used]
    return counted(rows, preview)


def counted(rows: Iterable[TermRow], preview: Preview | None) -> tuple[TermRow, ...]:
    """The rows with a preview's counts; a row that it did not use has none."""
    positives = {s.term: (s.matches, s.exclusive) for s in preview.positives} if preview is not None else {}
    negatives = {s.term: (s.removed, s.removed_alone) for s in preview.negatives} if preview is not None else {}
    out = []
    for row in rows:
        found = (positives if row.sign == 1 else negatives).get(row.term) if row.use else None
        finds, alone = (None, None) if found is None else found
        out.append(replace(row, finds=finds, alone=alone))
    return tuple(out)


def strategy_of(rows: Iterable[TermRow], filters: Filters) -> Strategy:
    """The strategy that the ticked rows make; raises `StrategyInvalid` where the wire format would."""
    used = [row for row in rows if row.use]
    wire: dict[str, Any] = {
        "positiveSearch": [row.term for row in used if row.sign == 1],
        "negativeSearch": [row.term for row in used if row.sign == -1],
        "weights": {row.term: row.weight for row in used if row.sign == 1 and row.weight != 1.0},
    }
    return replace(Strategy.from_json(wire), filters=filters)


def apply(rows: Sequence[TermRow], event: TermEvent) -> tuple[tuple[TermRow, ...], TermChange | None]:
    """The rows after one edit, and what it came to; None where it changes nothing, such as the same edit again."""
    text = " ".join(event.text.split())
    term = " ".join(event.term.split())
    at = next((n for n, row in enumerate(rows) if row.sign == event.sign and row.term == term), None)
    if event.op == "add":
        return _added(rows, term, event.sign)
    if at is None:
        return tuple(rows), None
    row = rows[at]
    if event.op == "remove":
        change = TermChange(term, None, event.sign) if row.use else None
        return (*rows[:at], *rows[at + 1 :]), change
    if event.op == "use":
        use = bool(event.value)
        if use == row.use:
            return tuple(rows), None
        change = TermChange(None, term, event.sign) if use else TermChange(term, None, event.sign)
        return _with(rows, at, replace(row, use=use, finds=None, alone=None)), change
    if event.op == "weight":
        weight = round(min(max(event.value, 0.0), MAX_WEIGHT), 2)
        if weight == row.weight or event.sign == -1:
            return tuple(rows), None
        return _with(rows, at, replace(row, weight=weight)), TermChange(term, term, 1, (row.weight, weight))
    if not text or text == term:
        return tuple(rows), None
    if _place(rows, text, event.sign) not in (None, at):
        return (*rows[:at], *rows[at + 1 :]), TermChange(term, None, event.sign)
    new = replace(row, term=text, finds=None, alone=None, why=YOURS)
    return _with(rows, at, new), TermChange(term, text, event.sign) if row.use else None


def _added(rows: Sequence[TermRow], term: str, sign: Sign) -> tuple[tuple[TermRow, ...], TermChange | None]:
    there = _place(rows, term, sign)
    if not term or (there is not None and rows[there].use):
        return tuple(rows), None
    change = TermChange(None, term if there is None else rows[there].term, sign)
    if there is not None:
        return _with(rows, there, replace(rows[there], use=True)), change
    return (*rows, TermRow(term, sign, why=YOURS)), change


def undone(rows: Sequence[TermRow], change: TermChange) -> tuple[TermRow, ...]:
    """The rows with a change taken back."""
    if change.weights is not None and change.before is not None:
        at = _place(rows, change.before, change.sign)
        return tuple(rows) if at is None else _with(rows, at, replace(rows[at], weight=change.weights[0]))
    if change.before is None and change.after is not None:
        at = _place(rows, change.after, change.sign)
        return tuple(rows) if at is None else _with(rows, at, replace(rows[at], use=False, finds=None, alone=None))
    if change.after is None and change.before is not None:
        return _added(rows, change.before, change.sign)[0]
    at = None if change.after is None else _place(rows, change.after, change.sign)
    if at is None or change.before is None:
        return tuple(rows)
    return _with(rows, at, replace(rows[at], term=change.before, finds=None, alone=None))


def _with(rows: Sequence[TermRow], at: int, row: TermRow) -> tuple[TermRow, ...]:
    return (*rows[:at], row, *rows[at + 1 :])


def _place(rows: Sequence[TermRow], term: str, sign: Sign) -> int | None:
    wanted = term.casefold()
    return next((n for n, row in enumerate(rows) if row.sign == sign and row.term.casefold() == wanted), None)


def rows_to_json(rows: Iterable[TermRow]) -> list[dict[str, Any]]:
    """Plain JSON values, without the counts, which a preview gives anew."""
    return [{k: v for k, v in asdict(row).items() if k not in ("finds", "alone")} for row in rows]


def rows_from_json(raw: object) -> tuple[TermRow, ...]:
    """Rows from a stored draft; what is not a row is left out."""
    rows = []
    for item in raw if isinstance(raw, list) else []:
        if not isinstance(item, Mapping) or not isinstance(item.get("term"), str) or item.get("sign") not in (1, -1):
            continue
        weight = item.get("weight")
        rows.append(
            TermRow(
                item["term"],
                1 if item["sign"] == 1 else -1,
                bool(item.get("use", True)),
                float(weight) if isinstance(weight, int | float) else 1.0,
                why=str(item.get("why", "")),
            )
        )
    return tuple(rows)
