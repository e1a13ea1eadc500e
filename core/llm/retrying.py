"""When to try again and how long to wait: what servers say in `Retry-After`, else longer and longer with some chance.

`Retry-After` is RFC 9110, 10.2.3: seconds, or a date.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRIES = 3
"""Tries after the first one."""

AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
"""Codes of HTTP after which the same question may be answered."""

FIRST_PAUSE = 0.5
"""Seconds before the first repetition, at most."""

_LONGEST_PAUSE = 8.0


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds that a server asks to wait, never negative; None where it does not say or it cannot be read."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (datetime.now(UTC) if now is None else now)).total_seconds())


def wait_before(attempt: int, asked: float | None, *, first: float = FIRST_PAUSE) -> float:
    """Seconds before try `attempt` (1 for the first repetition): what was asked and a little more, else a random share
    of a span that doubles."""
    if asked is not None:
        return asked + random.uniform(0.0, 0.1 * min(asked, 2.0))
    span = min(_LONGEST_PAUSE, first * 2 ** (attempt - 1))
    return random.uniform(span / 2, span)
