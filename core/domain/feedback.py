"""What an operator said of a product, a term or a strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

FeedbackVerdict = Literal["accept", "reject", "edit", "rate", "undo"]
FeedbackSubject = Literal["product", "term", "strategy", "selection"]


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """One judgement of an operator: never changed, only followed by another (an `undo` names the event in `value`).

    `context` keeps what tuning needs later: run, turn, strategy, rank shown, scores, reward components, weights
    version.
    """

    event_id: str
    at: datetime
    actor: str
    verdict: FeedbackVerdict
    subject: FeedbackSubject
    subject_id: str
    selection_id: str | None = None
    reason: str | None = None
    note: str | None = None
    value: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
