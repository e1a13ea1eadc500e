"""Asking a model for the grades of many products at once: one token each where the server tells its probabilities,
else several votes.

Both are about the same distribution: a vote is a draw of the first token at temperature 1, of which log-probabilities
would tell everything. So the first vote asks for log-probabilities too, and where they come nothing else is asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field

from core.domain import Grade, Probabilities
from core.errors import BudgetSpent, ModelError, ShelfcraftError
from core.events import Event, StageProgress
from core.llm.awaited import gathered
from core.llm.contract import ChatModel, ChatReply, Stopped
from core.llm.structured import without_thoughts
from core.relevance.llm_answer import of_first_token, of_votes, read_answer
from core.relevance.llm_question import Case, request_of

STAGE = "relevance"
TOP_LOGPROBS = 20
"""The most that servers commonly give."""

LENGTHS = (1, 8, 1_500)
"""Tokens of an answer: the grade alone; room for a blank or a word before it; room for a model that thinks first."""

_FATAL = frozenset({"key", "forbidden", "missing"})
_PASSING = frozenset({"unreachable", "busy", "server", "slow"})


class Halt:
    """What ends a batch before its time: a budget that is spent, a model that cannot be reached. Safe to share."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._failures = 0
        self.error: ShelfcraftError | None = None

    def check(self) -> None:
        """Raise what ended the batch, where something did."""
        if self.error is not None:
            raise self.error

    def met(self, error: ShelfcraftError | None) -> None:
        """Take note of how a call ended (None: well); `patience` failures in a row of a server that may come back
        end the batch, one that cannot pass ends it at once."""
        kind = error.kind if isinstance(error, ModelError) else None
        with self._lock:
            self._failures = self._failures + 1 if kind in _PASSING else 0 if error is None else self._failures
            if isinstance(error, BudgetSpent) or kind in _FATAL or self._failures >= self._patience:
                self.error = self.error or error


@dataclass(slots=True)
class Samples:
    """What was heard of one case. `probabilities` where the server told them, else `votes`; `void` counts votes that
    contradicted themselves, `unread` is an answer that began with no grade, `error` the first failure."""

    probabilities: Probabilities | None = None
    votes: list[Grade] = field(default_factory=list)
    heard: int = 0
    void: int = 0
    unread: str | None = None
    error: ShelfcraftError | None = None

    def ended(self, votes: int) -> bool:
        """Whether nothing more will be asked of this case."""
        return self.probabilities is not None or self.error is not None or self.heard >= votes

    def settled(self, votes: int) -> Probabilities | None:
        """The distribution of `votes` votes; None where it contradicts itself, or half of the votes do not count."""
        if self.probabilities is not None:
            return None if self.void else self.probabilities
        return of_votes(self.votes) if 2 * len(self.votes) > votes else None


@dataclass(frozen=True, slots=True)
class _Sample:
    """One answer: the distribution of its first token (None: not told), the grade that it begins with."""

    probabilities: Probabilities | None
    grade: Grade | None
    contradicts: bool
    told: bool
    text: str


