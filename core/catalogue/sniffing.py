"""Finds out how a text file was written: its encoding and its delimiter."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable
from typing import IO

import chardet

DELIMITERS = (",", ";", "\t", "|")

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_ROWS = 60
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect_encoding(file: IO[bytes] | io.BufferedIOBase) -> str:
    """The encoding of an open file: its byte-order mark, UTF-8 where valid, UTF-16 by its zeros, or a guess."""
    head = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    wide = _wide(head)
    if wide is not None:
        return wide
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = head
    while block:
        try:
            decoder.decode(block)
        except UnicodeDecodeError as exc:
            start = max(0, exc.start - _SAMPLE // 2)
            return _guess(block[start : start + _SAMPLE])
        block = file.read(_BLOCK)
    return "utf-8"


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(odd) < 4:
        return None
    if odd.count(0) > len(odd) * 0.6 and even.count(0) < len(even) * 0.1:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.6 and odd.count(0) < len(odd) * 0.1:
        return "utf-16-be"
    return None


def _guess(sample: bytes) -> str:
    # Only the lines that are not plain ASCII say anything.
    lines = [line for line in sample.splitlines() if not line.isascii()]
    found = chardet.detect(b"\n".join(lines))
    name, confidence = found["encoding"], found["confidence"]
    if name is None or confidence < 0.5 or name.lower() in {"ascii", "utf-8", "iso-8859-1", "latin-1"}:
        return "cp1252"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return str(name)


def best_delimiter(sample: str) -> str:
    """The delimiter under which most rows of the sample have the same number of fields; a comma where none splits."""
    # The last line of a sample may be cut.
    lines = sample.splitlines(keepends=True)
    text = lines[:-1] if len(lines) > 2 and not lines[-1].endswith("\n") else lines
    return max(DELIMITERS, key=lambda delimiter: _fitness(text, delimiter))


def _fitness(lines: Iterable[str], delimiter: str) -> tuple[float, int]:
    widths: list[int] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                widths.append(len(row))
            if len(widths) >= _ROWS:
                break
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    width, count = Counter(widths).most_common(1)[0]
    if width < 2:
        return 0.0, 0
    # The header tells the true width: rows that do not fit it count against the delimiter.
    fit = sum(w == widths[0] for w in widths) / len(widths)
    return round(fit * 0.5 + count / len(widths) * 0.5, 2), width
