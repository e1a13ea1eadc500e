"""Progress of one stage as events: how fast, how long still."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.events import StageFinished, StageProgress, StageStarted


@dataclass(slots=True)
class Stage:
    """Counts the units of one stage and makes its events. `total` None where it is not known beforehand."""

    name: str
    total: int | None = None
    done: int = 0
    _began: float = field(default_factory=time.monotonic)

    def started(self, note: str = "") -> StageStarted:
        """The event of its beginning."""
        return StageStarted(self.name, note)

    def advanced(self, units: int, note: str = "") -> StageProgress:
        """The event of some units more."""
        self.done += units
        seconds = time.monotonic() - self._began
        rate = self.done / seconds if seconds > 0 else None
        left = None
        if rate and self.total is not None:
            left = max(0, self.total - self.done) / rate
        return StageProgress(self.name, self.done, self.total, note, rate, left)

    def finished(self, summary: str) -> StageFinished:
        """The event of its end."""
        return StageFinished(self.name, summary, time.monotonic() - self._began)
