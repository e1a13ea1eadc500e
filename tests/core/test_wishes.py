"""Wishes and themes against a real catalogue: what it sells counts, and what rules read does not change a plan."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent, Strategy, apply_changes
from core.errors import InputError, ModelError, ThemeInvalid
from core.evaluation.themes import OTHERS, SEASONAL
from core.events import Event, ModelCalled
from core.planning.facets import read_theme
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop
from tests.servers.unkind import said_by, status, unkind_server

T = TypeVar("T")
CAMPING = Intent("camping")
LIST = Strategy(("tent", "lantern"))


def run(work: Generator[Event, None, T], told: list[Event] | None = None) -> T:
    while True:
        try:
            event = next(work)
            if told is not None:
                told.append(event)
        except StopIteration as stop:
            result: T = stop.value
            return result


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        run(pipeline.build_catalogue(live, [write_shop(home)]))
        yield live


def test_cheaper_leaves_about_half_of_what_is_shown(services: Services) -> None:
    shown = pipeline.preview(services, LIST)
    wish = pipeline.read_wish(services, "cheaper", intent=CAMPING, strategy=LIST, preview=shown)
    after = pipeline.preview(services, apply_changes(wish.changes, LIST))
    prices = sorted(p.price for p in pipeline.products(services, shown.sample).values() if p.price is not None)
    (change,) = wish.changes
    assert change.price is not None and change.price[1] is not None
    assert prices[0] <= change.price[1] <= prices[-1]
    assert 0 < after.count < shown.count


def test_cheaper_without_a_preview_asks_for_a_price(services: Services) -> None:
    wish = pipeline.read_wish(services, "cheaper", intent=CAMPING, strategy=LIST)
    assert wish.changes == () and "Say a price" in wish.sentence


def test_a_category_of_the_catalogue_and_words_that_it_has_are_known(services: Services) -> None:
    def asked(text: str) -> Strategy:
        wish = pipeline.read_wish(services, text, intent=CAMPING, strategy=LIST)
        return apply_changes(wish.changes, LIST)

    assert asked("only sleeping bags").filters.category == ("Outdoor > Camping > Sleeping Bags",)
    assert asked("add mugs").positive == ("tent", "lantern", "mugs")
    assert asked("no red").negative == ("red",)
    wish = pipeline.read_wish(services, "mehr Zelte", intent=CAMPING, strategy=LIST)
    assert wish.changes == () and wish.rest == "mehr Zelte"
    assert "No product of the catalogue says “zelte”." in wish.sentence


def test_a_cut_that_is_asked_for_takes_products_out(services: Services) -> None:
    wish = pipeline.read_wish(services, "no red tents", intent=CAMPING, strategy=LIST)
    before, after = (pipeline.preview(services, s).count for s in (LIST, apply_changes(wish.changes, LIST)))
    assert 0 < after < before


@pytest.mark.parametrize("text", ["", "  ", "x" * 1_001])
def test_no_wish_is_refused_with_a_sentence(services: Services, text: str) -> None:
    with pytest.raises(InputError, match=r"wish .*\."):
        pipeline.read_wish(services, text, intent=CAMPING, strategy=LIST)


def test_a_theme_is_read_with_all_that_it_says(services: Services) -> None:
    read = pipeline.read_intent(services, "waterproof Zelte for kids under 50 euros,  no plastic")
    assert read.text == "waterproof Zelte for kids under 50 euros, no plastic"
    assert (read.audience, read.must_have, read.must_not) == ("kids", ("waterproof",), ("plastic",))
    assert read.filters.price == (None, 50.0)
    christmas = pipeline.read_intent(services, "Christmas gifts").dates
    assert christmas is not None and christmas[1] >= date.today()
    with pytest.raises(ThemeInvalid):
        pipeline.read_intent(services, "under $50")


@pytest.mark.parametrize(
    "theme", [one.text for one in (*SEASONAL, *OTHERS)] + ["gluten free bread", "picnic, no plastic"]
)
def test_what_rules_read_of_an_english_theme_does_not_change_how_it_is_planned(services: Services, theme: str) -> None:
    assert read_theme(pipeline.read_intent(services, theme)) == read_theme(Intent(theme))


def test_a_model_behind_a_server_reads_an_idea_closer(services: Services, tmp_path: Path) -> None:
    said = {"what": "camping gear", "audience": "grandchildren", "occasion": "Easter", "must_have": ["lightweight"]}
    idea = "the little ones come along to the woods"
    with unkind_server() as server:
        set_ = Settings(home=tmp_path, base_url=server.url, api_key="sk-secret-42", model="small")
        with build_services(set_, encoder=HashingEncoder()) as live:
            server.script([said_by(lambda _: json.dumps(said))])
            events: list[Event] = []
            read = run(pipeline.understand(live, idea), events)
            assert (read.text, read.what, read.must_have) == (idea, "camping gear", ("lightweight",))
            assert read.occasion == "Easter" and read.dates is not None
            assert [e.prompt for e in events if isinstance(e, ModelCalled)] == ["intent.read"]
            server.script([status(401)])
            with pytest.raises(ModelError) as caught:
                run(pipeline.understand(live, "something else for the woods"))
    assert caught.value.kind == "key"
    assert "sk-secret-42" not in str(caught.value)


def test_without_a_model_an_idea_stays_as_the_rules_read_it(services: Services) -> None:
    assert run(pipeline.understand(services, "camping with kids")) == pipeline.read_intent(
        services, "camping with kids"
    )
