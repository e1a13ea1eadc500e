"""Everything that a model server can do wrong, on a real one: what the operator reads, and that no key leaks."""

from __future__ import annotations

import json
import logging
import re
import socket
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from core.errors import ModelError, ModelFault
from core.llm.client import Limits, OpenAIModel
from core.llm.contract import ChatRequest
from core.llm.recorded import RecordedModel
from core.llm.retrying import retry_after, wait_before
from core.llm.secrets import Scrubber
from core.llm.structured import ReplyInvalid, ask
from core.store.records import ModelCall
from tests.servers.unkind import (
    Behaviour,
    UnkindServer,
    answer,
    at_once,
    page,
    refusal,
    repeating,
    reset,
    silence,
    slow_headers,
    status,
    trickle,
    unkind_server,
    wire,
)

KEY = "sk-a-very-secret-key-0123456789"
PLAIN = ChatRequest("planning.strategy", "abc", "You plan.", "Camping", seconds=60)
SHORT = replace(PLAIN, seconds=1.0)
SCHEMA = {"type": "object", "properties": {"positiveSearch": {"type": "array"}}, "required": ["positiveSearch"]}
LONG = " ".join(f"word{n}" for n in range(600))
GOOD = '{"positiveSearch": ["tent"]}'


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as running:
        yield running


@pytest.fixture
def model(server: UnkindServer) -> Iterator[OpenAIModel]:
    made = OpenAIModel("small", base_url=server.url, api_key=KEY, limits=Limits(pause=0.01))
    yield made
    made.close()


def strategy(value: Any) -> tuple[str, ...]:
    found = value.get("positiveSearch") if isinstance(value, dict) else None
    if not isinstance(found, list) or not all(isinstance(term, str) for term in found):
        raise ReplyInvalid('it lacks "positiveSearch", a list of search terms.')
    if len(found) > 8 or any(len(term) > 40 for term in found):
        raise ReplyInvalid("it has more than 8 terms or one of more than 40 letters.")
    return tuple(found)


def failure(model: OpenAIModel, request: ChatRequest = PLAIN) -> ModelError:
    with pytest.raises(ModelError) as caught:
        model.complete(request)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize(
    ("behaviour", "kind", "words", "tries"),
    [
        (status(401, "Incorrect API key."), "key", "does not accept the key .*Incorrect API key.*OPENAI_API_KEY", 1),
        (status(403), "forbidden", "does not let this key use small", 1),
        (status(404, "No such model."), "missing", "has no model small.*No such model.*often /v1", 1),
        (status(429), "busy", "takes no more questions for the moment.*Wait a little", 4),
        (status(429, "Pay!", kind="insufficient_quota"), "busy", "has no credit left.*Pay!", 1),
        (status(500, "Oh dear."), "server", "failed with error 500.*Oh dear", 4),
        (status(503), "server", "failed with error 503", 4),
        (status(502, ""), "server", r"failed with error 502\. Try again", 4),
        (page(code=502), "server", r"failed with error 502\. Try again", 4),
        (status(418, "I am a teapot {x}."), "request", r"does not accept the question.*418.*teapot \{x\}", 1),
        (reset(), "unreachable", "connection to .* broke before small had answered", 4),
        (reset(after="Once"), "unreachable", "connection to .* broke", 4),
        (reset(after="Once", rudely=False), "unreachable", "connection to .* broke", 4),
        (wire('data: {"error": {"message": "Out of memory."}}'), "server", "broke the answer.*Out of memory", 4),
        (wire("data: {not json"), "missing", "not of the protocol", 1),
        (wire("Welcome to my server"), "missing", "not of the protocol", 1),
        (wire("data: 12"), "missing", "not of the protocol", 1),
        (page(), "missing", "not of the protocol of models.*often ends in /v1", 1),
        (refusal("I do not plan that."), "refused", "small declined to answer.*I do not plan that", 1),
        (answer("", finish="content_filter"), "refused", "declined to answer.*filter", 1),
    ],
)
def test_what_goes_wrong_is_said_and_tried_again_where_that_may_help(
    server: UnkindServer, model: OpenAIModel, behaviour: Behaviour, kind: ModelFault, words: str, tries: int
) -> None:
    server.script([behaviour])

    error = failure(model)

    assert error.kind == kind
    assert re.search(words, str(error)), str(error)
    assert len(server.requests) == tries


