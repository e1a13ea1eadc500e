"""What every language model answers to: one request, one reply, or a `ModelError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Stopped = Callable[[], bool]
"""Asked between the pieces of an answer: True breaks the call off with `RunCancelled`."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question. `prompt` and `version` name the prompt file that it was made of.

    `schema` is the JSON schema that the answer has to follow, None for plain text. `images` are whole picture files
    (JPEG, PNG or WebP), sent as data addresses with the first of the user's messages. `history` are earlier (user,
    assistant) exchanges, oldest first. `top_logprobs` asks for the log-probabilities of the first token of the answer,
    0 for none. `seconds` bounds the whole call, retries included. `sample` tells apart the same question asked several
    times on purpose: a cache answers each of them by itself.
    """

    prompt: str
    version: str
    system: str
    user: str
    schema: Mapping[str, Any] | None = None
    images: tuple[bytes, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    temperature: float = 0.0
    max_tokens: int = 1_500
    top_logprobs: int = 0
    seconds: float = 60.0
    sample: int = 0


@dataclass(frozen=True, slots=True)
class ChatReply:
    """One answer. `first_token` are (token, log-probability) pairs, likeliest first, of its first token; None where the
    server gives none. `cost_usd` None where the price is not known. `cached` answers cost nothing."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int
    seconds: float = 0.0
    cost_usd: float | None = None
    first_token: tuple[tuple[str, float], ...] | None = None
    cached: bool = False


class ChatModel(Protocol):
    """A language model. Raises `ModelError` (never an SDK's own error), `BudgetSpent`, and `RunCancelled`."""

    @property
    def name(self) -> str:
        """What the model is called, as it is logged and shown."""

    def complete(self, request: ChatRequest, *, stopped: Stopped | None = None) -> ChatReply:
        """Answer one request."""
