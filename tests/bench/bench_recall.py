"""TinyPreview's speed and error, and the full recall's latency, on the real products and on a million made of them.

`python -m tests.bench.bench_recall --made 200000` makes fewer; `--made 0` leaves them out.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core.catalogue.embedding import CachedEncoder
from core.catalogue.table import Catalogue
from core.domain import Strategy
from core.recall.full import recall
from core.recall.preview import TinyPreview
from core.recall.snapshot import Snapshot, draw_sample, take_snapshot
from core.recall.terms import read_terms
from tests.bench.made_catalogue import make_catalogue
from tests.bench.real_catalogue import real_services
from tests.bench.recall_peers import BarePreview, TantivyAndFaiss

POSITIVE, NEGATIVE = 8, 4
OUT = 10_000
SIZES = (10_000, 20_000)
INTENT = "presents for the whole family"


@dataclass
class Options:
    """What a run measures: `strategies` for speed, `trials` samples for the error, `rounds` of full recalls."""

    made: int = 1_000_000
    strategies: int = 60
    trials: int = 12
    rounds: int = 5
    keep: str | None = None


@dataclass
class Found:
    """Every number of one catalogue."""

    products: int
    speed: list[dict[str, Any]] = field(default_factory=list)
    error: list[dict[str, Any]] = field(default_factory=list)
    full: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def title_strategies(snapshot: Snapshot, catalogue: Catalogue, number: int) -> list[Strategy]:
    """Strategies of 8 and 4 terms of two neighbouring words of titles; no term comes twice, so each starts cold."""
    dice = np.random.default_rng(4)
    ids = snapshot.ids_of(np.sort(dice.choice(snapshot.population, min(6_000, snapshot.population), replace=False)))
    terms: dict[str, None] = {}
    for product in catalogue.products(ids).values():
        words = [w for w in product.title.casefold().split() if w.isalpha() and len(w) > 2]
        for first, second in zip(words, words[1:], strict=False):
            terms.setdefault(f"{first} {second}")
    drawn = dice.permutation(np.array(list(terms)))
    width = POSITIVE + NEGATIVE
    chunks = [drawn[k * width : (k + 1) * width].tolist() for k in range(min(number, len(drawn) // width))]
    return [Strategy(tuple(c[:POSITIVE]), tuple(c[POSITIVE:])) for c in chunks]


def category_terms(snapshot: Snapshot) -> list[str]:
    """The names of categories at every level, the most frequent first."""
    codes = np.bincount(snapshot.filter_columns.category, minlength=len(snapshot.filter_columns.categories))
    sizes: dict[str, int] = {}
    for path, size in zip(snapshot.filter_columns.categories, codes.tolist(), strict=True):
        for part in path.casefold().replace("&", ",").replace(">", ",").split(","):
            if part.strip():
                sizes[part.strip()] = sizes.get(part.strip(), 0) + size
    return sorted(sizes, key=lambda name: (-sizes[name], name))


def category_strategies(pool: Sequence[str], number: int) -> list[Strategy]:
    """Strategies of 8 and 4 terms drawn from the pool."""
    dice = np.random.default_rng(9)
    drawn = [dice.choice(len(pool), POSITIVE + NEGATIVE, replace=False).tolist() for _ in range(number)]
    return [Strategy(tuple(pool[k] for k in d[:POSITIVE]), tuple(pool[k] for k in d[POSITIVE:])) for d in drawn]


def mixed(strategies: Sequence[Strategy], pool: Sequence[str]) -> list[Strategy]:
    """The strategies with three of their positive terms put by names of categories, so that they recall more."""
    dice = np.random.default_rng(5)
    names = [dice.choice(len(pool), 3, replace=False).tolist() for _ in strategies]
    return [
        Strategy((*s.positive[:5], *(pool[k] for k in drawn)), s.negative)
        for s, drawn in zip(strategies, names, strict=True)
    ]


def rate(call: Callable[[int], object], number: int, *, rounds: int = 3) -> float:
    """Calls a second of this thread's processor time: the best round of `number` calls."""
    best = 0.0
    for _ in range(rounds):
        began = time.thread_time()
        for k in range(number):
            call(k)
        best = max(best, number / (time.thread_time() - began))
    return best


