from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import STRICTNESS, Candidate, Filters, Product, Selection, Strategy, TermMatch
from core.errors import InputError
from core.events import Event, SelectionFinished, StageStarted, Warned
from core.selection.facts import ProductFacts
from core.selection.funnel import Funnel, select
from core.selection.options import SHIFTS, SelectionOptions
from core.selection.pool import Pool

TODAY = date(2026, 11, 21)
STRATEGY = Strategy(("tent", "lantern"), ("toy",))


def candidate(product_id: str, score: float, *terms: str) -> Candidate:
    names = terms if terms else ("tent",)
    return Candidate(product_id, score, tuple(TermMatch(t, True, False, 1.0, 0.5, score) for t in names))


def funnel(
    scores: Mapping[str, float],
    products: Sequence[Product] = (),
    options: SelectionOptions | None = None,
    **more: object,
) -> Funnel:
    given = {p.product_id: p for p in products}
    facts = [given.get(i, Product(i, i.title())) for i in scores] + [p for i, p in given.items() if i not in scores]
    return Funnel(
        STRATEGY,
        Pool.of([candidate(i, s) for i, s in scores.items()], fit=more.pop("fit", None)),  # type: ignore[arg-type]
        facts=ProductFacts.from_products(facts),
        today=TODAY,
        options=options,
        **more,  # type: ignore[arg-type]
    )


def ids(selection: Selection) -> list[str]:
    return [p.product_id for p in selection.products]


def finish(work: Funnel) -> tuple[list[Event], Selection]:
    events: list[Event] = []
    run = select(work)
    while True:
        try:
            events.append(next(run))
        except StopIteration as stop:
            return events, stop.value


def test_eligibility_says_why() -> None:
    filters = Filters(price=(10.0, 50.0), category=("Outdoor",), in_stock=True)
    products = [
        Product("fine", "Tent", price=50.0, stock=3, category="outdoor > Tents"),
        Product("unsure", "Tent", price=10.0, category="Outdoor"),
        Product("gone", "Tent", price=20.0, stock=0, category="Outdoor"),
        Product("cheap", "Tent", price=9.99, stock=1, category="Outdoor"),
        Product("dear", "Tent", price=1_250.0, stock=1, category="Outdoor"),
        Product("noprice", "Tent", stock=1, category="Outdoor"),
        Product("other", "Tent", price=20.0, stock=1, category="Outdoors > Tents"),
        Product("bad", "Tent", price=20.0, stock=1, category="Outdoor"),
    ]
    work = funnel(
        {p.product_id: 0.9 for p in products}, products, SelectionOptions(filters=filters, rejected={"bad": "ugly"})
    )
    assert sorted(ids(work.selection())) == ["fine", "unsure"]
    told = {p.product_id: work.path(p.product_id)[-1] for p in products[2:]}
    assert {step.stage for step in told.values()} == {"eligible"}
    assert {i: step.detail for i, step in told.items()} == {
        "gone": "sold out",
        "cheap": "costs 9.99; asked for is 10.00 to 50.00",
        "dear": "costs 1,250.00; asked for is 10.00 to 50.00",
        "noprice": "its price is unknown; asked for is 10.00 to 50.00",
        "other": "is in “Outdoors > Tents”; asked for is Outdoor",
        "bad": "rejected: ugly",
    }
    stage = work.selection().funnel[1]
    assert (stage.entered, stage.left) == (8, 2)
    assert dict(stage.reasons) == {
        "rejected": 1, "sold out": 1, "below the asked price": 1, "above the asked price": 1, "price unknown": 1,
        "another category": 1,
    }  # fmt: skip


def test_an_unknown_price_passes_where_none_is_asked() -> None:
    assert ids(funnel({"a": 0.9}, [Product("a", "Tent")], SelectionOptions(filters=Filters(in_stock=True))).selection())


def test_one_card_a_family() -> None:
    products = [Product(i, i, family="f", stock=stock) for i, stock in (("red", 0), ("blue", 2), ("green", 2))]
    work = funnel(
        {"red": 0.9, "blue": 0.7, "green": 0.8, "solo": 0.6},
        products,
        SelectionOptions(filters=Filters(in_stock=True)),
    )
    listed = work.selection().products
    assert [(p.product_id, p.variants) for p in listed] == [("green", ("blue",)), ("solo", ())]
    assert work.left_at("red") == "eligible"
    assert work.path("blue")[-1].detail == "a variant of “green” (green), which stands for the family"
    assert work.left_at("green") is None


