"""A real HTTP server that speaks the OpenAI protocol and misbehaves on cue.

    with unkind_server() as server:
        server.script([status(503), answer('{"positiveSearch": ["tent"], "negativeSearch": []}')])
        model = OpenAIModel("small", base_url=server.url, api_key="sk-...")

Each question takes the next behaviour of the script; the last one stays for all that follow. A behaviour is a function
of an `Exchange`: a test may write its own. `server.requests` are the questions as they came, in order.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass(frozen=True)
class Asked:
    """One request: `headers` with lower-case names, `body` parsed."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass
class Exchange:
    """One question under way, and the ways to answer it."""

    asked: Asked
    handler: BaseHTTPRequestHandler
    closing: threading.Event

    def whole(self, code: int, body: str, headers: Mapping[str, str] | None = None, kind: str = "application/json"):
        """Answer in one piece."""
        data = body.encode()
        self.handler.send_response(code)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def begin_stream(self) -> None:
        """Begin a stream of server-sent events."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "text/event-stream")
        self.handler.send_header("Transfer-Encoding", "chunked")
        self.handler.end_headers()

    def send(self, data: str) -> None:
        """One piece of a stream as it goes over the wire."""
        raw = data.encode()
        self.handler.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.handler.wfile.flush()

    def piece(self, delta: Mapping[str, Any], *, finish: str | None = None, logprobs: Any = None) -> None:
        """One piece of an answer."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
        self.send("data: " + json.dumps({**self._head(), "choices": [choice]}) + "\n\n")

    def usage(self, tokens_in: int, tokens_out: int) -> None:
        """What the answer took."""
        used = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
        self.send("data: " + json.dumps({**self._head(), "choices": [], "usage": used}) + "\n\n")

    def end_stream(self) -> None:
        """End the stream as one should."""
        self.send("data: [DONE]\n\n")
        self.handler.wfile.write(b"0\r\n\r\n")

    def hang_up(self, *, rudely: bool) -> None:
        """Close the connection in the middle, with a reset (`rudely`) or an end of data."""
        connection = self.handler.connection
        if rudely:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        else:
            connection.shutdown(socket.SHUT_RDWR)
        self.handler.close_connection = True

    def _head(self) -> dict[str, Any]:
        model = self.asked.body.get("model")
        return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}


Behaviour = Callable[[Exchange], None]


