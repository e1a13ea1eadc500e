"""Research for an idea on a small real catalogue and a real trend library: what is known first, found, and kept."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Hit, Intent, Research
from core.errors import BudgetSpent, InputError, SearchError, StoreBusy, StoreMissing
from core.events import Event, EvidenceFound, ModelCalled, ResearchFinished, SearchFinished, Warned
from core.llm.budget import Budget
from core.llm.scripted import ScriptedModel
from core.pipeline.known import NEW_DAYS, calendar_evidence, movers
from core.pipeline.researching import load_research, recent_research, research_theme
from core.research.scripted import ScriptedReader, ScriptedSearch
from core.services import Services, build_services
from core.settings import Settings
from tests.core.research.pages_of_camping import PAGES, by_prompt, hits, queries_reply, synthesis_reply

T = TypeVar("T")

INTENT = Intent("camping lantern", what="camping lantern")
NOTE = """# What families asked for in May

Every family that goes camping asked for a lantern without batteries.

- solar lantern
- string lights
"""


def play(work: Generator[Event, None, T]) -> tuple[list[Event], T]:
    events: list[Event] = []
    with closing(work):
        while True:
            try:
                events.append(next(work))
            except StopIteration as stop:
                return events, stop.value


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    today = date.today()
    lines = ["id,title,category,price,monthly_sales,launch_date,group_id"]
    for number, (kind, path) in enumerate(
        {
            "lantern": "Outdoor > Camping > Lanterns",
            "tent": "Outdoor > Camping > Tents",
            "wine glass": "Kitchen > Glasses",
        }.items()
    ):
        for model in range(8):
            launched = today - timedelta(days=20 + 40 * model)
            name = f"{kind}-{model}"
            for colour in ("red", "blue"):
                sold = 10 * (number + 1) + model
                title = f"Model {model} camping {kind} {colour}"
                lines.append(f"{name}-{colour},{title},{path},20,{sold},{launched},{name}")
    source = folder / "shop.csv"
    source.write_text("\n".join(lines))
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        play(pipeline.build_catalogue(live, [source]))
    return folder


@pytest.fixture
def services(home: Path, tmp_path: Path) -> Iterator[Services]:
    """The catalogue of the module with a store of its own and no model."""
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'store.db'}", search="library")
    with build_services(settings, encoder=HashingEncoder()) as live:
        yield live


def thinking_with(services: Services, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "chat", lambda role: model)


def outside(services: Services, **more: Any) -> Generator[Event, None, tuple[str | None, Research]]:
    """A wide research in the scripted web."""
    given = {"search": ScriptedSearch(lambda _: hits(*PAGES)), "reader": ScriptedReader(PAGES), "mode": "wide", **more}
    return research_theme(services, given.pop("intent", INTENT), **given)


def test_what_is_found_is_kept_and_found_again(services: Services) -> None:
    events, (research_id, found) = play(outside(services))
    assert isinstance(events[-1], ResearchFinished)
    assert events[-1].research_id == research_id
    assert research_id is not None
    assert load_research(services, research_id) == found
    (record,) = recent_research(services, "Camping  LANTERN")
    assert (record.research_id, record.mode, record.evidence) == (research_id, "wide", len(found.evidence))
    assert recent_research(services, "another theme") == ()
    with pytest.raises(StoreMissing):
        load_research(services, "nothing")


def test_calendar_and_catalogue_are_evidence_before_any_search(services: Services) -> None:
    events, (_, found) = play(outside(services))
    first_search = next(n for n, event in enumerate(events) if isinstance(event, SearchFinished))
    before = [event.evidence.source for event in events[:first_search] if isinstance(event, EvidenceFound)]
    assert before == ["calendar", "catalogue", "catalogue"]
    told = [
        finding for finding in found.findings if "catalogue" in finding.text and "Lanterns".lower() in finding.terms
    ]
    assert told, "what sells is told with the kinds of products as search words"


def test_movers_are_those_near_the_idea_by_kind(services: Services) -> None:
    selling, new = movers(services, Intent("camping lantern"))
    lines = selling.text.splitlines()
    assert lines[1].startswith("- Lanterns: 108 sold a month, first of all “Model 7 camping lantern"), lines
    assert "Glasses" not in movers(services, Intent("lantern"))[0].text
    assert f"last {NEW_DAYS} days" in new.text
    assert "Model 0 camping lantern" in new.text
    assert movers(services, Intent("lantern"), today=date.today() + timedelta(days=400))[1:] == ()
    assert movers(services, Intent("zzz qqq xxx")) == ()


def test_the_calendar_says_when_the_occasion_comes_and_what_is_next(services: Services) -> None:
    named, coming = calendar_evidence(services, Intent("costumes for Halloween"), today=date(2026, 10, 1))
    assert named.text.startswith("Halloween")
    assert "31 October 2026" in named.text
    assert coming.text.startswith("It is autumn in US until 30 November 2026.")
    assert "Halloween" not in coming.text
    assert "Thanksgiving" in coming.text
    (only,) = calendar_evidence(services, Intent("office chairs"), today=date(2026, 10, 1))
    assert "Halloween: " in only.text


def test_the_calendar_looks_from_the_days_that_the_idea_names(services: Services) -> None:
    may = Intent("a picnic in May", dates=(date(2027, 5, 1), date(2027, 5, 31)))
    (only,) = calendar_evidence(services, may, today=date(2026, 11, 27))
    assert "On 1 May 2027 it is spring in US, until 31 May 2027." in only.text
    assert "Mother's Day: 9 May 2027" in only.text and "Christmas" not in only.text


def test_the_trend_library_is_searched_by_default_and_its_passages_are_cited(services: Services) -> None:
    play(services.library.add([("may.md", NOTE.encode())]))
    try:
        _, (_, found) = play(research_theme(services, INTENT, mode="wide"))
        passages = [one for one in found.evidence if one.source == "library"]
        assert passages
        assert all(one.address.startswith("library:may.md") for one in passages)
        assert found.pages == 0
        cited = {key for finding in found.findings for key in finding.evidence}
        assert cited & {one.key for one in passages}

        _, (_, web) = play(outside(services))
        assert {one.source for one in web.evidence} == {"calendar", "catalogue", "library", "web"}
    finally:
        services.library.remove("may.md")


def test_an_empty_library_says_what_to_do(services: Services) -> None:
    _, (_, found) = play(research_theme(services, INTENT, mode="single"))
    assert found.ended == "done"
    assert "Add notes and reports" in found.note


def test_calls_of_the_model_are_told_logged_and_paid(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ScriptedModel(
        by_prompt(
            queries=queries_reply(("tents", "sleep"), ("lamps", "light")),
            synthesis=synthesis_reply(("Light for each child.", ["headlamp"], ["e1"])),
        )
    )
    thinking_with(services, model, monkeypatch)
    run_id = services.store.record_run("research", owner="o", params={}, worker="w")
    budget = Budget()
    events, (_, found) = play(outside(services, run_id=run_id, budget=budget))
    called = [event for event in events if isinstance(event, ModelCalled)]
    assert [event.prompt for event in called] == ["research.queries", "research.synthesis"]
    assert budget.calls_spent == 2
    assert [finding.text for finding in found.findings] == ["Light for each child."]
    assert pipeline.run_cost(services, run_id).calls == 2
    assert recent_research(services)[0].run_id == run_id

    # The same again asks nobody: the answers are kept.
    silent = ScriptedModel([BudgetSpent("asked again")])
    thinking_with(services, silent, monkeypatch)
    _, (_, again) = play(outside(services, budget=Budget()))
    assert silent.calls == []
    assert again.findings == found.findings


def test_a_spent_budget_keeps_what_was_found(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    model = ScriptedModel(
        by_prompt(queries=queries_reply(("stoves", "heat"), ("mats", "bed")), synthesis=synthesis_reply())
    )
    thinking_with(services, model, monkeypatch)
    _, (research_id, found) = play(outside(services, intent=Intent("camping stove"), budget=Budget(calls=1)))
    assert found.ended == "budget"
    assert found.queries == ("stoves", "mats")
    assert found.evidence
    assert found.findings
    assert research_id is not None


def test_a_research_that_is_stopped_is_kept_with_what_it_has(services: Services) -> None:
    work = outside(services)
    for event in work:
        if isinstance(event, SearchFinished):
            break
    work.close()
    (record,) = recent_research(services)
    assert record.ended == "stopped"
    found = load_research(services, record.research_id)
    assert {one.source for one in found.evidence} >= {"calendar", "catalogue", "web"}
    assert found.findings


def test_one_that_is_stopped_before_it_searched_leaves_nothing(services: Services) -> None:
    work = outside(services)
    next(work)
    work.close()
    assert recent_research(services) == ()


def test_none_looks_at_calendar_and_catalogue_and_is_not_kept(services: Services) -> None:
    provider = ScriptedSearch(lambda _: hits(*PAGES))
    events, (research_id, found) = play(outside(services, mode="none", search=provider))
    assert research_id is None
    assert provider.calls == []
    assert {one.source for one in found.evidence} == {"calendar", "catalogue"}
    assert not any(isinstance(event, ResearchFinished) for event in events)
    assert recent_research(services) == ()


def test_a_store_that_fails_does_not_cost_what_was_found(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> str:
        raise StoreBusy("The database stayed locked.")

    monkeypatch.setattr(services.store, "save_research", busy)
    events, (research_id, found) = play(outside(services))
    assert research_id is None
    assert found.evidence
    assert any(isinstance(event, Warned) and "could not be kept" in event.message for event in events)


def test_a_search_that_is_not_set_up_says_so_before_anything_is_done(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 's.db'}", search="searxng")
    with build_services(settings, encoder=HashingEncoder()) as live, pytest.raises(SearchError, match="SEARXNG_URL"):
        next(research_theme(live, INTENT, mode="wide"))


def test_a_mode_that_is_none_of_ours_is_refused(services: Services) -> None:
    with pytest.raises(InputError, match="known: none, single, wide, deep"):
        next(research_theme(services, INTENT, mode="wild"))  # type: ignore[arg-type]


def test_what_a_page_says_is_counted_against_the_catalogue(services: Services) -> None:
    page = "Camping lantern\n- tent\n- unicorn saddle\n- wine glass"
    provider = ScriptedSearch(lambda _: [Hit("Guide", "https://g.example", page)])
    _, (_, found) = play(outside(services, search=provider, reader=ScriptedReader({"https://g.example": page})))
    by_term = {finding.terms: finding.text for finding in found.findings}
    assert "16 products of the catalogue of that kind" in by_term[("tent",)]
    assert any("“unicorn saddle”" in text and "no product" in text for terms, text in by_term.items() if not terms)
