"""The way out to pages: connections to checked addresses, of which every wait and every body is bounded.

`httpx2` has no time limit for a whole answer, and one that trickles would hold a thread for ever. So its engine
`httpcore2` is used here with connections that know when they have to end.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpcore2
import httpx2

from core.errors import PageError
from core.research.deadline import Deadline

AGENT = "ShelfcraftResearch"
USER_AGENT = f"Mozilla/5.0 (compatible; {AGENT}/1.0; reads single pages for a merchandiser)"
CONNECT_SECONDS = 5.0
QUIET_SECONDS = 10.0

Addresses = Callable[[str, int, float], Sequence[str]]
"""Host, port and seconds to the addresses to connect to; raises `PageError`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Names of `headers` are in small letters; `body` is unpacked, and empty but for a 2xx.

    `whole` is False where `body` was cut at the limit.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


class _Stream(httpcore2.NetworkStream):
    """A connection whose reads and writes end at the deadline, however few bytes come at a time."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _bounded(timeout, self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _bounded(timeout, self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _bounded(timeout, self._deadline))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _bounded(timeout: float | None, deadline: Deadline) -> float:
    left = deadline.left()
    if left <= 0.0:
        raise httpcore2.ReadTimeout("the time for the whole page is over")
    return left if timeout is None else min(timeout, left)


class _Backend(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, never to a name. A host is looked up once."""

    def __init__(self, addresses: Addresses, deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()
        self._found: dict[tuple[str, int], Sequence[str]] = {}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: httpcore2.ConnectError | httpcore2.ConnectTimeout = httpcore2.ConnectError("no address")
        if (host, port) not in self._found:
            self._found[host, port] = self._addresses(host, port, _bounded(timeout, self._deadline))
        for address in self._found[host, port]:
            try:
                wait = _bounded(timeout, self._deadline)
                stream = self._sockets.connect_tcp(address, port, wait, local_address, socket_options)
                return _Stream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class Web:
    """The connections of one reading; close it. Redirects are the caller's: it has to look at each address first."""

    def __init__(self, addresses: Addresses, deadline: Deadline, context: ssl.SSLContext) -> None:
        self._deadline = deadline
        # No proxy of the environment: it would resolve names by itself, past the check of addresses.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context, network_backend=_Backend(addresses, deadline), max_connections=4
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def get(self, url: httpx2.URL, *, limit: int, cut: bool = False) -> Answer:
        """One answer, its body of at most `limit` bytes; raises `PageError`, also for a longer body unless `cut`."""
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.1",
            "Accept-Encoding": "gzip",
            "Accept-Language": "*",
        }
        waits = {"connect": CONNECT_SECONDS, "read": QUIET_SECONDS, "write": QUIET_SECONDS, "pool": CONNECT_SECONDS}
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            with self._pool.stream(
                "GET", target, headers=list(headers.items()), extensions={"timeout": waits}
            ) as response:
                return _received(url, response, limit, cut)
        except httpcore2.TimeoutException as error:
            raise PageError(self._late(url)) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, zlib.error) as error:
            raise PageError(_broken(url, error)) from error

    def _late(self, url: httpx2.URL) -> str:
        if self._deadline.left() <= 0.0:
            return f"{url.host} was not read: the page was not there after {self._deadline.seconds:g} s. Read another."
        return f"{url.host} was not read: it does not answer. Try again later, or read another page."


def _broken(url: httpx2.URL, error: Exception) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return f"{url.host} was not read: its certificate is not valid; it may be somebody else. Read another page."
    if isinstance(error, httpcore2.ConnectError):
        return f"{url.host} was not read: it takes no connection. Check the address, or read another page."
    return f"{url.host} was not read: the connection broke off. Try again, or read another page."


def _received(url: httpx2.URL, response: httpcore2.Response, limit: int, cut: bool) -> Answer:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if not 200 <= response.status < 300:
        return Answer(str(url), response.status, headers, b"")
    declared = headers.get("content-length", "")
    body = bytearray()
    if cut or not declared.isdigit() or int(declared) <= limit:
        unpack = _unpacker(url, headers.get("content-encoding", ""))
        for piece in response.iter_stream():
            body += unpack(piece, limit + 1 - len(body))
            if len(body) > limit:
                break
        else:
            return Answer(str(url), response.status, headers, bytes(body))
    if not cut:
        raise PageError(
            f"{url.host} was not read: the page is larger than {limit / 1e6:g} MB. Read another, or add the part that "
            "matters to the trend library."
        )
    return Answer(str(url), response.status, headers, bytes(body[:limit]), whole=False)


def _unpacker(url: httpx2.URL, encoding: str) -> Callable[[bytes, int], bytes]:
    """Unpacks a body piece by piece, never by more than it is asked for: a small packed body can hold gigabytes."""
    match encoding.strip().lower():
        case "" | "identity":
            return lambda piece, room: piece
        case "gzip" | "x-gzip":
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress
        case _:
            raise PageError(f"{url.host} was not read: it packs its pages as {encoding[:40]!r}. Read another page.")
