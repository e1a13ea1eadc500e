"""What the tests of ingest share: driving a build to its end and writing small exports."""

from __future__ import annotations

import csv
from collections.abc import Generator, Sequence
from pathlib import Path

from core.catalogue.report import IngestReport
from core.events import Event


def drive(work: Generator[Event, None, IngestReport]) -> tuple[IngestReport, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path
