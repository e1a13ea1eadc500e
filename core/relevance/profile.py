"""A product as judges and rules read it: analysed once, kept, and compared with many queries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain import Product
from core.relevance.rules.measures import measures
from core.relevance.rules.vocabulary import vocabulary
from core.text import analyse, fold, tokens

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
class Profile:
    """The analysed text of one product (`core.text`), apart by where it stands.

    `title` are the stems of the title in order, `path` those of each level of the category, the root first. `main` is
    all of title, brand, category and attributes; `asserted` and `negated` are what title, category and attributes say
    that the product has and lacks; `body` and `lacking` the same of the description. `head` are the stems of the first
    clause of the title, `front` those before the first "for", "fits" or "compatible with", `serves` what follows it.
    `facets` holds the values that the product states (`colour`, `material`, `gender` ...) by name of the facet, and
    `amounts` its numbers with units by dimension (`core.relevance.rules.measures`).
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
    head: tuple[str, ...] = ()
    front: Tokens = frozenset()
    serves: Tokens = frozenset()
    facets: Mapping[str, Tokens] = field(default_factory=dict)
    amounts: Mapping[str, frozenset[float]] = field(default_factory=dict)


def profile(product: Product) -> Profile:
    """Analyse one product."""
    values = [value for _, value in product.attributes if value]
    parts = [analyse(part) for part in (product.title, product.category, *values)]
    body = analyse(product.description[:DESCRIPTION_READ])
    path = tuple(tokens(level) for level in product.category.split(" > ") if level)
    brand = frozenset(tokens(product.brand))
    title = tokens(product.title)
    main = {token for part in (product.category, *values) for token in tokens(part)}
    head, front, serves = _title_parts(product.title)
    return Profile(
        product_id=product.product_id,
        title=title,
        path=path,
        brand=brand,
        main=brand | main | set(title),
        asserted=frozenset(token for part in parts for token in part.asserted),
        negated=frozenset(token for part in parts for token in part.negated),
        body=frozenset((*body.asserted, *body.negated)),
        lacking=frozenset(body.negated),
        head=head,
        front=front,
        serves=serves,
        facets=_facets(product, title, path),
        amounts=measures(" ; ".join([product.title, *(v for k, v in product.attributes if k.lower() in _SIZES)])),
    )


def _title_parts(title: str) -> tuple[tuple[str, ...], Tokens, Tokens]:
    plain = fold(title)
    before, *after = _FOR.split(plain)
    served = (tokens(_REACH.split(part, maxsplit=1)[0])[:_SERVED] for part in after)
    things = (part for part in served if vocabulary().recognise(part[:1]).keys().isdisjoint(_WHOM))
    head = _CLAUSE.split(before, maxsplit=1)[0]
    return tokens(head), frozenset(tokens(before)), frozenset(t for part in things for t in part)


def _facets(product: Product, title: tuple[str, ...], path: tuple[tuple[str, ...], ...]) -> dict[str, Tokens]:
    words = vocabulary()
    found: dict[str, set[str]] = {}
    said = words.recognise(title)
    placed = [words.recognise(level) for level in path]
    attributes = [(key.lower(), words.recognise(tokens(value))) for key, value in product.attributes if value]
    for name, facet in words.facets.items():
        values: set[str] = set()
        if facet.title:
            values |= said.get(name, set())
        if facet.category:
            values.update(*(level.get(name, set()) for level in placed))
        values.update(*(told.get(name, set()) for key, told in attributes if key in facet.attributes))
        if values:
            found[name] = values
    return {name: frozenset(values) for name, values in found.items()}
