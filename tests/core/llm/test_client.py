"""The real client against a real server that behaves: what is sent, what comes back, what is learned on the way."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from core.errors import ModelError, RunCancelled
from core.llm.client import Limits, OpenAIModel
from core.llm.contract import ChatRequest
from core.llm.dialect import Dialect, is_strict
from core.llm.prices import Prices
from core.llm.structured import ReplyInvalid, ask
from tests.servers.unkind import (
    Exchange,
    UnkindServer,
    answer,
    at_once,
    repeating,
    said_by,
    silence,
    status,
    trickle,
    unkind_server,
    without,
)

KEY = "sk-a-very-secret-key-0123456789"
SCHEMA = {
    "type": "object",
    "properties": {"terms": {"type": "array", "items": {"type": "string"}}},
    "required": ["terms"],
    "additionalProperties": False,
}
PLAIN = ChatRequest("intent.read", "abc", "You read.", "Camping", seconds=30)
STRUCTURED = replace(PLAIN, schema=SCHEMA)
QUICK = Limits(pause=0.01)


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as running:
        yield running


@pytest.fixture
def model(server: UnkindServer) -> Iterator[OpenAIModel]:
    made = OpenAIModel("small", base_url=server.url, api_key=KEY, limits=QUICK)
    yield made
    made.close()


def terms(value: Any) -> tuple[str, ...]:
    if not isinstance(value, dict) or not isinstance(value.get("terms"), list):
        raise ReplyInvalid('it lacks the list "terms".')
    return tuple(value["terms"])


def test_an_answer_in_pieces_comes_back_whole(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer("Zelt für drei 🏕", usage=(21, 9), pieces=5)])

    reply = model.complete(replace(PLAIN, temperature=0.7, max_tokens=99))

    assert (reply.text, reply.model, reply.input_tokens, reply.output_tokens) == ("Zelt für drei 🏕", "small", 21, 9)
    assert (reply.cost_usd, reply.first_token, reply.cached) == (None, None, False)
    assert reply.seconds > 0
    (asked,) = server.requests
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert (asked.body["temperature"], asked.body["max_tokens"], asked.body["stream"]) == (0.7, 99, True)
    assert asked.body["messages"] == [
        {"role": "system", "content": "You read."},
        {"role": "user", "content": "Camping"},
    ]


def test_pictures_and_earlier_exchanges_are_sent(server: UnkindServer, model: OpenAIModel) -> None:
    pictures = (b"\x89PNG\r\n\x1a\nxx", b"RIFF\x00\x00\x00\x00WEBPxx", b"\xff\xd8\xffxx")

    model.complete(replace(PLAIN, images=pictures, history=(("What is it?", "A tent."),)))

    first, said, last = server.requests[0].body["messages"][1:]
    assert first["content"][0] == {"type": "text", "text": "What is it?"}
    urls = [part["image_url"]["url"] for part in first["content"][1:]]
    kinds = ("image/png", "image/webp", "image/jpeg")
    assert urls == [
        f"data:{kind};base64,{base64.b64encode(data).decode()}" for kind, data in zip(kinds, pictures, strict=True)
    ]
    assert (said, last) == (
        {"role": "assistant", "content": "A tent."},
        {"role": "user", "content": "Camping"},
    )


def test_tokens_are_estimated_where_the_server_does_not_count(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer("x" * 400, usage=None)])

    reply = model.complete(replace(PLAIN, user="u" * 4_000))

    assert 1_000 <= reply.input_tokens <= 1_010
    assert reply.output_tokens == 100


def test_a_server_that_does_not_stream_is_read_too(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([at_once("Tents.", usage=(5, 3))])

    reply = model.complete(PLAIN)

    assert (reply.text, reply.input_tokens, reply.output_tokens) == ("Tents.", 5, 3)


def test_the_price_of_a_known_model_is_reckoned(server: UnkindServer) -> None:
    server.script([answer("x", usage=(1_000_000, 100_000))])
    prices = Prices({"small": (2.0, 8.0)})

    reply = OpenAIModel("small", base_url=server.url, prices=prices).complete(PLAIN)

    assert reply.cost_usd == pytest.approx(2.8)


def test_a_server_without_keys_is_asked_without_one_of_ours(
    server: UnkindServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")

    OpenAIModel("small", base_url=server.url).complete(PLAIN)

    assert KEY not in str(server.requests)


def test_log_probabilities_of_the_first_token_come_back_where_they_are_given(
    server: UnkindServer, model: OpenAIModel
) -> None:
    asking = replace(PLAIN, top_logprobs=2)
    server.script(
        [
            answer("2", logprobs=[("1", -2.3), ("2", -0.1), ("0", float("-inf"))]),
            answer("2"),
        ]
    )

    assert model.complete(asking).first_token == (("2", -0.1), ("1", -2.3))
    assert model.complete(asking).first_token is None
    assert server.requests[0].body["top_logprobs"] == 2


def test_a_schema_is_sent_to_a_server_that_follows_it(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer('{"terms": ["tent"]}')])

    assert ask(model, STRUCTURED, terms)[0] == ("tent",)
    assert ask(model, STRUCTURED, terms)[0] == ("tent",)

    assert model.dialect.json == "schema"
    for asked in server.requests:
        described = asked.body["response_format"]["json_schema"]
        assert (described["schema"], described["strict"], described["name"]) == (SCHEMA, True, "intent_read")
        assert "schema" not in asked.body["messages"][0]["content"]


def test_only_a_schema_that_names_and_needs_every_key_is_strict() -> None:
    assert is_strict(SCHEMA)
    assert not is_strict({**SCHEMA, "additionalProperties": True})
    assert not is_strict({**SCHEMA, "required": []})
    assert not is_strict({"type": "array", "items": {"type": "object", "properties": {"a": {}}}})
    assert is_strict({"type": "array", "items": {"type": "string"}})


def test_a_schema_that_the_server_drops_in_silence_is_noticed_and_put_into_words(
    server: UnkindServer, model: OpenAIModel
) -> None:
    server.script([answer("Take a tent and a stove."), answer('```json\n{"terms": ["tent"]}\n```'), answer("{}")])

    assert ask(model, STRUCTURED, terms)[0] == ("tent",)

    first, second = server.requests
    assert first.body["response_format"]["type"] == "json_schema"
    assert second.body["response_format"] == {"type": "json_object"}
    assert '"required": ["terms"]' in second.body["messages"][0]["content"]
    # The fence says that its JSON mode is not one either.
    assert model.dialect.json == "text"
    model.complete(STRUCTURED)
    assert "response_format" not in server.requests[-1].body


def test_json_that_follows_another_schema_shows_that_ours_was_dropped(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer('{"words": []}'), answer('{"terms": []}')])

    ask(model, STRUCTURED, terms)

    assert model.dialect.json == "json"


def test_one_answer_that_was_cut_teaches_nothing(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer('{"terms": ["te', finish="length"), answer('{"terms": []}')])

    ask(model, STRUCTURED, terms)

    assert model.dialect.json == "schema"


@pytest.mark.parametrize("code", [400, 422, 500])
def test_a_server_that_refuses_or_fails_over_a_schema_is_asked_more_simply(
    server: UnkindServer, model: OpenAIModel, code: int
) -> None:
    kind = without(["response_format.json_schema"], answer('{"terms": []}'), code=code)
    server.script([kind])

    model.complete(STRUCTURED)
    model.complete(STRUCTURED)

    formats = [asked.body["response_format"]["type"] for asked in server.requests]
    assert formats == ["json_schema", "json_object", "json_object"]
    assert model.dialect == Dialect(json="json")


def test_fields_that_a_server_does_not_know_are_left_out(server: UnkindServer, model: OpenAIModel) -> None:
    unknown = ["max_tokens", "temperature", "stream_options", "logprobs", "response_format"]
    server.script([without(unknown, answer('{"terms": []}'))])

    reply = model.complete(replace(STRUCTURED, top_logprobs=3))

    assert reply.text == '{"terms": []}'
    assert model.dialect == Dialect("text", "max_completion_tokens", temperature=False, usage=False, logprobs=False)
    assert set(server.requests[-1].body) == {"model", "messages", "stream", "max_completion_tokens"}


def test_a_question_that_no_dialect_helps_is_refused_with_the_first_reason(
    server: UnkindServer, model: OpenAIModel
) -> None:
    server.script([status(400, "The picture is too small."), status(400, "json_object is unknown"), status(400, "no")])

    with pytest.raises(ModelError, match="The picture is too small") as caught:
        model.complete(STRUCTURED)

    assert caught.value.kind == "request"
    assert model.dialect == Dialect()


def test_a_question_that_is_too_long_is_not_asked_in_other_ways(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([status(400, "This model's maximum context length is 4096 tokens.")])

    with pytest.raises(ModelError, match="maximum context length"):
        model.complete(STRUCTURED)
    assert len(server.requests) == 1


def test_the_models_of_a_server_are_listed(server: UnkindServer, model: OpenAIModel) -> None:
    server.models = ["small", "large"]

    assert model.served() == ("small", "large")


@pytest.mark.parametrize("behaviour", [silence(), silence(after="Once"), trickle()], ids=["silence", "part", "trickle"])
def test_a_stop_takes_hold_in_the_middle(server: UnkindServer, model: OpenAIModel, behaviour: Any) -> None:
    server.script([behaviour])
    asked_at = time.monotonic()

    with pytest.raises(RunCancelled):
        model.complete(replace(PLAIN, seconds=120), stopped=lambda: bool(server.requests))
    assert time.monotonic() - asked_at < 60


def test_no_more_calls_than_allowed_are_under_way_at_one_address(server: UnkindServer) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def count(exchange: Exchange) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.03)
        with lock:
            now[0] -= 1  # before the answer, on whose end the next one begins
        answer("yes")(exchange)

    server.script([count])
    models = [OpenAIModel(name, base_url=server.url, at_once=3) for name in ("a", "b")]
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda n: models[n % 2].complete(PLAIN), range(12)))

    assert len(replies) == 12
    assert most[0] <= 3
    for one in models:
        one.close()


def test_a_model_goes_on_after_it_was_closed(server: UnkindServer, model: OpenAIModel) -> None:
    model.complete(PLAIN)
    model.close()

    assert model.complete(PLAIN).text == "{}"


def test_a_question_of_another_kind_gets_another_answer(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([said_by(lambda body: body["messages"][-1]["content"].upper())])

    assert model.complete(PLAIN).text == "CAMPING"


def test_an_answer_that_goes_round_is_cut_long_before_its_end(server: UnkindServer, model: OpenAIModel) -> None:
    for unit in ("camping tent, ", "\n  ", "Again and again I say that one should buy a tent. "):
        server.script([repeating(unit)])

        assert len(model.complete(replace(PLAIN, max_tokens=100_000)).text) < 2_000


def test_an_answer_far_longer_than_asked_for_is_cut(server: UnkindServer, model: OpenAIModel) -> None:
    server.script([answer("".join(f"term {n}, " for n in range(20_000)), pieces=4_000)])

    assert len(model.complete(replace(PLAIN, max_tokens=100)).text) < 4_000
