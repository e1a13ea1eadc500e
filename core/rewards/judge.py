"""The semantic component of the reward by a judge model, which sees the intent and the terms and nothing else.

completeness and conciseness of 0, 1 or 2 each by the rubric of `prompts/rewards.semantic.md`, at temperature 0;
value = (completeness + conciseness) / 4, in [0, 1] (papers.md section 5). The order of the terms carries no meaning, so
they are asked in the order of the alphabet: the same strategy always gets the same question.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain import Intent, Strategy
from core.errors import BudgetSpent, ModelError
from core.events import Event, Warned
from core.llm.awaited import awaited
from core.llm.contract import ChatModel, ChatRequest, Stopped
from core.llm.structured import ReplyInvalid, ask
from core.prompts import load_prompt, quoted

BEST = 2
"""The best grade of each half."""

_PROMPT = "rewards.semantic"
_REASON = 240
_REMEMBERED = 512

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        # The reason comes first, so that the grade follows from it.
        "completeness_reason": {"type": "string"},
        "completeness": {"type": "integer", "enum": [0, 1, 2]},
        "conciseness_reason": {"type": "string"},
        "conciseness": {"type": "integer", "enum": [0, 1, 2]},
    },
    "required": ["completeness_reason", "completeness", "conciseness_reason", "conciseness"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A judge's two grades of 0 to 2 with a sentence each ("" where it gave none), and which model judged."""

    completeness: int
    conciseness: int
    why_completeness: str = ""
    why_conciseness: str = ""
    judge: str = ""

    @property
    def value(self) -> float:
        """The semantic component, in [0, 1]."""
        return (self.completeness + self.conciseness) / (2 * BEST)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Both grades in words."""
        return (
            _sentence("Completeness", self.completeness, self.why_completeness),
            _sentence("Conciseness", self.conciseness, self.why_conciseness),
        )


def _sentence(name: str, grade: int, why: str) -> str:
    return f"{name} {grade} of {BEST} by the judge model{': ' + why if why else '.'}"


class SemanticJudge:
    """Judges by a model; remembers what it judged. Safe to share between threads."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Judged] = {}

    def judge(self, intent: Intent, strategy: Strategy, *, stopped: Stopped | None = None) -> Judged:
        """The grades of one strategy; raises what the model raises (`ModelError`, `BudgetSpent`, `RunCancelled`)."""
        key = (_intent_text(intent), _terms_text(strategy))
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known
        prompt = load_prompt(_PROMPT)
        request = ChatRequest(
            prompt=prompt.name,
            version=prompt.version,
            system=prompt.system,
            user=prompt.fill(intent=key[0], terms=key[1]),
            schema=SCHEMA,
            temperature=0.0,
            max_tokens=500,
        )
        judged, _ = ask(self._model, request, self._read, stopped=stopped)
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[key] = judged
        return judged

    def judged(self, intent: Intent, strategy: Strategy) -> Generator[Event, None, Judged | None]:
        """`judge` as long work; a judge that fails gives None and a warning, since a turn can be scored without it."""
        try:
            return (
                yield from awaited(
                    "judge",
                    lambda stopped: self.judge(intent, strategy, stopped=stopped),
                    note=f"{self._model.name} judges the terms",
                )
            )
        except (ModelError, BudgetSpent) as error:
            yield Warned("judge", f"The judge model did not judge this turn, so its terms are scored by rules. {error}")
            return None

    def _read(self, data: Any) -> Judged:
        if not isinstance(data, dict):
            raise ReplyInvalid('it is not a JSON object with "completeness" and "conciseness".')
        return Judged(
            _grade(data, "completeness"),
            _grade(data, "conciseness"),
            _reason(data, "completeness_reason"),
            _reason(data, "conciseness_reason"),
            self._model.name,
        )


def _intent_text(intent: Intent) -> str:
    said = {
        "idea": " ".join(intent.text.split()),
        "wanted": intent.what,
        "for whom": intent.audience or "",
        "occasion": intent.occasion or "",
        "season": intent.season or "",
        "every product must be": ", ".join(intent.must_have),
        "no product may be": ", ".join(intent.must_not),
    }
    return quoted("the operator", "\n".join(f"{name}: {value}" for name, value in said.items() if value))


def _terms_text(strategy: Strategy) -> str:
    terms = {"positiveSearch": sorted(strategy.positive), "negativeSearch": sorted(strategy.negative)}
    return quoted("terms", json.dumps(terms, ensure_ascii=False), limit=6_000)


def _grade(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= BEST:
        raise ReplyInvalid(f'"{name}" must be 0, 1 or 2, not {str(value)[:40]!r}.')
    return value


def _reason(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if len(text) <= _REASON else text[: _REASON - 1] + "…"
