"""A model whose every call is written down, paid out of a budget, and answered from a cache where it was asked before.

A cache makes a run that is played again with the same inputs free, and possible without a network or a key.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from core.errors import ModelError, RunCancelled, StoreError
from core.events import ModelCalled
from core.llm.budget import Budget
from core.llm.contract import ChatModel, ChatReply, ChatRequest, Stopped
from core.store.records import ModelCall

_log = logging.getLogger(__name__)


class ReplyCache(Protocol):
    """Where replies are kept by the content of their question; the store is one. May raise `StoreError`."""

    def cached_reply(self, key: str) -> ChatReply | None:
        """The reply under that key, None where there is none."""

    def keep_reply(self, key: str, reply: ChatReply) -> None:
        """Keep a reply; one that is there already stays."""

    def drop_reply(self, key: str) -> None:
        """Forget the reply under that key."""


class RecordedModel:
    """`model` with a record of every call; safe to share between threads where its parts are.

    `log` writes one row a call, failed ones too; `budget` is checked before each call that costs; `cache` answers what
    was asked before; `told` hears of every answer. A log or cache that fails is reported to the program's log and does
    not cost the operator the answer.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        log: Callable[[ModelCall], Any] | None = None,
        budget: Budget | None = None,
        cache: ReplyCache | None = None,
        told: Callable[[ModelCalled], None] | None = None,
        run_id: str | None = None,
    ) -> None:
        self._model = model
        self._log_call = log
        self._budget = budget
        self._cache = cache
        self._told = told
        self._run_id = run_id

    @property
    def name(self) -> str:
        """The name of the model behind it."""
        return self._model.name

    def complete(self, request: ChatRequest, *, stopped: Stopped | None = None) -> ChatReply:
        """Answer one request, out of the cache where it was asked before; raises `BudgetSpent` before it would cost."""
        key = content_key(self.name, request)
        held = self._held(key)
        if held is not None:
            self._record(request, held)
            return held
        if self._budget is not None:
            self._budget.check()
        begun = time.monotonic()
        try:
            reply = self._model.complete(request, stopped=stopped)
        except (ModelError, RunCancelled) as error:
            took = time.monotonic() - begun
            failed = ModelCall(request.prompt, request.version, self.name, 0, 0, took)
            self._write(replace(failed, error=str(error), run_id=self._run_id))
            raise
        if self._budget is not None:
            self._budget.spend(reply)
        self._record(request, reply)
        # An empty answer is never the answer to a question.
        if self._cache is not None and reply.text.strip():
            self._guarded(lambda cache: cache.keep_reply(key, reply))
        return reply

    def forget(self, request: ChatRequest) -> None:
        """Drop the kept reply to a request."""
        self._guarded(lambda cache: cache.drop_reply(content_key(self.name, request)))

    def _held(self, key: str) -> ChatReply | None:
        found = self._guarded(lambda cache: cache.cached_reply(key))
        return None if found is None else replace(found, cached=True, cost_usd=0.0, seconds=0.0)

    def _guarded(self, use: Callable[[ReplyCache], Any]) -> Any:
        if self._cache is None:
            return None
        try:
            return use(self._cache)
        except StoreError as error:
            _log.warning("The cache of replies did not serve: %s", error)
            return None

    def _record(self, request: ChatRequest, reply: ChatReply) -> None:
        self._write(
            ModelCall(
                prompt_name=request.prompt,
                prompt_version=request.version,
                model=reply.model,
                tokens_in=reply.input_tokens,
                tokens_out=reply.output_tokens,
                duration=reply.seconds,
                cost=reply.cost_usd,
                raw_reply=reply.text,
                run_id=self._run_id,
                cached=reply.cached,
            )
        )
        if self._told is not None:
            self._told(
                ModelCalled(
                    request.prompt,
                    reply.model,
                    reply.input_tokens,
                    reply.output_tokens,
                    reply.seconds,
                    reply.cost_usd,
                    reply.cached,
                )
            )

    def _write(self, call: ModelCall) -> None:
        if self._log_call is None:
            return
        try:
            self._log_call(call)
        except StoreError as error:
            _log.warning("A call of %s could not be written down: %s", self.name, error)


def content_key(model: str, request: ChatRequest) -> str:
    """What a question is: the SHA-256 of everything that the answer depends on, the time limit left out."""
    content = {
        "model": model,
        "system": request.system,
        "user": request.user,
        "history": request.history,
        "images": [hashlib.sha256(image).hexdigest() for image in request.images],
        "schema": request.schema,
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "top_logprobs": request.top_logprobs,
        # Left out where it is 0, so that what was kept before there were samples is still found.
        **({"sample": request.sample} if request.sample else {}),
    }
    wire = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=dict)
    return hashlib.sha256(wire.encode()).hexdigest()
