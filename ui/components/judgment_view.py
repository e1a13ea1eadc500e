"""What judges say of one product, as one components-v2 element: grade, probabilities, rules, reasons, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.domain import GRADE_NAMES, GRADES, Judgment, RuleVerdict
from ui.components.source import element
from ui.grade_words import grade_name, judge_name, share_of, sure

_view = element("judgment_view")
NO_RULE = "No rule spoke against it."
_VERSION_SHOWN = 20


def judgment_view(judgments: Sequence[tuple[Judgment, str]], *, key: str) -> None:
    """Draw the judgments one below the other, each with the words that the product was judged for."""
    _view(key=key, data={"items": [judgment_data(one, asked) for one, asked in judgments]})


def judgment_data(judgment: Judgment, asked: str) -> dict[str, Any]:
    """One judgment as the browser draws it, the best grade first; an abstention has its note and no probabilities."""
    graded = judgment.grade is not None
    shares = [
        {"grade": grade, "name": GRADE_NAMES[grade], "part": part, "said": share_of(part)}
        for grade, part in reversed(list(zip(GRADES, judgment.probabilities, strict=True)))
    ]
    return {
        "tier": judgment.tier or "",
        "level": judgment.grade or 0,
        "grade": grade_name(judgment),
        "sure": f"{sure(judgment)} likely to be Good" if graded else judgment.note,
        "shares": shares if graded else [],
        "rules": [{"name": rule.name, "sentence": rule.sentence, "most": _most(rule)} for rule in judgment.rules],
        "quiet": NO_RULE if graded else "",
        "why": [line for line in map(str.strip, judgment.rationale.splitlines()) if line],
        "note": judgment.note if graded else "",
        "by": judge_name(judgment),
        "signed": f"{_for(asked)} by {judge_name(judgment)}, version {judgment.version[:_VERSION_SHOWN]}",
    }


def _for(asked: str) -> str:
    return f"Judged for “{asked}”" if asked else "Judged"


def _most(rule: RuleVerdict) -> str:
    """What the rule leaves possible: "At most Mismatch."; nothing where it leaves all."""
    best = max(rule.allows, default=None)
    if best is None or best == max(GRADES):
        return ""
    return f"At most {GRADE_NAMES[best]}{', and in no list' if rule.bars and best > 2 else ''}."
