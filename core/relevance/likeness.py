"""How alike products are, part by part: meaning, words, category, attributes, brand and price.

Every part is a positive semi-definite kernel with ones (or, where a product says nothing, zeros) on its diagonal, so
that a weighted sum of them is a prior covariance for `core.relevance.laplace`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from core.relevance.contract import Item

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Part = Literal["meaning", "words", "category", "attributes", "brand", "price"]
PARTS: tuple[Part, ...] = get_args(Part)

PRICE_WIDTH = 0.5
"""Two prices whose logarithms differ by so much are alike by exp(-1/2): 10 and 16."""


@dataclass(frozen=True, slots=True)
class Bags:
    """Weighted sets of n products, by what they hold: `rows[starts[c] : starts[c + 1]]` hold code c."""

    names: tuple[Hashable, ...]
    starts: Integers
    rows: Integers
    weight: Floats
    norm: Floats
    codes: tuple[Integers, ...]

    def against(self, which: Integers) -> Floats:
        """(n, len(which)) cosines of all products with these ones; 0 where either holds nothing that tells."""
        out = np.zeros((len(self.norm), len(which)))
        for column, product in enumerate(which.tolist()):
            for code in self.codes[product].tolist():
                out[self.rows[self.starts[code] : self.starts[code + 1]], column] += self.weight[code] ** 2
        scale = np.outer(self.norm, self.norm[which])
        return np.divide(out, scale, out=np.zeros_like(out), where=scale > 0)


def bags(sets: Sequence[Iterable[Hashable]]) -> Bags:
    """Weigh what sets hold by its inverse frequency among them, ln(n / df): what all hold tells nothing."""
    numbers: dict[Hashable, int] = {}
    codes = [
        np.fromiter((numbers.setdefault(name, len(numbers)) for name in dict.fromkeys(held)), np.int64) for held in sets
    ]
    flat = np.concatenate(codes) if codes else np.empty(0, np.int64)
    owner = np.repeat(np.arange(len(codes)), [len(found) for found in codes])
    frequency = np.bincount(flat, minlength=len(numbers))
    weight = np.log(len(codes) / np.maximum(frequency, 1))
    norm = np.sqrt(np.bincount(owner, weights=weight[flat] ** 2, minlength=len(codes)))
    order = np.argsort(flat, kind="stable")
    starts = np.concatenate(([0], np.cumsum(frequency)))
    return Bags(tuple(numbers), starts, owner[order], weight, norm, tuple(codes))


class Likeness:
    """The parts by which n products are compared, prepared once; products are named by their place in `items`."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self.vectors = _centred(np.stack([item.vector for item in items]) if items else np.zeros((0, 1)))
        self.words = bags([sorted(item.profile.main) for item in items])
        self.category = bags([_levels(item) for item in items])
        self.attributes = bags([_attributes(item) for item in items])
        self.brand = bags([[item.product.brand.casefold()] if item.product.brand else [] for item in items])
        price = [math.log(p) if (p := item.product.price) is not None and p > 0 else math.nan for item in items]
        self.price: Floats = np.array(price)

    def parts(self, which: Integers) -> dict[Part, Floats]:
        """(n, len(which)) likeness of all products with these ones, by part, each within [-1, 1]."""
        with np.errstate(invalid="ignore"):
            gap = self.price[:, None] - self.price[None, which]
        price = np.exp(-0.5 * (gap / PRICE_WIDTH) ** 2)
        return {
            "meaning": self.vectors @ self.vectors[which].T,
            "words": self.words.against(which),
            "category": self.category.against(which),
            "attributes": self.attributes.against(which),
            "brand": self.brand.against(which),
            "price": np.nan_to_num(price, nan=0.0),
        }

    def own(self) -> dict[Part, Floats]:
        """(n,) likeness of every product with itself by part: 1, or 0 where it says nothing that tells it apart."""
        return {
            "meaning": np.einsum("ij,ij->i", self.vectors, self.vectors),
            "words": (self.words.norm > 0).astype(np.float64),
            "category": (self.category.norm > 0).astype(np.float64),
            "attributes": (self.attributes.norm > 0).astype(np.float64),
            "brand": (self.brand.norm > 0).astype(np.float64),
            "price": (~np.isnan(self.price)).astype(np.float64),
        }


def _centred(vectors: npt.NDArray[np.floating]) -> Floats:
    """Vectors without what all have in common, at unit length: in one list everything is close to everything."""
    away = vectors.astype(np.float64) - (vectors.mean(axis=0) if len(vectors) else 0.0)
    length = np.linalg.norm(away, axis=1, keepdims=True)
    out: Floats = np.divide(away, length, out=np.zeros_like(away), where=length > 1e-9)
    return out


def _levels(item: Item) -> list[str]:
    levels = item.product.category.split(" > ") if item.product.category else []
    return [" > ".join(levels[:depth]) for depth in range(1, len(levels) + 1)]


def _attributes(item: Item) -> list[tuple[str, str]]:
    return [(name.casefold(), value.casefold()) for name, value in item.product.attributes if value]
