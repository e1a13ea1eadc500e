"""Numbers with units in a text ("1/2 inch", "9 x 12 in", "pack of 12", "64 GB"), in one unit for each dimension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from core.text import fold

CLOSE = 0.025
"""Two amounts are the same within this share of the larger: half an inch is 13 mm."""

# Of one of the base unit, which is the first: what one unit is worth.
_UNITS: Mapping[str, Mapping[str, float]] = {
    "length": {
        "mm": 1, "millimeter": 1, "cm": 10, "centimeter": 10, "m": 1000, "meter": 1000, "inch": 25.4, "inches": 25.4,
        "in": 25.4, '"': 25.4, "ft": 304.8, "foot": 304.8, "feet": 304.8, "yard": 914.4, "yd": 914.4,
    },
    "weight": {
        "g": 1, "gram": 1, "mg": 0.001, "kg": 1000, "kilogram": 1000, "ounce": 28.35, "oz": 28.35, "lb": 453.6,
        "lbs": 453.6, "pound": 453.6,
    },
    "volume": {
        "ml": 1, "milliliter": 1, "cl": 10, "l": 1000, "liter": 1000, "litre": 1000, "fl oz": 29.57, "fl. oz": 29.57,
        "fluid ounce": 29.57, "cup": 236.6, "pint": 473.2, "pt": 473.2, "quart": 946.4, "qt": 946.4, "gallon": 3785.4,
        "gal": 3785.4,
    },
    "storage": {"mb": 1, "gb": 1024, "tb": 1048576},
    "power": {"w": 1, "watt": 1, "kw": 1000},
    "voltage": {"v": 1, "volt": 1},
    "count": {
        "pack": 1, "pk": 1, "count": 1, "ct": 1, "pc": 1, "pcs": 1, "piece": 1, "tablet": 1, "capsule": 1, "sheet": 1,
    },
}  # fmt: skip
_NUMBER = r"\d+[\s-]\d/\d+|\d+/\d+|\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?|\.\d+"
_PACK_OF = re.compile(r"\b(?:pack|set|box|case|bag|bundle)\s+of\s+(\d+)\b")


@cache
def _pattern() -> re.Pattern[str]:
    units = sorted((unit for dimension in _UNITS.values() for unit in dimension), key=len, reverse=True)
    named = "|".join(re.escape(unit) + ("" if unit == '"' else "(?:e?s)?\\b") for unit in units)
    # The first numbers of "9 x 12 in" carry the unit of the last.
    chain = rf"((?:(?:{_NUMBER})\s*(?:\"|in)?\s*x\s*){{0,2}})"
    return re.compile(rf"(?<![\w./]){chain}({_NUMBER})[\s-]*({named})", re.IGNORECASE)


@cache
def _worth() -> Mapping[str, tuple[str, float]]:
    return {unit: (name, worth) for name, units in _UNITS.items() for unit, worth in units.items()}


def measures(text: str) -> dict[str, frozenset[float]]:
    """The amounts that a text names, by dimension, in its base unit (mm, g, ml, MB, W, V, pieces)."""
    if not any(character.isnumeric() for character in text):
        return {}
    found: dict[str, set[float]] = {}
    plain = fold(text).replace("''", '"').replace("”", '"')
    for match in _pattern().finditer(plain):
        dimension, worth = _of(match.group(3))
        amounts = [*re.findall(_NUMBER, match.group(1)), match.group(2)]
        found.setdefault(dimension, set()).update(_amount(amount) * worth for amount in amounts)
    for match in _PACK_OF.finditer(plain):
        found.setdefault("count", set()).add(float(match.group(1)))
    return {dimension: frozenset(amounts) for dimension, amounts in found.items()}


# How amounts are told: the base unit, and a larger one with what it is worth.
_TOLD = {
    "length": ("mm", "m", 1000),
    "weight": ("g", "kg", 1000),
    "volume": ("ml", "l", 1000),
    "storage": ("MB", "GB", 1024),
    "power": ("W", "kW", 1000),
    "voltage": ("V", "kV", 1000),
    "count": ("pieces", "", 0),
}


def told(dimension: str, amounts: frozenset[float]) -> str:
    """Amounts of a dimension in words for people, the least first: "12.7 mm, 1.83 m"."""
    unit, larger, worth = _TOLD[dimension]
    parts = (f"{a / worth:.3g} {larger}" if worth and a >= worth else f"{a:.4g} {unit}" for a in sorted(amounts))
    return ", ".join(parts)


def _of(unit: str) -> tuple[str, float]:
    worth = _worth()
    for ending in ("", "s", "es"):
        if unit.endswith(ending) and unit.removesuffix(ending) in worth:
            return worth[unit.removesuffix(ending)]
    raise AssertionError(unit)


def _amount(text: str) -> float:
    whole, _, fraction = text.replace("-", " ").rpartition(" ")
    if "/" in fraction:
        above, below = fraction.split("/")
        return (float(whole) if whole.strip() else 0.0) + float(above) / (float(below) or 1.0)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def same(asked: frozenset[float], stated: frozenset[float]) -> bool:
    """Whether any two of them are the same amount."""
    return any(abs(a - b) <= CLOSE * max(a, b) for a in asked for b in stated)
