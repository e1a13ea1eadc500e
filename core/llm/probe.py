"""Tries a model server out: whether it answers, and what it really does with a schema, log-probabilities and pictures.

Servers drop fields that they do not know without a word, so none of this is asked: each field is sent with a question
that would be answered in another way without it, and what comes back is looked at.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import ModelError, ModelFault
from core.llm.client import Limits, OpenAIModel, with_dialect
from core.llm.contract import ChatReply, ChatRequest, Stopped
from core.llm.dialect import JsonLevel
from core.llm.faults import host_of
from core.llm.structured import without_thoughts

SECONDS = 30.0
# Enough for a model that thinks before it speaks.
_TOKENS = 2_000
# A word that nobody comes upon by himself, so that an answer with it was held to the schema.
_WORD = "marzipan-7"
_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": [_WORD]}},
    "required": ["colour"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What a try came to, in a `sentence` for the operator; `kind` says what failed, None where it is `ok`.

    `models` are the names that the server lists, which may be none. `json` is how it gives JSON, `logprobs` whether it
    gives log-probabilities, `pictures` whether it takes them, None where that was not tried.
    """

    ok: bool
    sentence: str
    kind: ModelFault | None = None
    models: tuple[str, ...] = ()
    json: JsonLevel = "text"
    logprobs: bool = False
    pictures: bool | None = None


def check(
    name: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    pictures: bool = False,
    seconds: float = SECONDS,
    stopped: Stopped | None = None,
) -> ModelCheck:
    """Ask a model up to four short questions; `pictures` shows it one as well. Never raises `ModelError`.

    Raises `RunCancelled` where it is stopped. Each question may take `seconds`.
    """
    model = OpenAIModel(name, base_url=base_url, api_key=api_key, limits=Limits(retries=1))
    try:
        listed = _listed(model, stopped)
        try:
            plain = _asked(model, "What colour is the sky? Answer with one word.", seconds, stopped, logprobs=True)
        except ModelError as error:
            return ModelCheck(False, _hint(error, name, listed), error.kind, listed)
        level = _json_level(model, seconds, stopped)
        seen = _takes_pictures(model, seconds, stopped) if pictures else None
        if not without_thoughts(plain.text).strip():
            told = f"{name} at {host_of(model.address)} answers, but with an empty text. Choose another model."
            return ModelCheck(False, told, "empty", listed, level, plain.first_token is not None, seen)
        told = _sentence(name, host_of(model.address), plain, level, seen)
        return ModelCheck(True, told, None, listed, level, plain.first_token is not None, seen)
    finally:
        model.close()


def _listed(model: OpenAIModel, stopped: Stopped | None) -> tuple[str, ...]:
    try:
        return model.served(stopped=stopped)
    except ModelError:
        return ()  # many a server has no list; whether the model answers is what counts


def _asked(
    model: OpenAIModel,
    question: str,
    seconds: float,
    stopped: Stopped | None,
    *,
    schema: dict[str, Any] | None = None,
    images: tuple[bytes, ...] = (),
    logprobs: bool = False,
) -> ChatReply:
    request = ChatRequest(
        prompt="llm.probe",
        version="1",
        system="You answer short questions in plain words.",
        user=question,
        schema=schema,
        images=images,
        max_tokens=_TOKENS,
        top_logprobs=2 if logprobs else 0,
        seconds=seconds,
    )
    return model.complete(request, stopped=stopped)


def _json_level(model: OpenAIModel, seconds: float, stopped: Stopped | None) -> JsonLevel:
    """The strictest way of giving JSON that shows in an answer."""
    exact = with_dialect(model, json="schema")
    try:
        reply = _asked(exact, "What colour is the sky?", seconds, stopped, schema=_SCHEMA)
        if exact.dialect.json == "schema" and _WORD in reply.text:
            return "schema"
    except ModelError:
        pass
    finally:
        exact.close()
    # Without words about JSON, which a server without the mode would follow as well.
    loose = with_dialect(model, json="json", words=False)
    try:
        # OpenAI's own servers want the word JSON somewhere in a question for their JSON mode.
        question = "What colour is the sky? Write a whole sentence; JSON is a format for programs."
        reply = _asked(loose, question, seconds, stopped, schema={"type": "object"})
        if loose.dialect.json == "json" and reply.text.lstrip().startswith("{"):
            return "json"
    except ModelError:
        pass
    finally:
        loose.close()
    return "text"


def _takes_pictures(model: OpenAIModel, seconds: float, stopped: Stopped | None) -> bool | None:
    """Whether it says what is on a picture; None where the try failed for another reason."""
    try:
        reply = _asked(model, "Which colour is this picture? One word.", seconds, stopped, images=(red_square(),))
    except ModelError as error:
        return False if error.kind in ("request", "server", "missing") else None
    # A server that drops the picture leaves the model guessing.
    return "red" in reply.text.lower()


def _hint(error: ModelError, name: str, listed: Sequence[str]) -> str:
    if error.kind != "missing" or not listed or name in listed:
        return str(error)
    shown = ", ".join(listed[:8]) + (", …" if len(listed) > 8 else "")
    return f"{error} It lists these models: {shown}."


def _sentence(name: str, host: str, reply: ChatReply, level: JsonLevel, seen: bool | None) -> str:
    way = {"schema": "It keeps to a JSON schema", "json": "It has a JSON mode", "text": "It is asked for JSON in words"}
    eyes = {True: " and it sees pictures", False: " and it does not see pictures", None: ""}
    return f"{name} at {host} answers, in {reply.seconds:.1f} s. {way[level]}{eyes[seen]}."


def red_square(side: int = 64) -> bytes:
    """A PNG file of one red square."""
    rows = b"".join(b"\x00" + b"\xe0\x10\x10" * side for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
