"""Which words of a package are taken: those that go together on a product, and none by accident."""

from __future__ import annotations

import pytest

from core.planning.lexicon import Lexicon, RowTexts, build_lexicon
from core.planning.written_words import MOST, written_words

ROWS = (
    ("Tropicana Mandarin Morning", "Juice"),
    ("Tropicana Apple Juice", "Juice"),
    ("Alpro Vanilla Soyghurt", "Yoghurt"),
    ("Arla Natural Mild Yoghurt", "Yoghurt"),
    ("Valio Vanilla Yoghurt", "Yoghurt"),
    *((f"Garant Whole Milk {i}", "Milk") for i in range(60)),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    empty = [""] * len(ROWS)
    ids = [str(i) for i in range(len(ROWS))]
    brands = [t.split()[0] for t, _ in ROWS]
    return build_lexicon(RowTexts(ids, [t for t, _ in ROWS], brands, [c for _, c in ROWS], empty, empty))


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        (("2", '28"', "Tropicana.", "MANDARIN", "MORNING", "Iliteo"), "tropicana mandarin morning"),
        (("MANDARIN", "Tropicana"), "mandarin tropicana"),
        (("ALPRO", "250 ml", "vanilla"), "alpro vanilla"),
        (("Valio",), "valio"),
        (("DOOLYGOOD", "27", "LYI"), ""),
        (("Garant",), ""),  # nearly every product of this shop says it
        (("Morning",), ""),  # names neither a maker nor a kind of thing
        (("NO", "THE", "GIFT SET", "100SS"), ""),
        ((), ""),
    ],
)
def test_words_that_products_carry_together(lines: tuple[str, ...], taken: str, lexicon: Lexicon) -> None:
    assert written_words(lines, lexicon=lexicon) == taken


def test_what_the_next_package_says_is_left_out(lexicon: Lexicon) -> None:
    assert written_words(["Arla mild natural", "Tropicana"], lexicon=lexicon) == "arla mild natural"


def test_no_more_than_a_few_words(lexicon: Lexicon) -> None:
    long = build_lexicon(
        RowTexts(["1", *(str(i) for i in range(2, 60))],
                 ["amber birch cedar dahlia ember fern gorse", *(f"thing {i}" for i in range(58))],
                 [""] * 59, ["A"] * 59, [""] * 59, [""] * 59)
    )  # fmt: skip
    assert len(written_words(["amber birch cedar dahlia ember fern gorse"], lexicon=long).split()) == MOST