@pytest.mark.parametrize("passing", [status(429), status(500), status(503), reset(), reset(after="Once")])
def test_what_passes_is_not_noticed(server: UnkindServer, model: OpenAIModel, passing: Behaviour) -> None:
    server.script([passing, passing, answer(GOOD)])

    assert model.complete(PLAIN).text == GOOD
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "behaviour",
    [silence(), silence(after="Once"), trickle(), slow_headers()],
    ids=["silence", "half an answer", "trickle", "headers without end"],
)
def test_an_answer_that_does_not_end_is_ended(server: UnkindServer, model: OpenAIModel, behaviour: Behaviour) -> None:
    server.script([behaviour])

    error = failure(model, SHORT)

    assert error.kind == "slow"
    assert "did not answer within 1 s" in str(error)


def test_the_first_word_has_a_limit_of_its_own(server: UnkindServer) -> None:
    server.script([silence()])
    impatient = OpenAIModel("small", base_url=server.url, limits=Limits(first_word=0.2))

    error = failure(impatient)

    assert (error.kind, "within 0.2 s (no word came)" in str(error)) == ("slow", True)
    impatient.close()


def test_nobody_at_the_address_is_said_with_the_address_and_without_its_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    absent = OpenAIModel("small", base_url=f"http://ann:secret@127.0.0.1:{port}/v1", limits=Limits(pause=0.01))

    error = failure(absent)

    assert error.kind == "unreachable"
    assert f"its address, http://127.0.0.1:{port}/v1, is right" in str(error)
    assert "secret" not in str(error) + repr(absent)
    absent.close()


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/v1", "localhost:8000/v1", "not an address", "http://[::1"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    model = OpenAIModel("small", base_url=address, limits=Limits(pause=0.01))

    error = failure(model)

    assert error.kind == "unreachable"
    assert "no address of a model server" in str(error)


def test_openai_itself_needs_a_key_and_a_key_has_no_strange_letters(server: UnkindServer) -> None:
    assert failure(OpenAIModel("gpt-5-mini")).kind == "key"
    broken = OpenAIModel("small", base_url=server.url, api_key="sk-käse-and-more\n-of-it")

    error = failure(broken)

    assert (error.kind, "Copy it again" in str(error)) == ("key", True)
    assert "käse" not in str(error)
    assert server.requests == []


def test_a_wait_that_the_server_asks_for_is_waited(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([status(429, headers={"Retry-After": "1"}), answer(GOOD)])

    reply = model.complete(PLAIN)

    assert reply.text == GOOD
    assert reply.seconds >= 1.0


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"Retry-After": "3600"}, "wait 60 min"),
        ({"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=5), usegmt=True)}, "wait 5 h"),
        ({"retry-after-ms": "90000"}, "wait 90 s"),
    ],
)
def test_a_wait_longer_than_the_call_may_take_fails_at_once_and_says_how_long(
    server: UnkindServer, model: OpenAIModel, header: dict[str, str], words: str
) -> None:
    server.script([status(429, headers=header)])

    error = failure(model)

    assert error.kind == "busy"
    assert words in str(error)
    assert len(server.requests) == 1


def test_retry_after_is_read_in_every_form() -> None:
    now = datetime(2026, 10, 21, 7, 28, 0, tzinfo=UTC)

    assert retry_after({"retry-after": "7"}) == 7.0
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, now=now) == 30.0
    assert retry_after({"retry-after": "Wed, 21 Oct 2026 07:00:00 GMT"}, now=now) == 0.0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({"retry-after": "-1"}) is None
    assert retry_after({}) is None


