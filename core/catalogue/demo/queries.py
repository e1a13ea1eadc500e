"""How the customers of the invented shop search: the demo's query log."""

from __future__ import annotations

from core.catalogue.demo.vocabulary import ASSETS


def demo_query_log() -> tuple[tuple[str, int], ...]:
    """Queries in the customers' own words with how often each was typed, in the order of the file."""
    found: list[tuple[str, int]] = []
    for line in (ASSETS / "queries.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, _, count = line.partition("\t")
        if query:
            found.append((query, int(count)))
    return tuple(found)
