"""How a wish is said: clauses, the words that each begins with, and the things that it is about."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from core.intent.wording import Line, listed, pattern, read_line

Ask = Literal[
    "more", "fewer", "no", "not_for", "only_for", "add", "only", "cheaper", "dearer", "any_price", "any_stock",
    "in_stock", "any_category", "longer", "shorter", "stricter", "looser", "vague", "replace",
]  # fmt: skip
WHOLE: frozenset[Ask] = frozenset(
    {
        "cheaper",
        "dearer",
        "any_price",
        "any_stock",
        "in_stock",
        "any_category",
        "longer",
        "shorter",
        "stricter",
        "looser",
        "vague",
        "replace",
    }
)
"""What is asked for by the phrase alone."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a wish: what it asks for (None where it does not say) and what it is about, as it was written.

    `instead_of` is what "replace" takes away for `about`.
    """

    ask: Ask | None
    about: str
    said: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    leads: tuple[tuple[tuple[str, ...], Ask], ...]
    lead: re.Pattern[str]
    opening: re.Pattern[str]
    names: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    ways: frozenset[str]


# German and English put the asking word last as well: "Kerzen weg", "tents only", "füge Laternen hinzu".
_TRAILING: tuple[tuple[re.Pattern[str], Ask], ...] = (
    (re.compile(r"^(?:nimm |lass )?(?P<x>.+?) (?:weg|raus|weglassen|entfernen|streichen|away|out)$"), "no"),
    (re.compile(r"^(?:fuge|nimm) (?P<x>.+?) (?:hinzu|dazu|auf)$"), "add"),
    (re.compile(r"^(?P<x>.+?) (?:hinzufugen|dazu)$"), "add"),
    (re.compile(r"^for (?P<x>.+?) only$"), "only_for"),
    (re.compile(r"^(?P<x>.+?) only$"), "only"),
    (re.compile(r"^(?P<x>.+?) (?:solamente|seulement|uniquement)$"), "only"),
)
_REPLACING = (
    re.compile(
        r"^(?:replace|swap|exchange|change|ersetze|tausche|reemplaza|cambia|remplace) (?P<x>.+?) "
        r"(?:with|by|for|to|durch|gegen|por|con|par) (?P<y>.+)$"
    ),
    re.compile(r"^(?P<y>.+?) (?:instead of|rather than|statt|anstatt|en lugar de|en vez de|au lieu de) (?P<x>.+)$"),
)
_BREAK = re.compile(r"\s*(?:[;.!?](?=\s|$)|,(?!\d))\s*|\s+[–—-]\s+")
_AND = re.compile(r"\s+(?:and|or|und|oder|y|o|et|ou|nor|noch|ni)\s+|\s*[,&]\s*")


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = tomllib.loads(files("core.intent").joinpath("wish_words.toml").read_text("utf-8"))
    leads = [(tuple(p.split()), cast(Ask, ask)) for ask, text in data["leads"].items() for p in listed(text)]
    leads.sort(key=lambda one: (-len(one[0]), one[0]))
    openings = listed(data["openings"]["words"])
    return _Words(
        leads=tuple(leads),
        lead=re.compile(rf"^{pattern(*(' '.join(words) for words, _ in leads))}(?= |$)"),
        opening=re.compile(rf"^(?:{pattern(*openings)} )+"),
        names=re.compile(rf"^{pattern(*listed(data['names']['words']))}(?= |$)"),
        before=re.compile(rf"^(?:{pattern(*listed(data['around']['before']))} )+"),
        after=re.compile(rf"(?:(?:^| ){pattern(*listed(data['around']['after']))})+$"),
        ways=frozenset(listed(data["ways"]["words"])),
    )


def read_clauses(text: str) -> tuple[Clause, ...]:
    """A wish apart; a clause without an asking word of its own goes on with that of the one before it.

    "fewer candles, more outdoor and lanterns": fewer candles; more outdoor; more lanterns.
    """
    found: list[Clause] = []
    for part in _BREAK.split(read_line(text).text):
        for piece in _split_before_leads(part):
            clause = _read(piece)
            if clause is None or (clause.ask is None and not clause.about):
                continue
            last = found[-1] if found else None
            if clause.ask is None and last is not None and last.ask is not None and last.ask not in WHOLE:
                clause = Clause(last.ask, clause.about, clause.said)
            found.append(clause)
    return tuple(found)


def begins_like_a_wish(text: str) -> bool:
    """Whether a text begins with words that ask for a change and is not the name of a thing ("no-bake desserts")."""
    parts = [part for part in _BREAK.split(read_line(text).text) if part]
    if not parts or _words().names.search(" ".join(read_line(parts[0]).plain)):
        return False
    clause = _read(parts[0])
    if clause is None or clause.ask is None:
        return False
    alone = clause.ask in WHOLE and clause.ask not in ("cheaper", "dearer", "replace")
    return not (alone and things_of(clause.about)) and not (clause.ask == "vague" and clause.about)


def things_of(about: str) -> tuple[str, ...]:
    """The things that a clause is about, as they were written, without articles and words around them."""
    things = (_bare(one) for one in _AND.split(about))
    return tuple(dict.fromkeys(thing for thing in things if thing))


def is_a_way(thing: str) -> bool:
    """Whether a word says how things are to be and names none ("elegant", "variety")."""
    plain = read_line(thing).plain
    return bool(plain) and (" ".join(plain) in _words().ways or all(word in _words().ways for word in plain))


def _split_before_leads(part: str) -> list[str]:
    """Cut at "and", "but" and the like where an asking word follows, so that each piece asks for one thing."""
    pieces: list[str] = []
    line = read_line(part)
    start = 0
    for number in range(1, len(line.words) - 1):
        if line.plain[number] in ("and", "but", "und", "aber", "dafur", "pero", "mais", "y", "et", "sino", "then") and (
            _words().lead.search(" ".join(line.plain[number + 1 :]))
        ):
            pieces.append(line.text[start : line.words[number - 1].end])
            start = line.words[number + 1].start
    pieces.append(line.text[start:])
    return [piece for piece in (one.strip() for one in pieces) if piece]


def _read(piece: str) -> Clause | None:
    line = read_line(piece)
    if not line.words:
        return None
    joined = " ".join(line.plain)
    # The longest reading goes first: "have no more candles" opens with "have", "no more" asks.
    skipped = 0
    if not _words().lead.search(joined):
        opening = _words().opening.search(joined + " ")
        skipped = 0 if opening is None else len(opening.group().split())
        joined = " ".join(line.plain[skipped:])
    if not joined:
        return Clause(None, "", line.text)
    for replacing in _REPLACING:
        match = replacing.search(joined)
        if match:
            new, old = (
                _said(line, skipped + len(joined[: match.start(part)].split()), match[part]) for part in ("y", "x")
            )
            lead = _words().lead.search(match["y"])
            size = 0 if lead is None else len(lead.group().split())
            return Clause("replace", " ".join(new.split()[size:]) or new, line.text, old)
    for trailing, ask in _TRAILING:
        match = trailing.search(joined)
        lead = _words().lead.search(joined)
        if match and (lead is None or ask == "add"):
            return Clause(ask, _said(line, skipped + len(joined[: match.start("x")].split()), match["x"]), line.text)
    lead = _words().lead.search(joined)
    if lead is None:
        return Clause(None, line.said(skipped, len(line.words)), line.text)
    size = len(lead.group().split())
    ask = next(ask for words, ask in _words().leads if " ".join(words) == lead.group())
    return Clause(ask, line.said(min(skipped + size, len(line.words)), len(line.words)), line.text)


def _said(line: Line, start: int, matched: str) -> str:
    return line.said(start, start + len(matched.split()))


def _bare(thing: str) -> str:
    line = read_line(thing)
    joined = " ".join(line.plain)
    before = _words().before.search(joined)
    start = 0 if before is None else len(before.group().split())
    after = _words().after.search(joined)
    end = len(line.words) - (0 if after is None else len(after.group().split()))
    return line.said(start, end) if start < end else ""
