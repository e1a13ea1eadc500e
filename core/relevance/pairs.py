"""A query with a product as a line of JSON: `{"query", "product": {"title", ...}}` or `{"query", "product_id"}`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from core.domain import Product

MAX_LINE = 4 * 1024 * 1024
"""Bytes of one line; a longer one is no product."""

MAX_QUERY = 1_000
"""Characters of a query that can be asked; the longest of shoppers have some hundred."""

MakeProduct = Callable[[Mapping[str, Any]], Product]
"""The object of a product to the product; raises `PairInvalid`."""

TOO_LONG = b"\0"
"""What `lines` gives for a line above `MAX_LINE`: no JSON begins like this."""


class PairInvalid(ValueError):
    """A line that cannot be used; its text is a sentence. Never leaves those who read lines."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One query with a product, or with the id of one (`product` None). `product_id` is "" where none is given."""

    query: str
    product: Product | None
    product_id: str


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file without their ends; `TOO_LONG` for one above `MAX_LINE`, which is never held whole."""
    first = True
    while line := file.readline(MAX_LINE + 1):
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        if len(line) <= MAX_LINE or line.endswith(b"\n"):
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield TOO_LONG


def json_object(line: bytes) -> dict[str, Any]:
    """The object of a line; raises `PairInvalid`."""
    if line == TOO_LONG:
        raise PairInvalid(f"The line is longer than {MAX_LINE // 1024 // 1024} MB.")
    if not line.strip():
        raise PairInvalid("The line is empty.")
    try:
        found = _whole(json.loads(line.decode("utf-8")))
    except UnicodeDecodeError as exc:
        raise PairInvalid(f"The line is not UTF-8 (byte {exc.start + 1}).") from exc
    except (ValueError, RecursionError) as exc:
        raise PairInvalid(f"The line is not valid JSON: {exc}.") from exc
    if not isinstance(found, dict):
        raise PairInvalid("The line is no JSON object.")
    return found


def read_pair(fields: Mapping[str, Any], make: MakeProduct) -> Pair:
    """The query and the product of a line's object; raises `PairInvalid` for what is missing or no text."""
    query = fields.get("query")
    if not isinstance(query, str) or not query.strip():
        raise PairInvalid("“query” is missing or empty.")
    if len(query) > MAX_QUERY:
        raise PairInvalid(f"“query” has {len(query):,} characters; at most {MAX_QUERY:,} can be asked.")
    given, named = fields.get("product"), _id(fields.get("product_id"))
    if given is None:
        if not named:
            raise PairInvalid("There is neither “product” nor “product_id”.")
        return Pair(query.strip(), None, named)
    if not isinstance(given, Mapping):
        raise PairInvalid("“product” is no object with a title.")
    product = make(given if not named else {**given, "product_id": named})
    return Pair(query.strip(), product, named or product.product_id)


def plain_product(fields: Mapping[str, Any]) -> Product:
    """A product of the catalogue's own field names: title, description, brand, category, attributes, product_id.

    For callers without a catalogue's reader, which knows how shops call their columns. Raises `PairInvalid`.
    """
    title = _text(fields, "title")
    if not title:
        raise PairInvalid("The product has no title.")
    attributes = fields.get("attributes") or {}
    if not isinstance(attributes, Mapping):
        raise PairInvalid("“attributes” is no object.")
    return Product(
        product_id=_id(fields.get("product_id")),
        title=title,
        description=_text(fields, "description"),
        brand=_text(fields, "brand"),
        category=_text(fields, "category"),
        attributes=tuple((str(name), str(value)) for name, value in attributes.items() if value is not None),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else " ".join(str(value).split())


def _id(value: Any) -> str:
    """An id in its own form; a whole number is its digits."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _whole(value: Any) -> Any:
    """The same with every half of a character pair ("\\ud800") made "?": no encoder and no file takes one."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_whole(k): _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return value
