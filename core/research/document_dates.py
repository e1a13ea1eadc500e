"""When a note or report was written, as far as it says so itself: its file's name, its head, a cell."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar enero janvier", "february feb februar febrero février fevrier",
            "march mar märz marz maerz marzo mars",
            "april apr abril avril", "may mai mayo", "june jun juni junio juin", "july jul juli julio juillet",
            "august aug agosto août aout", "september sep sept septiembre septembre",
            "october oct oktober okt octubre octobre", "november nov noviembre novembre",
            "december dec dezember dez diciembre décembre decembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}[-_./](?P<month>0?[1-9]|1[0-2])[-_./](?P<day>0?[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d){_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])\.\s?(?P<month>0?[1-9]|1[0-2])\.\s?{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\.?\s+(?:of\s+|de\s+)?(?P<word>[^\W\d_]{{3,10}})\.?,?"
        rf"\s+(?:de\s+)?{_YEAR}(?!\d)",
        rf"(?P<word>[^\W\d_]{{3,10}})\.?\s+(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)",
        rf"(?P<word>[^\W\d_]{{3,10}})\.?,?[\s_-]+(?:de\s+)?{_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[-_./](?P<month>0[1-9]|1[0-2])(?![-_./]?\d)",
        rf"(?<![\d/.-])(?P<month>0?[1-9]|1[0-2])/{_YEAR}(?!\d)",
    )
)
_SAID = re.compile(
    r"(?im)^\W{0,4}(?:date|published|updated|written|datum|stand|fecha|publié|publicado)\b\W{0,6}(?P<rest>[^\n]{4,60})$"
)
_LINES_READ = 15


def date_in(text: str) -> date | None:
    """The first complete date in a short text, a month counted from its first day; None where there is none.

    Dates of figures alone are read where they can mean one thing only: 2026-05-01 and 01.05.2026, never 01/05/2026.
    """
    for pattern in _PATTERNS:
        for match in pattern.finditer(text.casefold()):
            found = _date(match)
            if found is not None:
                return found
    return None


def date_said(head: str) -> date | None:
    """The date in a line "Date: ..." among the first lines of a text; None where there is no such line."""
    match = _SAID.search("\n".join(head[:4_000].splitlines()[:_LINES_READ]))
    return None if match is None else date_in(match.group("rest"))


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = _MONTHS.get(parts["word"]) if parts.get("word") else int(parts["month"])
    if month is None:
        return None
    try:
        return date(int(parts["year"]), month, int(parts.get("day") or 1))
    except ValueError:
        return None
