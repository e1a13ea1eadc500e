"""Words and numbers as a screen shows them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.text import category_leaf, count, file_name, money, plain


@pytest.mark.parametrize(
    "text",
    [
        ":red[x]",
        ":material/home:",
        ":smile:",
        "![a](http://tracker.example/x.png)",
        "[a](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "www.example.com",
        "http://example.com",
        "$x^2$",
        "# heading",
        "`code`",
        "a@example.com",
    ],
)
def test_foreign_text_holds_no_markup(text: str) -> None:
    shown = plain(text)
    assert not re.search(r"(?<!\\)[\[\]<>`$#*_!()]", shown)
    assert not re.search(r":[a-z/]|www\.|@[a-z]", shown.replace("\\", ""))


@given(st.text(max_size=60))
def test_taking_the_marks_out_gives_the_text_back(text: str) -> None:
    shown = plain(text).replace("\u2060", "")
    assert re.sub(r"\\([_\W])", r"\1", shown) == " ".join(text.split()).replace("\u2060", "")


@pytest.mark.parametrize(
    ("price", "currency", "shown"),
    [
        (12.9, "USD", "$12.90"),
        (1234.5, "EUR", "€1,234.50"),
        (1500.0, "JPY", "¥1,500"),
        (12.0, "SEK", "12.00 SEK"),
        (12.0, "", "12.00"),
        (None, "USD", ""),
        (0.0, "USD", "$0.00"),
    ],
)
def test_money(price: float | None, currency: str, shown: str) -> None:
    assert money(price, currency) == shown


def test_counts_and_names() -> None:
    assert count(1, "product") == "1 product"
    assert count(1204, "product") == "1,204 products"
    assert count(2, "term finds", "terms find") == "2 terms find"
    assert category_leaf("Outdoor > Camping > Tents") == "Camping › Tents"
    assert file_name("Camping with kids!") == "camping-with-kids"
    assert file_name("../../etc/passwd") == "etc-passwd"
    assert file_name("🏕️") == "selection"
