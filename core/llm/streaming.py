"""The pieces of a streamed answer, put together and cut where they would never end."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import openai

from core.llm.contract import ChatRequest

_CHARACTERS_A_TOKEN = 12
_SPARE = 2_000
_TAIL = 720
_LONGEST_UNIT = 120
_LOOK_EVERY = 240


@dataclass(slots=True)
class Gathered:
    """What came: `ended` is the protocol's word for why (`length` also where we cut it), "" where it does not say.

    `foreign` says that it was not the protocol at all. Tokens are None where the server does not count.
    """

    text: str = ""
    refusal: str = ""
    ended: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    first_token: tuple[tuple[str, float], ...] | None = None
    foreign: bool = False
    _parts: list[str] = field(default_factory=list, repr=False)


async def gather(stream: openai.AsyncStream[Any], request: ChatRequest, heard: Callable[[], None]) -> Gathered:
    """Read a stream to its end, or to where it is cut; `heard` is called at the first sign of an answer.

    A server that does not stream answers with one JSON document, which is read as well. The text is cut where it is
    far longer than the tokens that were asked for, or says the same over and over.
    """
    kind = str(stream.response.headers.get("content-type", "")).lower()
    try:
        if "json" in kind:
            return _of_document(await stream.response.aread())
        answer = Gathered(foreign="html" in kind)
        if not answer.foreign:
            await _follow(stream, answer, request.max_tokens * _CHARACTERS_A_TOKEN + _SPARE, heard)
        return answer
    finally:
        await stream.close()


async def _follow(stream: openai.AsyncStream[Any], answer: Gathered, most: int, heard: Callable[[], None]) -> None:
    length, looked, pieces = 0, 0, 0
    async for chunk in stream:
        pieces += 1
        if pieces == 1:
            heard()
        _count(answer, getattr(chunk, "usage", None))
        for choice in (chunk.choices or ())[:1]:
            delta = choice.delta
            words = getattr(delta, "content", None) or ""
            answer.refusal += getattr(delta, "refusal", None) or ""
            if words and not answer._parts:
                answer.first_token = _first_token(choice.logprobs)
            if words:
                answer._parts.append(words)
                length += len(words)
            answer.ended = choice.finish_reason or answer.ended
        if length - looked >= _LOOK_EVERY:
            looked = length
            if length > most or goes_round("".join(answer._parts)[-_TAIL:]):
                answer.ended = "length"
                break
    answer.text = "".join(answer._parts)[: most + _LOOK_EVERY]
    _end(answer)
    # A stream without one piece of the protocol came from something else.
    answer.foreign = pieces == 0


def goes_round(tail: str) -> bool:
    """Whether a text of at least 720 characters is one unit of at most 120, again and again (blanks too)."""
    if len(tail) < _TAIL:
        return False
    return any(tail[unit:] == tail[:-unit] for unit in range(1, _LONGEST_UNIT + 1))


def _of_document(data: bytes) -> Gathered:
    body = json.loads(data)
    try:
        choice = body["choices"][0]
        message = choice["message"]
        answer = Gathered(text=message.get("content") or "", refusal=message.get("refusal") or "")
        answer.ended = choice.get("finish_reason") or ""
    except (KeyError, IndexError, TypeError, AttributeError):
        return Gathered(foreign=True)
    usage = body.get("usage")
    if isinstance(usage, Mapping):
        answer.tokens_in = _whole(usage.get("prompt_tokens"))
        answer.tokens_out = _whole(usage.get("completion_tokens"))
    logprobs = choice.get("logprobs")
    answer.first_token = _first_token(logprobs)
    _end(answer)
    return answer


def _end(answer: Gathered) -> None:
    if answer.ended == "content_filter" and not answer.refusal:
        answer.refusal = "its filter of contents"


def _count(answer: Gathered, usage: Any) -> None:
    if usage is not None:
        answer.tokens_in = _whole(getattr(usage, "prompt_tokens", None))
        answer.tokens_out = _whole(getattr(usage, "completion_tokens", None))


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _first_token(logprobs: Any) -> tuple[tuple[str, float], ...] | None:
    """(token, log-probability) pairs of the first token, likeliest first; None where there are none."""
    content = _of(logprobs, "content")
    if not content:
        return None
    top = _of(content[0], "top_logprobs") or [content[0]]
    pairs = [(str(_of(one, "token")), _of(one, "logprob")) for one in top]
    kept = [(token, float(value)) for token, value in pairs if isinstance(value, int | float) and math.isfinite(value)]
    return tuple(sorted(kept, key=lambda pair: -pair[1])) or None


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
