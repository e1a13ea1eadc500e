"""`make bench`: every measure of the project, or the ones named (`make bench BENCH="search themes"`)."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from importlib import import_module

MEASURES = {
    "search": "tests.bench.bench_search",
    "relevance": "tests.bench.bench_relevance",
    "live": "tests.bench.bench_live",
    "themes": "tests.bench.bench_themes",
    "rules": "tests.bench.bench_rules",
    "recall": "tests.bench.bench_recall",
    "first_preview": "tests.bench.bench_first_preview",
    "pictures": "tests.bench.bench_pictures",
    "thinking": "tests.bench.bench_thinking",
    "studio": "tests.bench.bench_studio",
}


def main(names: list[str]) -> int:
    """Run the named measures in order, all where none is named; returns 2 for an unknown name."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"There is no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}.", file=sys.stderr)
        return 2
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    for name in names or MEASURES:
        began = time.monotonic()
        print(f"\n## {name}\n", flush=True)
        run: Callable[[], None] = import_module(MEASURES[name]).main
        run()
        print(f"\n({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
