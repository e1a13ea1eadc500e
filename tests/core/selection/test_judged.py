"""The funnel's judged step against columns handed in: rules keep out, the judge moves, and nobody need judge at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Candidate, Grade, Judgment, Product, RuleVerdict, Selection, Strategy, TermMatch
from core.errors import InputError
from core.selection.facts import ProductFacts
from core.selection.funnel import Funnel
from core.selection.judged import TAIL, Opinions
from core.selection.options import SelectionOptions
from core.selection.pool import Pool
from core.store.codec import decode, encode

TODAY = date(2026, 11, 21)
STRATEGY = Strategy(("tent",))
PLAIN = SelectionOptions(judge_weight=0.5, fit_weight=0.0, relevance_weight=1.0, relevance_share=0.0, judged_share=0.0)


@dataclass
class Told:
    """A judge that says what it is told, and remembers whom it was asked for and whose judgments were made."""

    fit: Mapping[str, float]
    gated: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def __call__(self, ids: Sequence[str]) -> Opinions:
        self.asked = list(ids)
        names = tuple(dict.fromkeys(self.gated.values()))
        fit = np.array([self.fit.get(i, 0.5) for i in ids])
        rule = np.array([names.index(self.gated[i]) if i in self.gated else -1 for i in ids], np.int64)

        def judgments(places: Sequence[int]) -> list[Judgment | None]:
            self.made += [ids[k] for k in places]
            return [self.judgment(ids[k], float(fit[k])) for k in places]

        grade = np.ceil(1 + 3 * fit).astype(np.int64)
        return Opinions(fit, fit, grade, rule, names, lambda k: f"{ids[k]} breaks it.", judgments, "somebody")

    def judgment(self, product_id: str, fit: float) -> Judgment:
        spoke = self.gated.get(product_id)
        rules = () if spoke is None else (RuleVerdict("r", spoke, "It does.", (1, 2)),)
        grade = cast(Grade, int(np.ceil(1 + 3 * fit)))
        return Judgment(product_id, grade, (1 - fit, 0.0, 0.0, fit), "told", "1", rules=rules)


def funnel(
    scores: Mapping[str, float],
    judge: Told | None,
    *,
    products: Sequence[Product] = (),
    options: SelectionOptions = PLAIN,
) -> Funnel:
    own = {p.product_id: p for p in products}
    match = TermMatch("tent", True, False, 1.0, 0.5, 0.5)
    extra = [i for i in options.pinned if i not in scores]
    return Funnel(
        STRATEGY,
        Pool.of([Candidate(i, s, (match,)) for i, s in scores.items()]),
        facts=ProductFacts.from_products([own.get(i, Product(i, i.title())) for i in (*scores, *extra)]),
        today=TODAY,
        options=options,
        judge=judge,
    )


def ids(selection: Selection) -> list[str]:
    return [p.product_id for p in selection.products]


def test_without_a_judge_there_is_no_such_step() -> None:
    selection = funnel({"a": 0.9, "b": 0.5}, None).selection()
    assert "judged" not in [stage.stage for stage in selection.funnel]
    assert "judged" not in [step.stage for step in selection.products[0].path]
    assert [p.judgment for p in selection.products] == [None, None]


def test_the_judge_counts_beside_the_recall() -> None:
    listed = funnel({"a": 0.9, "b": 0.6}, Told({"a": 0.2, "b": 0.8})).selection().products
    assert [p.product_id for p in listed] == ["b", "a"]
    assert [p.relevance for p in listed] == pytest.approx([0.7, 0.55])
    assert [step.stage for step in listed[0].path][:4] == ["recalled", "eligible", "judged", "families"]
    assert listed[0].path[2].detail == "Excellent; good with 80 %"
    assert listed[1].judgment == Told({}).judgment("a", 0.2)


def test_what_a_rule_keeps_out_says_which_and_why() -> None:
    judge = Told({}, {"a": "Another colour", "c": "Another colour", "d": "Has what must not be"})
    work = funnel({"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6}, judge)
    selection = work.selection()
    assert ids(selection) == ["b"]
    assert work.left_at("a") == "judged"
    assert work.path("a")[-1].detail == "a breaks it."
    stage = next(stage for stage in selection.funnel if stage.stage == "judged")
    assert (stage.entered, stage.left, stage.note) == (4, 1, "judged by somebody")
    assert stage.reasons == (("Another colour", 2), ("Has what must not be", 1))
    assert work.trace.whys_out()[0] == "a breaks it."


def test_added_by_hand_stays_whatever_a_rule_says() -> None:
    options = replace(PLAIN, pinned=("a", "new"))
    judge = Told({}, {"a": "Another colour", "new": "Another colour"})
    work = funnel({"a": 0.9, "b": 0.8}, judge, options=options)
    assert ids(work.selection()) == ["a", "new", "b"]
    assert work.path("a")[2].detail == "a breaks it. But it was added by hand."
    assert judge.asked[:2] == ["a", "new"]


def test_the_variant_that_was_asked_for_stands_for_its_family() -> None:
    products = [Product("red", "Red tent", family="f"), Product("blue", "Blue tent", family="f")]
    judge = Told({}, {"red": "Another colour"})
    selection = funnel({"red": 0.9, "blue": 0.7}, judge, products=products).selection()
    assert [(p.product_id, p.variants) for p in selection.products] == [("blue", ())]


def test_only_eligible_products_are_judged_the_best_first() -> None:
    products = [Product("gone", "Gone", stock=0)]
    judge = Told({"a": 0.9, "b": 0.9, "c": 0.1, "d": 0.9})
    options = replace(PLAIN, filters=replace(STRATEGY.filters, in_stock=True), judged_most=3)
    work = funnel({"d": 0.2, "c": 0.5, "a": 0.9, "gone": 1.0, "b": 0.7}, judge, products=products, options=options)
    selection = work.selection()
    assert judge.asked == ["a", "b", "c"]
    # One beyond the three is taken as these are on average: 0.5 x 0.2 + 0.5 x 1.9 / 3.
    assert {p.product_id: p.relevance for p in selection.products}["d"] == pytest.approx(0.1 + 1.9 / 6)
    assert work.path("d")[2].detail == "not among the best 3, which are judged"
    assert {p.product_id: p.judgment is None for p in selection.products} == {
        "a": False, "b": False, "c": False, "d": True,
    }  # fmt: skip


def test_the_mean_of_the_last_stands_for_those_nobody_judged() -> None:
    many = {f"p{i:03d}": 1 - i / 1000 for i in range(TAIL + 20)}
    judge = Told({i: (1.0 if k < 20 else 0.4) for k, i in enumerate(many)})
    options = replace(PLAIN, judged_most=TAIL + 10, size=1_000)
    last = funnel(many, judge, options=options).trace
    assert last.judged is not None
    assert last.judged.fit()[-1] == pytest.approx((10 * 1.0 + (TAIL - 10) * 0.4) / TAIL)


def test_judgments_are_made_for_the_list_alone_and_once() -> None:
    judge = Told({}, {"c": "Another colour"})
    work = funnel({"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.1}, judge, options=replace(PLAIN, size=2))
    work.selection()
    assert sorted(judge.made) == ["a", "b"]
    work.selection()
    assert sorted(judge.made) == ["a", "b"]


def test_the_cut_is_sharper_where_a_judge_spoke() -> None:
    scores = {"a": 1.0, "b": 0.7}
    options = SelectionOptions(reference=1, fit_weight=0.0)
    judge = Told({"a": 1.0, "b": 0.7})
    assert ids(funnel(scores, None, options=options).selection()) == ["a", "b"]
    assert options.relevance_share < 0.7 < options.judged_share
    assert ids(funnel(scores, judge, options=options).selection()) == ["a"]


def test_an_abstention_is_said() -> None:
    def judge(asked: Sequence[str]) -> Opinions:
        return replace(Told({})(asked), grade=np.zeros(len(asked), np.int64))

    work = funnel({"a": 0.9}, None).judged_by(judge)
    assert work.path("a")[2].detail == "the judge is not sure enough to give a grade"


def test_a_judge_of_other_products_is_refused() -> None:
    with pytest.raises(InputError, match="another number"):
        funnel({"a": 0.9, "b": 0.5}, None).judged_by(lambda asked: Told({})(asked[:1])).selection()
    with pytest.raises(InputError, match="differ in length"):
        Opinions(np.zeros(2), np.zeros(2), np.zeros(2, np.int64), np.zeros(1, np.int64))


def test_a_selection_with_judgments_and_one_from_before_come_back() -> None:
    selection = funnel({"a": 0.9, "b": 0.8}, Told({}, {"a": "Another colour"})).selection()
    assert decode(Selection, encode(selection)) == selection
    before = encode(selection)
    for product in before["products"]:
        del product["judgment"]
    assert [p.judgment for p in decode(Selection, before).products] == [None]


shares = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(shares, shares, st.booleans()), min_size=1, max_size=14), weight=shares)
def test_a_better_grade_never_ranks_lower_and_a_rule_always_holds(
    rows: list[tuple[float, float, bool]], weight: float
) -> None:
    scores = {f"p{k:02d}": score for k, (score, _, _) in enumerate(rows)}
    judge = Told(
        {f"p{k:02d}": fit for k, (_, fit, _) in enumerate(rows)},
        {f"p{k:02d}": "Rule" for k, (_, _, gated) in enumerate(rows) if gated},
    )
    options = replace(PLAIN, judge_weight=weight, size=100)
    selection = funnel(scores, judge, options=options).selection()
    assert not set(ids(selection)) & set(judge.gated)
    assert len(selection.products) == len(rows) - len(judge.gated)
    place = {p.product_id: p.rank for p in selection.products}
    for one in place:
        for other in place:
            if scores[one] == scores[other] and judge.fit[one] > judge.fit[other] and weight > 0:
                assert place[one] < place[other]
