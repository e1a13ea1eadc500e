"""What a theme asks of a product: itself, and each of the things that it names."""

from __future__ import annotations

import pytest

from core.domain import Intent
from core.relevance.theme import MOST, questions_of


@pytest.mark.parametrize(
    ("intent", "asked"),
    [
        (Intent("bras and lingerie"), ("bras and lingerie", "bras", "lingerie")),
        (Intent("tents, lanterns & stoves"), ("tents, lanterns & stoves", "tents", "lanterns", "stoves")),
        (Intent("christmas mugs"), ("christmas mugs",)),
        (
            Intent("handbags and clutches for women", what="handbags and clutches", audience="women"),
            ("handbags and clutches for women", "handbags for women", "clutches for women"),
        ),
        (
            Intent("leather belts and wallets", what="belts and wallets", must_have=("leather",)),
            ("leather belts and wallets", "leather belts", "leather wallets"),
        ),
        (
            Intent("sandals and flip flops for summer", what="sandals and flip flops", season="summer"),
            ("sandals and flip flops for summer", "sandals", "flip flops"),
        ),
        (Intent("women's festive wear", audience="women"), ("women's festive wear",)),
        # A part that says a colour only names nothing by itself.
        (Intent("black and white dresses"), ("black and white dresses",)),
        # A keyword is what customers type, and is asked as it stands.
        (Intent("salt and pepper", kind="keyword"), ("salt and pepper",)),
        (Intent("handmade brandy"), ("handmade brandy",)),
        (Intent("camping tents under 60", kind="keyword"), ("camping tents",)),
        (
            Intent("mugs between 10 and 20 dollars, no plastic", what="mugs", must_not=("plastic",)),
            ("mugs, no plastic",),
        ),
        (Intent("  much \n space  "), ("much space",)),
    ],
)
def test_the_whole_first_then_each_thing(intent: Intent, asked: tuple[str, ...]) -> None:
    assert questions_of(intent) == asked


def test_what_somebody_changed_goes_before_what_was_typed() -> None:
    intent = Intent("tents", what="tents and lanterns", audience="children")
    asked = questions_of(intent, "tents and lanterns for children")
    assert asked == ("tents and lanterns for children", "tents for children", "lanterns for children")


def test_a_theme_of_very_many_things_is_asked_whole() -> None:
    named = ", ".join(f"{word} chair" for word in "oak ash elm fir teak pine yew".split()[: MOST + 1])
    assert questions_of(Intent(named)) == (named,)


def test_nothing_but_joints_is_asked_as_it_is() -> None:
    assert questions_of(Intent("and & or")) == ("and & or",)
