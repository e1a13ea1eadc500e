"""The pure half of the catalogue's desk: overrides of columns, choices as a draft, the catalogue a file fills."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from ui.catalogue_choices import Choices, choices_from_json, fit_name, remapped, target_of

PROPOSED = {"title": ("name",), "category": ("dept", "sub"), "brand": ("maker",)}


def test_a_choice_becomes_an_override_and_the_proposal_none() -> None:
    assert remapped({}, "brand", ["name"], PROPOSED) == {"brand": "name"}
    assert remapped({"brand": "label"}, "brand", ["maker"], PROPOSED) == {}
    assert remapped({}, "category", ["sub", "dept"], PROPOSED) == {"category": "sub + dept"}


def test_an_emptied_field_stays_empty() -> None:
    assert remapped({}, "brand", [], PROPOSED) == {"brand": ""}
    assert remapped({"brand": ""}, "title", ["other"], PROPOSED) == {"brand": "", "title": "other"}
    assert remapped({}, "stock", [], PROPOSED) == {}


def test_a_column_leaves_the_field_that_had_it() -> None:
    held = {"description": "body + extra", "stock": "extra2"}
    assert remapped(held, "brand", ["extra"], PROPOSED) == {"description": "body", "stock": "extra2", "brand": "extra"}
    assert remapped(held, "brand", ["extra2"], PROPOSED) == {"description": "body + extra", "brand": "extra2"}


@given(
    some.dictionaries(
        some.sampled_from(["title", "brand", "stock"]), some.sampled_from(["", "a", "b", "name"]), max_size=3
    ),
    some.sampled_from(["title", "brand", "stock", "category"]),
    some.lists(some.sampled_from(["a", "b", "name", "maker"]), unique=True, max_size=2),
)
def test_no_column_is_given_twice_by_overrides(held: dict[str, str], field: str, columns: list[str]) -> None:
    new = remapped(held, field, columns, PROPOSED)
    for other, joined in new.items():
        if other != field:
            assert not set(joined.split(" + ")) & set(columns)
    assert new.get(field, " + ".join(PROPOSED.get(field, ()))) == " + ".join(columns)


def test_choices_survive_as_json() -> None:
    chosen = Choices({"brand": "maker"}, "20260101T000000-0123456789abcdef", "mine")
    assert choices_from_json(chosen.to_json()) == chosen
    assert choices_from_json({}) == Choices()
    assert choices_from_json({"mapping": {"brand": 3, "title": "x"}, "target": None}) == Choices({"title": "x"})


def test_a_file_fills_the_catalogue_in_use_but_never_the_demo_by_itself() -> None:
    assert target_of("", in_use="demo", names=["demo"]) == "shop"
    assert target_of("", in_use="demo", names=["demo", "mine"]) == "mine"
    assert target_of("", in_use="mine", names=["demo", "mine", "other"]) == "mine"
    assert target_of("demo", in_use="mine", names=["demo", "mine"]) == "demo"
    assert target_of("", in_use="gone", names=[]) == "shop"


@given(some.text(max_size=100))
def test_a_typed_name_can_be_a_folder(typed: str) -> None:
    from core.catalogue.table import checked_name

    name = fit_name(typed)
    assert name == "" or checked_name(name) == name


def test_a_typed_name_stays_readable() -> None:
    assert fit_name("Été 2027 / sale") == "Ete-2027-sale"
    assert fit_name("商品") == ""