def measure_speed(snapshot: Snapshot, encoder: CachedEncoder, strategies: list[Strategy]) -> dict[str, Any]:
    """Previews a second, warm (columns cached) and cold (term vectors given), beside the bare experiment."""
    keys = sorted({t.key for s in strategies for t in (*read_terms(s).positive, *read_terms(s).negative)})
    vectors = dict(zip(keys, encoder.encode(keys), strict=True))
    profile, number = encoder.profile, len(strategies)
    bare = BarePreview(snapshot, strategies, vectors)
    tiny = TinyPreview(snapshot, encoder)
    tiny.warm()
    one = [[s] for s in strategies]
    gc.collect()
    gc.freeze()  # as the app does once it is warm

    def cold(call: Callable[[TinyPreview, int], object]) -> float:
        fresh = [TinyPreview(snapshot, encoder) for _ in range(3)]
        for preview in fresh:
            preview.counts([Strategy(("warm",), ("cold",))], intent=INTENT)
        return max(rate(lambda k, p=preview: call(p, k), number, rounds=1) for preview in fresh)

    found = {
        "rows": snapshot.size,
        "bare_warm": rate(lambda k: bare.warm(k, profile.tau, profile.tau_negative), number),
        "bare_cold": rate(lambda k: bare.cold(k, profile.tau, profile.tau_negative), number),
        "cold_count_mean": cold(lambda p, k: p.counts(one[k])),
        "cold_everything": cold(lambda p, k: p.preview(strategies[k], intent=INTENT)),
    }
    tiny.previews(strategies, intent=INTENT)
    repeated = [k % number for k in range(max(1_000, number))]
    found["warm_count_mean"] = rate(lambda k: tiny.counts(one[repeated[k]]), len(repeated))
    found["warm_batch"] = number * rate(lambda k: tiny.counts(strategies), 20)
    found["warm_everything"] = rate(lambda k: tiny.preview(strategies[repeated[k]], intent=INTENT), len(repeated))
    return found


def sampled(whole: Snapshot, size: int, seed: int) -> Snapshot:
    """The same catalogue with a forced sample."""
    rows = draw_sample(whole.population, size, seed=seed)
    return Snapshot(
        version=whole.version,
        encoder=whole.encoder,
        product_ids=whole.product_ids,
        lexicon=whole.lexicon,
        postings=whole.postings,
        filter_columns=whole.filter_columns,
        brand=whole.brand,
        brands=whole.brands,
        family=whole.family,
        sample_rows=rows,
        vectors=np.ascontiguousarray(whole.vectors[rows]),
    )


def measure_error(
    whole: Snapshot, encoder: CachedEncoder, strategies: list[Strategy], truth: np.ndarray, *, size: int, trials: int
) -> list[dict[str, Any]]:
    """RMS and mean of the count's relative error, and how often the 95 % interval holds, by true count."""
    errors, held = [], []
    for seed in range(trials):
        tiny = TinyPreview(sampled(whole, size, seed), encoder)
        for k, preview in enumerate(tiny.previews(strategies, details=False)):
            errors.append((truth[k], preview.count / max(truth[k], 1) - 1))
            held.append(preview.low <= truth[k] <= preview.high)
    true, relative = np.array(errors).T
    out = []
    for low, high in (
        (300, 1_000),
        (1_000, 3_000),
        (3_000, 10_000),
        (10_000, np.inf),
        (1_000, np.inf),
        (3_000, np.inf),
    ):
        among = (true >= low) & (true < high)
        if among.sum() >= 30:
            rms, bias = float(np.sqrt((relative[among] ** 2).mean())), float(relative[among].mean())
            cover = float(np.array(held)[among].mean())
            out.append({"rows": size, "from": low, "to": high, "rms": rms, "bias": bias, "covered": cover})
    return out


def measure_full(
    catalogue: Catalogue, whole: Snapshot, encoder: CachedEncoder, strategies: list[Strategy], *, rounds: int
) -> dict[str, Any]:
    """Median milliseconds of a full recall and of tantivy plus faiss on the same terms, turn by turn."""
    columns = catalogue.columns(["tokens", "asserted"])
    peer = TantivyAndFaiss(columns["tokens"], columns["asserted"], whole.vectors, threads=os.cpu_count() or 1)
    profile = encoder.profile
    ours, theirs, counts, peer_counts = [], [], [], []
    for turn in range(rounds + 1):
        for strategy in strategies:
            terms = read_terms(strategy)
            vectors = encoder.encode([t.key for t in (*terms.positive, *terms.negative)])
            began = time.perf_counter()
            found = recall(catalogue, encoder, strategy, lexicon=whole.lexicon, limit=OUT)
            middle = time.perf_counter()
            number = peer.recall(terms, vectors, tau=profile.tau, tau_negative=profile.tau_negative, limit=OUT)
            ended = time.perf_counter()
            if turn:  # the first one warms
                ours.append(1000 * (middle - began))
                theirs.append(1000 * (ended - middle))
                counts.append(found.count)
                peer_counts.append(number)
    return {
        "strategies": len(strategies),
        "recalled": statistics.median(counts),
        "listed_by_peer": statistics.median(peer_counts),
        "ours_ms": statistics.median(ours),
        "ours_worst_ms": max(ours),
        "tantivy_faiss_ms": statistics.median(theirs),
    }


