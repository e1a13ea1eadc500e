"""What a shop calls its things, as far as its categories and titles show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.events import result_of
from core.recall.corpus import CatalogueCorpus
from core.services import build_services
from core.settings import Settings

SHELVES = {
    # category: titles, each said of so many products
    "Shoes > Sports Shoes": [("Runner shoe {n}", 9), ("Trail shoe {n}", 9), ("Air {n}", 2)],
    "Shoes > Sandals": [("Sandal {n}", 10), ("Flip flop {n}", 4)],
    "Home > Gifts": [("Mug {n}", 20)],
    "Clothing > Watches": [("Wrist watch {n}", 12)],
    "Sports > Running": [("Running belt {n}", 15)],
    "Pets > Toys for dogs": [("Rope toy {n}", 11), ("Ball toy {n}", 5)],
    "Home > Vases": [("Vase {n}", 9)],
    "": [("Watch strap {n}", 3)],
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> CatalogueCorpus:
    home: Path = tmp_path_factory.mktemp("things")
    named = [
        (title.format(n=n), path) for path, titles in SHELVES.items() for title, count in titles for n in range(count)
    ]
    rows = [f"p{number},{title},{path}" for number, (title, path) in enumerate(named)]
    (home / "shop.csv").write_text("\n".join(["id,title,category", *rows]))
    with build_services(Settings(home=home), encoder=HashingEncoder()) as services:
        result_of(pipeline.build_catalogue(services, [home / "shop.csv"]))
        return CatalogueCorpus(services.shelf().catalogue)


@pytest.mark.parametrize("token", ["watch", "toy", "sandal"])
def test_a_category_in_the_plural_whose_products_say_it_names_a_thing(corpus: CatalogueCorpus, token: str) -> None:
    assert corpus.names_thing(token)


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("gift", "products that are gifts are called otherwise"),
        ("shoe", "sandals are shoes and do not say it"),
        ("run", "an activity, in the singular"),
        ("dog", "for whom the toys are"),
        ("vase", "too few to tell"),
        ("sport", "not the last word of its category"),
        ("mug", "no category"),
        ("", "nothing"),
    ],
)
def test_what_is_no_name_of_a_thing(corpus: CatalogueCorpus, token: str, why: str) -> None:
    assert not corpus.names_thing(token), why
