"""Live learning, simulated with known answers: the next 20 products after 10, 20 and 40 verdicts, beside no learning
and Rocchio; which order teaches more; wrong verdicts; speed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from core.evaluation.live_learning import (
    Live,
    Ranker,
    Session,
    as_listed,
    by_prior,
    cross_validated,
    differences,
    explored,
    kept_of_shown,
    next_precision,
    rest_precision,
    table,
)
from core.evaluation.live_sessions import by_held_out_judge, query_sessions, theme_sessions
from core.evaluation.rocchio import GRID, Rocchio
from core.evaluation.theme_lists import PRECISE
from core.evaluation.themes import OTHERS, SEASONAL
from core.pipeline.relevance import items
from core.relevance.likeness import Likeness
from core.relevance.live import MODEL, learn
from core.services import Services
from tests.bench.real_catalogue import real_services

Floats = npt.NDArray[np.float64]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "esci"
TEXTBOOK = Rocchio(0.75, 0.15, "vectors", 0.0)
MODELS = tuple(
    replace(MODEL, slope=slope, kept=kept, rejected=rejected)
    for slope, (kept, rejected) in product((0.1, 0.2, 0.4), ((1.0, 1.0), (2.5, 0.5), (2.5, 0.2)))
)
SHOWN = 60


def main() -> None:
    """Print the tables."""
    services = real_services()
    queries = query_sessions(services, DATA)
    sessions = [*queries, *theme_sessions(services, (*SEASONAL, *OTHERS))]
    rows = _open_loop(sessions)
    _print_differences(sessions, rows)
    _print_rest([s for s in queries if s.kind == "judged"])
    print("\nThe same queries listed by the local judge, trained on other queries; precision of the next 20:\n")
    judged = by_held_out_judge(services, DATA, queries)
    print(table(judged, {name: next_precision(ranker, judged) for name, ranker in _rankers().items()}))
    _print_rest([s for s in judged if s.kind.startswith("judged")])
    print(f"\nThemes on which nothing was chosen ({len(PRECISE)} others):\n")
    fresh = theme_sessions(services, PRECISE)
    print(table(fresh, {name: next_precision(ranker, fresh) for name, ranker in _rankers().items()}))
    _print_early(sessions)
    _print_closed(sessions)
    _print_wrong(sessions)
    _print_explored(sessions)
    _print_speed(services)


def _rankers() -> dict[str, Ranker]:
    return {
        "no learning, as listed": as_listed,
        "no learning, by the prior": by_prior,
        "Rocchio, textbook": TEXTBOOK,
        "live learning": Live(),
    }


def _open_loop(sessions: Sequence[Session]) -> dict[str, Floats]:
    rows = {name: next_precision(ranker, sessions) for name, ranker in _rankers().items()}
    rocchio, chosen = cross_validated(sessions, [next_precision(ranker, sessions) for ranker in GRID])
    rows["Rocchio, constants chosen in the folds"] = rocchio
    print(f"Rocchio: {len(GRID)} settings; chosen most often: {GRID[chosen.most_common(1)[0][0]]}\n")
    live, chosen = cross_validated(sessions, [next_precision(Live(model), sessions) for model in MODELS])
    rows["live learning, constants chosen in the folds"] = live
    best = MODELS[chosen.most_common(1)[0][0]]
    print(
        f"live learning: {len(MODELS)} settings; chosen most often: slope {best.slope:g}, "
        f"kept {best.kept:g}, rejected {best.rejected:g}\n"
    )
    print("Precision of the next 20:\n")
    print(table(sessions, rows))
    return rows


def _print_differences(sessions: Sequence[Session], rows: Mapping[str, Floats]) -> None:
    ours = rows["live learning, constants chosen in the folds"]
    for name in ("no learning, by the prior", "Rocchio, constants chosen in the folds"):
        print(f"\nlive learning less {name}, 95 % interval over queries or themes:")
        for kind, found in differences(sessions, ours, rows[name]).items():
            print(f"* {kind}: {found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})")


def _print_rest(sessions: Sequence[Session]) -> None:
    print("\nAverage precision of all that is left (the judged products of a query are too few for the next 20):\n")
    rows = {name: rest_precision(ranker, sessions, after=(5, 10, 20)) for name, ranker in _rankers().items()}
    print(table(sessions, rows, after=(5, 10, 20)))


def _print_early(sessions: Sequence[Session]) -> None:
    print("\nThe first verdicts (precision of the next 20):\n")
    after = (1, 3, 5, 8)
    rankers = {name: ranker for name, ranker in _rankers().items() if "Rocchio" not in name}
    print(table(sessions, {n: next_precision(r, sessions, after=after) for n, r in rankers.items()}, after=after))


def _print_closed(sessions: Sequence[Session]) -> None:
    print(f"\nShare kept of the first {SHOWN} shown, put in order anew after every 10:\n")
    rows = {n: kept_of_shown(r, sessions, shown=SHOWN)[:, None] for n, r in _rankers().items()}
    print(table(sessions, rows, after=(SHOWN,)))


def _print_wrong(sessions: Sequence[Session]) -> None:
    print("\nOne verdict of ten wrong (precision of the next 20):\n")
    print(table(sessions, {n: next_precision(r, sessions, flips=0.1) for n, r in _rankers().items()}))


def _print_explored(sessions: Sequence[Session]) -> None:
    print("\nAverage precision of all but the first 10, after 10 more verdicts in each order:\n")
    found = explored(("list", "fit", "teach"), sessions)
    print(table(sessions, {n: found[:, [k]] for k, n in enumerate(("list", "fits most", "teaches most"))}, after=(20,)))


def _print_speed(services: Services) -> None:
    ids = services.shelf().catalogue.columns(["product_id"])["product_id"].to_pylist()
    print()
    for count in (1_000, 10_000):
        held = items(services, ids[:: len(ids) // count][:count])
        prior = np.linspace(0.9, 0.1, len(held))
        verdicts = {item.product.product_id: k % 3 > 0 for k, item in enumerate(held[:40])}
        made, learned = [], []
        for _ in range(5):
            began = time.process_time()
            likeness = Likeness(held)
            made.append(time.process_time() - began)
            learn(held, prior, verdicts, likeness=likeness).order("fit")
            learned.append(time.process_time() - began - made[-1])
        print(
            f"{len(held):,} products and 40 verdicts: {1000 * median(learned):.0f} ms, "
            f"and {1000 * median(made):.0f} ms once a list to prepare it (time of one core)"
        )


if __name__ == "__main__":
    main()
