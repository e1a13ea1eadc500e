"""Every number of a selection answers with exactly the products behind it, on a small real catalogue."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TypeVar

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Behind, Filters, Insight, Intent, Lens, LensKind, Selection, Side, Spread, Strategy
from core.errors import InputError
from core.events import result_of
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop

T = TypeVar("T")

INTENT = Intent("camping")
SIZE = 12

STRATEGIES = (
    Strategy(("camping tent", "camping lantern"), ("red",)),
    Strategy(("tent", "lantern", "chair", "Alder"), ("red", "glass", "office"), filters=Filters(in_stock=True)),
    Strategy(
        ("camping", "chair", "Chair", "red chair", "mug"),
        ("blue tent", "blue"),
        weights=(("chair", 0.7),),
        filters=Filters(price=(20.0, 150.0)),
    ),
    Strategy(("camping", "glass"), filters=Filters(category=("Outdoor > Camping",), price=(None, 90.0))),
    Strategy(("nothing of this kind",)),
)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    source = write_shop(home)
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [source]))
        yield live


def select(services: Services, strategy: Strategy, **options: object) -> Selection:
    return result_of(pipeline.select(services, INTENT, strategy=strategy, size=SIZE, **options))  # type: ignore[arg-type]


def behind(services: Services, selection: Selection, lens: Lens, **options: object) -> Behind:
    found = pipeline.behind(services, INTENT, selection, lens, size=SIZE, **options)  # type: ignore[arg-type]
    assert found.count == len(found.rows)
    assert len({row.product_id for row in found.rows}) == found.count
    assert found.title
    assert all(row.note for row in found.rows)
    return found


def ids(found: Behind) -> list[str]:
    return [row.product_id for row in found.rows]


def told(services: Services, selection: Selection) -> Insight:
    return pipeline.insight(services, INTENT, selection, size=SIZE)


@pytest.fixture(scope="module", params=range(len(STRATEGIES)))
def selection(services: Services, request: pytest.FixtureRequest) -> Selection:
    strategy = STRATEGIES[request.param]
    first = select(services, strategy)
    # With hands in it: one that no term finds, one of another category, and the best one out.
    rejected = {first.products[0].product_id: "off theme"} if first.products else {}
    return select(services, strategy, pinned=("p150", "p001"), rejected=rejected)


def test_every_step_and_reason_of_the_funnel(services: Services, selection: Selection) -> None:
    selection_id = _judged(services, selection)
    told = pipeline.insight(services, INTENT, selection, selection_id=selection_id, size=SIZE)
    assert told.funnel == selection.funnel
    for stage in selection.funnel:
        still = behind(services, selection, Lens("found", stage.stage), selection_id=selection_id)
        assert still.count == stage.left
        for reason, count in stage.reasons:
            lens = Lens("left", stage.stage, reason)
            assert behind(services, selection, lens, selection_id=selection_id).count == count
        if stage.stage != "recalled":
            gone = behind(services, selection, Lens("left", stage.stage), selection_id=selection_id)
            assert gone.count == stage.entered - stage.left == sum(n for _, n in stage.reasons)
    cut = behind(services, selection, Lens("left", "recalled"), selection_id=selection_id)
    assert cut.count == told.cut
    assert all(row.note.startswith("cut by “") for row in cut.rows)


def _judged(services: Services, selection: Selection) -> str:
    """The selection saved, with the verdict that it was made under."""
    saved, _ = pipeline.save_selection(services, selection, intent=INTENT)
    best = select(services, selection.strategy).products
    if best:
        pipeline.judge_product(services, best[0].product_id, "reject", selection_id=saved, reasons=["off_theme"])
        assert ("rejected", 1) in selection.funnel[1].reasons
    return saved


def test_every_term_counts_as_in_the_preview(services: Services, selection: Selection) -> None:
    preview = pipeline.preview(services, selection.strategy)
    assert preview.exact
    found = told(services, selection)
    assert behind(services, selection, Lens("found")).count == preview.count == found.found
    for term, share in zip(preview.positives, found.terms, strict=True):
        assert share.term == term.term
        assert behind(services, selection, Lens("finds", term.term)).count == term.matches == share.finds
        assert behind(services, selection, Lens("alone", term.term)).count == term.exclusive == share.alone
        assert behind(services, selection, Lens("shared", term.term)).count == share.finds - share.alone
        assert behind(services, selection, Lens("finds", term.term, side="listed")).count == share.listed
    for negative, cut in zip(preview.negatives, found.cuts, strict=True):
        assert behind(services, selection, Lens("cuts", negative.term)).count == negative.removed == cut.cuts
        alone = behind(services, selection, Lens("cuts_alone", negative.term)).count
        assert alone == negative.removed_alone == cut.alone
        assert behind(services, selection, Lens("cuts_shared", negative.term)).count == cut.cuts - cut.alone


def test_every_combination_of_terms(services: Services, selection: Selection) -> None:
    found = told(services, selection)
    within: set[str] = set()
    for mixed in found.combinations:
        lens = Lens("overlap", terms=mixed.terms)
        rows = behind(services, selection, lens)
        assert rows.count == mixed.count > 0
        assert behind(services, selection, Lens("overlap", terms=mixed.terms, side="listed")).count == mixed.listed
        assert not within & set(ids(rows))
        within.update(ids(rows))
        if len(mixed.terms) == 2:
            both = behind(services, selection, Lens("overlap", *mixed.terms))
            assert set(ids(rows)) <= set(ids(both))
    everything = {i for t in found.terms for i in ids(behind(services, selection, Lens("finds", t.term)))}
    assert len(within) + found.more_products == len(everything)


@pytest.mark.parametrize("kind", ["price", "category", "rating", "season"])
def test_every_bar(services: Services, selection: Selection, kind: LensKind) -> None:
    found = told(services, selection)
    spread: Spread = {
        "price": found.prices,
        "category": found.categories,
        "rating": found.ratings,
        "season": found.seasons,
    }[kind]
    sides: tuple[Side, Side] = ("listed", "removed")
    for bar in spread.bins:
        counts = [behind(services, selection, Lens(kind, bar.label, side=side)).count for side in sides]
        assert counts == [bar.listed, bar.removed]
        assert behind(services, selection, Lens(kind, bar.label)).count == sum(counts)
    silent = [behind(services, selection, Lens(kind, side=side)).count for side in sides]
    assert silent == [spread.silent_listed, spread.silent_removed]
    if kind != "season":  # a product may name two
        assert sum(b.listed for b in spread.bins) + spread.silent_listed == found.listed
        assert sum(b.removed for b in spread.bins) + spread.silent_removed == found.removed


def test_bars_hold_what_they_say(services: Services) -> None:
    selection = select(services, STRATEGIES[1])
    products = pipeline.products(services, [f"p{k:03d}" for k in range(1, 225)])
    found = told(services, selection)
    for bar in found.prices.bins:
        low, _, high = bar.label.replace(" and more", " to inf").partition(" to ")
        for row in behind(services, selection, Lens("price", bar.label)).rows:
            price = products[row.product_id].price
            assert price is not None
            assert float(low) <= price < float(high)
    summer = behind(services, selection, Lens("season", "summer")).rows
    assert {dict(products[r.product_id].attributes)["season"].casefold() for r in summer} == {"summer", "spring/summer"}
    assert [bar.label for bar in found.seasons.bins] == ["spring", "summer", "autumn", "winter", "all year"]
    assert sum(bar.now for bar in found.seasons.bins) == 1
    south = pipeline.insight(services, INTENT, selection, size=SIZE, southern=True)
    assert {b.label for b in south.seasons.bins if b.now} != {b.label for b in found.seasons.bins if b.now}


def test_listed_variants_and_removed_share_out_what_was_found(services: Services) -> None:
    selection = select(services, STRATEGIES[1])
    found = told(services, selection)
    listed = behind(services, selection, Lens("list"))
    assert ids(listed) == [p.product_id for p in selection.products]
    assert [row.score for row in listed.rows] == [p.score for p in selection.products]
    removed = behind(services, selection, Lens("removed"))
    assert removed.count == found.removed
    assert not any(row.listed for row in removed.rows)
    head = next(p for p in selection.products if p.variants)
    inside = behind(services, selection, Lens("variants", head.product_id))
    assert sorted(ids(inside)) == list(head.variants)
    title = pipeline.product(services, head.product_id).title
    assert all(row.listed and row.note == f"a variant of “{title}”" for row in inside.rows)
    variants = {v for p in selection.products for v in p.variants}
    assert len(variants) == found.variants
    assert not variants & set(ids(removed))
    scores = [row.score for row in removed.rows if row.score is not None]
    assert scores == sorted(scores, reverse=True)


def test_what_hands_did(services: Services) -> None:
    selection = select(services, STRATEGIES[0], pinned=("p150",))
    saved, _ = pipeline.save_selection(services, selection, intent=INTENT)
    names = [p.product_id for p in selection.products]
    pipeline.judge_product(services, names[3], "accept", selection_id=saved)
    pipeline.judge_product(services, names[1], "accept", selection_id=saved)
    pipeline.judge_product(services, names[2], "reject", selection_id=saved, reasons=["off_theme"])
    pipeline.judge_product(services, "p999", "reject", selection_id=saved)

    def look(lens: Lens) -> Behind:
        return behind(services, selection, lens, selection_id=saved, pinned=("p150",))

    assert ids(look(Lens("kept"))) == [names[1], names[3]]
    dropped = look(Lens("dropped"))
    assert [(row.product_id, row.note, row.listed) for row in dropped.rows] == [
        (names[2], "off_theme", True),
        ("p999", "rejected", False),
    ]
    assert ids(look(Lens("pinned"))) == ["p150"]
    # What was dropped since stands in the list that was made before, and the funnel still counts it there.
    assert pipeline.insight(services, INTENT, selection, selection_id=saved, size=SIZE).funnel == selection.funnel
    assert ids(look(Lens("list"))) == names


def test_best_by_the_term_itself(services: Services) -> None:
    selection = select(services, STRATEGIES[2])
    rows = behind(services, selection, Lens("finds", "red chair")).rows
    found = pipeline.recall(services, Strategy(("red chair",), filters=selection.strategy.filters))
    assert [row.product_id for row in rows] == list(found.product_ids)
    assert [row.score for row in rows] == pytest.approx(found.scores.tolist())


def test_terms_are_read_as_the_recall_reads_them(services: Services) -> None:
    selection = select(services, STRATEGIES[2])
    assert ids(behind(services, selection, Lens("finds", " CHAIR"))) == ids(
        behind(services, selection, Lens("finds", "chair"))
    )


@pytest.mark.parametrize(
    "lens",
    [
        Lens("finds", "sofa"),
        Lens("cuts", "tent"),
        Lens("overlap", "tent", "sofa"),
        Lens("left", "eligible", "stolen"),
        Lens("left", "nowhere"),
        Lens("price", "1 to 2"),
    ],
)
def test_what_is_not_there_is_said(services: Services, lens: Lens) -> None:
    with pytest.raises(InputError, match="."):
        behind(services, select(services, STRATEGIES[1]), lens)


def test_more_than_the_funnel_takes(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["core.pipeline.selections"], "RECALLED", 20)
    strategy = Strategy(("camping chair", "tent"), ("red",), filters=Filters(in_stock=True))
    selection = select(services, strategy)
    preview = pipeline.preview(services, strategy)
    found = told(services, selection)
    assert found.found == preview.count > 20
    assert [t.finds for t in found.terms] == [t.matches for t in preview.positives]
    for stage in selection.funnel[1:]:
        assert behind(services, selection, Lens("left", stage.stage)).count == stage.entered - stage.left
    notes = {row.note for row in behind(services, selection, Lens("removed")).rows}
    assert {"not among the best that enter the funnel", "outside the filters"} <= notes


def test_a_click_after_the_charts_recalls_nothing(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = select(services, STRATEGIES[0])
    told(services, selection)

    def refuse(*_: object) -> None:
        raise AssertionError("the list was taken apart again")

    monkeypatch.setattr(sys.modules["core.pipeline.insight"], "funnel_and_recalled", refuse)
    assert behind(services, selection, Lens("removed")).count == told(services, selection).removed
