"""The notebook: nothing twice, nothing over the limit, and a research to be had at any moment."""

from __future__ import annotations

import pytest

from core.domain import Hit
from core.errors import InputError
from core.llm.contract import ChatReply
from core.research.limits import Limits
from core.research.notebook import Notebook

LIMITS = Limits(searches=2, pages=2, turns=2, seconds=30, evidence=3, snippets=1)
GEAR = "Every child wants a headlamp of its own at night."
FOOD = "Marshmallow sticks and a camp stove make the evening."


def notebook(limits: Limits = LIMITS) -> Notebook:
    return Notebook("wide", "camping", limits)


def keep(notes: Notebook, text: str) -> str | None:
    found = notes.keep(text, source="web", title="a", address="https://a.example")
    return None if found is None else found.key


def test_a_passage_is_kept_once_and_numbered() -> None:
    notes = notebook()
    assert keep(notes, GEAR) == "e1"
    assert keep(notes, f"  {GEAR}\n") is None
    assert keep(notes, "too short") is None
    assert keep(notes, FOOD) == "e2"
    assert keep(notes, GEAR + " " + "And the sleeping bag should be rated for the coldest night of May.") == "e3"
    assert keep(notes, "A fourth passage about hammocks between two pine trees.") is None, "the notebook is full"


def test_news_is_what_brings_words_that_were_not_there() -> None:
    notes = notebook()
    keep(notes, GEAR)
    assert notes.news == 1
    keep(notes, "A headlamp of its own: at night every child wants a headlamp, its own headlamp.")
    assert notes.news == 1, "the same words in another order are no news"
    keep(notes, FOOD)
    assert notes.news == 2


def test_what_a_search_shows_is_kept_where_its_page_was_not_read() -> None:
    notes = notebook(Limits(searches=2, pages=2, turns=2, seconds=30, snippets=1))
    notes.offer(Hit("read", "https://a.example/", GEAR), "one")
    notes.offer(Hit("shown", "https://b.example", FOOD), "one")
    notes.offer(Hit("over", "https://c.example", "A hammock between two pine trees is what they like."), "one")
    notes.withdraw("https://www.a.example")
    assert [found.title for found in notes.settle()] == ["shown"], "one snippet a query is kept"
    assert notes.settle() == ()


def test_a_research_that_is_broken_off_reads_as_stopped_and_has_what_was_offered() -> None:
    notes = notebook()
    notes.queries.append("camping")
    notes.offer(Hit("shown", "https://b.example", FOOD), "camping")
    found = notes.research()
    assert (found.ended, len(found.evidence), found.queries) == ("stopped", 1, ("camping",))


def test_costs_add_up_and_an_unknown_price_stays_unknown() -> None:
    notes = notebook()
    notes.spend(ChatReply("a", "m", 10, 10, cost_usd=0.25))
    notes.spend(ChatReply("a", "m", 10, 10, cost_usd=0.5))
    notes.spend(ChatReply("a", "m", 10, 10, cost_usd=None, cached=True))
    assert notes.research().cost_usd == 0.75
    notes.spend(ChatReply("a", "m", 10, 10))
    assert notes.research().cost_usd is None


@pytest.mark.parametrize("wrong", [{"searches": 0}, {"pages": -1}, {"seconds": 0.0}, {"turns": 10**6}])
def test_limits_that_are_none_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="limit of"):
        Limits(**{"searches": 1, "pages": 1, "turns": 1, "seconds": 1.0, **wrong})  # type: ignore[arg-type]
