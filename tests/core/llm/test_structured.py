"""JSON out of what models really write, and what is said where it cannot be had."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import ModelError
from core.llm.contract import ChatReply, ChatRequest
from core.llm.scripted import ScriptedModel
from core.llm.structured import ReplyInvalid, ask, parse_json

QUESTION = ChatRequest("planning.strategy", "abc", "You plan.", "Camping with kids", schema={"type": "object"})


def terms(value: Any) -> tuple[str, ...]:
    if not isinstance(value, dict) or not isinstance(value.get("terms"), list):
        raise ReplyInvalid('it lacks the list "terms".')
    return tuple(value["terms"])


@pytest.mark.parametrize(
    "text",
    [
        '{"terms": ["tent"]}',
        ' \n{"terms": ["tent"]}\n',
        '```json\n{"terms": ["tent"]}\n```',
        'Here it is:\n```\n{"terms": ["tent"]}\n```\nHave fun!',
        'Sure! {"terms": ["tent"]} is what I suggest [1].',
        '<think>Maybe {"terms": ["stove"]}? No.</think>{"terms": ["tent"]}',
        'Maybe {"terms": ["stove"]}? No.</think>\n{"terms": ["tent"]}',
        '{"terms": ["tent",],}',
        '{"terms": ["tent"]}{"terms": ["tent"]}{"terms": ["tent"]}',
        'As [1] and {others} say: {"terms": ["tent"]}',
        '{"terms": ["tent"]}\n```',
        '{"terms": ["tent"]} and {"note": "not the answer"}',
    ],
)
def test_what_can_mean_one_thing_only_is_read(text: str) -> None:
    model = ScriptedModel([text])

    assert ask(model, QUESTION, terms)[0] == ("tent",)
    assert len(model.calls) == 1


def test_control_characters_brackets_and_commas_inside_strings_stay() -> None:
    assert parse_json('{"a": "one\n\ttwo", "b": ",]", "c": "say \\"}\\" [",}') == {
        "a": "one\n\ttwo",
        "b": ",]",
        "c": 'say "}" [',
    }
    assert parse_json("The list: [1, 2, ]") == [1, 2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"terms": ["tent", "sto', "breaks off in the middle"),
        ("Tents and stoves would be nice.", "holds no JSON value"),
        ('{"a": 1} or {"a": 2}', "2 different JSON values"),
        ('{"a": NaN}', "no JSON value"),
        ("[" * 5_000, "breaks off"),
        ('{"a": ' * 5_000 + "1" + "}" * 5_000, "no JSON value"),
        ("{ " * 5_000 + '"' * 5_001, "breaks off"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_for_the_model(text: str, message: str) -> None:
    with pytest.raises(ReplyInvalid, match=message):
        parse_json(text)


def test_a_bad_answer_is_shown_to_the_model_once_with_what_is_wrong() -> None:
    model = ScriptedModel(['{"words": ["tent"]}', '{"terms": ["tent"]}'])

    value, replies = ask(model, QUESTION, terms)

    assert value == ("tent",)
    assert [reply.text for reply in replies] == ['{"words": ["tent"]}', '{"terms": ["tent"]}']
    repair = model.calls[1]
    assert repair.history == (("Camping with kids", '{"words": ["tent"]}'),)
    assert 'it lacks the list "terms".' in repair.user
    assert (repair.prompt, repair.version, repair.schema) == (QUESTION.prompt, QUESTION.version, QUESTION.schema)


def test_two_bad_answers_are_an_error_with_the_reason() -> None:
    model = ScriptedModel(["nothing", '{"words": []}'], name="small")

    with pytest.raises(ModelError, match=r'small did not give a usable answer.*lacks the list "terms"') as caught:
        ask(model, QUESTION, terms)

    assert caught.value.kind == "unreadable"
    assert len(model.calls) == 2


def test_a_long_bad_answer_is_shown_in_part() -> None:
    model = ScriptedModel(['{"words": "' + "x" * 800_000 + '"}', '{"terms": []}'])

    ask(model, QUESTION, terms)

    assert len(model.calls[1].history[0][1]) == 6_000


@pytest.mark.parametrize("nothing", ["", "  \n", "<think>Hm.</think>", "<think>I go on and on"])
def test_an_empty_answer_is_asked_for_again_once(nothing: str) -> None:
    assert ask(ScriptedModel([nothing, '{"terms": []}']), QUESTION, terms)[0] == ()

    model = ScriptedModel([nothing, nothing, '{"terms": []}'])
    with pytest.raises(ModelError, match="empty answer") as caught:
        ask(model, QUESTION, terms)
    assert caught.value.kind == "empty"
    assert len(model.calls) == 2
    assert model.calls[0] == model.calls[1]


@pytest.mark.parametrize("words", ["I'm sorry, but I can't help with that.", "I cannot assist.", "Es tut mir leid."])
def test_a_refusal_is_not_argued_with(words: str) -> None:
    model = ScriptedModel([words])

    with pytest.raises(ModelError, match="declined to answer") as caught:
        ask(model, QUESTION, terms)

    assert caught.value.kind == "refused"
    assert len(model.calls) == 1


def test_an_apology_with_an_answer_is_an_answer() -> None:
    assert ask(ScriptedModel(['Sorry, here: {"terms": ["tent"]}']), QUESTION, terms)[0] == ("tent",)


def test_every_reply_comes_back_also_what_was_asked_twice() -> None:
    first = ChatReply("", "m", 5, 0)

    _, replies = ask(ScriptedModel([first, "no", '{"terms": []}']), QUESTION, terms)

    assert [reply.text for reply in replies] == ["", "no", '{"terms": []}']
    assert replies[0] is first
