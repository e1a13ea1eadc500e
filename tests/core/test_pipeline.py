"""The order of the stages on a small real catalogue: what is kept of a run, and what a selection can say of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from core import feedback, pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Filters, Intent, Selection, Strategy, Trajectory
from core.errors import InputError, ProductMissing, StorageFull, ThemeInvalid
from core.events import Event, TurnFinished, Warned, result_of
from core.pipeline.plans import plan_intent
from core.services import Services, build_services
from core.settings import Settings

T = TypeVar("T")

TYPES = {
    "tent": "Outdoor > Camping > Tents",
    "lantern": "Outdoor > Camping > Lanterns",
    "sleeping bag": "Outdoor > Camping > Sleeping Bags",
    "wine glass": "Kitchen > Glasses",
    "office chair": "Home > Chairs",
}
COLOURS = "red blue green grey".split()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    lines = ["id,title,category,price,stock,color,group_id"]
    number = 0
    for kind, path in TYPES.items():
        for model in "Alder Birch Cedar Doum Elm Fir Gorse Hazel".split():
            for colour in COLOURS:
                number += 1
                stock = 0 if number % 9 == 0 else 5
                lines.append(
                    f"p{number:03d},{model} camping {kind},{path},{10 + number},{stock},{colour},{kind}-{model}"
                )
    source = home / "shop.csv"
    source.write_text("\n".join(lines))
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [source]))
        yield live


@pytest.fixture(scope="module")
def trajectory(services: Services) -> Trajectory:
    return result_of(pipeline.plan(services, "camping tent under 60", turns=3))


def test_price_words_become_filters(trajectory: Trajectory) -> None:
    assert trajectory.intent.filters.price == (None, 60.0)
    assert trajectory.best.strategy.filters.price == (None, 60.0)


def test_a_run_is_kept_with_its_events_and_turns(services: Services) -> None:
    work = pipeline.plan(services, "camping lantern", turns=2)
    played = result_of(pipeline.recorded(services, "plan", work, params={"theme": "camping lantern"}))
    newest = services.store.list_runs(kind="plan")[0]
    assert newest.status == "finished"
    events = [stored.event for stored in services.store.events_after(newest.run_id)]
    assert sum(isinstance(event, TurnFinished) for event in events) == len(played.turns)
    assert pipeline.planned(services, newest.run_id) == played


def test_stopping_keeps_the_finished_turns(services: Services) -> None:
    work = pipeline.recorded(services, "plan", pipeline.plan(services, "camping tent"), params={})
    for event in work:
        if isinstance(event, TurnFinished):
            break
    work.close()
    newest = services.store.list_runs(kind="plan")[0]
    assert newest.status == "cancelled"
    assert [turn.number for turn in pipeline.planned(services, newest.run_id).turns] == [1]


def test_a_store_that_fails_costs_the_record_not_the_plan(
    services: Services, trajectory: Trajectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFull("The disk of the database is full.")

    work = pipeline.recorded(services, "plan", pipeline.plan(services, "camping tent under 60", turns=3), params={})
    events = [next(work)]
    monkeypatch.setattr(services.store, "record_events", full)
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            assert stop.value == trajectory
            break
    assert [e.message for e in events if isinstance(e, Warned)] == [
        "The run goes on, but is not recorded for now: The disk of the database is full."
    ]
    newest = services.store.list_runs(kind="plan")[0]
    assert newest.status == "finished"
    assert len(services.store.events_after(newest.run_id)) == 1


def test_turns_of_another_catalogue_are_where_a_plan_ends(services: Services, trajectory: Trajectory) -> None:
    strange = replace(trajectory.turns[0], strategy=Strategy(("zeppelin",)))
    events: list[Event] = []
    work = plan_intent(services, trajectory.intent, turns=3, played=(strange,))
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            assert stop.value.turns == (strange,)
            break
    assert any(isinstance(e, Warned) and "has changed" in e.message for e in events)


def test_what_was_done_last_is_taken_back_first(services: Services, selection: Selection) -> None:
    saved, _ = pipeline.save_selection(services, selection, intent=Intent("camping"))
    first, second = (p.product_id for p in selection.products[:2])
    accepted = pipeline.judge_product(services, first, "accept", selection_id=saved)
    pipeline.judge_product(services, first, "reject", selection_id=saved, reasons=["off_theme"])
    edited = pipeline.edit_term(services, "tent", "tent", sign=1, selection_id=saved, weights=(1.0, 0.5))
    rated = pipeline.rate_strategy(services, Strategy(("tent",)), 4, selection_id=saved)
    theirs = feedback.accept(second, actor="somebody else", selection_id=saved)
    services.store.record_feedback(theirs, client_id="elsewhere", client_seq=1)

    assert pipeline.last_event(services, saved) == rated
    assert pipeline.undo_last(services, saved) == rated
    assert ("strategy", rated.subject_id) not in pipeline.standing_feedback(services, saved)
    assert pipeline.undo_last(services, saved) == edited
    taken = pipeline.undo_last(services, saved)
    assert taken is not None
    assert (taken.verdict, taken.subject_id) == ("reject", first)
    assert pipeline.verdicts(services, saved) == {first: "accept", second: "accept"}
    assert pipeline.undo_last(services, saved) == accepted
    assert pipeline.undo_last(services, saved) is None
    assert pipeline.verdicts(services, saved) == {second: "accept"}


@pytest.fixture(scope="module")
def selection(services: Services) -> Selection:
    strategy = Strategy(("camping tent", "camping lantern"), ("red",), filters=Filters(in_stock=True))
    return result_of(pipeline.select(services, Intent("camping"), strategy=strategy, size=10))


def test_a_selection_tells_every_products_way(services: Services, selection: Selection) -> None:
    listed = [p.product_id for p in selection.products]
    assert len(listed) == 10
    assert all(p.path[-1].passed for p in selection.products)
    intent = Intent("camping")
    # Every ninth product is out of stock; the ninth is a tent and not red.
    steps = pipeline.trace(services, intent, selection, "p018")
    assert not steps[-1].passed
    assert (steps[-1].stage, steps[-1].detail) == ("eligible", "sold out")
    assert not pipeline.trace(services, intent, selection, "p150")[-1].passed


def test_one_card_a_family(services: Services, selection: Selection) -> None:
    found = pipeline.products(services, [p.product_id for p in selection.products])
    families = [p.family for p in found.values()]
    assert len(set(families)) == len(families)
    assert any(p.variants for p in selection.products)


def test_pinned_in_and_rejected_out(services: Services) -> None:
    strategy = Strategy(("camping tent",))
    plain = result_of(pipeline.select(services, Intent("tents"), strategy=strategy, size=5))
    first = plain.products[0].product_id
    work = pipeline.select(
        services, Intent("tents"), strategy=strategy, size=5, pinned=("p150",), rejected={first: "off theme"}
    )
    other = [p.product_id for p in result_of(work).products]
    assert "p150" in other
    assert first not in other


def test_saved_judged_and_exported(services: Services, selection: Selection, tmp_path: Path) -> None:
    saved, number = pipeline.save_selection(services, selection, intent=Intent("camping"))
    assert number == 1
    dropped, kept = selection.products[0].product_id, selection.products[1].product_id
    pipeline.judge_product(services, dropped, "reject", selection_id=saved, reasons=["off_theme"], note="no")
    pipeline.judge_product(services, kept, "accept", selection_id=saved, client_id="browser00", client_seq=1)
    pipeline.judge_product(services, kept, "accept", selection_id=saved, client_id="browser00", client_seq=1)
    assert pipeline.verdicts(services, saved) == {dropped: "reject", kept: "accept"}
    assert pipeline.rejected_products(services, saved) == {dropped: "off_theme"}
    text = pipeline.export_selection(services, selection, "csv", selection_id=saved).decode("utf-8-sig")
    assert dropped not in text
    assert kept in text
    pipeline.judge_product(services, dropped, "clear", selection_id=saved)
    assert pipeline.verdicts(services, saved) == {kept: "accept"}
    assert pipeline.open_selection(services, saved).selection == selection
    lines = pipeline.export_feedback(services, "jsonl")[1].splitlines()
    assert sum(b'"client_id": "browser00"' in line for line in lines) == 1


def test_pictures_are_drawn_where_the_shop_has_none(services: Services) -> None:
    data = pipeline.picture(services, "p001", size=64)
    assert data is not None
    assert data[:4] == b"RIFF"
    with pytest.raises(ProductMissing):
        pipeline.picture(services, "nobody")


def test_filters_of_theme_and_strategy_both_hold() -> None:
    merged = pipeline.merge_filters(Filters((10, None), ("Home",)), Filters((5, 50), ("Kitchen",), True))
    assert merged == Filters((10, 50), ("Home",), True)
    strict, loose = Filters(strictness="strict"), Filters(strictness="loose")
    assert pipeline.merge_filters(strict, loose).strictness == "strict"
    assert pipeline.merge_filters(Filters(), loose).strictness == "loose"
    with pytest.raises(InputError, match="No price"):
        pipeline.merge_filters(Filters((60, None)), Filters((None, 50)))


@pytest.mark.parametrize("theme", ["", "   ", "🎄🎁", "x" * 5_000])
def test_unreadable_themes_are_refused(services: Services, theme: str) -> None:
    with pytest.raises(ThemeInvalid):
        result_of(pipeline.plan(services, theme))
    with pytest.raises(ThemeInvalid):
        pipeline.assess(services, Strategy(("tent",)), intent=theme)


def test_a_write_by_another_process_is_seen(services: Services, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("id,title,price\nnew1,garden gnome,12\n")
    before = pipeline.catalogue_version(services)
    with build_services(services.settings, encoder=HashingEncoder()) as other:
        result_of(pipeline.add_to_catalogue(other, [more]))
    assert pipeline.catalogue_version(services) != before
    assert pipeline.products(services, ["new1"])["new1"].title == "garden gnome"
