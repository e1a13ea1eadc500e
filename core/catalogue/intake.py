"""Reads sources into a staged file of checked, analysed rows, and sets aside what cannot be used."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from core.catalogue.mapping import ColumnMapping, checked_overrides, map_columns, override_columns
from core.catalogue.progress import Stage
from core.catalogue.readers import FrameReader, Reader, Record, open_reader
from core.catalogue.report import PROBLEMS_SHOWN, FieldFound, Problem, SourceReport
from core.catalogue.rows import Row, row_from_fields, staged_batch, staged_schema
from core.catalogue.sources import Frame, ProductRows, Source, source_name, source_names
from core.catalogue.validation import Checker, Seen
from core.errors import InputError, SourceInvalid
from core.events import Event, Warned

SAMPLE = 300
_STAGED_ROWS = 2_000


class Staged:
    """The checked rows on disk, in batches; memory-mapped, so that only the columns asked for are read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
            self.rows = sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))

    def batches(self, names: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Every batch in order, with these columns only where they are named."""
        fields = None if names is None else [staged_schema().get_field_index(n) for n in names]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        with pa.OSFile(str(self._path)) as file, pa.ipc.open_file(file, options=options) as reader:
            for i in range(reader.num_record_batches):
                yield reader.get_batch(i)

    def remove(self) -> None:
        """Delete the file."""
        self._path.unlink(missing_ok=True)


class Intake:
    """One reading of several sources: their rows staged in `folder`, their problems counted and written to a file."""

    def __init__(self, folder: Path, problem_path: Path, *, overrides: Mapping[str, str]) -> None:
        self._path = folder / "staged.arrow"
        self._problem_path = problem_path
        self._problem_file: IO[str] | None = None
        self._overrides = overrides
        self._headed = ""
        self._columns_met: set[str] = set()
        self._seen: Seen = {}
        self.reports: list[SourceReport] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.noted = 0
        self.warnings: list[str] = []

    @property
    def problem_file(self) -> Path | None:
        """The file of rows that were set aside, None where there is none."""
        return self._problem_path if self._problem_path.exists() else None

    def read(self, sources: Sequence[Source]) -> Iterator[Event]:
        """Read every source in order; raises `SourceInvalid` where one cannot be read or none holds a usable row."""
        if not sources:
            raise InputError("No source was named.")
        checked_overrides(self._overrides)
        names = source_names(sources)
        opened = [
            (source, None if isinstance(source, ProductRows) else _open(source, name))
            for source, name in zip(sources, names, strict=True)
        ]
        counts = [None if reader is None else reader.rows for _, reader in opened]
        stage = Stage("read", None if None in counts else sum(n for n in counts if n is not None))
        yield stage.started(", ".join(names))
        with pa.OSFile(str(self._path), "wb") as file, pa.ipc.new_file(file, staged_schema()) as writer:
            for source, reader in opened:
                self._headed = ""
                work = self._own(source, writer, stage) if reader is None else self._file(reader, writer, stage)
                yield from work
        self._unmatched_overrides(opened)
        kept = sum(r.kept for r in self.reports)
        if kept == 0:
            reason = f" The first reason: {self.problems[0].reason}" if self.problems else ""
            where = f" All rows with their reasons: {self.problem_file}" if self.problem_file is not None else ""
            raise SourceInvalid(f"No row of {', '.join(r.source for r in self.reports)} can be used.{reason}{where}")
        yield stage.finished(f"{kept:,} products, {sum(r.set_aside for r in self.reports):,} rows set aside")

    def staged(self) -> Staged:
        """The rows that were kept."""
        return Staged(self._path)

    def close(self) -> None:
        """Finish the file of problems."""
        if self._problem_file is not None:
            self._problem_file.close()
            self._problem_file = None

    def _own(self, source: Source, writer: Any, stage: Stage) -> Iterator[Event]:
        """Rows that are canonical already."""
        assert isinstance(source, ProductRows)
        rows = (row_from_fields(fields) for fields in source.rows)
        count = 0
        while chunk := list(islice(rows, _STAGED_ROWS)):
            writer.write_batch(staged_batch(chunk))
            count += len(chunk)
            yield stage.advanced(len(chunk))
        self.reports.append(SourceReport(source.name, "rows", count, count, 0))

    def _file(self, reader: Reader, writer: Any, stage: Stage) -> Iterator[Event]:
        sample = [r.values for r in islice(next(reader.chunks(), []), SAMPLE) if r.problem is None]
        mine = {f: c for f, c in self._overrides.items() if override_columns(c, reader.columns) is not None}
        self._columns_met.update(mine)
        mapping = map_columns(reader.columns, sample, overrides=mine, source=reader.name)
        yield from self._warn(reader, mapping)
        checker = Checker(mapping, source=reader.name, index=len(self.reports), sample=sample, seen=self._seen)
        read = kept = 0
        for chunk in reader.chunks():
            rows = self._checked(chunk, checker, mapping)
            if rows:
                writer.write_batch(staged_batch(rows))
            read += len(chunk)
            kept += len(rows)
            yield stage.advanced(len(chunk), reader.name)
        if read == 0:
            raise SourceInvalid(f"{reader.name} has a header but no row.", reader.name)
        fields = tuple(FieldFound(f.field, f.columns, f.how) for f in mapping.fields)
        self.reports.append(
            SourceReport(reader.name, reader.kind, read, kept, read - kept, fields, mapping.attributes, mapping.skipped)
        )

    def _checked(self, chunk: list[Record], checker: Checker, mapping: ColumnMapping) -> list[Row]:
        rows: list[Row] = []
        for record in chunk:
            row, problems = checker.check(record)
            if row is None:
                self._set_aside(record, problems[0], mapping)
            else:
                rows.append(row)
                self.noted += len(problems)
                self.notes.extend(problems[: PROBLEMS_SHOWN - len(self.notes)])
        return rows

    def _set_aside(self, record: Record, problem: Problem, mapping: ColumnMapping) -> None:
        if len(self.problems) < PROBLEMS_SHOWN:
            self.problems.append(problem)
        out = self._problem_file
        if out is None:
            # The mark at the front lets a spreadsheet read the file as UTF-8.
            out = self._problem_file = self._problem_path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        writer = csv.writer(out)
        if problem.source != self._headed:
            # Every source has its own columns, and so its own header line.
            writer.writerow(["source", "row", "column", "reason", *mapping.columns])
            self._headed = problem.source
        values = (_spreadsheet_safe(v) for v in record.values)
        writer.writerow([problem.source, problem.row, problem.column, problem.reason, *values])

    def _warn(self, reader: Reader, mapping: ColumnMapping) -> Iterator[Event]:
        found = [f.field for f in mapping.fields if f.how == "content"]
        if found:
            title = mapping.of("title")[0]
            yield self._warning(
                f"{reader.name}: no column is named like a title; {title!r} reads like one and was taken."
            )
        if not mapping.of("product_id"):
            yield self._warning(
                f"{reader.name}: no column of ids; ids were made from title, brand, category and attributes."
            )
        late = [c for c, why in mapping.skipped if why.startswith("only the first")]
        if late:
            yield self._warning(
                f"{reader.name}: {len(late)} more columns were left out, among them {', '.join(late[:5])}."
            )

    def _warning(self, message: str) -> Warned:
        self.warnings.append(message)
        return Warned("read", message)

    def _unmatched_overrides(self, opened: Sequence[tuple[Source, Reader | None]]) -> None:
        for field, column in self._overrides.items():
            if field not in self._columns_met:
                columns = sorted({c for _, reader in opened if reader is not None for c in reader.columns})
                raise InputError(
                    f"No source has the column {column!r} that is to hold {field!r}. "
                    f"Columns: {', '.join(columns[:40])}."
                )


def propose(
    source: Source, *, overrides: Mapping[str, str] | None = None
) -> tuple[ColumnMapping, list[tuple[Any, ...]]]:
    """The mapping of a file with its first rows, for a screen to show before anything is built."""
    reader = _open(source, source_name(source))
    sample = [r.values for r in islice(next(reader.chunks(), []), SAMPLE) if r.problem is None]
    mapping = map_columns(reader.columns, sample, overrides=overrides, source=reader.name)
    return mapping, [tuple(row) for row in sample[:20]]


def _open(source: Source, name: str) -> Reader:
    if isinstance(source, Frame):
        return FrameReader(name, source.frame)
    assert not isinstance(source, ProductRows)
    reader = open_reader(source)
    reader.name = name
    return reader


def _spreadsheet_safe(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not text[1:2].isdigit() else text
