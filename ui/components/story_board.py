"""A run as it happened: its research, queries, sources and what was taken, the turns; live, or played again."""

from __future__ import annotations

from typing import Any

from ui.components.source import element
from ui.research_story import ResearchStory, Source, Step
from ui.run_story import Story

_board = element("story_board")


def story_board(story: Story, *, key: str, live: bool = False) -> None:
    """Draw a story. `live`: as far as it has come; else with a button that plays it again at speed."""
    _board(key=key, data={"live": live, **data_of(story)})


def data_of(story: Story) -> dict[str, Any]:
    """What the browser draws, as plain values; every part with the second at which it came."""
    research = story.research
    best = max(((t.reward.total, -t.number, t.number) for _, t in story.turns), default=(0.0, 0, 0))[2]
    return {
        "seconds": round(story.seconds, 2),
        "lines": [{"at": _at(line.at), "text": line.text} for line in story.lines if line.state == "complete"],
        "spent": [{"at": _at(spent.at), "text": spent.text()} for spent in story.spent],
        "turns": [
            {
                "at": _at(at),
                "number": turn.number,
                "best": turn.number == best and len(story.turns) > 1,
                "find": list(turn.strategy.positive),
                "cut": list(turn.strategy.negative),
                "found": f"{turn.preview.count:,}",
                "score": f"{turn.reward.total:.1f}",
                "note": turn.note,
            }
            for at, turn in story.turns
        ],
        "research": None if research is None else _research(research),
    }


def _research(research: ResearchStory) -> dict[str, Any]:
    return {
        "at": _at(research.at),
        "mode": research.mode,
        "provider": research.provider,
        "kept": research.kept,
        "ended": None if research.ended_at is None else _at(research.ended_at),
        "note": research.note,
        "summary": research.summary,
        "findings": [{"text": f.text, "terms": list(f.terms), "keys": list(f.evidence)} for f in research.findings],
        "steps": [_step(step) for step in research.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "at": _at(step.at),
        "kind": step.kind,
        "title": step.title,
        "facet": step.facet,
        "thought": step.thought,
        "turn": step.turn,
        "hits": step.hits,
        "seconds": round(step.seconds, 1),
        "error": step.error,
        "sources": [_source(source) for source in step.sources],
    }


def _source(source: Source) -> dict[str, Any]:
    web = source.address.startswith(("https://", "http://"))
    return {
        "at": _at(source.at),
        "title": source.title,
        "link": source.address if web else "",
        "place": source.place,
        "read": None if source.read_at is None else _at(source.read_at),
        "error": source.error,
        "taken": [{"at": _at(taken.at), "key": taken.key, "text": taken.text} for taken in source.taken],
    }


def _at(seconds: float) -> float:
    return round(seconds, 2)
