"""The real model: any server of the OpenAI protocol, through the `openai` package, bounded in every direction.

Every answer is streamed, so that a stop takes hold in the middle of it and an answer that never ends, or says the same
over and over, is cut. What the server does not understand of the protocol is learned on the way (`dialect`).
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai

from core.errors import ModelError
from core.llm.contract import ChatReply, ChatRequest, Stopped
from core.llm.dialect import Dialect, after, simpler, written
from core.llm.faults import Failed, Speaker, host_of, is_address
from core.llm.loop import submit, waited
from core.llm.prices import Prices
from core.llm.retrying import FIRST_PAUSE, RETRIES, wait_before
from core.llm.secrets import Scrubber
from core.llm.streaming import Gathered, gather
from core.llm.tokens import PICTURE_TOKENS, estimate_tokens

_log = logging.getLogger(__name__)

OPENAI_ADDRESS = "https://api.openai.com/v1"
AT_ONCE = 32
"""Calls under way at one address from this process; more of them wait for their turn."""

_gates: dict[tuple[str, int], asyncio.Semaphore] = {}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until the connection stands, until the first word of an answer (None: as long as the whole call), and
    for giving back a list of models; tries after the first one, and seconds before the first of them."""

    connect: float = 5.0
    first_word: float | None = None
    listing: float = 10.0
    retries: int = RETRIES
    pause: float = FIRST_PAUSE


