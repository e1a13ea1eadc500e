"""What every product has to be: features and materials that a theme names ("waterproof", "made of wood")."""

from __future__ import annotations

import re
from collections.abc import Collection

from core.intent.wording import Line, listed, pattern, word_lists

_LISTS = word_lists()["features"]
_PARTS = pattern(*listed(_LISTS["parts"]))
_MATERIALS = pattern(*listed(_LISTS["materials"]))
_FEATURES = pattern(*listed(_LISTS["words"]))
_MATERIAL = re.compile(
    rf"\b(?:made (?:out )?(?:of|from|with)|made in|hecho de|hecha de|aus|de|en|in) (?P<of>(?:100 )?{_MATERIALS})"
    rf"(?: (?:and|or|und|y|et) {_MATERIALS})?\b"
)
_MADE_IN = re.compile(r"\bmade in (?:the )?[a-z]+(?= ,| (?:for|with|and|under)\b|$)")
_END = r"(?= ,| (?:for|and|or|in|on|under|without|with|y|und|et|para|fur|pour)\b|$)"
_PART = re.compile(
    r"\b(?P<with>with|mit|con|avec) (?:(?:a|an|the|its|built in|einer|einem|una|un|une|des) )*"
    rf"(?P<part>(?:(?!(?:with|for|and|or|in|on)\b)[\w-]+ ){{0,2}}?{_PARTS}){_END}"
)
_MUST = re.compile(
    r"\b(?:(?:must|should|has to|have to|needs? to) be|(?:that|which) (?:is|are)) "
    r"(?P<be>(?:(?!(?:for|and|but|or|with|in)\b)[\w-]+ ?){1,3}?)(?= ,| ?\b(?:for|and|but|or|with|in)\b|$)"
)
_FEATURE = re.compile(rf"\b{_FEATURES}\b")
_ADJECTIVE = re.compile(
    rf"\b(?P<made>(?:100 )?{pattern(*listed(_LISTS['adjectives']))})(?= (?!for\b|with\b|and\b|or\b)\w)"
)
_NAMES = re.compile(rf"\b{pattern(*listed(_LISTS['names']))}\b")
_SAID = ("part", "be", "made")  # groups that are shown; the whole match where a reader has none
MOST = 6


def find_features(line: Line, taken: Collection[int]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Must-haves as they were written, in order, and the words that say so; those in `taken` say something else."""
    barred = set(taken) | {n for spot in line.search(_NAMES) for n in range(spot.start, spot.end)}
    found: dict[int, str] = {}
    used: set[int] = set()
    for reader in (_MADE_IN, _MATERIAL, _PART, _MUST, _ADJECTIVE, _FEATURE):
        for spot in line.search(reader):
            size = len(
                next((part for name, part in spot.match.groupdict().items() if name in _SAID and part), "").split()
            )
            end = spot.start + size if reader is _ADJECTIVE else spot.end
            numbers = set(range(spot.start, end))
            if numbers & (barred | used) or _only_a_place(line, spot.start):
                continue
            said = line.said(end - size if size else spot.start, end)
            found[spot.start] = f"{spot.match['with']} {said}" if reader is _PART else said
            used |= numbers
    kept = dict.fromkeys(found[at] for at in sorted(found))
    return tuple(kept)[:MOST], frozenset(used)


def _only_a_place(line: Line, start: int) -> bool:
    """Whether a small word before a material stands at the very beginning, where nothing is made of it."""
    return start == 0 and line.plain[0] in ("in", "de", "en", "aus")