def test_pauses_grow_differ_and_never_undercut_what_was_asked() -> None:
    for attempt, most in ((1, 0.5), (2, 1.0), (3, 2.0), (9, 8.0)):
        pauses = {wait_before(attempt, None) for _ in range(50)}
        assert len(pauses) > 1
        assert all(most / 2 <= pause <= most for pause in pauses)
    assert all(3.0 <= wait_before(1, 3.0) <= 3.3 for _ in range(50))


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ('{"positiveSearch": ["ten', "breaks off in the middle"),
        ('{"searches": ["tent"]}', 'lacks "positiveSearch"'),
        (json.dumps({"positiveSearch": [f"term {n}" for n in range(400)]}), "more than 8 terms"),
        (json.dumps({"positiveSearch": [LONG[:2_000], LONG[2_000:4_000]]}), "more than 40 letters"),
        ("Tents sell well in May.", "no JSON value"),
    ],
    ids=["half a JSON", "wrong keys", "400 terms", "terms of 2,000 letters", "schema ignored"],
)
def test_a_bad_answer_is_mended_in_one_round_or_given_up(
    server: UnkindServer, model: OpenAIModel, bad: str, complaint: str
) -> None:
    request = replace(PLAIN, schema=SCHEMA)
    server.script([answer(bad), answer(GOOD)])

    assert ask(model, request, strategy)[0] == ("tent",)
    assert complaint in server.requests[1].body["messages"][-1]["content"]

    server.script([answer(bad)])
    with pytest.raises(ModelError, match="did not give a usable answer") as caught:
        ask(model, request, strategy)
    assert caught.value.kind == "unreadable"
    assert len(server.requests) == 4


def test_an_empty_answer_is_asked_for_once_more(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer(""), answer(GOOD)])
    assert ask(model, PLAIN, strategy)[0] == ("tent",)

    server.script([at_once("")])
    with pytest.raises(ModelError, match="gave an empty answer") as caught:
        ask(model, PLAIN, strategy)
    assert caught.value.kind == "empty"
    assert len(server.requests) == 4


def test_a_refusal_in_words_is_a_refusal(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer("I'm sorry, but I can't help with that.")])

    with pytest.raises(ModelError, match="declined to answer") as caught:
        ask(model, PLAIN, strategy)
    assert caught.value.kind == "refused"


def test_a_model_that_says_the_same_for_ever_is_given_up(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([repeating('"camping tent", ')])

    with pytest.raises(ModelError) as caught:
        ask(model, PLAIN, strategy)
    assert caught.value.kind == "unreadable"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "behaviour",
    [
        status(401, "Incorrect API key provided:", echo_key=True),
        status(400, f"Bad header: authorization={KEY}", echo_key=True),
        status(500, "Dump:", echo_key=True),
        wire('data: {"error": {"message": "key ' + KEY + '"}}'),
        refusal(f"I do not like {KEY}."),
        reset(),
        silence(),
    ],
    ids=["401", "400", "500", "stream", "refusal", "reset", "silence"],
)
def test_a_key_leaks_nowhere(
    server: UnkindServer, model: OpenAIModel, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rows: list[ModelCall] = []
    server.script([behaviour])

    with pytest.raises(ModelError) as caught:
        RecordedModel(model, log=rows.append).complete(SHORT)

    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(model) + str(rows)
    assert KEY not in shown
    assert "very-secret" not in shown
    assert KEY not in caplog.text
    assert rows[0].error
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_key_that_the_model_repeats_is_not_in_its_answer(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer("You sent", echo_key=True)])

    assert model.complete(PLAIN).text == "You sent Bearer ***"


def test_what_looks_like_a_key_is_taken_out_of_errors_also_where_it_is_not_ours() -> None:
    scrubber = Scrubber("ollama")

    assert scrubber.known("ollama serves sk-abc") == "ollama serves sk-abc"
    assert scrubber.all("Incorrect key: sk-abc123***xyz9.") == "Incorrect key: ***"
    assert scrubber.all("Authorization: Bearer abcdef123456") == "Authorization: ***"
    assert "c2stYS12" not in Scrubber(KEY).all("basic c2stYS12ZXJ5LXNlY3JldC1rZXktMDEyMzQ1Njc4OQ==")
    assert KEY not in repr(Scrubber(KEY))
