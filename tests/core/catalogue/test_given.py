"""Products handed in by themselves are read as a shop's export is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.catalogue.given import given_product, products_of, text_of
from core.domain import Product


def test_fields_as_shops_call_them() -> None:
    found = given_product(
        {
            "ASIN": "B07",
            "Product Title": "Kitchen <b>towels</b>,\nred",
            "bullet_points": ["Soft", "Dry"],
            "Brand": "Acme",
            "colour": "Red",
            "category": ["Home", "Kitchen"],
            "sale_price": "$12.50",
            "attributes": {"size": "10 in", "nothing": None},
        }
    )
    assert (found.product_id, found.title, found.brand) == ("B07", "Kitchen towels, red", "Acme")
    assert (found.description, found.category, found.price) == ("Soft. Dry", "Home > Kitchen", 12.5)
    assert dict(found.attributes) == {"color": "Red", "size": "10 in"}
    assert text_of(found) == "Kitchen towels, red. Acme. Home Kitchen. Red"


def test_a_product_of_ours_comes_back_as_it_is() -> None:
    own = Product("a", "Mug", "A mug.", "Acme", "Kitchen > Mugs", (("color", "red"), ("size", "12 oz")), price=3.0)
    fields = {"product_id": "a", "title": "Mug", "description": "A mug.", "brand": "Acme", "price": 3.0}
    fields |= {"category": "Kitchen > Mugs", "attributes": [["color", "red"], ["size", "12 oz"]]}
    assert given_product(fields) == own


def test_without_an_id_the_content_names_it() -> None:
    first, again, other = (given_product({"title": t, "id": i}) for t, i in (("Mug", None), ("Mug", ""), ("Cup", "")))
    assert first == again
    assert first.product_id != other.product_id


@pytest.mark.parametrize(
    "field", [{"price": "cheap"}, {"stock": "a few?"}, {"price": -3}, {"rating": "good"}, {"image": "no address"}]
)
def test_what_only_a_shelf_needs_keeps_no_product_from_being_judged(field: dict[str, Any]) -> None:
    found = given_product({"title": "Mug", "id": "m", **field})
    assert (found.title, found.price, found.stock, found.rating, found.image_url) == ("Mug", None, None, None, None)


@pytest.mark.parametrize("fields", [{}, {"title": " "}, {"title": None}, {"brand": "Acme", "text": "A fine red mug"}])
def test_no_title_no_product(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^The product has no title\.$"):
        given_product(fields)


def test_an_id_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 200"):
        given_product({"title": "Mug", "id": "x" * 201})


def test_hundreds_of_fields_and_long_texts() -> None:
    found = given_product({"title": "Mug " * 1_000, **{f"field {n}": "x" * n for n in range(2_000)}})
    assert len(found.title) <= 500
    assert len(found.attributes) <= 40


def test_products_of_a_file_by_id(tmp_path: Path) -> None:
    file = tmp_path / "products.jsonl"
    rows: list[dict[str, Any]] = [{"id": f"0{n}", "title": f"Mug {n}", "color": "red"} for n in range(5)]
    file.write_text("\n".join(json.dumps(row) for row in [*rows, {"id": "06", "title": ""}]))
    found = products_of(file, {"03", "06", "elsewhere"})
    assert found == {"03": Product("03", "Mug 3", attributes=(("color", "red"),))}


def test_the_real_products_read_as_the_catalogue_reads_them(shared_data: Path) -> None:
    found = products_of(shared_data / "esci" / "products.parquet", {"B07NCQWCQS"})["B07NCQWCQS"]
    assert found.title and found.description
