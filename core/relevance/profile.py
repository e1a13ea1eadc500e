"""A product as judges and rules read it: analysed once, kept, and compared with many queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from core.domain import Product
from core.relevance.rules.measures import measures
from core.relevance.rules.vocabulary import vocabulary
from core.text import Analysis, analyse, fold, tokens

DESCRIPTION_READ = 4_000
"""Characters of a description that are read, as in the plain search."""

Tokens = frozenset[str]

# What follows names whom or what a product is for, or what comes with it.
_FOR = re.compile(r"\b(?:for|fits|compatible with|works with|designed for|made for)\b")
_CLAUSE = re.compile(r"\s[-–—|]\s|[;:(,|]|\b(?:with|includes?|including|featuring|in|by)(?=\s)|\bw/")
_REACH = re.compile(r"\s[-–—|]\s|[;|]|\bwith(?=\s)|\bw/")
_SERVED = 8
"""Words that are read after a "for": what follows speaks of other things again."""
_WHOM = frozenset(("gender", "age", "animal", "occasion", "season"))
"""Facets of whom and when a product is for; "for women" is no thing that it is made for."""
_SIZES = frozenset(("size", "dimension", "dimensions", "weight", "capacity", "count", "quantity", "volume", "length"))


@dataclass(frozen=True, slots=True)
class Body:
    """The stems of a description, and those that it negates: the columns `body` and `lacking` of a catalogue."""

    said: Tokens
    lacking: Tokens


@dataclass(frozen=True, slots=True)
class Profile:
    """The analysed text of one product (`core.text`), apart by where it stands.

    `title` are the stems of the title in order, `path` those of each level of the category, the root first. `main` is
    all of title, brand, category and attributes, `own` the same without the brand's name, also in the title; `asserted`
    and `negated` are what title, category and attributes say that the product has and lacks, `claims` what title and
    attributes alone say that it has; `values` are the stems of the attributes' values; `body` and `lacking` what the
    description says and negates. `head` are the stems of the first clause of the title, `front` those before the first
    "for", "fits" or "compatible with", `serves` what follows it. `facets` holds the values that the product states
    (`colour`, `material`, `gender` ...) by name of the facet, and `amounts` its numbers with units by dimension
    (`core.relevance.rules.measures`).
    """

    product_id: str
    title: tuple[str, ...]
    path: tuple[tuple[str, ...], ...]
    brand: Tokens
    main: Tokens
    asserted: Tokens
    negated: Tokens
    body: Tokens
    lacking: Tokens
    claims: Tokens = frozenset()
    values: Tokens = frozenset()
    head: tuple[str, ...] = ()
    front: Tokens = frozenset()
    serves: Tokens = frozenset()
    own: Tokens = frozenset()
    facets: Mapping[str, Tokens] = field(default_factory=dict)
    amounts: Mapping[str, frozenset[float]] = field(default_factory=dict)


def profile(product: Product, body: Body | None = None) -> Profile:
    """Analyse one product; a `body` that is at hand saves most of the time that this takes."""
    values = [value for _, value in product.attributes if value]
    said = [analyse(text) for text in (product.title, *values)]
    place = _place(product.category)
    body = described(product.description) if body is None else body
    title = tokens(product.title)
    brand = frozenset(tokens(product.brand))
    claims = frozenset(token for part in said for token in part.asserted)
    # A brand's name is no property and serves nothing: a black bag of "Red Rose", a backpack of "Gear for Life".
    named = fold(product.title)
    own = fold(product.brand)
    named = " ".join(named.replace(own, " ").split()) if own and own in named and own != named else named
    before, *after = _FOR.split(named)
    return Profile(
        product_id=product.product_id,
        title=title,
        path=place.path,
        brand=brand,
        main=frozenset((*brand, *title, *_every(place.said), *(token for part in said for token in _every(part)))),
        asserted=claims.union(place.said.asserted),
        negated=frozenset((*place.said.negated, *(token for part in said for token in part.negated))),
        body=body.said,
        lacking=body.lacking,
        claims=claims,
        values=frozenset(token for part in said[1:] for token in _every(part)),
        head=tokens(_CLAUSE.split(before, maxsplit=1)[0]),
        front=frozenset(tokens(before)),
        serves=_served(after),
        own=frozenset((*tokens(named), *_every(place.said), *(token for part in said[1:] for token in _every(part)))),
        facets=_facets(product, named, before, place),
        amounts=measures(" ; ".join([product.title, *(v for k, v in product.attributes if k.lower() in _SIZES)])),
    )


def described(description: str) -> Body:
    """What a description says and negates, from its first `DESCRIPTION_READ` characters."""
    found = analyse(description[:DESCRIPTION_READ])
    return Body(frozenset(_every(found)), frozenset(found.negated))


def _every(analysis: Analysis) -> tuple[str, ...]:
    return (*analysis.asserted, *analysis.negated)


def _served(after: list[str]) -> Tokens:
    words = vocabulary()
    parts = (tokens(_REACH.split(part, maxsplit=1)[0])[:_SERVED] for part in after)
    things = (part for part in parts if words.recognise(part[:1]).keys().isdisjoint(_WHOM))
    return frozenset(stem for part in things for stem in part)


@dataclass(frozen=True, slots=True)
class _Place:
    """A category's path, what it says, what is recognised in each level, and what its root alone tells."""

    path: tuple[tuple[str, ...], ...]
    said: Analysis
    levels: tuple[tuple[Tokens, Mapping[str, set[str]]], ...]
    root: str


@lru_cache(maxsize=20_000)
def _place(category: str) -> _Place:
    words = vocabulary()
    names = [level for level in category.split(" > ") if level]
    spelt = [words.spelt(level) for level in names]
    levels = tuple((frozenset(level), words.recognise(level)) for level in spelt)
    return _Place(tuple(map(tokens, names)), analyse(category), levels, fold(names[0]) if names else "")


def _facets(product: Product, named: str, before: str, place: _Place) -> dict[str, Tokens]:
    """`named` is the title without its brand, `before` as far as its first "for"."""
    words = vocabulary()
    whole = words.recognise(words.spelt(named))
    front = whole if before == named else words.recognise(words.spelt(before))
    attributes = [(key.lower(), words.recognise(words.spelt(value))) for key, value in product.attributes if value]
    found = {}
    for name, facet in words.facets.items():
        values: set[str] = set()
        if facet.title:
            values.update((front if facet.front else whole).get(name, ()))
        if facet.category:
            for stems, level in place.levels:
                values.update(level.get(name, ()) if stems.isdisjoint(facet.category_not) else ())
        if place.root in facet.roots:
            values.add(facet.roots[place.root])
        for key, told in attributes:
            if key in facet.attributes:
                values.update(told.get(name, ()))
        if values:
            found[name] = frozenset(values)
    return found
