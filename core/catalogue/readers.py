"""Opens a shop's export, whatever it is by its content, and reads it in chunks of rows with bounded memory."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol
from xml.etree.ElementTree import ParseError

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.catalogue.sniffing import best_delimiter, detect_encoding
from core.errors import SourceInvalid

ROWS_A_CHUNK = 2_000
_FIELD_LIMIT = 16 * 1024 * 1024
_SAMPLE_CHARS = 256 * 1024
_MAX_COLUMNS = 5_000
_JSON_SAMPLE = 1_000
_NOTHING = type(pd.NaT)


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file: `number` counts from 1 without the header; `problem`: why it cannot be read."""

    number: int
    values: Sequence[Any]
    problem: str | None = None


class Reader(Protocol):
    """An opened source. `kind` is what its content turned out to be; `rows` is None where only reading tells."""

    name: str
    kind: str
    columns: tuple[str, ...]
    rows: int | None

    def chunks(self) -> Iterator[list[Record]]:
        """Its rows in order, some thousands at once; may be called again."""
        ...


def open_reader(source: str | os.PathLike[str]) -> Reader:
    """Open a file by its content, not its extension; raises `SourceInvalid` with what is wrong with it."""
    path = Path(source)
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if not head:
            raise SourceInvalid(f"{path.name} is empty.", str(path))
        if head.startswith(b"PAR1"):
            return ParquetReader(path)
        if head.startswith(b"PK\x03\x04"):
            return ExcelReader(path)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise SourceInvalid(f"{path.name} is an old Excel file (.xls). Save it as .xlsx and try again.", str(path))
        return _text_reader(path, packed=head.startswith(b"\x1f\x8b"))
    except (FileNotFoundError, IsADirectoryError, PermissionError) as exc:
        raise SourceInvalid(f"{path} cannot be read: {exc.strerror}.", str(path)) from exc
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile) as exc:
        raise SourceInvalid(f"{path.name} is cut off or damaged: {exc}. Copy or export it again.", str(path)) from exc


def _open_bytes(path: Path, packed: bool) -> IO[bytes]:
    return io.BufferedReader(gzip.open(path, "rb")) if packed else path.open("rb")


def _text_reader(path: Path, *, packed: bool) -> Reader:
    with _open_bytes(path, packed) as file:
        encoding = detect_encoding(file)
    with _open_bytes(path, packed) as file:
        sample = file.read(_SAMPLE_CHARS).decode(encoding, errors="replace").lstrip("\ufeff")
    if not sample.strip():
        raise SourceInvalid(f"{path.name} holds nothing but blanks.", str(path))
    if "\x00" in sample:
        raise SourceInvalid(
            f"{path.name} is neither text nor Parquet nor Excel. CSV, TSV, JSONL, .xlsx and Parquet can be read.",
            str(path),
        )
    start = sample.lstrip()
    if start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in {"{", "]", ""}):
        return JsonReader(path, encoding=encoding, packed=packed, array=start.startswith("["))
    return DelimitedReader(path, encoding=encoding, packed=packed, delimiter=best_delimiter(sample))


