"""Deep research: step after step, each refused that was taken before, until it is enough, old news, or a limit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from core.domain import Hit, Research
from core.errors import BudgetSpent, ModelError, SearchError
from core.events import Event, EvidenceFound, PageRead, SearchFinished, Thought, Warned
from core.llm.contract import ChatModel
from core.llm.scripted import ScriptedModel
from core.research.limits import LIMITS, Limits
from core.research.modes import research
from core.research.scripted import ScriptedReader, ScriptedSearch
from tests.core.research.pages_of_camping import (
    EVERYTHING,
    INTENT,
    PAGES,
    TODAY,
    by_prompt,
    hits,
    of_kind,
    play,
    step_reply,
    synthesis_reply,
)

OUTDOOR, FAMILY, SHOP, WEATHER = PAGES
LIGHT = synthesis_reply(("Light for each child.", ["headlamp"], ["e1"]))


def deep(
    model: ChatModel | None, *, search: Any = None, limits: Limits = LIMITS["deep"], pages: Any = PAGES
) -> tuple[list[Event], Research, ScriptedSearch, ScriptedReader]:
    provider = ScriptedSearch(search if search is not None else (lambda _: EVERYTHING))
    reader = ScriptedReader(pages)
    events, found = play(
        research("deep", INTENT, provider=provider, reader=reader, model=model, today=TODAY, limits=limits)
    )
    return events, found, provider, reader


def stepping(*steps: str, synthesis: Any = LIGHT) -> ScriptedModel:
    return ScriptedModel(by_prompt(step=list(steps), synthesis=synthesis))


def fresh() -> Iterator[Hit]:
    """Hits that never end, each with words of its own."""
    for number in itertools.count():
        yield Hit(f"Page {number}", f"https://w.example/{number}", invented(number))


def invented(number: int) -> str:
    """Twelve words that no other number has."""
    return " ".join(f"{chr(97 + number % 26) * 3}{chr(97 + number // 26)}{chr(97 + place)}q" for place in range(12))


def test_it_searches_reads_and_finishes_as_the_model_says() -> None:
    model = stepping(
        step_reply("search", "light for kids", "First what they see by."),
        step_reply("read", "h2", "This one promises a list."),
        step_reply("finish", thought="That is enough."),
    )
    events, found, provider, reader = deep(model, search=lambda _: hits(OUTDOOR, FAMILY))
    assert provider.calls == ["light for kids"]
    assert reader.calls == [FAMILY]
    assert [(t.turn, t.text) for t in of_kind(events, Thought)] == [
        (1, "First what they see by."),
        (2, "This one promises a list."),
        (3, "That is enough."),
    ]
    assert (found.ended, found.turns, found.searches, found.pages) == ("done", 3, 1, 1)
    assert [finding.text for finding in found.findings] == ["Light for each child."]
    assert len(of_kind(events, EvidenceFound)) == len(found.evidence)
    second = model.calls[1].user
    assert "1. search “light for kids”: 2 passages kept, 2 new pages to read" in second
    assert "h1\n<data" in second
    assert "h2\n<data" in second
    assert "h2\n<data" not in model.calls[2].user, "what was read is offered no more"


def test_a_repeated_action_is_refused_and_two_idle_turns_end_it() -> None:
    model = stepping(
        step_reply("search", "light for kids"),
        step_reply("search", "kids LIGHTS"),
        step_reply("search", "lights for kids"),
        step_reply("search", "something new"),
    )
    events, found, provider, _ = deep(model)
    assert provider.calls == ["light for kids"]
    assert (found.ended, found.turns) == ("nothing new", 3)
    assert "refused, because this was searched for before; nothing new" in model.calls[2].user
    assert len(of_kind(events, SearchFinished)) == 1


def test_searches_that_bring_the_same_again_end_it() -> None:
    model = stepping(*(step_reply("search", query) for query in ("lamps", "tents", "games", "stoves")))
    _, found, provider, _ = deep(model, search=lambda _: hits(OUTDOOR))
    assert provider.calls == ["lamps", "tents", "games"]
    assert found.ended == "nothing new"
    assert "nothing new" in found.note


def test_a_turn_that_learns_starts_the_count_again() -> None:
    answers = {"lamps": hits(OUTDOOR), "tents": hits(OUTDOOR), "games": hits(WEATHER), "food": (), "sleep": ()}
    model = stepping(*(step_reply("search", query) for query in answers))
    _, found, provider, _ = deep(model, search=answers)
    assert provider.calls == list(answers)
    assert (found.ended, found.turns) == ("nothing new", 5)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(searches=9, pages=2, turns=3, seconds=60), "3 turns"),
        (Limits(searches=3, pages=0, turns=9, seconds=60), "3 searches"),
        (Limits(searches=9, pages=2, turns=9, seconds=60, evidence=3, hits=1), "3 passages"),
    ],
)
def test_each_limit_ends_it_politely(limits: Limits, says: str) -> None:
    source = fresh()
    model = stepping(*(step_reply("search", f"side {word}") for word in "one two three four five six seven".split()))
    _, found, provider, _ = deep(model, search=lambda _: [next(source)], limits=limits)
    assert found.ended == "budget"
    assert says in found.note
    assert len(provider.calls) == 3
    assert found.findings, "what there is is still put together"


def test_time_ends_it_and_what_was_found_is_kept() -> None:
    source = fresh()
    model = ScriptedModel(
        lambda request: (
            LIGHT if "synthesis" in request.prompt else step_reply("search", f"side {len(model.calls) ** 9}")
        )
    )
    provider = ScriptedSearch(lambda _: [next(source)], seconds=0.3)
    limits = Limits(searches=900, pages=1, turns=900, seconds=1.5, evidence=900)
    work = research(
        "deep", INTENT, provider=provider, reader=ScriptedReader({}), model=model, today=TODAY, limits=limits
    )
    _, found = play(work)
    assert found.ended == "budget"
    assert "1.5 seconds" in found.note
    assert found.evidence


def test_only_hits_of_a_search_can_be_read() -> None:
    model = stepping(
        step_reply("search", "lamps"),
        step_reply("read", "http://169.254.169.254/keys"),
        step_reply("read", "h1"),
        step_reply("finish"),
    )
    events, _, _, reader = deep(model, search=lambda _: hits(OUTDOOR))
    assert reader.calls == [OUTDOOR], "an address of its own is sent back to the model to repair"
    assert [page.address for page in of_kind(events, PageRead)] == [OUTDOOR]


def test_a_hit_may_be_named_by_its_address() -> None:
    model = stepping(step_reply("search", "lamps"), step_reply("read", OUTDOOR + "/"), step_reply("finish"))
    assert deep(model, search=lambda _: hits(OUTDOOR))[3].calls == [OUTDOOR]


def test_finishing_before_any_search_is_refused() -> None:
    model = stepping(step_reply("finish"), step_reply("search", "lamps"), step_reply("finish"))
    _, found, provider, _ = deep(model)
    assert provider.calls == ["lamps"]
    assert found.ended == "done"
    assert "refused, because nothing was searched for yet" in model.calls[1].user


def test_a_step_that_is_none_is_repaired_once() -> None:
    model = stepping('{"thought": "hm", "action": "dance"}', step_reply("search", "lamps"), step_reply("finish"))
    _, found, provider, _ = deep(model)
    assert provider.calls == ["lamps"]
    assert found.ended == "done"


@pytest.mark.parametrize("before", [0, 2])
def test_a_model_that_breaks_off_leaves_the_rest_to_rules(before: int) -> None:
    steps = [step_reply("search", "lamps"), step_reply("search", "games for rain")][:before]
    model = stepping(*steps, ModelError("The server cannot be reached.", "unreachable"))  # type: ignore[arg-type]
    events, found, provider, reader = deep(model)
    assert len(of_kind(events, Warned)) == 1
    assert provider.calls[before] == "camping with kids"
    assert reader.calls
    assert {("headlamp",), ("sleeping bag",)} & {finding.terms for finding in found.findings}
    assert "cannot be reached" in found.note
    assert len(model.calls) == before + 1


def test_a_spent_budget_is_how_it_ended() -> None:
    model = stepping(step_reply("search", "lamps"), BudgetSpent("The budget of $0.02 is spent."))  # type: ignore[arg-type]
    _, found, provider, _ = deep(model)
    assert found.ended == "budget"
    assert found.evidence
    assert provider.calls[0] == "lamps"


def test_a_failed_search_is_seen_by_the_model_and_all_failed_is_a_failure() -> None:
    model = stepping(step_reply("search", "lamps"), step_reply("search", "tents"))
    _, found, _, _ = deep(model, search=lambda _: SearchError("No connection."))
    assert "search “lamps”: the search failed; nothing new" in model.calls[1].user
    assert found.ended == "failed"


def test_without_a_model_it_reads_after_each_search_and_follows_what_is_named_most() -> None:
    events, found, provider, reader = deep(None)
    assert provider.calls[0] == "camping with kids"
    assert reader.calls[0] == OUTDOOR
    assert all(thought.text.startswith("By rules") for thought in of_kind(events, Thought))
    assert found.ended in ("done", "nothing new")
    assert {("headlamp",), ("sleeping bag",)} & {finding.terms for finding in found.findings}
    assert found.cost_usd == 0.0


def test_without_a_model_the_theme_is_asked_with_what_the_sources_name() -> None:
    asked: list[str] = []

    def answers(query: str) -> list[Hit]:
        number = len(asked)
        asked.append(query)
        text = f"{invented(number)}.\n- glow sticks\n- headlamp"
        return [Hit(query, f"https://w.example/{number}", text)]

    limits = Limits(searches=6, pages=0, turns=9, seconds=60)
    _, _, provider, _ = deep(None, search=answers, limits=limits, pages={})
    assert "camping with kids glow sticks" in provider.calls
    assert "camping with kids headlamp" in provider.calls
