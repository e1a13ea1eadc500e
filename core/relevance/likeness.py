"""How alike products are, part by part: meaning, words, category, attributes, traits, brand and price.

Every part is a positive semi-definite kernel whose diagonal is 1, or 0 where a product says nothing that tells it apart
from the others, so that a weighted sum of parts is a prior covariance for `core.relevance.laplace`. All are taken
relative to the list at hand: what its products have in common says nothing of which of them an operator likes.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from core.relevance.contract import Item

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Part = Literal["meaning", "words", "category", "attributes", "traits", "brand", "price"]
"""`meaning` is the vector; `words` those of title, brand, category and attributes; `attributes` pairs of name and
value; `traits` the facets that the text was seen to state (colour, material, for whom ...)."""

PARTS: tuple[Part, ...] = get_args(Part)

PRICE_WIDTH = 0.5
"""Two prices whose logarithms differ by so much are alike by exp(-1/2): 10 and 16."""

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Bags:
    """Sets of n products as centred vectors: `rows[starts[c] : starts[c + 1]]` are the products that hold code c.

    `numbers` are the codes by what is held, `codes` those of each product. `weight[c]` is what sharing it counts,
    `common` (n,) each product's overlap with the average one, `norm` (n,) its distance from it.
    """

    numbers: Mapping[Hashable, int]
    starts: Integers
    rows: Integers
    weight: Floats
    common: Floats
    average: float
    norm: Floats
    codes: tuple[Integers, ...]

    def against(self, which: Integers) -> Floats:
        """(n, len(which)) centred cosines of all products with these ones; 0 where one holds nothing that tells."""
        out = np.zeros((len(self.norm), len(which)))
        many = np.diff(self.starts)
        for column, product in enumerate(which.tolist()):
            codes = self.codes[product]
            if len(codes):
                rows = np.concatenate([self.rows[self.starts[c] : self.starts[c + 1]] for c in codes.tolist()])
                shared = np.repeat(self.weight[codes], many[codes])
                out[:, column] = np.bincount(rows, weights=shared, minlength=len(self.norm))
        out += self.average - self.common[:, None] - self.common[None, which]
        scale = np.outer(self.norm, self.norm[which])
        return np.divide(out, scale, out=np.zeros_like(out), where=scale > _NOTHING)

    def own(self) -> Floats:
        """(n,) 1 for every product that differs from the average one, else 0."""
        return (self.norm > _NOTHING).astype(np.float64)


def bags(sets: Sequence[Iterable[Hashable]]) -> Bags:
    """Centre sets in which sharing something counts by its inverse frequency among them, ln(n / df)."""
    numbers: dict[Hashable, int] = {}
    codes = tuple(
        np.fromiter((numbers.setdefault(name, len(numbers)) for name in dict.fromkeys(held)), np.int64) for held in sets
    )
    count = len(codes)
    flat = np.concatenate(codes) if codes else np.empty(0, np.int64)
    owner = np.repeat(np.arange(count), [len(found) for found in codes])
    frequency = np.bincount(flat, minlength=len(numbers))
    weight: Floats = np.log(count / np.maximum(frequency, 1))
    share = frequency / max(count, 1)
    common = np.bincount(owner, weights=(weight * share)[flat], minlength=count).astype(np.float64)
    average = float((weight * share**2).sum())
    squared = np.bincount(owner, weights=weight[flat], minlength=count) - 2 * common + average
    # A set with nothing in it is unlike the average one too, but what it lacks is no likeness to others.
    squared[[not len(found) for found in codes]] = 0.0
    starts = np.concatenate(([0], np.cumsum(frequency)))
    rows = owner[np.argsort(flat, kind="stable")]
    return Bags(numbers, starts, rows, weight, common, average, np.sqrt(np.maximum(squared, 0.0)), codes)


class Likeness:
    """The parts by which n products are compared, prepared once; products are named by their place in `items`."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self.vectors = _centred(np.stack([item.vector for item in items]) if items else np.zeros((0, 1)))
        self.bags: dict[Part, Bags] = {
            "words": bags([sorted(item.profile.main) for item in items]),
            "category": bags([_levels(item) for item in items]),
            "attributes": bags([_attributes(item) for item in items]),
            "traits": bags([_traits(item) for item in items]),
            "brand": bags([[item.product.brand.casefold()] if item.product.brand else [] for item in items]),
        }
        price = [math.log(p) if (p := item.product.price) is not None and p > 0 else math.nan for item in items]
        self.price: Floats = np.array(price, dtype=np.float64)

    def parts(self, which: Integers) -> dict[Part, Floats]:
        """(n, len(which)) likeness of all products with these ones, by part, each within [-1, 1]."""
        gap = self.price[:, None] - self.price[None, which]
        return {
            "meaning": self.vectors @ self.vectors[which].T,
            **{part: held.against(which) for part, held in self.bags.items()},
            "price": np.nan_to_num(np.exp(-0.5 * (gap / PRICE_WIDTH) ** 2), nan=0.0),
        }

    def own(self) -> dict[Part, Floats]:
        """(n,) likeness of every product with itself by part."""
        return {
            "meaning": np.einsum("ij,ij->i", self.vectors, self.vectors),
            **{part: held.own() for part, held in self.bags.items()},
            "price": (~np.isnan(self.price)).astype(np.float64),
        }


def _centred(vectors: npt.NDArray[np.floating]) -> Floats:
    """Vectors without what all have in common, at unit length: in one list everything is close to everything."""
    away = vectors.astype(np.float64) - (vectors.mean(axis=0) if len(vectors) else 0.0)
    length = np.linalg.norm(away, axis=1, keepdims=True)
    out: Floats = np.divide(away, length, out=np.zeros_like(away), where=length > _NOTHING)
    return out


def _levels(item: Item) -> list[str]:
    levels = item.product.category.split(" > ") if item.product.category else []
    return [" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1)]


def _attributes(item: Item) -> list[tuple[str, str]]:
    return [(name.casefold(), value.casefold()) for name, value in item.product.attributes if value]


def _traits(item: Item) -> list[tuple[str, str]]:
    return [(name, value) for name, values in sorted(item.profile.facets.items()) for value in sorted(values)]
