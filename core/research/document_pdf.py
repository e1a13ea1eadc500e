"""The text of a PDF file, page by page, within limits; a file may be hostile, so nothing of it is trusted."""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from core.errors import DocumentInvalid

if TYPE_CHECKING:
    import pypdf

PAGES_READ = 2_000
SECONDS = 120.0

_PAGE_CHARACTERS = 100_000
_EDGES_FROM = 4


@dataclass(frozen=True, slots=True)
class PdfText:
    """`pages` in order, "" for a page without text; `note` says what was left out, "" for nothing."""

    pages: tuple[str, ...]
    title: str
    when: date | None
    note: str = ""


def read_pdf(name: str, data: bytes) -> Generator[tuple[int, int], None, PdfText]:
    """Yields (pages read, pages in all) after each page; raises `DocumentInvalid` for what cannot be read."""
    reader = _opened(name, data)
    began = time.monotonic()
    pages: list[str] = []
    unread = 0
    note = ""
    try:
        total = len(reader.pages)
    except Exception as exc:  # pypdf raises whatever a broken file makes it stumble over
        raise _damaged(name, exc) from exc
    wanted = min(total, PAGES_READ)
    for number in range(wanted):
        if time.monotonic() - began > SECONDS:
            note = f"Only the first {number:,} of {total:,} pages were read: more would have taken too long."
            break
        text = _page_text(reader, number)
        unread += text is None
        pages.append((text or "")[:_PAGE_CHARACTERS])
        yield number + 1, total
    if not note and total > wanted:
        note = f"Only the first {wanted:,} of {total:,} pages were read."
    if not any(page.strip() for page in pages):
        raise _without_text(name, unread == len(pages) and unread > 0)
    if unread:
        note = f"{note} {unread:,} of {total:,} pages could not be read.".strip()
    whole = tuple(_paragraphs(page) for page in _without_edges(pages))
    return PdfText(whole, *_told(reader), note)


def _opened(name: str, data: bytes) -> pypdf.PdfReader:
    import pypdf

    # What pypdf says of a file's faults is for its developers; ours is in the error or in the note.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentInvalid(
                f"{name} is locked by a password. Save it without one (print it to PDF) and add it again.", name
            )
    except DocumentInvalid:
        raise
    except Exception as exc:  # see above
        raise _damaged(name, exc) from exc
    return reader


def _page_text(reader: pypdf.PdfReader, number: int) -> str | None:
    """The text of one page, None where it cannot be read: the others still can."""
    try:
        return "\n".join(" ".join(line.split()) for line in reader.pages[number].extract_text().splitlines())
    except Exception:  # see above
        return None


def _damaged(name: str, exc: Exception) -> DocumentInvalid:
    reason = " ".join(str(exc).split())[:120].rstrip(".") or type(exc).__name__
    return DocumentInvalid(
        f"{name} is no whole PDF file ({reason}). It may have been cut off on its way: save or download it again.", name
    )


def _without_text(name: str, unreadable: bool) -> DocumentInvalid:
    why = "none of its pages can be read" if unreadable else "its pages are pictures, as a scanner makes them"
    return DocumentInvalid(
        f"{name} holds no text: {why}. Let a text recognition (OCR) go over it, or paste its text into a text file.",
        name,
    )


def _told(reader: pypdf.PdfReader) -> tuple[str, date | None]:
    """Title and date as the file itself tells them; "" and None where it does not, or nonsense."""
    title, when = "", None
    try:
        info = reader.metadata
        if info is not None:
            title = " ".join(str(info.title or "").split())[:200]
            made = info.creation_date
            when = None if made is None else made.date()
    except Exception:  # see above
        pass
    # Programs write their own working titles: "Microsoft Word - report.docx", "untitled".
    if re.fullmatch(r"(?i)untitled.*|.*\.(docx?|pptx?|xlsx?|indd|pdf|tex|dvi|odt)", title):
        title = ""
    return title, when


def _paragraphs(text: str) -> str:
    """Lines put together to paragraphs: a word cut by a hyphen is whole again, a blank or short line ends one."""
    lines = text.splitlines()
    longest = max((len(line) for line in lines), default=0)
    out: list[str] = []
    held = ""
    for line in lines:
        if not line:
            out.extend((held, "") if held else ())
            held = ""
            continue
        if re.search(r"[^\W\d_]-$", held) and line[0].islower():
            held = held[:-1] + line
        else:
            held = f"{held} {line}" if held else line
        # The last line of a paragraph is short and ends a sentence; so does a heading, without a full stop.
        cut = re.search(r"[^\W\d_]-$", line)
        if (len(line) < longest * 0.6 and not cut) or re.match(r"[•·▪*–-]\s", line):
            out.append(held)
            held = ""
    out.append(held)
    return "\n".join(out).strip()


def _without_edges(pages: Sequence[str]) -> tuple[str, ...]:
    """Pages without the first or last line that most of them share: running heads and page numbers."""
    if len(pages) < _EDGES_FROM:
        return tuple(pages)
    split = [page.strip().splitlines() for page in pages]
    for at in (0, -1):
        known = Counter(_masked(lines[at]) for lines in split if lines)
        for lines in split:
            if lines and known[_masked(lines[at])] > len(pages) / 2:
                del lines[at]
    kept = tuple("\n".join(lines).strip() for lines in split)
    return kept if any(kept) else tuple(pages)


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())
