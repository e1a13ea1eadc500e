"""Reads the operator's notes and reports, whatever they are by their content: Markdown, text, HTML, PDF, CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import PurePosixPath

import chardet

from core.errors import DocumentInvalid
from core.research.document_dates import date_in, date_said
from core.research.document_passages import Stretch, markdown_stretches, plain_stretches, title_heading
from core.research.document_pdf import read_pdf

LARGEST = 50 * 1024 * 1024
"""Bytes of one document."""
PASSAGES_KEPT = 5_000
"""Passages of one document; what stands after them is left out, and said so."""

KINDS = ("Markdown", "text", "HTML", "PDF", "CSV")

_LONGEST_NAME = 120
_LONGEST_TITLE = 160
_HTML_LARGEST = 10 * 1024 * 1024
_CELLS = 40
_CELL = 2_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS = (
    (b"PK\x03\x04", "a Word, Excel or PowerPoint file or another archive"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file"),
    (b"{\\rtf", "a rich text file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"PAR1", "a Parquet file"),
)
_CONTROLS = dict.fromkeys(n for n in (*range(32), 127) if chr(n) not in "\n\t")
_CAN_READ = "Markdown, text, HTML, PDF and CSV can be read"
_DATE_COLUMNS = frozenset("date when day published month week time datum fecha updated".split())


@dataclass(frozen=True, slots=True)
class Contents:
    """What was read of one document: its passages in order. `pages` counts pages or rows, None where it has none.

    `when` is when it was written, None where it does not say; `note` says what was left out, "" for nothing.
    """

    name: str
    kind: str
    title: str
    passages: tuple[Stretch, ...]
    pages: int | None = None
    when: date | None = None
    note: str = ""


def document_name(name: str) -> str:
    """The name that a document goes by: the file's own without its folders, control characters and blanks in rows."""
    own = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    plain = " ".join("".join(c if c.isprintable() else " " for c in own).split())
    if len(plain) > _LONGEST_NAME:
        ending = PurePosixPath(plain).suffix[:10]
        plain = plain[: _LONGEST_NAME - len(ending)] + ending
    return plain if plain.strip(". ") else "note"


def read_document(name: str, data: bytes) -> Generator[tuple[int, int], None, Contents]:
    """Yields (pages read, pages in all) while a PDF is read; raises `DocumentInvalid` with what to do instead."""
    name = document_name(name)
    _check(name, data)
    if b"%PDF-" in data[:1024]:
        found = yield from _pdf(name, data)
    else:
        found = _of_text(name, data)
    if not found.passages:
        raise DocumentInvalid(f"{name} holds no text that could be found again. Nothing was added of it.", name)
    return found


def _check(name: str, data: bytes) -> None:
    if not data.strip():
        raise DocumentInvalid(f"{name} is empty. Save it again and add it anew.", name)
    if len(data) > LARGEST:
        raise DocumentInvalid(
            f"{name} is larger than {LARGEST // 2**20} MB, the most that is read of one document. Split it, or add the "
            "chapters that matter.",
            name,
        )
    for mark, what in _OTHERS:
        if data.startswith(mark):
            raise DocumentInvalid(f"{name} is {what}. {_CAN_READ}: save it as one of these and add it again.", name)


def _pdf(name: str, data: bytes) -> Generator[tuple[int, int], None, Contents]:
    found = yield from read_pdf(name, data)
    title = _clean(found.title)[:_LONGEST_TITLE] or _title(name)
    kept, note = _limited(
        s for number, page in enumerate(found.pages, 1) for s in plain_stretches(_clean(page), page=number)
    )
    when = date_in(name) or date_said(found.pages[0]) or found.when
    return Contents(
        name, "PDF", title, kept, pages=len(found.pages), when=when, note=" ".join((found.note, note)).strip()
    )


def _of_text(name: str, data: bytes) -> Contents:
    ending = PurePosixPath(name).suffix.casefold()
    text = _clean(_decoded(name, data))
    head = text[:2_000].lstrip().casefold()
    if ending in (".html", ".htm", ".xhtml") or re.match(
        r"<!doctype html|<html[\s>]|<\?xml[^>]*>\s*<!doctype html", head
    ):
        return _html(name, text)
    if ending in (".csv", ".tsv"):
        return _table(name, text)
    if ending in (".md", ".markdown", ".mdown"):
        return _markdown(name, text)
    kept, note = _limited(plain_stretches(text))
    return Contents(name, "text", _title(name), kept, when=date_in(name) or date_said(text), note=note)


