"""Queries are taken apart as shoppers mean them."""

from __future__ import annotations

import pytest

from core.domain import Intent
from core.relevance.reading import read


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ("White desk chair without wheels", ("white", "desk", "chair"), (("wheel",),)),
        ("bite not collar", ("bite", "collar"), ()),
        ("forget me not seeds", ("forget", "me", "seed"), ()),
        ("shirt not cotton", ("shirt",), (("cotton",),)),
        ("", (), ()),
    ],
)
def test_wanted_and_unwanted(query: str, wanted: tuple[str, ...], unwanted: tuple[tuple[str, ...], ...]) -> None:
    reading = read(query)
    assert (reading.wanted, reading.unwanted) == (wanted, unwanted)


@pytest.mark.parametrize(
    ("query", "facets"),
    [
        ("yellow champion hoodie", {"colour": {"yellow"}, "kind": {"tops"}}),
        ("tennis lacoste hombre", {"gender": {"men"}, "age": {"adults"}}),
        (
            "blue suit for baby boy",
            {"colour": {"blue"}, "gender": {"boys"}, "age": {"babies", "boys and girls"}, "kind": {"suits"}},
        ),
        ("weighted blanket without glass beads", {"kind": {"bedding"}}),
        ("table top bandsaw for metal", {"kind": {"saws"}, "device": {"tool or machine"}}),
        ("wall beds & murphy bed queen", {"bed": {"queen"}, "kind": {"beds"}}),
        ("christmas ornaments", {"occasion": {"Christmas"}}),
        ("makeup bag", {"kind": {"make-up"}, "accessory": {"case"}, "beside": {"thing"}}),
    ],
)
def test_what_is_asked_for_is_recognised(query: str, facets: dict[str, set[str]]) -> None:
    assert {name: set(values) for name, values in read(query).facets.items()} == facets


def test_things_are_what_is_asked_for_without_what_describes_it() -> None:
    assert read("red leather handbag for women").things == {"handbag"}
    assert read("fitbit charge 3").things == {"fitbit", "charg", "3"}


def test_an_intent_adds_to_what_is_asked_for_and_ruled_out() -> None:
    reading = read("scarf", Intent("gifts", audience="for women", occasion="Christmas", must_not=("fur", "the")))
    assert reading.unwanted == (("fur",),)
    assert reading.facets["gender"] == {"women"}
    assert reading.facets["occasion"] == {"Christmas"}
    assert reading.wanted == ("scarf",)
    assert reading.quoted(("fur",)) == "fur"


def test_words_are_quoted_as_they_were_typed() -> None:
    reading = read("Michael Kors Handbags")
    assert reading.quoted(("kor", "michael")) == "michael kors"
    assert reading.quoted(("nowhere",)) == "nowhere"
