"""A wish about an open list ("fewer candles, more outdoor") read by a language model into changes of the strategy.

The model proposes, nothing is applied: the operator sees the changes first. What it proposes is checked against the
strategy, the catalogue's categories and the limits of a term.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, get_args

from core.domain import STRICTNESS, Change, ChangeKind, Intent, Preview, Strategy, Wish, apply_changes
from core.errors import StrategyInvalid
from core.events import Event
from core.llm.awaited import awaited
from core.llm.contract import ChatModel, ChatRequest
from core.llm.structured import ReplyInvalid, ask
from core.planning.briefing import intent_text, strategy_text
from core.planning.written import LONGEST, one_line
from core.prompts import load_prompt, quoted
from core.text import fold, tokens

MOST_CHANGES = 12
MOST_PRODUCTS = 1_000
"""The longest list that a wish may ask for."""

_CATEGORIES = 120
_LEAST_WEIGHT, _MOST_WEIGHT = 0.1, 3.0
_SENTENCE = 400

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "changes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": list(get_args(ChangeKind))},
                    "said": {"type": "string"},
                    "term": {"type": ["string", "null"]},
                    "weight": {"type": ["number", "null"]},
                    "low": {"type": ["number", "null"]},
                    "high": {"type": ["number", "null"]},
                    "category": {"type": ["array", "null"], "items": {"type": "string"}},
                    "in_stock": {"type": ["boolean", "null"]},
                    "strictness": {"type": ["string", "null"], "enum": [*STRICTNESS, None]},
                    "size": {"type": ["integer", "null"]},
                },
                "required": [
                    "kind",
                    "said",
                    "term",
                    "weight",
                    "low",
                    "high",
                    "category",
                    "in_stock",
                    "strictness",
                    "size",
                ],  # fmt: skip
                "additionalProperties": False,
            },
        },
        "rest": {"type": "string"},
        "sentence": {"type": "string"},
    },
    "required": ["changes", "rest", "sentence"],
    "additionalProperties": False,
}


def model_wish(
    model: ChatModel,
    text: str,
    *,
    intent: Intent,
    strategy: Strategy,
    preview: Preview | None = None,
    categories: Sequence[str] = (),
    currency: str = "",
) -> Generator[Event, None, Wish]:
    """What a model makes of a wish; `categories` are every path of the catalogue.

    A wish of which nothing can be served has no changes and all of it in `rest`. Raises `ModelError`, `BudgetSpent`.
    """
    prompt = load_prompt("planning.wish")
    shown = _near(text, categories, preview)
    request = ChatRequest(
        prompt=prompt.name,
        version=prompt.version,
        system=prompt.system,
        user=prompt.fill(
            theme=intent_text(intent),
            strategy=quoted("the strategy", _strategy_lines(strategy), limit=6_000),
            preview=quoted("the preview", _preview_lines(preview, currency), limit=4_000),
            categories=quoted("the catalogue", "\n".join(shown) or "none", limit=8_000),
            wish=quoted("the operator", text, limit=1_000),
        ),
        schema=SCHEMA,
        max_tokens=1_000,
    )

    def read(data: Any) -> Wish:
        return read_changes(data, text=text, strategy=strategy, categories=categories)

    note = f"{model.name} reads the wish"
    wish, _ = yield from awaited("wish", lambda stopped: ask(model, request, read, stopped=stopped), note=note)
    return wish


def _strategy_lines(strategy: Strategy) -> str:
    lines = [strategy_text(strategy)]
    if strategy.weights:
        lines.append("weights: " + ", ".join(f"{term} {weight:g}" for term, weight in strategy.weights))
    lines.append(f"filters: {strategy.filters.to_json() or 'none'}")
    return "\n".join(lines)


def _preview_lines(preview: Preview | None, currency: str) -> str:
    if preview is None:
        return "not known"
    lines = [f"{preview.count:,} products; prices in {currency or 'the currency of the shop'}"]
    lines.extend(f'+ "{one.term}" finds {one.matches:,}, {one.exclusive:,} by itself' for one in preview.positives)
    lines.extend(f'- "{one.term}" takes out {one.removed:,}' for one in preview.negatives)
    for facet in ("category", "price"):
        found = [f"{f.value} ({f.count:,})" for f in preview.facets if f.facet == facet and f.value][:12]
        if found:
            lines.append(f"{facet}: {'; '.join(found)}")
    return "\n".join(lines)


def _near(text: str, categories: Sequence[str], preview: Preview | None) -> list[str]:
    """The category paths that the wish may mean: those it names, those of the list, then the highest ones."""
    said = set(tokens(text))
    listed = {f.value for f in preview.facets if f.facet in ("category", "department")} if preview else set[str]()
    ranked = sorted(categories, key=lambda path: (not said & set(tokens(path)), path not in listed, path.count(" > ")))
    return ranked[:_CATEGORIES]


def read_changes(data: Any, *, text: str, strategy: Strategy, categories: Sequence[str]) -> Wish:
    """Check an answer; raises `ReplyInvalid` for a change that cannot be made. Changes that change nothing go."""
    if not isinstance(data, dict) or not isinstance(data.get("changes"), list):
        raise ReplyInvalid('it is not a JSON object with a list "changes".')
    if len(data["changes"]) > MOST_CHANGES:
        raise ReplyInvalid(f"it has {len(data['changes'])} changes; give the {MOST_CHANGES} that matter most.")
    known = {fold(path): path for path in categories}
    changes: list[Change] = []
    result = strategy
    for entry in data["changes"]:
        change = _change(entry, strategy, known)
        try:
            after = apply_changes([change], result)
        except StrategyInvalid as exc:
            raise ReplyInvalid(str(exc)) from exc
        if after != result or change.kind == "size":
            changes.append(change)
        result = after
    rest = one_line(data.get("rest"), _SENTENCE)
    sentence = one_line(data.get("sentence"), _SENTENCE)
    if not changes:
        rest = rest or " ".join(text.split())
        sentence = sentence or "Nothing of this can be served by the strategy. Change a term or a filter by hand."
    return Wish(tuple(changes), rest, sentence, text)


def _change(entry: Any, strategy: Strategy, categories: Mapping[str, str]) -> Change:
    if not isinstance(entry, dict) or entry.get("kind") not in _READERS:
        raise ReplyInvalid(f'every change needs a "kind" of {", ".join(_READERS)}.')
    said = one_line(entry.get("said"), 120)
    return _READERS[entry["kind"]](entry, said, strategy, categories)


Reader = Callable[[Mapping[str, Any], str, Strategy, Mapping[str, str]], Change]


def _added(kind: ChangeKind) -> Reader:
    def read(entry: Mapping[str, Any], said: str, strategy: Strategy, _: Mapping[str, str]) -> Change:
        term = one_line(entry.get("term"), None)
        if not tokens(term) or len(term) > LONGEST:
            raise ReplyInvalid(f'the term of a "{kind}" needs 1 to 4 words and at most {LONGEST} characters.')
        return Change(kind, term=term, said=said)

    return read


def _standing(kind: ChangeKind) -> Reader:
    def read(entry: Mapping[str, Any], said: str, strategy: Strategy, _: Mapping[str, str]) -> Change:
        terms = strategy.negative if kind == "drop_cut" else strategy.positive
        asked = one_line(entry.get("term"), None)
        term = next((one for one in terms if one.casefold() == asked.casefold()), None)
        if term is None:
            names = ", ".join(f'"{one}"' for one in terms) or "none"
            raise ReplyInvalid(f'"{asked[:60]}" of a "{kind}" is no such term of the strategy; there are {names}.')
        if kind != "weight":
            return Change(kind, term=term, said=said)
        weight = _number(entry.get("weight"), "weight")
        if weight is None or not _LEAST_WEIGHT <= weight <= _MOST_WEIGHT:
            raise ReplyInvalid(f'a "weight" lies between {_LEAST_WEIGHT:g} and {_MOST_WEIGHT:g}.')
        return Change(kind, term=term, weight=weight, said=said)

    return read


def _price(entry: Mapping[str, Any], said: str, _: Strategy, __: Mapping[str, str]) -> Change:
    low, high = _number(entry.get("low"), "low"), _number(entry.get("high"), "high")
    if any(end is not None and end < 0 for end in (low, high)):
        raise ReplyInvalid("a price is never negative.")
    if low is not None and high is not None and low > high:
        raise ReplyInvalid(f"the lowest price {low:g} is above the highest {high:g}.")
    return Change("price", price=None if low is None and high is None else (low, high), said=said)


def _category(entry: Mapping[str, Any], said: str, _: Strategy, categories: Mapping[str, str]) -> Change:
    asked = entry.get("category")
    if isinstance(asked, str):
        asked = [asked]
    if not isinstance(asked, list) or not all(isinstance(path, str) for path in asked):
        raise ReplyInvalid('the "category" of a change is a list of paths.')
    strange = [path for path in asked if fold(path) not in categories]
    if strange:
        raise ReplyInvalid(f'there is no category "{strange[0][:80]}"; use a whole path as it is listed.')
    return Change("category", category=tuple(dict.fromkeys(categories[fold(path)] for path in asked)), said=said)


def _in_stock(entry: Mapping[str, Any], said: str, _: Strategy, __: Mapping[str, str]) -> Change:
    if not isinstance(entry.get("in_stock"), bool):
        raise ReplyInvalid('"in_stock" is true or false.')
    return Change("in_stock", in_stock=entry["in_stock"], said=said)


def _strictness(entry: Mapping[str, Any], said: str, _: Strategy, __: Mapping[str, str]) -> Change:
    if entry.get("strictness") not in STRICTNESS:
        raise ReplyInvalid(f'"strictness" is one of {", ".join(STRICTNESS)}.')
    return Change("strictness", strictness=entry["strictness"], said=said)


def _size(entry: Mapping[str, Any], said: str, _: Strategy, __: Mapping[str, str]) -> Change:
    size = _number(entry.get("size"), "size")
    if size is None or not 1 <= size <= MOST_PRODUCTS:
        raise ReplyInvalid(f'a "size" lies between 1 and {MOST_PRODUCTS:,}.')
    return Change("size", size=int(size), said=said)


def _number(value: Any, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ReplyInvalid(f'"{name}" is a number or null, not {str(value)[:40]!r}.')
    return float(value)


_READERS: Mapping[str, Reader] = {
    "add_find": _added("add_find"),
    "drop_find": _standing("drop_find"),
    "add_cut": _added("add_cut"),
    "drop_cut": _standing("drop_cut"),
    "weight": _standing("weight"),
    "price": _price,
    "category": _category,
    "in_stock": _in_stock,
    "strictness": _strictness,
    "size": _size,
}
