"""A product as judges and rules read it: analysed once, kept, and compared with many queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain import Product
from core.text import analyse, tokens

DESCRIPTION_READ = 4_000
"""Characters of a description that are read, as in the plain search."""

Tokens = frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """The analysed text of one product (`core.text`), apart by where it stands.

    `title` are the stems of the title in order, `path` those of each level of the category, the root first. `main` is
    all of title, brand, category and attributes; `asserted` and `negated` are what title, category and attributes say
    that the product has and lacks; `body` and `lacking` the same of the description. `facets` holds what was recognised
    (`colour`, `material`, `audience` ...) by name.
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
    facets: Mapping[str, Tokens] = field(default_factory=dict)


def profile(product: Product) -> Profile:
    """Analyse one product."""
    values = [value for _, value in product.attributes if value]
    parts = [analyse(part) for part in (product.title, product.category, *values)]
    body = analyse(product.description[:DESCRIPTION_READ])
    path = tuple(tokens(level) for level in product.category.split(" > ") if level)
    brand = frozenset(tokens(product.brand))
    main = {token for part in (product.title, product.category, *values) for token in tokens(part)}
    return Profile(
        product_id=product.product_id,
        title=tokens(product.title),
        path=path,
        brand=brand,
        main=brand | main,
        asserted=frozenset(token for part in parts for token in part.asserted),
        negated=frozenset(token for part in parts for token in part.negated),
        body=frozenset((*body.asserted, *body.negated)),
        lacking=frozenset(body.negated),
    )
