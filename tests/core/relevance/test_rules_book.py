"""The book of rules: its changes and version, fast columns against verdicts, own rules, and what is no rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Product
from core.errors import RuleInvalid
from core.relevance.profile import Profile, profile
from core.relevance.reading import read
from core.relevance.rules.book import RuleBook, shipped_rules
from core.relevance.rules.rule import Rule, rule_from_json, rule_to_json
from core.relevance.rules.vocabulary import vocabulary

WORDS = (
    "red navy women boys kindle cover for without wheels chair christmas halloween leather nylon 1 2 inch pack of "
    "queen king sandals leggings guitar strap plus petite winter summer sugar free candy"
).split()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


def plastic(**more: Any) -> Rule:
    """An operator's rule against plastic."""
    body: dict[str, Any] = {
        "id": "own.plastic",
        "name": "No plastic",
        "sentence": "We sell no plastic ({found}).",
        "check": "says",
        "allows": [1, 2],
        "words": ["plastic", "styrofoam cup"],
    }
    return rule_from_json({**body, **more})


def titled(title: str, **more: Any) -> Profile:
    return profile(Product("1", title, **more))


def ids(book: RuleBook, query: str, found: Profile) -> list[str]:
    return [verdict.rule for verdict in book.verdicts(read(query), found)]


@settings(deadline=None)
@given(query=texts, titles=st.lists(texts, min_size=1, max_size=4))
def test_columns_and_gates_say_what_verdicts_say(query: str, titles: list[str]) -> None:
    book, reading, profiles = shipped_rules(), read(query), [titled(title) for title in titles]
    spoken, allowed = book.spoken(reading, profiles), book.allowed(reading, profiles)
    for row, gate, found in zip(spoken, allowed, profiles, strict=True):
        verdicts = book.verdicts(reading, found)
        assert {rule.id for rule, spoke in zip(book.active, row, strict=True) if spoke} == {v.rule for v in verdicts}
        assert [len(v.allows) for v in verdicts] == sorted(len(v.allows) for v in verdicts)
        left = set.intersection({1, 2, 3, 4}, *(set(v.allows) for v in verdicts))
        assert {grade for grade in (1, 2, 3, 4) if gate[grade - 1]} == left
        assert 1 in left


@settings(deadline=None)
@given(title=texts)
def test_a_product_whose_title_is_the_query_is_at_most_told_what_it_lacks(title: str) -> None:
    assert {v.rule for v in shipped_rules().verdicts(read(title), titled(title))} <= {"unwanted", "accessory", "part"}


def test_no_products_are_no_rows() -> None:
    book = shipped_rules()
    assert book.spoken(read("red shoes"), []).shape == (0, len(book.active))
    assert book.allowed(read("red shoes"), []).shape == (0, 4)
    assert RuleBook([]).allowed(read("red shoes"), [titled("blue shoes")]).all()


def test_a_rule_that_is_switched_off_is_silent_and_the_version_tells() -> None:
    book, navy = shipped_rules(), titled("Navy Hoodie")
    off = book.with_changes({"colour": False, "a-rule-that-is-gone": False}, [])
    assert ids(book, "yellow hoodie", navy) == ["colour"]
    assert ids(off, "yellow hoodie", navy) == []
    assert [rule.id for rule in off.rules] == [rule.id for rule in book.rules]
    assert off.version != book.version
    assert off.with_changes({"colour": True}, []).version == book.version


def test_a_rule_that_is_off_when_shipped_speaks_once_it_is_switched_on() -> None:
    together = titled("Kindle Bundle with Cover and Charger")
    assert ids(shipped_rules(), "kindle", together) == []
    assert ids(shipped_rules().with_changes({"bundle": True}, []), "kindle", together) == ["bundle"]
    assert ids(shipped_rules().with_changes({"bundle": True}, []), "kindle bundle", together) == []


def test_own_rules_come_after_the_shipped_ones_and_speak() -> None:
    book = shipped_rules().with_changes({}, [plastic()])
    assert book.rules[-1].own
    [verdict] = book.verdicts(read("cup"), titled("Plastic Cup"))
    assert (verdict.rule, verdict.allows, verdict.sentence) == ("own.plastic", (1, 2), "We sell no plastic (plastic).")
    assert ids(book.with_changes({"own.plastic": False}, []), "cup", titled("Plastic Cup")) == []


