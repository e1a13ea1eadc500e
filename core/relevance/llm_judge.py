"""The judge that is a language model: a grade first, its reasons after it, and only the grade where nobody reads on.

Post-CoT (TaoSR1; papers.md section 2): the model writes `<grade, reasons>`, so that the distribution of the first token
is the whole judgment and costs one token. Reasons are asked for on demand. A grade that its own reasons contradict is a
discriminative hallucination: it is counted, and the judgment abstains. Rules gate the model's answer as they gate the
local judge's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from core.domain import GRADE_NAMES, GRADES, Judgment, Probabilities, RuleVerdict
from core.errors import BudgetSpent, ModelError, ShelfcraftError, StoreError
from core.events import Event, StageFinished, StageStarted, Warned
from core.llm.awaited import gathered
from core.llm.contract import ChatModel, Stopped
from core.prompts import load_prompt
from core.relevance.contract import Corpus, Item, Question
from core.relevance.llm_answer import Answer, read_answer
from core.relevance.llm_question import PROMPT, Case, case_of
from core.relevance.llm_sampling import STAGE, Halt, Sampler, Samples
from core.relevance.local.judge import gated
from core.relevance.profile import Profile
from core.relevance.reading import Reading, read
from core.relevance.tiering import DEFAULT_BETA, tier

NAME = "llm"
VOTES = 5
AT_ONCE = 8
SECONDS = 60.0

_BATCH = 64
"""Products between two visits to the store."""

_REASONS = 600
_THOUGHT = 1_500
_EVEN: Probabilities = (0.25, 0.25, 0.25, 0.25)


class Rules(Protocol):
    """What this judge asks of a book of rules."""

    @property
    def version(self) -> str: ...

    def verdicts(self, reading: Reading, profile: Profile) -> tuple[RuleVerdict, ...]: ...


class Kept(Protocol):
    """Where judgments are kept by the content of their question; the store is one. May raise `StoreError`."""

    def kept_judgments(self, keys: Collection[str]) -> Mapping[str, Judgment]: ...

    def keep_judgments(self, judgments: Mapping[str, Judgment], *, query: str, run_id: str | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """What one judge came to so far. `judged` were graded by the model, `kept` were known before, `settled` by rules
    that leave one grade; `contradicted` abstained for a discriminative hallucination, `failed` could not be asked or
    read; `void` are single votes that contradicted themselves and were not counted."""

    judged: int = 0
    kept: int = 0
    settled: int = 0
    contradicted: int = 0
    failed: int = 0
    void: int = 0


class LLMJudge:
    """A language model as a `Judge`; safe to share between threads.

    `votes` are asked for where the server tells no log-probabilities, `at_once` calls are under way at a time. `kept`
    answers what was judged before and keeps what is judged, under `run_id`; the budget is the model's
    (`core.llm.recorded`).
    """

    name = NAME

    def __init__(
        self,
        model: ChatModel,
        *,
        rules: Rules | None,
        votes: int = VOTES,
        at_once: int = AT_ONCE,
        corpus: Corpus | None = None,
        beta: float = DEFAULT_BETA,
        kept: Kept | None = None,
        run_id: str | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._model = model
        self._rules = rules
        self._votes = votes
        self._at_once = at_once
        self._corpus = corpus
        self._beta = beta
        self._kept = kept
        self._run_id = run_id
        self._seconds = seconds
        self._sampler = Sampler(model, votes=votes, at_once=at_once, seconds=seconds)
        self._asked_by = f"{model.name}/{load_prompt(PROMPT).version}/{votes} votes"
        self.version = self._asked_by if rules is None else f"{self._asked_by}/{rules.version}"
        self._lock = threading.Lock()
        self.tally = Tally()

    def judge(self, question: Question, items: Sequence[Item]) -> Generator[Event, None, tuple[Judgment, ...]]:
        """See `Judge.judge`. An item that cannot be judged abstains with an even distribution and the reason.

        Raises `BudgetSpent` and `ModelError` only where not one judgment could be made.
        """
        cases = self._cases(question, items)
        return (yield from self._all(question, cases, self._judged(question, cases), "judged"))

    def explained(self, question: Question, items: Sequence[Item]) -> Generator[Event, None, tuple[Judgment, ...]]:
        """`judge`, with the model's reasons in each judgment: one longer call more for each that has none yet.

        One whose reasons contradict its grade abstains; one whose reasons could not be had says so in its `note`.
        """
        cases = self._cases(question, items)
        return (yield from self._all(question, cases, self._reasoned(question, cases), "judged with reasons"))

    def remembered(self, question: Question, items: Sequence[Item]) -> dict[str, Judgment]:
        """What was judged before, by product id, without asking the model; raises `StoreError`."""
        if self._kept is None:
            return {}
        cases = {case.key: case for case in self._cases(question, items)}
        known = self._kept.kept_judgments(cases.keys())
        return {case.item.product.product_id: self._of(case, known[key]) for key, case in cases.items() if key in known}

    def _cases(self, question: Question, items: Sequence[Item]) -> list[Case]:
        reading = read(question.query, question.intent, self._corpus)
        return [
            case_of(
                question,
                item,
                () if self._rules is None else self._rules.verdicts(reading, item.profile),
                judged_by=self._asked_by,
            )
            for item in items
        ]

    def _all(
        self,
        question: Question,
        cases: Sequence[Case],
        work: Generator[Event, None, dict[str, Judgment | ShelfcraftError]],
        what: str,
    ) -> Generator[Event, None, tuple[Judgment, ...]]:
        """The judgments of all cases in order, out of those by key; with what an operator should read of them."""
        if not cases:
            work.close()
            return ()
        begun, before = time.monotonic(), self.tally
        yield StageStarted(STAGE, f"{self._model.name} judges {_products(len(cases))}")
        found = yield from work
        errors = [result for result in found.values() if isinstance(result, ShelfcraftError)]
        if len(errors) == len(found):
            raise _worst(errors)
        if errors:
            missing = sum(1 for case in cases if isinstance(found[case.key], ShelfcraftError))
            told = f"{_products(missing)} of {len(cases)} could not be judged by the model. {_worst(errors)}"
            yield Warned(STAGE, told)
        yield StageFinished(STAGE, self._summary(what, before), time.monotonic() - begun)
        return tuple(self._of(case, found[case.key]) for case in cases)

    def _judged(
        self, question: Question, cases: Sequence[Case]
    ) -> Generator[Event, None, dict[str, Judgment | ShelfcraftError]]:
        known = yield from self._known([case.key for case in cases])
        found: dict[str, Judgment | ShelfcraftError] = {**known}
        self._count(kept=len(known))
        unknown = {case.key: case for case in cases if case.key not in found}
        for case in unknown.values():
            if len(_left(case.verdicts)) == 1:
                found[case.key] = self._judgment(case, _EVEN, note="The rules leave one grade; no model was asked.")
                self._count(settled=1)
        asked = [case for case in unknown.values() if case.key not in found]
        halt = Halt(self._at_once)
        # The first few tell how the server answers, which saves calls for all others.
        starts = [0, *range(min(self._at_once, len(asked)), len(asked), _BATCH), len(asked)]
        for start, end in zip(starts, starts[1:], strict=False):
            batch = asked[start:end]
            heard = yield from self._sampler.sampled(batch, halt, done=start, total=len(asked))
            fresh = {case.key: self._outcome(case, heard[case.key]) for case in batch}
            found |= fresh
            yield from self._keep(question, {k: v for k, v in fresh.items() if isinstance(v, Judgment)})
        return found

    def _outcome(self, case: Case, samples: Samples) -> Judgment | ShelfcraftError:
        probabilities = samples.settled(self._votes)
        if probabilities is not None:
            self._count(judged=1, void=samples.void)
            return self._judgment(case, probabilities)
        if samples.void:
            self._count(contradicted=1, void=samples.void)
            return self._abstained(case, samples.probabilities or _EVEN, _contradiction(self._model.name))
        self._count(failed=1)
        if samples.error is not None:
            return samples.error
        said = f" but with “{samples.unread[:80]}”" if samples.unread else ""
        return ModelError(
            f"{self._model.name} did not begin its answer with a grade{said}. Try again, or choose a larger model in "
            "the settings.",
            "unreadable",
        )

    def _reasoned(
        self, question: Question, cases: Sequence[Case]
    ) -> Generator[Event, None, dict[str, Judgment | ShelfcraftError]]:
        found = yield from self._judged(question, cases)
        halt = Halt(self._at_once)
        bare = {
            case.key: case
            for case in cases
            if isinstance(judgment := found[case.key], Judgment) and not judgment.rationale and judgment.grade
        }
        calls = {key: self._call(case, halt) for key, case in bare.items()}
        note = f"{self._model.name} gives its reasons"
        seconds = self._seconds + 5.0
        fresh: dict[str, Judgment] = {}

        def on_done(key: str, result: Answer | ShelfcraftError) -> Iterable[Event]:
            judgment = found[key]
            if isinstance(judgment, Judgment):
                found[key] = after = self._with_reasons(judgment, result)
                if not isinstance(result, ShelfcraftError) and after.rationale:
                    fresh[key] = after
            return ()

        yield from gathered(STAGE, calls, at_once=self._at_once, seconds=seconds, on_done=on_done, note=note)
        yield from self._keep(question, fresh)
        return found

    def _call(self, case: Case, halt: Halt) -> Callable[[Stopped], Answer]:
        def call(stopped: Stopped) -> Answer:
            halt.check()
            room = _REASONS + (_THOUGHT if self._sampler.thinks else 0)
            try:
                reply = self._sampler.reply(case, room, stopped, temperature=0.0)
            except ShelfcraftError as error:
                halt.met(error)
                raise
            halt.met(None)
            return read_answer(reply.text)

        return call

    def _with_reasons(self, judgment: Judgment, answer: Answer | ShelfcraftError) -> Judgment:
        if isinstance(answer, ShelfcraftError):
            return replace(judgment, note=f"Its reasons could not be had. {answer}")
        if answer.contradicts_itself:
            self._count(contradicted=1)
            told = _contradiction(self._model.name)
            return replace(judgment, grade=None, rationale=answer.rationale or told, note=told)
        if not answer.rationale or answer.grade is None:
            return replace(judgment, note="The model gave no reasons in the form that was asked for.")
        note = ""
        if answer.grade != judgment.grade:
            own = f"{answer.grade} {GRADE_NAMES[answer.grade]}"
            note = f"The reasons are those for {own}, the model's own grade before it was weighed and rules were heard."
        elif answer.conclusion is None:
            note = "The reasons come to no conclusion."
        return replace(judgment, rationale=answer.rationale, note=note)

    def _judgment(self, case: Case, probabilities: Probabilities, *, note: str = "") -> Judgment:
        p1, p2, p3, p4 = _gated(probabilities, case.verdicts)
        grade = GRADES[int(tier((p1, p2, p3, p4), self._beta)) - 1]
        product = case.item.product.product_id
        return Judgment(product, grade, (p1, p2, p3, p4), NAME, self.version, rules=case.verdicts, note=note)

    def _abstained(self, case: Case, probabilities: Probabilities, note: str) -> Judgment:
        told = _gated(probabilities, case.verdicts)
        product = case.item.product.product_id
        return Judgment(product, None, told, NAME, self.version, rules=case.verdicts, note=note)

    def _of(self, case: Case, found: Judgment | ShelfcraftError) -> Judgment:
        if isinstance(found, ShelfcraftError):
            return self._abstained(case, _EVEN, f"The model could not judge this product. {found}")
        # Kept ones are of the same rules that spoke, maybe out of another book, and of a product that says the same.
        grade = None if found.grade is None else GRADES[int(tier(found.probabilities, self._beta)) - 1]
        product = case.item.product.product_id
        return replace(found, product_id=product, grade=grade, version=self.version, rules=case.verdicts)

    def _known(self, keys: Sequence[str]) -> Generator[Event, None, Mapping[str, Judgment]]:
        if self._kept is None:
            return {}
        try:
            return self._kept.kept_judgments(set(keys))
        except StoreError as error:
            yield Warned(STAGE, f"What was judged before could not be looked up, so it is asked for again. {error}")
            return {}

    def _keep(self, question: Question, fresh: Mapping[str, Judgment]) -> Generator[Event, None, None]:
        if self._kept is None or not fresh:
            return
        try:
            self._kept.keep_judgments(fresh, query=question.query, run_id=self._run_id)
        except StoreError as error:
            yield Warned(STAGE, f"What was judged could not be kept, so it will be asked for again. {error}")

    def _count(self, **more: int) -> None:
        with self._lock:
            now = self.tally
            self.tally = replace(now, **{name: getattr(now, name) + number for name, number in more.items()})

    def _summary(self, what: str, before: Tally) -> str:
        now = self.tally
        said = [
            (now.judged - before.judged, f"{what} by {self._model.name}"),
            (now.kept - before.kept, "known from before"),
            (now.settled - before.settled, "settled by rules"),
            (now.contradicted - before.contradicted, "contradicted themselves"),
            (now.failed - before.failed, "failed"),
        ]
        return ", ".join(f"{number} {words}" for number, words in said if number) + "."


def _gated(probabilities: Probabilities, verdicts: Sequence[RuleVerdict]) -> Probabilities:
    allowed = np.array([[grade in _left(verdicts) for grade in GRADES]])
    # No doubt is left: how often people disagree with a rule says nothing of how often they disagree with a model.
    p1, p2, p3, p4 = gated(np.array([probabilities]), allowed, doubt=0.0)[0].tolist()
    return p1, p2, p3, p4


def _left(verdicts: Sequence[RuleVerdict]) -> frozenset[int]:
    """The grades that all rules allow; those of the strictest where they agree on none."""
    left = frozenset(GRADES)
    for verdict in verdicts:
        left = left & frozenset(verdict.allows) or left
    return left


def _worst(errors: Sequence[ShelfcraftError]) -> ShelfcraftError:
    """The error that says most of why a whole batch failed: a budget first, then the first that came."""
    return next((error for error in errors if isinstance(error, BudgetSpent)), errors[0])


def _contradiction(model: str) -> str:
    return f"{model} gave one grade and reasons that come to another, so neither is trusted."


def _products(number: int) -> str:
    return "1 product" if number == 1 else f"{number:,} products"