def test_a_category_that_the_theme_names_may_fill_the_list() -> None:
    products = [Product(f"t{n}", f"Tent {n}", category="Tents") for n in range(6)]
    products += [Product(f"l{n}", f"Lantern {n}", category="Lanterns") for n in range(6)]
    scores = {p.product_id: 0.9 - 0.01 * n for n, p in enumerate(products)}
    options = SelectionOptions(size=6, category_share=0.5)
    assert sum(i.startswith("t") for i in ids(funnel(scores, products, options).selection())) == 3
    assert all(i.startswith("t") for i in ids(funnel(scores, products, options, named={"Tents"}).selection()))


def test_the_relevance_cut_is_relative_to_the_best() -> None:
    scores = {"a": 0.9, "b": 0.7, "c": 0.4, "d": 0.39}
    # reference: the mean of the two best, 0.8; half of it is 0.4
    work = funnel(scores, options=SelectionOptions(relevance_share=0.5, reference=2))
    assert sorted(ids(work.selection())) == ["a", "b", "c"]
    assert work.path("d")[-1].detail == "relevance 0.39; 0.40 is asked, 50 % of what the best reach"
    # a catalogue that has less for the theme keeps the same shares of it
    half = funnel({i: s / 2 for i, s in scores.items()}, options=SelectionOptions(relevance_share=0.5, reference=2))
    assert ids(half.selection()) == ids(work.selection())


def test_strictness_moves_the_relevance_cut() -> None:
    scores = {"a": 0.8, "b": 0.8, "c": 0.5, "d": 0.46, "e": 0.3}
    options = SelectionOptions(relevance_share=0.6, reference=2)
    listed = {}
    for strictness in STRICTNESS:
        work = funnel(scores, options=replace(options, filters=Filters(strictness=strictness)))
        listed[strictness] = set(ids(work.selection()))
        share = min(1.0, 0.6 + SHIFTS[strictness])
        assert f"{share:.0%}".replace("%", " %") in work.selection().funnel[3].note
    assert listed["strict"] < listed["balanced"] < listed["loose"]
    assert "e" not in listed["loose"]


def test_the_fit_to_the_theme_moves_relevance() -> None:
    options = SelectionOptions(fit_weight=0.5, relevance_share=0.5)
    work = funnel({"far": 0.9, "near": 0.6}, options=options, fit=np.array([0.1, 0.8]))
    assert [(p.product_id, p.relevance) for p in work.selection().products] == [("near", 0.7), ("far", 0.5)]


def test_final_score_by_hand() -> None:
    products = [
        Product("a", "A", rating=5.0, rating_count=20, monthly_sales=10, margin=0.25, launch_date=date(2026, 5, 25)),
        Product("b", "B", rating=3.0, rating_count=20, monthly_sales=30, margin=0.6, launch_date=TODAY),
    ]
    listed = funnel({"a": 0.8, "b": 0.6}, products).selection().products
    # prior 4.0 stars worth 20: 4.5 and 3.5 stars are 0.75 and 0.25; sales 0.25 and 0.75; margin 0.5 and 1;
    # 180 days are one half-life: 0.5 and 1
    a = 0.4 * 0.75 + 0.3 * 0.25 + 0.15 * 0.5 + 0.15 * 0.5
    b = 0.4 * 0.25 + 0.3 * 0.75 + 0.15 * 1.0 + 0.15 * 1.0
    assert [p.potential for p in listed] == [pytest.approx(a), pytest.approx(b)]
    assert [p.score for p in listed] == [pytest.approx(0.7 * 0.8 + 0.3 * a), pytest.approx(0.7 * 0.6 + 0.3 * b)]
    assert listed[0].path[4].detail == (
        f"potential {a:.2f}: rating 0.75 × 40 %, sales 0.25 × 30 %, margin 0.50 × 15 %, freshness 0.50 × 15 %"
    )


def test_why_is_one_plain_sentence() -> None:
    product = Product("a", "A", rating=4.6, rating_count=812, monthly_sales=900, stock=40)
    others = [Product(f"o{i}", "O", monthly_sales=i) for i in range(3)]
    pool = Pool.of(
        [candidate("a", 0.9, "camping lantern", "kids tent"), *(candidate(o.product_id, 0.8) for o in others)]
    )
    work = Funnel(STRATEGY, pool, facts=ProductFacts.from_products([product, *others]), today=TODAY)
    first = work.selection().products[0]
    assert first.why == "found by “camping lantern” and “kids tent”; 4.6 stars from 812; sells well; in stock"
    assert first.terms == ("camping lantern", "kids tent")


