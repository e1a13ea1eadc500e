"""What plain search must know of the whole catalogue: how rare a token is, and what products say that they lack."""

from __future__ import annotations

import math
import random
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from core.catalogue.table import Catalogue
from core.text import fold, tokens

T = TypeVar("T")

SAMPLE = 20_000
"""Products that are read for what the catalogue negates."""

# Spoken of in so many products and negated in less than this share of them: not what a "without" speaks of.
_ENOUGH = 20
_SELDOM = 0.01

# Of so many products in categories that are called so, this share says the word in the title too.
_FEWEST = 10
_MOSTLY = 0.7

# What follows is no name of what stands in a category: "Toys for dogs", "Ropa de mujer".
_AFTER_NAME = re.compile(r"\b(?:for|with|in|of|to|from|by|und|für|fur|mit|von|aus|de|del|para|con|pour|avec|du|des)\b")


@dataclass(frozen=True, slots=True)
class Negations:
    """Of a sample: products that have a token anywhere, and products that say that they do without it."""

    spoken: Mapping[str, int]
    negated: Mapping[str, int]

    def seldom(self, token: str) -> bool:
        """Whether the catalogue speaks of this often, but hardly ever of doing without it."""
        spoken = self.spoken.get(token, 0)
        return spoken >= _ENOUGH and self.negated.get(token, 0) < _SELDOM * spoken


@dataclass(frozen=True, slots=True)
class Statistics:
    """`frequency`: how often a token stands in title, brand, category and attributes of the `size` products.

    `brands`: how many of them have it in their brand's name. `categories` are the distinct category paths.
    """

    size: int
    frequency: Mapping[str, int]
    brands: Mapping[str, int] = field(default_factory=dict)
    categories: tuple[str, ...] = ()

    def names_brand(self, token: str) -> float:
        """How far a token names a brand, in [0, 1]: 1 for one that stands in brands only, little for "red"."""
        inside = self.brands.get(token, 0)
        return math.sqrt(min(1.0, inside / max(self.frequency.get(token, 0), inside))) if inside else 0.0

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)), as in BM25: above 0 for every token."""
        df = min(self.frequency.get(token, 0), self.size)
        return math.log(1.0 + (self.size - df + 0.5) / (df + 0.5))


@dataclass
class _Kept(Generic[T]):
    """Values by catalogue version; the oldest is dropped."""

    values: OrderedDict[str, T] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, version: str, value: T) -> T:
        with self.lock:
            self.values[version] = value
            while len(self.values) > 4:
                self.values.popitem(last=False)
        return value


_statistics: _Kept[Statistics] = _Kept()
_negations: _Kept[Negations] = _Kept()
_things: _Kept[frozenset[str]] = _Kept()


def statistics_of(catalogue: Catalogue) -> Statistics:
    """The catalogue's statistics, counted once a version and process."""
    known = _statistics.values.get(catalogue.version)
    if known is not None:
        return known
    columns = catalogue.columns(["tokens", "brand", "category"])
    counts = pc.split_pattern(columns["tokens"], " ").combine_chunks().flatten().value_counts()
    frequency = dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True))
    frequency.pop("", None)
    brands: Counter[str] = Counter()
    named = columns["brand"].value_counts()
    for brand, count in zip(named.field(0).to_pylist(), named.field(1).to_pylist(), strict=True):
        brands.update(dict.fromkeys(tokens(brand), count))
    categories = tuple(sorted(columns["category"].unique().to_pylist()))
    return _statistics.put(catalogue.version, Statistics(catalogue.rows, frequency, brands, categories))


def negations_of(catalogue: Catalogue) -> Negations:
    """What the catalogue negates, counted once a version and process on at most `SAMPLE` products."""
    known = _negations.values.get(catalogue.version)
    if known is not None:
        return known
    names = ["tokens", "body", "negated", "lacking"]
    rows = _sample(catalogue, names)
    spoken: Counter[str] = Counter()
    negated: Counter[str] = Counter()
    for main, body, own, lacking in zip(*(rows[name].to_pylist() for name in names), strict=True):
        spoken.update({*main.split(), *body.split()})
        negated.update({*own.split(), *lacking.split()})
    return _negations.put(catalogue.version, Negations(spoken, negated))


def things_of(catalogue: Catalogue) -> frozenset[str]:
    """The tokens by which this shop calls its things, counted once a version and process on at most `SAMPLE` products.

    A token is one where it ends the name of a level of the category in the plural ("Sports Shoes") and the products
    there mostly say it in their titles: "watch", but not "gift", which is said of things that are called otherwise, nor
    "running" or "coffee": what goes with an activity or a stuff need not say it.
    """
    known = _things.values.get(catalogue.version)
    if known is not None:
        return known
    rows = _sample(catalogue, ["title", "category"])
    called = {path: dict(map(_last, path.split(" > "))) for path in rows["category"].unique().to_pylist()}
    held, many, said = Counter[str](), Counter[str](), Counter[str]()
    for title, path in zip(rows["title"].to_pylist(), rows["category"].to_pylist(), strict=True):
        names = called[path]
        held.update(names.keys())
        many.update(name for name, plural in names.items() if plural)
        said.update(names.keys() & tokens(title))
    found = (name for name, count in many.items() if name and count >= _FEWEST and said[name] >= _MOSTLY * held[name])
    return _things.put(catalogue.version, frozenset(found))


def _last(level: str) -> tuple[str, bool]:
    """The token that ends the name of a category, "" where it has none, and whether it stands in the plural."""
    name = _AFTER_NAME.split(fold(level), maxsplit=1)[0].rstrip()
    return (tokens(name) or ("",))[-1], name.endswith("s")


def _sample(catalogue: Catalogue, names: list[str]) -> pa.Table:
    offsets = sorted(random.Random(catalogue.rows).sample(range(catalogue.rows), min(SAMPLE, catalogue.rows)))
    rows: pa.Table = catalogue.table.take_offsets(offsets).select(names).to_arrow()
    return rows