class OpenAIModel:
    """A model behind a server of the OpenAI protocol. Safe to share between threads; `close` gives connections back.

    `base_url` None is OpenAI itself. `api_key` None is for servers that want none. `prices` None: the shipped ones.
    Errors and answers never hold the key, also where the server repeats it.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        prices: Prices | None = None,
        limits: Limits | None = None,
        at_once: int = AT_ONCE,
        dialect: Dialect | None = None,
    ) -> None:
        self._name = name
        self._address = (base_url or OPENAI_ADDRESS).strip().rstrip("/")
        self._key = None if api_key is None else api_key.strip()
        self._scrubber = Scrubber(self._key)
        self._speaker = Speaker(name, self._address, self._scrubber)
        self._prices = Prices.shipped() if prices is None else prices
        self._limits = Limits() if limits is None else limits
        self._at_once = at_once
        own = self._address == OPENAI_ADDRESS
        self._dialect = dialect or Dialect(limit="max_completion_tokens" if own else "max_tokens")
        self._held: list[openai.AsyncOpenAI] = []
        # Not at the end of the process, when the loop is gone with everything else.
        weakref.finalize(self, _close, self._held).atexit = False

    @property
    def name(self) -> str:
        """What the model is called at its server."""
        return self._name

    @property
    def address(self) -> str:
        """The address of its server."""
        return self._address

    @property
    def dialect(self) -> Dialect:
        """What is known by now of what the server understands."""
        return self._dialect

    def __repr__(self) -> str:
        return f"OpenAIModel({self._name!r} at {self._speaker.host})"

    def close(self) -> None:
        """Give the connections back; the model may be used again and then opens new ones."""
        _close(self._held)

    def complete(self, request: ChatRequest, *, stopped: Stopped | None = None) -> ChatReply:
        """Answer one request within `request.seconds`, retries and waiting for a turn included."""
        self._check_settings()
        begun = time.monotonic()
        answer = waited(self._bounded(request, begun), stopped)
        return self._reply(request, answer, time.monotonic() - begun)

    def served(self, *, stopped: Stopped | None = None) -> tuple[str, ...]:
        """The names of the models that the server lists, in its order; raises `ModelError`."""
        self._check_settings()
        return waited(self._listed(), stopped)

    def _check_settings(self) -> None:
        if not is_address(self._address):
            raise self._speaker.no_address().error
        if self._key is None and self._address == OPENAI_ADDRESS:
            raise ModelError(
                f"No key is set for {self._speaker.host}. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that "
                "needs none, and start anew.",
                "key",
            )
        if self._key is not None and not (self._key.isascii() and self._key.isprintable()):
            raise ModelError("OPENAI_API_KEY holds characters that no key has. Copy it again and start anew.", "key")

    async def _bounded(self, request: ChatRequest, begun: float) -> Gathered:
        where = ["waiting for a free place"]
        try:
            async with asyncio.timeout(request.seconds):
                return await self._tried(request, begun + request.seconds, where)
        except TimeoutError:
            raise self._speaker.slow(request.seconds, where[0]) from None

    async def _tried(self, request: ChatRequest, deadline: float, where: list[str]) -> Gathered:
        """Ask until there is an answer: again after what passes, more simply after what the server does not know."""
        dialect, first, tries = self._dialect, None, 0
        met = {dialect}
        while True:
            try:
                where[0] = "waiting for a free place"
                async with self._gate():
                    answer = await self._once(request, dialect, where)
            except Failed as failed:
                plainer = simpler(dialect, request, failed.code, failed.said)
                if plainer is not None and plainer not in met:
                    first = first or failed
                    dialect = plainer
                    met.add(plainer)
                    continue
                if first is not None and not failed.again:
                    # A field was not the reason after all, so the first error says it best.
                    raise first.error from None
                await self._wait(failed, tries, deadline, where)
                tries += 1
            else:
                if answer.ended != "length":
                    dialect = after(dialect, request, answer.text)
                if dialect != self._dialect:
                    _log.info("%s: requests are written as %s from now on", self, dialect)
                    self._dialect = dialect
                return answer

    async def _wait(self, failed: Failed, tries: int, deadline: float, where: list[str]) -> None:
        """Sleep before the next try, or raise where there is none."""
        if not failed.again or tries >= self._limits.retries:
            raise failed.error from None
        pause = wait_before(tries + 1, failed.asked, first=self._limits.pause)
        if time.monotonic() + pause >= deadline:
            if failed.asked is not None:
                raise self._speaker.too_long_a_wait(failed, failed.asked) from None
            raise failed.error from None
        where[0] = f"the last try ended so: {failed.error}"
        await asyncio.sleep(pause)

    async def _once(self, request: ChatRequest, dialect: Dialect, where: list[str]) -> Gathered:
        first_word = request.seconds if self._limits.first_word is None else self._limits.first_word
        where[0] = "no word came"
        try:
            async with asyncio.timeout(first_word) as limit:
                body = written(request, self._name, dialect)
                stream = await self._client().chat.completions.create(**body)

                def heard() -> None:
                    where[0] = "the answer did not come to its end"
                    limit.reschedule(None)

                answer = await gather(stream, request, heard)
        except TimeoutError:
            error = self._speaker.slow(first_word, "no word came")
            raise Failed(error, again=False) from None
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
            # Not chained: the package's errors hold the request with its headers.
            raise self._speaker.failed(error) from None
        if answer.foreign:
            raise self._speaker.babble()
        if answer.refusal:
            raise self._speaker.refused(answer.refusal)
        return answer

    async def _listed(self) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(self._limits.listing):
                page = await self._client().models.list()
                return tuple(model.id for model in page.data or ())
        except TimeoutError:
            raise self._speaker.slow(self._limits.listing, "asked for its list of models") from None
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
            raise self._speaker.failed(error).error from None

    def _gate(self) -> asyncio.Semaphore:
        # Only ever met inside the one loop, so nothing comes between looking and making.
        key = (host_of(self._address), self._at_once)
        if key not in _gates:
            _gates[key] = asyncio.Semaphore(self._at_once)
        return _gates[key]

    def _client(self) -> openai.AsyncOpenAI:
        if not self._held:
            self._held.append(_open(self._address, self._key, self._limits))
        return self._held[0]

    def _reply(self, request: ChatRequest, answer: Gathered, seconds: float) -> ChatReply:
        asked = [request.system, request.user, *(part for exchange in request.history for part in exchange)]
        guess = sum(map(estimate_tokens, asked)) + PICTURE_TOKENS * len(request.images)
        tokens_in = guess if answer.tokens_in is None else answer.tokens_in
        tokens_out = estimate_tokens(answer.text) if answer.tokens_out is None else answer.tokens_out
        first = answer.first_token
        return ChatReply(
            text=self._scrubber.known(answer.text),
            model=self._name,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            seconds=seconds,
            cost_usd=self._prices.cost_of(self._name, tokens_in, tokens_out),
            first_token=None if first is None else tuple((self._scrubber.known(word), p) for word, p in first),
        )


def _open(address: str, key: str | None, limits: Limits) -> openai.AsyncOpenAI:
    # The limits of a whole call are ours; a read that waits is not broken off by the client.
    timeout = httpx2.Timeout(None, connect=limits.connect)
    host = httpx2.URL(address).host
    client = httpx2.AsyncClient(
        timeout=timeout,
        follow_redirects=True,
        # A server on this machine is not behind a proxy.
        trust_env=host not in {"localhost", "127.0.0.1", "::1"},
    )
    return openai.AsyncOpenAI(
        # Never None: the package would read the environment by itself.
        api_key=key or "none",
        base_url=address,
        max_retries=0,
        timeout=timeout,
        http_client=client,
    )


def _close(held: list[Any]) -> None:
    while held:
        submit(held.pop().close())


def with_dialect(model: OpenAIModel, **changes: Any) -> OpenAIModel:
    """The same model on the same server, asked in another way and without retries (for the probe)."""
    return OpenAIModel(
        model._name,
        base_url=model._address,
        api_key=model._key,
        prices=model._prices,
        limits=replace(model._limits, retries=0),
        dialect=replace(model._dialect, **changes),
    )
