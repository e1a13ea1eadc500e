"""A server is tried out by what it does, on servers that do it, drop it in silence or refuse it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.errors import RunCancelled
from core.llm.probe import ModelCheck, check, red_square
from tests.servers.unkind import UnkindServer, answer, said_by, silence, status, unkind_server, without

KEY = "sk-a-very-secret-key-0123456789"


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as running:
        yield running


def obedient(body: Mapping[str, Any]) -> str:
    """A server that follows schemas, has a JSON mode and sees pictures."""
    asked = body.get("response_format") or {}
    if asked.get("type") == "json_schema":
        wanted = asked["json_schema"]["schema"]["properties"]
        return json.dumps({name: kind["enum"][0] for name, kind in wanted.items()})
    if asked.get("type") == "json_object":
        return '{"sky": "blue"}'
    return "Red." if isinstance(body["messages"][-1]["content"], list) else "Blue."


def careless(body: Mapping[str, Any]) -> str:
    """A server that drops every field that it does not know, in silence."""
    return "Blue."


def test_what_a_good_server_does_is_found(server: UnkindServer) -> None:
    server.models = ["small", "large"]
    server.script([lambda exchange: answer(obedient(exchange.asked.body), logprobs=[("Blue", -0.1)])(exchange)])

    found = check("small", base_url=server.url, api_key=KEY, pictures=True)

    assert (found.ok, found.kind, found.models, found.json) == (True, None, ("small", "large"), "schema")
    assert (found.logprobs, found.pictures) == (True, True)
    assert found.sentence.startswith("small at 127.0.0.1:")
    assert "It keeps to a JSON schema and it sees pictures." in found.sentence


def test_what_is_dropped_in_silence_is_noticed(server: UnkindServer) -> None:
    server.models = []
    server.script([said_by(careless)])

    found = check("small", base_url=server.url, pictures=True)

    assert (found.ok, found.json, found.logprobs, found.pictures, found.models) == (True, "text", False, False, ())


def test_a_server_with_a_json_mode_alone(server: UnkindServer) -> None:
    server.script([without(["response_format.json_schema", "logprobs"], said_by(obedient), code=500)])

    found = check("small", base_url=server.url)

    assert (found.ok, found.json, found.logprobs, found.pictures) == (True, "json", False, None)


def test_a_model_that_follows_words_is_not_taken_for_a_mode(server: UnkindServer) -> None:
    def follows_words(body: Mapping[str, Any]) -> str:
        return '{"sky": 1}' if "JSON schema" in body["messages"][0]["content"] else "The sky is blue."

    server.script([without(["response_format"], said_by(follows_words))])

    assert check("small", base_url=server.url).json == "text"


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (status(401, echo_key=True), "key", "does not accept the key"),
        (status(403), "forbidden", "does not let this key use"),
        (status(404), "missing", "It lists these models: large, other."),
        (status(503), "server", "failed with error 503"),
        (silence(), "slow", "did not answer within 1 s"),
        (answer(""), "empty", "answers, but with an empty text"),
    ],
)
def test_what_is_wrong_is_said(server: UnkindServer, behaviour: Any, kind: str, words: str) -> None:
    server.models = ["large", "other"]
    server.script([behaviour])

    found = check("small", base_url=server.url, api_key=KEY, seconds=1.0)

    assert (found.ok, found.kind) == (False, kind)
    assert words in found.sentence
    assert KEY not in repr(found)


def test_a_server_without_a_list_of_models_is_no_worse(server: UnkindServer) -> None:
    server.models_answer = status(500)
    server.script([said_by(obedient)])

    assert check("small", base_url=server.url).ok


def test_no_server_and_no_key_are_said() -> None:
    assert check("small", base_url="http://127.0.0.1:9/v1").kind == "unreachable"
    assert check("gpt-5-mini") == ModelCheck(False, check("gpt-5-mini").sentence, "key")


def test_a_try_can_be_stopped(server: UnkindServer) -> None:
    server.script([silence()])

    with pytest.raises(RunCancelled):
        check("small", base_url=server.url, stopped=lambda: bool(server.requests))


def test_the_picture_that_is_shown_is_one() -> None:
    from io import BytesIO

    from PIL import Image

    picture = Image.open(BytesIO(red_square()))

    assert (picture.format, picture.size, picture.getpixel((5, 5))) == ("PNG", (64, 64), (224, 16, 16))
