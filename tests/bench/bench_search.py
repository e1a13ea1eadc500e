"""Plain search on the judged queries of ESCI, in the whole real catalogue, beside BM25, dense and LanceDB's hybrid."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from core.evaluation.search_benchmark import Ranker, compare, read_queries, table
from core.recall.ranking import search
from tests.bench.lancedb_peer import Peer
from tests.bench.real_catalogue import real_services

DEPTH = 1_000
"""Products listed by every ranker, so that ten judged ones are among them."""


def main() -> None:
    """Print the table."""
    services = real_services()
    catalogue, encoder = services.catalogues.open("real", encoder=services.encoder), services.encoder
    data = Path(__file__).resolve().parents[3] / "shared" / "data" / "esci"
    queries = read_queries(data)
    with TemporaryDirectory() as folder:
        peer = Peer.create(catalogue, encoder, Path(folder), depth=DEPTH)
        rankers: dict[str, Ranker] = {
            "BM25": peer.words,
            "dense": peer.dense,
            "LanceDB hybrid, RRF": peer.hybrid,
            "Shelfcraft": lambda text: [c.product_id for c in search(catalogue, encoder, text, limit=DEPTH)],
        }
        found = compare(rankers, queries, ours="Shelfcraft", against="LanceDB hybrid, RRF")
    print(f"{catalogue.rows:,} products, {len(queries)} queries, {sum(q.negated for q in queries)} negated; nDCG@10\n")
    print(table(found))
    seconds = []
    for query in queries:
        began = time.perf_counter()
        search(catalogue, encoder, query.text, limit=50)
        seconds.append(time.perf_counter() - began)
    print(f"\na search of 50 products takes {1000 * median(seconds):.0f} ms (median)", file=sys.stdout)


if __name__ == "__main__":
    main()
