"""The outside world in one process of its own, with fixed waits: a language model and a web search, over real HTTP.

A question to the model takes `model` seconds, a search `search` seconds, a page no time to speak of. The model knows
which of the studio's prompts it is asked by the answer that the prompt wants, and answers in the shape of it. It speaks
the OpenAI protocol with streaming; the search speaks SearXNG's JSON. Used by the benches, browser tests and pictures.

    python -m tests.servers.outside --port 9000 --model 1.0 --search 0.5
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

DEEP_TURNS = 6
MODEL = "outside"
_DATA = re.compile(r"<data[^>]*>\s*(.*?)\s*</data>", re.DOTALL)

SIDES = (
    ("packing", "packing list first trip"),
    ("games", "outdoor games small children"),
    ("meals", "easy meals campfire stove"),
    ("sleep", "warm sleeping mats bags"),
    ("light", "lamps torches after dark"),
    ("weather", "rain cover waterproof wear"),
    ("safety", "first aid sun insects"),
    ("trends", "best selling gear season"),
)
"""Sides of an idea, each with a query of words that no other has."""

TERMS = ("sleeping bags", "camping lanterns", "family tents", "picnic blankets", "head torches", "camping chairs")
SENTENCES = (
    "Families who camp for the first time ask for tents that stand in minutes and sleep four.",
    "Sleeping bags in children's sizes sell out first when the holidays begin.",
    "Lanterns that hang in the tent and do not get hot are what parents look for.",
    "Picnic blankets with a waterproof back are used on most days of a trip.",
    "Head torches keep hands free, and children love to have one of their own.",
    "Folding chairs in small sizes make a place at the fire for everybody.",
)


def answer(system: str, user: str) -> Any:
    """What the model says to one of the studio's prompts."""
    wants = system.rsplit("nothing else", 1)[-1]
    theme = (_DATA.search(user) or re.match("(.*)", user))[1].removeprefix("Idea:").strip()[:80]  # type: ignore[index]
    if '"queries"' in wants:
        return {"queries": [{"query": _query(words, theme), "facet": side} for side, words in SIDES[:6]]}
    if '"thought"' in wants:
        return _step(user, theme)
    if '"findings"' in wants:
        keys = re.findall(r"\be\d+\b", user) or ["e1"]
        return {
            "summary": "Shelter, sleep, light and something to sit on; children want things of their own size.",
            "findings": [
                {"finding": SENTENCES[n], "terms": [TERMS[n]], "evidence": [keys[n % len(keys)]]} for n in range(4)
            ],
        }
    if '"completeness"' in wants:
        reasons = {"completeness_reason": "Covers the idea.", "conciseness_reason": "Short."}
        return {**reasons, "completeness": 2, "conciseness": 2}
    if '"positiveSearch"' in wants:
        return _strategy(wants, user)
    if '"changes"' in wants:
        return _wish(user)
    if '"must_have"' in wants:
        return dict.fromkeys(("what", "audience", "occasion", "season", "dates", "must_have", "must_not", "price"))
    return {}


def _wish(user: str) -> dict[str, Any]:
    """What a wish comes to: the first word of the catalogue for the evening that the strategy does not have."""
    none = {"weight": None, "low": None, "high": None, "category": None, "in_stock": None, "size": None}
    term = next((word for word in ("string lights", "fairy lights", "candles") if word not in user), "lanterns")
    change = {"kind": "add_find", "said": "", "term": term, **none}
    return {"changes": [change], "rest": "", "sentence": f"Adds {term}, which make an evening of it."}


def _step(user: str, theme: str) -> dict[str, str]:
    """The next step of a deep search: the first side that was not searched for yet, `finish` after `DEEP_TURNS`."""
    steps = user.split("Steps so far")[-1].split("Hits whose pages")[0]
    done = sum(words in steps for _, words in SIDES)
    if done >= DEEP_TURNS:
        return {"thought": "Enough is known.", "action": "finish", "input": ""}
    side, words = SIDES[done]
    return {"thought": f"Nothing is known of {side} yet.", "action": "search", "input": _query(words, theme)}


def _query(words: str, theme: str) -> str:
    return f"{words} {max(theme.split()[:4], key=len, default='')}".strip()


def _strategy(wants: str, user: str) -> dict[str, Any]:
    keys = re.findall(r"\be\d+\b", user)
    positive = [
        {"term": term, "reason": "families bring it", "evidence": keys[n : n + 1]} for n, term in enumerate(TERMS)
    ]
    said: dict[str, Any] = {"note": "Shelter, sleep and light first.", "absent": "", "positiveSearch": positive}
    said["negativeSearch"] = [{"term": "doll", "reason": "toys are found by accident", "evidence": []}]
    if '"done"' in wants:
        # A revision that leaves something out is another strategy, until the third turn.
        turn = user.count('"turn"') or len(re.findall(r"\b[Tt]urn \d", user))
        said |= {"done": turn > 6, "positiveSearch": positive[: max(3, 6 - turn % 3)]}
    return said


