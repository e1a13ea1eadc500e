"""Words and numbers as a screen shows them; `plain` is the one way for foreign text into Markdown."""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^=\"'])")
# A word joiner is invisible and breaks what no backslash does: ":red[", ":smile:", "http://", "www.", "a@b".
_JOINER = "\u2060"
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CNY": "¥"}


def plain(text: str) -> str:
    """Foreign text as Markdown that shows exactly that text: no markup, link, picture, colour or emoji code."""
    escaped = _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))
    escaped = escaped.replace(":", f":{_JOINER}").replace("@", f"@{_JOINER}")
    return re.sub(r"(?i)\b(www)", rf"\1{_JOINER}", escaped)


def quiet(text: str) -> str:
    """Foreign text as Markdown for a remark: small and grey, and still legible on both grounds."""
    return f":small[:gray[{plain(text)}]]"


def money(price: float | None, currency: str) -> str:
    """A price with its currency; empty where the shop named none."""
    if price is None:
        return ""
    amount = f"{price:,.0f}" if currency in {"JPY"} or price >= 10_000 else f"{price:,.2f}"
    if currency in _SIGNS:
        return f"{_SIGNS[currency]}{amount}"
    return f"{amount} {currency}".rstrip()


def price_range(price: tuple[float | None, float | None], currency: str) -> str:
    """A range of prices, either end of which may be open: "$5.00 to $20.00", "from $5.00", "up to $20.00"."""
    low, high = (None if amount is None else money(amount, currency) for amount in price)
    return f"{low} to {high}" if low and high else (f"from {low}" if low else f"up to {high}")


def sign_of(currency: str) -> str:
    """What stands before an amount: "$", "€"; the code itself where it has no sign."""
    return _SIGNS.get(currency, f"{currency} " if currency else "")


def price_format(currency: str) -> str:
    """A printf pattern that shows a number as `money` does."""
    return f"{_SIGNS[currency]}%.2f" if currency in _SIGNS else f"%.2f {currency}".rstrip()


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "1 product", "1,204 products"."""
    return f"{number:,} {noun if number == 1 else plural if plural is not None else noun + 's'}"


def category_leaf(path: str) -> str:
    """The last two steps of a category path, which is what fits on a card."""
    return " › ".join(path.split(" > ")[-2:])


def file_name(title: str) -> str:
    """A title as the stem of a file's name, safe on every system; "selection" where nothing is left."""
    stem = re.sub(r"[^\w]+", "-", title.casefold(), flags=re.UNICODE).strip("-")[:60].strip("-")
    return stem if stem else "selection"
