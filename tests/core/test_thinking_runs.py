"""Plans by a language model as runs: stopped, failed, resumed, paid for, compared and played again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Evidence, Filters, Intent, Research, Strategy, apply_changes
from core.errors import InputError, ModelError, SettingsError, StoreMissing
from core.events import Event, IntentRead, ModelCalled, ResearchFinished, TurnFinished, Warned
from core.llm.contract import ChatModel, ChatReply, ChatRequest
from core.llm.scripted import Answer, ScriptedModel
from core.runs import RunRecord, Runs
from core.services import Services, build_services
from core.settings import Settings
from tests.core.planning.thinking_shop import answer, followed, write_shop

THEME = "camping with friends"
POOR = answer(["camping tent", "office chair"])
GOOD = answer(["camping tent", "camping lantern", "camping stove"], done=False)
OTHER = answer(["camping sleeping bag"], done=False)
DONE = json.dumps({"done": True, "note": "good", "absent": "", "positiveSearch": [], "negativeSearch": []})
JUDGED = json.dumps(
    {
        "completeness_reason": "all there",
        "completeness": 2,
        "conciseness_reason": "short",
        "conciseness": 1,
    }
)
SECRET = "sk-test-5ecret"


class Models:
    """The models of the tests' services, in place of a server."""

    def __init__(self) -> None:
        self.roles: dict[str, ChatModel] = {}

    def __call__(self, role: str) -> ChatModel | None:
        return self.roles.get(role)

    def script(self, role: str, *answers: Answer) -> ScriptedModel:
        made = ScriptedModel(answers, name=f"scripted-{role}")
        self.roles[role] = made
        return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        for _ in pipeline.build_catalogue(live, [write_shop(folder)]):
            pass
    return folder


