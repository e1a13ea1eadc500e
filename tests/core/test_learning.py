"""Live learning through the store: one selection's standing verdicts and nothing else, undone as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent, Selection, Strategy
from core.events import result_of
from core.pipeline.learning import LearnedList, learned, more_like, none_of
from core.relevance.live import STARTS_AT
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop

INTENT = Intent("camping gear")
STRATEGY = Strategy(("camping",))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [write_shop(home)]))
        yield live


@pytest.fixture(scope="module")
def selection(services: Services) -> Selection:
    return result_of(pipeline.select(services, INTENT, strategy=STRATEGY, size=60, rerank="none"))


@pytest.fixture
def saved(services: Services, selection: Selection) -> str:
    return pipeline.save_selection(services, selection, intent=INTENT)[0]


def kind(services: Services, product_id: str) -> str:
    return pipeline.product(services, product_id).category.split(" > ")[-1]


def judge(services: Services, selection: Selection, saved: str, count: int, unwanted: str = "Lanterns") -> None:
    """Verdicts on the first products, top to bottom, by somebody who does not want one category."""
    for one in selection.products[:count]:
        verdict = "reject" if kind(services, one.product_id) == unwanted else "accept"
        pipeline.judge_product(services, one.product_id, verdict, selection_id=saved)


def ids(found: LearnedList) -> list[str]:
    return [one.product_id for one in found.products]


def test_it_waits_for_enough_verdicts(services: Services, selection: Selection, saved: str) -> None:
    judge(services, selection, saved, STARTS_AT - 1)
    found = learned(services, saved, selection, INTENT, "fit")
    assert not found.active and found.needed == 1 and found.order == "list" and found.moved == 0
    assert found.sentence == "1 more verdict and the list begins to learn."
    assert ids(found) == [p.product_id for p in selection.products[STARTS_AT - 1 :]]


def test_what_is_unwanted_sinks(services: Services, selection: Selection, saved: str) -> None:
    judge(services, selection, saved, 16)
    found = learned(services, saved, selection, INTENT, "fit")
    assert found.active and found.verdicts == 16 and found.needed == 0
    assert found.sentence == f"Learned from 16 verdicts: {found.moved} products moved." and found.moved > 3
    kinds = [kind(services, name) for name in ids(found)]
    places = {name: [k for k, one in enumerate(kinds) if one == name] for name in kinds}
    for kept in ("Tents", "Sleeping Bags"):
        assert max(places[kept]) < min(places["Lanterns"])
    assert [one.rank for one in found.products] == list(range(1, len(kinds) + 1))
    ranks = {p.product_id: p.rank for p in selection.products}
    assert all(one.was == ranks[one.product_id] for one in found.products)
    assert all(found.why(one.product_id).sentence.endswith(".") for one in found.products)
    assert set(ids(found)) == set(ids(learned(services, saved, selection, INTENT, "teach")))


def test_an_undone_verdict_was_never_given(services: Services, selection: Selection, saved: str) -> None:
    judge(services, selection, saved, 12)
    before = learned(services, saved, selection, INTENT, "fit")
    next_one = before.products[0].product_id
    pipeline.judge_product(services, next_one, "reject", selection_id=saved)
    assert learned(services, saved, selection, INTENT, "fit") != before
    pipeline.undo_last(services, saved)
    assert learned(services, saved, selection, INTENT, "fit") == before


def test_nothing_leaks_into_another_selection(services: Services, selection: Selection, saved: str) -> None:
    other = pipeline.save_selection(services, selection, intent=INTENT)[0]
    judge(services, selection, other, STARTS_AT + 2, unwanted="Tents")
    before = learned(services, other, selection, INTENT, "fit")
    judge(services, selection, saved, 20)
    assert learned(services, saved, selection, INTENT, "fit").active
    assert learned(services, other, selection, INTENT, "fit") == before


def test_more_like_this_counts_more(services: Services, selection: Selection, saved: str) -> None:
    judge(services, selection, saved, 12)
    bag = next(p for p in selection.products[12:] if kind(services, p.product_id) == "Sleeping Bags")
    pipeline.judge_product(services, bag.product_id, "accept", selection_id=saved)
    plain = _mean_fit_rank(services, learned(services, saved, selection, INTENT, "fit"))
    pipeline.undo_last(services, saved)
    event = more_like(services, bag.product_id, selection_id=saved)
    assert event is not None and event.verdict == "accept" and event.context["statement"] == "more_like"
    assert _mean_fit_rank(services, learned(services, saved, selection, INTENT, "fit")) <= plain


def _mean_fit_rank(services: Services, found: LearnedList) -> float:
    ranks = [one.rank for one in found.products if kind(services, one.product_id) == "Sleeping Bags"]
    return sum(ranks) / len(ranks)


def test_none_of_these_rejects_each_by_itself(services: Services, selection: Selection, saved: str) -> None:
    names = [p.product_id for p in selection.products[:3]]
    events = none_of(services, [*names, names[0]], selection_id=saved)
    assert [e.subject_id for e in events] == names and {e.verdict for e in events} == {"reject"}
    pipeline.undo_feedback(services, saved, events[1].event_id)
    assert pipeline.verdicts(services, saved) == {names[0]: "reject", names[2]: "reject"}


def test_reasons_that_say_nothing_of_the_product_teach_nothing(
    services: Services, selection: Selection, saved: str
) -> None:
    judge(services, selection, saved, 10)
    before = learned(services, saved, selection, INTENT, "fit")
    name = before.products[-1].product_id
    pipeline.judge_product(services, name, "reject", selection_id=saved, reasons=["duplicate", "poor_picture"])
    after = learned(services, saved, selection, INTENT, "fit")
    assert after.verdicts == 11 and ids(after) == [i for i in ids(before) if i != name]
    pipeline.judge_product(services, name, "reject", selection_id=saved, reasons=["off_theme", "duplicate"])
    fits = {one.product_id: one.fit for one in after.products}
    now = learned(services, saved, selection, INTENT, "fit")
    assert {one.product_id: one.fit for one in now.products} != fits


def test_a_pattern_is_proposed_with_what_it_would_do(services: Services, selection: Selection, saved: str) -> None:
    judge(services, selection, saved, 24)
    found = learned(services, saved, selection, INTENT)
    cut = next(one for one in found.proposals if "lantern" in one.label.casefold())
    assert cut.kept_hit == 0 and cut.rejects >= 3
    left = {one.product_id for one in found.products}
    assert 0 < cut.hits <= len(left) and set(cut.examples) <= left
    assert {kind(services, name) for name in cut.examples} == {"Lanterns"}


def test_products_that_left_the_catalogue_are_left_out(services: Services, selection: Selection, saved: str) -> None:
    judge(services, selection, saved, 12)
    gone = replace(selection.products[-1], product_id="gone")
    found = learned(services, saved, replace(selection, products=(*selection.products, gone)), INTENT, "fit")
    assert "gone" not in ids(found) and len(found.products) == len(selection.products) - 12


def test_the_answer_is_the_same_after_a_restart(
    services: Services, selection: Selection, saved: str, tmp_path: Path
) -> None:
    judge(services, selection, saved, 14)
    before = learned(services, saved, selection, INTENT, "fit")
    with build_services(services.settings, encoder=HashingEncoder()) as again:
        assert learned(again, saved, selection, INTENT, "fit") == before