def near(truth: np.ndarray, strategies: list[Strategy], number: int) -> list[Strategy]:
    """The strategies whose recall comes nearest to 10,000 products."""
    order = np.argsort(abs(truth - OUT), kind="stable")[:number]
    return [strategies[k] for k in order.tolist()]


def measure(catalogue: Catalogue, encoder: CachedEncoder, options: Options) -> Found:
    """Everything of one catalogue."""
    found = Found(catalogue.rows)
    began = time.perf_counter()
    whole = take_snapshot(catalogue, whole_up_to=catalogue.rows)
    found.seconds["snapshot, every vector"] = time.perf_counter() - began
    names = category_terms(whole)
    quick = title_strategies(whole, catalogue, options.strategies)
    # From broad to narrow, so that the recalled sets have many sizes.
    many = [s for pool in (names[:80], names[80:200], names[200:320]) for s in category_strategies(pool, 100)]
    many += [*quick, *mixed(quick, names[:320])]
    began = time.perf_counter()
    truth, _ = TinyPreview(whole, encoder).counts(many)
    found.seconds["truth"] = time.perf_counter() - began
    for size in SIZES:
        if size < catalogue.rows:
            found.speed.append(measure_speed(sampled(whole, size, 0), encoder, quick))
            found.error += measure_error(whole, encoder, many, truth, size=size, trials=options.trials)
    found.full = measure_full(catalogue, whole, encoder, near(truth, many, 8), rounds=options.rounds)
    return found


def report(found: Found) -> None:
    """Print one catalogue's numbers."""
    print(f"\n{found.products:,} products; {POSITIVE} positive and {NEGATIVE} negative terms")
    print(
        "\npreviews a second on one core\n| rows | | bare: count, mean | count, mean | 60 at once | every statistic |"
    )
    for s in found.speed:
        warm = (s["bare_warm"], s["warm_count_mean"], s["warm_batch"], s["warm_everything"])
        print(f"| {s['rows']:,} | warm | " + " | ".join(f"{x:,.0f}" for x in warm) + " |")
        cold = (f"{s['bare_cold']:,.0f}", f"{s['cold_count_mean']:,.0f}", "", f"{s['cold_everything']:,.0f}")
        print(f"| {s['rows']:,} | cold | " + " | ".join(cold) + " |")
    print("\nerror of the count\n| rows | true count | RMS | bias | interval holds |")
    for e in found.error:
        span = f"{e['from']:,} to {e['to']:,.0f}" if np.isfinite(e["to"]) else f"above {e['from']:,}"
        print(f"| {e['rows']:,} | {span} | {e['rms']:.1%} | {e['bias']:+.1%} | {e['covered']:.1%} |")
    f = found.full
    print(
        f"\nfull recall, {f['recalled']:,.0f} products found (median of {f['strategies']} strategies), {OUT:,} listed"
    )
    print(f"ours {f['ours_ms']:.0f} ms (worst {f['ours_worst_ms']:.0f})")
    print(f"tantivy plus faiss {f['tantivy_faiss_ms']:.0f} ms, lists {f['listed_by_peer']:,.0f}")
    print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.seconds.items()), flush=True)


def run(options: Options) -> None:
    """Measure here and now, in this process."""
    services = real_services()
    encoder = services.encoder
    real = services.catalogues.open("real", encoder=encoder)
    results = [measure(real, encoder, options)]
    report(results[0])
    if options.made:
        with TemporaryDirectory() as scratch:
            folder = Path(scratch) / "made" if options.keep is None else Path(options.keep)
            began = time.perf_counter()
            there = (folder / "catalogue.json").exists()
            made = Catalogue("made", folder) if there else make_catalogue(real, folder, rows=options.made)
            seconds = time.perf_counter() - began
            results.append(measure(made, encoder, options))
            results[-1].seconds["making the catalogue"] = seconds
            report(results[-1])
    path = services.settings.home / "bench_recall.json"
    path.write_text(json.dumps([asdict(found) for found in results], indent=1), encoding="utf-8")
    print(f"\nwritten to {path}")


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables; measures in a process whose matrix products run on one core."""
    if "--here" not in arguments:
        single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        command = [sys.executable, "-m", "tests.bench.bench_recall", *arguments, "--here"]
        subprocess.run(command, env=os.environ | single, check=True)
        return
    defaults = Options()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--made", type=int, default=defaults.made, help="products of the made catalogue")
    parser.add_argument("--strategies", type=int, default=defaults.strategies)
    parser.add_argument("--trials", type=int, default=defaults.trials)
    parser.add_argument("--rounds", type=int, default=defaults.rounds)
    parser.add_argument("--keep", help="folder of the made catalogue, kept and used again")
    given = vars(parser.parse_args(arguments))
    given.pop("here")
    run(Options(**given))


if __name__ == "__main__":
    main(sys.argv[1:])
