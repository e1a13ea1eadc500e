"""How a screen words what a judge said: tiers counted, probabilities that claim no certainty, rules, reasons."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain import Intent, Judgment, Product, RuleVerdict, SelectedProduct, Selection, Strategy
from core.domain.judging import Grade, Probabilities
from ui import grade_words, list_figures
from ui.components.judgment_view import judgment_data
from ui.components.product_facts import cards_of
from ui.grade_words import Tiers
from ui.state import Desk, Tally

COLOUR = RuleVerdict("colour", "Colour", "“red” was asked for, and this is blue.", (1, 2))
SPREAD: Probabilities = (0.02, 0.08, 0.3, 0.6)


def judged(grade: Grade | None, *rules: RuleVerdict, **more: str) -> Judgment:
    return Judgment("p1", grade, SPREAD, "local", "0123456789abcdef", rules, **more)


def listed(judgment: Judgment | None) -> SelectedProduct:
    return SelectedProduct("p1", 3, 0.9, 0.8, 0.5, "", (), terms=("tent",), judgment=judgment)


def test_tiers_count_what_was_judged_and_what_was_not() -> None:
    told = grade_words.tiers([listed(judged(g)) for g in (4, 3, 3, 2, 1, None)] + [listed(None)])
    assert told == Tiers(good=3, mid=1, bad=1, silent=2, excellent=1)
    assert told.judged == 5
    assert [told.of(tier) for tier in grade_words.TIERS] == [3, 1, 1]


@pytest.mark.parametrize(
    ("probability", "said"), [(0.0, "under 1 %"), (0.004, "under 1 %"), (0.5, "50 %"), (0.996, "over 99 %")]
)
def test_nothing_is_claimed_to_be_certain(probability: float, said: str) -> None:
    assert grade_words.share_of(probability) == said


def test_a_card_says_its_grade_to_eyes_and_ears() -> None:
    card = cards_of([listed(judged(2, COLOUR))], {"p1": Product("p1", "Tent", price=9.0, currency="EUR")}, {})[0]
    assert (card.tier, card.level, card.grade) == ("Mid", 2, "Mismatch")
    assert "judged Mismatch" in card.label
    assert "90 % likely to be Good" in card.judged and "Colour: “red” was asked for" in card.judged


def test_a_card_of_a_list_without_judgments_says_nothing() -> None:
    card = cards_of([listed(None)], {"p1": Product("p1", "Tent")}, {})[0]
    assert (card.tier, card.grade, card.judged) == ("", "", "")
    assert "judged" not in card.label


def test_a_judgment_is_drawn_from_the_best_grade_down() -> None:
    data = judgment_data(judged(4, rationale="Query: a tent.\n\nItem: a tent."), "tent")
    assert [share["name"] for share in data["shares"]] == ["Excellent", "Related", "Mismatch", "Irrelevant"]
    assert sum(share["part"] for share in data["shares"]) == pytest.approx(1.0)
    assert data["why"] == ["Query: a tent.", "Item: a tent."]
    assert data["quiet"] and not data["rules"]
    assert data["signed"] == "Judged for “tent” by the local judge, version 0123456789abcdef"


def test_a_rule_says_what_it_leaves() -> None:
    rules = (
        COLOUR,
        RuleVerdict("season", "Season", "For winter.", (1, 2, 3)),
        RuleVerdict("x", "X", "Y", (1, 2, 3, 4)),
    )
    data = judgment_data(judged(2, *rules), "red tent")
    assert [rule["most"] for rule in data["rules"]] == ["At most Mismatch.", "At most Related.", ""]


def test_an_abstention_says_why_and_shows_no_probabilities() -> None:
    left = judged(None, note="The model did not answer.")
    data = judgment_data(left, "tent")
    assert (data["grade"], data["sure"], data["shares"], data["quiet"]) == (
        "Left open", "The model did not answer.", [], "",
    )  # fmt: skip
    assert grade_words.in_one_breath(left) == "Left open: The model did not answer."


def test_figures_of_tiers_open_only_what_holds_products() -> None:
    products = tuple(replace(listed(judged(grade)), product_id=f"p{n}") for n, grade in enumerate((4, 3, 3, 2)))
    desk = Desk(Intent("x"), selection=Selection(Strategy(("x",)), products, ()))
    shown = {one.name: one for one in list_figures.of_list(desk, Tally())}
    assert [(shown[t].value, shown[t].note, shown[t].opens) for t in grade_words.TIERS] == [
        ("3", "1 excellent", True), ("1", "25 %", True), ("0", "none", False),
    ]  # fmt: skip
    bare = replace(desk, selection=Selection(Strategy(("x",)), (listed(None),), ()))
    assert "Good" not in {one.name for one in list_figures.of_list(bare, Tally())}, "old lists say nothing"
