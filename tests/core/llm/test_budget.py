"""What a run may spend, and the model that answers from a script."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import BudgetSpent, ModelError, RunCancelled
from core.llm.budget import Budget
from core.llm.contract import ChatReply, ChatRequest
from core.llm.scripted import ScriptedModel

REPLY = ChatReply("yes", "m", 70, 30, cost_usd=0.02)
QUESTION = ChatRequest("judge.strategy", "abc", "You judge.", "Is it good?")


def test_without_limits_nothing_ends() -> None:
    budget = Budget()
    budget.spend(REPLY)
    budget.check()

    assert (budget.usd_spent, budget.tokens_spent, budget.calls_spent) == (0.02, 100, 1)


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(usd=0.04), r"\$0\.04 .* \(\$0\.04\)"),
        (Budget(tokens=200), r"200 tokens .* \(200\)"),
        (Budget(calls=2), "2 model calls"),
    ],
)
def test_a_limit_that_is_reached_ends_it_and_one_below_does_not(budget: Budget, words: str) -> None:
    budget.spend(REPLY)
    budget.check()
    budget.spend(REPLY)

    with pytest.raises(BudgetSpent, match=words):
        budget.check()


def test_nothing_may_be_spent_of_nothing() -> None:
    with pytest.raises(BudgetSpent):
        Budget(usd=0.0).check()


def test_what_comes_out_of_the_cache_is_free_and_what_has_no_price_is_counted() -> None:
    budget = Budget(usd=0.01, calls=2)
    budget.spend(ChatReply("yes", "m", 70, 30, cost_usd=0.02, cached=True))
    budget.spend(ChatReply("yes", "m", 70, 30, cost_usd=None))
    budget.check()

    assert (budget.usd_spent, budget.calls_spent, budget.unpriced) == (0.0, 1, 1)


def test_many_threads_spend_what_they_spend() -> None:
    budget = Budget()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(budget.spend, [REPLY] * 2_000))

    assert (budget.calls_spent, budget.tokens_spent) == (2_000, 200_000)


def test_a_script_is_played_in_order_and_says_when_it_ends() -> None:
    model = ScriptedModel(["one", REPLY, ModelError("down", "server")])

    assert model.complete(QUESTION).text == "one"
    assert model.complete(QUESTION) is REPLY
    with pytest.raises(ModelError, match="down"):
        model.complete(QUESTION)
    with pytest.raises(ModelError, match="no answer to call 4"):
        model.complete(QUESTION)
    assert model.calls == [QUESTION] * 4


def test_a_script_may_be_a_function_and_is_stopped_like_any_model() -> None:
    model = ScriptedModel(lambda request: request.user.upper(), name="loud")

    reply = model.complete(QUESTION, stopped=lambda: False)
    assert (reply.text, reply.model, reply.cost_usd) == ("IS IT GOOD?", "loud", 0.0)
    assert reply.input_tokens > 0 and reply.output_tokens > 0
    with pytest.raises(RunCancelled):
        model.complete(QUESTION, stopped=lambda: True)


def test_threads_share_a_script_without_losing_or_doubling_an_answer() -> None:
    model = ScriptedModel(str(n) for n in range(500))
    with ThreadPoolExecutor(8) as pool:
        texts = [reply.text for reply in pool.map(model.complete, [QUESTION] * 500)]

    assert sorted(texts, key=int) == [str(n) for n in range(500)]