def answer(
    text: str,
    *,
    usage: tuple[int, int] | None = (12, 7),
    finish: str = "stop",
    logprobs: Sequence[tuple[str, float]] | None = None,
    pieces: int = 3,
    echo_key: bool = False,
) -> Behaviour:
    """A well-behaved answer, in a few pieces. `logprobs` are given for the first token where they were asked for."""

    def behave(exchange: Exchange) -> None:
        said = text + (" " + exchange.asked.headers.get("authorization", "") if echo_key else "")
        exchange.begin_stream()
        exchange.piece({"role": "assistant", "content": ""})
        step = max(1, -(-len(said) // pieces))
        for start in range(0, len(said), step):
            first = start == 0 and logprobs is not None and exchange.asked.body.get("logprobs")
            exchange.piece({"content": said[start : start + step]}, logprobs=_logprobs(logprobs) if first else None)
        exchange.piece({}, finish=finish)
        if usage is not None and (exchange.asked.body.get("stream_options") or {}).get("include_usage"):
            exchange.usage(*usage)
        exchange.end_stream()

    return behave


def _logprobs(pairs: Sequence[tuple[str, float]] | None) -> dict[str, Any]:
    top = [{"token": token, "logprob": value, "bytes": None} for token, value in pairs or ()]
    return {"content": [{**top[0], "top_logprobs": top}], "refusal": None}


def said_by(speak: Callable[[Mapping[str, Any]], str]) -> Behaviour:
    """An answer that depends on the body of the question."""
    return lambda exchange: answer(speak(exchange.asked.body))(exchange)


def at_once(text: str, *, usage: tuple[int, int] | None = (12, 7)) -> Behaviour:
    """The whole answer as one JSON document, by a server that does not stream."""

    def behave(exchange: Exchange) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        body: dict[str, Any] = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        if usage is not None:
            body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        exchange.whole(200, json.dumps(body))

    return behave


def refusal(text: str) -> Behaviour:
    """A refusal in the field that the protocol has for it."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.piece({"role": "assistant", "content": None, "refusal": text})
        exchange.piece({}, finish="stop")
        exchange.end_stream()

    return behave


def status(
    code: int,
    message: str = "The server says no.",
    *,
    headers: Mapping[str, str] | None = None,
    kind: str | None = None,
    echo_key: bool = False,
) -> Behaviour:
    """An error of HTTP; `kind` is the error's `code` field, `echo_key` puts the caller's key into the message."""

    def behave(exchange: Exchange) -> None:
        said = message + (" " + exchange.asked.headers.get("authorization", "") if echo_key else "")
        exchange.whole(code, json.dumps({"error": {"message": said, "type": "error", "code": kind}}), headers)

    return behave


def page(html: str = "<html><body>Welcome!</body></html>", code: int = 200) -> Behaviour:
    """A web page, by something that is no model server."""
    return lambda exchange: exchange.whole(code, html, kind="text/html; charset=utf-8")


def wire(*lines: str) -> Behaviour:
    """A stream of exactly these lines."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        for line in lines:
            exchange.send(line + "\n\n")
        exchange.end_stream()

    return behave


def reset(*, after: str | None = None, rudely: bool = True) -> Behaviour:
    """A connection that breaks: at once, or after some words of an answer."""

    def behave(exchange: Exchange) -> None:
        if after is not None:
            exchange.begin_stream()
            exchange.piece({"role": "assistant", "content": after})
        exchange.hang_up(rudely=rudely)

    return behave


def silence(*, after: str | None = None) -> Behaviour:
    """No answer, for as long as the server lives; or none after some first words."""

    def behave(exchange: Exchange) -> None:
        if after is not None:
            exchange.begin_stream()
            exchange.piece({"role": "assistant", "content": after})
        exchange.closing.wait()
        exchange.hang_up(rudely=False)

    return behave


def trickle(text: str = "x", *, every: float = 0.05) -> Behaviour:
    """An answer that goes on for ever, a little at a time."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        number = 0
        while not exchange.closing.wait(every):
            number += 1
            exchange.piece({"content": f"{text}{number} "})

    return behave


def slow_headers(*, every: float = 0.05) -> Behaviour:
    """Headers that never come to an end, which no limit of a single read would notice."""

    def behave(exchange: Exchange) -> None:
        exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not exchange.closing.wait(every):
            exchange.handler.wfile.write(b"X-More: 1\r\n")

    return behave


def repeating(unit: str, *, times: int = 100_000) -> Behaviour:
    """An answer that says the same over and over, quickly."""

    def behave(exchange: Exchange) -> None:
        exchange.begin_stream()
        for _ in range(times):
            exchange.piece({"content": unit})
        exchange.piece({}, finish="length")
        exchange.end_stream()

    return behave


def without(field_names: Iterable[str], then: Behaviour, *, code: int = 400) -> Behaviour:
    """A server that refuses requests with one of these fields (`response_format.json_schema` for a kind of it)."""
    names = tuple(field_names)

    def behave(exchange: Exchange) -> None:
        body = exchange.asked.body
        found = body.get("response_format") or {}
        present = {*body, f"response_format.{found.get('type')}"} if found else set(body)
        for name in names:
            if name in present:
                status(code, f"Unsupported parameter: '{name}' is not supported with this model.")(exchange)
                return
        then(exchange)

    return behave


@dataclass
class UnkindServer:
    """`url` is the base address of the protocol (it ends in /v1); `models` are what it says that it serves."""

    url: str
    closing: threading.Event
    models: list[str] = field(default_factory=lambda: ["small"])
    requests: list[Asked] = field(default_factory=list)
    models_answer: Behaviour | None = None
    _script: list[Behaviour] = field(default_factory=lambda: [answer("{}")])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, behaviours: Iterable[Behaviour]) -> None:
        """What the next questions get; the last behaviour stays."""
        with self._lock:
            self._script = list(behaviours)

    def next_behaviour(self, asked: Asked) -> Behaviour:
        with self._lock:
            self.requests.append(asked)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        asked = self._asked(json.loads(self.rfile.read(size) or b"{}"))
        if not self.path.endswith("/chat/completions"):
            status(404, f"There is nothing at {self.path}.")(self._exchange(asked))
            return
        self._behave(self._unkind.next_behaviour(asked), asked)

    def do_GET(self) -> None:
        asked = self._asked({})
        if not self.path.endswith("/v1/models"):
            self._behave(page(code=404), asked)
        elif self._unkind.models_answer is not None:
            self._behave(self._unkind.models_answer, asked)
        else:
            listed = [{"id": name, "object": "model", "created": 1, "owned_by": "x"} for name in self._unkind.models]
            self._exchange(asked).whole(200, json.dumps({"object": "list", "data": listed}))

    @property
    def _unkind(self) -> UnkindServer:
        return cast(_Server, self.server).unkind

    def _asked(self, body: Mapping[str, Any]) -> Asked:
        return Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)

    def _exchange(self, asked: Asked) -> Exchange:
        return Exchange(asked, self, self._unkind.closing)

    def _behave(self, behaviour: Behaviour, asked: Asked) -> None:
        try:
            behaviour(self._exchange(asked))
        except OSError:
            self.close_connection = True  # the other side went away, which is what some tests are about

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    unkind: UnkindServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def unkind_server() -> Generator[UnkindServer]:
    """A server on a free port of this machine, for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.unkind = UnkindServer(f"http://127.0.0.1:{server.server_port}/v1", threading.Event())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.unkind
    finally:
        server.unkind.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
