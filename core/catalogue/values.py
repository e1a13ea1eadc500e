"""Reads one value as shops write it: prices, stock words, ratings, dates, text with markup. None: nothing was said.

A value that says something unreadable raises `ValueError` with the reason.
"""

from __future__ import annotations

import html
import json
import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MISSING = frozenset(
    ("", "nan", "null", "none", "n/a", "#n/a", "#na", "na", "nat", "-", "--", "undefined", "<na>", "(null)")
)

_TAG = re.compile(r"<(?:br|p|li|div|tr)\b[^>]*>|</(?:p|li|div|tr|ul|ol|h[1-6])>", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
# Control and formatting characters that no shelf label holds, and half surrogates, which cannot be written.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)

CURRENCIES: dict[str, str] = dict(
    re.findall(
        r"(\S+)=(\S+)",
        "€=EUR £=GBP ¥=JPY ￥=CNY ₹=INR ₩=KRW ₽=RUB ₺=TRY ₫=VND ฿=THB zł=PLN kč=CZK us$=USD a$=AUD au$=AUD c$=CAD "
        "ca$=CAD r$=BRL hk$=HKD nz$=NZD s$=SGD mx$=MXN $=USD chf=CHF fr.=CHF rs.=INR rs=INR rmb=CNY 元=CNY 円=JPY",
    )
)
_SIGNS = sorted(CURRENCIES, key=len, reverse=True)
_CODES = frozenset(
    "USD EUR GBP JPY CNY INR KRW RUB TRY VND THB PLN CZK AUD CAD BRL HKD NZD SGD MXN CHF SEK NOK DKK "
    "HUF RON BGN ILS ZAR AED "
    "SAR IDR MYR PHP TWD ARS CLP COP UAH EGP".split()
)
_NUMBER = re.compile(r"\d[\d.,'’\s\u00a0\u202f]*")
_OUT = re.compile(
    r"\b(?:out[\s_-]?of[\s_-]?stock|sold[\s_-]?out|unavailable|not[\s_-]available|discontinued|ausverkauft|nicht\s+(?:auf\s+lager|"
    r"verfügbar)|épuisé|rupture|agotado|esaurito|uitverkocht|esgotado)\b|^(?:outofstock|false|no|n|nein|non)$|缺货|售罄|无货"
)
_IN = re.compile(
    r"\b(?:in[\s_-]?stock|available|on[\s_-]?hand|pre[\s_-]?order|back[\s_-]?order|limited|low[\s_-]?stock|auf\s+lager|lieferbar|"
    r"verfügbar|sofort|en\s+stock|disponible|disponibile|op\s+voorraad|em\s+estoque)\b|^(?:instock|true|yes|y|ja|oui|si|sí)$|有货|现货"
)
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y.%m.%d", "%Y%m%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y")


def is_missing(value: Any) -> bool:
    """Whether a value says nothing: None, NaN, blank, "N/A" and the like."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return isinstance(value, str) and value.strip().casefold() in MISSING


def plain_text(value: Any) -> str:
    """A value as text on one line: markup and entities resolved, control characters dropped, blanks joined."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, list | tuple):
        text = ". ".join(plain_text(v) for v in value if not is_missing(v))
    elif isinstance(value, dict):
        text = json.dumps(value, ensure_ascii=False, default=str)
    else:
        text = plain_number(value) if isinstance(value, float) else str(value)
    if "<" in text:
        text = _ANY_TAG.sub("", _TAG.sub(" ", _SCRIPT.sub(" ", text)))
    if "&" in text:
        text = html.unescape(text)
    return " ".join(_CONTROL.sub("", text).split())


def plain_number(value: float) -> str:
    """A number as a person writes it: 5.0 is "5"."""
    return str(int(value)) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else str(value)


def identifier(value: Any) -> str:
    """An id in its own form: "0123" keeps its zero, the integer 5 is "5", and so is a 5.0 that a table made of it."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float | Decimal):
        return plain_number(float(value))
    return _CONTROL.sub("", str(value)).strip()


def price(value: Any, *, decimal_comma: bool = False) -> tuple[float | None, str]:
    """A price and its currency ("" where none): 12.5, "$1,299.00", "1.299,00 €", "USD 12", "10 - 20" (the lower).

    "1.299" is read as 1299 only with `decimal_comma`, where the source writes decimals with a comma.
    """
    if is_missing(value):
        return None, ""
    if isinstance(value, bool):
        raise ValueError("It is not a price.")
    if isinstance(value, int | float | Decimal):
        return _sound(float(value)), ""
    text = str(value).strip()
    numbers = [m.group().strip() for m in _NUMBER.finditer(text)]
    rest = _NUMBER.sub(" ", text)
    found = currency(rest)
    bare = re.sub(r"[-–—−~]|\b(?:from|ab|to|bis|à|a|von|only|nur|ca|about)\b", " ", _without_currency(rest).casefold())
    if not numbers or len(numbers) > 2 or bare.strip(" .,:/*+"):
        raise ValueError("It cannot be read as a price.")
    amounts = [decimal(n, decimal_comma=decimal_comma) for n in numbers]
    if len(amounts) == 1 and re.match(r"^\W*[-−–]\s*\W*\d", text) is not None:
        amounts[0] = -amounts[0]
    return _sound(min(amounts)), found


def _sound(amount: float) -> float:
    if not math.isfinite(amount):
        raise ValueError("It is not a finite number.")
    if amount < 0:
        raise ValueError("A price cannot be negative.")
    if amount > 1e9:
        raise ValueError("It is too large for a price.")
    return round(amount, 4)


def decimal(text: str, *, decimal_comma: bool = False) -> float:
    """A number with any marks between thousands; the last mark before one or two digits is the decimal one."""
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", text).rstrip(".,")
    comma, dot = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands, mark = (",", ".") if dot > comma else (".", ",")
        plain = plain.replace(thousands, "").replace(mark, ".")
    elif comma >= 0:
        whole = re.fullmatch(r"\d{1,3}(?:,\d{2,3})*,\d{3}", plain) is not None and not decimal_comma
        if plain.count(",") > 1:
            whole = True
        plain = plain.replace(",", "" if whole else ".")
    elif plain.count(".") > 1 or (decimal_comma and re.fullmatch(r"\d{1,3}\.\d{3}", plain)):
        plain = plain.replace(".", "")
    try:
        return float(plain)
    except ValueError as exc:
        raise ValueError("It cannot be read as a number.") from exc


def currency(text: str) -> str:
    """The ISO code of the currency that a text names, "" where it names none."""
    codes: list[str] = [w.upper() for w in re.findall(r"[A-Za-z]{3}", text)]
    for code in codes:
        if code in _CODES:
            return code
    low = text.casefold()
    return next((CURRENCIES[sign] for sign in _SIGNS if sign in low), "")


def _without_currency(text: str) -> str:
    for code in re.findall(r"[A-Za-z]{3}", text):
        if code.upper() in _CODES:
            text = text.replace(code, " ")
    low = text.casefold()
    for sign in _SIGNS:
        low = low.replace(sign, " ")
    return low


def stock(value: Any) -> int | None:
    """Pieces on hand: 0 for "out of stock"; None for "in stock", which names no number, and for nothing said."""
    if is_missing(value):
        return None
    if isinstance(value, bool):
        return None if value else 0
    if isinstance(value, int | float | Decimal):
        if not math.isfinite(value):
            raise ValueError("It is not a finite number.")
        return max(0, min(int(value), 2**62))
    text = str(value).strip().casefold()
    bare = re.fullmatch(
        r"[<>~]?\s*(-?\d[\d.,\s]*?)\s*\+?\s*(?:pcs?|pieces?|units?|items?|st(?:ü|ue)ck|stk\.?|left)?\.?", text
    )
    if bare is not None:
        return max(0, min(int(_whole(bare.group(1))), 2**62))
    counted = re.search(r"\b(\d+)\b", text)
    if _OUT.search(text):
        return 0
    if _IN.search(text):
        return int(counted.group(1)) if counted is not None else None
    raise ValueError('It is neither a number nor words like "in stock" or "out of stock".')


def _whole(text: str) -> float:
    plain = text.strip()
    sign = -1 if plain.startswith("-") else 1
    return sign * decimal(plain.lstrip("-"))


def rating(value: Any) -> float | None:
    """Stars from 0 to 5: 4.6, "4,6", "4.6 out of 5 stars", "9/10", "92 %"."""
    if is_missing(value):
        return None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = float(value)
    else:
        text = str(value).strip().casefold()
        found = re.match(r"^(-?\d+(?:[.,]\d+)?)\s*(?:(?:/|out of|von|sur|of)\s*(\d+)|(%))?", text)
        if found is None:
            raise ValueError("It cannot be read as a rating.")
        number = float(found[1].replace(",", "."))
        scale = float(found[2]) if found[2] else 100.0 if found[3] else 5.0
        if scale <= 0:
            raise ValueError("It cannot be read as a rating.")
        number = number * 5.0 / scale
    if not 0 <= number <= 5:
        raise ValueError("A rating lies between 0 and 5.")
    return round(number, 3)


def count(value: Any) -> int | None:
    """A number of things: 12, "1,234 ratings", "2.1k", "300+ bought"."""
    if is_missing(value):
        return None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = float(value)
    else:
        found = re.match(r"^\D{0,3}?(-?\d[\d.,\s]*)(k|m)?\b", str(value).strip().casefold())
        if found is None:
            raise ValueError("It cannot be read as a number.")
        scale = {"k": 1e3, "m": 1e6}.get(found[2] or "", 1.0)
        text = found[1].strip()
        number = (
            float(text.replace(",", ".")) if scale > 1 and text.count(".") + text.count(",") == 1 else _whole(text)
        ) * scale
    if not math.isfinite(number) or number < 0 or number > 2**53:
        raise ValueError("It is not a possible number.")
    return int(number)


def margin(value: Any) -> float | None:
    """A share of the price: 0.35, "35 %", 35."""
    if is_missing(value):
        return None
    text = str(value).strip()
    number = _whole(text.rstrip("% ")) if isinstance(value, str) else float(value)
    if text.endswith("%") or abs(number) > 1:
        number /= 100
    if not math.isfinite(number) or not -1 <= number <= 1:
        raise ValueError("A margin lies between -100 % and 100 %.")
    return round(number, 4)


def day(value: Any) -> date | None:
    """A date: ISO, 31.12.2024, 12/31/2024 (31/12/2024 where the first number can be no month), "May 3, 2024"."""
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    slashes = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text)
    if slashes is not None:
        first, second, year = map(int, slashes.groups())
        month, number = (second, first) if first > 12 else (first, second)
        return date(year, month, number)
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError("It cannot be read as a date.")
