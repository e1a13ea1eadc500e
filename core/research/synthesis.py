"""What follows from the evidence: one question to the model whose every finding has to cite what it leans on."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from core.domain import Finding
from core.events import Event
from core.llm.structured import ReplyInvalid
from core.research.inquiry import Digest, Inquiry, brief, digest, without_labels
from core.text import tokens

MOST_FINDINGS = 10
MOST_TERMS = 6
LONGEST_TERM = 40
"""Characters of a search word; what is longer is a sentence and no term."""

_PASSAGES = 24
_PASSAGE = 900
_SENTENCE = 400
_SUMMARY = 900

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "summary": {"type": "string"},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "finding": {"type": "string"},
                    "terms": {"type": "array", "items": {"type": "string"}},
                    "evidence": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["finding", "terms", "evidence"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["summary", "findings"],
    "additionalProperties": False,
}


def conclude(inquiry: Inquiry) -> Generator[Event, None, tuple[tuple[Finding, ...], str]]:
    """Findings and a summary: by the model where there is one and it answers, else what rules count."""
    evidence = inquiry.notebook.evidence
    if inquiry.model is None or not evidence:
        return inquiry.by_rules()
    shown = digest(evidence, inquiry.notebook.queries, most=_PASSAGES, length=_PASSAGE)
    places = {
        "brief": brief(inquiry.intent, inquiry.today),
        "evidence": shown.text,
        "findings": str(MOST_FINDINGS),
    }
    told = yield from inquiry.thought_of(
        "research.synthesis",
        places,
        lambda data: read_synthesis(data, shown),
        schema=SCHEMA,
        note="putting together what was found",
        max_tokens=2_000,
    )
    return inquiry.by_rules() if told is None else told


def read_synthesis(data: Any, shown: Digest) -> tuple[tuple[Finding, ...], str]:
    """The findings that cite what was shown; raises `ReplyInvalid` for another shape and where none of many does."""
    if not isinstance(data, Mapping) or not isinstance(data.get("findings"), list):
        raise ReplyInvalid('the answer must be an object {"summary": "...", "findings": [...]}.')
    given = data["findings"]
    read = [_finding(one, shown) for one in given]
    kept = [finding for finding in read if finding is not None][:MOST_FINDINGS]
    if given and not kept:
        raise ReplyInvalid(
            'no finding cites a passage that was shown. Each needs "finding", "terms" and "evidence", '
            f"with names out of {', '.join(shown.keys)}."
        )
    summary = data.get("summary")
    return tuple(kept), without_labels(summary)[:_SUMMARY] if isinstance(summary, str) else ""


def _finding(one: Any, shown: Digest) -> Finding | None:
    if not isinstance(one, Mapping) or not isinstance(one.get("finding"), str):
        return None
    text = without_labels(one["finding"])[:_SENTENCE]
    cited = one.get("evidence")
    names = cited if isinstance(cited, list) else [cited]
    keys = tuple(dict.fromkeys(key for key in map(shown.key_of, names) if key is not None))
    if not text or not keys:
        return None
    return Finding(text, _terms(one.get("terms")), keys)


def _terms(given: Any) -> tuple[str, ...]:
    """Search words, tidied: once each by their stems, none that is a sentence, at most `MOST_TERMS`."""
    kept: dict[tuple[str, ...], str] = {}
    for term in given if isinstance(given, list) else ():
        text = " ".join(term.split()).strip(" .,;:\"'“”") if isinstance(term, str) else ""
        stems = tuple(sorted(tokens(text))) if len(text) <= LONGEST_TERM else ()
        if stems:
            kept.setdefault(stems, text)
    return tuple(kept.values())[:MOST_TERMS]