class Sampler:
    """Asks one model, and learns on the way how long its answers must be and whether it tells log-probabilities.

    Safe to share between threads.
    """

    def __init__(self, model: ChatModel, *, votes: int, at_once: int, seconds: float) -> None:
        self._model = model
        self._votes = votes
        self._at_once = at_once
        self._seconds = seconds
        self._lock = threading.Lock()
        self._length = 0
        self._longer = [0] * len(LENGTHS)
        self.tells: bool | None = None
        """Whether the server tells log-probabilities; None until it was asked."""

    @property
    def thinks(self) -> bool:
        """Whether the model was seen to need room before its grade."""
        return self._length == len(LENGTHS) - 1

    def sampled(
        self, cases: Sequence[Case], halt: Halt, *, done: int, total: int
    ) -> Generator[Event, None, dict[str, Samples]]:
        """Ask for the grade of every case; returns what was heard by the cases' keys. Progress counts cases from
        `done` of `total`."""
        heard = {case.key: Samples() for case in cases}
        first = range(self._votes) if self.tells is False else range(1)
        # Case by case, so that a budget that ends leaves whole judgments and not some votes for each.
        yield from self._wave([(case, n) for case in cases for n in first], heard, halt, done=done, total=total)
        lacking = [c for c in cases if heard[c.key].probabilities is None and heard[c.key].error is None]
        rest = range(len(first), self._votes)
        yield from self._wave([(case, n) for case in lacking for n in rest], heard, halt, done=done, total=total)
        return heard

    def _wave(
        self, asked: Sequence[tuple[Case, int]], heard: dict[str, Samples], halt: Halt, *, done: int, total: int
    ) -> Generator[Event, None, None]:
        calls = {f"{case.key}/{n}": self._call(case, n, halt) for case, n in asked}

        def on_done(name: str, result: _Sample | ShelfcraftError) -> Iterable[Event]:
            self._note(heard[name.partition("/")[0]], result)
            return ()

        note = f"{self._model.name} judges"
        for event in gathered(STAGE, calls, at_once=self._at_once, seconds=self._limit(), on_done=on_done, note=note):
            if isinstance(event, StageProgress):
                ended = sum(1 for samples in heard.values() if samples.ended(self._votes))
                event = StageProgress(STAGE, done + ended, total, note)
            yield event

    def _limit(self) -> float:
        return self._seconds * len(LENGTHS) + 5.0

    def _note(self, samples: Samples, result: _Sample | ShelfcraftError) -> None:
        samples.heard += 1
        if isinstance(result, ShelfcraftError):
            samples.error = samples.error or result
            return
        if self.tells is None or result.told:
            self.tells = result.told
        if result.contradicts:
            samples.void += 1
        if result.probabilities is not None:
            samples.probabilities = result.probabilities
        elif result.grade is None:
            samples.unread = samples.unread or result.text
        elif not result.contradicts:
            samples.votes.append(result.grade)

    def _call(self, case: Case, number: int, halt: Halt) -> Callable[[Stopped], _Sample]:
        def call(stopped: Stopped) -> _Sample:
            halt.check()
            try:
                found = self._sample(case, number, stopped)
            except ShelfcraftError as error:
                halt.met(error)
                raise
            halt.met(None)
            return found

        return call

    def _sample(self, case: Case, number: int, stopped: Stopped) -> _Sample:
        """One draw; again with more room where the answer had none for a grade."""
        begun = self._length
        for length in range(begun, len(LENGTHS)):
            last = length == len(LENGTHS) - 1
            try:
                reply = self.reply(case, LENGTHS[length], stopped, temperature=1.0, sample=number)
            except ModelError as error:
                # Models that think refuse a limit that leaves no room for it.
                if last or error.kind not in ("request", "empty"):
                    raise
                continue
            found = self._read(reply)
            if found.probabilities is not None or found.grade is not None:
                self._needed(length)
                return found
            if length > 0 and found.text:
                break  # it had room and said something else
        return found

    def _needed(self, length: int) -> None:
        """A grade came with this much room. Twice is a habit of the model, once may be chance."""
        with self._lock:
            self._longer[length] += 1
            if length > self._length and self._longer[length] >= 2:
                self._length = length

    @staticmethod
    def _read(reply: ChatReply) -> _Sample:
        answer, told = read_answer(reply.text), reply.first_token is not None
        said = without_thoughts(reply.text).strip()[:200]
        return _Sample(of_first_token(reply.first_token), answer.grade, answer.contradicts_itself, told, said)

    def reply(self, case: Case, max_tokens: int, stopped: Stopped, *, temperature: float, sample: int = 0) -> ChatReply:
        """One answer to a case; raises what the model raises."""
        request = request_of(
            case,
            max_tokens=max_tokens,
            temperature=temperature,
            top_logprobs=TOP_LOGPROBS if sample == 0 and temperature > 0 else 0,
            sample=sample,
            seconds=self._seconds,
        )
        return self._model.complete(request, stopped=stopped)
