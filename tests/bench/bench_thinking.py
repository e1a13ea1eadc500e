"""Orchestration: research and planning against a world of fixed waits, 1.0 s a question to the model, 0.5 s a search.

The waits are real HTTP calls to a process of its own, so that all that is measured beside them is ours. A mode's
critical path is what its longest chain of calls that need each other waits; wide should cost less than 1.3 times of it
and at most a third of deep. The published system took 4 s (single), 24 s (wide), 140 s (deep) and 6 s (a fine-tuned
planner in one call): given as ratios beside ours.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from core import pipeline
from core.domain import Intent, Research, ResearchMode
from core.events import result_of
from core.llm.client import OpenAIModel
from core.research.limits import LIMITS, Limits
from core.research.modes import research
from core.research.pages import WebPages
from core.research.providers import Searxng
from core.runs import Runs
from core.services import Services, build_services
from core.settings import Settings
from tests.servers.outside import DEEP_TURNS, MODEL, Outside, outside

T = TypeVar("T")

MODEL_SECONDS, SEARCH_SECONDS = 1.0, 0.5
OPERATORS = 20
SEED = {"single": 4.0, "wide": 24.0, "deep": 140.0, "one call": 6.0}
"""Seconds that the published system took."""

THEME = "camping with kids this weekend"


def main() -> None:
    """Print both tables."""
    times = 1 if os.environ.get("BENCH_QUICK") else 3
    with outside(model_seconds=MODEL_SECONDS, search_seconds=SEARCH_SECONDS) as world:
        _modes(world, times=times)
        with tempfile.TemporaryDirectory(prefix="shelfcraft-bench-") as folder:
            _whole_plans(world, Path(folder), times=times)


def _timed(work: Callable[[], T], times: int) -> tuple[float, T]:
    took = []
    for _ in range(times):
        began = time.monotonic()
        result = work()
        took.append(time.monotonic() - began)
    return statistics.median(took), result


def _modes(world: Outside, *, times: int) -> None:
    """Research alone, each mode beside its critical path."""
    model = OpenAIModel(MODEL, base_url=world.model_url)
    reader = WebPages(trusted=[world.address.removeprefix("http://")])
    intent = Intent(THEME)

    def run(mode: ResearchMode, limits: Limits) -> Research:
        provider = Searxng(world.address)
        return result_of(
            research(mode, intent, provider=provider, reader=reader, model=model, today=date(2026, 6, 1), limits=limits)
        )

    run("single", LIMITS["single"])  # connections stand, modules are loaded
    deep = Limits(searches=8, pages=0, turns=DEEP_TURNS, seconds=120.0)
    # Calls that wait for each other: question to the model and searches of each mode.
    paths: tuple[tuple[ResearchMode, Limits, int, int], ...] = (
        ("single", LIMITS["single"], 1, 1),
        ("wide", LIMITS["wide"], 2, 1),
        ("deep", deep, DEEP_TURNS + 1, DEEP_TURNS),
    )
    print("| research | critical path | took | ratio | searches | pages | evidence | findings |")
    print("|---|---|---|---|---|---|---|---|")
    seconds: dict[str, float] = {}
    for mode, limits, questions, searches in paths:
        path = questions * MODEL_SECONDS + searches * SEARCH_SECONDS
        took, found = _timed(lambda mode=mode, limits=limits: run(mode, limits), times)  # type: ignore[misc]
        seconds[mode] = took
        counts = f"{found.searches} | {found.pages} | {len(found.evidence)} | {len(found.findings)}"
        print(f"| {mode} | {path:.1f} s | {took:.2f} s | {took / path:.2f} | {counts} |", flush=True)
    share = seconds["wide"] / seconds["deep"]
    print(f"\nwide takes {share:.2f} of deep (at most 0.33), published {SEED['wide'] / SEED['deep']:.2f}\n")


def _whole_plans(world: Outside, folder: Path, *, times: int) -> None:
    """A plan from theme to saved list with each mode of research, then many operators at once."""
    settings = Settings(
        home=folder, base_url=world.model_url, model=MODEL, judge_model="", search="searxng", searxng_url=world.address
    )
    with build_services(settings) as services:
        result_of(pipeline.build_demo(services))
        pipeline.rehearse(services)
        runs = Runs(services)
        try:
            _by_mode(runs, times=times)
            _many(runs, services)
        finally:
            runs.close()


def _plan(runs: Runs, theme: str, mode: str, *, turns: int = 1) -> float:
    began = time.monotonic()
    params = {"theme": theme, "planner": "llm", "research": mode, "turns": turns}
    run_id = runs.start("plan", params)
    record = runs.wait(run_id, 120)
    assert record.status == "finished", record.error
    return time.monotonic() - began


def _by_mode(runs: Runs, *, times: int) -> None:
    print("| plan by the model in one turn, list saved | took | to single | published to its single |")
    print("|---|---|---|---|")
    names = {"single": "single", "wide": "wide", "deep": "deep", "none": "one call"}
    number = iter(range(1_000))

    def median(mode: str) -> float:
        # Every theme another one: an answer out of the cache would flatter.
        return statistics.median(_plan(runs, f"{THEME} {next(number)}", mode) for _ in range(times))

    took = {mode: median(mode) for mode in names}
    for mode, name in names.items():
        share, published = took[mode] / took["single"], SEED[name] / SEED["single"]
        print(f"| {name} | {took[mode]:.2f} s | {share:.2f} | {published:.2f} |", flush=True)


def _many(runs: Runs, services: Services) -> None:
    """Operators who plan at once: how much longer it takes than alone, and what a screen's work waits meanwhile."""
    alone = _plan(runs, f"{THEME} alone", "wide")
    took: list[float] = []

    def operator(n: int) -> None:
        took.append(_plan(runs, f"{THEME} for group {n}", "wide"))

    threads = [threading.Thread(target=operator, args=(n,)) for n in range(OPERATORS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    waits = []
    strategy = pipeline.planned(services, _last_plan(services)).best.strategy
    while any(thread.is_alive() for thread in threads):
        before = time.monotonic()
        pipeline.assess(services, strategy, intent=THEME)
        waits.append(1_000 * (time.monotonic() - before))
        time.sleep(0.05)
    whole = time.monotonic() - began
    slowest = max(took)
    print(f"\n{OPERATORS} plans with wide research at once, one process, {os.cpu_count()} cores: alone {alone:.2f} s, ")
    print(f"median {statistics.median(took):.2f} s, slowest {slowest:.2f} s, all done after {whole:.2f} s;")
    waits.sort()
    print(
        f"an edit counted meanwhile: median {statistics.median(waits):.0f} ms, "
        f"95 % under {waits[int(0.95 * (len(waits) - 1))]:.0f} ms ({len(waits)} edits)"
    )


def _last_plan(services: Services) -> str:
    return next(run.run_id for run in pipeline.recent_runs(services) if run.kind == "plan" and run.status == "finished")
