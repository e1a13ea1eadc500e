"""Composes the demo shop's products from its vocabulary: each kind offered by a brand or two, in variants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.catalogue.demo.dice import Dice
from core.catalogue.demo.figures import GroupFigures, group_figures, variant_figures
from core.catalogue.demo.vocabulary import Brand, Department, Kind, ProductType, Vocabulary, vocabulary

SECOND_OFFER = 0.72
"""How often a second brand offers the same kind."""

MOST_VARIANTS = 5

_SMALL = frozenset("a an and as at by for from in of on or the to with without oz lb qt ft mm".split())
_GENDERS = {"women's": "women", "men's": "men", "girls'": "girls", "boys'": "boys", "unisex": "unisex"}


@dataclass(frozen=True, slots=True)
class _Offer:
    """One brand's version of a kind, before its variants."""

    department: Department
    type: ProductType
    kind: Kind
    brand: Brand
    line: str
    material: str
    traits: Mapping[str, str]
    figures: GroupFigures


def _mentions(text: str, phrase: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE) is not None


def _title_case(text: str) -> str:
    words = text.split(" ")
    return " ".join(w if (i and w in _SMALL) or not w.islower() else w[0].upper() + w[1:] for i, w in enumerate(words))


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _running(words: Vocabulary, name: str) -> str:
    """A name inside a title: its first letter small, unless its word is proper, an acronym or like "C-shaped"."""
    first = name.split(" ", 1)[0]
    if first in words.proper_words or first[1:2] == "-" or any(c.isupper() for c in first[1:]):
        return name
    return name[:1].lower() + name[1:]


def _fill(pattern: str, values: Mapping[str, str]) -> str:
    """Fills "{name}"; a part in square brackets is left out where a value in it is empty."""

    def optional(match: re.Match[str]) -> str:
        inner = match.group(1)
        return inner if all(values[name] for name in re.findall(r"\{(\w+)\}", inner)) else ""

    return re.sub(r"\{(\w+)\}", lambda m: values[m.group(1)], re.sub(r"\[([^\]]*)\]", optional, pattern))


def _material(dice: Dice, words: Vocabulary, kind: Kind, product_type: ProductType) -> str:
    """The material that the kind fixes or its name says, else one of the type's."""
    fixed = kind.traits.get("material")
    if fixed is not None:
        return fixed
    choices = product_type.materials if kind.materials is None else kind.materials
    named = [m for m in choices if _mentions(kind.name, m)]
    if named:
        return max(named, key=len)
    return dice.pick(choices) if choices else ""


def _traits(kind: Kind, product_type: ProductType) -> dict[str, str]:
    found = dict(product_type.traits)
    for word, gender in _GENDERS.items():
        if _mentions(kind.name, word):
            found["gender"] = gender
    found.update((k, v) for k, v in kind.traits.items() if k != "material")
    return {k: v for k, v in found.items() if v}


def _offers(words: Vocabulary, department: Department, product_type: ProductType, kind: Kind) -> Iterator[_Offer]:
    dice = Dice("offer", product_type.category, kind.name)
    count = 1 if kind.single or dice.share() >= SECOND_OFFER else 2
    traits = _traits(kind, product_type)
    # A kind well above or below its type's usual price comes from a brand that sells there.
    for brand in dice.some(product_type.brands, count):
        material = _material(dice, words, kind, product_type)
        usual = [words.materials[m].factor for m in product_type.materials if m in words.materials] or [1.0]
        own = words.materials[material].factor if material in words.materials else 1.0
        yield _Offer(
            department=department,
            type=product_type,
            kind=kind,
            brand=brand,
            line=dice.pick(department.lines) if department.lines else "",
            material=material,
            traits=traits,
            figures=group_figures(
                dice,
                price=product_type.price,
                tier=brand.tier,
                factor=kind.factor * min(1.6, max(0.7, own / (sum(usual) / len(usual)))),
                margin=department.margin,
                traits=traits,
                today=words.today,
            ),
        )


