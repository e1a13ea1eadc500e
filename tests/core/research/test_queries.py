"""Queries by rules: sides of the theme that the intent speaks of, in its language, none twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from core.domain import Intent
from core.research.queries import MAX_QUERY, Query, distinct, rule_queries, subject
from core.text import tokens

TODAY = date(2026, 6, 1)


def texts(intent: Intent, most: int = 6) -> list[str]:
    return [query.text for query in rule_queries(intent, today=TODAY, most=most)]


def test_each_side_that_is_known_gets_a_query() -> None:
    intent = Intent("tents", what="tents", audience="families", season="summer", must_have=("waterproof",))
    assert texts(intent) == [
        "tents",
        "tents summer trends 2026",
        "what to buy for tents",
        "tents for families",
        "waterproof tents",
        "popular styles colours and materials tents",
    ]


def test_a_side_that_is_not_known_or_said_already_is_left_out() -> None:
    found = texts(Intent("camping with kids", audience="kids"))
    assert found[0] == "camping with kids"
    assert "camping with kids for kids" not in found
    assert not any("{" in text or "  " in text or "None" in text for text in found)


def test_days_decide_the_year_and_locale_the_language() -> None:
    intent = Intent("Weihnachten", locale="de-AT", season="winter", dates=(date(2027, 1, 2), date(2027, 1, 9)))
    assert "Weihnachten Winter Trends 2027" in texts(intent)
    assert texts(Intent("露营", locale="zh")) == ["露营"], "a language without patterns is asked for in its own words"


def test_a_whole_idea_becomes_search_words_without_what_must_not_be() -> None:
    idea = "Something nice for my sister who moves into her first flat and likes cooking with friends without plastic"
    text = subject(Intent(idea, kind="idea"))
    assert len(text.split()) <= 9
    assert "plastic" not in text
    assert len(subject(Intent("x" * 5_000))) <= MAX_QUERY
    assert subject(Intent("costumes", what="costumes", occasion="Halloween")) == "costumes Halloween"


def test_queries_that_ask_the_same_are_one() -> None:
    found = distinct(
        [
            Query("camping gear for kids", "gear"),
            Query("kids camping gear", "kids"),
            Query("best camping gear for kids", "best"),
            Query("rainy day games", "games"),
            Query("  ", "empty"),
        ],
        known=["games for a rainy day"],
    )
    assert [query.text for query in found] == ["camping gear for kids"]


def test_a_query_of_any_length_is_cut() -> None:
    (found,) = distinct([Query("long " * 400, "f" * 400)])
    assert len(found.text) <= MAX_QUERY
    assert len(found.facet) <= 40


def test_no_rule_asks_the_same_twice_whatever_is_known() -> None:
    for intent in (
        Intent("kids", audience="kids", season="summer", must_have=("kids",)),
        replace(Intent("trends 2026"), season="summer"),
    ):
        stems = [frozenset(tokens(text)) for text in texts(intent)]
        assert all(len(a & b) <= 0.7 * len(a | b) for i, a in enumerate(stems) for b in stems[:i])
