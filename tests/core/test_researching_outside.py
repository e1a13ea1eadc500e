"""Research end to end over real HTTP: a model server, a SearXNG and pages in a process of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent, ResearchMode
from core.events import Event, EvidenceFound, ModelCalled, PageRead, SearchFinished, Thought
from core.pipeline.researching import load_research, recent_research, research_theme
from core.research.pages import WebPages
from core.runs import Runs
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop
from tests.servers.outside import DEEP_TURNS, MODEL, Outside, outside

THEME = "camping with kids"


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    with outside(model_seconds=0.05, search_seconds=0.05) as started:
        yield started


@pytest.fixture(scope="module")
def services(world: Outside, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        home=home, base_url=world.model_url, model=MODEL, search="searxng", searxng_url=world.address, judge_model=""
    )
    with build_services(settings, encoder=HashingEncoder()) as live:
        for _ in pipeline.build_catalogue(live, [write_shop(home)]):
            pass
        yield live


@pytest.mark.parametrize(
    ("mode", "searches", "calls"),
    [("single", 1, ["synthesis"]), ("wide", 6, ["queries", "synthesis"]), ("deep", DEEP_TURNS, ["step", "synthesis"])],
)
def test_each_mode_from_a_real_model_a_real_search_and_real_pages(
    services: Services, world: Outside, mode: ResearchMode, searches: int, calls: list[str]
) -> None:
    reader = WebPages(trusted=[world.address.removeprefix("http://")])
    events: list[Event] = []
    work = research_theme(services, Intent(f"{THEME} {mode}"), mode=mode, reader=reader)
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            research_id, found = stop.value
            break
    assert research_id is not None
    assert load_research(services, research_id) == found
    # The pages of this world have only so many sentences, so that a deep research sees that nothing new comes.
    assert found.ended in (("done", "nothing new") if mode == "deep" else ("done",))
    assert 4 <= found.searches <= searches if mode == "deep" else found.searches == searches
    assert found.findings
    keys = {one.key for one in found.evidence}
    assert all(set(finding.evidence) <= keys for finding in found.findings)
    assert {one.source for one in found.evidence} >= {"web", "calendar"}
    prompts = list(dict.fromkeys(one.prompt.split(".")[1] for one in events if isinstance(one, ModelCalled)))
    assert prompts == calls
    kinds = {type(event) for event in events}
    assert {SearchFinished, EvidenceFound} <= kinds
    assert (Thought in kinds) == (mode == "deep")
    if mode != "deep":
        assert found.pages
        assert all(page.error is None for page in events if isinstance(page, PageRead))


def test_without_the_hook_of_tests_a_page_on_this_machine_is_refused(services: Services) -> None:
    work = research_theme(services, Intent(f"{THEME} refused"), mode="single")
    refused = [event.error for event in work if isinstance(event, PageRead)]
    assert refused
    assert all(error is not None for error in refused)


def test_a_run_that_is_stopped_keeps_its_research(world: Outside, tmp_path: Path) -> None:
    with outside(model_seconds=0.05, search_seconds=0.4) as slow:
        settings = Settings(
            home=tmp_path, base_url=slow.model_url, model=MODEL, search="searxng", searxng_url=slow.address
        )
        with build_services(settings, encoder=HashingEncoder()) as live:
            for _ in pipeline.build_catalogue(live, [write_shop(tmp_path)]):
                pass
            runs = Runs(live)
            try:
                run_id = runs.start("research", {"theme": THEME, "mode": "deep"})
                until = time.monotonic() + 60
                while not any(isinstance(one.event, SearchFinished) for one in runs.events(run_id)):
                    assert time.monotonic() < until, runs.look(run_id)
                    time.sleep(0.02)
                runs.stop(run_id)
                assert runs.wait(run_id, 30).status == "cancelled"
            finally:
                runs.close()
            (record,) = recent_research(live)
            assert (record.run_id, record.ended) == (run_id, "stopped")
            found = load_research(live, record.research_id)
            assert {one.source for one in found.evidence} >= {"web"}
            assert 1 <= found.searches < DEEP_TURNS
