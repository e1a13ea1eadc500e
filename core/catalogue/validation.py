"""Turns the rows of a source into products, one by one: what cannot be read is said with row, column and reason.

A row is set aside where the shelf would show something wrong: no title, no or a repeated id, an unreadable or negative
price, unreadable stock, a broken line. In other columns an unreadable value is left out, with a note.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from core.catalogue import values
from core.catalogue.mapping import LONGEST_ATTRIBUTE, MAX_ATTRIBUTES, ColumnMapping, attribute_name, join_levels
from core.catalogue.readers import Record
from core.catalogue.report import Problem
from core.catalogue.rows import Row

LONGEST = {"title": 500, "description": 5_000, "brand": 200, "category": 400, "product_id": 200, "group_id": 200}
PICTURE_BYTES = 20 * 1024 * 1024

_GENDERS = {"m": "Men", "male": "Men", "man": "Men", "f": "Women", "w": "Women", "female": "Women", "woman": "Women"}
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_SHOWN = 80


Seen = dict[str, tuple[int, int]]
"""Where every id was met first: (number of the source from 0, row)."""


class Unusable(Exception):
    """A row that must be set aside; never leaves this module."""

    def __init__(self, column: str, value: Any, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


class Checker:
    """Reads the rows of one source by its mapping and remembers the ids of all of them."""

    def __init__(
        self, mapping: ColumnMapping, *, source: str, index: int, sample: Sequence[Sequence[Any]], seen: Seen
    ) -> None:
        self._source = source
        self._index = index
        self._mapping = mapping
        at = {column: i for i, column in enumerate(mapping.columns)}
        self._at = {f.field: tuple(at[c] for c in f.columns) for f in mapping.fields}
        self._attributes = [(at[c], name) for c, name in mapping.attributes]
        self._seen = seen
        self._currency = _named_currency(mapping.of("price"))
        self._decimal_comma = _decimal_comma(sample, self._at.get("price", ()))
        self.invented_ids = not mapping.of("product_id")

    def check(self, record: Record) -> tuple[Row | None, list[Problem]]:
        """The product of a row, None where it is set aside, and what is wrong with it."""
        notes: list[Problem] = []
        try:
            if record.problem is not None:
                raise Unusable("(row)", " ".join(map(str, record.values[:5])), record.problem)
            row = self._row(record, notes)
            self._remember(row, record)
        except Unusable as exc:
            return None, [self._problem(record, exc.column, exc.value, exc.reason, set_aside=True)]
        return row, notes

    def _row(self, record: Record, notes: list[Problem]) -> Row:
        def note(field: str, value: Any, reason: str) -> None:
            notes.append(self._problem(record, self._column(field), value, reason, set_aside=False))

        title = self._text(record, "title", note)
        if not title:
            raise Unusable(self._column("title"), "", "There is no title.")
        price, currency = self._price(record)
        row = Row(
            product_id=self._id(record),
            title=title,
            description=self._description(record, title, note),
            brand=self._text(record, "brand", note),
            category=self._category(record, note),
            attributes=self._attribute_values(record),
            price=price,
            currency=currency,
            stock=self._stock(record),
            rating=self._optional(record, "rating", values.rating, note),
            rating_count=self._optional(record, "rating_count", values.count, note),
            monthly_sales=self._optional(record, "monthly_sales", values.count, note),
            margin=self._margin(record, price, note),
            launch_date=self._optional(record, "launch_date", values.day, note),
            group_id=self._optional(record, "group_id", values.identifier, note) or None,
        )
        self._picture(record, row, note)
        if not row.product_id:
            row.product_id = invented_id(row)
        return row

    def _remember(self, row: Row, record: Record) -> None:
        own = (self._index, record.number)
        source, number = self._seen.setdefault(row.product_id, own)
        if (source, number) != own:
            what = "It is the same product as" if self.invented_ids else f"The id {row.product_id!r} is already that of"
            where = f"row {number}" if source == self._index else f"row {number} of source {source + 1}"
            raise Unusable(self._column("product_id"), row.product_id, f"{what} {where}; the first is kept.")

    def _values(self, record: Record, field: str) -> list[Any]:
        return [record.values[i] for i in self._at.get(field, ()) if not values.is_missing(record.values[i])]

    def _first(self, record: Record, field: str) -> Any:
        return next(iter(self._values(record, field)), None)

    def _text(self, record: Record, field: str, note: Callable[[str, Any, str], None]) -> str:
        value = self._first(record, field)
        text = "" if value is None else values.plain_text(value)
        return "" if values.is_missing(text) else self._cut(field, text, note)

    def _cut(self, field: str, text: str, note: Callable[[str, Any, str], None]) -> str:
        limit = LONGEST[field]
        if len(text) <= limit:
            return text
        note(field, text, f"It has {len(text):,} characters and was cut to {limit:,}.")
        return text[:limit].rsplit(" ", 1)[0] if " " in text[limit - 60 : limit] else text[:limit]

    def _description(self, record: Record, title: str, note: Callable[[str, Any, str], None]) -> str:
        parts = dict.fromkeys(values.plain_text(v) for v in self._values(record, "description"))
        return self._cut("description", "\n".join(p for p in parts if p and p != title), note)

    def _category(self, record: Record, note: Callable[[str, Any, str], None]) -> str:
        levels = [values.plain_text(_listed(v)) for v in self._values(record, "category")]
        return self._cut("category", join_levels(levels), note)

    def _id(self, record: Record) -> str:
        if self.invented_ids:
            return ""
        value = self._first(record, "product_id")
        found = "" if value is None else values.identifier(value)
        if not found:
            raise Unusable(self._column("product_id"), "", "There is no id.")
        if len(found) > LONGEST["product_id"]:
            raise Unusable(self._column("product_id"), found, f"An id has at most {LONGEST['product_id']} characters.")
        return found

    def _price(self, record: Record) -> tuple[float | None, str]:
        said = self._first(record, "currency")
        default = (values.currency(str(said)) or str(said).strip().upper()[:8]) if said is not None else self._currency
        for i in self._at.get("price", ()):
            value = record.values[i]
            try:
                amount, currency = values.price(value, decimal_comma=self._decimal_comma)
            except ValueError as exc:
                raise Unusable(self._mapping.columns[i], value, str(exc)) from exc
            if amount is not None:
                # A "$" says less than a column that names the dollar.
                return amount, default if default and (not currency or "$" in str(value)) else currency or default
        return None, default

    def _stock(self, record: Record) -> int | None:
        value = self._first(record, "stock")
        try:
            return values.stock(value)
        except ValueError as exc:
            raise Unusable(self._column("stock"), value, str(exc)) from exc

    def _optional(
        self, record: Record, field: str, read: Callable[[Any], Any], note: Callable[[str, Any, str], None]
    ) -> Any:
        value = self._first(record, field)
        if value is None:
            return None
        try:
            return read(value)
        except (ValueError, OverflowError) as exc:
            note(field, value, f"{exc} The product is kept without it.")
            return None

    def _margin(self, record: Record, price: float | None, note: Callable[[str, Any, str], None]) -> float | None:
        if "margin" in self._at:
            found: float | None = self._optional(record, "margin", values.margin, note)
            return found
        cost: float | None = self._optional(
            record, "cost", lambda v: values.price(v, decimal_comma=self._decimal_comma)[0], note
        )
        if cost is None or not price or cost > 2 * price:
            return None
        return round((price - cost) / price, 4)

    def _picture(self, record: Record, row: Row, note: Callable[[str, Any, str], None]) -> None:
        for value in self._values(record, "image"):
            if isinstance(value, dict):
                value = value.get("bytes") or value.get("url") or value.get("src")
            if isinstance(value, bytes | bytearray) and row.image is None:
                if len(value) > PICTURE_BYTES:
                    note("image", f"{len(value):,} bytes", "The picture is too large and was left out.")
                elif not _is_picture(bytes(value)):
                    note("image", value[:20], "These bytes are no picture; they were left out.")
                else:
                    row.image = bytes(value)
            elif isinstance(value, str | list | tuple) and row.image_url is None:
                row.image_url = _address(value)
                if row.image_url is None:
                    note("image", value, "It is no http(s) address; the picture was left out.")

    def _attribute_values(self, record: Record) -> dict[str, str]:
        found: dict[str, str] = {}
        for i, name in self._attributes:
            value = record.values[i]
            if values.is_missing(value):
                continue
            for key, text in _attribute(name, value):
                if text and len(text) <= LONGEST_ATTRIBUTE and len(found) < MAX_ATTRIBUTES:
                    found.setdefault(key, text)
        return found

    def _column(self, field: str) -> str:
        return " + ".join(self._mapping.of(field)) or field

    def _problem(self, record: Record, column: str, value: Any, reason: str, *, set_aside: bool) -> Problem:
        text = " ".join(str(value).split())
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        return Problem(self._source, record.number, column, shown, reason, set_aside)


def invented_id(row: Row) -> str:
    """A stable id for a product whose shop gives none: a hash of title, brand, category and attributes."""
    facts = json.dumps([row.title, row.brand, row.category, row.group_id, sorted(row.attributes.items())])
    return f"h-{hashlib.blake2b(facts.encode(), digest_size=8).hexdigest()}"


def _attribute(name: str, value: Any) -> list[tuple[str, str]]:
    """The attributes that one value gives: several for a JSON object, the column's own words for a true flag."""
    if isinstance(value, str) and value[:1] == "{" and value.rstrip()[-1:] == "}":
        try:
            value = json.loads(value)
        except ValueError:
            return [(name, values.plain_text(value))]
    if isinstance(value, dict):
        pairs = ((attribute_name(str(k)), v) for k, v in value.items() if not values.is_missing(v))
        return [
            (k, ", ".join(map(values.plain_text, v)) if isinstance(v, list) else values.plain_text(v)) for k, v in pairs
        ]
    if isinstance(value, list | tuple):
        return [(name, ", ".join(values.plain_text(v) for v in value if not values.is_missing(v)))]
    text = values.plain_text(value)
    low = text.casefold()
    if low in {"false", "no"}:
        return []
    if low in {"true", "yes"}:
        return [(name, name)]
    if name == "gender":
        text = _GENDERS.get(low, text)
    return [(name, text)]


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return " > ".join(str(v) for v in value)
    return value


def _is_picture(data: bytes) -> bool:
    if data.startswith(_PICTURES):
        return True
    return (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or (
        data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"heic", b"mif1"}
    )


def _address(value: Any) -> str | None:
    """The first http(s) address of a text or a list (several may stand in one cell)."""
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    found = re.search(r"https?://[^\s\"'<>|]+", text)
    return found.group().rstrip(",;])")[:2_000] if found is not None else None


def _named_currency(columns: Sequence[str]) -> str:
    """The currency that a price column's own name says: "price_eur", "Price (USD)"."""
    for column in columns:
        found = values.currency(column) or values.currency(re.sub(r"(?i)^.*price[\s_]*", "", column))
        if found:
            return found
    return ""


def _decimal_comma(sample: Sequence[Sequence[Any]], at: Sequence[int]) -> bool:
    texts = [str(row[i]) for row in sample for i in at if i < len(row) and isinstance(row[i], str)]
    comma = sum(re.search(r",\d{1,2}(?!\d)", t) is not None for t in texts)
    dot = sum(re.search(r"\.\d{1,2}(?!\d)", t) is not None for t in texts)
    return comma > dot and not math.isclose(comma, 0)