def _variants(dice: Dice, offer: _Offer) -> list[tuple[str, tuple[str, float] | None]]:
    """Pairs of a colour ("" for none) and a value of the axis with its price factor (None for none)."""
    kind, product_type = offer.kind, offer.type
    palette = product_type.colors if kind.colors is None else kind.colors
    named = [c for c in palette if _mentions(kind.name, c)]
    colors = [max(named, key=len)] if named else dice.some(palette, 2 + int(3.2 * dice.share()))
    axis = product_type.axis if kind.axis is None else kind.axis
    if axis is None or not axis.values:
        return [(color, None) for color in colors or [""]]
    values = axis.values
    if len(values) > 4:
        start = int(dice.share() * (len(values) - 3))
        values = values[start : start + 4]
    pairs: list[tuple[str, tuple[str, float] | None]] = []
    pairs += [(color, value) for color in colors[:1] or [""] for value in values]
    pairs += [(color, values[int(dice.share() * len(values))]) for color in colors[1:]]
    return pairs[:MOST_VARIANTS]


def _title(words: Vocabulary, offer: _Offer, variant: str) -> str:
    department = offer.department
    position = [b.name for b in offer.type.brands].index(offer.brand.name)
    pattern = department.titles[position % len(department.titles)]
    # "Wooden train set" already says wood, "BPA-free bottle" BPA-free plastic.
    said = offer.kind.name.casefold().split()
    material = "" if any(w.startswith(offer.material.casefold().split(" ")[0]) for w in said) else offer.material
    case = _title_case if department.title_case else str
    name = case(offer.kind.name) if department.title_case else _running(words, offer.kind.name)
    values = {
        "brand": offer.brand.name,
        "line": offer.line,
        "name": name,
        "material": case(material),
        "variant": case(variant),
    }
    return _sentence_case(" ".join(_fill(pattern, values).split()))


def _description(dice: Dice, words: Vocabulary, offer: _Offer, color: str) -> str:
    """Two or three sentences: what is true of the kind, of its type, and of its material or its moment."""
    type_says = dice.pick(offer.type.says) if offer.type.says and not offer.kind.alone else ""
    first, second = offer.kind.sentence, type_says
    if second and dice.share() < 0.35:
        first, second = second, first
    extra: list[str] = []
    if offer.material in words.materials:
        extra.extend(words.materials[offer.material].facts)
    if dice.share() < 0.6 or not extra:
        moments = [s for value in offer.traits.values() for s in words.moments.get(value, ())]
        extra = moments or extra
    if not second:
        extra = extra or list(words.closings)
    third = dice.pick(extra) if extra and (not second or dice.share() < 0.75) else ""
    text = " ".join(_sentence_case(part.strip()) for part in (first, second, third) if part)
    values = {"color": color or "natural", "material": offer.material, "brand": offer.brand.name, "line": offer.line}
    return re.sub(r"\{(\w+)\}", lambda m: values[m.group(1)], text)


def _rows(words: Vocabulary, offer: _Offer, group_id: str) -> Iterator[dict[str, Any]]:
    dice = Dice("variants", offer.type.category, offer.kind.name, offer.brand.name)
    variants = _variants(dice, offer)
    weights = [0.4 + dice.share() for _ in variants]
    description_dice = Dice("description", offer.type.category, offer.kind.name, offer.brand.name)
    description = _description(description_dice, words, offer, variants[0][0])
    for (color, value), weight in zip(variants, weights, strict=True):
        attributes = {"material": offer.material, "color": color}
        axis = offer.type.axis if offer.kind.axis is None else offer.kind.axis
        if value is not None and axis is not None:
            attributes[axis.key] = value[0]
        attributes.update(offer.traits)
        shown = [color, "" if value is None else value[0]]
        figures = variant_figures(
            dice, offer.figures, factor=1.0 if value is None else value[1], share=weight / sum(weights)
        )
        yield {
            "title": _title(
                words, offer, ", ".join(part for part in shown if part and not _mentions(offer.kind.name, part))
            ),
            "description": description,
            "brand": offer.brand.name,
            "category": offer.type.category,
            "attributes": {k: v for k, v in attributes.items() if v},
            **figures,
            "currency": words.currency,
            "launch_date": offer.figures.launch_date,
            "group_id": group_id if len(variants) > 1 else None,
            "image_url": None,
        }


def demo_rows() -> Iterator[dict[str, Any]]:
    """The products of the demo shop as ingest's canonical fields, in a fixed order; the same on every machine."""
    words = vocabulary()
    number = group = 0
    for department in words.departments:
        for product_type in department.types:
            for kind in product_type.kinds:
                for offer in _offers(words, department, product_type, kind):
                    group += 1
                    for row in _rows(words, offer, f"G-{group:05d}"):
                        number += 1
                        yield {"product_id": f"D-{number:06d}", **row}
