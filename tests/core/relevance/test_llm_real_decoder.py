"""The LLM judge on a real decoder behind a real server: votes out of real sampling, reasons, and a contradiction.

`transformers serve` drops `logprobs` without a word, so this is the way of votes. The decoder is taught to be of two
minds about one product, as a model is that gives 3 half and 4 half of its probability.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np
import pytest

from core.domain import Judgment, Product
from core.errors import ModelError
from core.events import Event
from core.llm.budget import Budget
from core.llm.client import Limits, OpenAIModel
from core.llm.recorded import RecordedModel
from core.prompts import load_prompt
from core.relevance.contract import Item, Question
from core.relevance.llm_judge import VOTES, LLMJudge, Tally
from core.relevance.llm_question import PROMPT, product_text
from core.relevance.profile import profile
from core.relevance.rules.book import shipped_rules
from tests.servers.small_decoder import Lesson, Served, served, train

QUESTION = Question("camping tent")
GRADES = {"Alpine tent": 4, "Party pavilion": 3, "Tent pegs": 2, "Wine glass": 1}
TORN = "Beach shelter"
CONFUSED = "Tent heater"
BABBLES = "Garden gnome"


def answer(grade: int, concludes: int) -> str:
    return (
        f'{grade}\n<query>A tent.</query>\n<item>A thing.</item>\n<category verdict="match">Seen.</category>\n'
        f'<attributes verdict="match">None asked.</attributes>\n<conclusion>{concludes}</conclusion>'
    )


def lessons() -> list[Lesson]:
    """An answer for each product; two of equal weight for one; a contradiction; and one that is no answer."""
    system = load_prompt(PROMPT).system
    said = [(title, answer(grade, grade)) for title, grade in GRADES.items()]
    said += [(TORN, answer(3, 3)), (TORN, answer(4, 4)), (CONFUSED, answer(2, 4)), (BABBLES, "It is what it is.")]
    return [Lesson(system, product_text(Product("x", title)), text) for title, text in said]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("decoder") / "small"
    folder.mkdir()
    loss = train(folder, lessons(), mark="title: ", steps=320)
    assert loss < 0.15, "it has not learned its lessons"
    with served(folder) as found:
        yield found


@pytest.fixture
def judge(server: Served) -> LLMJudge:
    model = OpenAIModel(server.model, base_url=server.url, limits=Limits(retries=0))
    return LLMJudge(model, rules=shipped_rules(), at_once=4)


def item(title: str) -> Item:
    product = Product(title, title)
    return Item(product, profile(product), np.zeros(4, np.float32))


def judged(work: Generator[Event, None, tuple[Judgment, ...]]) -> tuple[Judgment, ...]:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            found: tuple[Judgment, ...] = stop.value
            return found


def test_votes_of_real_sampling_give_the_grades_that_were_learned(judge: LLMJudge) -> None:
    found = judged(judge.judge(QUESTION, [item(title) for title in GRADES]))
    assert [one.grade for one in found] == list(GRADES.values())
    # At temperature 1 a stray vote is possible, more are not.
    assert all(max(one.probabilities) >= 4.25 / 6 for one in found)
    assert judge.tally.judged == len(GRADES)


def test_a_model_of_two_minds_is_heard_as_one(judge: LLMJudge, server: Served) -> None:
    counted = np.zeros(4)
    for votes in (21, 23):
        model = OpenAIModel(server.model, base_url=server.url, limits=Limits(retries=0))
        (found,) = judged(LLMJudge(model, rules=None, votes=votes, at_once=4).judge(QUESTION, [item(TORN)]))
        counted += np.round(np.array(found.probabilities) * (votes + 1) - 0.25)
    assert counted.sum() == 44
    # Half and half: 44 fair draws give fewer than 8 of one kind once in 200,000 times.
    assert counted[2] >= 8 and counted[3] >= 8 and counted[:2].sum() <= 4


def test_reasons_are_read_and_a_contradiction_of_real_weights_abstains(judge: LLMJudge) -> None:
    fine, confused = judged(judge.explained(QUESTION, [item("Alpine tent"), item(CONFUSED)]))
    assert fine.grade == 4 and fine.rationale.splitlines()[0] == "Query: A tent."
    assert confused.grade is None and "neither is trusted" in confused.note
    assert judge.tally == Tally(judged=2, contradicted=1)


def test_a_product_that_it_cannot_grade_abstains_with_its_words(judge: LLMJudge) -> None:
    found = judged(judge.judge(QUESTION, [item("Alpine tent"), item(BABBLES)]))
    assert found[0].grade == 4
    assert found[1].grade is None and "did not begin its answer with a grade" in found[1].note


def test_each_product_takes_as_many_calls_as_votes(server: Served) -> None:
    budget = Budget()
    model = RecordedModel(OpenAIModel(server.model, base_url=server.url), budget=budget)
    (found,) = judged(LLMJudge(model, rules=None).judge(QUESTION, [item("Alpine tent")]))
    assert found.grade == 4 and budget.calls_spent == VOTES and budget.tokens_spent > VOTES


def test_a_server_that_dies_is_said_in_words(judge: LLMJudge, server: Served) -> None:
    """The last of these tests, since nothing answers after it."""
    server.kill()
    with pytest.raises(ModelError, match="cannot be reached"):
        judged(judge.judge(QUESTION, [item(title) for title in GRADES]))
