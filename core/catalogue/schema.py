"""The layout of a catalogue's LanceDB table, and how a product's text becomes its columns."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

import pyarrow as pa

from core.text import analyse, tokens

LAYOUT = 2
"""Raised whenever the meaning of a column changes; a table of another layout is refused."""

SEPARATOR = " > "

DESCRIPTION_READ = 4_000
"""Characters of a description that the plain search reads; what stands later seldom tells one product from another."""

# Attributes that describe the product itself go into its vector, in this order; the rest is searchable as tokens only.
MAIN_ATTRIBUTES = ("type", "audience", "gender", "material", "color", "style", "occasion", "season", "usage", "theme")


def table_schema(dimension: int) -> pa.Schema:
    """Columns of the table. `tokens` holds title, brand, category and attributes analysed and joined by blanks;
    `asserted` the tokens of title, category and attributes outside negated spans; `negated` those inside. For the plain
    search, `body` holds the distinct tokens of the description and `lacking` those that it negates.
    """
    return pa.schema(
        [
            pa.field("product_id", pa.string(), nullable=False),
            pa.field("title", pa.string(), nullable=False),
            pa.field("description", pa.string(), nullable=False),
            pa.field("brand", pa.string(), nullable=False),
            pa.field("category", pa.string(), nullable=False),
            pa.field("attributes", pa.string(), nullable=False),  # a JSON object of strings
            pa.field("price", pa.float64()),
            pa.field("currency", pa.string(), nullable=False),
            pa.field("stock", pa.int64()),
            pa.field("rating", pa.float64()),
            pa.field("rating_count", pa.int64()),
            pa.field("monthly_sales", pa.int64()),
            pa.field("margin", pa.float64()),
            pa.field("launch_date", pa.date32()),
            pa.field("group_id", pa.string()),
            pa.field("family", pa.string(), nullable=False),
            pa.field("image_url", pa.string()),
            pa.field("image", pa.large_binary()),
            pa.field("tokens", pa.string(), nullable=False),
            pa.field("asserted", pa.string(), nullable=False),
            pa.field("negated", pa.string(), nullable=False),
            pa.field("body", pa.string(), nullable=False),
            pa.field("lacking", pa.string(), nullable=False),
            pa.field("in_stock", pa.bool_(), nullable=False),
            pa.field("price_bucket", pa.int32()),
            pa.field("category_key", pa.int64(), nullable=False),
            pa.field("text_hash", pa.string(), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimension), nullable=False),
        ]
    )


def normal_category(path: str) -> str:
    """A category path with its separators (">", "/", "|", "::") made " > " and empty parts dropped."""
    for mark in (" / ", "/", "|", "::", "›", "»"):
        path = path.replace(mark, ">")
    return SEPARATOR.join(part for part in (" ".join(p.split()) for p in path.split(">")) if part)


def below(path: str, ancestor: str) -> bool:
    """Whether a category path equals `ancestor` or lies below it, without regard to case."""
    low, high = path.casefold(), ancestor.casefold()
    return low == high or low.startswith(high + SEPARATOR)


def category_key(path: str) -> int:
    """A stable non-negative 63-bit number of a category path, so that filters hold numbers and never strings."""
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest()) >> 1


def price_bucket(price: float) -> int:
    """floor(4 ln(price + 1)): about 28 % wide, so that a bitmap column can cut a price range before the exact check."""
    return math.floor(4 * math.log(max(price, 0.0) + 1.0))


def token_columns(*, title: str, brand: str, category: str, attributes: Mapping[str, str]) -> tuple[str, str, str]:
    """The `tokens`, `asserted` and `negated` columns of one product."""
    values = [v for v in attributes.values() if v]
    everything = [t for part in (title, brand, category, *values) for t in tokens(part)]
    asserted: list[str] = []
    negated: list[str] = []
    for part in (title, category, *values):
        found = analyse(part)
        asserted.extend(found.asserted)
        negated.extend(found.negated)
    return " ".join(everything), " ".join(asserted), " ".join(negated)


def body_columns(description: str) -> tuple[str, str]:
    """The `body` and `lacking` columns of one product, from the first 4,000 characters of its description."""
    start = description[:DESCRIPTION_READ]
    if not start:
        return "", ""
    found = analyse(start)
    return " ".join(dict.fromkeys((*found.asserted, *found.negated))), " ".join(dict.fromkeys(found.negated))


def vector_text(*, title: str, brand: str, category: str, attributes: Mapping[str, str]) -> str:
    """What the encoder reads of a product: title, brand unless the title has it, category path, main attributes."""
    folded = {k.casefold(): v for k, v in attributes.items()}
    main = " ".join(folded[name] for name in MAIN_ATTRIBUTES if folded.get(name))
    own_brand = brand if brand and brand.casefold() not in title.casefold() else ""
    return ". ".join(part for part in (title, own_brand, category.replace(SEPARATOR, " "), main) if part)


def text_hash(text: str) -> str:
    """What a vector is filed under: 32 hexadecimal digits of the text that it was made from."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
