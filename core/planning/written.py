"""A strategy as a language model wrote it, checked and cut to what a strategy may be before anything is done with it.

Both shapes are read: terms as objects with a reason and evidence, and the bare wire format of a trained planner. What
can be mended without guessing is (too many terms, too long ones, one said twice) and said; what cannot goes back to
the model (`ReplyInvalid`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.domain import Evidence, Intent, Strategy, TermReason
from core.llm.structured import ReplyInvalid
from core.planning.briefing import source_name
from core.text import tokens

MOST_POSITIVE, MOST_NEGATIVE, LONGEST = 8, 5, 40
"""Terms of each sign and characters of one that are kept (papers.md section 5)."""

_NOTE, _REASON = 300, 240
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_POSITIVE, _NEGATIVE = "positivesearch", "negativesearch"


def _term_list(what: str) -> dict[str, Any]:
    return {
        "type": "array",
        "description": what,
        "items": {
            "type": "object",
            "properties": {
                "term": {"type": "string"},
                "reason": {"type": "string"},
                "evidence": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["term", "reason", "evidence"],
            "additionalProperties": False,
        },
    }


_FIELDS: dict[str, Any] = {
    "note": {"type": "string"},
    "absent": {"type": "string"},
    "positiveSearch": _term_list("what to search for, at most 8"),
    "negativeSearch": _term_list("what to take out of what is found, at most 5"),
}


def _schema(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


STRATEGY_SCHEMA: Mapping[str, Any] = _schema(_FIELDS)
REVISION_SCHEMA: Mapping[str, Any] = _schema({"done": {"type": "boolean"}, **_FIELDS})


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote, as far as it can be used.

    `trimmed` says in words what was left out of it, `absent` what the model says that the catalogue lacks. `done`: it
    wants no further turn; then there may be no terms.
    """

    positive: tuple[str, ...]
    negative: tuple[str, ...] = ()
    reasons: tuple[TermReason, ...] = ()
    note: str = ""
    absent: str = ""
    done: bool = False
    trimmed: tuple[str, ...] = ()

    def strategy(self, intent: Intent) -> Strategy:
        """The terms with the intent's own filters."""
        return Strategy(self.positive, self.negative, filters=intent.filters)


def read_written(data: Any, *, intent: Intent, evidence: Mapping[str, Evidence], revising: bool = False) -> Written:
    """Check an answer; what the operator ruled out is a negative term whether the model says so or not.

    Raises `ReplyInvalid` where there is no list of positive terms, or none of which a product could be found.
    """
    if not isinstance(data, dict):
        raise ReplyInvalid('it is not a JSON object with "positiveSearch" and "negativeSearch".')
    fields = {re.sub(r"[^a-z]", "", str(key).casefold()): value for key, value in data.items()}
    done = revising and fields.get("done") is True
    note, absent = one_line(fields.get("note"), _NOTE), one_line(fields.get("absent"), _NOTE)
    if done:
        return Written((), note=note, absent=absent, done=True)
    if _POSITIVE not in fields:
        names = ", ".join(sorted(map(str, data)))[:200] or "none"
        raise ReplyInvalid(
            f'it has no list "positiveSearch"; its fields are {names}. Use the names that were asked for.'
        )
    sieve = _Sieve(evidence, ruled_out=[frozenset(tokens(term)) for term in intent.must_not])
    positive = sieve.kept(fields[_POSITIVE], "positiveSearch", sign=1, most=MOST_POSITIVE)
    if not positive and not absent:
        raise ReplyInvalid(_nothing_left(fields[_POSITIVE]))
    negative = _with_ruled_out(sieve, fields.get(_NEGATIVE, []), intent)
    return Written(tuple(positive), tuple(negative), tuple(sieve.reasons), note, absent, trimmed=tuple(sieve.trimmed()))


