"""A language model as a judge in tests: products, a memory, a book of one rule, and the judge on a real server."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.domain import Judgment, Product, RuleVerdict
from core.events import Event
from core.llm.client import Limits, OpenAIModel
from core.relevance.contract import Item, Question
from core.relevance.llm_judge import LLMJudge
from core.relevance.profile import Profile, profile
from core.relevance.reading import Reading
from tests.servers.grading import Grader
from tests.servers.unkind import UnkindServer

QUESTION = Question("blue tent")


def item(title: str, **more: Any) -> Item:
    product = Product(f"id of {title}", title, **more)
    return Item(product, profile(product), np.zeros(4, np.float32))


def told(work: Generator[Event, None, tuple[Judgment, ...]]) -> tuple[tuple[Judgment, ...], list[Event]]:
    events = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def judged(work: Generator[Event, None, tuple[Judgment, ...]]) -> tuple[Judgment, ...]:
    return told(work)[0]


@dataclass
class Memory:
    """Keeps judgments as the store does."""

    held: dict[str, Judgment] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)

    def kept_judgments(self, keys: Collection[str]) -> Mapping[str, Judgment]:
        return {key: self.held[key] for key in keys if key in self.held}

    def keep_judgments(self, judgments: Mapping[str, Judgment], *, query: str, run_id: str | None = None) -> None:
        self.held |= judgments
        self.queries.append(query)


class OneRule:
    """A book in which one rule speaks of red things."""

    version = "red-1"

    def __init__(self, *allows: int) -> None:
        self.allows = allows

    def verdicts(self, reading: Reading, profile: Profile) -> tuple[RuleVerdict, ...]:
        if "red" not in profile.title:
            return ()
        return (RuleVerdict("colour", "Another colour", "It is red.", self.allows),)  # type: ignore[arg-type]


def model_of(server: UnkindServer) -> OpenAIModel:
    return OpenAIModel("small", base_url=server.url, limits=Limits(pause=0.01))


def judge_of(server: UnkindServer, grader: Grader, **more: Any) -> LLMJudge:
    server.script([grader])
    return LLMJudge(model_of(server), **{"rules": None, **more})
