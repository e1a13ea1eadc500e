"""The LLM planner: a language model writes the strategy from intent, evidence and the catalogue's words, sees the
preview and revises; the best turn is handed over. A trained planner is the same class with another model and one call.

Every question holds the whole story (idea, evidence, turns so far), so that a plan goes on after any finished turn as
it would have, and the same story asked again is answered out of the cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from core.domain import Evidence, Intent, Preview, Research, Reward, Strategy, Trajectory, Turn
from core.errors import BudgetSpent, ModelError
from core.events import Event, StageFinished, StageStarted, TurnFinished, Warned
from core.llm.awaited import awaited
from core.llm.contract import ChatModel, ChatRequest
from core.llm.structured import ask
from core.planning.briefing import evidence_text, facts_text, intent_text, preview_text, turns_text
from core.planning.grounding import CatalogueFacts
from core.planning.vocabulary import Vocabulary
from core.planning.written import REVISION_SCHEMA, STRATEGY_SCHEMA, Written, read_written
from core.prompts import Prompt, load_prompt
from core.text import tokens

Assessing = Callable[[Strategy], Generator[Event, None, tuple[Preview, Reward]]]
"""Preview and score a strategy; it may take a while (a judge model is asked), so it says what it does."""

FEW = 10
"""A shelf of fewer products is said to be hardly in the catalogue."""

_TOKENS = 2_000
_SECONDS = 120.0


class LLMPlanner:
    """Plans with a language model; keeps no state between plans.

    `one_shot` is for a trained planner that writes its best strategy at once: one call and one turn. `name` is what
    runs and screens call it, "llm" and the model's name where it is None.
    """

    def __init__(self, model: ChatModel, *, name: str | None = None, one_shot: bool = False) -> None:
        self._model = model
        self._one_shot = one_shot
        self.name = f"llm: {model.name}" if name is None else name

    def plan(
        self,
        intent: Intent,
        *,
        assess: Assessing,
        vocabulary: Vocabulary,
        facts: CatalogueFacts,
        research: Research | None = None,
        turns: int = 4,
        played: Sequence[Turn] = (),
    ) -> Generator[Event, None, Trajectory]:
        """Plan in at most `turns` turns; every turn is kept and the best one handed over.

        Ends earlier where the model says that it is done, repeats a strategy, or says that the catalogue has nothing.
        Goes on after the turns `played` without asking for them again. What goes wrong after a finished turn ends the
        plan with a warning and what there is; before the first one it raises `ModelError` or `BudgetSpent`.
        """
        began = time.perf_counter()
        done = list(played)
        name = f"“{' '.join(intent.text.split())[:80]}”"
        started = f"going on after turn {len(done)} of {name}" if done else f"{self._model.name} reads {name}"
        yield StageStarted("plan", started)
        story = _Story(intent, research, facts, vocabulary)
        most, why = 1 if self._one_shot else turns, ""
        while len(done) < most and not why:
            try:
                written = yield from self._ask(story, done)
            except (ModelError, BudgetSpent) as error:
                if not done:
                    raise
                yield Warned("plan", f"The plan ends with turn {len(done)}, whose turns are all kept. {error}")
                break
            why = _end_of(written, done)
            if written.done or (why and done):
                break
            yield from _said(written)
            turn = yield from _played(story, written, done, assess)
            done.append(turn)
            yield TurnFinished(turn)
        trajectory = Trajectory(intent, tuple(done), self.name)
        best = trajectory.best
        summary = f"turn {best.number} of {len(done)} is the best: reward {best.reward.total:.1f}"
        yield StageFinished("plan", f"{summary}; {why}" if why else summary, time.perf_counter() - began)
        return trajectory

    def _ask(self, story: _Story, done: Sequence[Turn]) -> Generator[Event, None, Written]:
        """What the model writes after these turns."""
        prompt = load_prompt("planning.revise" if done else "planning.strategy")
        request = ChatRequest(
            prompt=prompt.name,
            version=prompt.version,
            system=prompt.system,
            user=story.told(prompt, done),
            schema=REVISION_SCHEMA if done else STRATEGY_SCHEMA,
            max_tokens=_TOKENS,
            seconds=_SECONDS,
        )

        def read(data: Any) -> Written:
            return read_written(data, intent=story.intent, evidence=story.evidence, revising=bool(done))

        note = f"{self._model.name} writes turn {len(done) + 1}"
        written, _ = yield from awaited(
            "plan", lambda stopped: ask(self._model, request, read, stopped=stopped), note=note
        )
        return written


class _Story:
    """What every question of one plan is made of."""

    def __init__(
        self, intent: Intent, research: Research | None, facts: CatalogueFacts, vocabulary: Vocabulary
    ) -> None:
        self.intent, self.vocabulary = intent, vocabulary
        self.evidence: Mapping[str, Evidence] = {one.key: one for one in research.evidence} if research else {}
        self._places = {
            "intent": intent_text(intent),
            "evidence": evidence_text(research),
            "catalogue": facts_text(facts),
        }

    def told(self, prompt: Prompt, done: Sequence[Turn]) -> str:
        """The user's words of the question after these turns."""
        if not done:
            return prompt.fill(**self._places)
        last = done[-1]
        return prompt.fill(
            **self._places,
            turns=turns_text(done),
            number=str(last.number),
            preview=preview_text(last, self.intent.what or self.intent.text, vocabulary=self.vocabulary),
        )


def _end_of(written: Written, done: Sequence[Turn]) -> str:
    """Why the plan ends with what the model wrote, "" where it goes on."""
    if written.done:
        return f"the model is done: {written.note}" if written.note else "the model is done"
    if not written.positive:
        return written.absent.rstrip(". ")
    again = next((turn for turn in done if _same(turn.strategy, written)), None)
    return "" if again is None else f"the model wrote the strategy of turn {again.number} again"


def _same(strategy: Strategy, written: Written) -> bool:
    """Whether the terms are those of the strategy, whatever their order and spelling."""

    def keys(terms: Sequence[str]) -> set[frozenset[str]]:
        return {frozenset(tokens(term)) for term in terms}

    return keys(strategy.positive) == keys(written.positive) and keys(strategy.negative) == keys(written.negative)


def _said(written: Written) -> Generator[Event, None, None]:
    if written.trimmed:
        yield Warned("plan", f"The model wrote more than a strategy can hold; left out: {', '.join(written.trimmed)}.")


def _played(story: _Story, written: Written, done: Sequence[Turn], assess: Assessing) -> Generator[Event, None, Turn]:
    strategy = written.strategy(story.intent)
    preview, reward = yield from assess(strategy)
    return Turn(len(done) + 1, strategy, preview, reward, written.reasons, _note(written, preview))


def _note(written: Written, preview: Preview) -> str:
    """The model's own sentence, what it says is absent, and what the preview says of it."""
    notes = [written.note, written.absent]
    if preview.count == 0:
        notes.append("the catalogue has nothing that clearly fits this strategy")
    elif preview.count < FEW:
        notes.append(f"the catalogue has little for this strategy: {preview.count:,} products")
    return "; ".join(note.rstrip(". ") for note in notes if note)
