"""A model that answers from a script: for tests, for demonstrations, and for a stage that is tried without a model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from core.errors import ModelError, RunCancelled
from core.llm.contract import ChatReply, ChatRequest, Stopped
from core.llm.tokens import PICTURE_TOKENS, estimate_tokens

Answer = str | ChatReply | Exception


class ScriptedModel:
    """Answers call after call from `replies`, or by a function of the request; an exception is raised.

    `calls` are the requests so far, in the order in which they came. Safe to share between threads. Raises `ModelError`
    ("missing") where the script has no more answers.
    """

    def __init__(self, replies: Iterable[Answer] | Callable[[ChatRequest], Answer], *, name: str = "scripted") -> None:
        self._name = name
        self._function = replies if callable(replies) else None
        self._script = iter(()) if callable(replies) else iter(replies)
        self._lock = threading.Lock()
        self.calls: list[ChatRequest] = []

    @property
    def name(self) -> str:
        """What the model is called."""
        return self._name

    def complete(self, request: ChatRequest, *, stopped: Stopped | None = None) -> ChatReply:
        """The next answer of the script; raises `RunCancelled` where `stopped` says so."""
        if stopped is not None and stopped():
            raise RunCancelled("The run was stopped; what was finished is kept.")
        with self._lock:
            self.calls.append(request)
            answer = None if self._function is not None else next(self._script, None)
        if self._function is not None:
            answer = self._function(request)  # outside the lock: it may wait for another call
        if answer is None:
            raise ModelError(f"The script of {self._name} has no answer to call {len(self.calls)}.", "missing")
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, ChatReply) else self._reply(request, answer)

    def _reply(self, request: ChatRequest, text: str) -> ChatReply:
        asked = request.system + request.user + "".join(user + said for user, said in request.history)
        tokens = estimate_tokens(asked) + PICTURE_TOKENS * len(request.images)
        return ChatReply(text, self._name, tokens, estimate_tokens(text), cost_usd=0.0)
