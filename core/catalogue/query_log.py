"""A shop's query log: what its customers typed and how often."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from core.catalogue.mapping import normal_name
from core.catalogue.readers import open_reader
from core.catalogue.storage import write_whole
from core.errors import SourceInvalid

_QUERY = frozenset(
    "query queries searchterm search term keyword keywords searchquery q suchbegriff requete consulta".split()
)
_COUNT = frozenset("count counts searches frequency volume hits n clicks anzahl total number sessions".split())
_LONGEST = 200


def read_query_log(path: str | os.PathLike[str]) -> tuple[tuple[str, int], ...]:
    """The queries of a file with a column of queries and, where there is one, of counts (else every row counts 1).

    Equal queries are added up, the most frequent come first. Raises `SourceInvalid`.
    """
    reader = open_reader(path)
    names = [normal_name(c) for c in reader.columns]
    query = next((i for i, n in enumerate(names) if n in _QUERY), 0 if len(names) <= 2 else None)
    count = next((i for i, n in enumerate(names) if n in _COUNT), 1 if len(names) == 2 else None)
    if query is None:
        raise SourceInvalid(
            f"{reader.name} has no column of queries. Name it `query`, and `count` for how often it was typed.",
            os.fspath(path),
        )
    counts: dict[str, int] = {}
    for chunk in reader.chunks():
        for record in chunk:
            text = " ".join(str(record.values[query] or "").split()).casefold()[:_LONGEST]
            number = _whole(record.values[count]) if count is not None else 1
            if text and number > 0:
                counts[text] = counts.get(text, 0) + number
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def write_query_log(path: Path, queries: Iterable[tuple[str, int]]) -> int:
    """Keep a query log beside a catalogue, the most frequent first; returns how many queries it holds."""
    kept = sorted(((" ".join(q.split()), n) for q, n in queries if q.split()), key=lambda pair: (-pair[1], pair[0]))
    write_whole(path, "".join(f"{query}\t{count}\n" for query, count in kept).encode())
    return len(kept)


def _whole(value: object) -> int:
    try:
        return int(float(str(value).replace(",", "")))
    except (ValueError, OverflowError):
        return 0