def _markdown(name: str, text: str) -> Contents:
    told, text = _front_matter(text)
    title = told.get("title") or title_heading(text) or _title(name)
    kept, note = _limited(markdown_stretches(text, title=title))
    when = date_in(told.get("date", "")) or date_in(name) or date_said(text)
    return Contents(name, "Markdown", title[:_LONGEST_TITLE], kept, when=when, note=note)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between two `---` at the very beginning, and the text after them."""
    match = re.match(r"---[ \t]*\n(.{0,4000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", text, re.DOTALL)
    if match is None:
        return {}, text
    pairs = (line.partition(":") for line in match.group(1).splitlines())
    told = {key.strip().casefold(): value.strip().strip("\"'") for key, sign, value in pairs if sign}
    return told, text[match.end() :]


def _html(name: str, text: str) -> Contents:
    import trafilatura  # takes half a second, which the start of every command would pay for

    if len(text) > _HTML_LARGEST:
        raise DocumentInvalid(
            f"{name} is a web page of more than {_HTML_LARGEST // 2**20} MB. Save it as PDF or text and add that.", name
        )
    try:
        body = trafilatura.extract(text, output_format="markdown", include_comments=False, favor_recall=True)
        told = trafilatura.extract_metadata(text)
    except Exception as exc:  # lxml and its users stumble in many ways over a page that is none
        raise DocumentInvalid(
            f"{name} cannot be read as a web page ({type(exc).__name__}). Save it as PDF or text and add that.", name
        ) from exc
    body = body or trafilatura.html2txt(text)
    title = " ".join(str(told.title or "").split()) if told is not None else ""
    title = title or _title(name)
    written = date_in(str(told.date or "")) if told is not None else None
    kept, note = _limited(markdown_stretches(_clean(body), title=title))
    return Contents(name, "HTML", title[:_LONGEST_TITLE], kept, when=date_in(name) or written, note=note)


def _table(name: str, text: str) -> Contents:
    """Each row as one passage: "Column: value" for every cell that holds something."""
    delimiter = max((",", ";", "\t", "|"), key=lambda d: _fitness(text, d))
    rows = (row for row in _rows(name, text, delimiter) if any(cell.strip() for cell in row))
    header = [" ".join(cell.split()) for cell in next(rows, [])]
    dated = next((i for i, column in enumerate(header) if column.casefold() in _DATE_COLUMNS), None)
    kept, note = _limited((_row(header, row, number, dated) for number, row in enumerate(rows, 1)), what="rows")
    if not kept:
        raise DocumentInvalid(f"{name} has a header but no row below it. Export it again and add it anew.", name)
    kept = tuple(one for one in kept if one.text)
    return Contents(name, "CSV", _title(name), kept, pages=len(kept), when=date_in(name), note=note)


def _rows(name: str, text: str, delimiter: str) -> Iterator[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from rows
    except csv.Error as exc:
        raise DocumentInvalid(
            f"{name} cannot be read beyond line {rows.line_num:,}: {exc}. A quote may be missing there.", name
        ) from exc


def _row(header: Sequence[str], row: Sequence[str], number: int, dated: int | None) -> Stretch:
    cells = [" ".join(cell[:_CELL].split()) for cell in row[:_CELLS]]
    named = (f"{header[i]}: {cell}" if i < len(header) and header[i] else cell for i, cell in enumerate(cells) if cell)
    when = date_in(cells[dated]) if dated is not None and dated < len(cells) else None
    return Stretch(" · ".join(named), page=number, when=when)


def _fitness(text: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter splits the first lines: the share of rows as wide as the header, then the width."""
    try:
        rows = list(
            islice((r for r in csv.reader(text[:65_536].splitlines(keepends=True), delimiter=delimiter) if r), 40)
        )
    except csv.Error:
        return 0.0, 0
    width = len(rows[0]) if rows else 0
    return (sum(len(r) == width for r in rows) / len(rows), width) if width > 1 else (0.0, 0)


def _limited(found: Iterator[Stretch], *, what: str = "passages") -> tuple[tuple[Stretch, ...], str]:
    kept = tuple(islice((one for one in found if one.text), PASSAGES_KEPT))
    more = next((True for one in found if one.text), False)
    return kept, f"Only its first {PASSAGES_KEPT:,} {what} are kept." if more else ""


def _title(name: str) -> str:
    """A title made of a file's name."""
    stem = PurePosixPath(name).stem or name
    plain = " ".join(re.sub(r"[_\s]+|(?<=[^\W\d_])-(?=[^\W\d_])", " ", stem).split())
    return (plain[:1].upper() + plain[1:])[:_LONGEST_TITLE]


def _decoded(name: str, data: bytes) -> str:
    """Bytes as text: by their byte-order mark, as UTF-8, as UTF-16 by its zeros, or by the likeliest old encoding."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    head = data[:4096]
    for encoding, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(zeros) >= 4 and zeros.count(0) > len(zeros) * 0.6 and letters.count(0) < len(letters) * 0.1:
            return data.decode(encoding, errors="replace")
    if b"\x00" in head:
        raise DocumentInvalid(f"{name} is no text. {_CAN_READ}: save it as one of these and add it again.", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        if exc.end >= len(data) - 3 and exc.reason == "unexpected end of data":
            return data.decode("utf-8", errors="ignore")  # cut in the middle of its last letter
    return data.decode(_guess(data), errors="replace")


def _guess(data: bytes) -> str:
    """The likeliest encoding of a text that is no Unicode; only the lines that are not plain ASCII say anything."""
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:65_536]
    found = chardet.detect(sample)
    name, confidence = found["encoding"] or "", found["confidence"]
    # Of short texts in Chinese, Japanese and Korean it is less sure, and right where every letter can be read.
    least = 0.25 if found["language"] in ("zh", "ja", "ko") else 0.5
    if confidence < least or name.casefold() in ("iso-8859-1", "ascii", "utf-8"):
        return "cp1252"
    try:
        decoder = codecs.getincrementaldecoder(name)("strict" if least < 0.5 else "replace")
        decoder.decode(sample)  # which may end in the middle of a letter
    except (LookupError, UnicodeDecodeError):
        return "cp1252"
    return name


def _clean(text: str) -> str:
    """Text without control characters and halves of letters, lines ended alike."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").lstrip("\ufeff")
    return text.translate(_CONTROLS).encode("utf-8", "replace").decode("utf-8")
