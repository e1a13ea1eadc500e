"""General knowledge of what shoppers buy for an occasion, a place or an activity, read from `associations.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from core.planning.facets import Theme, audiences_of
from core.planning.vocabulary import Vocabulary
from core.text import tokens, words

# Cosine of a facet and an association's name from which they are taken to mean the same.
_SAME_MEANING = 0.62

RESEARCH = "research"
"""The name of the association that holds what research found for one theme."""


@dataclass(frozen=True, slots=True)
class Association:
    """What goes with `name`; `keys` are the token sets by which a theme names it; `foreign` are not English."""

    name: str
    keys: tuple[frozenset[str], ...]
    foreign: tuple[frozenset[str], ...]
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """An association that a theme touches, and how much it weighs: its last-named side most, an audience least."""

    association: Association
    weight: float
    covered: frozenset[str]


@lru_cache(maxsize=1)
def associations() -> tuple[Association, ...]:
    """Every association of the file, in its order."""
    data = tomllib.loads(files("core.planning").joinpath("associations.toml").read_text(encoding="utf-8"))
    return tuple(
        Association(
            name=entry.get("reads", entry["keys"][0]),
            keys=tuple(frozenset(tokens(key)) for key in entry["keys"]),
            foreign=tuple(frozenset(tokens(key)) for key in entry.get("foreign", ())),
            things=tuple(entry["things"]),
        )
        for entry in data["association"]
    )


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Every word of a key or a thing: real words, however rare in a catalogue."""
    data = tomllib.loads(files("core.planning").joinpath("associations.toml").read_text(encoding="utf-8"))
    return frozenset(
        w
        for entry in data["association"]
        for text in (*entry["keys"], *entry.get("foreign", ()), *entry["things"])
        for w in words(text)
    )


def find_hints(theme: Theme, *, vocabulary: Vocabulary) -> tuple[Hint, ...]:
    """The associations that a theme names, or, for a facet that names none, the one that means nearly the same."""
    said = frozenset(tokens(theme.text))
    content = tokens(" ".join(theme.content))
    head = content[-1] if content else ""
    found: dict[str, Hint] = {}
    for association in associations():
        keys = [key for key in (*association.keys, *association.foreign) if key and key <= said]
        if keys:
            covered = max(keys, key=len)
            found[association.name] = Hint(association, _weight(covered, head, len(content)), covered)
    # "rainy day kids" already says what "rain" alone says: a key within a longer one that was found is dropped.
    kept = [h for h in found.values() if not any(h.covered < other.covered for other in found.values())]
    covered = frozenset[str]().union(*(h.covered for h in kept)) if kept else frozenset()
    open_facets = [f for f in theme.facets if not covered & set(tokens(f)) and f != "home"]
    if open_facets:
        kept.extend(_by_meaning(open_facets, vocabulary, {h.association.name for h in kept}))
    return tuple(kept)


def _weight(covered: frozenset[str], head: str, words: int) -> float:
    if words > 1 and all(audiences_of(token) for token in covered):
        return 0.3
    return 1.5 if head in covered else 1.0


def _by_meaning(facets: list[str], vocabulary: Vocabulary, taken: set[str]) -> list[Hint]:
    known = associations()
    cosines = vocabulary.encode(facets) @ vocabulary.encode([a.name for a in known]).T
    found = []
    for row, facet in zip(cosines, facets, strict=True):
        best = int(np.argmax(row))
        if row[best] >= _SAME_MEANING and known[best].name not in taken:
            found.append(Hint(known[best], 0.8, frozenset(tokens(facet))))
    return found
