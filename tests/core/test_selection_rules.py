"""Rules of one selection are in force where they were made, whenever its products are chosen, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent, Selection, Strategy
from core.errors import RuleInvalid
from core.events import result_of
from core.relevance.rules.rule import Rule
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop

INTENT = Intent("camping")
STRATEGY = Strategy(("camping tent", "camping lantern"))
NO_LANTERN = Rule("own.cut-1", "No lantern", "It says “lantern”.", "says", (1,), words=("lantern",), where="title")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    source = write_shop(home)
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [source]))
        yield live


def chosen(services: Services, selection_id: str | None) -> Selection:
    return result_of(pipeline.select(services, INTENT, strategy=STRATEGY, selection_id=selection_id))


def titles(services: Services, selection: Selection) -> list[str]:
    found = pipeline.products(services, [p.product_id for p in selection.products])
    return [product.title.lower() for product in found.values()]


def test_a_rule_holds_in_its_selection_and_in_no_other(services: Services) -> None:
    first = chosen(services, None)
    assert any("lantern" in title for title in titles(services, first))
    mine, _ = pipeline.save_selection(services, first, intent=INTENT)
    other, _ = pipeline.save_selection(services, first, intent=INTENT)
    assert pipeline.add_selection_rule(services, mine, NO_LANTERN)
    assert not pipeline.add_selection_rule(services, mine, NO_LANTERN), "the same twice changes nothing"
    assert pipeline.selection_rules(services, mine) == (NO_LANTERN,)
    assert not any("lantern" in title for title in titles(services, chosen(services, mine)))
    assert pipeline.selection_rules(services, other) == ()
    assert chosen(services, other) == first

    assert pipeline.remove_selection_rule(services, mine, NO_LANTERN.id)
    assert not pipeline.remove_selection_rule(services, mine, NO_LANTERN.id)
    assert pipeline.selection_rules(services, mine) == ()
    assert chosen(services, mine) == first


def test_what_is_no_rule_of_an_operator_is_refused(services: Services) -> None:
    mine, _ = pipeline.save_selection(services, chosen(services, None), intent=INTENT)
    for wrong in (replace(NO_LANTERN, id="negation"), replace(NO_LANTERN, words=())):
        with pytest.raises(RuleInvalid):
            pipeline.add_selection_rule(services, mine, wrong)
    assert pipeline.selection_rules(services, mine) == ()


def test_a_rule_that_cannot_be_read_is_left_out_and_can_be_removed(services: Services) -> None:
    mine, _ = pipeline.save_selection(services, chosen(services, None), intent=INTENT)
    services.store.save_rule(
        "selection", mine, "own.new", enabled=True, body={"check": "telepathy"}, actor="operator", seen=None
    )
    assert pipeline.selection_rules(services, mine) == ()
    assert chosen(services, mine).products
    assert pipeline.remove_selection_rule(services, mine, "own.new")
