"""What rejects share and kept ones lack: words, brands, categories, prices; with what a cut would take out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.domain import Filters, Product, Strategy
from core.relevance.contract import Item
from core.relevance.patterns import AT_LEAST, MOST, Proposal, find, sureness
from core.relevance.profile import profile
from core.relevance.reading import read
from core.relevance.rules.book import RuleBook
from tests.core.relevance.live_shop import colour, items, kind

ITEMS = items()
IDS = [item.product.product_id for item in ITEMS]
STRATEGY = Strategy(("camping",))


def by_kind(rejected: str, count: int = 24) -> dict[str, bool]:
    return {item.product.product_id: kind(item) != rejected for item in ITEMS[:count]}


def named(found: tuple[Proposal, ...], key: str) -> Proposal:
    return next(one for one in found if one.key == key)


def test_a_word_of_the_rejects_becomes_a_negative_term() -> None:
    found = find(ITEMS, by_kind("mug"), STRATEGY)
    cut = named(found, "term:mug")
    assert (cut.kind, cut.term, cut.label) == ("term", "mug", "Cut “mug”")
    assert (cut.rejects, cut.hits, cut.kept_hit) == (8, 4, 0)
    assert cut.sentence == ("8 that you rejected say “mug”; cutting takes out 4 more and none that you kept.")
    assert [kind(ITEMS[IDS.index(name)]) for name in cut.examples] == ["mug"] * 3


def test_an_attribute_value_is_a_word_too() -> None:
    verdicts = {item.product.product_id: colour(item) != "green" for item in ITEMS[:24]}
    assert find(ITEMS, verdicts, STRATEGY)[0].key == "term:green"


def test_it_takes_three_rejects() -> None:
    rejected = [item for item in ITEMS if kind(item) == "mug"]
    for count in range(AT_LEAST):
        verdicts = {i.product.product_id: True for i in ITEMS[:24] if kind(i) != "mug"}
        verdicts |= {i.product.product_id: False for i in rejected[:count]}
        assert find(ITEMS, verdicts, STRATEGY) == ()


def test_what_both_sides_say_is_no_pattern() -> None:
    verdicts = {name: k % 2 == 0 for k, name in enumerate(IDS[:24])}
    assert not [one for one in find(ITEMS, verdicts, STRATEGY) if one.term in {"camping", "mug", "red"}]


def test_what_is_asked_for_or_cut_already_is_not_proposed() -> None:
    verdicts = by_kind("mug")
    assert not [p for p in find(ITEMS, verdicts, Strategy(("camping mugs",))) if p.term == "mug"]
    assert not [p for p in find(ITEMS, verdicts, Strategy(("camping",), ("mug",))) if p.term == "mug"]
    assert not [p for p in find(ITEMS, verdicts, STRATEGY, read("gifts, a mug")) if p.term == "mug"]


def test_a_cut_that_costs_kept_products_says_so_or_is_not_proposed() -> None:
    verdicts = by_kind("mug", count=36)
    some = [name for name in verdicts if not verdicts[name]]
    few = {name: kept for name, kept in verdicts.items() if name not in some[10:]}
    assert named(find(ITEMS, {**few, some[0]: True}, STRATEGY), "term:mug").kept_hit == 1
    spoiled = {**few, some[0]: True, some[1]: True, some[2]: True}
    assert not [p for p in find(ITEMS, spoiled, STRATEGY) if p.term == "mug"]


def test_what_a_term_takes_out_by_meaning_counts() -> None:
    lanterns = np.array([kind(item) == "lantern" for item in ITEMS])
    nothing = np.zeros(len(ITEMS), np.bool_)
    far = find(ITEMS, by_kind("mug"), STRATEGY, near=lambda term: nothing)
    assert named(far, "term:mug").hits == 4
    close = find(ITEMS, by_kind("mug"), STRATEGY, near=lambda term: lanterns if term == "mug" else nothing)
    assert not [p for p in close if p.term == "mug"], "it would take out kept lanterns by meaning"


def test_a_brand_or_a_category_becomes_a_rule_that_does_what_is_said() -> None:
    other = [replace(i, product=replace(i.product, title=f"{i.product.title} Model {k}")) for k, i in enumerate(ITEMS)]
    listed = [Item(i.product, profile(i.product), i.vector) for i in other]
    verdicts = {i.product.product_id: i.product.brand != "Loam" for i in listed[:24]}
    cut = named(find(listed, verdicts, STRATEGY), "rule:brand:Loam")
    assert cut.rule is not None and cut.kind == "rule" and cut.rule.own
    allowed = RuleBook([cut.rule]).allowed(read("camping"), [item.profile for item in listed])
    out = [item.product.product_id for item, grades in zip(listed, allowed, strict=True) if not grades[1:].any()]
    assert out == [i.product.product_id for i in listed if i.product.brand == "Loam"]
    assert cut.hits == len([name for name in out if name not in verdicts])


def test_prices_are_spoken_of_by_who_said_so() -> None:
    verdicts = {name: k < 14 for k, name in enumerate(IDS[:20])}
    assert not [p for p in find(ITEMS, verdicts, STRATEGY) if p.kind == "filter"]
    cut = next(p for p in find(ITEMS, verdicts, STRATEGY, priced=frozenset(IDS[14:20])) if p.kind == "filter")
    assert cut.filters == Filters(price=(None, 23.0)) and cut.hits == 16 and cut.kept_hit == 0
    cheap = {name: k >= 6 for k, name in enumerate(IDS[10:30])}
    cut = next(p for p in find(ITEMS, cheap, STRATEGY, priced=frozenset(IDS[10:16])) if p.kind == "filter")
    assert cut.filters == Filters(price=(26.0, None)) and cut.hits == 10


def test_prices_that_mix_give_no_limit() -> None:
    verdicts = {name: k % 3 > 0 for k, name in enumerate(IDS[:20])}
    found = find(ITEMS, verdicts, STRATEGY, priced=frozenset(IDS))
    assert not [p for p in found if p.kind == "filter"]


def test_no_two_say_the_same_and_there_are_few() -> None:
    found = find(ITEMS, by_kind("mug"), STRATEGY)
    # The category "Mugs" and the word "mug" take out the same products.
    assert len([one for one in found if "mug" in one.label.casefold()]) == 1
    assert len(found) <= MOST
    assert [one.sure for one in found] == sorted((one.sure for one in found), reverse=True)


def test_a_cut_that_takes_out_nothing_more_is_not_proposed() -> None:
    assert find(ITEMS, by_kind("mug", count=len(ITEMS)), STRATEGY) == ()


def test_a_strange_name_of_a_brand_makes_a_rule_that_can_be_kept() -> None:
    made = []
    for k in range(12):
        product = Product(f"q{k}", f"thing {k}", brand="{x} & Söhne" if k % 2 else "Plain", category="Things")
        made.append(Item(product, profile(product), np.eye(12, dtype=np.float32)[k]))
    verdicts = {f"q{k}": k % 2 == 0 for k in range(10)}
    cut = next(p for p in find(made, verdicts, Strategy(("thing",))) if p.kind == "rule")
    assert cut.rule is not None
    assert RuleBook([cut.rule]).verdicts(read("thing"), made[1].profile)[0].sentence.startswith("It is by")


def test_sureness_grows_with_the_rejects_and_shrinks_with_the_kept() -> None:
    assert sureness(6, 8, 0, 10, 0.2) > sureness(4, 8, 0, 10, 0.2) > sureness(4, 8, 2, 10, 0.2)
    assert sureness(4, 8, 4, 8, 0.5) == pytest.approx(0.0)
    # That a rare word is absent among the kept says less than that a frequent one is.
    assert sureness(4, 8, 0, 10, 0.4) > sureness(4, 8, 0, 10, 0.05)
