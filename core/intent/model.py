"""Understanding an idea or a picture with a language model: it fills what rules and the operator left open."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from core.domain import Intent
from core.domain.seasons import SEASONS
from core.events import Event, StageFinished, StageStarted
from core.intent.calendar import Occasion
from core.intent.wording import read_line
from core.llm.awaited import awaited
from core.llm.contract import ChatModel, ChatRequest
from core.llm.structured import ReplyInvalid, ask
from core.prompts import load_prompt, quoted
from core.text import fold, tokens

MOST = 6
"""Must-haves and must-nots that are taken over, each."""

_LONGEST, _LONGEST_WHAT = 60, 120
_AHEAD = 90
"""Days back from today that dates of a model may begin; what is long over is a mistake."""
_FARTHEST = 2 * 366
_TEXT = {"type": ["string", "null"]}
_DATES = {
    "type": ["object", "null"],
    "properties": {"first": {"type": "string"}, "last": {"type": "string"}},
    "required": ["first", "last"],
    "additionalProperties": False,
}
_PRICE = {
    "type": ["object", "null"],
    "properties": {
        "low": {"type": ["number", "null"]},
        "high": {"type": ["number", "null"]},
        "said": {"type": "string"},
    },
    "required": ["low", "high", "said"],
    "additionalProperties": False,
}
_PROPERTIES: dict[str, Any] = {
    "what": {"type": "string"},
    "audience": _TEXT,
    "occasion": _TEXT,
    "season": {"type": ["string", "null"], "enum": [*SEASONS, None]},
    "dates": _DATES,
    "must_have": {"type": "array", "items": {"type": "string"}},
    "must_not": {"type": "array", "items": {"type": "string"}},
    "price": _PRICE,
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": _PROPERTIES,
    "required": list(_PROPERTIES),
    "additionalProperties": False,
}


def understand(
    intent: Intent, model: ChatModel, *, today: date, occasions: Sequence[Occasion], seen: bytes | None = None
) -> Generator[Event, None, Intent]:
    """Fill the fields of an intent that are still empty, by one question to a model; what is set stays as it is.

    `occasions` are those of the calendar: one that the model names gives its days. `seen` is a picture as a file: it is
    described, and for a picture without words the description is the intent's text. What the model makes up (a price
    that the idea does not say, days long over, a season that is none) is left out. Raises `ModelError`, `BudgetSpent`
    and `RunCancelled`.
    """
    prompt = load_prompt("intent.read" if seen is None else "intent.picture")
    began = time.perf_counter()
    yield StageStarted("intent", "reading the idea" if seen is None else "looking at the picture")
    request = ChatRequest(
        prompt=prompt.name,
        version=prompt.version,
        system=prompt.system,
        user=prompt.fill(
            today=f"{today:%A}, {today.isoformat()}",
            idea=quoted("operator", intent.text or "(no words)"),
            known=quoted("known", _known(intent) or "(nothing)"),
            occasions="\n".join(f"- {_line(o)}" for o in occasions if o.first is not None) or "(none)",
        ),
        schema=SCHEMA,
        images=() if seen is None else (seen,),
        max_tokens=700,
        seconds=60.0,
    )
    filled, _ = yield from awaited(
        "intent",
        lambda stopped: ask(
            model,
            request,
            lambda data: _filled(intent, data, today=today, occasions=occasions, picture=seen is not None),
            stopped=stopped,
        ),
        note=f"{model.name} reads" if seen is None else f"{model.name} looks at the picture",
    )
    yield StageFinished("intent", _known(filled).replace("\n", "; ") or "nothing more", time.perf_counter() - began)
    return filled


def _line(occasion: Occasion) -> str:
    return f"{occasion.name}: {occasion.first}" + ("" if occasion.first == occasion.last else f" to {occasion.last}")


def _known(intent: Intent) -> str:
    """The fields that are set, one a line."""
    price = intent.filters.price
    dates = intent.dates
    told = {
        "what": intent.what,
        "audience": intent.audience,
        "occasion": intent.occasion,
        "season": intent.season,
        "dates": None if dates is None else f"{dates[0]} to {dates[1]}",
        "must_have": ", ".join(intent.must_have),
        "must_not": ", ".join(intent.must_not),
        "price": None
        if price is None
        else f"{'' if price[0] is None else price[0]} to {'' if price[1] is None else price[1]}",
    }
    return "\n".join(f"{name}: {value}" for name, value in told.items() if value)


def _filled(intent: Intent, data: Any, *, today: date, occasions: Sequence[Occasion], picture: bool) -> Intent:
    """The intent with what a model answered in its empty fields; raises `ReplyInvalid` where it is no such answer."""
    if not isinstance(data, Mapping):
        raise ReplyInvalid("the answer is not a JSON object.")
    if not set(data) & set(_PROPERTIES):
        raise ReplyInvalid(f"the object has none of the fields {', '.join(_PROPERTIES)}.")
    shown = _words(data.get("what"), _LONGEST_WHAT) or ""
    occasion = intent.occasion or _named(_words(data.get("occasion"), _LONGEST), occasions)
    season = data.get("season")
    price = intent.filters.price or _price(data.get("price"), intent.text)
    filled = replace(
        intent,
        what=_what(intent, shown, picture),
        audience=intent.audience or _words(data.get("audience"), _LONGEST),
        occasion=occasion,
        season=intent.season or (season if season in SEASONS else None),
        dates=intent.dates or _dates(data.get("dates"), today) or _days_of(occasion, occasions),
        must_have=intent.must_have or _list(data.get("must_have"), "must_have"),
        must_not=intent.must_not or _list(data.get("must_not"), "must_not"),
        filters=intent.filters if price is None else replace(intent.filters, price=price),
    )
    if not picture:
        return filled
    return replace(filled, kind="image", text=intent.text or shown, what=filled.what if intent.text else "")


def _what(intent: Intent, shown: str, picture: bool) -> str:
    """What is wanted: typed words stay, a picture adds to them; "" where the text of the idea says it itself."""
    if not picture:
        return intent.what or ("" if tokens(shown) == tokens(intent.text) else shown)
    said = intent.what or intent.text
    new = [part.strip() for part in shown.split(",") if not set(tokens(part)) <= set(tokens(said))]
    return ", ".join([said, *new] if said else new)


def _words(value: Any, longest: int) -> str | None:
    """A short text, None where it is none or says that there is none."""
    if not isinstance(value, str):
        return None
    text = " ".join(value.split()).strip(" .;,\"'“”")
    if (
        not text
        or not tokens(text)
        or fold(text) in ("none", "null", "n/a", "unknown", "any", "anyone", "not specified")
    ):
        return None
    if len(text) > longest:
        text = text[:longest].rpartition(" ")[0] or text[:longest]
    return text


def _list(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        raise ReplyInvalid(f'"{name}" is not a list of strings.')
    found = (_words(one, _LONGEST) for one in value)
    kept = {tokens(one): one for one in found if one is not None and len(one.split()) <= 5}
    return tuple(kept.values())[:MOST]


def _named(said: str | None, occasions: Sequence[Occasion]) -> str | None:
    """An occasion as the calendar calls it, where it is one of it."""
    found = _find(said, occasions)
    return said if found is None else found.name


def _find(said: str | None, occasions: Sequence[Occasion]) -> Occasion | None:
    plain = None if said is None else " ".join(read_line(said).plain)
    for occasion in occasions:
        if plain is not None and plain in (" ".join(read_line(occasion.name).plain), *occasion.keywords):
            return occasion
    return None


def _days_of(name: str | None, occasions: Sequence[Occasion]) -> tuple[date, date] | None:
    found = _find(name, occasions)
    return None if found is None or found.first is None or found.last is None else (found.first, found.last)


def _dates(value: Any, today: date) -> tuple[date, date] | None:
    if not isinstance(value, Mapping):
        return None
    try:
        first, last = (date.fromisoformat(str(value.get(end))) for end in ("first", "last"))
    except ValueError:
        return None
    near = today - timedelta(days=_AHEAD) <= first <= last <= today + timedelta(days=_FARTHEST)
    return (first, last) if near else None


def _price(value: Any, text: str) -> tuple[float | None, float | None] | None:
    """A price range whose own words stand in the idea; a filter that nobody asked for would hide half the shop."""
    if not isinstance(value, Mapping):
        return None
    said = " ".join(read_line(str(value.get("said") or "")).plain)
    if not said or said not in " ".join(read_line(text).plain):
        return None
    low, high = (_amount(value.get(end)) for end in ("low", "high"))
    if low is None and high is None:
        return None
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def _amount(value: Any) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"\s*[$€£]?\s*\d+(?:\.\d+)?\s*", value):
        value = float(re.sub(r"[^\d.]", "", value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e7:
        return None
    return float(value)