@pytest.fixture
def services(home: Path, sqlite_url: str, models: Models, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    settings = Settings(home=home, database_url=sqlite_url, model="scripted-planner", judge_model="", api_key=SECRET)
    with build_services(settings, encoder=HashingEncoder()) as live:
        monkeypatch.setattr(live, "chat", models, raising=False)
        yield live


@pytest.fixture
def models() -> Models:
    return Models()


@pytest.fixture
def runs(services: Services) -> Iterator[Runs]:
    made = Runs(services)
    yield made
    made.close()


def ended(runs: Runs, run_id: str) -> RunRecord:
    record = runs.wait(run_id, 120)
    assert record.status != "running", record
    return record


def said(runs: Runs, run_id: str) -> list[Event]:
    return [stored.event for stored in runs.events(run_id)]


def turns(runs: Runs, run_id: str) -> list[tuple[str, ...]]:
    return [event.turn.strategy.positive for event in said(runs, run_id) if isinstance(event, TurnFinished)]


def warnings(runs: Runs, run_id: str) -> str:
    return "\n".join(event.message for event in said(runs, run_id) if isinstance(event, Warned))


def start(runs: Runs, **params: Any) -> str:
    return runs.start("plan", {"theme": THEME, "planner": "llm", "size": 20, "intent": Intent(THEME), **params})


def test_a_run_plans_with_the_model_and_saves_its_list(services: Services, runs: Runs, models: Models) -> None:
    model = models.script("planner", POOR, GOOD, DONE)
    record = ended(runs, start(runs))
    assert record.status == "finished" and record.result is not None, record.error
    assert record.result["turn"] == 2 and record.planner == "llm: scripted-planner"
    assert turns(runs, record.run_id) == [
        ("camping tent", "office chair"),
        ("camping tent", "camping lantern", "camping stove"),
    ]
    saved = pipeline.open_selection(services, record.result["selection_id"])
    assert saved.selection.strategy.positive == ("camping tent", "camping lantern", "camping stove")
    assert saved.selection.products
    calls = [event for event in said(runs, record.run_id) if isinstance(event, ModelCalled)]
    assert [call.prompt for call in calls] == ["planning.strategy", "planning.revise", "planning.revise"]
    assert len(model.calls) == 3
    cost = pipeline.run_cost(services, record.run_id)
    assert (cost.usd, cost.calls, cost.cached) == (0.0, 3, 0)
    assert cost.tokens == sum(call.tokens_in + call.tokens_out for call in calls) > 0


def test_the_same_run_again_is_answered_out_of_the_cache(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", POOR, GOOD, DONE)
    first = ended(runs, start(runs))
    silent = models.script("planner")
    again = ended(runs, start(runs))
    assert again.status == "finished", again.error
    assert turns(runs, again.run_id) == turns(runs, first.run_id)
    assert silent.calls == []
    cost = pipeline.run_cost(services, again.run_id)
    assert (cost.calls, cost.tokens, cost.usd, cost.cached) == (0, 0, 0.0, 3)
    assert all(event.cached for event in said(runs, again.run_id) if isinstance(event, ModelCalled))


def test_a_finished_run_is_played_again_without_any_model(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", POOR, GOOD, DONE)
    record = ended(runs, start(runs))
    models.roles.clear()
    story = pipeline.replay(services, record.run_id)
    assert [stored.event for stored in story] == said(runs, record.run_id)
    assert [stored.number for stored in story] == list(range(1, len(story) + 1))
    with pytest.raises(StoreMissing):
        pipeline.replay(services, "nothing")


def test_an_error_before_the_first_turn_fails_with_what_to_do(runs: Runs, models: Models) -> None:
    models.script("planner", ModelError("The key is refused. Plan without the model, or mend the key.", "key"))
    record = ended(runs, start(runs))
    assert record.status == "failed"
    assert record.error == "The key is refused. Plan without the model, or mend the key."
    assert turns(runs, record.run_id) == []


def test_an_error_after_the_first_turn_keeps_it_and_makes_the_list(
    services: Services, runs: Runs, models: Models
) -> None:
    models.script("planner", POOR, ModelError("The model did not answer in 120 s.", "slow"))
    record = ended(runs, start(runs))
    assert record.status == "finished" and record.result is not None
    assert len(turns(runs, record.run_id)) == 1
    assert "did not answer in 120 s" in warnings(runs, record.run_id)
    assert pipeline.open_selection(services, record.result["selection_id"]).selection.products


def test_a_failed_run_goes_on_from_its_finished_turns(runs: Runs, models: Models) -> None:
    broken = models.script("planner", POOR, RuntimeError("a fault of the program"))
    record = ended(runs, start(runs))
    assert record.status == "failed" and len(turns(runs, record.run_id)) == 1
    model = models.script("planner", GOOD, DONE)
    runs.resume(record.run_id)
    record = ended(runs, record.run_id)
    assert record.status == "finished", record.error
    assert [len(terms) for terms in turns(runs, record.run_id)] == [2, 3]
    assert model.calls[0] == broken.calls[1]


class Held(ScriptedModel):
    """Answers a call only once it is let go, or is stopped."""

    def __init__(self, *answers: Answer, free: int) -> None:
        super().__init__(answers, name="scripted-planner")
        self.free, self.reached, self.broken_off = free, threading.Event(), threading.Event()

    def complete(self, request: ChatRequest, *, stopped: Callable[[], bool] | None = None) -> ChatReply:
        if len(self.calls) >= self.free:
            self.reached.set()
            for _ in range(6_000):
                if stopped is not None and stopped():
                    self.broken_off.set()
                    break
                threading.Event().wait(0.01)
        return super().complete(request, stopped=stopped)


def test_stopping_in_the_middle_of_a_call_keeps_the_turns_and_resuming_goes_on(runs: Runs, models: Models) -> None:
    held = Held(POOR, GOOD, free=1)
    models.roles["planner"] = held
    run_id = start(runs)
    assert held.reached.wait(60)
    runs.stop(run_id)
    record = ended(runs, run_id)
    assert record.status == "cancelled"
    assert held.broken_off.wait(10)
    assert len(turns(runs, run_id)) == 1
    model = models.script("planner", GOOD, DONE)
    runs.resume(run_id)
    record = ended(runs, run_id)
    assert record.status == "finished", record.error
    assert len(turns(runs, run_id)) == 2 and len(model.calls) == 2
    intents = [event for event in said(runs, run_id) if isinstance(event, IntentRead)]
    assert len(intents) == 1


def test_twenty_operators_plan_at_once_and_nobody_waits(services: Services, runs: Runs, models: Models) -> None:
    everybody = threading.Barrier(20)

    def together(request: ChatRequest) -> str:
        if request.prompt == "planning.strategy":
            everybody.wait(60)  # broken unless all twenty ask at the same time
            return POOR
        return DONE

    models.roles["planner"] = ScriptedModel(together, name="scripted-planner")
    started = [
        runs.start("trial", {"theme": f"{THEME} {n}", "planner": "llm", "intent": Intent(f"{THEME} {n}")})
        for n in range(20)
    ]
    # One who asks no model is served meanwhile.
    other = ended(runs, runs.start("trial", {"theme": THEME}))
    assert other.status == "finished", other.error
    for run_id in started:
        record = ended(runs, run_id)
        assert record.status == "finished", record.error


def priced(text: str, usd: float) -> ChatReply:
    return ChatReply(text, "scripted-planner", 100, 50, cost_usd=usd)


def test_a_budget_spent_in_the_middle_ends_with_what_there_is(services: Services, runs: Runs, models: Models) -> None:
    model = models.script("planner", priced(POOR, 0.03), priced(GOOD, 0.03), DONE)
    record = ended(runs, start(runs, budget_usd=0.05))
    assert record.status == "finished", record.error
    assert len(turns(runs, record.run_id)) == 2 and len(model.calls) == 2
    assert "The budget of $0.05" in warnings(runs, record.run_id)
    assert pipeline.run_cost(services, record.run_id).usd == pytest.approx(0.06)
    assert services.store.load_run(record.run_id).cost == pytest.approx(0.06)


def test_a_budget_counts_what_earlier_attempts_spent(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", priced(POOR, 0.04), RuntimeError("a fault of the program"))
    record = ended(runs, start(runs, budget_usd=0.05))
    assert record.status == "failed"
    model = models.script("planner", priced(GOOD, 0.02), priced(OTHER, 0.02), DONE)
    runs.resume(record.run_id)
    record = ended(runs, record.run_id)
    assert record.status == "finished", record.error
    assert len(model.calls) == 1
    assert len(turns(runs, record.run_id)) == 2


def test_no_budget_at_all_is_a_sentence(runs: Runs, models: Models) -> None:
    model = models.script("planner", POOR)
    record = ended(runs, start(runs, budget_usd=0.0))
    assert record.status == "failed" and record.error is not None and "budget" in record.error
    assert model.calls == []


def test_a_strategy_that_repeats_wrong_keys_and_endless_terms_in_one_run(runs: Runs, models: Models) -> None:
    many = answer(["camping tent", "x" * 2_000, *(f"word{n}" for n in range(400))], done=False)
    models.script("planner", '{"terms": []}', POOR, many, many)
    record = ended(runs, start(runs, turns=4))
    assert record.status == "finished", record.error
    assert len(turns(runs, record.run_id)) == 2
    assert "393 positive terms beyond 8" in warnings(runs, record.run_id)
    assert "1 term longer than 40 characters" in warnings(runs, record.run_id)


def test_the_judge_scores_the_turns_and_its_failure_is_said(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", POOR, GOOD, DONE)
    judge = models.script("judge", JUDGED, ModelError("The judge is away.", "unreachable"))
    record = ended(runs, start(runs))
    played = pipeline.planned(services, record.run_id).turns
    assert played[0].reward.semantic == 0.75
    assert any("by the judge model: all there" in reason for reason in played[0].reward.reasons)
    assert not any("by the judge model" in reason for reason in played[1].reward.reasons)
    assert "scored by rules. The judge is away." in warnings(runs, record.run_id)
    assert len(judge.calls) == 2
    assert all(request.temperature == 0.0 for request in judge.calls)
    # An edit of a term is scored by rules alone.
    pipeline.assess(services, played[0].strategy, intent=THEME)
    assert len(judge.calls) == 2


def test_the_catalogue_planner_asks_no_model(services: Services, runs: Runs, models: Models) -> None:
    planner, judge = models.script("planner"), models.script("judge")
    record = ended(runs, start(runs, planner="catalogue"))
    assert record.status == "finished", record.error
    assert planner.calls == [] and judge.calls == []
    assert pipeline.run_cost(services, record.run_id) == pipeline.RunCost(0.0, 0, 0)


def test_without_a_model_the_way_out_is_named(runs: Runs) -> None:
    record = ended(runs, start(runs))
    assert record.status == "failed" and record.error is not None
    assert "plan without the model" in record.error and "SHELFCRAFT_MODEL" in record.error


def test_an_edited_intent_is_planned_for_as_it_stands(services: Services, runs: Runs, models: Models) -> None:
    model = models.script("planner", POOR, DONE)
    edited = Intent(
        THEME, what="tents", audience="kids", must_not=("office chair",), filters=Filters(price=(None, 100.0))
    )
    record = ended(runs, start(runs, intent=edited, filters={"in_stock": True}))
    assert record.status == "finished", record.error
    stored = pipeline.planned(services, record.run_id)
    assert stored.intent == replace(edited, filters=Filters(price=(None, 100.0), in_stock=True))
    assert stored.best.strategy.filters == stored.intent.filters
    assert stored.best.strategy.negative == ("office chair",)
    assert stored.best.strategy.positive == ("camping tent",)
    assert "for what you asked to leave out" in warnings(runs, record.run_id)
    assert "for whom: kids" in model.calls[0].user


def test_an_idea_without_chips_is_read_by_the_model_first(services: Services, runs: Runs, models: Models) -> None:
    read = json.dumps({"what": "tents and lanterns", "audience": "friends", "must_not": ["chairs"]})
    model = models.script("planner", read, POOR, DONE)
    record = ended(runs, start(runs, intent=None))
    assert record.status == "finished", record.error
    intent = pipeline.planned(services, record.run_id).intent
    assert intent.text == THEME and intent.must_not == ("chairs",) and intent.audience is not None
    assert [request.prompt for request in model.calls] == ["intent.read", "planning.strategy", "planning.revise"]
    told = [type(event).__name__ for event in said(runs, record.run_id)]
    assert told.index("ModelCalled") < told.index("IntentRead")


def test_an_idea_that_the_model_cannot_read_is_planned_for_as_the_rules_read_it(runs: Runs, models: Models) -> None:
    models.script("planner", "no", "no", POOR, DONE)
    record = ended(runs, start(runs, intent=None))
    assert record.status == "finished", record.error
    assert "read by rules alone" in warnings(runs, record.run_id)


def test_the_catalogue_planner_follows_edited_chips(services: Services) -> None:
    typed, _ = followed(pipeline.plan(services, "dog bed"))
    edited, _ = followed(pipeline.plan(services, intent=Intent("dog bed", what="camping lantern")))
    assert any("dog" in term for term in typed.best.strategy.positive)
    assert any("lantern" in term for term in edited.best.strategy.positive)
    assert not any("dog" in term for term in edited.best.strategy.positive)
    assert edited.intent.text == "dog bed"


def test_a_kept_research_is_planned_from_and_shown(services: Services, runs: Runs, models: Models) -> None:
    model = models.script("planner", POOR, DONE)
    passage = Evidence("e1", "web", "Camping news", "https://example.org/x", "lanterns are in fashion")
    research_id = services.store.save_research(
        Research("wide", THEME, evidence=(passage,)), run_id=None, owner="operator"
    )
    record = ended(runs, start(runs, research_id=research_id))
    assert record.status == "finished", record.error
    assert "lanterns are in fashion" in model.calls[0].user
    told = [event for event in said(runs, record.run_id) if isinstance(event, ResearchFinished)]
    assert [event.research_id for event in told] == [research_id]


NOTE = b"""# Camping with friends

Whoever goes camping with friends asks for lanterns that children can carry, and for stoves that light at once.
"""


def research_and_plan(broken: list[str]) -> Callable[[ChatRequest], Answer]:
    """Answers by what is asked; fails once where `broken` names the prompt."""

    def speak(request: ChatRequest) -> Answer:
        if request.prompt in broken:
            broken.remove(request.prompt)
            return RuntimeError("a fault of the program")
        if request.prompt.startswith("research."):
            finding = {"finding": "Lanterns for children", "terms": ["kids lantern"], "evidence": ["e1"]}
            return json.dumps({"findings": [finding], "summary": "Lanterns are wanted."})
        return POOR if request.prompt == "planning.strategy" else DONE

    return speak


def test_research_is_done_before_the_plan_and_once_for_all_attempts(
    services: Services, runs: Runs, models: Models
) -> None:
    followed(pipeline.add_to_library(services, [("camping.md", NOTE)]))
    model = ScriptedModel(research_and_plan(["planning.strategy"]), name="scripted-planner")
    models.roles["planner"] = model
    record = ended(runs, start(runs, research="single"))
    assert record.status == "failed"
    kept = [event for event in said(runs, record.run_id) if isinstance(event, ResearchFinished)]
    assert len(kept) == 1 and kept[0].research_id is not None
    assert any("children can carry" in one.text for one in kept[0].research.evidence)
    asked = len(model.calls)
    runs.resume(record.run_id)
    record = ended(runs, record.run_id)
    assert record.status == "finished", record.error
    assert not any(request.prompt.startswith("research.") for request in model.calls[asked:])
    assert "Lanterns for children" in model.calls[asked].user
    assert "children can carry" in model.calls[asked].user
    told = said(runs, record.run_id)
    assert sum(isinstance(event, ResearchFinished) for event in told) == 1
    order = [type(event) for event in told]
    assert order.index(IntentRead) < order.index(ResearchFinished) < order.index(TurnFinished)
    assert pipeline.recent_research(services, THEME)[0].research_id == kept[0].research_id


def test_a_research_is_a_run_of_its_own(services: Services, runs: Runs, models: Models) -> None:
    followed(pipeline.add_to_library(services, [("camping.md", NOTE)]))
    models.roles["planner"] = ScriptedModel(research_and_plan([]), name="scripted-planner")
    record = ended(runs, runs.start("research", {"theme": THEME, "mode": "single"}))
    assert record.status == "finished" and record.result is not None, record.error
    found = pipeline.load_research(services, record.result["research_id"])
    assert found.summary == "Lanterns are wanted." and record.result["evidence"] == len(found.evidence)
    assert pipeline.run_cost(services, record.run_id).calls >= 1
    with pytest.raises(InputError):
        runs.start("research", {"theme": THEME, "mode": "endless"})


def test_a_trial_keeps_turns_but_no_list(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", POOR, DONE)
    before = pipeline.list_selections(services).total
    record = ended(runs, runs.start("trial", {"theme": THEME, "planner": "llm", "intent": Intent(THEME)}))
    assert record.status == "finished" and record.result is not None and record.result["turn"] == 1
    assert pipeline.list_selections(services).total == before
    assert len(pipeline.planned(services, record.run_id).turns) == 1


def test_two_planners_side_by_side_are_measured_alike(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", GOOD, DONE)
    models.script("judge", JUDGED)
    one = ended(runs, runs.start("trial", {"theme": THEME, "planner": "llm", "intent": Intent(THEME)}))
    other = ended(runs, runs.start("trial", {"theme": THEME, "planner": "catalogue", "intent": Intent(THEME)}))
    compared = pipeline.compare_plans(services, one.run_id, other.run_id)
    left, right = compared.left, compared.right
    assert (left.planner, right.planner) == ("llm: scripted-planner", "catalogue")
    assert left.scored != left.reward.total  # the judge's turn, measured again by rules
    assert right.scored == pytest.approx(right.reward.total)
    assert left.count == 96 and left.cost.calls == 3 and right.cost.calls == 0
    assert 0 < compared.common <= min(left.count, right.count)
    assert compared.common_share == pytest.approx(compared.common / (left.count + right.count - compared.common))
    assert set(left.sample) and left.seconds >= 0
    same = pipeline.compare_plans(services, one.run_id, one.run_id)
    assert same.common_share == 1.0 and same.better is None and same.shared == left.strategy.positive


@pytest.mark.parametrize(
    "params",
    [{"planner": "oracle"}, {"research": "endless"}, {"budget_usd": -1.0}, {"colour": "red"}],
    ids=str,
)
def test_what_no_plan_can_be_is_refused_at_once(runs: Runs, params: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        start(runs, **params)


def test_the_key_is_nowhere(services: Services, runs: Runs, models: Models) -> None:
    models.script("planner", POOR, ModelError("no", "key"))
    record = ended(runs, start(runs))
    told = repr([stored.event for stored in runs.events(record.run_id)]) + repr(services.settings)
    assert SECRET not in told + repr(pipeline.thinking(services))


def test_what_is_set_is_said_without_the_key(services: Services) -> None:
    seen = pipeline.thinking(services)
    assert (seen.model, seen.judge, seen.vision) == ("scripted-planner", None, "scripted-planner")
    assert seen.host == "api.openai.com" and seen.key_set and seen.planner == "llm"


def test_an_address_is_shown_without_its_password(home: Path) -> None:
    settings = Settings(home=home, model="m", base_url="http://user:pass@llm.local:8000/v1")
    with build_services(settings, encoder=HashingEncoder()) as live:
        assert pipeline.thinking(live).host == "llm.local:8000"


def test_an_estimate_counts_calls_and_prices_them(home: Path, services: Services) -> None:
    assert pipeline.estimate(services, "catalogue", "none", 4) == (0, 0.0)
    assert pipeline.estimate(services, "llm", "none", 4) == (4, None)  # nobody knows what a scripted model costs
    assert pipeline.estimate(services, "llm", "wide", 1).calls == 3
    with build_services(Settings(home=home, model="gpt-4o"), encoder=HashingEncoder()) as live:
        calls, usd = pipeline.estimate(live, "llm", "single", 2)
        assert calls == 5 and usd is not None and 0.001 < usd < 1.0
        assert (pipeline.estimate(live, "llm", "deep", 2).usd or 0.0) > usd


def test_a_wish_is_read_by_the_model_and_not_applied(services: Services, models: Models) -> None:
    models.script(
        "planner",
        json.dumps(
            {
                "changes": [
                    {"kind": "add_cut", "term": "stove", "said": "no stoves"},
                    {"kind": "price", "low": None, "high": 50},
                    {"kind": "category", "category": ["outdoor > camping"]},
                ],
                "rest": "and nicer",
                "sentence": "Stoves go; at most 50.",
            }
        ),
    )
    strategy = Strategy(("camping tent", "camping stove"))
    work = pipeline.model_wish(services, "no stoves, under 50 and nicer", intent=Intent("camping"), strategy=strategy)
    wish, events = followed(work)
    assert [change.kind for change in wish.changes] == ["add_cut", "price", "category"]
    assert wish.rest == "and nicer" and wish.sentence.startswith("Stoves go")
    applied = apply_changes(wish.changes, strategy)
    assert applied.negative == ("stove",) and applied.filters == Filters((None, 50.0), ("Outdoor > Camping",))
    assert any(isinstance(event, ModelCalled) for event in events)


def test_a_wish_for_what_is_not_there_goes_back_to_the_model(services: Services, models: Models) -> None:
    wrong = json.dumps({"changes": [{"kind": "drop_find", "term": "zeppelin"}], "rest": "", "sentence": ""})
    nothing = json.dumps({"changes": [], "rest": "", "sentence": ""})
    model = models.script("planner", wrong, nothing)
    wish, _ = followed(
        pipeline.model_wish(services, "drop the zeppelins", intent=Intent("x"), strategy=Strategy(("tent",)))
    )
    assert '"zeppelin"' in model.calls[1].user
    assert wish.changes == () and wish.rest == "drop the zeppelins" and wish.sentence
    with pytest.raises(InputError):
        followed(pipeline.model_wish(services, " ", intent=Intent("x"), strategy=Strategy(("tent",))))
    models.roles.clear()
    with pytest.raises(SettingsError):
        followed(pipeline.model_wish(services, "cheaper", intent=Intent("x"), strategy=Strategy(("tent",))))
