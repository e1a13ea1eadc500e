"""The screens: waits of one operator and of many, start, memory, a new user's way, fast keys, accessibility.

BENCH_QUICK=1 repeats everything less often, for a look in between.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench import studio_browser, studio_load
from tests.bench.studio_home import Home, make_home, stored_verdicts
from tests.e2e import chromium
from tests.e2e.axe import audit
from tests.e2e.places import SCREENS, Place
from tests.e2e.screens import settle
from tests.e2e.server import StudioServer

STARTS = 3
REPEATS = 40
PAINTS = 7
LOADS = (20, 50)
RERUNS = 10
DELAYS = (0, 30, 120)
SOAK = 1_000
HEADINGS = ("measure", "aim", "found", "more")


def main() -> None:
    """Print the table of measures with what they aim at."""
    quick = bool(os.environ.get("BENCH_QUICK"))
    rows: list[tuple[str, str, str, str]] = [HEADINGS]

    def note(*row: str) -> None:
        rows.append((row[0], row[1], row[2], row[3]))
        print(f"  {' | '.join(row)}", flush=True)

    with tempfile.TemporaryDirectory(prefix="shelfcraft-bench-") as folder:
        home = make_home(Path(folder), lists=max(LOADS), long_lists=len(DELAYS))
        server = _started(home, note, times=1 if quick else STARTS)
        try:
            _memory(server, home, note, reruns=50 if quick else SOAK)
            _loads(server, home, note, reruns=3 if quick else RERUNS)
            # Not before the load clients: Playwright keeps an event loop of its own in this thread.
            with sync_playwright() as playwright:
                browser = chromium.launch(playwright)
                _one_browser(browser, server, home, note, quick=quick)
                _new_user(browser, server, note)
                _keys(browser, server, home, note)
                _accessibility(browser, Place(server.address, home.untouched), note)
                browser.close()
        finally:
            server.stop()
    cores = os.cpu_count()
    print(f"\nServer, browser and load clients share one machine of {cores} cores.\n")
    _table(rows)


Note = Callable[..., None]


def _started(home: Home, note: Note, *, times: int) -> StudioServer:
    """Start a few times over the built catalogue; the last one stays."""
    took = []
    server = StudioServer(home.folder)
    for _ in range(times):
        server.stop()
        took.append(server.start().start_seconds)
    note("start to healthy", "10 s", f"{statistics.median(took):.1f} s", f"median of {times}")
    return server


def _memory(server: StudioServer, home: Home, note: Note, *, reruns: int) -> None:
    """Growth by sessions that are open at once, and by reruns; the first sessions fill what is shared by all."""
    first = 10
    opened = (*home.lists[:first], *home.lists)
    before, held = studio_load.hold_sessions(server.address, opened, first=first, measure=server.memory)
    number = len(home.lists)
    note("memory a session", "1 MB", f"{(held - before) / number:.2f} MB", f"{number} sessions, {before:.0f} MB before")
    before = server.memory()
    early, late = studio_load.soak(server.address, home.lists[0], reruns=reruns)
    note(
        f"{reruns:,} reruns in one session",
        "no growth",
        f"{server.memory() - before:+.1f} MB",
        f"first tenth {early.median:.0f} ms, last tenth {late.median:.0f} ms",
    )


def _loads(server: StudioServer, home: Home, note: Note, *, reruns: int) -> None:
    """Many sessions on the studio, and as many on a plain Streamlit page that has the same grid and nothing else."""
    aims = {20: "20 ms", 50: "100 ms"}
    with StudioServer(home.folder / "plain", script="tests/bench/plain_page.py") as plain:
        peers = {number: studio_load.load(plain.address, home.lists[:number], reruns=reruns) for number in LOADS}
    for number in LOADS:
        cpu = server.cpu_seconds()
        found = studio_load.load(server.address, home.lists[:number], reruns=reruns)
        # Each session draws its page once at the beginning.
        each = (server.cpu_seconds() - cpu) * 1000 / (number * (2 * reruns + 1))
        peer = peers[number]
        for name, times, its in (
            ("rerun", found.reruns, peer.reruns),
            ("verdict", found.verdicts, peer.verdicts),
        ):
            more = f"p95 {times.p95:.0f} ms, {each:.0f} ms of CPU a run; plain page {its.median:.0f} ms"
            ratio = f"ratio {times.median / its.median:.2f}"
            note(f"{name}, {number} sessions, server", aims[number], f"{times.median:.0f} ms", f"{more}, {ratio}")


def _one_browser(browser: Browser, server: StudioServer, home: Home, note: Note, *, quick: bool) -> None:
    repeats = 10 if quick else REPEATS
    keys, turns = studio_browser.rerun_times(browser, server.address, home.lists[0], repeats=repeats)
    for name, times in (("key to new figure", keys), ("page turned to new cards", turns)):
        note(
            f"{name}, one browser",
            "60 ms",
            f"{statistics.median(times):.0f} ms",
            f"p95 {_p95(times):.0f} ms, {repeats} times",
        )
    paints = [studio_browser.paint(browser, server.address, home.lists[0]) for _ in range(2 if quick else PAINTS)]
    note(
        "first contentful paint",
        "1.5 s",
        f"{statistics.median(p.first for p in paints) / 1000:.2f} s",
        "fresh browser, warm server",
    )
    note(
        "60 cards with pictures",
        "",
        f"{statistics.median(p.whole for p in paints) / 1000:.2f} s",
        "a saved list by its address",
    )


def _new_user(browser: Browser, server: StudioServer, note: Note) -> None:
    found = studio_browser.new_user(browser, server.address)
    note(
        "new user, theme to CSV",
        "6 clicks, 60 s",
        f"{found.clicks} clicks, {found.seconds:.1f} s",
        f"{found.products} products",
    )


def _keys(browser: Browser, server: StudioServer, home: Home, note: Note) -> None:
    for delay, selection in zip(DELAYS, home.long_lists, strict=True):
        found = studio_browser.judge_by_keys(browser, server.address, selection, delay=delay)
        stored = stored_verdicts(home, selection)
        lost = sum(
            found.after_reload.get(product) != verdict or stored.get(product) != verdict
            for product, verdict in found.given.items()
        )
        note(
            f"{len(found.given)} verdicts, {delay} ms a key",
            "180 s, 0 lost",
            f"{found.seconds:.1f} s, {lost} lost",
            "after a reload and in SQL",
        )


def _accessibility(browser: Browser, place: Place, note: Note) -> None:
    failures: list[str] = []
    passed = 0
    for scheme in ("light", "dark"):
        for name, open_screen in SCREENS.items():
            context = browser.new_context(
                viewport={"width": 1440, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page = context.new_page()
            open_screen(page, place)
            settle(page)
            page.wait_for_timeout(600)
            found = audit(page)
            passed = max(passed, found.passed)
            failures += [f"{name} {scheme}: {failure.rule}" for failure in found.failures]
            context.close()
    screens = f"{len(SCREENS)} screens, light and dark, up to {passed} rules"
    note("axe, WCAG 2.1 AA", "0 failures", f"{len(failures)} failures", "; ".join((screens, *failures)))


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[round(0.95 * (len(times) - 1))]


def _table(rows: Sequence[tuple[str, str, str, str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), "", row[3])


if __name__ == "__main__":
    main()
