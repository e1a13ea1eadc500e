"""One research at work: what it asks, where it looks, what it may think with; and how it asks the model.

The model is a help, never a condition: where it fails or its budget is spent, the operator is told and the work goes on
by rules with what there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from core.domain import Evidence, Finding, Intent
from core.errors import BudgetSpent, ModelError
from core.events import Event, Warned
from core.llm.awaited import awaited
from core.llm.contract import ChatModel, ChatReply, ChatRequest, Stopped
from core.llm.structured import Remembering, ask
from core.prompts import load_prompt, quoted
from core.research.contract import PageReader, SearchProvider
from core.research.named import Sold, extract, in_words
from core.research.notebook import Notebook

T = TypeVar("T")

STAGE = "research"
_LEAST_SECONDS = 1.0
# After these the next question may still be answered; after any other fault of a model the rest is done without it.
_PASSING = frozenset(("unreadable", "refused", "empty"))
_NAMED = 4


@dataclass(slots=True)
class Inquiry:
    """`model` None works by rules, and becomes None where the model cannot go on. `today` decides the year asked for.

    `sold` says how many products hold the words of each phrase, None where nobody can say. `spent` tells that a budget
    ended the thinking.
    """

    intent: Intent
    notebook: Notebook
    provider: SearchProvider
    reader: PageReader
    model: ChatModel | None
    today: date
    sold: Sold | None = None
    spent: bool = False

    def thought_of(
        self,
        prompt: str,
        places: Mapping[str, str],
        read: Callable[[Any], T],
        *,
        schema: Mapping[str, Any],
        note: str,
        max_tokens: int,
    ) -> Generator[Event, None, T | None]:
        """What the model answers to a prompt file, read; None without a model, and where it fails, which is said."""
        if self.model is None:
            return None
        model = _Counted(self.model, self.notebook)
        try:
            seconds = min(self.notebook.limits.model_seconds, self.notebook.seconds_left)
            if seconds < _LEAST_SECONDS:
                raise BudgetSpent(
                    f"The {self.notebook.limits.seconds:g} seconds for this research are over; what was found is kept."
                )
            found = load_prompt(prompt)
            request = ChatRequest(
                found.name,
                found.version,
                found.system,
                found.fill(**places),
                schema=schema,
                max_tokens=max_tokens,
                seconds=seconds,
            )
            value, _ = yield from awaited(STAGE, lambda stopped: ask(model, request, read, stopped=stopped), note=note)
            return value
        except ModelError as error:
            if error.kind not in _PASSING:
                self.model = None
            yield self._warned(f"{error} The research goes on by rules.", str(error))
        except BudgetSpent as error:
            self.model, self.spent = None, True
            yield self._warned(str(error), str(error))
        return None

    def _warned(self, message: str, note: str) -> Warned:
        self.notebook.say(note)
        return Warned(STAGE, message)

    def by_rules(self) -> tuple[tuple[Finding, ...], str]:
        """Findings and summary without the model: what is counted, and nothing concluded."""
        notebook = self.notebook
        findings = extract(notebook.evidence, self.intent, sold=self.sold)
        gathered = {one.key for one in notebook.evidence if one.source in ("web", "library")}
        told = [finding for finding in findings if gathered.issuperset(finding.evidence)]
        named = list(dict.fromkeys(term for finding in told for term in finding.terms))[:_NAMED]
        parts = [
            f"{_many(notebook.searches, 'search', 'searches')}, {_many(notebook.pages, 'page', 'pages')} read, "
            f"{_many(len(notebook.evidence), 'passage', 'passages')} kept."
        ]
        if named:
            parts.append(f"Named most: {in_words(named)}.")
        return findings, " ".join(parts)


class _Counted:
    """A model whose answers are counted in the notebook, those of a call that fails later too."""

    def __init__(self, model: ChatModel, notebook: Notebook) -> None:
        self._model, self._notebook = model, notebook

    @property
    def name(self) -> str:
        return self._model.name

    def complete(self, request: ChatRequest, *, stopped: Stopped | None = None) -> ChatReply:
        reply = self._model.complete(request, stopped=stopped)
        self._notebook.spend(reply)
        return reply

    def forget(self, request: ChatRequest) -> None:
        if isinstance(self._model, Remembering):
            self._model.forget(request)


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def brief(intent: Intent, today: date) -> str:
    """An intent as prompts show it: one line each for what is known, marked as the operator's own words."""
    price = intent.filters.price
    low, high = price if price is not None else (None, None)
    said = {
        "Idea": intent.text,
        "Wanted": intent.what,
        "For whom": intent.audience or "",
        "Occasion": intent.occasion or "",
        "Season": intent.season or "",
        "Days": "" if intent.dates is None else f"{intent.dates[0]} to {intent.dates[1]}",
        "Must have": ", ".join(intent.must_have),
        "Must not": ", ".join(intent.must_not),
        "Price from": "" if low is None else f"{low:g}",
        "Price up to": "" if high is None else f"{high:g}",
        "Language": intent.locale,
        "Today": str(today),
    }
    return quoted("operator", "\n".join(f"{name}: {value}" for name, value in said.items() if value))


_LABEL = re.compile(r"\s*[\[(](?:evidence\s*)?e\d+(?:\s*[,;]\s*e\d+)*[\])]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Digest:
    """Evidence as a prompt shows it. Passages have names of the prompt's own, given in an order that does not hang on
    which page came first, so that the same evidence makes the same prompt and a kept answer serves again."""

    text: str
    keys: Mapping[str, str]
    """Name in the prompt ("e1") to key in the research."""

    def key_of(self, name: object) -> str | None:
        """The key of a passage that a model cites as "e3", "[E3]" or 3; None for one that it was not shown."""
        digits = re.fullmatch(r"\W*e?(\d+)\W*", str(name).strip().lower())
        return None if digits is None else self.keys.get(f"e{digits[1]}")


def digest(evidence: Sequence[Evidence], queries: Sequence[str], *, most: int, length: int) -> Digest:
    """At most `most` passages of at most `length` characters, the searches taking turns."""
    place = {query: number for number, query in enumerate(queries, start=1)}
    ordered = sorted(evidence, key=lambda e: (place.get(e.query, 0), e.address, e.page or 0, e.text))
    shares: dict[int, int] = {}
    turns: list[tuple[int, int]] = []
    for found in ordered:
        group = place.get(found.query, 0)
        turns.append((shares.get(group, 0), group))
        shares[group] = shares.get(group, 0) + 1
    chosen = sorted(sorted(range(len(ordered)), key=lambda i: turns[i])[:most])
    keys: dict[str, str] = {}
    lines: list[str] = []
    for number, index in enumerate(chosen, start=1):
        found = ordered[index]
        keys[f"e{number}"] = found.key
        when = "" if found.when is None else f", written {found.when}"
        where = found.title if found.page is None else f"{found.title}, page {found.page}"
        lines.append(f"e{number}\n{quoted(found.source, f'{where}{when}:{chr(10)}{found.text}', limit=length)}")
    return Digest("\n\n".join(lines) or "none", keys)


def without_labels(text: str) -> str:
    """A sentence without "[e3]" and the like: the names of a prompt mean nothing outside of it."""
    return " ".join(_LABEL.sub("", text).split())
