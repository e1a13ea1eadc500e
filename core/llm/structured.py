"""Asking for a value instead of a text: JSON out of what a model writes, checked, with one repair round.

Small models and plain servers wrap their JSON in prose, fences or thoughts, put line breaks into strings and commas
before brackets. All of that is read where it can mean one thing only; where it cannot, the model is shown its answer
and what is wrong with it, once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol, TypeVar, runtime_checkable

from core.errors import ModelError
from core.llm.contract import ChatModel, ChatReply, ChatRequest, Stopped

T = TypeVar("T")

_SHOWN = 6_000
"""Characters of a bad answer that the repair round shows: an answer of 400 terms of 2,000 letters would cost dearly."""

_RESTARTS = 20
"""Brackets in prose that may turn out not to begin a value; more and the answer counts as unreadable."""

_THOUGHT = re.compile(r"<(think|thinking|reasoning|thought)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(r"^\s*<(think|thinking|reasoning|thought)>", re.IGNORECASE)
_END_OF_THOUGHT = re.compile(r"^.*</(?:think|thinking|reasoning|thought)>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[\w+-]*[ \t]*\n?(.*?)```", re.DOTALL)
_REFUSAL = re.compile(
    r"^\W*(i['’]?m sorry|i am sorry|sorry,|i apologi[sz]e|i can(?:['’]t|not)\b|i am (?:unable|not able)\b"
    r"|i['’]m (?:unable|not able)\b|i won['’]t\b|as an ai\b|es tut mir leid|lo siento|je suis d[ée]sol[ée])",
    re.IGNORECASE,
)
_REPAIR = (
    "Your answer could not be used: {message}\n"
    "Answer the same question again. Write the JSON value alone: no words before or after it, no fence."
)


class ReplyInvalid(ValueError):
    """What a model answered does not hold what was asked for; the text goes back to the model, so it speaks to it."""


@runtime_checkable
class Remembering(Protocol):
    """A model that keeps its replies (`core.llm.recorded`)."""

    def forget(self, request: ChatRequest) -> None:
        """Drop the reply to a request, so that the same question is asked anew."""


def ask(
    model: ChatModel, request: ChatRequest, read: Callable[[Any], T], *, stopped: Stopped | None = None
) -> tuple[T, tuple[ChatReply, ...]]:
    """Ask for a JSON value that `read` turns into what is wanted; returns it with every reply that it took.

    `read` gets the parsed JSON and raises `ReplyInvalid` for what it cannot take; then the model is shown its answer
    and the message, once. An empty answer is asked for again, once. Raises `ModelError` ("empty", "refused",
    "unreadable") and whatever the model raises; then a model that keeps its replies forgets these, so that asking again
    later is a new try.
    """
    asked, replies = [request], [model.complete(request, stopped=stopped)]
    if not without_thoughts(replies[0].text).strip():
        replies.append(model.complete(request, stopped=stopped))
    try:
        try:
            return _read(model, replies[-1].text, read), tuple(replies)
        except ReplyInvalid as error:
            asked.append(_repair(request, replies[-1].text, error))
        replies.append(model.complete(asked[-1], stopped=stopped))
        try:
            return _read(model, replies[-1].text, read), tuple(replies)
        except ReplyInvalid as error:
            raise ModelError(
                f"{model.name} did not give a usable answer, also when asked again: {str(error)[:300]} "
                "Try again, or choose a larger model in the settings.",
                "unreadable",
            ) from error
    except ModelError:
        if isinstance(model, Remembering):
            for question in asked:
                model.forget(question)
        raise


def parse_json(text: str) -> Any:
    """The one JSON value in a text; raises `ReplyInvalid` where there is none, half of one or several different ones.

    Objects go before lists, since prose has brackets too ("[1]").
    """
    found = values_in(text)
    if len(found) > 1:
        raise ReplyInvalid(f"it holds {len(found)} different JSON values where one is wanted.")
    return found[0]


def values_in(text: str) -> list[Any]:
    """Every different JSON object in a text, or every different list where there is no object, in order.

    Raises `ReplyInvalid` where there is none.
    """
    kept = without_thoughts(text).strip()
    whole = _parsed(kept)
    if isinstance(whole, dict | list):
        return [whole]
    fenced = [value for block in _FENCE.findall(kept) for value in _found_in(block)]
    found = fenced or list(_found_in(kept))
    objects = [value for value in found if isinstance(value, dict)]
    different: list[Any] = []
    for value in objects or found:
        if value not in different:
            different.append(value)
    if not different:
        if kept.count("{") > kept.count("}") or kept.count("[") > kept.count("]"):
            raise ReplyInvalid("it breaks off in the middle of the JSON. Give a shorter answer that is whole.")
        raise ReplyInvalid("it holds no JSON value that can be read.")
    return different


def without_thoughts(text: str) -> str:
    """The text without what a model thinks aloud; a thought that never ends leaves nothing."""
    kept = _THOUGHT.sub("", text)
    # Some servers cut the opening mark off.
    kept = _END_OF_THOUGHT.sub("", kept)
    return "" if _OPEN_THOUGHT.match(kept) else kept


def _repair(request: ChatRequest, said: str, error: ReplyInvalid) -> ChatRequest:
    history = (*request.history, (request.user, said[:_SHOWN]))
    return replace(request, history=history, user=_REPAIR.format(message=str(error)[:600]))


def _read(model: ChatModel, text: str, read: Callable[[Any], T]) -> T:
    """What `read` makes of the text; of several different values the only one that it takes."""
    kept = without_thoughts(text).strip()
    if not kept:
        raise ModelError(
            f"{model.name} gave an empty answer, also when asked again. Try again, or choose another model.", "empty"
        )
    try:
        values = values_in(kept)
    except ReplyInvalid:
        if _REFUSAL.match(kept):
            raise ModelError(
                f"{model.name} declined to answer: “{_short(kept)}” Word the idea in another way, "
                "or plan without the model.",
                "refused",
            ) from None
        raise
    taken, refused = [], []
    for value in values:
        try:
            taken.append(read(value))
        except ReplyInvalid as error:
            refused.append(error)
    if len(taken) == 1:
        return taken[0]
    if not taken:
        raise refused[0]
    raise ReplyInvalid(f"it holds {len(taken)} different answers where one is wanted.")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:160] + "…"


def _found_in(text: str) -> Iterator[Any]:
    """The JSON objects and lists in a text that has other things around them."""
    start, restarts = 0, 0
    while restarts <= _RESTARTS:
        begin = _next_bracket(text, start)
        if begin is None:
            return
        end = _end_of_value(text, begin)
        value = None if end is None else _parsed(text[begin:end])
        if end is not None and isinstance(value, dict | list):
            yield value
            start = end
        else:
            restarts += 1
            start = begin + 1


_BRACKET = re.compile(r"[\[{]")
_MARKS = re.compile(r'[\[\]{}]|"(?:[^"\\]|\\.)*"', re.DOTALL)


def _next_bracket(text: str, start: int) -> int | None:
    found = _BRACKET.search(text, start)
    return None if found is None else found.start()


def _end_of_value(text: str, begin: int) -> int | None:
    """Where the value that opens at `begin` has closed all that it opened; None where it never does."""
    depth = 0
    for mark in _MARKS.finditer(text, begin):
        if mark[0] in "[{":
            depth += 1
        elif mark[0] in "]}":
            depth -= 1
            if depth == 0:
                return mark.end()
    return None


_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])', re.DOTALL)


def _parsed(text: str) -> Any:
    """The JSON value that a text is, control characters in strings and trailing commas allowed; None where none."""
    for candidate in (text, _COMMA.sub(lambda found: "" if found[0] == "," else found[0], text)):
        try:
            return json.loads(candidate, strict=False, parse_constant=_no_number)
        except (ValueError, RecursionError):
            continue
    return None


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")
