"""A real HTTP server of web pages that misbehaves on cue: it breaks off, trickles, keeps silent, sends without end."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Route = Callable[["Asking"], None]


@dataclass
class Site:
    """One server. `routes` are by path without the query; `/robots.txt` answers 404 where there is no route for it.

    `seen` are the paths that were asked for, in order; `bodies` and `headers` what came with them; `sent` counts the
    bytes of bodies that were handed to the network.
    """

    host: str
    port: int
    routes: dict[str, Route]
    scheme: str = "http"
    seen: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    sent: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def trusted(self) -> frozenset[str]:
        """Lets a page reader read this server and no other on this machine."""
        return frozenset({f"{self.host}:{self.port}"})


class Asking(BaseHTTPRequestHandler):
    """One request, with ways to answer it badly."""

    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        site = self.site
        site.seen.append(self.path)
        site.headers.append({name.lower(): value for name, value in self.headers.items()})
        site.bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
        # A client that hangs up is what many of these answers are for.
        with suppress(ConnectionError, ssl.SSLError, OSError):
            route = site.routes.get(self.path.split("?")[0])
            if route is None:
                self.reply(404, b"nothing here", "text/plain")
            else:
                route(self)

    def reply(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """A whole, well-behaved answer."""
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.push(body)

    def push(self, data: bytes) -> None:
        """Send bytes and count them."""
        self.wfile.write(data)
        self.site.sent += len(data)

    def reset(self) -> None:
        """Break the connection with a RST, as a crashed server does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())  # `close` would wait for the files that read and write it

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def page(body: bytes | str, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Route:
    """A page as it should be; underscores of header names become hyphens."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asking: asking.reply(status, data, kind, named)


def redirect(address: str, status: int = 302) -> Route:
    """Sends on to `address`."""
    return lambda asking: asking.reply(status, b"", "", {"Location": address})


def in_turn(*routes: Route) -> Route:
    """The first route for the first request, the second for the second; the last for all that follow."""
    left = list(routes)
    return lambda asking: (left.pop(0) if len(left) > 1 else left[0])(asking)


def reset(asking: Asking) -> None:
    """No answer: the connection is reset."""
    asking.reset()


def half(asking: Asking) -> None:
    """Promises a thousand bytes, sends some, and resets."""
    asking.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html><p>Half a page"
    )
    asking.wfile.flush()
    time.sleep(0.1)
    asking.reset()


def silent(asking: Asking) -> None:
    """Never answers."""
    asking.site.closing.wait(30)


def trickle(start: bytes, drop: bytes = b"x") -> Route:
    """Sends `start` and then a few bytes ten times a second, for ever."""

    def answer(asking: Asking) -> None:
        asking.wfile.write(start)
        while not asking.site.closing.wait(0.1):
            asking.push(drop)

    return answer


def endless(total: int, *, declared: bool, kind: str = "text/html") -> Route:
    """A body of `total` bytes of words, with or without its length said before."""

    def answer(asking: Asking) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n"
        asking.wfile.write((head + (f"Content-Length: {total}\r\n" if declared else "") + "\r\n").encode())
        asking.close_connection = True
        block = b"<p>words without end</p>\n" * 2_600
        while asking.site.sent < total and not asking.site.closing.is_set():
            asking.push(block)

    return answer


@contextmanager
def website(
    routes: Mapping[str, Route] | None = None, *, certificate: Path | None = None, host: str = "127.0.0.1"
) -> Iterator[Site]:
    """A server on a free port of `host`; `certificate` is a PEM file of key and certificate, for https."""
    handler = type("SiteAsking", (Asking,), {})
    server = ThreadingHTTPServer((host, 0), handler)
    server.daemon_threads = True
    site = Site(host, server.server_address[1], dict(routes or {}))
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        site.scheme = "https"
    handler.site = site  # type: ignore[attr-defined]
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
