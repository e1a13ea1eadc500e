"""The store as the rest of the house sees it: one object, plain values in and out."""

from __future__ import annotations

from types import TracebackType

from core.store.database import DEFAULT_TIMEOUT, open_engine
from core.store.drafts import DraftRecords
from core.store.feedback_log import FeedbackRecords
from core.store.judgments import JudgmentRecords
from core.store.ledger import LedgerRecords
from core.store.replies import ReplyRecords
from core.store.research_log import ResearchRecords
from core.store.rule_changes import RuleRecords
from core.store.selections import SelectionRecords


class Store(
    SelectionRecords,
    FeedbackRecords,
    DraftRecords,
    LedgerRecords,
    ResearchRecords,
    ReplyRecords,
    JudgmentRecords,
    RuleRecords,
):
    """Everything an operator did or that cost money, in SQLite or PostgreSQL.

    Safe to share between threads: every method is one short transaction (`export_feedback` one a page). Methods raise
    `StoreBusy` where the database stays locked, `StorageFull`, and `StoreError` for everything else; after any of these
    nothing of that call was kept.
    """

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str, *, timeout: float = DEFAULT_TIMEOUT) -> Store:
    """Open the database at an SQLAlchemy address and bring it to the newest layout.

    `timeout` is how many seconds a call waits for locks and connections. Raises `SettingsError` for an address that
    cannot be read and `StoreError` for a database that cannot be reached; neither text holds the password.
    """
    return Store(open_engine(url, timeout=timeout), timeout=timeout)
