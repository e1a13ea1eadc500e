"""Rules on merchandisers' own cases: who is let through, who is not, and what is said."""

from __future__ import annotations

import pytest

from core.domain import Product
from core.relevance.profile import profile
from core.relevance.reading import read
from core.relevance.rules.book import shipped_rules


def spoken(query: str, title: str, **more: object) -> set[str]:
    """The ids of the rules that speak."""
    product = Product("1", title, **more)  # type: ignore[arg-type]
    return {verdict.rule for verdict in shipped_rules().verdicts(read(query), profile(product))}


@pytest.mark.parametrize(
    ("query", "title", "rule"),
    [
        ("white desk chair without wheels", "White Office Desk Chair with Wheels", "unwanted"),
        ("kindle", "Fast USB Charger for Amazon Kindle Fire", "made-for"),
        ("kindle", "Kindle Paperwhite Leather Cover (10th Generation)", "accessory"),
        ("1/2 inch binder", "1 Inch 3 Ring Binder, White", "length"),
        ("boys pants slim fit", "Women's Slim Fit Pants", "gender"),
        ("yellow champion hoodie", "Champion Men's Powerblend Hoodie, Navy", "colour"),
        ("christmas ornaments red and silver", "Halloween Pumpkin Ornaments", "occasion"),
    ],
)
def test_a_rule_speaks_of_a_product_that_is_not_what_was_asked_for(query: str, title: str, rule: str) -> None:
    assert rule in spoken(query, title)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("white desk chair without wheels", "White Desk Chair, No Wheels"),
        ("kindle", "Kindle Paperwhite with Special Offers"),
        ("kindle cover", "Leather Cover for Kindle Paperwhite"),
        ("1/2 inch binder", "0.5 in. Three Ring Binder"),
        ("boys pants slim fit", "Kids Slim Fit Pants"),
        ("yellow champion hoodie", "Champion Hoodie, Team Gold"),
        ("christmas ornaments red and silver", "Red and Silver Christmas Ball Ornaments"),
    ],
)
def test_no_rule_speaks_of_a_product_that_is_what_was_asked_for(query: str, title: str) -> None:
    assert spoken(query, title) == set()