class DelimitedReader:
    """CSV and its kin: comma, semicolon, tab or bar; quotes may hold line ends."""

    rows: int | None = None

    def __init__(self, path: Path, *, encoding: str, packed: bool, delimiter: str) -> None:
        self._path, self._encoding, self._packed, self._delimiter = path, encoding, packed, delimiter
        self.name = path.name
        self.kind = "TSV" if delimiter == "\t" else "CSV"
        with self._open() as file:
            header = next((row for row in self._parse(file) if any(v.strip() for v in row)), None)
        if header is None:
            raise SourceInvalid(f"{path.name} has no header line.", str(path))
        self.columns = _unique(header)
        if len(self.columns) > _MAX_COLUMNS:
            raise SourceInvalid(
                f"{path.name} has {len(self.columns)} columns; at most {_MAX_COLUMNS} are read.", str(path)
            )

    def chunks(self) -> Iterator[list[Record]]:
        """See `Reader.chunks`."""
        with self._open() as file:
            rows = (row for row in self._parse(file) if any(v.strip() for v in row))
            next(rows, None)
            yield from _in_chunks(self._record(number, row) for number, row in enumerate(rows, 1))

    def _open(self) -> IO[str]:
        return io.TextIOWrapper(
            _open_bytes(self._path, self._packed), encoding=self._encoding, errors="replace", newline=""
        )

    def _parse(self, file: IO[str]) -> Iterator[list[str]]:
        csv.field_size_limit(_FIELD_LIMIT)
        rows = csv.reader(file, delimiter=self._delimiter)
        try:
            yield from rows
        except csv.Error as exc:
            raise SourceInvalid(
                f"{self.name} cannot be read beyond line {rows.line_num}: {exc}. A quote may be missing there.",
                str(self._path),
            ) from exc
        except (EOFError, gzip.BadGzipFile) as exc:
            raise SourceInvalid(f"{self.name} is cut off: {exc}.", str(self._path)) from exc

    def _record(self, number: int, row: list[str]) -> Record:
        width = len(self.columns)
        if len(row) == width:
            return Record(number, row)
        if len(row) < width:
            return Record(number, [*row, *[""] * (width - len(row))])
        if not any(v.strip() for v in row[width:]):
            return Record(number, row[:width])
        return Record(
            number, row, f"It has {len(row)} fields, the header {width}: a delimiter or a quote is out of place."
        )


class JsonReader:
    """One JSON object a line, or an array of objects; columns are those of the first thousand."""

    rows: int | None = None

    def __init__(self, path: Path, *, encoding: str, packed: bool, array: bool) -> None:
        self._path, self._encoding, self._packed, self._array = path, encoding, packed, array
        self.name = path.name
        self.kind = "JSON" if array else "JSONL"
        columns: dict[str, None] = {}
        for number, (value, _) in enumerate(self._values()):
            if number >= _JSON_SAMPLE:
                break
            if isinstance(value, dict):
                columns.update(dict.fromkeys(map(str, value)))
        if not columns:
            raise SourceInvalid(f"{path.name} holds no JSON object with fields.", str(path))
        self.columns = tuple(columns)

    def chunks(self) -> Iterator[list[Record]]:
        """See `Reader.chunks`."""
        return _in_chunks(self._record(n, value, problem) for n, (value, problem) in enumerate(self._values(), 1))

    def _record(self, number: int, value: Any, problem: str | None) -> Record:
        if isinstance(value, dict):
            return Record(number, [value.get(c) for c in self.columns], problem)
        return Record(number, [str(value)[:200]], problem if problem is not None else "It is not a JSON object.")

    def _values(self) -> Iterator[tuple[Any, str | None]]:
        with io.TextIOWrapper(_open_bytes(self._path, self._packed), encoding=self._encoding, errors="replace") as file:
            yield from self._elements(file) if self._array else _lines(file)

    def _elements(self, file: IO[str]) -> Iterator[tuple[Any, str | None]]:
        """The elements of an array, one at a time, so that the file need not fit into memory."""
        decoder = json.JSONDecoder()
        buffer, ended = file.read(1 << 20).lstrip("\ufeff").lstrip()[1:], False
        while True:
            buffer = buffer.lstrip(" \t\r\n,")
            if buffer.startswith("]"):
                return
            try:
                value, end = decoder.raw_decode(buffer)
            except ValueError as exc:
                more = "" if ended else file.read(max(1 << 20, len(buffer)))
                if not more or len(buffer) > _FIELD_LIMIT:
                    raise SourceInvalid(
                        f"{self.name} is cut off or no valid JSON: {exc}. Copy or export it again.", str(self._path)
                    ) from exc
                buffer += more
                continue
            buffer = buffer[end:]
            yield value, None


def _lines(file: IO[str]) -> Iterator[tuple[Any, str | None]]:
    for line in file:
        text = line.strip().lstrip("\ufeff")
        if not text:
            continue
        try:
            yield json.loads(text), None
        except (ValueError, RecursionError) as exc:
            yield text, f"It is not valid JSON: {exc}."


