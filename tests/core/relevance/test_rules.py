"""Rules on merchandisers' own cases: which product is told apart, which is let through, and what is said."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from core.domain import Intent, Product
from core.relevance.profile import profile
from core.relevance.reading import read
from core.relevance.rules.book import shipped_rules


class Shop:
    """A `Corpus` of a made shop of 1,000 products that sells two brands."""

    brands: Mapping[str, float] = {"champion": 0.7, "makita": 0.7, "michael": 0.66, "kor": 0.7}

    def idf(self, token: str) -> float:
        """As rare as ten mentions, or as a token of no product."""
        df = 10 if token in self.brands else 0
        return math.log(1 + (1000 - df + 0.5) / (df + 0.5))

    def names_brand(self, token: str) -> float:
        return self.brands.get(token, 0.0)

    def seldom_negated(self, token: str) -> bool:
        return token in ("solid", "brass")

    def names_thing(self, token: str) -> bool:
        return token in ("dress", "kurta", "tent")


def product(title: str, category: str = "", description: str = "", brand: str = "", **attributes: str) -> Product:
    return Product(
        "1", title, description=description, brand=brand, category=category, attributes=tuple(attributes.items())
    )


def spoken(query: str, found: Product, intent: Intent | None = None) -> dict[str, str]:
    """The rules that speak, with their sentences."""
    verdicts = shipped_rules().verdicts(read(query, intent, Shop()), profile(found))
    return {verdict.rule: verdict.sentence for verdict in verdicts}


SPOKEN_OF = [
    ("white desk chair without wheels", product("White Office Desk Chair with Wheels"), "unwanted"),
    ("toothpaste without sweetner", product("Fruity Toothpaste with Sweetner"), "unwanted"),
    ("sugar free candy", product("Sugar Candy Canes"), "unwanted"),
    ("non-alcoholic drink", product("Alcoholic Drink"), "unwanted"),
    ("stemless wine glass", product("Wine Glass with Long Stem"), "unwanted"),
    ("kindle", product("Fast USB Charger for Amazon Kindle Fire"), "made-for"),
    ("guitar", product("Strap for Acoustic and Electric Guitar"), "made-for"),
    ("kindle", product("Kindle Paperwhite Leather Cover (10th Generation)"), "accessory"),
    ("fitbit charge 3", product("Fitbit Charge 3 Accessory Band, Black"), "accessory"),
    ("kindle", product("Folio", "Electronics > E-Readers > Accessories"), "accessory"),
    ("makita planer", product("Makita 3-1/4-Inch Planer Blades", brand="Makita"), "part"),
    ("wood planner makita", product("Makita D-17239 Set", "Tools > Parts & Accessories > Planer Knives"), "part"),
    ("guitar", product("Play the Guitar in a Week", "Books > Music"), "media"),
    ("sandals for women", product("Women's Leggings", "Clothing > Women > Leggings"), "kind"),
    ("red dresses for women", product("Women's Red Belt", "Accessories > Belts"), "thing"),
    ("green kurta", product("Green Top", "Topwear > Tops"), "thing"),
    ("red dresses", product("Red Rose Nightdress", "Nightwear", brand="Red Rose", color="Black"), "colour"),
    ("1/2 inch binder", product("1 Inch 3 Ring Binder, White"), "length"),
    ("15 lb weighted blanket", product("Weighted Blanket, 20 lbs"), "weight"),
    ("64 gb tablet", product("Tablet 7, 16 GB"), "storage"),
    ("pack of 12 pens", product("Gel Pens, 24-Pack"), "count"),
    ("1 gallon pot", product("Pot, 2 Quarts"), "volume"),
    ("boys pants slim fit", product("Women's Slim Fit Pants"), "gender"),
    ("boys pants slim fit", product("Men's Slim Fit Pants"), "age"),
    ("tennis lacoste hombre", product("Lacoste Women's Tennis Shoe"), "gender"),
    ("yellow champion hoodie", product("Champion Men's Powerblend Hoodie, Navy", brand="Champion"), "colour"),
    ("yellow champion hoodie", product("Champion Hoodie", color="Navy Heather", brand="Champion"), "colour"),
    ("yellow champion hoodie", product("Hanes Hoodie, Yellow", brand="Hanes"), "brand"),
    ("michael kors handbags", product("Guess Handbag", brand="Guess"), "brand"),
    ("christmas ornaments red and silver", product("Halloween Pumpkin Ornaments"), "occasion"),
    ("winter coat", product("Summer Coat"), "season"),
    ("leather handbag", product("Canvas and Nylon Handbag"), "material"),
    ("murphy bed queen", product("Murphy Bed, King Size"), "bed-size"),
    ("plus size dress", product("Petite Dress"), "figure"),
    ("red dog bowl", product("Red Bowl", "Pet Supplies > Cats > Bowls"), "animal"),
]

LET_THROUGH = [
    ("white desk chair without wheels", product("White Desk Chair, No Wheels")),
    ("white desk chair without wheels", product("White Desk Chair", description="It has no wheels.")),
    ("picnic basket without accessories", product("Picnic Basket", "Kitchen > Baskets & Accessories")),
    ("unscented candle", product("Unscented Candle")),
    ("forget me not seeds", product("Forget Me Not Seeds")),
    ("gift not included batteries", product("Toy Car, Batteries Not Included")),
    ("faucet drain without overflow solid brass", product("Solid Brass Drain")),
    ("kindle", product("Kindle Paperwhite with Special Offers")),
    ("kindle", product("Kindle Paperwhite with a Leather Cover")),
    ("kindle cover", product("Leather Cover for Kindle Paperwhite")),
    ("dremel collet", product("Dremel Collet Kit", "Tools > Rotary Tool Accessories")),
    ("drone", product("Pocket Drone", "Toys > Remote Control > Drones & Parts > Drones")),
    ("camping", product("Lantern for Camping")),
    ("birthday party decorations", product("Balloons for Birthday Party Decorations")),
    ("laptop backpack", product("Laptop Backpack Bag")),
    ("makita planer blades", product("Planer Blades by Makita", brand="Makita")),
    ("guitar book", product("Play the Guitar in a Week", "Books > Music")),
    ("harry potter", product("Harry Potter and the Goblet of Fire", "Books > Fantasy")),
    ("sandals for women", product("Women's Flat Slides", "Clothing > Women > Shoes > Sandals")),
    ("salad dressing", product("Ranch Dressing", "Grocery > Dressings")),
    ("red wine glasses", product("Red Wine Glasses, Set of 4", "Kitchen > Stemware")),
    ("1/2 inch binder", product("0.5 in. Three Ring Binder")),
    ("1/2 inch binder", product("Binder, 13 mm")),
    ("1/2 inch binder", product("Binder")),
    ("1/2 inch binder", product('1/2" Binder, holds 8.5 x 11 inch paper')),
    ("boys pants slim fit", product("Kids Slim Fit Pants")),
    ("boys pants slim fit", product("Slim Fit Pants for Men and Boys")),
    ("yellow champion hoodie", product("Champion Hoodie, Team Gold", brand="Champion")),
    ("red dress", product("Red Rose Black and Red Dress", "Dresses", brand="Red Rose", color="Black")),
    ("green kurta", product("Green Kurti", "Topwear")),  # akin
    ("red dresses for women", product("Red Gown", "Evening wear")),  # of the same kind
    ("red dresses for women", product("Sleeveless, red", "Dresses")),  # said by its category
    ("gift dress", product("Red Belt", "Accessories")),  # a gift may be anything
    ("tenting", product("Groundsheet", "Camping")),  # what is done, not a thing
    ("yellow champion hoodie", product("Hoodie for Champions, Yellow", brand="Hanes")),
    ("blue shirt", product("Navy Shirt")),
    ("white noise machine", product("Black Sound Machine")),
    ("christmas ornaments red and silver", product("Red and Silver Christmas Ball Ornaments")),
    ("christmas ornaments red and silver", product("Silver Halloween or Christmas Ornaments")),
    ("bandsaw for metal", product("Bandsaw with a Wooden Table")),
    ("white shades glasses for women", product("White Plastic Sunglasses for Women")),
    ("red dog bowl", product("Red Bowl", "Pet Supplies > Dogs > Bowls")),
]


@pytest.mark.parametrize(("query", "found", "rule"), SPOKEN_OF, ids=lambda value: str(value)[:40])
def test_a_rule_speaks_of_what_was_not_asked_for(query: str, found: Product, rule: str) -> None:
    assert rule in spoken(query, found)


@pytest.mark.parametrize(("query", "found"), LET_THROUGH, ids=lambda value: str(value)[:40])
def test_no_rule_speaks_of_what_was_asked_for(query: str, found: Product) -> None:
    assert spoken(query, found) == {}


def test_sentences_say_what_was_asked_for_and_what_was_found_in_the_words_of_the_query() -> None:
    assert spoken("yellow champion hoodie", product("Hoodie, Navy", brand="Champion"))["colour"] == (
        "Asked for yellow, and this is navy."
    )
    assert spoken("1/2 inch binder", product("1 Inch Binder"))["length"] == "Asked for 12.7 mm, and this is 25.4 mm."
    assert spoken("64 gb tablet", product("Tablet, 16 GB"))["storage"] == "Asked for 64 GB, and this is 16 GB."
    assert "“kindle”" in spoken("kindle", product("Charger for Kindle"))["made-for"]
    assert "wheels" in spoken("white desk chair without wheels", product("Chair with Wheels"))["unwanted"]
    assert "Michael Kors".lower() in spoken("michael kors handbags", product("Handbag", brand="Guess"))["brand"]


def test_an_intent_asks_for_whom_and_when_and_rules_out() -> None:
    intent = Intent("gifts", audience="women", season="winter", must_not=("real fur",))
    assert spoken("scarf", product("Men's Scarf"), intent).keys() == {"gender"}
    assert spoken("scarf", product("Summer Scarf"), intent).keys() == {"season"}
    fur = spoken("scarf", product("Scarf of real fur"), intent)
    assert fur.keys() == {"unwanted"}
    assert "real fur" in fur["unwanted"]
    assert spoken("scarf", product("Women's Winter Scarf"), intent) == {}


def test_without_a_corpus_no_brand_is_asked_for() -> None:
    found = profile(product("Hanes Hoodie, Yellow", brand="Hanes"))
    assert shipped_rules().verdicts(read("yellow champion hoodie"), found) == ()
