"""The library: searching, versions side by side, restoring, renaming, states, who changed what; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Filters, Intent, SelectedProduct, Selection, Strategy
from core.errors import InputError, StoreConflict, StoreMissing
from core.pipeline.library import LibraryPage, matched, term_changes
from core.services import Services, build_services
from core.settings import Settings
from core.store.store import Store

TENTS = Strategy(("tent", "camp stove"), ("toy",), weights=(("tent", 1.5),), filters=Filters(price=(None, 80.0)))


def chosen(product_id: str, rank: int, *, variants: tuple[str, ...] = ()) -> SelectedProduct:
    return SelectedProduct(product_id, rank, 0.9, 0.8, 0.7, "Found by “tent”.", (), variants=variants)


def listing(*ids: str, strategy: Strategy = TENTS) -> Selection:
    return Selection(strategy, tuple(chosen(name, rank) for rank, name in enumerate(ids, start=1)), ())


@pytest.fixture
def services(store: Store, tmp_path: Path) -> Iterator[Services]:
    settings = Settings(home=tmp_path, actor="ann")
    with build_services(settings, encoder=HashingEncoder(), store=store) as live:
        yield live


@pytest.fixture
def saved(services: Services) -> str:
    """Camping, at its second version."""
    name, _ = pipeline.save_selection(services, listing("p1", "p2", "p3"), intent=Intent("Camping with kids"))
    wider = replace(TENTS, positive=("tent", "lantern"), weights=(("tent", 2.0),), filters=Filters(in_stock=True))
    pipeline.save_selection(
        services,
        listing("p4", "p2", "p1", strategy=wider),
        intent=Intent("Camping with kids"),
        selection_id=name,
        expected_version=1,
        note="without stoves",
    )
    return name


def names(page: LibraryPage) -> list[str]:
    return [entry.summary.name for entry in page.entries]


def test_the_library_is_searched_filtered_and_paged(services: Services) -> None:
    themes = ["Café au lait", "Camping with kids", "Weihnachten für Kinder", "Cosy autumn evenings", "Kids' room"]
    ids = [pipeline.save_selection(services, listing("p1"), intent=Intent(theme))[0] for theme in themes]
    pipeline.set_status(services, ids[0], "in review", expected_version=1, was="draft")

    assert names(pipeline.list_selections(services)) == [themes[0], *reversed(themes[1:])]
    assert names(pipeline.list_selections(services, "CAFE")) == ["Café au lait"]
    assert names(pipeline.list_selections(services, "fur weihnachten")) == ["Weihnachten für Kinder"]
    assert names(pipeline.list_selections(services, "kids with")) == ["Camping with kids"]
    assert pipeline.list_selections(services, "ann").total == 5
    assert pipeline.list_selections(services, "%").total == 0

    review = pipeline.list_selections(services, status="in review")
    assert names(review) == ["Café au lait"]
    assert review.by_status == {"draft": 4, "in review": 1, "approved": 0, "published": 0}
    assert pipeline.list_selections(services, "kids", status="in review").by_status["draft"] == 2

    first, last = (pipeline.list_selections(services, page=number, size=3) for number in (1, 2))
    assert (len(first.entries), first.total) == (3, 5)
    assert names(first) + names(last) == [themes[0], *reversed(themes[1:])]
    assert pipeline.list_selections(services, page=9, size=3) == last


def test_an_entry_shows_its_first_products_and_what_stands(services: Services, saved: str) -> None:
    for product, verdict in (("p1", "accept"), ("p2", "accept"), ("p2", "reject"), ("p4", "reject"), ("p9", "accept")):
        pipeline.judge_product(services, product, verdict, selection_id=saved)
    pipeline.judge_product(services, "p4", "clear", selection_id=saved)
    other, _ = pipeline.save_selection(services, listing("p7"), intent=Intent("Alone"))

    entries = {entry.summary.selection_id: entry for entry in pipeline.list_selections(services).entries}

    assert entries[saved] == pipeline.look_up_selection(services, saved)
    assert entries[saved].cover == ("p4", "p2", "p1")
    assert (entries[saved].kept, entries[saved].dropped) == (2, 1)
    assert (entries[other].cover, entries[other].kept, entries[other].dropped) == (("p7",), 0, 0)
    standing = list(pipeline.verdicts(services, saved).values())
    assert (standing.count("accept"), standing.count("reject")) == (2, 1)


def test_an_undo_of_an_undo_counts_again(services: Services, saved: str) -> None:
    kept = pipeline.judge_product(services, "p1", "accept", selection_id=saved)
    assert kept is not None
    undone = pipeline.undo_feedback(services, saved, kept.event_id)
    assert services.store.verdict_counts([saved]) == {saved: (0, 0)}
    pipeline.undo_feedback(services, saved, undone.event_id)
    assert services.store.verdict_counts([saved]) == {saved: (1, 0)}


def test_versions_are_listed_with_their_first_products(services: Services, saved: str) -> None:
    versions = pipeline.list_versions(services, saved)
    assert [(v.number, v.note, v.products, v.created_by) for v in versions] == [
        (2, "without stoves", 3, "ann"),
        (1, "", 3, "ann"),
    ]
    assert pipeline.version_covers(services, saved, [1, 2, 7], size=2) == {1: ("p1", "p2"), 2: ("p4", "p2")}
    with pytest.raises(StoreMissing, match="no selection nowhere"):
        pipeline.list_versions(services, "nowhere")


def test_restoring_copies_forward_and_never_over_anybody(services: Services, saved: str) -> None:
    assert pipeline.restore_version(services, saved, 1, expected_version=2, note=" better  before ") == (saved, 3)

    newest = pipeline.list_versions(services, saved)[0]
    assert (newest.number, newest.restored_from, newest.note) == (3, 1, "better before")
    assert pipeline.open_selection(services, saved).selection == listing("p1", "p2", "p3")
    with pytest.raises(StoreConflict, match="saved as version 3 by ann"):
        pipeline.restore_version(services, saved, 1, expected_version=2)
    assert len(pipeline.list_versions(services, saved)) == 3


def test_a_new_name_stays_when_the_next_version_is_saved(services: Services, saved: str) -> None:
    renamed = pipeline.rename_selection(services, saved, "  Summer   camp ", was="Camping with kids")
    assert (renamed.name, renamed.version, renamed.status) == ("Summer camp", 2, "draft")

    pipeline.save_selection(
        services, listing("p1"), intent=Intent("Camping with kids"), selection_id=saved, expected_version=2
    )

    assert pipeline.look_up_selection(services, saved).summary.name == "Summer camp"
    entry = next(e for e in pipeline.audit_trail(services, saved) if e.event == "renamed")
    assert (entry.before, entry.after, entry.who) == ({"name": "Camping with kids"}, {"name": "Summer camp"}, "ann")


def test_names_that_will_not_do_are_refused(services: Services, saved: str) -> None:
    with pytest.raises(StoreConflict, match="renamed to “Camping with kids” by ann"):
        pipeline.rename_selection(services, saved, "Mine", was="An older name")
    with pytest.raises(InputError, match="needs a name"):
        pipeline.rename_selection(services, saved, "   ", was="Camping with kids")
    with pytest.raises(InputError, match="at most 120"):
        pipeline.rename_selection(services, saved, "x" * 121, was="Camping with kids")
    pipeline.rename_selection(services, saved, "Camping with kids", was="Camping with kids")
    assert [entry.event for entry in pipeline.audit_trail(services, saved)] == ["version saved", "version saved"]


def test_a_status_is_not_changed_over_anybody(services: Services, saved: str) -> None:
    for was, status in (("draft", "in review"), ("in review", "approved"), ("approved", "published")):
        found = pipeline.set_status(services, saved, status, expected_version=2, was=was)  # type: ignore[arg-type]
        assert found.status == status
    assert found.published_version == 2
    with pytest.raises(StoreConflict, match="set to published by ann"):
        pipeline.set_status(services, saved, "draft", expected_version=2, was="in review")


def test_two_versions_side_by_side(services: Services, saved: str) -> None:
    found = pipeline.compare_versions(services, saved, 1, 2)

    assert [(c.term, c.sign, c.before, c.after) for c in found.terms] == [
        ("tent", 1, 1.5, 2.0),
        ("camp stove", 1, 1.0, None),
        ("lantern", 1, None, 1.0),
    ]
    assert found.same_terms == 1
    assert found.filters == (Filters(price=(None, 80.0)), Filters(in_stock=True))
    assert [one.product_id for one in found.only_first] == ["p3"]
    assert [(moved.after.product_id, moved.places) for moved in found.both] == [("p2", 0), ("p1", -2)]
    assert [one.product_id for one in found.only_second] == ["p4"]
    with pytest.raises(StoreMissing, match="no version 9"):
        pipeline.compare_versions(services, saved, 1, 9)


def test_a_family_is_in_both_whichever_variant_shows_it() -> None:
    first = Selection(TENTS, (chosen("red", 1, variants=("blue",)), chosen("x", 2)), ())
    second = Selection(TENTS, (chosen("y", 1), chosen("blue", 2, variants=("red", "green"))), ())

    left, both, right = matched(first, second)

    assert [one.product_id for one in left] == ["x"]
    assert [(m.before.product_id, m.after.product_id, m.places) for m in both] == [("red", "blue", -1)]
    assert [one.product_id for one in right] == ["y"]
    # Each product of either side is told of once.
    assert len(left) + len(both) == len(first.products)
    assert len(right) + len(both) == len(second.products)


def test_a_term_that_changed_sides_is_told_on_both() -> None:
    changes = term_changes(Strategy(("toy tent",)), Strategy(("tent",), ("toy tent",)))
    assert [(c.term, c.sign, c.before, c.after) for c in changes] == [
        ("toy tent", 1, 1.0, None),
        ("tent", 1, None, 1.0),
        ("toy tent", -1, None, 1.0),
    ]


def test_the_trail_tells_changes_and_judgements_in_one_order(services: Services, saved: str) -> None:
    pipeline.judge_product(services, "p1", "reject", selection_id=saved, reasons=["off_theme"], note="for dogs")
    pipeline.judge_product(services, "p1", "clear", selection_id=saved)
    pipeline.edit_term(services, "tent", "dome tent", sign=1, selection_id=saved)
    pipeline.restore_version(services, saved, 1, expected_version=2)
    pipeline.save_selection(services, listing("p1"), intent=Intent("Another one"))

    trail = pipeline.audit_trail(services, saved)

    assert [(entry.entity, entry.entity_id, entry.event) for entry in trail] == [
        ("selection", saved, "version 1 restored"),
        ("term", "tent", "edited"),
        ("product", "p1", "taken back"),
        ("product", "p1", "dropped"),
        ("selection", saved, "version saved"),
        ("selection", saved, "version saved"),
    ]
    assert trail[0].before["version"] == 2
    assert trail[0].after["version"] == 3
    assert (trail[1].before["term"], trail[1].after["term"]) == ("tent", "dome tent")
    assert (trail[2].before, trail[2].after) == ({"verdict": "dropped"}, {})
    assert (trail[3].before, trail[3].after) == (
        {},
        {"verdict": "dropped", "reasons": "off_theme", "note": "for dogs"},
    )
    assert len(pipeline.audit_trail(services, saved, limit=2)) == 2


def test_the_trail_tells_what_stood_before_each_verdict(services: Services, saved: str) -> None:
    for verdict in ("accept", "reject", "clear"):
        pipeline.judge_product(services, "p1", verdict, selection_id=saved)
    pipeline.rate_strategy(services, "s1", 4, selection_id=saved)

    said = [entry for entry in reversed(pipeline.audit_trail(services, saved)) if entry.entity != "selection"]

    assert [(entry.event, entry.before.get("verdict"), entry.after.get("verdict")) for entry in said] == [
        ("kept", None, "kept"),
        ("dropped", "kept", "dropped"),
        ("taken back", "dropped", "kept"),
        ("rated", None, None),
    ]
    assert said[-1].after == {"stars": "4"}
    assert pipeline.verdicts(services, saved) == {"p1": "accept"}


def test_runs_of_a_selection_are_found_by_version_and_by_what_they_were_asked(services: Services) -> None:
    store = services.store
    planned = store.record_run("plan", owner="ann", params={"theme": "camping"})
    name, _ = store.save_selection_version(None, listing("p1"), name="Camping", actor="ann", run_id=planned)
    stopped = store.record_run("select", owner="ann", params={"selection_id": name, "expected_version": 1})
    store.finish_run(stopped, status="cancelled")
    store.record_run("select", owner="ann", params={"selection_id": "another"})

    assert [run.run_id for run in pipeline.selection_runs(services, name)] == [stopped, planned]
    assert [run.run_id for run in pipeline.recent_runs(services, "cancelled", "failed")] == [stopped]
    assert {run.run_id for run in pipeline.recent_runs(services, "cancelled", "running")} >= {stopped, planned}
