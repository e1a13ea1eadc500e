"""What goes wrong between us and a model server, as errors that an operator can read and that hold no key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from core.errors import ModelError, ModelFault
from core.llm.retrying import AGAIN, retry_after
from core.llm.secrets import Scrubber

_QUOTED = 200


class Failed(Exception):
    """One try that failed. `error` is what the operator reads; `code` that of HTTP, None without an answer; `said` the
    server's own words; `asked` the seconds that it asks to wait; `again` whether another try may succeed."""

    def __init__(
        self, error: ModelError, *, code: int | None = None, said: str = "", asked: float | None = None, again: bool
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.code = code
        self.said = said
        self.asked = asked
        self.again = again


@dataclass(frozen=True, slots=True)
class Speaker:
    """Writes the sentences about one model on one server."""

    model: str
    address: str
    scrubber: Scrubber = field(repr=False)

    @property
    def host(self) -> str:
        """The server without path, name and password."""
        return host_of(self.address)

    def failed(self, error: Exception) -> Failed:
        """The fault that an exception of the `openai` package, of its HTTP client or of its parser stands for."""
        if isinstance(error, openai.APIStatusError):
            return self.status(error.status_code, said_in(error.body), error.response.headers, code=error.code)
        if isinstance(error, openai.APIConnectionError):
            return self._unreachable(error)
        if isinstance(error, openai.APIError):
            # In the middle of a stream there is no code of HTTP any more.
            said = self._clean(said_in(error.body) or error.message)
            told = f"{self.host} broke the answer of {self.model} off{said}. Try again in a moment."
            return Failed(ModelError(told, "server"), said=said, again=True)
        return self.babble()

    def status(self, number: int, said: str, headers: Mapping[str, str], *, code: str | None = None) -> Failed:
        """The fault of an answer with an error's number."""
        clean = self._clean(said)
        kind, sentence = self._by_number(number, code)
        again = number in AGAIN and kind != "request"
        if number == 429 and code == "insufficient_quota":
            again = False
        return Failed(
            ModelError(sentence.format(said=clean), kind),
            code=number,
            said=said,
            asked=retry_after(headers),
            again=again,
        )

    def _by_number(self, number: int, code: str | None) -> tuple[ModelFault, str]:
        host, model = _braced(self.host), _braced(self.model)
        if number == 401:
            return "key", f"{host} does not accept the key{{said}}. Check OPENAI_API_KEY and start anew."
        if number == 403:
            return "forbidden", f"{host} does not let this key use {model}{{said}}. Ask for access, or choose another."
        if number == 404:
            return (
                "missing",
                f"{host} has no model {model}, or the address is not that of a model server{{said}}. "
                "Check the name of the model and that the address ends as its maker says (often /v1).",
            )
        if number == 429 and code == "insufficient_quota":
            return "busy", f"The account at {host} has no credit left{{said}}. Add some, or use another server."
        if number == 429:
            return "busy", f"{host} takes no more questions for the moment{{said}}. Wait a little and try again."
        if number >= 500:
            return "server", f"{host} failed with error {number}{{said}}. Try again in a moment."
        return "request", f"{host} does not accept the question to {model} (error {number}){{said}}."

    def _unreachable(self, error: openai.APIConnectionError) -> Failed:
        cause = error.__cause__
        if isinstance(cause, httpx2.ConnectTimeout | httpx2.ConnectError):
            told = (
                f"{self.host} cannot be reached. Check that the model server runs and that its address, "
                f"{shown_address(self.address)}, is right."
            )
        elif isinstance(cause, httpx2.UnsupportedProtocol | httpx2.TooManyRedirects):
            return self.no_address()
        else:
            told = f"The connection to {self.host} broke before {self.model} had answered. Try again in a moment."
        return Failed(ModelError(told, "unreachable"), again=True)

    def no_address(self) -> Failed:
        """What is set as the address is none."""
        told = (
            f"{shown_address(self.address)} is no address of a model server. One looks like http://localhost:8000/v1."
        )
        return Failed(ModelError(told, "unreachable"), again=False)

    def babble(self) -> Failed:
        """The server answers, but not in the protocol."""
        told = (
            f"{self.host} answered with something that is not of the protocol of models. Check that "
            f"{shown_address(self.address)} is the address of a model server (it often ends in /v1)."
        )
        return Failed(ModelError(told, "missing"), again=False)

    def slow(self, seconds: float, waiting: str) -> ModelError:
        """A time limit has passed while `waiting`."""
        return ModelError(
            f"{self.model} at {self.host} did not answer within {seconds:g} s ({waiting}). Try again, or choose a "
            "quicker model.",
            "slow",
        )

    def too_long_a_wait(self, failed: Failed, wait: float) -> ModelError:
        """The server asks for more patience than the call has."""
        return ModelError(
            f"{self.host} asks to wait {_span(wait)} before the next question to {self.model}, longer than this "
            "call may take. Try again after that.",
            failed.error.kind,
        )

    def refused(self, said: str) -> ModelError:
        """The model declined by the field that the protocol has for it, or a filter of the server did."""
        return ModelError(
            f"{self.model} declined to answer{self._clean(said)}. Word the idea in another way, or plan without the "
            "model.",
            "refused",
        )

    def _clean(self, said: str) -> str:
        line = " ".join(self.scrubber.all(said).split())
        line = line if len(line) <= _QUOTED else line[:_QUOTED] + "…"
        return f" (it says: “{line.rstrip('.')}”)" if line else ""


def said_in(body: Any) -> str:
    """The message in the body of an error, whatever shape it has; "" where there is none or it is a web page."""
    if isinstance(body, str):
        return "" if re.match(r"\s*<(!doctype|html)", body, re.IGNORECASE) else body
    if isinstance(body, Mapping):
        for name in ("message", "error", "detail"):
            value = body.get(name)
            if isinstance(value, str):
                return value
            if isinstance(value, Mapping):
                return said_in(value)
        return json.dumps(body, ensure_ascii=False, default=str) if body else ""
    return "" if body is None else json.dumps(body, ensure_ascii=False, default=str)


def is_address(address: str) -> bool:
    """Whether a text is an address of the web: http or https, and a host."""
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)


def host_of(address: str) -> str:
    """Host and port of an address, without name and password."""
    try:
        parts = urlsplit(address)
        return parts.netloc.rpartition("@")[2] or address[:80]
    except ValueError:
        return address[:80]


def shown_address(address: str) -> str:
    """An address without the name and password that it may hold."""
    return re.sub(r"//[^/@]*@", "//", address)[:200]


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