def test_pinned_products_are_in_and_rejected_ones_out() -> None:
    products = [Product("weak", "Weak", stock=0), Product("extra", "Extra", stock=3), Product("bad", "Bad")]
    options = SelectionOptions(
        size=2,
        filters=Filters(in_stock=True),
        pinned=("extra", "weak", "bad", "nowhere"),
        rejected={"bad": "off-brand", "a": "rejected"},
    )
    work = funnel({"a": 0.9, "b": 0.9, "weak": 0.1, "bad": 0.9}, products, options)
    events, selection = finish(work)
    assert [(p.product_id, p.pinned, p.rank) for p in selection.products] == [("extra", True, 1), ("weak", True, 2)]
    assert selection.products[0].why == "added by hand; only 3 left"
    assert work.path("bad")[-1].detail == "rejected: off-brand"
    assert work.path("nowhere")[-1].detail == "no longer in the catalogue"
    assert work.left_at("b") == "selected"
    assert [e.message for e in events if isinstance(e, Warned)] == ["bad was added by hand and rejected; it stays out."]


def test_a_category_never_takes_more_than_its_share_while_others_could_fill() -> None:
    scores = {f"t{i}": 0.9 - i / 1000 for i in range(8)} | {f"l{i}": 0.7 - i / 1000 for i in range(8)}
    products = [Product(i, i, category="Tents" if i.startswith("t") else "Lanterns") for i in scores]
    work = funnel(scores, products, SelectionOptions(size=10, category_share=0.5))
    assert sorted(ids(work.selection())) == sorted([f"{k}{i}" for k in "tl" for i in range(5)])
    assert work.path("t5")[-1].detail == "“Tents” already has 5, the most that one category gets here"
    assert work.left_at("t5") == "diverse"
    assert work.left_at("l7") == "diverse"


def test_a_list_of_one_category_is_filled_beyond_its_share() -> None:
    scores = {f"t{i}": 0.9 for i in range(8)}
    products = [Product(i, i, category="Tents") for i in scores]
    selection = funnel(scores, products, SelectionOptions(size=6, category_share=0.5)).selection()
    assert ids(selection) == [f"t{i}" for i in range(6)]
    assert selection.funnel[-2].note == "at most 6 of one category, as the others cannot fill the list"


def test_a_raised_cap_lets_the_better_stand_before_the_worse() -> None:
    scores = {f"t{i}": 0.9 for i in range(8)} | {"l0": 0.7}
    products = [Product(i, i, category="Tents" if i.startswith("t") else "Lanterns") for i in scores]
    # half of 6 is 3, but there is one lantern only: tents may be 5
    selection = funnel(scores, products, SelectionOptions(size=6, category_share=0.5)).selection()
    assert ids(selection) == ["t0", "t1", "t2", "t3", "t4", "l0"]


def test_twins_make_room_for_what_is_new() -> None:
    vectors = {"a": (1.0, 0.0), "twin": (1.0, 0.0), "new": (0.0, 1.0)}

    def look(asked: Sequence[str]) -> np.ndarray:
        return np.array([vectors[i] for i in asked], dtype=np.float32)

    scores = {"a": 0.9, "twin": 0.89, "new": 0.7}
    options = SelectionOptions(size=2, balance=0.6, relevance_weight=1.0)
    work = funnel(scores, options=options, vectors=look)
    # second pick: 0.6 x 0.89 - 0.4 x 1 = 0.134 against 0.6 x 0.7 - 0 = 0.42
    assert ids(work.selection()) == ["a", "new"]
    assert work.left_at("twin") == "diverse"
    assert work.path("twin")[-1].detail == "most like “A” (100 %) of those picked"
    plain = funnel(scores, options=replace(options, balance=1.0), vectors=look)
    assert ids(plain.selection()) == ["a", "twin"]


def test_counts_add_up_and_the_first_step_knows_the_catalogue() -> None:
    work = funnel({"a": 0.9, "b": 0.2}, recalled=7, population=1_000)
    stages = work.selection().funnel
    assert (stages[0].entered, stages[0].left, stages[0].note) == (1_000, 2, "the best 2 of 7 found")
    assert [s.stage for s in stages] == [
        "recalled", "eligible", "families", "relevant", "potential", "diverse", "selected",
    ]  # fmt: skip
    assert work.path("never")[-1].passed is False
    assert work.path("never")[-1].stage == "recalled"