def application(*, model_seconds: float, search_seconds: float) -> Starlette:
    """The server."""
    counts = {"model": 0, "search": 0, "page": 0}

    async def chat(request: Request) -> Response:
        counts["model"] += 1
        body = await request.json()
        await asyncio.sleep(model_seconds)
        messages = body["messages"]
        text = json.dumps(answer(_words(messages[0]), _words(messages[-1])))
        usage = {"prompt_tokens": sum(len(_words(m)) for m in messages) // 4, "completion_tokens": len(text) // 4}
        usage["total_tokens"] = sum(usage.values())
        head = {"id": "chatcmpl-1", "created": int(time.time()), "model": body.get("model")}
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": usage})
        return StreamingResponse(_stream(head, text, usage), media_type="text/event-stream")

    async def search(request: Request) -> Response:
        counts["search"] += 1
        await asyncio.sleep(search_seconds)
        query = request.query_params.get("q", "")
        base = str(request.base_url).rstrip("/")
        rows = [
            {
                "title": f"{query[:40]}: guide {n}",
                "url": f"{base}/page/{_number(query)}-{n}",
                "content": f"{SENTENCES[(_number(query) + n) % len(SENTENCES)]} {_brands(query, n)} Part {n}.",
            }
            for n in range(4)
        ]
        return JSONResponse({"query": query, "results": rows, "unresponsive_engines": []})

    async def page(request: Request) -> Response:
        counts["page"] += 1
        name = request.path_params["name"]
        paragraphs = "".join(
            f"<h2>Part {n}</h2><p>{sentence} This is what guide {name} says of it in its part {n}.</p>"
            for n, sentence in enumerate(SENTENCES)
        )
        return HTMLResponse(
            f"<html><head><title>Guide {name}</title></head><body><article>{paragraphs}</article></body></html>"
        )

    async def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    async def told(_: Request) -> Response:
        return JSONResponse(counts)

    routes = [
        Route("/v1/chat/completions", chat, methods=["POST"]),
        Route("/v1/models", models),
        Route("/search", search),
        Route("/page/{name}", page),
        Route("/counts", told),
    ]
    return Starlette(routes=routes)


def _words(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else " ".join(p.get("text", "") for p in content)


def _brands(query: str, n: int) -> str:
    """Made names that no other passage has, so that each one tells news."""
    digits = hashlib.sha256(f"{query} {n}".encode()).digest()
    names = ["".join("bdfgklmnprstvz"[d % 14] + "aeiou"[d % 5] for d in digits[k : k + 3]) for k in range(0, 27, 3)]
    return f"Makers: {', '.join(name.title() for name in names)}."


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:6], 16)


async def _stream(head: dict[str, Any], text: str, usage: dict[str, int]) -> AsyncIterator[str]:
    def piece(delta: dict[str, str], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**head, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"

    yield piece({"role": "assistant", "content": ""})
    for start in range(0, len(text), 400):
        yield piece({"content": text[start : start + 400]})
    yield piece({}, "stop")
    yield f"data: {json.dumps({**head, 'object': 'chat.completion.chunk', 'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


@dataclass(frozen=True)
class Outside:
    """Where the server answers."""

    address: str

    @property
    def model_url(self) -> str:
        """What `OPENAI_BASE_URL` has to be."""
        return f"{self.address}/v1"

    def counts(self) -> dict[str, int]:
        """How many questions, searches and pages it was asked for."""
        with urllib.request.urlopen(f"{self.address}/counts", timeout=10) as reply:
            found: dict[str, int] = json.load(reply)
        return found


@contextmanager
def outside(*, model_seconds: float = 1.0, search_seconds: float = 0.5) -> Iterator[Outside]:
    """The server in a process of its own, on a free port of this machine, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.outside", "--port", str(port)]
        + ["--model", str(model_seconds), "--search", str(search_seconds)],
        cwd=Path(__file__).resolve().parents[2],
    )
    place = Outside(f"http://127.0.0.1:{port}")
    try:
        for _ in range(200):
            assert process.poll() is None, "the server ended before it answered"
            try:
                place.counts()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        else:
            raise AssertionError("the server did not answer within 20 s")
        yield place
    finally:
        process.kill()
        process.wait(30)


def main() -> None:
    """Serve until killed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--model", type=float, default=1.0)
    arguments.add_argument("--search", type=float, default=0.5)
    given = arguments.parse_args()
    app = application(model_seconds=given.model, search_seconds=given.search)
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
