"""Which passages of a page speak of what was searched for, and whether one says what another does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.text import tokens

PASSAGE = 900
"""Characters of a passage at most."""

READ = 60_000
"""Characters of a page that are looked at; what a buying guide has to say stands before that."""

ITEM = re.compile(r"^\s*(?:[-*•‣▪–]|\d{1,2}[.)])\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])")
_TRACKING = re.compile(r"^(utm_.*|fbclid|gclid|mc_[ce]id|ref|ref_src)$")
_SAME_SHARE = 0.7
_SHINGLE = 3


def best_passages(text: str, about: frozenset[str], *, count: int) -> tuple[str, ...]:
    """At most `count` passages that hold most of the stems `about`, in the order of the page.

    A list counts a little more than prose, because lists name things. Where nothing speaks of it, no passage.
    """
    rated = [(_worth(chunk, about), -place, chunk) for place, chunk in enumerate(_chunks(text[:READ]))]
    best = sorted((found for found in rated if found[0] > 0), reverse=True)[:count]
    return tuple(chunk for _, _, chunk in sorted(best, key=lambda found: -found[1]))


def _worth(chunk: str, about: frozenset[str]) -> float:
    named = len(about & frozenset(tokens(chunk)))
    items = sum(1 for line in chunk.splitlines() if ITEM.match(line))
    return named + min(items, 6) / 8 if named else 0.0


def _chunks(text: str) -> Iterator[str]:
    """Lines put together up to the length of a passage; a heading goes with what follows it."""
    held: list[str] = []
    size = 0
    for line in _lines(text):
        heading = _is_heading(line)
        if held and (size + len(line) > PASSAGE or (heading and size > PASSAGE // 3 and not _is_heading(held[-1]))):
            yield "\n".join(held)
            held, size = [], 0
        held.append(line)
        size += len(line) + 1
    if held:
        yield "\n".join(held)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        kept = " ".join(line.split())
        if len(kept) <= PASSAGE:
            if kept:
                yield kept
            continue
        yield from _pieces(kept)


def _pieces(line: str) -> Iterator[str]:
    """A line too long for one passage, broken at sentence ends, and by length where it has none."""
    held = ""
    for sentence in _SENTENCE_END.split(line):
        for start in range(0, len(sentence), PASSAGE):
            part = sentence[start : start + PASSAGE]
            if held and len(held) + len(part) + 1 > PASSAGE:
                yield held
                held = ""
            held = f"{held} {part}".strip()
    if held:
        yield held


def _is_heading(line: str) -> bool:
    return len(line) <= 70 and not ITEM.match(line) and not line.endswith((".", ",", ";", "。", "!", "?", ":"))


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of three stems; all stems as one where there are fewer. What "says the same" is measured by."""
    found = tokens(text)
    if len(found) < _SHINGLE:
        return frozenset((found,)) if found else frozenset()
    return frozenset(zip(*(found[start:] for start in range(_SHINGLE)), strict=False))


def within(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    """Whether a passage is for the most part in another, which may say more."""
    return len(one & other) >= _SAME_SHARE * len(one)


def plain_address(address: str) -> str:
    """A web address as it is compared: without fragment, tracking, "www." and a closing slash."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.scheme not in ("http", "https"):
        return address
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k.lower())]
    return urlunsplit(("", parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), urlencode(kept), ""))
