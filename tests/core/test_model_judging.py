"""Judging by the model through the whole house: a catalogue, a real store, a real HTTP server, a budget, prices."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Judgment
from core.errors import BudgetSpent, ModelError, SettingsError
from core.events import Event, ModelCalled, Warned
from core.llm.budget import Budget
from core.pipeline.model_judging import judge_by_model, judging_cost, rationale_of
from core.pipeline.relevance import items
from core.relevance.contract import Item, Question
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop
from tests.servers.grading import Grader
from tests.servers.unkind import UnkindServer, status, unkind_server

T = TypeVar("T")

BELIEF = (0.02, 0.02, 0.94, 0.02)
QUESTION = Question("camping tent")
IDS = [f"p{n:03d}" for n in range(1, 33)]


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as found:
        yield found


@pytest.fixture
def live(server: UnkindServer, tmp_path: Path) -> Iterator[Services]:
    settings = Settings(home=tmp_path / "data", base_url=server.url, model="small")
    with build_services(settings, encoder=HashingEncoder()) as found:
        for _ in pipeline.build_catalogue(found, [write_shop(tmp_path)]):
            pass
        (tmp_path / "data" / "prices.toml").write_text('[models]\n"small" = { input = 1.0, output = 4.0 }\n')
        yield found


def told(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def grader_of(found: list[Item], **more: object) -> Grader:
    return Grader({one.product.title: BELIEF for one in found}, **more)  # type: ignore[arg-type]


def test_judgments_are_kept_and_calls_are_logged_under_their_run(live: Services, server: UnkindServer) -> None:
    found = items(live, IDS[:6])
    server.script([grader_of(found)])
    run = live.store.record_run("select", owner="ann")
    first, events = told(judge_by_model(live, QUESTION, found, run_id=run))

    assert [(one.product_id, one.grade, one.judge) for one in first] == [(i, 3, "llm") for i in IDS[:6]]
    assert len([event for event in events if isinstance(event, ModelCalled)]) == 6
    assert len(live.store.model_calls(run_id=run)) == 6
    kept = live.store.judgments(run_id=run)
    assert {one.judgment for one in kept} == set(first) and {one.query for one in kept} == {"camping tent"}

    again, events = told(judge_by_model(live, QUESTION, found))
    assert again == first and not [event for event in events if isinstance(event, ModelCalled)]
    assert len(server.requests) == 6


def test_a_product_whose_words_change_is_asked_for_again(live: Services, server: UnkindServer, tmp_path: Path) -> None:
    found = items(live, IDS[:4])
    server.script([grader_of(found)])
    told(judge_by_model(live, QUESTION, found))
    source = tmp_path / "shop.csv"
    source.write_text(source.read_text().replace("Alder camping tent red", "Alder camping tent ruby"))
    for _ in pipeline.build_catalogue(live, [source]):
        pass
    changed = items(live, IDS[:4])
    server.script([grader_of(changed)])
    told(judge_by_model(live, QUESTION, changed))

    assert len(server.requests) == 5


def test_reasons_are_asked_for_once(live: Services, server: UnkindServer) -> None:
    found = items(live, IDS[:2])
    server.script([grader_of(found)])
    judgment, _ = told(rationale_of(live, QUESTION, found[0]))
    assert judgment.grade == 3 and judgment.rationale.startswith("Query: ")
    assert told(rationale_of(live, QUESTION, found[0]))[0] == judgment
    assert len(server.requests) == 2

    both, _ = told(judge_by_model(live, QUESTION, found, reasons=True))
    assert both[0] == judgment and both[1].rationale and len(server.requests) == 4


def test_a_budget_of_money_ends_politely_and_goes_on_where_it_stopped(live: Services, server: UnkindServer) -> None:
    found = items(live, IDS)
    server.script([grader_of(found)])
    # One call of 200 tokens and one token costs 0.000204 dollars.
    some, events = told(judge_by_model(live, QUESTION, found, budget=Budget(usd=0.003)))
    done = [one for one in some if one.grade is not None]
    assert 15 <= len(done) < 15 + 8 and any(isinstance(event, Warned) for event in events)
    assert all("budget of $0.00" in one.note for one in some if one.grade is None)

    asked = len(server.requests)
    rest, _ = told(judge_by_model(live, QUESTION, found))
    assert all(one.grade == 3 for one in rest) and len(server.requests) - asked == 32 - len(done)


def test_a_run_that_has_spent_its_budget_judges_nothing(live: Services, server: UnkindServer) -> None:
    with pytest.raises(BudgetSpent):
        told(judge_by_model(live, QUESTION, items(live, IDS[:3]), budget=Budget(calls=0)))
    assert not server.requests


def test_rules_of_the_shop_and_of_a_selection_gate_the_model(live: Services, server: UnkindServer) -> None:
    found = items(live, ["p001", "p002"])  # red and blue
    server.script([Grader({one.product.title: (0.02, 0.02, 0.02, 0.94) for one in found})])
    question = Question("blue camping tent")
    gated, _ = told(judge_by_model(live, question, found))
    live.store.save_rule("selection", "s1", "colour", enabled=False, actor="ann", seen=None)
    free, _ = told(judge_by_model(live, question, found, selection_id="s1"))

    assert [one.grade for one in gated] == [3, 4] and gated[0].rules[0].rule == "colour"
    assert [one.grade for one in free] == [4, 4] and gated[0].version != free[0].version


def test_a_selection_that_switches_a_rule_shares_what_the_rule_does_not_speak_of(
    live: Services, server: UnkindServer
) -> None:
    found = items(live, ["p001", "p002"])
    server.script([grader_of(found)])
    question = Question("blue camping tent")
    told(judge_by_model(live, question, found))
    live.store.save_rule("selection", "s1", "colour", enabled=False, actor="ann", seen=None)
    told(judge_by_model(live, question, found, selection_id="s1"))
    assert len(server.requests) == 3


def test_a_server_without_log_probabilities_is_asked_for_votes_that_differ(
    live: Services, server: UnkindServer
) -> None:
    found = items(live, IDS[:12])
    server.script([Grader({one.product.title: (0.0, 0.5, 0.5, 0.0) for one in found}, tells=False)])
    first, _ = told(judge_by_model(live, QUESTION, found))

    assert len(server.requests) == 60 and {one.grade for one in first} == {2, 3}
    assert len({one.probabilities for one in first}) > 2, "the cache of replies keeps votes apart"


def test_what_was_asked_before_a_stop_is_not_paid_again(live: Services, server: UnkindServer) -> None:
    found = items(live, IDS)
    server.script([grader_of(found)])
    work = judge_by_model(live, QUESTION, found)
    called = 0
    for event in work:
        called += isinstance(event, ModelCalled)
        if called == 10:
            break
    work.close()
    told(judge_by_model(live, QUESTION, found))

    # Only what was under way at the stop is asked for twice.
    assert 32 <= len(server.requests) <= 32 + 8
    assert [one.grade for one in told(judge_by_model(live, QUESTION, found))[0]] == [3] * 32


def test_without_a_model_the_way_out_is_said(live: Services) -> None:
    live.configure(Settings(home=live.settings.home))
    for work in (judge_by_model(live, QUESTION, []), rationale_of(live, QUESTION, items(live, IDS[:1])[0])):
        with pytest.raises(SettingsError, match="judge with the local judge, which needs none"):
            told(work)
    with pytest.raises(SettingsError, match="No language model is set up that could judge"):
        judging_cost(live)


def test_a_server_that_fails_is_an_error_in_words(live: Services, server: UnkindServer) -> None:
    server.script([status(401, "Bad key.")])
    with pytest.raises(ModelError, match="does not accept the key"):
        told(judge_by_model(live, QUESTION, items(live, IDS[:5])))
    assert live.store.judgments() == ()


def test_what_judging_costs_is_told_before(live: Services, server: UnkindServer) -> None:
    cost = judging_cost(live, 1_000)
    assert (cost.model, cost.calls, cost.calls_by_votes) == ("small", 1_000, 5_000)
    assert cost.usd == pytest.approx(0.754) and cost.usd_by_votes == pytest.approx(5 * 0.754)
    assert cost.sentence == (
        "small judges 1,000 products in 1,000 calls, or in 5,000 by votes where its server tells no log-probabilities. "
        "That is about $0.75, or $3.77 by votes."
    )
    more = judging_cost(live, 1_000, reasons=True)
    assert more.calls == 2_000 and more.usd == pytest.approx(0.754 + 0.75 + 0.6)


def test_a_price_that_is_not_known_is_said(live: Services) -> None:
    (live.settings.home / "prices.toml").unlink()
    cost = judging_cost(live, 1)
    assert cost.usd is None and "small judges 1 product" in cost.sentence and "is not known" in cost.sentence


def test_the_estimate_is_near_to_what_is_asked(live: Services, server: UnkindServer) -> None:
    """The tokens of a question as it goes over the wire, by the house's own count."""
    from core.llm.tokens import estimate_tokens

    found = items(live, IDS[:8])
    server.script([grader_of(found)])
    told(judge_by_model(live, QUESTION, found))
    lengths = [
        sum(estimate_tokens(message["content"]) for message in request.body["messages"]) for request in server.requests
    ]
    assert 560 < sum(lengths) / len(lengths) <= 750


def test_judgments_serve_both_kinds_of_judge_alike(live: Services, server: UnkindServer) -> None:
    found = items(live, IDS[:3])
    server.script([grader_of(found)])
    by_model, _ = told(pipeline.relevance.judge_of(live, "llm").judge(QUESTION, found))
    local, _ = told(pipeline.relevance.judge_of(live, "local").judge(QUESTION, found))
    assert all(isinstance(one, Judgment) for one in (*by_model, *local))
    assert [one.judge for one in (*by_model, *local)] == ["llm"] * 3 + ["local"] * 3
