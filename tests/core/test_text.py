"""The analyser: tokens, what a product negates, what a query does not want."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import STOP_WORDS, Query, analyse, fold, lacking, split_negation, split_price, stem, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nescafé", "nescafe"),
        ("ＡＢ１２", "ab12"),
        ("Straße", "strasse"),
        ("1½ inch", "1-1/2 inch"),
        ("½ pint", "1/2 pint"),
        ("Women’s", "women's"),
        ("한국어", "한국어"),
    ],
)
def test_folds(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pull up bar", ("pull", "up", "bar")),
        ("the cup of tea", ("cup", "tea")),
        ("Women's knives and shelves", ("woman", "knife", "shelf")),
        ("womens men's kids", ("woman", "man", "kid")),
        ("zapatos hombre mujeres", ("zapato", "man", "woman")),
        ("grey jewellery", ("gray", "jewelri")),
        ("64oz 3 lbs", ("64", "ounc", "3", "pound")),
        ('12" pizza', ("12", "inch", "pizza")),
        ("1 1/2 inch, 1-1/2 inch", ("1-1/2", "inch", "1-1/2", "inch")),
        ("1/2 inch 2.5 1,000", ("1/2", "inch", "2.5", "1,000")),
        ("T-Shirt V neck x-ray", ("tshirt", "shirt", "vneck", "xray")),
        ("NESCAFÉ nescafe", ("nescaf", "nescaf")),
        ("🎄🎁", ()),
        ("", ()),
    ],
)
def test_tokens(text: str, expected: tuple[str, ...]) -> None:
    assert tokens(text) == expected


def test_chinese_is_segmented() -> None:
    assert "帐篷" in tokens("户外露营帐篷 4人")
    assert "4" in tokens("户外露营帐篷 4人")


def test_words_keep_stop_words_and_endings() -> None:
    assert words("The Running Shoes") == ("the", "running", "shoes")
    assert "up" not in STOP_WORDS
    assert "no" not in STOP_WORDS


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("stemless", "stem"),
        ("undated", "date"),
        ("unscented", "scent"),
        ("wireless", "wire"),
        ("timeless", None),
        ("stainless", None),
        ("united", None),
        ("glass", None),
    ],
)
def test_lacking(word: str, root: str | None) -> None:
    assert lacking(word) == root


@pytest.mark.parametrize(
    ("text", "asserted", "negated"),
    [
        ("mug without handle, with lid", ("mug", "lid"), ("handl",)),
        ("mug without handle and with a lid", ("mug", "lid"), ("handl",)),
        ("stemless glass", ("stemless", "glass"), ("stem",)),
        ("sugar-free gum", ("free", "gum"), ("sugar",)),
        ("free of gluten and dairy", ("free",), ("gluten", "dairi")),
        ("non-slip bath mat", ("bath", "mat"), ("slip",)),
        ("batteries not included", ("includ",), ("batteri",)),
        ("not only red, no worries", ("onli", "red", "worri"), ()),
        ("free shipping", ("free", "ship"), ()),
        ("hands free headset", ("hand", "free", "headset"), ()),
        ("chair w/o wheels (black)", ("chair", "black"), ("wheel",)),
    ],
)
def test_analyses_what_a_product_lacks(text: str, asserted: tuple[str, ...], negated: tuple[str, ...]) -> None:
    found = analyse(text)
    assert found.asserted == asserted
    assert found.negated == negated


def test_a_negation_reaches_over_three_words() -> None:
    assert analyse("no harsh cleaning chemicals inside").negated == ("harsh", "clean", "chemic")


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ("wall lamp without cord", "wall lamp", ("cord",)),
        ("lights without wiring with switch", "lights with switch", ("wiring",)),
        ("tortillas without soybean oil”", "tortillas", ("soybean oil",)),
        ("cup without handle or lid with straw", "cup with straw", ("handle", "lid")),
        ("shampoo without sulfates and parabens", "shampoo", ("sulfates", "parabens")),
        ("desk chair no wheels", "desk chair", ("wheels",)),
        ("womens no show socks", "womens no show socks", ("show",)),
        ("gluten free bread", "gluten free bread", ("gluten",)),
        ("non-slip mat", "non-slip mat", ("slip",)),
        ("stemless wine glasses", "stemless wine glasses", ("stem",)),
        ("free shipping mug", "free shipping mug", ()),
        ("red mug", "red mug", ()),
        ("toys not for children", "toys", ("children",)),
        ("candles, but not for kids", "candles,", ("kids",)),
        ("gifts not suitable for toddlers", "gifts", ("toddlers",)),
        ("Picknick ohne Plastik", "picknick", ("plastik",)),
        ("Kerzen, nicht für Kinder", "kerzen,", ("kinder",)),
    ],
)
def test_splits_a_query(query: str, wanted: str, unwanted: tuple[str, ...]) -> None:
    assert split_negation(query) == Query(wanted, unwanted)


@pytest.mark.parametrize("query", ["without sugar", "not", "", "without"])
def test_a_query_that_would_keep_nothing_stays_whole(query: str) -> None:
    assert split_negation(query) == Query(query, ())


@given(st.text(max_size=80))
def test_any_text_is_analysed(text: str) -> None:
    found = tokens(text)
    assert all(found)
    assert not any(" " in token for token in found)
    assert found == tokens(fold(text))
    analysis = analyse(text)
    assert all(analysis.asserted + analysis.negated)
    split_negation(text)


@given(st.sampled_from(["running", "shoes", "knives", "women", "grey", "boxes", "T-shirts"]))
def test_case_and_accents_do_not_matter(word: str) -> None:
    assert tokens(word) == tokens(word.upper()) == tokens(word.replace("e", "é"))


def test_stem_leaves_digits_alone() -> None:
    assert stem("1/2") == "1/2"


@pytest.mark.parametrize(
    ("text", "rest", "price"),
    [
        ("gifts under $50", "gifts", (None, 50.0)),
        ("gifts for under 50", "gifts", (None, 50.0)),
        ("gifts between 20 and 40 euros", "gifts", (20.0, 40.0)),
        ("shoes over 100 dollars", "shoes", (100.0, None)),
        ("presents $15-$30", "presents", (15.0, 30.0)),
        ("presents $30-$15", "presents", (15.0, 30.0)),
        ("presents up to 1,200 usd", "presents", (None, 1200.0)),
        ("lamps under 1,200.50 dollars", "lamps", (None, 1200.5)),
        ("lampen unter 1.200 €", "lampen", (None, 1200.0)),
        ("gifts $20 or less", "gifts", (None, 20.0)),
        ("geschenke bis 30 euro", "geschenke", (None, 30.0)),
        ("regalos por menos de 30 euros", "regalos", (None, 30.0)),
        ("regalos de 10 a 20 euros", "regalos", (10.0, 20.0)),
        ("cadeaux jusqu'à 40 euros", "cadeaux", (None, 40.0)),
        ("礼物 100元以下", "礼物", (None, 100.0)),
        ("toys for kids under 5", "toys for kids under 5", None),
        ("games for women over 40", "games for women over 40", None),
        ("games for 4 to 8 players", "games for 4 to 8 players", None),
        ("spielzeug ab 3 jahren", "spielzeug ab 3 jahren", None),
        ("wine from 2010", "wine from 2010", None),
        ("rugs under 200 cm", "rugs under 200 cm", None),
        ("meals under 30 minutes", "meals under 30 minutes", None),
        ("camping", "camping", None),
    ],
)
def test_price_words(text: str, rest: str, price: tuple[float | None, float | None] | None) -> None:
    assert split_price(text) == (rest, price)