def _with_ruled_out(sieve: _Sieve, wanted: Any, intent: Intent) -> list[str]:
    """The negative terms: first what the operator ruled out, then the model's."""
    own = [
        {"term": term, "reason": "you asked to leave this out"}
        for term in intent.must_not
        if tokens(term) and len(term) <= LONGEST
    ]
    asked = wanted if isinstance(wanted, list) else None
    if wanted is not None and asked is None:
        raise ReplyInvalid('"negativeSearch" is not a list.')
    return sieve.kept([*own, *(asked or [])], "negativeSearch", sign=-1, most=max(MOST_NEGATIVE, len(own)))


def _nothing_left(value: Any) -> str:
    if not value:
        return '"positiveSearch" is empty. Give 3 to 8 terms, or say in "absent" that the catalogue has nothing.'
    return f'no term of "positiveSearch" can be used: each needs 1 to 4 words and at most {LONGEST} characters.'


class _Sieve:
    """Keeps what can be a term, each once, and counts what it leaves out."""

    def __init__(self, evidence: Mapping[str, Evidence], *, ruled_out: Sequence[frozenset[str]] = ()) -> None:
        self._evidence = evidence
        self._ruled_out = [words for words in ruled_out if words]
        self._seen: set[frozenset[str]] = set()
        self.reasons: list[TermReason] = []
        self._many: dict[str, int] = {}
        self._long = self._twice = self._wordless = self._unwanted = 0

    def kept(self, value: Any, name: str, *, sign: Literal[1, -1], most: int) -> list[str]:
        """The terms of one list, at most `most`, none that the other list holds; raises `ReplyInvalid` for no list."""
        if not isinstance(value, list):
            raise ReplyInvalid(f'"{name}" is not a list.')
        found: list[str] = []
        for entry in value:
            term, reason, cited = _entry(entry, name)
            words = frozenset(tokens(term)) if len(term) <= LONGEST else frozenset()
            if len(term) > LONGEST:
                self._long += 1
            elif not words:
                self._wordless += 1
            elif sign > 0 and any(unwanted <= words for unwanted in self._ruled_out):
                self._unwanted += 1
            elif words in self._seen:
                self._twice += 1
            elif len(found) >= most:
                self._many[name] = self._many.get(name, 0) + 1
            else:
                self._seen.add(words)
                found.append(term)
                sources = tuple(source_name(self._evidence[key]) for key in cited if key in self._evidence)
                self.reasons.append(TermReason(term, sign, reason or "the planner gave no reason", sources))
        return found

    def trimmed(self) -> list[str]:
        """What was left out, in words."""
        said = []
        if "positiveSearch" in self._many:
            said.append(f"{self._many['positiveSearch']} positive terms beyond {MOST_POSITIVE}")
        if "negativeSearch" in self._many:
            said.append(f"{self._many['negativeSearch']} negative terms beyond {MOST_NEGATIVE}")
        if self._long:
            said.append(f"{_times(self._long)} longer than {LONGEST} characters")
        if self._twice:
            said.append(f"{_times(self._twice)} said twice")
        if self._unwanted:
            said.append(f"{_times(self._unwanted)} for what you asked to leave out")
        if self._wordless:
            said.append(f"{_times(self._wordless)} without a word to search for")
        return said


def _times(count: int) -> str:
    return "1 term" if count == 1 else f"{count} terms"


def _entry(entry: Any, name: str) -> tuple[str, str, Sequence[str]]:
    """(term, reason, keys of evidence) of either shape."""
    if isinstance(entry, str):
        return _term(entry), "", ()
    if not isinstance(entry, dict) or not isinstance(entry.get("term"), str):
        raise ReplyInvalid(f'an entry of "{name}" is neither a string nor an object with a "term".')
    cited = entry.get("evidence")
    keys = [key.strip(" []") for key in cited if isinstance(key, str)] if isinstance(cited, list) else []
    return _term(entry["term"]), one_line(entry.get("reason"), _REASON), list(dict.fromkeys(keys))[:6]


def _term(value: str) -> str:
    return one_line(value, None).strip("\"'“”„`. ")


def one_line(value: Any, longest: int | None) -> str:
    """A text as one line without marks that a screen does not show; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    text = " ".join(_CONTROL.sub(" ", value).split())
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"
