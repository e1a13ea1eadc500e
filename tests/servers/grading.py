"""A model server that grades products over real HTTP, in the manners that servers have: with log-probabilities or
without, blind to the limit of tokens, thinking aloud first, contradicting itself, refusing, too busy.

    grader = Grader({"Blue tent": (0.0, 0.1, 0.2, 0.7)})
    with unkind_server() as server:
        server.script([grader])

What it believes of a product stands in `beliefs` by the product's title: probabilities of grades 1 to 4. At temperature
0 it says the likeliest grade, else it draws one.
"""

from __future__ import annotations

import math
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.unkind import Exchange, answer, refusal, status

Beliefs = Mapping[str, tuple[float, float, float, float]]

REASONS = (
    '\n<query>A thing.</query>\n<item>{title}</item>\n<category verdict="match">The same kind.</category>'
    '\n<attributes verdict="partial">No size is given.</attributes>\n<conclusion>{grade}</conclusion>'
)

SURE = {
    1: (0.94, 0.02, 0.02, 0.02),
    2: (0.02, 0.94, 0.02, 0.02),
    3: (0.02, 0.02, 0.94, 0.02),
    4: (0.02, 0.02, 0.02, 0.94),
}
"""Beliefs of a model that is sure of a grade, by the grade."""


@dataclass
class Grader:
    """A behaviour of `unkind_server`. `tells`: gives log-probabilities where they are asked for, the `top` likeliest.

    `heeds`: keeps to the limit of tokens. `before` is said before the grade. The titles in `contradicts` conclude with
    another grade than they begin with, those in `refuses` are refused; the first `busy` questions get 429, and one with
    a limit of tokens below `least` gets 400.
    """

    beliefs: Beliefs
    tells: bool = True
    top: int = 20
    heeds: bool = True
    before: str = ""
    contradicts: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    busy: int = 0
    least: int = 0
    seed: int = 0
    asked: list[str] = field(default_factory=list)
    """The titles in the order in which they were asked for, refusals and 429 included."""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._lock = threading.Lock()

    def __call__(self, exchange: Exchange) -> None:
        body = exchange.asked.body
        title = title_in(body)
        with self._lock:
            self.asked.append(title)
            self.busy -= 1
            busy, draw = self.busy >= 0, self._dice.random()
        if busy:
            status(429, "Slow down.", headers={"Retry-After": "0"})(exchange)
        elif title in self.refuses:
            refusal("I do not judge such things.")(exchange)
        elif body.get("max_tokens", 0) < self.least:
            status(400, "max_tokens is too small, no room is left for an answer.")(exchange)
        else:
            self._answer(exchange, title, draw)

    def _answer(self, exchange: Exchange, title: str, draw: float) -> None:
        body, belief = exchange.asked.body, self.beliefs[title]
        grade = 1 + max(range(4), key=lambda at: belief[at])
        if body.get("temperature"):
            grade = _drawn(belief, draw)
        concluded = 5 - grade if title in self.contradicts else grade
        said = f"{self.before}{grade}{REASONS.format(title=title, grade=concluded)}"
        tokens = re.findall(r"\s*\S+", said)
        if not self.before:
            tokens = [str(grade), *re.findall(r"\s*\S+", said[1:])]
        kept = tokens[: body["max_tokens"]] if self.heeds else tokens
        told = self._told(belief) if self.tells else None
        answer(
            "".join(kept), logprobs=told, usage=(200, len(kept)), finish="length" if len(kept) < len(tokens) else "stop"
        )(exchange)

    def _told(self, belief: tuple[float, ...]) -> list[tuple[str, float]]:
        if self.before:  # the first token is no grade
            return [(self.before.split()[0], -0.01), ("4", -5.0)]
        likely = sorted(((str(at + 1), share) for at, share in enumerate(belief) if share), key=lambda one: -one[1])
        return [(token, math.log(share)) for token, share in likely[: self.top]]


def _drawn(belief: tuple[float, ...], draw: float) -> int:
    for at, share in enumerate(belief):
        draw -= share
        if draw < 0:
            return at + 1
    return 4


def title_in(body: Mapping[str, Any]) -> str:
    """The title of the product that a question is about."""
    found = re.search(r"^title: (.*)$", body["messages"][-1]["content"], re.MULTILINE)
    assert found is not None, "the question shows no product"
    return found[1]
