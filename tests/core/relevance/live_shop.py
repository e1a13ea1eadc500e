"""A list of made products with two clear kinds of taste in it: what a thing is, and its colour."""

from __future__ import annotations

from core.catalogue.embedding import HashingEncoder
from core.domain import Product
from core.relevance.contract import Item
from core.relevance.profile import profile

KINDS = {"tent": "Outdoor > Tents", "lantern": "Outdoor > Lanterns", "mug": "Kitchen > Mugs"}
COLOURS = ("red", "blue", "green")
MODELS = ("Alder", "Birch", "Cedar", "Elm")


def items() -> list[Item]:
    """36 products, in turn a tent, a lantern and a mug, with a colour, a brand and a price."""
    encoder = HashingEncoder()
    found: list[Item] = []
    for model in MODELS:
        for colour in COLOURS:
            for kind, path in KINDS.items():
                number = len(found)
                product = Product(
                    product_id=f"p{number:02d}",
                    title=f"{model} {colour} camping {kind}",
                    brand="Northfell" if number % 2 else "Loam",
                    category=path,
                    attributes=(("color", colour), ("material", "steel")),
                    price=10.0 + number,
                )
                found.append(Item(product, profile(product), encoder.encode([product.title])[0]))
    return found


def kind(item: Item) -> str:
    """The last word of the title."""
    return item.product.title.split()[-1]


def colour(item: Item) -> str:
    """The second word of the title."""
    return item.product.title.split()[1]
