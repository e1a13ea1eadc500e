"""Reads the demo's hand-written vocabulary (`assets/demo/*.toml`, explained in its README) into values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.catalogue.schema import SEPARATOR

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "demo"

# Where a product stands between the lowest and the highest price of its type.
TIERS = {"value": (0.08, 0.32), "mid": (0.28, 0.52), "premium": (0.48, 0.75)}
# In the order in which a shopper would look for the department.
DEPARTMENTS = (
    *"home kitchen outdoor garden fashion shoes bags beauty".split(),
    *"toys baby pets sports electronics food stationery festive".split(),
)


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented brand and where its prices lie: value, mid or premium."""

    name: str
    tier: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What variants of one product differ in besides colour: values in a shop's order, each with its price factor."""

    key: str
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing a shop would stock: its name, what is true of it alone, and what it overrides of its type.

    `single`: only one brand has it. `alone`: the sentences of its type are not true of it.
    """

    name: str
    sentence: str
    factor: float
    traits: Mapping[str, str]
    colors: tuple[str, ...] | None
    materials: tuple[str, ...] | None
    axis: Axis | None
    shape: str | None
    single: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class ProductType:
    """A leaf of the category tree and all that its products share. `price` is the usual range in dollars."""

    department: str
    section: str
    name: str
    shape: str
    price: tuple[float, float]
    materials: tuple[str, ...]
    colors: tuple[str, ...]
    axis: Axis | None
    traits: Mapping[str, str]
    says: tuple[str, ...]
    kinds: tuple[Kind, ...]
    brands: tuple[Brand, ...]

    @property
    def category(self) -> str:
        """The path "Department > Section > Type"."""
        return SEPARATOR.join((self.department, self.section, self.name))


@dataclass(frozen=True, slots=True)
class Department:
    """How one department of the shop writes its titles and what it earns."""

    name: str
    margin: tuple[float, float]
    title_case: bool
    titles: tuple[str, ...]
    lines: tuple[str, ...]
    types: tuple[ProductType, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A material: sentences that are true of anything made of it, and what it does to a price."""

    facts: tuple[str, ...]
    factor: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the demo shop is composed from. `today` is the day that launch dates are counted back from."""

    departments: tuple[Department, ...]
    materials: Mapping[str, Material]
    moments: Mapping[str, tuple[str, ...]]
    colors: Mapping[str, tuple[int, int, int]]
    closings: tuple[str, ...]
    proper_words: frozenset[str]
    today: date
    currency: str

    @property
    def types(self) -> tuple[ProductType, ...]:
        """Every product type, department after department."""
        return tuple(t for d in self.departments for t in d.types)


def _items(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _factor(text: str) -> tuple[str, float]:
    name, mark, number = text.rpartition(" x")
    return (name, float(number)) if mark and re.fullmatch(r"\d+(\.\d+)?", number) else (text, 1.0)


def _axis(text: str) -> Axis | None:
    key, _, values = text.partition(":")
    return Axis(key.strip(), tuple(_factor(v) for v in _items(values))) if values else None


def _brands(text: str) -> tuple[Brand, ...]:
    found = []
    for item in _items(text):
        name, _, tier = item.rpartition(" ")
        found.append(Brand(name, tier) if tier in TIERS else Brand(item, "mid"))
    return tuple(found)


class _Reader:
    """Turns the tables of one department into types, with the palettes and materials that they name."""

    def __init__(self, palettes: Mapping[str, str], materials: Mapping[str, Material]) -> None:
        self._palettes = palettes
        self._materials = materials

    def colors(self, text: str) -> tuple[str, ...]:
        """Colour names; "@name" stands for a palette."""
        parts = (_items(self._palettes[p[1:]]) if p.startswith("@") else (p,) for p in _items(text))
        return tuple(color for part in parts for color in part)

    def kind(self, line: str) -> Kind:
        """One line of `kinds`: "name: sentence. {x1.2; key=value}"."""
        plain, _, braces = line.partition(" {")
        name, _, sentence = plain.partition(": ")
        traits: dict[str, str] = {}
        factor, flags = 1.0, set[str]()
        for item in (part.strip() for part in braces.rstrip("}").split(";")):
            key, equals, value = item.partition("=")
            if equals:
                traits[key.strip()] = value.strip()
            elif item in {"one", "alone"}:
                flags.add(item)
            elif item:
                factor = float(item.removeprefix("x"))
        colors, materials, vary = (traits.pop(key, None) for key in ("colors", "materials", "vary"))
        return Kind(
            name=name,
            sentence=sentence,
            factor=factor,
            colors=None if colors is None else self.colors(colors),
            materials=None if materials is None else _items(materials),
            axis=None if vary is None else _axis(vary) or Axis("", ()),
            shape=traits.pop("shape", None),
            single="one" in flags,
            alone="alone" in flags,
            traits=traits,
        )

    def product_type(self, department: str, table: Mapping[str, Any], brands: Mapping[str, str]) -> ProductType:
        """One `[[type]]` table."""
        section, _, name = table["path"].partition(SEPARATOR)
        low, high = table["price"]
        return ProductType(
            department=department,
            section=section,
            name=name,
            shape=table["shape"],
            price=(float(low), float(high)),
            materials=_items(table.get("materials", "")),
            colors=self.colors(table.get("colors", "")),
            axis=_axis(table.get("vary", "")),
            traits=dict(table.get("traits", {})),
            says=_lines(table.get("says", "")),
            kinds=tuple(self.kind(line) for line in _lines(table["kinds"])),
            brands=_brands(table.get("brands") or brands.get(section) or brands["*"]),
        )

    def department(self, table: Mapping[str, Any]) -> Department:
        """One department's file."""
        low, high = table["margin"]
        return Department(
            name=table["department"],
            margin=(float(low), float(high)),
            title_case=table["title_case"],
            titles=tuple(table["titles"]),
            lines=_items(table.get("lines", "")),
            types=tuple(self.product_type(table["department"], t, table["brands"]) for t in table["type"]),
        )


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((ASSETS / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The whole vocabulary, read once a process."""
    shop = _table("shop")
    materials = {
        name: Material(_lines(table.get("facts", "")), float(table.get("factor", 1.0)))
        for name, table in _table("materials").items()
    }
    reader = _Reader(shop["palettes"], materials)
    return Vocabulary(
        departments=tuple(reader.department(_table(name)) for name in DEPARTMENTS),
        materials=materials,
        moments={name: _lines(text) for name, text in shop["moments"].items()},
        colors={name: _rgb(code) for name, code in shop["colors"].items()},
        closings=_lines(shop["closings"]),
        proper_words=frozenset(_items(shop["proper_words"])),
        today=shop["today"],
        currency=shop["currency"],
    )