def test_events_end_in_the_selection() -> None:
    work = funnel({"a": 0.9})
    events, selection = finish(work)
    assert isinstance(events[0], StageStarted)
    assert events[-1] == SelectionFinished(selection)
    assert [e.message for e in events if isinstance(e, Warned)] == [
        "1 product found in all; wider terms would find more."
    ]


def test_nothing_recalled_is_an_empty_list() -> None:
    selection = funnel({}).selection()
    assert (selection.products, [s.left for s in selection.funnel]) == ((), [0] * 7)


def test_options_out_of_range_are_refused() -> None:
    for wrong in ({"size": 0}, {"category_share": 1.5}, {"half_life_days": 0.0}, {"balance": math.nan}):
        with pytest.raises(InputError):
            SelectionOptions(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        Pool.of([candidate("a", 0.5), candidate("a", 0.4)])


numbers = st.none() | st.integers(0, 100)


@st.composite
def shelves(draw: st.DrawFn) -> tuple[list[Candidate], list[Product], SelectionOptions]:
    n = draw(st.integers(0, 25))
    products = [
        Product(
            f"p{i}",
            f"Product {i}",
            category=draw(st.sampled_from(["", "A", "A > B", "C"])),
            price=draw(st.none() | st.floats(0, 100)),
            stock=draw(numbers),
            rating=draw(st.none() | st.floats(1, 5)),
            rating_count=draw(numbers),
            monthly_sales=draw(numbers),
            margin=draw(st.none() | st.floats(-1, 1)),
            launch_date=draw(st.none() | st.dates(date(2020, 1, 1), date(2028, 1, 1))),
            family=draw(st.sampled_from(["", "f", "g"])),
        )
        for i in range(n)
    ]
    scores = [draw(st.sampled_from([0.2, 0.5, 0.8, 1.4])) for _ in products]
    some = st.lists(st.sampled_from([p.product_id for p in products]), max_size=3) if products else st.just([])
    options = SelectionOptions(
        size=draw(st.integers(1, 12)),
        filters=Filters(in_stock=draw(st.booleans()), price=draw(st.sampled_from([None, (10.0, None)]))),
        category_share=draw(st.sampled_from([0.1, 0.5, 1.0])),
        pinned=tuple(draw(some)),
        rejected=dict.fromkeys(draw(some), "no"),
    )
    return [candidate(p.product_id, s) for p, s in zip(products, scores, strict=True)], products, options


def look_up(asked: Sequence[str]) -> np.ndarray:
    angles = np.array([int(i[1:]) for i in asked], dtype=np.float32)
    return np.column_stack([np.cos(angles), np.sin(angles)])


@settings(max_examples=80, deadline=None)
@given(shelves(), st.randoms(use_true_random=False), st.booleans())
def test_every_funnel(
    shelf: tuple[list[Candidate], list[Product], SelectionOptions], random: object, diverse: bool
) -> None:
    candidates, products, options = shelf

    def run(found: list[Candidate], known: list[Product]) -> Funnel:
        facts = ProductFacts.from_products(known)
        vectors = look_up if diverse else None
        return Funnel(STRATEGY, Pool.of(found), facts=facts, today=TODAY, options=options, vectors=vectors)

    work = run(candidates, products)
    selection = work.selection()
    listed = ids(selection)
    wanted = set(options.pinned) - set(options.rejected)
    assert wanted <= set(listed)
    assert not set(listed) & set(options.rejected)
    assert len(listed) == len(set(listed)) <= max(options.size, len(wanted))
    families = [p.family for p in products if p.product_id in listed and p.family and p.product_id not in wanted]
    assert len(families) == len(set(families))
    for before, after in zip(selection.funnel[:-1], selection.funnel[1:], strict=True):
        assert after.entered == before.left
    for stage in selection.funnel[1:]:
        assert stage.entered - stage.left == sum(count for _, count in stage.reasons)
    assert selection.funnel[-1].left == len(listed)
    for one in candidates:
        path = work.path(one.product_id)
        assert (one.product_id in listed) == all(step.passed for step in path)
        assert all(step.passed and step.detail for step in path[:-1])
    for one in selection.products:
        assert 0 <= one.potential <= 1
        assert 0 <= one.relevance <= 1
    shuffled, reordered = list(candidates), list(products)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(reordered)  # type: ignore[attr-defined]
    assert run(shuffled, reordered).selection().products == selection.products
