"""A look into a file before a build: columns, samples, first products, and what would be set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue.inspection import inspect
from core.errors import SourceInvalid

SHOP = """sku,Product Name,Dept,Preis,Colour,Size+Fit
a1,Camp mug,Kitchen,"4,50",red,S+loose
a2,,Kitchen,"5,00",blue,M+tight
a1,Camp mug again,Kitchen,"6,00",red,
a4,Tin cup,Kitchen,dear,green,
a5,Bowl,Kitchen,"7,20",green,L
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, encoding="utf-8")
    return str(path)


def test_what_a_file_holds(shop: str) -> None:
    seen = inspect(shop)
    assert (seen.kind, seen.source, seen.checked, seen.kept, seen.set_aside) == ("CSV", "shop.csv", 5, 2, 3)
    assert seen.whole
    assert [c.name for c in seen.columns] == ["sku", "Product Name", "Dept", "Preis", "Colour", "Size+Fit"]
    assert seen.columns[4].samples == ("red", "blue", "green")
    assert seen.columns[1].filled == 0.8
    assert seen.mapping.of("title") == ("Product Name",)
    assert [(row["product_id"], row["title"], row["price"]) for row in seen.rows] == [
        ("a1", "Camp mug", 4.5),
        ("a5", "Bowl", 7.2),
    ]
    assert seen.rows[0]["attributes"]["color"] == "red"
    assert [(p.row, p.reason) for p in seen.problems][0] == (2, "There is no title.")
    assert {p.row for p in seen.problems} == {2, 3, 4}


def test_an_override_is_followed_even_with_a_plus_in_the_name(shop: str) -> None:
    seen = inspect(shop, overrides={"brand": "Size+Fit", "description": "Colour + Size+Fit", "price": ""})
    assert seen.mapping.of("brand") == ("Size+Fit",)
    assert seen.mapping.of("description") == ("Colour", "Size+Fit")
    assert seen.mapping.of("price") == ()
    assert seen.rows[0]["price"] is None
    assert seen.rows[0]["brand"] == "S+loose"


def test_a_look_stops_in_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("id,title\n" + "".join(f"{n},Mug {n}\n" for n in range(9_000)))
    seen = inspect(str(path), rows=3_000)
    assert (seen.checked, seen.whole) == (4_000, False)
    assert inspect(str(path), seconds=0.0).checked == 2_000
    assert inspect(str(path)).whole


def test_a_file_without_a_title_can_be_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    seen = inspect(str(path))
    assert seen.mapping.of("title") == ()
    assert (seen.kept, seen.set_aside) == (0, 2)
    assert inspect(str(path), overrides={"title": "a"}).kept == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.xlsx", b"Dear team,\nplease find the export attached.\nThe price list follows later.\n", "no table"),
        ("half.json", b'[{"title": "Mug", "price": 3}, {"title": "Cu', "cut off or no valid JSON"),
        ("header.csv", b"id,title,price\n", "no row"),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 200, "cut off or damaged"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "neither text nor"),
    ],
)
def test_a_wrong_file_is_a_sentence(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceInvalid, match=says):
        inspect(str(path))


def test_a_list_of_names_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("title\nRed mug\nBlue mug\n")
    assert inspect(str(path)).kept == 2


def test_real_catalogues_are_understood(shared_data: Path) -> None:
    seen = inspect(str(shared_data / "retail_demo_store" / "products.parquet"))
    assert (seen.checked, seen.kept, seen.whole) == (2465, 2465, True)
    assert seen.mapping.of("stock") == ("current_stock",)
