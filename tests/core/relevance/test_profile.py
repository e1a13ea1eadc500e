"""Products are analysed once: what they claim, what they are made for, what they state."""

from __future__ import annotations

from core.domain import Product
from core.relevance.profile import described, profile

CHARGER = Product(
    "7",
    "Fast Charger 2A, 6 ft - no cable | for Amazon Kindle Fire with LED",
    description="Comes without a plug. Works in the car.",
    brand="Uzou",
    category="Electronics > Accessories > Chargers",
    attributes=(("color", "Navy"), ("size", "2 pack"), ("empty", "")),
)


def test_a_profile_keeps_apart_where_words_stand() -> None:
    found = profile(CHARGER)
    assert found.path == (("electron",), ("accessori",), ("charger",))
    assert found.head == ("fast", "charger", "2", "a")[:3]
    assert {"fast", "charger"} <= found.front
    assert found.serves == {"amazon", "kindl", "fire"}
    assert "cabl" in found.negated
    assert "cabl" not in found.claims
    assert "accessori" in found.asserted - found.claims
    assert found.values == {"navi", "2", "pack"}
    assert {"uzou", "kindl", "navi"} <= found.main
    assert "plug" in found.lacking
    assert "car" in found.body


def test_a_profile_states_what_title_category_and_attributes_say() -> None:
    found = profile(CHARGER)
    assert found.facets["colour"] == {"navy"}
    assert found.amounts == {"length": {1828.8000000000002}, "count": {2.0}}


def test_whom_a_product_is_for_is_no_thing_that_it_is_made_for() -> None:
    assert profile(Product("1", "Sandals for Women")).serves == frozenset()


def test_a_category_of_babies_does_not_tell_girls_from_boys() -> None:
    assert "gender" not in profile(Product("1", "Bodysuit", category="Clothing > Baby > Baby Girls")).facets
    assert profile(Product("1", "Shirt", category="Clothing > Women > Shirts")).facets["gender"] == {"women"}


def test_a_body_at_hand_makes_the_same_profile() -> None:
    assert profile(CHARGER, described(CHARGER.description)) == profile(CHARGER)


def test_a_product_that_says_next_to_nothing_has_a_profile() -> None:
    found = profile(Product("1", ""))
    assert (found.title, found.path, found.head, found.facets, found.amounts) == ((), (), (), {}, {})


def test_a_brands_name_is_no_property_and_serves_nothing() -> None:
    rose = profile(Product("a", "Red Rose Tote Bag", brand="Red Rose", attributes=(("color", "Black"),)))
    assert rose.facets["colour"] == {"black"}
    assert profile(Product("b", "Gear for Life Black Backpack", brand="Gear for Life")).serves == frozenset()
    assert "red" in profile(Product("c", "Red", brand="Red")).facets["colour"]
