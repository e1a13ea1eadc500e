"""The vocabulary that ships holds together, and numbers with units are read."""

from __future__ import annotations

import pytest

from core.relevance.rules.measures import measures, same
from core.relevance.rules.vocabulary import EXACT, vocabulary


def recognised(text: str) -> dict[str, set[str]]:
    return vocabulary().recognise(vocabulary().spelt(text))


def test_every_value_fits_itself_and_only_known_values_in_both_directions() -> None:
    for facet in vocabulary().facets.values():
        for value, fitting in facet.fits.items():
            assert value in fitting
            assert fitting <= facet.fits.keys()
            assert all(value in facet.fits[other] for other in fitting)


def test_every_phrase_can_be_said() -> None:
    for first, entries in vocabulary().phrases.items():
        for rest, _ in entries:
            assert first
            assert all(rest)
    for facet in vocabulary().facets.values():
        for value, phrases in facet.told.items():
            assert phrases, value
            assert not any(stem.startswith(EXACT) for phrase in phrases for stem in phrase)


def test_no_value_of_the_file_fits_one_that_is_not_there() -> None:
    import tomllib
    from importlib.resources import files

    told = tomllib.loads(files("core.relevance.rules").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    for name, facet in told["facet"].items():
        for value, others in facet.get("fits", {}).items():
            assert {value, *others} - {"*"} <= facet["values"].keys(), name


@pytest.mark.parametrize(
    ("text", "facet", "values"),
    [
        ("Navy Blue Shirt", "colour", {"navy"}),
        ("rose gold ring", "colour", {"rose gold"}),
        ("green tea", "colour", None),
        ("reading glasses", "material", None),
        ("glass bowl", "material", {"glass"}),
        ("salad dressing", "kind", None),
        ("summer dresses", "kind", {"dresses"}),
        ("dress shirts", "kind", {"tops"}),
        ("damen schuhe", "gender", {"women"}),
        ("pvc couplings", "gender", None),
        ("iron man costume", "gender", None),
        ("queen bee socks", "bed", None),
    ],
)
def test_words_are_recognised_and_false_friends_are_not(text: str, facet: str, values: set[str] | None) -> None:
    assert recognised(text).get(facet) == values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1/2 inch binder", {"length": {12.7}}),
        ('1 1/2" pipe', {"length": {38.1}}),
        ("½ inch", {"length": {12.7}}),
        ("9 x 12 in tray", {"length": {228.6, 304.8}}),
        ("6ft cable", {"length": {1828.8}}),
        ("pack of 12", {"count": {12.0}}),
        ("12-Pack, 500 ml", {"count": {12.0}, "volume": {500.0}}),
        ("1,000 sheets", {"count": {1000.0}}),
        ("2.5 lbs", {"weight": {1134.0}}),
        ("16 fl oz", {"volume": {473.12}}),
        ("64GB", {"storage": {65536.0}}),
        ("model 2012NB", {}),
        ("no numbers", {}),
        ("1/0 inch", {"length": {25.4}}),
    ],
)
def test_amounts_are_read_in_one_unit(text: str, found: dict[str, set[float]]) -> None:
    assert {name: {round(value, 2) for value in values} for name, values in measures(text).items()} == found


def test_amounts_are_the_same_within_a_fiftieth() -> None:
    assert same(frozenset({25.4}), frozenset({25.0, 400.0}))
    assert not same(frozenset({25.4}), frozenset({12.7}))
