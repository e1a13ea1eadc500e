"""The story that events tell: lines, research laid out by what led to what, and what the models took."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain import Evidence, Finding, Hit, Research
from core.events import (
    Event,
    EvidenceFound,
    ModelCalled,
    PageRead,
    ResearchFinished,
    ResearchStarted,
    SearchFinished,
    StageFinished,
    StageProgress,
    StageStarted,
    Thought,
    Warned,
)
from core.runs import StoredEvent
from ui.components.story_board import data_of
from ui.research_story import ResearchStory, place_of, story_of
from ui.run_story import LONGEST_PAUSE, Spent, Story, dollars, story_after

BEGAN = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
HITS = tuple(Hit(f"Page {n}", f"https://www.example.org/{n}", "words", date(2026, 5, n + 1)) for n in range(3))


def told(events: Sequence[Event], *, every: float = 1.0, before: Story | None = None) -> Story:
    """The story of events that come every so many seconds."""
    start = Story() if before is None else before
    moments = [BEGAN + timedelta(seconds=every * (start.number + n)) for n in range(len(events))]
    stored = [
        StoredEvent(start.number + n + 1, at, event) for n, (at, event) in enumerate(zip(moments, events, strict=True))
    ]
    return story_after(start, stored)


def evidence(key: str, address: str, query: str = "", source: str = "web") -> EvidenceFound:
    return EvidenceFound(Evidence(key, source, f"About {key}", address, f"Passage {key}.", query=query))  # type: ignore[arg-type]


WIDE: tuple[Event, ...] = (
    ResearchStarted("wide", "camping", "ddgs"),
    evidence("e1", "", source="calendar"),
    SearchFinished("family tents", "shelter", HITS[:2], 0.5),
    SearchFinished("head torches", "light", (), 6.0, "It did not answer within 6 s."),
    PageRead(HITS[0].address, "Tents, tested", 4000, 0.3),
    PageRead(HITS[1].address, "", 0, 0.1, "robots.txt asks not to read it."),
    evidence("e2", HITS[0].address, "family tents"),
    ResearchFinished(
        Research("wide", "camping", findings=(Finding("Tents matter.", ("tent",), ("e2",)),), ended="budget"), "r1"
    ),
)


def research_of(events: Sequence[Event]) -> ResearchStory:
    found = told(events).research
    assert found is not None
    return found


def test_a_wide_research_shows_what_each_query_found_and_what_was_taken() -> None:
    research = research_of(WIDE)
    given, tents, torches = research.steps
    assert (given.kind, given.title) == ("given", "The calendar")
    assert (tents.title, tents.facet, tents.hits) == ("family tents", "shelter", 2)
    read, refused = tents.sources
    assert (read.title, read.place) == ("Tents, tested", "example.org · 2026-05-01")
    assert [taken.key for taken in read.taken] == ["e2"]
    assert refused.error.startswith("robots.txt") and refused.title == "Page 1"
    assert torches.error and torches.hits == 0
    assert (research.searches, research.pages, research.passages) == (2, 1, 2)
    assert research.research_id == "r1" and "budget" in research.note
    assert research.findings[0].terms == ("tent",)


def test_a_deep_research_goes_from_thought_to_what_came_of_it() -> None:
    research = research_of(
        [
            ResearchStarted("deep", "camping", "library"),
            Thought(1, "Look for tents."),
            SearchFinished("tents", "", HITS, 0.5),
            Thought(2, "Read the second page."),
            PageRead(HITS[1].address, "Second", 900, 0.2),
            evidence("e1", HITS[1].address, "tents"),
        ]
    )
    first, second = research.steps
    assert (first.turn, first.thought, first.title, len(first.sources)) == (1, "Look for tents.", "tents", 3)
    assert second.title == "" and [source.title for source in second.sources] == ["Second"]
    # What was taken stands where it was read, not where it was found.
    assert not any(source.taken for source in first.sources)
    assert [taken.key for taken in second.sources[0].taken] == ["e1"]
    assert research.ended_at is None


def test_a_kept_research_is_told_from_its_evidence() -> None:
    found = Research(
        "single", "camping", ("tents",), tuple(e.evidence for e in (evidence("e1", "https://a.example/", "tents"),))
    )
    story = story_of(found, "r9")
    assert story.kept and story.research_id == "r9"
    assert [(step.title, step.sources[0].taken[0].key) for step in story.steps] == [("tents", "e1")]
    # A run that begins with it tells the same.
    assert research_of([ResearchFinished(found, "r9")]).steps == story.steps


def test_passages_that_no_event_told_are_told_at_the_end() -> None:
    found = Research("wide", "camping", ("tents",), (evidence("e1", "https://a.example/", "tents").evidence,))
    research = research_of([ResearchStarted("wide", "camping", "ddgs"), ResearchFinished(found, None)])
    assert research.passages == 1 and not research.kept


def test_events_without_a_beginning_tell_nothing() -> None:
    assert told([Thought(1, "lost"), evidence("e1", "")]).research is None


def test_every_part_knows_its_second_and_long_silences_are_cut_short() -> None:
    story = told(WIDE)
    assert [step.at for step in research_of(WIDE).steps] == [1.0, 2.0, 3.0]
    assert story.seconds == 7.0
    late = story_after(story, [StoredEvent(9, BEGAN + timedelta(hours=9), Warned("x", "gone on"))])
    assert late.seconds == 7.0 + LONGEST_PAUSE


def test_a_story_told_in_pieces_is_the_same_story() -> None:
    whole = told(WIDE)
    half = told(WIDE[:4])
    stored = [StoredEvent(n + 1, BEGAN + timedelta(seconds=n), event) for n, event in enumerate(WIDE)]
    assert story_after(half, stored[4:]) == whole


def test_a_running_line_gives_way_to_what_becomes_of_it() -> None:
    story = told(
        [
            StageStarted("reading"),
            StageProgress("reading", 10, 20),
            StageFinished("reading", "20 read"),
            Warned("reading", "one was empty"),
            StageStarted("planning", "Planning"),
        ]
    )
    assert [(line.text, line.state) for line in story.lines] == [
        ("20 read", "complete"),
        ("Note: one was empty", "complete"),
        ("Planning", "running"),
    ]


def test_what_models_take_is_added_up() -> None:
    calls = [
        ModelCalled("a.b", "m", 100, 20, 1.0, 0.01),
        ModelCalled("a.b", "m", 100, 20, 0.0, None, cached=True),
        ModelCalled("a.c", "m", 1000, 200, 1.0, 0.02),
    ]
    bill = told(calls).bill
    assert (bill.calls, bill.tokens, bill.cached) == (3, 1440, 1)
    assert bill.usd == pytest.approx(0.03)
    assert bill.text() == "3 model calls · 1,440 tokens · 1 from the cache · $0.030"
    unknown = told([*calls, ModelCalled("a.c", "m", 1, 1, 1.0, None)]).bill
    assert unknown.usd is None and unknown.text().endswith("price not known")
    assert Spent().text() == ""


@pytest.mark.parametrize(
    ("usd", "text"),
    [(0.0, "$0.00"), (1.234, "$1.23"), (0.0341, "$0.034"), (0.00072, "$0.0007"), (0.00001, "less than $0.0001")],
)
def test_an_amount_says_something(usd: float, text: str) -> None:
    assert dollars(usd) == text


def test_what_the_browser_gets_is_plain_and_holds_no_strange_address() -> None:
    data = data_of(told([*WIDE[:2], SearchFinished("q", "", (Hit("Bad", "javascript:alert(1)"),), 0.1)]))
    json.dumps(data)
    assert data["research"]["steps"][-1]["sources"][0]["link"] == ""


def test_an_address_says_where_it_leads() -> None:
    assert place_of("https://www.example.org/a?b") == "example.org"
    assert place_of("library:spring.md") == "spring.md"
    assert place_of("") == "" and place_of("https://[") == ""
