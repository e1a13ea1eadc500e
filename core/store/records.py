"""What the store hands out beside the values of the domain: runs, versions, calls, with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from core.domain import FeedbackEvent, Intent, Judgment, ResearchEnd, ResearchMode, Selection
from core.events import Event

RunStatus = Literal["running", "finished", "failed", "cancelled", "interrupted"]
Sign = Literal["go", "stop", "lost"]
"""What a run hears when it speaks: go on, an operator asks it to stop, or it was ended or taken over by another."""

SelectionStatus = Literal["draft", "in review", "approved", "published"]

RuleScope = Literal["catalogue", "selection"]
"""What a change of the rules holds for: every query in one catalogue, or one selection."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution. `heartbeat_at` is when it last gave a sign of life; `cost` is what its model calls cost.

    `result` is None until it finished; `attempts` counts how often it was begun or gone on with; `worker` is the
    process that works, or worked last, on it.
    """

    run_id: str
    kind: str
    status: RunStatus
    owner: str
    started_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    cost: float
    error: str | None
    params: Mapping[str, Any]
    intent_id: str | None
    planner: str | None
    result: Mapping[str, Any] | None = None
    attempts: int = 1
    worker: str = ""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """What ends a run in the transaction that saves what it made; `attempt` as in its record, `result` is added to."""

    run_id: str
    attempt: int
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """Unfinished work as it was kept last."""

    body: Mapping[str, Any]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of a run; `number` counts from 1 without gaps."""

    number: int
    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class SelectionSummary:
    """The head of a selection as a list shows it; `published_version` None means never published."""

    selection_id: str
    name: str
    status: SelectionStatus
    version: int
    published_version: int | None
    products: int
    intent_id: str | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class SelectionPage:
    """One page of a search in the saved selections, the one changed last first.

    `total` counts all that were found, on every page; `by_status` counts what holds the words, whatever its status.
    """

    found: tuple[SelectionSummary, ...]
    total: int
    by_status: Mapping[SelectionStatus, int]


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One saved version without its products; `restored_from` names the version that it copies.

    `size` is how long the list was asked to be, None for one saved before that was kept.
    """

    number: int
    note: str
    products: int
    created_at: datetime
    created_by: str
    restored_from: int | None
    run_id: str | None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class SavedSelection:
    """One version of a selection with its head; `version.number` may be older than `summary.version`."""

    summary: SelectionSummary
    version: VersionSummary
    selection: Selection
    strategy_id: str
    intent: Intent | None


@dataclass(frozen=True, slots=True)
class RewardWeights:
    """One version of the weights of the reward's components, which sum to 1."""

    version: int
    semantic: float
    relevance: float
    quantity: float
    note: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a language model as it is logged; `cost` in US dollars, None where unknown; `cached` ones cost 0."""

    prompt_name: str
    prompt_version: str
    model: str
    tokens_in: int
    tokens_out: int
    duration: float
    cost: float | None = None
    raw_reply: str | None = None
    error: str | None = None
    run_id: str | None = None
    cached: bool = False


@dataclass(frozen=True, slots=True)
class ResearchRecord:
    """The head of a kept research; `evidence` counts its passages, `cost_usd` None where a price is not known."""

    research_id: str
    theme: str
    mode: ResearchMode
    created_at: datetime
    evidence: int
    cost_usd: float | None
    ended: ResearchEnd
    owner: str
    run_id: str | None


@dataclass(frozen=True, slots=True)
class KeptJudgment:
    """A judgment as it lies in the store, with what it answers; `run_id` None where it was made outside a run."""

    key: str
    query: str
    judgment: Judgment
    run_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One change of the rules in a scope: a shipped rule that was switched (`body` None), or a rule of the operators.

    `lock` counts its changes from 1: it is what an operator saw, and is handed back with the next change.
    """

    scope_kind: RuleScope
    scope: str
    rule_id: str
    enabled: bool
    body: Mapping[str, Any] | None
    lock: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A model call with its id and when it was logged."""

    call_id: str
    at: datetime
    call: ModelCall


@dataclass(frozen=True, slots=True)
class StoredFeedback:
    """A feedback event as it lies in the store; `position` grows in the order of arrival."""

    position: int
    received_at: datetime
    client_id: str
    client_seq: int
    event: FeedbackEvent


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who changed what, from what, to what."""

    entity: str
    entity_id: str
    event: str
    who: str
    at: datetime
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
