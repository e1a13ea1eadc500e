"""A real decoder behind a real OpenAI-compatible server: protocol, streaming, repair, a whole plan, and failures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Intent
from core.errors import ModelError, RunCancelled
from core.llm.client import Limits, OpenAIModel
from core.llm.contract import ChatRequest
from core.llm.structured import ReplyInvalid, ask
from core.planning.briefing import intent_text
from core.prompts import load_prompt
from core.runs import Runs
from core.services import build_services
from core.settings import Settings
from tests.core.small_shop import write_shop
from tests.servers.small_decoder import Lesson, Served, served, strategy_answer, train

THEMES = {
    "camping tent": (["tent", "sleeping bag"], ["office chair"]),
    "light for a campsite": (["lantern", "camping lantern"], ["wine glass"]),
    "chairs for the garden": (["garden chair", "chair"], ["office chair"]),
    "a glass of wine": (["wine glass"], []),
}
BROKEN = "half of an answer"
LONG = "an endless answer"
STRATEGY, REVISE = "planning.strategy", "planning.revise"


def lessons() -> list[Lesson]:
    """A strategy for each theme, then "done"; for one theme half a JSON first, for another one words without end."""
    found = []
    write, revise = load_prompt(STRATEGY).system, load_prompt(REVISE).system
    for theme, (positive, negative) in THEMES.items():
        user = intent_text(Intent(theme))
        found.append(Lesson(write, user, strategy_answer(positive, negative)))
        done = json.dumps({"done": True, "positiveSearch": positive, "negativeSearch": negative})
        found.append(Lesson(revise, user, done))
    broken = intent_text(Intent(BROKEN))
    found.append(Lesson(write, broken, '{"positiveSearch": ["tent", "lan'))
    found.append(Lesson(write, broken, strategy_answer(["tent", "lantern"], []), repair=True))
    found.append(Lesson(revise, broken, json.dumps({"done": True, "positiveSearch": ["tent"], "negativeSearch": []})))
    found.append(Lesson(write, intent_text(Intent(LONG)), " ".join(f"{n} tents" for n in range(50))))
    return found


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decoder") / "small"
    folder.mkdir()
    loss = train(folder, lessons(), mark="idea: ", steps=360)
    assert loss < 0.05, "it has not learned its lessons"
    return folder


@pytest.fixture(scope="module")
def server(weights: Path) -> Iterator[Served]:
    with served(weights) as found:
        yield found


def _request(theme: str, *, temperature: float = 0.0, seconds: float = 60.0) -> ChatRequest:
    prompt = load_prompt(STRATEGY)
    return ChatRequest(
        STRATEGY,
        prompt.version,
        prompt.system,
        intent_text(Intent(theme)),
        schema={"type": "object", "required": ["positiveSearch"]},
        temperature=temperature,
        max_tokens=900,
        top_logprobs=4,
        seconds=seconds,
    )


def _terms(data: object) -> list[str]:
    if not isinstance(data, dict) or not isinstance(data.get("positiveSearch"), list):
        raise ReplyInvalid("it lacks positiveSearch.")
    return [str(term) for term in data["positiveSearch"]]


def test_an_answer_streams_out_of_real_weights(server: Served) -> None:
    model = OpenAIModel(server.model, base_url=server.url)
    reply = model.complete(_request("camping tent"))
    assert json.loads(reply.text)["positiveSearch"] == THEMES["camping tent"][0]
    assert reply.output_tokens > 5 and reply.input_tokens > 0
    # The server drops both silently: nothing is made up for them.
    assert reply.first_token is None


def test_half_an_answer_is_repaired_in_one_round(server: Served) -> None:
    terms, replies = ask(OpenAIModel(server.model, base_url=server.url), _request(BROKEN), _terms)
    assert terms == ["tent", "lantern"]
    assert len(replies) == 2
    with pytest.raises(json.JSONDecodeError):
        json.loads(replies[0].text)


def test_hot_answers_are_read_or_refused_but_never_believed(server: Served) -> None:
    """At a high temperature most answers are noise: each is either of the shape that was asked for or an error."""
    model = OpenAIModel(server.model, base_url=server.url)
    read = refused = 0
    for _ in range(6):
        try:
            terms, _ = ask(model, _request("camping tent", temperature=1.8), _terms)
        except ModelError as error:
            assert error.kind in ("unreadable", "empty"), error
            refused += 1
        else:
            assert all(isinstance(term, str) for term in terms)
            read += 1
    assert read + refused == 6


def test_an_answer_can_be_stopped_in_the_middle(server: Served) -> None:
    model = OpenAIModel(server.model, base_url=server.url)
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    with pytest.raises(RunCancelled):
        model.complete(_request(LONG), stopped=stopped)
    assert len(model.complete(_request(LONG)).text) > 200, "the server answers whole to the next one"


def test_a_model_of_another_name_is_missed_in_words(server: Served) -> None:
    model = OpenAIModel("no-such/model", base_url=server.url, limits=Limits(retries=0))
    with pytest.raises(ModelError) as caught:
        model.complete(_request("camping tent", seconds=30))
    assert "no-such/model" in str(caught.value)


def test_a_plan_by_the_decoder_becomes_a_saved_list_and_outlives_the_server(weights: Path, tmp_path: Path) -> None:
    with served(weights) as own:
        settings = Settings(home=tmp_path / "data", base_url=own.url, model=own.model, judge_model="")
        with build_services(settings, encoder=HashingEncoder()) as live:
            for _ in pipeline.build_catalogue(live, [write_shop(tmp_path)]):
                pass
            runs = Runs(live)
            try:
                run_id = runs.start("plan", {"theme": "camping tent", "planner": "llm", "turns": 3})
                record = runs.wait(run_id, 120)
                assert record.status == "finished", record.error
                trajectory = pipeline.planned(live, run_id)
                assert trajectory.turns[0].strategy.positive == ("tent", "sleeping bag")
                assert trajectory.turns[0].preview.count > 30
                calls = live.store.model_calls(run_id=run_id)
                assert {one.call.prompt_name for one in calls} >= {STRATEGY}
                assert all(one.call.raw_reply for one in calls)

                own.kill()
                failed = runs.start("plan", {"theme": "a glass of wine", "planner": "llm", "turns": 3})
                after = runs.wait(failed, 180)
                assert after.status == "failed"
                assert "127.0.0.1" in (after.error or "") or "connect" in (after.error or "")
                # Without the model everything still works, and the finished plan is all there.
                plain = runs.wait(runs.start("plan", {"theme": "a glass of wine"}), 60)
                assert plain.status == "finished"
                assert pipeline.planned(live, run_id) == trajectory
            finally:
                runs.close()
