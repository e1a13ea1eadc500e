"""The words of facets (colour, material, for whom ...), from `vocabulary.toml`, and their recognition in a text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from core.text import tokens

ANY = "*"
"""In `fits`: goes with every value of its facet."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of property. `fits` says which stated values satisfy an asked one, itself included.

    `attributes` are the words of names of attributes whose values are read for this facet, `category` and `title`
    whether those are. `told` are the stems by which a description may tell each value.
    """

    name: str
    fits: Mapping[str, frozenset[str]]
    told: Mapping[str, frozenset[tuple[str, ...]]]
    title: bool
    category: bool
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`phrases` by their first stem, longest first: the stems that follow, and the facets and values they name."""

    facets: Mapping[str, Facet]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...]]

    def recognise(self, stems: Sequence[str]) -> dict[str, set[str]]:
        """The values that a text names, by facet; a longer phrase keeps its words from a shorter one."""
        found: dict[str, set[str]] = {}
        i = 0
        phrases = self.phrases
        while i < len(stems):
            step = 1
            for rest, named in phrases.get(stems[i], ()):
                if not rest or tuple(stems[i + 1 : i + 1 + len(rest)]) == rest:
                    for facet, value in named:
                        found.setdefault(facet, set()).add(value)
                    step = 1 + len(rest)
                    break
            i += step
        return found


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once a process."""
    told = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    named: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    facets = {}
    for name, part in told["facet"].items():
        words = {
            value: [stems for stems in map(tokens, said.split(",")) if stems] for value, said in part["values"].items()
        }
        for value, phrases in words.items():
            for stems in phrases:
                named.setdefault(stems, []).append((name, value))
        for stems in map(tokens, part.get("not", ())):
            named.setdefault(stems, [])
        facets[name] = Facet(
            name=name,
            fits=_closed({value: part.get("fits", {}).get(value, ()) for value in words}),
            told={value: frozenset(phrases) for value, phrases in words.items()},
            title=part.get("title", True),
            category=part.get("category", False),
            attributes=frozenset(part.get("attributes", ())),
        )
    return Vocabulary(facets, _by_first(named))


def _closed(fits: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Which values go together, in both directions; each with itself."""
    pairs = {(value, value) for value in fits}
    for value, others in fits.items():
        for other in fits if ANY in others else others:
            pairs |= {(value, other), (other, value)}
    return {value: frozenset(b for a, b in pairs if a == value) for value in fits}


def _by_first(
    named: Mapping[tuple[str, ...], list[tuple[str, str]]],
) -> dict[str, tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...]]:
    first: dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]]] = {}
    for stems, meant in named.items():
        first.setdefault(stems[0], []).append((stems[1:], tuple(meant)))
    return {stem: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for stem, entries in first.items()}
