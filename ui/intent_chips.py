"""What was understood of an idea, as chips: an intent as plain values for the browser, and back, with checks."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.domain import Filters, Intent
from core.domain.seasons import SEASONS

MAX_TEXT = 120
MOST_VALUES = 8
MOST_MONEY = 1e9
USUAL_LOCALE = "en"
"""Not shown: what nobody said."""

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class SentChips:
    """The chips as a browser holds them: `number` counts within `client`, and `about` names what they are of."""

    client: str
    number: int
    about: str
    values: Mapping[str, Any]


def values_of(intent: Intent) -> dict[str, Any]:
    """An intent as the browser edits it; what is not said is "", None or empty."""
    price = intent.filters.price
    return {
        "what": intent.what if intent.what else intent.text,
        "audience": intent.audience if intent.audience is not None else "",
        "occasion": intent.occasion if intent.occasion is not None else "",
        "season": intent.season if intent.season is not None else "",
        "dates": None if intent.dates is None else [day.isoformat() for day in intent.dates],
        "price": None if price is None else list(price),
        "must_have": list(intent.must_have),
        "must_not": list(intent.must_not),
        "locale": "" if intent.locale == USUAL_LOCALE else intent.locale,
    }


def with_values(intent: Intent, values: Mapping[str, Any]) -> Intent:
    """The intent after the browser's edits; a field that is not there or is not one of its kind stays as it is."""
    now = values_of(intent)
    what, audience, occasion = (_text(values.get(name), now[name]) for name in ("what", "audience", "occasion"))
    locale = values.get("locale")
    known = isinstance(locale, str) and (locale == "" or _LOCALE.fullmatch(locale) is not None)
    season = values.get("season")
    season = season if season == "" or season in SEASONS else now["season"]
    return replace(
        intent,
        what="" if what in ("", intent.text) else what,
        audience=audience if audience else None,
        occasion=occasion if occasion else None,
        season=season if season else None,
        dates=_dates(values["dates"], intent.dates) if "dates" in values else intent.dates,
        must_have=_texts(values.get("must_have"), intent.must_have),
        must_not=_texts(values.get("must_not"), intent.must_not),
        filters=_price(values["price"], intent.filters) if "price" in values else intent.filters,
        locale=(locale if locale else USUAL_LOCALE) if isinstance(locale, str) and known else intent.locale,
    )


def read_chips(raw: object) -> SentChips | None:
    """What a browser sent; None for what is not a set of chips."""
    if not isinstance(raw, Mapping):
        return None
    client, number, about, values = (raw.get(name) for name in ("c", "n", "s", "values"))
    if not (isinstance(client, str) and 8 <= len(client) <= 64 and client.isalnum()):
        return None
    if not isinstance(number, int | float) or not 0 < number < 2**53 or number != int(number):
        return None
    if not isinstance(about, str) or len(about) > 400 or not isinstance(values, Mapping):
        return None
    return SentChips(client, int(number), about, values)


def _text(value: object, before: str) -> str:
    return " ".join(value.split())[:MAX_TEXT] if isinstance(value, str) else before


def _texts(value: object, before: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list):
        return before
    found = [_text(one, "") for one in value[: 2 * MOST_VALUES]]
    unlike = {one.casefold(): one for one in reversed(found) if one}
    return tuple(one for one in dict.fromkeys(found) if unlike.get(one.casefold()) == one)[:MOST_VALUES]


def _dates(value: object, before: tuple[date, date] | None) -> tuple[date, date] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not 1 <= len(value) <= 2:
        return before
    try:
        first, last = date.fromisoformat(str(value[0])), date.fromisoformat(str(value[-1]))
    except ValueError:
        return before
    return (first, last) if first <= last else (last, first)


def _price(value: object, before: Filters) -> Filters:
    if value is None:
        return replace(before, price=None)
    if not isinstance(value, list) or len(value) != 2:
        return before
    low, high = (_amount(one) for one in value)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return replace(before, price=None if low is None and high is None else (low, high))


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if 0 <= value < MOST_MONEY else None
