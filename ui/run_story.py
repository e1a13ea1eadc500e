"""The story that a run tells: its lines, its research, its turns and what the models took, each with its second.

Pure: the same story is drawn while the run goes on, after it, and played again at speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from core.domain import Turn
from core.events import (
    Event,
    EvidenceFound,
    ModelCalled,
    PageRead,
    PictureRead,
    ResearchFinished,
    ResearchStarted,
    SearchFinished,
    StageFinished,
    StageProgress,
    StageStarted,
    Thought,
    TurnFinished,
    Warned,
)
from core.runs import StoredEvent
from ui.research_story import ResearchStory, told
from ui.text import count

LONGEST_PAUSE = 60.0
"""Seconds: a longer silence (a run that was interrupted and gone on with) is told as this long."""

_WAITS = frozenset({"research", "judge", "intent", "wish", "text", "pictures"})
"""Stages that wait for somebody: what they count without a total are seconds."""
_WRITES, _JUDGES = " writes turn ", " judges the "

StepState = Literal["running", "complete"]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of a run's story, which came `at` so many seconds; `stage` names the stage of a running line."""

    text: str
    state: StepState
    stage: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What the models of a run took so far; `usd` None where a price is not known."""

    calls: int = 0
    tokens: int = 0
    usd: float | None = 0.0
    cached: int = 0
    at: float = 0.0

    def after(self, call: ModelCalled, at: float) -> Spent:
        """With one more call."""
        cost = 0.0 if call.cached else call.cost_usd
        return Spent(
            self.calls + 1,
            self.tokens + call.tokens_in + call.tokens_out,
            None if self.usd is None or cost is None else self.usd + cost,
            self.cached + call.cached,
            at,
        )

    def text(self) -> str:
        """In a few words; "" where no model was asked."""
        if not self.calls:
            return ""
        parts = [count(self.calls, "model call"), count(self.tokens, "token")]
        if self.cached == self.calls:
            parts.append("from the cache, free")
        elif self.cached:
            parts.append(f"{self.cached:,} from the cache")
        if self.usd:
            parts.append(dollars(self.usd))
        elif self.usd is None:
            parts.append("price not known")
        return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class Story:
    """What a run has told up to its event `number`; `seconds` is how long it has told."""

    number: int = 0
    seconds: float = 0.0
    last: datetime | None = None
    lines: tuple[StepLine, ...] = ()
    research: ResearchStory | None = None
    turns: tuple[tuple[float, Turn], ...] = ()
    spent: tuple[Spent, ...] = ()

    @property
    def bill(self) -> Spent:
        """What the models took in all."""
        return self.spent[-1] if self.spent else Spent()

    @property
    def rich(self) -> bool:
        """Whether there is more to see than lines: research, or a model at work."""
        return self.research is not None or bool(self.spent)


def story_after(story: Story, events: Iterable[StoredEvent]) -> Story:
    """The story after these events, the next of the same run."""
    for stored in events:
        pause = 0.0 if story.last is None else (stored.at - story.last).total_seconds()
        at = story.seconds + min(max(pause, 0.0), LONGEST_PAUSE)
        story = _after(replace(story, number=stored.number, seconds=at, last=stored.at), stored.event, at)
    return story


def _after(story: Story, event: Event, at: float) -> Story:
    line = line_of(event)
    if line is not None:
        story = replace(story, lines=_with_line(story.lines, replace(line, at=at)))
    match event:
        case TurnFinished(turn):
            # A run that goes on tells the turns again that it had finished.
            kept = tuple((when, one) for when, one in story.turns if one.number != turn.number)
            return replace(story, turns=(*kept, (at, turn)))
        case ModelCalled():
            return replace(story, spent=(*story.spent, story.bill.after(event, at)))
        case ResearchStarted() | Thought() | SearchFinished() | PageRead() | EvidenceFound() | ResearchFinished():
            return replace(story, research=told(story.research, event, at))
        case _:
            return story


def _with_line(lines: Sequence[StepLine], line: StepLine) -> tuple[StepLine, ...]:
    """A line that runs is replaced by what becomes of it."""
    before = list(lines)
    if before and before[-1].state == "running" and (before[-1].stage == line.stage or line.state == "complete"):
        begun = before.pop()
        line = replace(line, at=begun.at) if line.state == "running" else line
    return (*(replace(kept, state="complete") for kept in before), line)


def line_of(event: Event) -> StepLine | None:
    """What an event says in a line; None for those that are told otherwise."""
    match event:
        case StageStarted(stage, note):
            return StepLine(_begun(note if note else stage), "running", stage)
        case StageProgress(stage, done, total, note, rate, left):
            if total is None and (stage in _WAITS or _WRITES in note):
                waited = f" · {done} s" if done else ""
                return StepLine(f"{_begun(note if note else stage)}{waited}", "running", stage)
            amount = f"{done:,}" if total is None else f"{done:,} of {total:,}"
            speed = "" if rate is None else f", {rate:,.0f} a second"
            wait = "" if left is None else f", about {_duration(left)} left"
            return StepLine(f"{_begun(note if note else stage)}: {amount}{speed}{wait}", "running", stage)
        case StageFinished(stage, summary):
            return StepLine(_begun(summary if summary else stage), "complete", stage)
        case TurnFinished(turn):
            found = count(turn.preview.count, "product")
            note = f" · {turn.note}" if turn.note else ""
            return StepLine(f"Turn {turn.number}: {found}, score {turn.reward.total:.1f} of 10{note}", "complete")
        case PictureRead(_picture, words, alike):
            seen = f"Looks like “{words}”" if words else "Nothing in the catalogue looks like the picture"
            return StepLine(f"{seen}: {count(len(alike), 'look-alike')} in the catalogue", "complete")
        case ResearchStarted(mode, _theme, provider):
            return StepLine(f"Researching, {mode}" + (f", in {provider}" if provider else ""), "running", "research")
        case ResearchFinished(research):
            taken, learned = count(len(research.evidence), "passage"), count(len(research.findings), "finding")
            return StepLine(f"Researched: {taken}, {learned}", "complete", "research")
        case Warned(_stage, message):
            return StepLine(f"Note: {message}", "complete")
        case _:
            return None


def _begun(words: str) -> str:
    """A line begins with a capital, but for names, which are written as they are called."""
    return words if _WRITES in words or _JUDGES in words else words[:1].upper() + words[1:]


def dollars(usd: float) -> str:
    """An amount with as many digits as it needs to say something: $1.20, $0.034, $0.0007."""
    if usd >= 0.1 or usd == 0:
        return f"${usd:,.2f}"
    return f"${usd:.3f}" if usd >= 0.01 else f"${usd:.4f}" if usd >= 0.0001 else "less than $0.0001"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
