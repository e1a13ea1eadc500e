"""The words of facets (colour, material, for whom ...), from `vocabulary.toml`, and their recognition in a text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from core.text import STOP_WORDS, stem, tokens, words

ANY = "*"
"""In `fits`: goes with every value of its facet."""

EXACT = "="
"""Before a word: only this form of it, not others of the same stem."""

Stems = tuple[str, ...]
Named = tuple[tuple[str, str], ...]
"""Facets and their values."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of property. `fits` says which stated values satisfy an asked one, itself included.

    `attributes` are the names of attributes whose values are read for this facet; `title` whether a title is read, as
    far as its first "for" where `front`; `category` which levels of the path are, the first alone for `root`. In a
    query, too, `front` reads only what stands before a "for". `told` are the stems by which a text tells each value.
    """

    name: str
    fits: Mapping[str, frozenset[str]]
    told: Mapping[str, tuple[Stems, ...]]
    title: bool
    front: bool
    category: bool
    category_not: frozenset[str]
    leaf: frozenset[str]
    levels: tuple[frozenset[str], ...]
    roots: Mapping[str, str]
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`phrases` by their first stem, longest first: the stems that follow, and what they name.

    `exact` are the words that are told apart from others of their stem, `names` those phrases in which "not" and the
    like negate nothing ("forget me not").
    """

    facets: Mapping[str, Facet]
    phrases: Mapping[str, tuple[tuple[Stems, Named], ...]]
    exact: frozenset[str]
    names: tuple[str, ...]

    def spelt(self, text: str) -> Stems:
        """The stems of a text as `recognise` compares them."""
        return tuple(EXACT + w if w in self.exact else stem(w) for w in words(text) if w not in STOP_WORDS)

    def recognise(self, stems: Sequence[str]) -> dict[str, set[str]]:
        """The values that a text (`spelt`) names, by facet; a longer phrase keeps its words from a shorter one."""
        found: dict[str, set[str]] = {}
        for _, _, named in self.places(stems):
            for facet, value in named:
                found.setdefault(facet, set()).add(value)
        return found

    def places(self, stems: Sequence[str]) -> list[tuple[int, int, Named]]:
        """Where in a text (`spelt`) what is named: the first stem, the one after the last, and facets with values."""
        found = []
        i = 0
        phrases = self.phrases
        while i < len(stems):
            step = 1
            for rest, named in phrases.get(stems[i], ()):
                if not rest or tuple(stems[i + 1 : i + 1 + len(rest)]) == rest:
                    step = 1 + len(rest)
                    found.append((i, i + step, named))
                    break
            i += step
        return found


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once a process."""
    told = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    exact = frozenset(w[1:] for said in _phrases(told) for w in said.split() if w.startswith(EXACT))
    named: dict[Stems, list[tuple[str, str]]] = {}
    facets = {}
    for name, part in told["facet"].items():
        values = {value: [_stems(said, exact) for said in line.split(",")] for value, line in part["values"].items()}
        for value, phrases in values.items():
            for stems in phrases:
                named.setdefault(stems, []).append((name, value))
        facets[name] = _facet(name, part, values)
        for said in part.get("not", ()):
            named.setdefault(_stems(said, exact), [])
    return Vocabulary(facets, _by_first(named), exact, tuple(told["names"]))


def _told(part: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(stem for said in part.get(key, ()) for stem in tokens(said))


def _phrases(told: Mapping[str, Any]) -> Iterable[str]:
    for part in told["facet"].values():
        yield from part.get("not", ())
        for line in part["values"].values():
            yield from line.split(",")


def _facet(name: str, part: Mapping[str, Any], values: Mapping[str, list[Stems]]) -> Facet:
    return Facet(
        name=name,
        fits=_closed({value: part.get("fits", {}).get(value, ()) for value in values}),
        told={value: tuple(tuple(map(_plain, p)) for p in phrases) for value, phrases in values.items()},
        title=part.get("title", True),
        front=part.get("front", False),
        category=part.get("category", False),
        category_not=_told(part, "category_not"),
        leaf=_told(part, "leaf"),
        levels=tuple(frozenset(tokens(said)) for said in part.get("levels", ())),
        roots={root: value for value, roots in part.get("roots", {}).items() for root in roots},
        attributes=frozenset(part.get("attributes", ())),
    )


def _stems(said: str, exact: frozenset[str]) -> Stems:
    """The stems of a phrase as `spelt` gives them."""
    spelt = (word if word.startswith(EXACT) else EXACT + word if word in exact else word for word in said.split())
    return tuple(stem for word in spelt for stem in ((word,) if word.startswith(EXACT) else tokens(word)))


def _plain(stem_or_exact: str) -> str:
    return stem(stem_or_exact[1:]) if stem_or_exact.startswith(EXACT) else stem_or_exact


def _closed(fits: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Which values go together, in both directions; each with itself."""
    pairs = {(value, value) for value in fits}
    for value, others in fits.items():
        for other in fits if ANY in others else others:
            pairs |= {(value, other), (other, value)}
    return {value: frozenset(b for a, b in pairs if a == value) for value in fits}


def _by_first(named: Mapping[Stems, list[tuple[str, str]]]) -> dict[str, tuple[tuple[Stems, Named], ...]]:
    first: dict[str, list[tuple[Stems, Named]]] = {}
    for stems, meant in named.items():
        first.setdefault(stems[0], []).append((stems[1:], tuple(meant)))
    return {stem: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for stem, entries in first.items()}