class ParquetReader:
    """Parquet, read some thousand rows at a time."""

    kind = "Parquet"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        try:
            with pq.ParquetFile(path) as file:
                self.columns = _unique(file.schema_arrow.names)
                self.rows: int | None = file.metadata.num_rows
                if self.rows == 0:
                    raise SourceInvalid(f"{path.name} holds no row.", str(path))
        except pa.ArrowException as exc:
            raise self._damaged(exc) from exc

    def chunks(self) -> Iterator[list[Record]]:
        """See `Reader.chunks`."""
        number = 0
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_size=ROWS_A_CHUNK):
                    rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                    yield [Record(number + i, row) for i, row in enumerate(rows, 1)]
                    number += batch.num_rows
        except (pa.ArrowException, OSError) as exc:
            raise self._damaged(exc) from exc

    def _damaged(self, exc: Exception) -> SourceInvalid:
        reason = str(exc).splitlines()[0][:200].rstrip(".")
        return SourceInvalid(
            f"{self.name} is not a whole Parquet file ({reason}). It may have been cut off on its way: copy it again.",
            str(self._path),
        )


class ExcelReader:
    """The first sheet of an .xlsx workbook that holds anything; a formula without a stored value is its text."""

    kind = "Excel"
    rows: int | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise SourceInvalid(f"{path.name} is a ZIP archive but no Excel workbook: unpack it first.", str(path))
        header = next(self._rows(), None)
        if header is None:
            raise SourceInvalid(f"{path.name} holds no cell.", str(path))
        while header and header[-1] is None:
            header = header[:-1]
        self.columns = _unique([str(v) if v is not None else "" for v in header])

    def chunks(self) -> Iterator[list[Record]]:
        """See `Reader.chunks`."""
        rows, width = self._rows(), len(self.columns)
        next(rows, None)
        yield from _in_chunks(Record(n, [*row[:width], *[None] * (width - len(row))]) for n, row in enumerate(rows, 1))

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows of the first sheet with content, each value or else its formula."""
        try:
            # Opened by us: openpyxl would refuse another extension.
            with self._path.open("rb") as stored, self._path.open("rb") as written:
                yield from _sheet_rows(stored, written)
        except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, ParseError) as exc:
            raise SourceInvalid(
                f"{self.name} is no whole Excel workbook ({str(exc)[:200]}). Save it again as .xlsx.", str(self._path)
            ) from exc


def _sheet_rows(stored: IO[bytes], written: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    values = openpyxl.load_workbook(stored, read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(written, read_only=True)
    for sheet in values.worksheets:
        others = formulas[sheet.title].iter_rows(values_only=True)
        found = False
        for value, formula in zip(sheet.iter_rows(values_only=True), others, strict=False):
            row = tuple(f if v is None else v for v, f in zip(value, formula, strict=False))
            if any(v is not None and str(v).strip() for v in row):
                found = True
                yield row
        if found:
            return


class FrameReader:
    """A data frame."""

    kind = "table"

    def __init__(self, name: str, frame: pd.DataFrame) -> None:
        self._frame = frame
        self.name = name
        self.columns = _unique([str(c) for c in frame.columns])
        self.rows: int | None = len(frame)
        if frame.empty:
            raise SourceInvalid(f"{name} holds no row.", name)

    def chunks(self) -> Iterator[list[Record]]:
        """See `Reader.chunks`."""
        yield from _in_chunks(
            # pandas' own marks for "nothing" become None; everything else stays as it is.
            Record(n, [None if isinstance(v, _NOTHING) or v is pd.NA else v for v in row])
            for n, row in enumerate(self._frame.itertuples(index=False, name=None), 1)
        )


def _in_chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    for record in records:
        chunk.append(record)
        if len(chunk) >= ROWS_A_CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names with blanks trimmed, empty ones numbered, repeated ones told apart."""
    found: dict[str, None] = {}
    for i, name in enumerate(names, 1):
        plain = " ".join(str(name).replace("\ufeff", "").split()) or f"column {i}"
        unique, n = plain, 2
        while unique in found:
            unique, n = f"{plain} ({n})", n + 1
        found[unique] = None
    return tuple(found)
