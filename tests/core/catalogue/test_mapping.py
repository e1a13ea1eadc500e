"""Columns by name: in several languages, over levels, with overrides that are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue.intake import propose
from core.catalogue.mapping import attribute_name, join_levels, map_columns
from core.errors import InputError, SourceInvalid


def fields(columns: list[str], rows: list[list[object]] | None = None) -> dict[str, tuple[str, ...]]:
    mapping = map_columns(columns, rows if rows is not None else [])
    return {f.field: f.columns for f in mapping.fields}


def test_german_names() -> None:
    found = fields(["Artikelnummer", "Bezeichnung", "Verkaufspreis", "Lagerbestand", "Marke", "Hauptkategorie",
                    "Unterkategorie", "Bild-URL"])  # fmt: skip
    assert found == {
        "product_id": ("Artikelnummer",),
        "title": ("Bezeichnung",),
        "price": ("Verkaufspreis",),
        "stock": ("Lagerbestand",),
        "brand": ("Marke",),
        "category": ("Hauptkategorie", "Unterkategorie"),
        "image": ("Bild-URL",),
    }


def test_levels_paths_and_numbers() -> None:
    assert fields(["title", "articleType", "masterCategory", "subCategory"])["category"] == (
        "masterCategory", "subCategory", "articleType",
    )  # fmt: skip
    assert fields(["title", "Category 2", "Category 1"])["category"] == ("Category 1", "Category 2")
    path = fields(["title", "department", "category"], [["Lamp", "Home", "Home > Light"]])
    assert path["category"] == ("category",)
    assert join_levels(["Apparel", "Apparel", "", "Top / Shirts"]) == "Apparel > Top > Shirts"


def test_sale_price_comes_first_and_texts_are_joined() -> None:
    found = fields(["name", "price", "sale_price", "description", "bullet_points"])
    assert found["price"] == ("sale_price", "price")
    assert found["description"] == ("description", "bullet_points")


def test_a_column_that_rows_share_is_no_id_where_another_is() -> None:
    rows: list[list[object]] = [["shirt", "1", "A"], ["shirt", "2", "B"], ["shirt", "3", "C"]]
    assert fields(["id", "variant_id", "title"], rows)["product_id"] == ("variant_id",)


def test_everything_else_becomes_an_attribute() -> None:
    rows: list[list[object]] = [["A", "Red", True, "https://shop.test/1", "x" * 300, "2024-01-01", 3]]
    mapping = map_columns(["title", "baseColour", "is_vegan", "more", "essay", "updated_at", "legCount"], rows)
    assert mapping.attributes == (("baseColour", "color"), ("is_vegan", "vegan"), ("legCount", "leg count"))
    assert [c for c, _ in mapping.skipped] == ["more", "essay", "updated_at"]
    assert attribute_name("gender_affinity") == "gender"


def test_no_more_than_forty_attributes() -> None:
    mapping = map_columns(["title", *(f"feature {i}" for i in range(200))], [])
    assert len(mapping.attributes) == 40
    assert len(mapping.skipped) == 160


def test_title_by_content_and_ids_made() -> None:
    rows: list[list[object]] = [[str(i), "red", f"Wide wooden shelf number {i}"] for i in range(20)]
    mapping = map_columns(["x", "y", "z"], rows)
    assert mapping.of("title") == ("z",)
    assert [(f.field, f.how) for f in mapping.fields] == [("product_id", "generated"), ("title", "content")]


def test_no_title_at_all() -> None:
    with pytest.raises(SourceInvalid, match="--map title=COLUMN"):
        map_columns(["a", "b"], [["1", "2"], ["3", "4"]])


def test_overrides() -> None:
    mapping = map_columns(["name", "headline", "a", "b"], [], overrides={"title": "headline", "category": "a+b"})
    assert mapping.of("title") == ("headline",)
    assert mapping.of("category") == ("a", "b")
    assert ("name", "name") in mapping.attributes
    with pytest.raises(InputError, match="no field 'colour'"):
        map_columns(["name"], [], overrides={"colour": "name"})


def test_real_sources_map_without_help(shared_data: Path) -> None:
    expected = {
        "esci": {"description": ("description", "bullet_points"), "image": ("image_url",), "category": ("category",)},
        "fashion": {"category": ("masterCategory", "subCategory", "articleType"), "image": ("image",)},
        "retail_demo_store": {"price": ("price",), "stock": ("current_stock",), "category": ("category",)},
        "grocery": {"image": ("image",), "category": ("category",)},
    }
    for name, wanted in expected.items():
        mapping, rows = propose(shared_data / name / "products.parquet")
        assert len(rows) == 20
        assert mapping.of("product_id") == ("product_id",)
        assert mapping.of("title") == ("title",)
        assert {f: mapping.of(f) for f in wanted} == wanted
