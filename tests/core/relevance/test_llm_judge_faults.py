"""The LLM judge where something goes wrong, what it remembers, and many at once; over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from core.domain import Intent, Judgment
from core.errors import BudgetSpent, ModelError, StoreBusy
from core.events import StageProgress, Warned
from core.llm.budget import Budget
from core.llm.client import Limits, OpenAIModel
from core.llm.contract import ChatReply, ChatRequest
from core.llm.recorded import RecordedModel
from core.llm.scripted import ScriptedModel
from core.relevance.contract import Question
from core.relevance.llm_judge import LLMJudge, Tally
from tests.core.relevance.asked_model import QUESTION, Memory, OneRule, item, judge_of, judged, model_of, told
from tests.servers.grading import SURE, Grader
from tests.servers.unkind import UnkindServer, silence, status

# What goes wrong.


def test_one_refusal_abstains_with_the_sentence_and_costs_no_other(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[4] for n in range(20)}
    judge = judge_of(server, Grader(beliefs, refuses=frozenset({"Tent 7"})))
    found, events = told(judge.judge(QUESTION, [item(title) for title in beliefs]))

    assert [one.product_id for one in found if one.grade is None] == ["id of Tent 7"]
    assert "declined to answer" in found[7].note and found[7].fit == pytest.approx(0.5)
    (warning,) = [event for event in events if isinstance(event, Warned)]
    assert warning.message.startswith("1 product of 20 could not be judged")
    assert judge.tally == Tally(judged=19, failed=1)


def test_busy_servers_are_asked_again(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[4] for n in range(6)}
    grader = Grader(beliefs, busy=4)
    found = judged(judge_of(server, grader).judge(QUESTION, [item(title) for title in beliefs]))
    assert [one.grade for one in found] == [4] * 6 and len(grader.asked) == 10


def test_a_budget_that_ends_keeps_what_is_done_and_the_rest_abstains(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[3] for n in range(30)}
    server.script([Grader(beliefs)])
    model = RecordedModel(model_of(server), budget=Budget(calls=10))
    memory = Memory()
    judge = LLMJudge(model, rules=None, at_once=1, kept=memory)
    found, events = told(judge.judge(QUESTION, [item(title) for title in beliefs]))

    assert [one.grade for one in found] == [3] * 10 + [None] * 20, "in order, since the first are worth most"
    assert "budget of 10 model calls" in found[10].note
    assert len(server.requests) == 10 and len(memory.held) == 10
    assert any(isinstance(event, Warned) and "20 products of 30" in event.message for event in events)


def test_a_budget_that_ends_among_votes_leaves_whole_judgments(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[3] for n in range(30)}
    server.script([Grader(beliefs, tells=False)])
    model = RecordedModel(model_of(server), budget=Budget(calls=50))
    judge = LLMJudge(model, rules=None, at_once=1)
    found = judged(judge.judge(QUESTION, [item(title) for title in beliefs]))

    graded = [one for one in found if one.grade is not None]
    assert len(graded) == 10 and all(max(one.probabilities) > 0.6 for one in graded)


def test_a_budget_that_is_spent_from_the_start_is_an_error(server: UnkindServer) -> None:
    server.script([Grader({"Tent": SURE[3]})])
    model = RecordedModel(model_of(server), budget=Budget(calls=0))
    with pytest.raises(BudgetSpent, match="budget of 0 model calls"):
        judged(LLMJudge(model, rules=None).judge(QUESTION, [item("Tent")]))


@pytest.mark.parametrize(("code", "kind"), [(401, "key"), (404, "missing"), (403, "forbidden")])
def test_what_cannot_pass_ends_the_batch_at_once(server: UnkindServer, code: int, kind: str) -> None:
    server.script([status(code)])
    judge = LLMJudge(model_of(server), rules=None, at_once=1)
    with pytest.raises(ModelError) as caught:
        judged(judge.judge(QUESTION, [item(f"Tent {n}") for n in range(50)]))
    assert caught.value.kind == kind and len(server.requests) == 1


def test_a_server_that_went_away_is_not_asked_for_every_product(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[3] for n in range(60)}
    server.script([*[Grader(beliefs)] * 10, status(503)])
    model = OpenAIModel("small", base_url=server.url, limits=Limits(retries=0))
    found = judged(LLMJudge(model, rules=None, at_once=2).judge(QUESTION, [item(title) for title in beliefs]))

    assert sum(one.grade == 3 for one in found) == 10
    assert len(server.requests) < 16
    assert all("failed with error 503" in one.note for one in found if one.grade is None)


def test_a_model_that_never_says_a_grade_is_an_error_with_its_words() -> None:
    model = ScriptedModel(lambda request: "I like tents.", name="chatty")
    with pytest.raises(ModelError, match="chatty did not begin its answer with a grade but with “I like tents.”"):
        judged(LLMJudge(model, rules=None).judge(QUESTION, [item("Tent")]))


def test_votes_that_cannot_be_read_do_not_count_and_too_few_abstain() -> None:
    def mostly(request: ChatRequest) -> str:
        return "3" if request.sample in good else "What tent?"

    good = {0, 1, 2}
    (found,) = judged(LLMJudge(ScriptedModel(mostly), rules=None).judge(QUESTION, [item("Tent")]))
    assert found.grade == 3 and found.probabilities[2] == pytest.approx(3.25 / 4)
    good = {0, 1}
    with pytest.raises(ModelError, match="What tent"):
        judged(LLMJudge(ScriptedModel(mostly), rules=None).judge(QUESTION, [item("Tent")]))


def test_closing_breaks_off_what_is_under_way(server: UnkindServer) -> None:
    server.script([silence()])
    work = LLMJudge(model_of(server), rules=None, at_once=3).judge(QUESTION, [item(f"Tent {n}") for n in range(9)])
    for event in work:
        if isinstance(event, StageProgress):
            break
    work.close()

    assert len(server.requests) <= 3
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("awaited") and thread.is_alive()]


def test_calls_are_under_way_at_once_but_no_more_than_allowed() -> None:
    lock, under_way, most = threading.Lock(), 0, 0
    full = threading.Event()

    def answer(request: ChatRequest) -> ChatReply:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            if under_way == 4:
                full.set()
        full.wait(20)
        with lock:
            under_way -= 1
        return ChatReply("3", "m", 1, 1, first_token=(("3", -0.1),))

    judge = LLMJudge(ScriptedModel(answer), rules=None, at_once=4)
    found = judged(judge.judge(QUESTION, [item(f"Tent {n}") for n in range(40)]))
    assert most == 4 and len(found) == 40


# What is remembered.


def test_what_was_judged_is_not_asked_for_again(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[4] for n in range(5)}
    memory = Memory()
    first = judged(judge_of(server, Grader(beliefs), kept=memory).judge(QUESTION, [item(t) for t in beliefs]))
    judge = judge_of(server, Grader({**beliefs, "New": SURE[1]}), kept=memory)
    again = judged(judge.judge(QUESTION, [*[item(t) for t in beliefs], item("New")]))

    assert again[:5] == first and again[5].grade == 1
    assert len(server.requests) == 6 and memory.queries == ["blue tent", "blue tent"]
    assert judge.tally == Tally(judged=1, kept=5)


def test_another_content_another_query_and_another_model_are_asked_anew(server: UnkindServer) -> None:
    memory, grader = Memory(), Grader({"Tent": SURE[4]})
    server.script([grader])

    def ask(question: Question = QUESTION, name: str = "small", **more: Any) -> None:
        model = OpenAIModel(name, base_url=server.url)
        judged(LLMJudge(model, rules=None, kept=memory).judge(question, [item("Tent", **more)]))

    for number, again in enumerate(
        [
            lambda: ask(),
            lambda: ask(brand="Alp"),
            lambda: ask(Question("red tent")),
            lambda: ask(Question("blue tent", Intent("blue tent", must_not=("heavy",)))),
            lambda: ask(name="large"),
        ],
        start=1,
    ):
        again()
        again()
        assert len(server.requests) == number


def test_rules_that_do_not_speak_of_a_product_leave_its_memory_alone(server: UnkindServer) -> None:
    memory = Memory()
    grader = Grader({"blue tent": SURE[4], "red tent": SURE[4]})
    items = [item("blue tent"), item("red tent")]
    judged(judge_of(server, grader, kept=memory).judge(QUESTION, items))
    judge = judge_of(server, grader, kept=memory, rules=OneRule(1, 2))
    found = judged(judge.judge(QUESTION, items))

    assert [one.grade for one in found] == [4, 2] and {one.version for one in found} == {judge.version}
    assert len(server.requests) == 3, "only the product that a rule speaks of by now is asked for again"


def test_reasons_are_added_to_what_was_judged_before_and_kept(server: UnkindServer) -> None:
    memory, grader = Memory(), Grader({"Tent": SURE[4]})
    judged(judge_of(server, grader, kept=memory).judge(QUESTION, [item("Tent")]))
    (first,) = judged(judge_of(server, grader, kept=memory).explained(QUESTION, [item("Tent")]))
    (second,) = judged(judge_of(server, grader, kept=memory).explained(QUESTION, [item("Tent")]))
    (short,) = judged(judge_of(server, grader, kept=memory).judge(QUESTION, [item("Tent")]))

    assert first == second == short and first.rationale
    assert len(server.requests) == 2


def test_a_contradiction_stays_known(server: UnkindServer) -> None:
    memory, grader = Memory(), Grader({"Tent": SURE[4]}, contradicts=frozenset({"Tent"}))
    (first,) = judged(judge_of(server, grader, kept=memory).explained(QUESTION, [item("Tent")]))
    (again,) = judged(judge_of(server, grader, kept=memory).judge(QUESTION, [item("Tent")]))
    assert first == again and again.grade is None and len(server.requests) == 2


def test_failures_are_not_remembered(server: UnkindServer) -> None:
    memory = Memory()
    beliefs = {"Tent": SURE[4], "Peg": SURE[2]}
    judged(
        judge_of(server, Grader(beliefs, refuses=frozenset({"Peg"})), kept=memory).judge(
            QUESTION, [item("Tent"), item("Peg")]
        )
    )
    (found,) = judged(judge_of(server, Grader(beliefs), kept=memory).judge(QUESTION, [item("Peg")]))
    assert found.grade == 2


def test_a_memory_that_fails_costs_no_answer(server: UnkindServer) -> None:
    class Broken:
        def kept_judgments(self, keys: Collection[str]) -> Mapping[str, Judgment]:
            raise StoreBusy("It is locked.")

        def keep_judgments(self, judgments: Mapping[str, Judgment], *, query: str, run_id: str | None = None) -> None:
            raise StoreBusy("It is locked.")

    judge = judge_of(server, Grader({"Tent": SURE[4]}), kept=Broken())
    (found,), events = told(judge.judge(QUESTION, [item("Tent")]))
    assert found.grade == 4
    assert [event.message.count("It is locked.") for event in events if isinstance(event, Warned)] == [1, 1]


def test_progress_counts_products_and_never_goes_back(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[4] for n in range(30)}
    judge = judge_of(server, Grader(beliefs, tells=False), votes=3, at_once=4)
    _, events = told(judge.judge(QUESTION, [item(title) for title in beliefs]))
    steps = [(event.done, event.total) for event in events if isinstance(event, StageProgress)]
    assert steps == sorted(steps) and steps[-1] == (30, 30)


def test_many_threads_may_share_a_judge(server: UnkindServer) -> None:
    beliefs = {f"Tent {n}": SURE[1 + n % 4] for n in range(24)}
    judge = judge_of(server, Grader(beliefs))
    results: dict[int, list[int | None]] = {}

    def work(number: int) -> None:
        found = judged(judge.judge(QUESTION, [item(title) for title in beliefs]))
        results[number] = [one.grade for one in found]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found == [1 + n % 4 for n in range(24)] for found in results.values()) and len(results) == 4
    assert judge.tally.judged == 96
