"""A look into a file before anything is built of it: its columns, what they are taken for, and what would go wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from core.catalogue.intake import SAMPLE
from core.catalogue.mapping import ColumnMapping, map_columns
from core.catalogue.readers import Reader, open_reader
from core.catalogue.report import Problem
from core.catalogue.rows import Row
from core.catalogue.validation import Checker
from core.catalogue.values import is_missing
from core.errors import SourceInvalid

SHOWN_ROWS = 12
SHOWN_PROBLEMS = 200
CHECKED_ROWS = 20_000
CHECKED_SECONDS = 1.5
"""A look ends with the chunk in which one of these is reached; a whole catalogue is checked when it is built."""

_SAMPLES = 3
_LONGEST_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of a file: its first different values as short text, and the share of the first rows that have any."""

    name: str
    samples: tuple[str, ...]
    filled: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file holds as it would be read. `mapping` may lack a title, which must then be named by an override.

    `rows` are the first products as plain values; `kept` of `checked` rows would be, `whole` where that was all of
    them. `problems` holds the first 200 rows that would be set aside, `notes` the first 200 values left out.
    """

    source: str
    kind: str
    columns: tuple[ColumnSeen, ...]
    mapping: ColumnMapping
    rows: tuple[dict[str, Any], ...]
    checked: int
    kept: int
    whole: bool
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    noted: int

    @property
    def set_aside(self) -> int:
        """How many of the rows that were checked would be set aside."""
        return self.checked - self.kept


def inspect(
    path: str,
    *,
    overrides: Mapping[str, str] | None = None,
    rows: int = CHECKED_ROWS,
    seconds: float = CHECKED_SECONDS,
) -> Inspection:
    """Look into a file; raises `SourceInvalid` where it cannot be read or is no table."""
    reader = open_reader(path)
    sample = [r.values for r in islice(next(reader.chunks(), []), SAMPLE) if r.problem is None]
    mapping = map_columns(reader.columns, sample, overrides=overrides, source=reader.name, title_needed=False)
    if not any(f.how in ("name", "override") for f in mapping.fields) and not _split(sample):
        raise SourceInvalid(
            f"{reader.name} is text but no table: no comma, semicolon, tab or bar splits its lines into columns. "
            "Export the products as CSV, TSV, JSON, JSONL, .xlsx or Parquet and drop that file; a mere list of names "
            "can be read once its first line says: title.",
            reader.name,
        )
    return _checked(reader, mapping, sample, rows=rows, seconds=seconds)


def _checked(
    reader: Reader, mapping: ColumnMapping, sample: Sequence[Sequence[Any]], *, rows: int, seconds: float
) -> Inspection:
    checker = Checker(mapping, source=reader.name, index=0, sample=sample, seen={})
    until = time.monotonic() + seconds
    shown: list[dict[str, Any]] = []
    problems: list[Problem] = []
    notes: list[Problem] = []
    checked = kept = noted = 0
    chunks = reader.chunks()
    whole = True
    for chunk in chunks:
        for record in chunk:
            row, said = checker.check(record)
            checked += 1
            if row is None:
                problems.extend(said[: SHOWN_PROBLEMS - len(problems)])
                continue
            kept += 1
            noted += len(said)
            notes.extend(said[: SHOWN_PROBLEMS - len(notes)])
            if len(shown) < SHOWN_ROWS:
                shown.append(_plain(row))
        if checked >= rows or time.monotonic() >= until:
            whole = next(chunks, None) is None
            break
    if checked == 0:
        raise SourceInvalid(f"{reader.name} has a header but no row. Export it again with its products.", reader.name)
    return Inspection(
        source=reader.name,
        kind=reader.kind,
        columns=tuple(_seen(name, [r[i] for r in sample if i < len(r)]) for i, name in enumerate(reader.columns)),
        mapping=mapping,
        rows=tuple(shown),
        checked=checked,
        kept=kept,
        whole=whole,
        problems=tuple(problems),
        notes=tuple(notes),
        noted=noted,
    )


def _split(sample: Sequence[Sequence[Any]]) -> bool:
    """Whether most rows hold several values, as a table's do and the lines of a letter do not."""
    return 2 * sum(sum(not is_missing(v) for v in row) > 1 for row in sample) > len(sample)


def _plain(row: Row) -> dict[str, Any]:
    """A row for the eye: without the picture's bytes, which only the word stays of."""
    found = asdict(row)
    found["image"] = None if row.image is None else f"{len(row.image):,} bytes"
    return found


def _seen(name: str, values: Sequence[Any]) -> ColumnSeen:
    there = [v for v in values if not is_missing(v)]
    samples = dict.fromkeys(map(_short, there[:50]))
    return ColumnSeen(name, tuple(islice(samples, _SAMPLES)), len(there) / len(values) if values else 0.0)


def _short(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return f"({len(value):,} bytes)"
    if isinstance(value, dict) and isinstance(value.get("bytes"), bytes):
        return f"({len(value['bytes']):,} bytes)"
    text = " ".join(str(value)[:1_000].split())
    return text if len(text) <= _LONGEST_SAMPLE else text[: _LONGEST_SAMPLE - 1] + "…"
