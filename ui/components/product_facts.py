"""One product as facts: the card of the grid, the head of a drawer, a line of a search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from core.domain import BehindRow, Product, SelectedProduct
from core.pipeline.learning import LearnedProduct, Why
from ui.components.product_grid import Card
from ui.grade_words import grade_name, in_one_breath
from ui.text import category_leaf, count, money

CARD_TERMS = 3


def cards_of(
    chosen: Sequence[SelectedProduct],
    products: Mapping[str, Product],
    pictures: Mapping[str, tuple[str, ...]],
    *,
    pinned: Collection[str] = (),
    places: Mapping[str, tuple[LearnedProduct, Why]] = MappingProxyType({}),
) -> list[Card]:
    """The cards of one page in their order; a product that left the catalogue since shows its id.

    `places` are the new places of those that live learning put in order, and why; `pictures` then hold those of the
    judged products too which it names.
    """
    cards = [
        _card(
            one,
            products.get(one.product_id, Product(one.product_id, one.product_id)),
            pictures=pictures.get(one.product_id, ()),
            pinned=one.product_id in pinned,
        )
        for one in chosen
    ]
    return [card if card.id not in places else _placed(card, *places[card.id], pictures) for card in cards]


def _placed(card: Card, place: LearnedProduct, why: Why, pictures: Mapping[str, tuple[str, ...]]) -> Card:
    return replace(
        card,
        rank=place.rank,
        learned=why.sentence,
        like=pictures.get(why.like or "", ()),
        like_kept=why.kept,
        shares=", ".join(why.shares),
        was=place.was if place.was != place.rank else 0,
        up=place.up,
    )


def _card(one: SelectedProduct, product: Product, *, pictures: tuple[str, ...], pinned: bool) -> Card:
    judgment = one.judgment
    return Card(
        id=product.product_id,
        rank=one.rank,
        title=product.title,
        brand=product.brand,
        category=category_leaf(product.category),
        price=money(product.price, product.currency),
        rating="" if product.rating is None else f"{product.rating:.1f}",
        rating_note="" if product.rating_count is None else count(product.rating_count, "rating"),
        terms=one.terms[:CARD_TERMS],
        why=one.why,
        flag=stock_flag(product),
        variants=len(one.variants),
        tier="" if judgment is None or judgment.tier is None else judgment.tier,
        level=0 if judgment is None or judgment.grade is None else judgment.grade,
        grade="" if judgment is None else grade_name(judgment),
        judged="" if judgment is None else in_one_breath(judgment),
        pinned=pinned,
        pictures=pictures,
    )


def cards_behind(
    rows: Sequence[BehindRow],
    chosen: Mapping[str, SelectedProduct],
    products: Mapping[str, Product],
    pictures: Mapping[str, tuple[str, ...]],
    *,
    pinned: Collection[str] = (),
) -> list[Card]:
    """The cards of what stands behind a number: those in the list as they are there, others with why they are not."""
    cards = []
    for row in rows:
        name = row.product_id
        product = products.get(name, Product(name, name))
        one = chosen.get(name)
        shown = one if one is not None else SelectedProduct(name, 0, 0.0, 0.0, 0.0, row.note, ())
        card = _card(shown, product, pictures=pictures.get(name, ()), pinned=name in pinned)
        cards.append(card if one is not None else replace(card, note=row.note))
    return cards


def stock_flag(product: Product) -> str:
    """A warning where a product cannot be bought now."""
    return "Out of stock" if product.stock is not None and product.stock <= 0 else ""


def facts_line(product: Product) -> str:
    """Brand, category, price, rating and stock as one line of plain text; what the shop did not say is left out."""
    stock = "" if product.stock is None else (f"{product.stock:,} in stock" if product.stock > 0 else "out of stock")
    rating = "" if product.rating is None else f"★ {product.rating:.1f}"
    if rating and product.rating_count is not None:
        rating += f" ({product.rating_count:,})"
    parts = (product.brand, category_leaf(product.category), money(product.price, product.currency), rating, stock)
    return " · ".join(part for part in parts if part)
