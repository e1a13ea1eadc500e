"""A language model for the screens of the small shop: it knows which prompt it is asked by, over real HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

FIRST, SECOND = ("tent", "lantern"), ("tent", "lantern", "office chair")
READ = {
    "what": "tents and light",
    "audience": "families",
    "occasion": "Christmas",
    "season": "summer",
    "dates": None,
    "must_have": ["washable"],
    "must_not": [],
    "price": None,
}


def reply(body: Mapping[str, Any], *, seconds: float = 0.0) -> str:
    """What it says to a question."""
    time.sleep(seconds)
    words = [_words(message) for message in body["messages"]]
    return json.dumps(_answer(words[0], words[-1]))


def _answer(system: str, user: str) -> Any:
    if '"changes"' in system:
        change = {"kind": "add_find", "said": "festive", "term": "lantern", "weight": None, "low": None, "high": None}
        change |= {"category": None, "in_stock": None, "size": None}
        return {"changes": [change], "rest": "", "sentence": "Lanterns make it festive."}
    if '"queries"' in system:
        return {"queries": [{"query": f"{side} camping", "facet": side} for side in ("sleep", "light", "food")]}
    if '"findings"' in system:
        return {
            "summary": "Light counts.",
            "findings": [{"finding": "Light.", "terms": ["lantern"], "evidence": ["e1"]}],
        }
    if '"completeness"' in system:
        said = {"completeness_reason": "Covers it.", "conciseness_reason": "Short."}
        return {**said, "completeness": 2, "conciseness": 1}
    if '"positiveSearch"' in system:
        return _strategy(SECOND if '"done"' in system.rsplit("nothing else", 1)[-1] else FIRST)
    return READ


def _strategy(terms: tuple[str, ...]) -> Any:
    positive = [{"term": term, "reason": "it is asked for", "evidence": []} for term in terms]
    negative = [{"term": "toy", "reason": "not to play with", "evidence": []}]
    return {
        "note": "Shelter first.",
        "absent": "",
        "done": False,
        "positiveSearch": positive,
        "negativeSearch": negative,
    }


def _words(message: Mapping[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)
