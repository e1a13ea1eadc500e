"""How much one run may spend on models: a hard limit of money, tokens and calls, shared by everything in the run."""

from __future__ import annotations

import threading

from core.errors import BudgetSpent
from core.llm.contract import ChatReply


class Budget:
    """Limits and what was spent of them; None is no limit. Safe to share between threads.

    Calls that are under way when a limit is reached are not broken off, so what is spent can pass a limit by what was
    in flight. A reply whose price is not known adds no money; `unpriced` counts those, since no limit of money binds
    them.
    """

    def __init__(self, usd: float | None = None, tokens: int | None = None, calls: int | None = None) -> None:
        self.usd = usd
        self.tokens = tokens
        self.calls = calls
        self._lock = threading.Lock()
        self._usd = 0.0
        self._tokens = 0
        self._calls = 0
        self._unpriced = 0

    @property
    def usd_spent(self) -> float:
        """US dollars of all replies whose price is known."""
        return self._usd

    @property
    def tokens_spent(self) -> int:
        """Tokens in and out."""
        return self._tokens

    @property
    def calls_spent(self) -> int:
        """Replies that were not answered out of the cache."""
        return self._calls

    @property
    def unpriced(self) -> int:
        """Replies whose price is not known."""
        return self._unpriced

    def spend(self, reply: ChatReply) -> None:
        """Count one reply; a cached one costs nothing."""
        if reply.cached:
            return
        with self._lock:
            self._calls += 1
            self._tokens += reply.input_tokens + reply.output_tokens
            if reply.cost_usd is None:
                self._unpriced += 1
            else:
                self._usd += reply.cost_usd

    def check(self) -> None:
        """Raise `BudgetSpent` where a limit is reached; what was finished before is kept by whoever asked."""
        with self._lock:
            if self.usd is not None and self._usd >= self.usd:
                raise BudgetSpent(
                    f"The budget of ${self.usd:.2f} for this run is spent (${self._usd:.2f}); "
                    "what was finished is kept. Raise the budget to go further."
                )
            if self.tokens is not None and self._tokens >= self.tokens:
                raise BudgetSpent(
                    f"The budget of {self.tokens:,} tokens for this run is spent ({self._tokens:,}); "
                    "what was finished is kept. Raise the budget to go further."
                )
            if self.calls is not None and self._calls >= self.calls:
                raise BudgetSpent(
                    f"The budget of {self.calls:,} model calls for this run is spent; what was finished is kept. "
                    "Raise the budget to go further."
                )
