"""What a server of the OpenAI protocol understands of it, and a request written so that it does.

Servers differ in three ways: they refuse a field (then the message often names it), they fail over it (llama.cpp
answers 500 to a JSON schema), or they drop it without a word (`transformers serve`: `response_format`, `logprobs`).
The first two are learned from the error, the last one by looking at what came back.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.llm.contract import ChatRequest
from core.llm.structured import without_thoughts

JsonLevel = Literal["schema", "json", "text"]
"""How a server is asked for JSON: by a schema that it enforces, by its JSON mode, or by words in the prompt alone."""

_LOWER: Mapping[JsonLevel, JsonLevel] = {"schema": "json", "json": "text"}
_REFUSING = frozenset({400, 404, 415, 422, 500, 501})
_SCHEMA_WORDS = (
    "Answer with one JSON value and with no other word, no fence and no comment. It has to follow this JSON schema:\n"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The fields that are sent. `json` is how JSON is asked for, `limit` the name of the limit of tokens; `words` puts
    the schema into the system's words where the server does not get it as a field."""

    json: JsonLevel = "schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    usage: bool = True
    logprobs: bool = True
    words: bool = True


def written(request: ChatRequest, model: str, dialect: Dialect) -> dict[str, Any]:
    """The body of a streamed request. Pictures belong to the first of the user's messages."""
    system = request.system
    if request.schema is not None and dialect.json != "schema" and dialect.words:
        system = f"{system}\n\n{_SCHEMA_WORDS}{json.dumps(request.schema, ensure_ascii=False)}".strip()
    messages: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    asked = [*request.history, (request.user, None)]
    for number, (user, said) in enumerate(asked):
        pictures = request.images if number == 0 else ()
        messages.append({"role": "user", "content": _with_pictures(user, pictures) if pictures else user})
        if said is not None:
            messages.append({"role": "assistant", "content": said})
    body: dict[str, Any] = {"model": model, "messages": messages, dialect.limit: request.max_tokens, "stream": True}
    if dialect.temperature:
        body["temperature"] = request.temperature
    if dialect.usage:
        body["stream_options"] = {"include_usage": True}
    if request.top_logprobs > 0 and dialect.logprobs:
        body |= {"logprobs": True, "top_logprobs": request.top_logprobs}
    if request.schema is not None and dialect.json == "schema":
        name = re.sub(r"[^A-Za-z0-9_-]", "_", request.prompt)[:60] or "answer"
        described = {"name": name, "schema": dict(request.schema), "strict": is_strict(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": described}
    elif request.schema is not None and dialect.json == "json":
        body["response_format"] = {"type": "json_object"}
    return body


def simpler(dialect: Dialect, request: ChatRequest, code: int | None, said: str) -> Dialect | None:
    """The dialect to try after an error that a field may be the reason of; None where no field is."""
    if code not in _REFUSING:
        return None
    words = said.lower()
    if "context length" in words or "context_length" in words:
        return None
    if re.search(r"\bmax_(completion_)?tokens\b", words):
        other: Literal["max_tokens", "max_completion_tokens"] = (
            "max_completion_tokens" if dialect.limit == "max_tokens" else "max_tokens"
        )
        return replace(dialect, limit=other)
    if dialect.temperature and "temperature" in words:
        return replace(dialect, temperature=False)
    if dialect.usage and "stream_options" in words:
        return replace(dialect, usage=False)
    if dialect.logprobs and request.top_logprobs > 0 and "logprobs" in words:
        return replace(dialect, logprobs=False)
    # A server that does not know the field seldom names it as we do.
    if code != 404 and request.schema is not None and dialect.json in _LOWER:
        return replace(dialect, json=_LOWER[dialect.json])
    return None


def after(dialect: Dialect, request: ChatRequest, text: str) -> Dialect:
    """The dialect for the next request, given a whole answer: one level lower where what was asked for was dropped."""
    if request.schema is None or dialect.json not in _LOWER or not without_thoughts(text).strip():
        return dialect
    value = _json(without_thoughts(text))
    kept = value is not None
    if dialect.json == "schema" and kept and request.schema.get("type") == "object":
        kept = isinstance(value, dict) and set(request.schema.get("required", ())) <= set(value)
    return dialect if kept else replace(dialect, json=_LOWER[dialect.json])


def is_strict(schema: Any) -> bool:
    """Whether a schema is of the kind that servers can promise to follow: every object names all its keys and needs
    each of them (the "strict" of OpenAI's structured outputs)."""
    if isinstance(schema, list | tuple):
        return all(is_strict(part) for part in schema)
    if not isinstance(schema, Mapping):
        return True
    if "properties" in schema or schema.get("type") == "object":
        named = set(schema.get("properties", ()))
        if schema.get("additionalProperties") is not False or named != set(schema.get("required", ())):
            return False
    return all(is_strict(part) for part in schema.values())


def _json(text: str) -> dict[str, Any] | list[Any] | None:
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _with_pictures(words: str, pictures: tuple[bytes, ...]) -> list[dict[str, Any]]:
    shown = [
        {"type": "image_url", "image_url": {"url": f"data:{_kind(data)};base64,{base64.b64encode(data).decode()}"}}
        for data in pictures
    ]
    return [{"type": "text", "text": words}, *shown]


def _kind(data: bytes) -> str:
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/gif" if data.startswith(b"GIF8") else "image/jpeg"
