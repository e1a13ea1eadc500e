"""What rules read in a typed idea, on real themes: all that it says, and nothing that it does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Intent
from core.intent.languages import language_of
from core.intent.rules import read_words

TODAY = date(2026, 11, 27)  # a Friday
CHRISTMAS = (date(2026, 12, 24), date(2026, 12, 26))
HALLOWEEN = (date(2027, 10, 31),) * 2
MOTHERS = (date(2027, 5, 9),) * 2
SCHOOL = (date(2027, 7, 15), date(2027, 9, 7))


def read(text: str, **given_: Any) -> Intent:
    return read_words(text, **{"country": "US", "today": TODAY, **given_})


def told(intent: Intent) -> dict[str, Any]:
    """The fields that say something; a theme in English is what most are."""
    fields = {
        "what": intent.what,
        "who": intent.audience,
        "occasion": intent.occasion,
        "season": intent.season,
        "dates": intent.dates,
        "have": intent.must_have,
        "nots": intent.must_not,
        "price": intent.filters.price,
        "kind": "" if intent.kind == "theme" else intent.kind,
        "locale": "" if intent.locale == "en" else intent.locale,
    }
    return {name: value for name, value in fields.items() if value}


THEMES: list[tuple[str, dict[str, Any]]] = [
    ("camping with kids", {"what": "camping", "who": "kids"}),
    ("cosy autumn reading nook", {"season": "autumn"}),
    ("small-space home office", {}),
    ("spring garden refresh", {"season": "spring"}),
    ("sandals and flip flops for summer", {"what": "sandals and flip flops", "season": "summer"}),
    ("women's ethnic festive wear", {"who": "women"}),
    ("formal office wear for men", {"what": "formal office wear", "who": "men"}),
    ("gifts under $50", {"what": "gifts", "price": (None, 50.0), "kind": "keyword"}),
    ("gifts for mom and dad", {"what": "gifts", "who": "mom and dad"}),
    ("gift ideas for dog lovers", {"what": "gift ideas", "who": "dog lovers"}),
    ("gifts for her", {"what": "gifts", "who": "her"}),
    ("back pain relief for seniors", {"what": "back pain relief", "who": "seniors"}),
    ("toys for kids under 5", {"what": "toys", "who": "kids under 5"}),
    ("gifts for a 10 year old boy", {"what": "gifts", "who": "10 year old boy"}),
    ("games for ages 8 to 12", {"what": "games", "who": "ages 8 to 12"}),
    ("gifts for the whole family", {"what": "gifts", "who": "whole family"}),
    ("dog birthday party", {"who": "dogs", "occasion": "birthday"}),
    ("kids' backpack", {"who": "kids", "kind": "keyword"}),
    ("cat toys without feathers", {"what": "cat toys", "who": "cats", "nots": ("feathers",)}),
    ("Halloween party and decoration", {"occasion": "Halloween", "dates": HALLOWEEN}),
    ("party treats for Halloween", {"what": "party treats", "occasion": "Halloween", "dates": HALLOWEEN}),
    ("Christmas decorations and gifts", {"occasion": "Christmas", "dates": CHRISTMAS}),
    ("Easter table and egg hunt", {"occasion": "Easter", "dates": (date(2027, 3, 26), date(2027, 3, 29))}),
    (
        "stocking stuffers under 10",
        {
            "what": "stocking stuffers",
            "occasion": "Christmas",
            "dates": CHRISTMAS,
            "price": (None, 10.0),
            "kind": "keyword",
        },
    ),
    ("back to school", {"occasion": "Back to School", "dates": SCHOOL}),
    (
        "Back-to-school supplies for college students",
        {
            "what": "back-to-school supplies",
            "who": "college students",
            "occasion": "Back to School",
            "dates": SCHOOL,
        },
    ),
    # the father of Father's Day is no audience, the grandpa is
    (
        "Father's Day gifts for grandpa",
        {
            "what": "father's day gifts",
            "who": "grandpa",
            "occasion": "Father's Day",
            "dates": (date(2027, 6, 20),) * 2,
        },
    ),
    ("4th of July cookout", {"what": "cookout", "occasion": "Independence Day", "dates": (date(2027, 7, 4),) * 2}),
    ("wedding guest dresses", {"occasion": "wedding"}),
    ("housewarming gift for newlyweds", {"what": "housewarming gift", "who": "newlyweds", "occasion": "housewarming"}),
    (
        "ideas for a game night with friends",
        {"what": "ideas for a game night", "who": "friends", "occasion": "game night"},
    ),
    ("picnic this weekend", {"what": "picnic", "dates": (date(2026, 11, 28), date(2026, 11, 29))}),
    ("barbecue in July", {"what": "barbecue", "dates": (date(2027, 7, 1), date(2027, 7, 31))}),
    ("gifts on December 24", {"what": "gifts", "dates": (date(2026, 12, 24),) * 2}),
    ("late September camping trip", {"what": "camping trip", "dates": (date(2027, 9, 21), date(2027, 9, 30))}),
    ("gifts in May", {"what": "gifts", "dates": (date(2027, 5, 1), date(2027, 5, 31))}),
    ("may flowers", {"kind": "keyword"}),
    (
        "next summer beachwear",
        {"what": "beachwear", "season": "summer", "dates": (date(2027, 6, 1), date(2027, 8, 31))},
    ),
    ("ideas for 2027", {"what": "ideas", "dates": (date(2027, 1, 1), date(2027, 12, 31))}),
    ("picnic without plastic", {"what": "picnic", "nots": ("plastic",)}),
    ("toys not for children", {"what": "toys", "nots": ("children",)}),
    ("candles, no scent", {"what": "candles", "nots": ("scent",)}),
    (
        "vegan snacks for hikers without nuts",
        {"what": "snacks", "who": "hikers", "have": ("vegan",), "nots": ("nuts",)},
    ),
    ("gluten free bread", {"what": "bread", "have": ("gluten free",), "nots": ("gluten",)}),
    (
        "waterproof hiking boots for men under $100",
        {"what": "hiking boots", "who": "men", "have": ("waterproof",), "price": (None, 100.0)},
    ),
    ("rain jacket with hood for toddlers", {"what": "rain jacket", "who": "toddlers", "have": ("with hood",)}),
    ("furniture made of wood", {"what": "furniture", "have": ("made of wood",)}),
    ("organic cotton baby clothes", {"what": "baby clothes", "who": "babies", "have": ("organic cotton",)}),
    ("leather bags for women", {"what": "bags", "who": "women", "have": ("leather",)}),
    ("bike gear for commuters, must be reflective", {"what": "bike gear", "who": "commuters", "have": ("reflective",)}),
    ("camping stove from 20 to 50 dollars", {"what": "camping stove", "price": (20.0, 50.0), "kind": "keyword"}),
    (
        "presents for my best friend who loves hiking",
        {"what": "presents", "who": "best friend who loves hiking", "kind": "idea"},
    ),
    (
        "gifts for women over 40 who love gardening under $30",
        {"what": "gifts", "who": "women over 40 who love gardening", "price": (None, 30.0), "kind": "idea"},
    ),
    (
        "I want to set up a small balcony garden for the summer, not too expensive",
        {"what": "small balcony garden", "season": "summer", "kind": "idea"},
    ),
    (
        "something for new moms that is machine washable",
        {"who": "new moms", "have": ("machine washable",), "kind": "idea"},
    ),
    ("tents", {"kind": "keyword"}),
    ("yoga mat", {"kind": "keyword"}),
    # words of an audience, a season or an occasion in the name of something else
    ("hot dog cooker", {}),
    ("baby blue dress", {}),
    ("box spring mattress", {}),
    ("spring rolls", {"kind": "keyword"}),
    ("fall asleep faster", {}),
    ("café chairs", {"kind": "keyword"}),
    # other languages
    (
        "Geschenke zum Muttertag unter 30 €",
        {"what": "geschenke", "occasion": "Mother's Day", "dates": MOTHERS, "price": (None, 30.0), "locale": "de"},
    ),
    (
        "Weihnachtsdeko ohne Plastik",
        {"what": "weihnachtsdeko", "occasion": "Christmas", "dates": CHRISTMAS, "nots": ("plastik",), "locale": "de"},
    ),
    ("Kerzen, nicht für Kinder", {"what": "kerzen", "nots": ("kinder",), "locale": "de"}),
    (
        "Outdoor-Spielzeug für Kinder ab 3 Jahren",
        {"what": "outdoor-spielzeug", "who": "kids from 3 years", "locale": "de"},
    ),
    ("wasserdichte Jacke mit Kapuze", {"what": "jacke", "have": ("wasserdichte", "mit kapuze"), "locale": "de"}),
    ("Sommerkleider für Damen", {"what": "sommerkleider", "who": "women", "season": "summer", "locale": "de"}),
    (
        "Regalos para mujeres por menos de 30 euros",
        {"what": "regalos", "who": "women", "price": (None, 30.0), "locale": "es"},
    ),
    (
        "decoración de Navidad sin plástico",
        {"what": "decoración", "occasion": "Christmas", "dates": CHRISTMAS, "nots": ("plástico",), "locale": "es"},
    ),
    ("juguetes de madera para niños", {"what": "juguetes", "who": "kids", "have": ("de madera",), "locale": "es"}),
    ("ropa de verano para hombres", {"what": "ropa", "who": "men", "season": "summer", "locale": "es"}),
    (
        "cadeaux de Noël pour enfants moins de 25 euros",
        {
            "what": "cadeaux",
            "who": "kids",
            "occasion": "Christmas",
            "dates": CHRISTMAS,
            "price": (None, 25.0),
            "locale": "fr",
        },
    ),
    (
        "idées cadeaux pour la fête des mères",
        {"what": "idées cadeaux", "occasion": "Mother's Day", "dates": MOTHERS, "locale": "fr"},
    ),
    ("meubles de jardin en bois", {"what": "meubles de jardin", "have": ("en bois",), "locale": "fr"}),
    (
        "un cadeau pour mon copain qui aime le café",
        {"what": "cadeau", "who": "copain qui aime le café", "kind": "idea", "locale": "fr"},
    ),
    ("母亲节", {"occasion": "Mother's Day", "dates": MOTHERS, "kind": "keyword", "locale": "zh"}),
]


@pytest.mark.parametrize(("text", "expected"), THEMES, ids=[text for text, _ in THEMES])
def test_all_that_a_theme_says_and_nothing_else(text: str, expected: dict[str, Any]) -> None:
    intent = read(text)
    assert told(intent) == expected
    assert intent.text == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "today", "dates"),
    [
        ("picnic next weekend", TODAY, (date(2026, 12, 5), date(2026, 12, 6))),
        ("picnic this weekend", date(2026, 11, 29), (date(2026, 11, 29),) * 2),  # Sunday: what is left of it
        ("picnic next weekend", date(2026, 11, 29), (date(2026, 12, 5), date(2026, 12, 6))),
        ("party tomorrow", TODAY, (date(2026, 11, 28),) * 2),
        ("gifts for next month", TODAY, (date(2026, 12, 1), date(2026, 12, 31))),
        ("gifts for next month", date(2026, 12, 5), (date(2027, 1, 1), date(2027, 1, 31))),
        ("cards in november", TODAY, (date(2026, 11, 1), date(2026, 11, 30))),
        ("gifts by 29 February", TODAY, (date(2028, 2, 29),) * 2),
        ("dinner on 2026-12-31", TODAY, (date(2026, 12, 31),) * 2),
        ("party on 12/6", TODAY, (date(2026, 12, 6),) * 2),
        ("party on 30 February", TODAY, (date(2027, 2, 1), date(2027, 2, 28))),  # no such day, but the month is said
        ("summer dresses", TODAY, None),
    ],
)
def test_dates_are_reckoned_from_today(text: str, today: date, dates: tuple[date, date] | None) -> None:
    assert read(text, today=today).dates == dates


def test_the_country_says_in_which_order_numbers_are_read_and_where_it_is_summer() -> None:
    assert read("party on 12/6", country="GB").dates == (date(2027, 6, 12),) * 2
    assert read("Fest am 24.12.", country="DE").dates == (date(2026, 12, 24),) * 2
    assert read("this summer", country="AU").dates == (date(2026, 12, 1), date(2027, 2, 28))
    assert read("gifts for Mother's Day", country="GB").dates == (date(2027, 3, 7),) * 2


def test_days_that_are_said_go_before_those_of_the_occasion() -> None:
    intent = read("Christmas party on December 12")
    assert intent.occasion == "Christmas" and intent.dates == (date(2026, 12, 12),) * 2


def test_kind_and_locale_that_are_given_stand() -> None:
    intent = read("tents", kind="image", locale="de-AT")
    assert (intent.kind, intent.locale) == ("image", "de-AT")
    assert read("jacket sin capucha", locale="es").must_not == ("capucha",)


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "🎄🎁", "50", "and or the", "for", "without", "\x00", "'", "l'", "«»"]
)
def test_a_text_that_says_nothing_gives_an_empty_intent(text: str) -> None:
    intent = read(text)
    assert not {"who", "occasion", "season", "dates", "have"} & set(told(intent))


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_read(text: str) -> None:
    intent = read(text)
    assert read(intent.text) == intent


@settings(deadline=None)
@given(st.lists(st.sampled_from([text for text, _ in THEMES]), min_size=2, max_size=4).map(", ".join))
def test_long_texts_are_read(text: str) -> None:
    intent = read(text)
    assert len(intent.must_have) <= 6 and intent.text == text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("camping", "en"),
        ("Gartenmöbel", "de"),
        ("ideas para el jardín", "es"),
        ("déco pour la maison", "fr"),
        ("regali per bambini", "it"),
        ("cadeau voor mannen", "nl"),
        ("подарки", "ru"),
        ("母の日のギフト", "ja"),
        ("선물", "ko"),
        ("هدايا", "ar"),
        ("", "en"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language
