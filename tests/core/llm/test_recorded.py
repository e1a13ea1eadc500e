"""Every call is written down, paid for, and answered from the cache where it was asked before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import BudgetSpent, ModelError, RunCancelled, StoreBusy
from core.events import ModelCalled
from core.llm.budget import Budget
from core.llm.contract import ChatReply, ChatRequest
from core.llm.recorded import RecordedModel, content_key
from core.llm.scripted import ScriptedModel
from core.llm.structured import ReplyInvalid, ask
from core.store.records import ModelCall
from core.store.store import Store

QUESTION = ChatRequest("judge.strategy", "abc", "You judge.", "Is it good?", schema={"type": "object"})
REPLY = ChatReply('{"good": true}', "small", 70, 30, 1.5, 0.02)


class Broken:
    """A cache and a log whose database is locked."""

    def cached_reply(self, key: str) -> ChatReply | None:
        raise StoreBusy("locked")

    def keep_reply(self, key: str, reply: ChatReply) -> None:
        raise StoreBusy("locked")

    def drop_reply(self, key: str) -> None:
        raise StoreBusy("locked")

    def log(self, call: ModelCall) -> None:
        raise StoreBusy("locked")


def good(value: object) -> bool:
    if not isinstance(value, dict) or "good" not in value:
        raise ReplyInvalid('it lacks "good".')
    return bool(value["good"])


def test_a_call_is_one_row_with_what_it_took_and_adds_to_its_run(store: Store) -> None:
    run = store.record_run("plan", owner="ann")
    heard: list[ModelCalled] = []
    budget = Budget()
    model = RecordedModel(
        ScriptedModel([REPLY], name="small"), log=store.log_model_call, budget=budget, told=heard.append, run_id=run
    )

    assert model.complete(QUESTION) is REPLY

    (logged,) = store.model_calls(run_id=run)
    assert logged.call == ModelCall(
        "judge.strategy", "abc", "small", 70, 30, 1.5, cost=0.02, raw_reply='{"good": true}', run_id=run
    )
    assert store.load_run(run).cost == 0.02
    assert heard == [ModelCalled("judge.strategy", "small", 70, 30, 1.5, 0.02)]
    assert budget.usd_spent == 0.02
    assert model.name == "small"


def test_the_same_question_is_paid_for_once(store: Store) -> None:
    run = store.record_run("plan", owner="ann")
    heard: list[ModelCalled] = []
    budget = Budget(usd=0.02)
    scripted = ScriptedModel([REPLY], name="small")
    model = RecordedModel(scripted, log=store.log_model_call, budget=budget, cache=store, told=heard.append, run_id=run)

    model.complete(QUESTION)
    again = model.complete(replace(QUESTION, seconds=5.0))

    assert again == replace(REPLY, cached=True, cost_usd=0.0, seconds=0.0)
    assert len(scripted.calls) == 1
    assert [event.cached for event in heard] == [False, True]
    assert [logged.call.cached for logged in store.model_calls(run_id=run)] == [True, False]
    assert store.load_run(run).cost == budget.usd_spent == 0.02
    # The budget is spent by now, which holds up only what costs.
    with pytest.raises(BudgetSpent):
        model.complete(replace(QUESTION, user="Is it bad?"))
    assert len(store.model_calls()) == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, user="x"),
        replace(QUESTION, system="x"),
        replace(QUESTION, schema=None),
        replace(QUESTION, images=(b"x",)),
        replace(QUESTION, history=(("a", "b"),)),
        replace(QUESTION, temperature=0.5),
        replace(QUESTION, max_tokens=5),
        replace(QUESTION, top_logprobs=5),
    ],
)
def test_whatever_the_answer_depends_on_makes_another_question(other: ChatRequest) -> None:
    assert content_key("small", other) != content_key("small", QUESTION)


def test_the_model_counts_and_the_name_of_the_prompt_does_not() -> None:
    assert content_key("large", QUESTION) != content_key("small", QUESTION)
    assert content_key("small", replace(QUESTION, prompt="x", version="y")) == content_key("small", QUESTION)
    assert content_key("small", replace(QUESTION, user="\ud800")) != content_key("small", replace(QUESTION, user="?"))


@pytest.mark.parametrize("error", [ModelError("It is down.", "server"), RunCancelled("Stopped.")])
def test_a_call_that_fails_is_written_down_too(store: Store, error: Exception) -> None:
    model = RecordedModel(ScriptedModel([error], name="small"), log=store.log_model_call, cache=store)

    with pytest.raises(type(error)):
        model.complete(QUESTION)

    (logged,) = store.model_calls()
    assert (logged.call.error, logged.call.raw_reply, logged.call.cost) == (str(error), None, None)


def test_answers_of_no_use_are_not_kept(store: Store) -> None:
    scripted = ScriptedModel(["", "no", '{"bad": 1}', '{"good": 1}'], name="small")
    model = RecordedModel(scripted, cache=store)

    with pytest.raises(ModelError):
        ask(model, QUESTION, good)
    assert ask(model, QUESTION, good)[0] is True
    assert len(scripted.calls) == 4

    assert ask(model, QUESTION, good)[0] is True
    assert len(scripted.calls) == 4


def test_a_repair_that_worked_is_replayed_whole(store: Store) -> None:
    scripted = ScriptedModel(["no", '{"good": 0}'], name="small")
    model = RecordedModel(scripted, cache=store)

    assert [ask(model, QUESTION, good)[0] for _ in range(3)] == [False] * 3
    assert len(scripted.calls) == 2


def test_a_locked_database_does_not_cost_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken()
    model = RecordedModel(ScriptedModel([REPLY], name="small"), log=broken.log, cache=broken)

    assert model.complete(QUESTION) is REPLY
    model.forget(QUESTION)
    assert "could not be written down: locked" in caplog.text
    assert "cache of replies did not serve" in caplog.text


def test_bare_it_is_the_model_itself() -> None:
    assert RecordedModel(ScriptedModel(["yes"])).complete(QUESTION).text == "yes"


def test_samples_of_one_question_are_kept_apart_and_the_first_has_the_key_of_old() -> None:
    keys = {content_key("small", replace(QUESTION, sample=number)) for number in range(3)}
    assert len(keys) == 3 and content_key("small", QUESTION) in keys
    # As kept by the version before there were samples: what was paid for stays paid.
    assert content_key("small", QUESTION) == "2d10d0721d259dfe7be3d950038756c55c1fe370964b16bf71d51c97f7112188"