@pytest.mark.parametrize(
    ("more", "query", "found", "speaks"),
    [
        ({}, "cup", titled("Plastic-free Cup"), False),
        ({}, "cup", titled("Cup", description="Made without plastic."), False),
        ({}, "cup", titled("Cup", description="Made of plastic."), True),
        ({}, "cup", titled("Cup of styrofoam"), True),
        ({}, "cup", titled("Cup", category="Kitchen > Plastic > Cups"), True),
        ({"where": "title"}, "cup", titled("Cup", category="Plastic"), False),
        ({"where": "category"}, "cup", titled("Plastic Cup", category="Kitchen"), False),
        ({"where": "attributes"}, "cup", titled("Plastic Cup"), False),
        ({"where": "attributes"}, "cup", titled("Cup", attributes=(("material", "plastic"),)), True),
        ({"where": "description"}, "cup", titled("Plastic Cup", description="A cup."), False),
        ({"when": ["baby cup", "kids"]}, "cup", titled("Plastic Cup"), False),
        ({"when": ["baby cup", "kids"]}, "cup for baby", titled("Plastic Cup"), True),
        ({"check": "lacks"}, "cup", titled("Glass Cup"), True),
        ({"check": "lacks"}, "cup", titled("Plastic Cup"), False),
        ({"check": "lacks"}, "cup", titled("Plastic-free Cup"), True),
    ],
)
def test_own_rules_read_the_words_where_they_are_told_to(
    more: dict[str, Any], query: str, found: Profile, speaks: bool
) -> None:
    assert ids(RuleBook([plastic(**more)]), query, found) == (["own.plastic"] if speaks else [])


@pytest.mark.parametrize("rule", shipped_rules().rules, ids=lambda rule: rule.id)
def test_every_shipped_rule_survives_json_and_names_a_known_facet(rule: Rule) -> None:
    assert rule_from_json(rule_to_json(rule)) == rule
    assert not rule.own
    known = {"facet": vocabulary().facets, "unasked": vocabulary().facets, "belongs": vocabulary().facets}
    assert rule.facet in known.get(rule.check, {rule.facet})


def test_what_is_no_rule_is_told_by_the_part_that_is_wrong() -> None:
    body = rule_to_json(plastic())
    for change, said in (
        ({"allows": [2, 3]}, "grades"),
        ({"allows": [1, 2, 3, 4]}, "grades"),
        ({"allows": None}, "grades"),
        ({"name": " "}, "name"),
        ({"sentence": "We sell {brand}."}, "sentence"),
        ({"sentence": "We sell {"}, "sentence"),
        ({"sentence": "x" * 301}, "300"),
        ({"check": "smells"}, "check"),
        ({"check": "facet", "facet": "colour"}, "your own"),
        ({"where": "box"}, "where"),
        ({"words": []}, "no words"),
        ({"words": "plastic"}, "list of words"),
        ({"words": ["the"]}, "“the”"),
        ({"words": ["a" + str(n) for n in range(51)]}, "50"),
        ({"enabled": "yes"}, "true or false"),
        ({"id": "Own Plastic"}, "id"),
        ({"colour": "red"}, "colour"),
    ):
        with pytest.raises(RuleInvalid, match=said):
            rule_from_json({**body, **change})
    for value in (None, [], "rule"):
        with pytest.raises(RuleInvalid, match="object"):
            rule_from_json(value)


def test_a_book_refuses_two_rules_of_one_id_and_own_rules_in_foreign_names() -> None:
    with pytest.raises(RuleInvalid, match=r"own\.plastic"):
        shipped_rules().with_changes({}, [plastic(), plastic()])
    with pytest.raises(RuleInvalid, match="not one of yours"):
        shipped_rules().with_changes({}, [plastic(id="plastic")])


def test_a_rule_may_keep_products_out_of_lists_that_it_leaves_related() -> None:
    told = {"id": "tone", "name": "Tone", "sentence": "It is {found}.", "check": "facet", "facet": "colour"}
    kept = rule_from_json({**told, "allows": [1, 2, 3], "keeps_out": True})
    assert (kept.best, kept.bars) == (3, True) and rule_from_json(rule_to_json(kept)) == kept
    assert not rule_from_json({**told, "allows": [1, 2, 3]}).bars and rule_from_json({**told, "allows": [1, 2]}).bars
    blue = profile(Product("a", "Blue tent"))
    (verdict,) = RuleBook([kept]).verdicts(read("red tent"), blue)
    assert verdict.bars and verdict.allows == (1, 2, 3)
    with pytest.raises(RuleInvalid, match="keeps_out"):
        rule_from_json({**told, "allows": [1, 2], "keeps_out": "yes"})
