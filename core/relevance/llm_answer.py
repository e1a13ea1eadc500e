"""What a model's answer says: the grade that it begins with, its reasons, and the grade that these come to.

An answer that begins with one grade and concludes with another is a *discriminative hallucination* (TaoSR1; papers.md
section 1): neither of the two can be trusted.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import GRADE_NAMES, GRADES, Grade, Probabilities
from core.llm.structured import without_thoughts

TRUSTED = 0.5
"""The share of the first token that must lie on grades: below it the model was about to say something else, and how
the rest is spread over four grades is noise."""

_STEP_SHOWN = 300
_REASONS_SHOWN = 1_500
_NAMES = {name.lower(): grade for grade, name in GRADE_NAMES.items()}
_NAMED = "|".join(_NAMES)
_GRADE = re.compile(
    # "3", "**3**", "Grade: 3", "3 - Related", "3. Related"; not "3.5", "10" or the number of a list's first line.
    r"^\W*(?:(?:the\s+)?(?:grade|label|level|score|answer|relevance)\b\W*(?:is\b)?\W*)?"
    rf"(?:(?P<digit>[1-4])(?!\w|[.,/]\d|[.)]\s*(?!(?:{_NAMED})\b)\w)|(?P<name>{_NAMED})\b)",
    re.IGNORECASE,
)
_STEPS = "query|item|category|attributes?|conclusion"
_STEP = re.compile(
    rf"<(?P<step>{_STEPS})\b(?P<more>[^>]*)>(?P<words>.*?)(?=</(?:{_STEPS})\s*>|<(?:{_STEPS})\b|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_VERDICT = re.compile(r"\b(match|partial|mismatch)\b", re.IGNORECASE)
_SPOKEN = re.compile(rf"\bconclusion\b\W*(?:(?:grade|level|is)\W*)*([1-4]\b|(?:{_NAMED})\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `grade` as it begins, None where it begins with no grade; `rationale` the steps in words, "" for
    none; `conclusion` the grade that the steps come to, None where they come to none or to several."""

    grade: Grade | None
    rationale: str = ""
    conclusion: Grade | None = None

    @property
    def contradicts_itself(self) -> bool:
        """Whether it begins with one grade and concludes with another."""
        return None not in (self.grade, self.conclusion) and self.grade != self.conclusion


def read_answer(text: str) -> Answer:
    """Read an answer, cut short or whole; what a model thinks aloud before it does not count."""
    said = unicodedata.normalize("NFKC", without_thoughts(text)).strip()
    found = _GRADE.match(said)
    if found is None:
        return Answer(None)
    grade = _grade(found["digit"] or found["name"])
    rest = said[found.end() :]
    steps = [(step["step"].lower(), step["more"], " ".join(step["words"].split())) for step in _STEP.finditer(rest)]
    if not steps:
        spoken = {_grade(word) for word in _SPOKEN.findall(rest)}
        plain = re.sub(r"^[\W_]+", "", rest)
        plain = re.sub(rf"^(?:{_NAMED})\b\W*", "", plain, flags=re.IGNORECASE)
        return Answer(grade, _cut(plain, _REASONS_SHOWN), spoken.pop() if len(spoken) == 1 else None)
    lines = [_in_words(*step) for step in steps if step[0] != "conclusion" and step[2]]
    ends = [_concluded(more, words) for step, more, words in steps if step == "conclusion"]
    return Answer(grade, "\n".join(lines), ends[0] if len(set(ends)) == 1 else None)


def _in_words(step: str, more: str, words: str) -> str:
    verdict = _VERDICT.search(more)
    name = "Attributes" if step.startswith("attribute") else step.capitalize()
    return f"{name}{f' ({verdict[1].lower()})' if verdict else ''}: {_cut(words, _STEP_SHOWN)}"


def _concluded(more: str, words: str) -> Grade | None:
    """The grade in the mark itself, else the only one in its words."""
    for text in (more, words):
        found = {_grade(word) for word in re.findall(rf"(?<![\w.])[1-4](?![\w]|[.]\d)|\b(?:{_NAMED})\b", text, re.I)}
        if len(found) == 1:
            return found.pop()
    return None


def _grade(word: str) -> Grade:
    number = int(word) if word.isdigit() else _NAMES[word.lower()]
    return GRADES[number - 1]


def of_first_token(pairs: Sequence[tuple[str, float]] | None) -> Probabilities | None:
    """The softmax over the four grades' tokens, given (token, log-probability) pairs of the first token.

    Tokens that differ in blanks only are one grade. A grade that is not among the pairs is given the most that it can
    have: no more than the least likely pair, and no more than its part of what all pairs leave. None where there are no
    pairs, or where less than `TRUSTED` of the whole lies on grades.
    """
    shares: dict[Grade, float] = {}
    told, least = 0.0, 1.0
    for token, value in pairs or ():
        share = min(1.0, math.exp(min(0.0, value)))
        told, least = told + share, min(least, share)
        word = unicodedata.normalize("NFKC", token).strip()
        if word in {"1", "2", "3", "4"}:
            grade = _grade(word)
            shares[grade] = shares.get(grade, 0.0) + share
    if sum(shares.values()) < TRUSTED:
        return None
    missing = [grade for grade in GRADES if grade not in shares]
    left = max(0.0, 1.0 - told) / len(missing) if missing else 0.0
    return _normalised([shares.get(grade, min(least, left)) for grade in GRADES])


def of_votes(grades: Sequence[Grade]) -> Probabilities:
    """Votes as probabilities: one vote more is shared by all four grades, so that few votes are never certain."""
    return _normalised([grades.count(grade) + 1 / len(GRADES) for grade in GRADES])


def _normalised(shares: Sequence[float]) -> Probabilities:
    whole = sum(shares)
    first, second, third, fourth = (share / whole for share in shares)
    return first, second, third, fourth


def _cut(text: str, limit: int) -> str:
    kept = " ".join(text.split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"
