"""What the trend library hands out: its documents, the passages found in them, and what came of adding some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.domain import Hit

ADDRESS = "library:"
"""How the address of a passage begins: `library:FILE#12` is the twelfth passage of FILE."""


@dataclass(frozen=True, slots=True)
class LibraryDocument:
    """One note or report. `pages` counts pages (of a table: rows), None where it has none.

    `when` is when it was written, None where it does not say; `note` says what of it was left out, "" for nothing.
    `size` is in bytes.
    """

    name: str
    kind: str
    title: str
    passages: int
    pages: int | None
    when: date | None
    added: datetime
    size: int
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Its fields as plain JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "title": self.title,
            "passages": self.passages,
            "pages": self.pages,
            "when": None if self.when is None else self.when.isoformat(),
            "added": self.added.isoformat(timespec="seconds"),
            "size": self.size,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class LibraryPassage:
    """One passage of a document, as it stands there; `number` counts from 1 within the document.

    Where it was searched for, `score` lies in [0, 1] and compares within one query, `words` are the query's words that
    it holds (in the order of the query), `marks` where they stand in the text as (start, end), and `near` says that it
    is close in meaning too.
    """

    document: str
    title: str
    kind: str
    number: int
    text: str
    heading: str = ""
    page: int | None = None
    when: date | None = None
    score: float = 0.0
    words: tuple[str, ...] = ()
    near: bool = False
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def address(self) -> str:
        """Where research finds it again."""
        return f"{ADDRESS}{self.document}#{self.number}"

    def hit(self) -> Hit:
        """It as an answer of a search, whole: a passage is no longer than a snippet may be."""
        title = f"{self.title} · {self.heading}" if self.heading else self.title
        return Hit(title, self.address, self.text, self.when, self.page)

    def to_json(self) -> dict[str, Any]:
        """Its fields as plain JSON values, with its address."""
        return {
            "address": self.address,
            "document": self.document,
            "title": self.title,
            "heading": self.heading,
            "page": self.page,
            "when": None if self.when is None else self.when.isoformat(),
            "score": round(self.score, 4),
            "words": list(self.words),
            "near": self.near,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """What came of adding files: those that are in now, those that were in already, and why others are not.

    `refused` holds (file, what is wrong with it and what to do) in the order given.
    """

    added: tuple[LibraryDocument, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def passages(self) -> int:
        """Passages of the documents that were added."""
        return sum(document.passages for document in self.added)

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "added": [document.to_json() for document in self.added],
            "unchanged": list(self.unchanged),
            "refused": [{"name": name, "reason": reason} for name, reason in self.refused],
            "passages": self.passages,
        }

    def text(self) -> str:
        """The report as sentences, one a line."""
        lines = [
            f"{one.name}: {_count(one.passages, 'passage')} added." + (f" {one.note}" if one.note else "")
            for one in self.added
        ]
        lines += [f"{name} was here already, unchanged." for name in self.unchanged]
        lines += [f"Not added: {reason}" for _, reason in self.refused]
        return "\n".join(lines) if lines else "There was nothing to add."

    def summary(self) -> str:
        """The report in one line."""
        parts = []
        if self.added:
            parts.append(f"{_count(len(self.added), 'document')} with {_count(self.passages, 'passage')} added")
        if self.unchanged:
            parts.append(f"{_names(self.unchanged)} unchanged")
        if self.refused:
            parts.append(f"{len(self.refused):,} not added")
        return ", ".join(parts) if parts else "Nothing to add"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names):,} others"
