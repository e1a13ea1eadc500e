"""Whole lists of themes are counted on the products whose source tells whether they belong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Strategy
from core.evaluation.theme_lists import FROM_FASHION, FROM_GENERAL, lists_table, measure_lists, source_of
from core.evaluation.themes import Facts, Theme
from core.events import result_of
from core.services import Services, build_services
from core.settings import Settings

NOT_RED = Theme("camping tents, not red", lambda f: f.under("Tents") and not f.has(color="red"))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home: Path = tmp_path_factory.mktemp("lists")
    lines = ["id,title,category,color,usage"]
    for kind, path in (("tent", "Tents"), ("lantern", "Lanterns")):
        for colour, maker in (("blue", "Alder"), ("red", "Cedar")):
            for number in range(6):
                lines.append(f"{kind}{colour}{number},{maker} {number} camping {kind} {colour},{path},{colour},Sports")
    # Another shop's tents, of which no column tells: they are listed and not counted.
    lines += [f"other{number},Wild camping tent blue {number},Camping Shop," + "," for number in range(4)]
    source = home / "shop.csv"
    source.write_text("\n".join(lines))
    with build_services(Settings(home=home / "data"), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [source]))
        yield live


def test_the_source_is_told_by_its_columns() -> None:
    assert source_of(Facts("Apparel", {"usage": "Casual"})) == FROM_FASHION
    assert source_of(Facts("furniture", {})) == FROM_GENERAL
    assert source_of(Facts("Home & Kitchen", {})) is None
    assert source_of(Facts("", {})) is None


def test_rules_and_judge_make_the_list_of_a_precise_theme_pure(services: Services) -> None:
    terms = {NOT_RED.text: Strategy(("camping tent",))}
    (outcome,) = measure_lists(services, [NOT_RED], strategies=terms)
    assert outcome.known == 6
    plain, judged = outcome.lists["none"], outcome.lists["local"]
    assert (plain.first, plain.whole, plain.found) == (0.5, 0.5, 1.0)
    assert (judged.first, judged.whole, judged.found) == (1.0, 1.0, 1.0)
    assert judged.average == pytest.approx(1.0)
    assert (plain.length, judged.length) == (16, 10)
    lines = lists_table([outcome]).splitlines()
    assert lines[0].startswith("| theme (none / local) | known |")
    assert lines[-1].startswith("| **mean** |")
    assert "1.00" in lines[2]


def test_a_theme_without_a_term_is_left_out(services: Services) -> None:
    assert measure_lists(services, [Theme("qqq zzz", lambda f: True)], turns=1) == ()
