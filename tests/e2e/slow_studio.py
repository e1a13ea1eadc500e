"""`streamlit`, with a planner that takes its time over every turn, so that a test can meet a run in its middle.

Only the planner is slowed, from the outside: what starts, keeps, stops and resumes runs is the product's own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from functools import wraps
from typing import Any

from streamlit.web.cli import main

from core.events import Event, TurnFinished
from core.planning.planner import CataloguePlanner


def slow_down(seconds: float) -> None:
    """Make every plan of this process wait after each finished turn."""
    quick = CataloguePlanner.plan

    @wraps(quick)
    def plan(*given: Any, **named: Any) -> Generator[Event, None, Any]:
        work = quick(*given, **named)
        while True:
            try:
                event = next(work)
            except StopIteration as stop:
                return stop.value
            yield event
            if isinstance(event, TurnFinished):
                time.sleep(seconds)

    CataloguePlanner.plan = plan  # type: ignore[method-assign]


if __name__ == "__main__":
    slow_down(float(os.environ["SHELFCRAFT_TEST_TURN_SECONDS"]))
    sys.exit(main(prog_name="streamlit"))
