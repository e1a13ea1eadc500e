"""What shops write in a cell, and what it means."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue import values


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12.5", 12.5, ""),
        ("$1,299.00", 1299.0, "USD"),
        ("1.299,00 €", 1299.0, "EUR"),
        ("USD 12", 12.0, "USD"),
        ("12,99", 12.99, ""),
        ("1,299", 1299.0, ""),
        ("1.234.567,89 EUR", 1234567.89, "EUR"),
        ("£9", 9.0, "GBP"),
        ("1 299,50 zł", 1299.5, "PLN"),
        ("CHF 1'299.90", 1299.9, "CHF"),
        ("from $10.00 - $20.00", 10.0, "USD"),
        ("10 – 20", 10.0, ""),
        ("¥1,200", 1200.0, "JPY"),
        ("₹1,29,999", 129999.0, "INR"),
        (19.9, 19.9, ""),
        (5, 5.0, ""),
        ("n/a", None, ""),
        (math.nan, None, ""),
        ("", None, ""),
    ],
)
def test_price(text: Any, amount: float | None, currency: str) -> None:
    assert values.price(text) == (amount, currency)


def test_price_of_a_source_with_decimal_commas() -> None:
    assert values.price("1.299 €", decimal_comma=True) == (1299.0, "EUR")
    assert values.price("1.299 €") == (1.299, "EUR")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("call us", "cannot be read"),
        ("-5", "negative"),
        ("$-5.00", "negative"),
        ("-$5.00", "negative"),
        (-0.01, "negative"),
        (True, "not a price"),
        ("12 for 3 or 4", "cannot be read"),
        (math.inf, "finite"),
        ("99999999999", "too large"),
    ],
)
def test_unreadable_price(text: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        values.price(text)


@given(st.floats(min_value=0, max_value=1e7).map(lambda x: round(x, 2)))
def test_price_survives_either_notation(amount: float) -> None:
    english = f"${amount:,.2f}"
    german = f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + " €"
    assert values.price(english) == (pytest.approx(amount), "USD")
    assert values.price(german) == (pytest.approx(amount), "EUR")


@pytest.mark.parametrize(
    ("value", "pieces"),
    [
        (12, 12), (12.0, 12), ("12", 12), ("1,200", 1200), ("10+", 10),
        ("> 100", 100), ("5 pcs", 5), (-3, 0), ("-3", 0),
        ("out of stock", 0), ("OutOfStock", 0), ("Sold out", 0), ("nicht auf Lager", 0), (False, 0), ("no", 0),
        ("in stock", None), ("In Stock", None), ("available", None), (True, None), ("Auf Lager", None), ("", None),
        ("Only 3 left in stock", 3), (None, None),
    ],
)  # fmt: skip
def test_stock(value: Any, pieces: int | None) -> None:
    assert values.stock(value) == pieces


def test_stock_of_strange_words() -> None:
    with pytest.raises(ValueError, match="neither a number nor words"):
        values.stock("banana")


@pytest.mark.parametrize(
    ("value", "stars"),
    [(4.6, 4.6), ("4,5", 4.5), ("4.6 out of 5 stars", 4.6), ("9/10", 4.5), ("92 %", 4.6), (None, None), (0, 0.0)],
)
def test_rating(value: Any, stars: float | None) -> None:
    assert values.rating(value) == (None if stars is None else pytest.approx(stars))


@pytest.mark.parametrize("value", [6, -1, "7.5", "great", "3/0"])
def test_impossible_rating(value: Any) -> None:
    with pytest.raises(ValueError, match="rating"):
        values.rating(value)


def test_counts_margins_and_days() -> None:
    assert [values.count(v) for v in (12, "1,234 ratings", "2.1k", "(300)", None)] == [12, 1234, 2100, 300, None]
    assert [values.margin(v) for v in (0.35, "35 %", 35, "0,35", None)] == [0.35, 0.35, 0.35, 0.35, None]
    new_year = date(2024, 12, 31)
    for text in ("31.12.2024", "12/31/2024", "31/12/2024", "2024-12-31T10:00:00Z", "December 31, 2024"):
        assert values.day(text) == new_year
    with pytest.raises(ValueError, match="date"):
        values.day("soon")
    with pytest.raises(ValueError, match="margin"):
        values.margin("900 %")


@pytest.mark.parametrize(
    ("value", "found"), [("0123", "0123"), (5, "5"), (5.0, "5"), ("5.0", "5.0"), (5.5, "5.5"), (" A-1 ", "A-1")]
)
def test_ids_keep_their_form(value: Any, found: str) -> None:
    assert values.identifier(value) == found


def test_text_loses_markup_and_control_characters() -> None:
    assert values.plain_text("<p>Soft &amp; warm</p><ul><li>a</li><li>b</li></ul>") == "Soft & warm a b"
    assert values.plain_text("A\x00B\u202e\u200bC\tD\nE") == "ABC D E"
    assert values.plain_text("width < 3 cm and > 2") == "width < 3 cm and > 2"
    assert values.plain_text("<script>alert('x')</script>Lamp") == "Lamp"
    assert values.plain_text("=SUM(A1)") == "=SUM(A1)"
    assert values.plain_text(["one", "two"]) == "one. two"


@given(st.text())
def test_text_can_always_be_written_and_is_stable(text: str) -> None:
    plain = values.plain_text(text.replace("<", "").replace("&", ""))
    plain.encode()
    assert values.plain_text(plain) == plain
