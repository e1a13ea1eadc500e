"""One question to a search service over HTTP: bounded in time and size, asked once more where that can help."""

from __future__ import annotations

import json as parsing
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Literal

import httpx2

from core.errors import SearchError
from core.research.deadline import Deadline, within
from core.research.web import AGENT

_ANSWER_BYTES = 4_000_000
_AGAIN = frozenset({429, 500, 502, 503, 504})
_PAUSE = 0.4


@dataclass(frozen=True, slots=True)
class Asked:
    """What a service answered. `json` is None where the body is no JSON; `kind` is its content type; `wait` says how
    long it asks to be left alone, in words, "" where it does not say. Nothing else of what it said is kept: an answer
    may repeat a key."""

    status: int
    kind: str
    json: Any
    wait: str = ""


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading all certificates takes as much of the processor as the rest of a search together."""
    return httpx2.create_ssl_context()


def ask(
    method: Literal["GET", "POST"],
    url: str,
    *,
    place: str,
    seconds: float,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    key: str | None = None,
) -> Asked:
    """The answer of the service that `place` names to the operator, whatever its status; raises `SearchError`.

    A broken connection, a 429 and a 5xx are tried once more after a moment (after `Retry-After`), if there is time.
    """
    deadline = Deadline(seconds)
    headers = {"User-Agent": AGENT, "Accept": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    waits = httpx2.Timeout(seconds, connect=min(5.0, seconds))
    # Leaving the client closes its connections, which ends a call that is late.
    # A key is sent to the address it was meant for, and to no other.
    bounds: dict[str, Any] = {"timeout": waits, "follow_redirects": key is None, "max_redirects": 3}
    with httpx2.Client(verify=_tls(), headers=headers, **bounds) as client:
        try:
            request = client.build_request(method, url, params=params, json=json)
        except httpx2.InvalidURL as error:
            raise SearchError(f"{place} has no address that can be called. Correct it.") from error
        last = False
        while True:
            pause = _PAUSE + random.random() * _PAUSE
            try:
                response = within(deadline.left(), lambda: _received(client, request))
            except (TimeoutError, httpx2.TimeoutException) as error:
                raise _late(place, seconds) from error
            except httpx2.TransportError as error:
                if last or pause >= deadline.left():
                    raise _unreachable(place, error) from error
            except httpx2.HTTPError as error:
                raise SearchError(f"{place} gave an answer that cannot be read. Check its address.") from error
            else:
                pause = max(pause, _retry_after(response[1]) or 0.0)
                if response[0] not in _AGAIN or last or pause >= deadline.left():
                    return _asked(*response)
            last = True
            time.sleep(pause)


def _received(client: httpx2.Client, request: httpx2.Request) -> tuple[int, httpx2.Headers, bytes]:
    response = client.send(request, stream=True)
    try:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _ANSWER_BYTES:
                raise httpx2.DecodingError("the answer is too large", request=request)
        return response.status_code, response.headers, bytes(body)
    finally:
        response.close()


def _asked(status: int, headers: httpx2.Headers, body: bytes) -> Asked:
    try:
        found = parsing.loads(body)
    except (ValueError, RecursionError):
        found = None
    seconds = _retry_after(headers)
    return Asked(status, headers.get("content-type", "").lower(), found, _in_words(seconds) if seconds else "")


def _retry_after(headers: httpx2.Headers) -> float | None:
    """The seconds of a `Retry-After`, which is a number or a date (RFC 9110, 10.2.3); None where there is none."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(min(int(text[:9]), 86_400))
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _late(place: str, seconds: float) -> SearchError:
    return SearchError(f"{place} had not answered after {seconds:g} s. Try again, or choose another search.")


def _unreachable(place: str, error: httpx2.TransportError) -> SearchError:
    if isinstance(error, httpx2.UnsupportedProtocol):
        return SearchError(f"{place} has no address that begins with http:// or https://. Correct it.")
    if isinstance(error, httpx2.ConnectError):
        return SearchError(f"{place} cannot be reached. Check address and connection, or choose another search.")
    return SearchError(f"{place} broke the connection off. Try again, or choose another search.")
