"""Theme to first preview and to a selection, in one warm process on the real products: medians over themes."""

from __future__ import annotations

import statistics
import time

from core import pipeline
from core.events import TurnFinished
from tests.bench.real_catalogue import real_services

THEMES = (
    "camping with kids",
    "christmas decorations and gifts",
    "halloween party",
    "women's ethnic festive wear",
    "formal office wear for men",
    "summer beach",
    "running gear",
    "kitchen essentials for a first home",
    "healthy breakfast",
    "gifts for dad",
    "back to school",
    "cosy winter evenings",
)


def main() -> None:
    """Print the medians."""
    with real_services() as services:
        pipeline.warm(services)
        first: list[float] = []
        whole: list[float] = []
        chosen: list[float] = []
        for theme in THEMES:
            began = time.perf_counter()
            work = pipeline.plan(services, theme)
            seen = False
            while True:
                try:
                    event = next(work)
                except StopIteration as stop:
                    trajectory = stop.value
                    break
                if isinstance(event, TurnFinished) and not seen:
                    first.append(time.perf_counter() - began)
                    seen = True
            whole.append(time.perf_counter() - began)
            began = time.perf_counter()
            for _ in pipeline.select(services, trajectory.intent, strategy=trajectory.best.strategy):
                pass
            chosen.append(time.perf_counter() - began)
    for name, seconds in (("theme to first preview", first), ("theme to last turn", whole), ("selection", chosen)):
        print(f"{name}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s, {len(seconds)} themes")


if __name__ == "__main__":
    main()
