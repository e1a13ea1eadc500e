"""The trend library itself: adding documents, searching them, reading around a passage, listing and removing."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import Hit
from core.errors import DocumentInvalid, PageError, SearchError, StoreError, ThemeInvalid
from core.events import Event, StageFinished, Warned
from core.research.contract import Page
from core.research.document_passages import Stretch
from core.research.documents import Contents, document_name
from core.research.library.indexing import STAGE, Source, TextEncoder, bytes_of, encoding, reading, rows_of
from core.research.library.ranking import Rarity, marks, worth
from core.research.library.table import COLUMNS, PassageTable, document_id, trouble
from core.research.library.values import ADDRESS, LibraryDocument, LibraryPassage, LibraryReport
from core.text import tokens, words

READ_AROUND = 6_000
"""Characters that reading an address gives: the passage with what stands around it."""

_POOL = 60
# Stems of words that a question is made of and its answer need not hold.
_ASKING = frozenset("what which who whom when where whi how do doe did about say said".split())
_DOCUMENT = ("name", "kind", "title", "passages", "pages", "written", "added", "size", "note")
_PASSAGE = ("name", "title", "kind", "number", "text", "heading", "page", "when")


class TrendLibrary:
    """The library in one folder. A `SearchProvider` and a `PageReader` of research; safe for threads and processes.

    `encoder` reads queries, `bulk` documents (the same model without a cache that queries need; the same where None).
    """

    name = "library"

    def __init__(self, folder: Path, encoder: TextEncoder, *, bulk: TextEncoder | None = None) -> None:
        self.folder = folder
        self._table = PassageTable(folder)
        self._encoder = encoder
        self._bulk = encoder if bulk is None else bulk
        self._rarity: tuple[int, Rarity] | None = None
        self._lock = threading.Lock()

    @property
    def outdated(self) -> bool:
        """Whether another encoder made the vectors: then only words are searched, until something is added."""
        return self._table.encoder() not in ("", self._made_by)

    def documents(self) -> tuple[LibraryDocument, ...]:
        """Every document, the one that was added last first."""
        found = [_document(row) for row in self._table.rows(_DOCUMENT, "number = 1")]
        return tuple(sorted(found, key=lambda one: (-one.added.timestamp(), one.name)))

    def document(self, name: str) -> LibraryDocument:
        """One document; raises `DocumentInvalid` where there is none of that name."""
        rows = self._table.rows(_DOCUMENT, f"document_id = '{document_id(document_name(name))}' AND number = 1")
        if not rows:
            raise DocumentInvalid(
                f"There is no document {document_name(name)!r} in the trend library. List it to see what there is.",
                name,
            )
        return _document(rows[0])

    def passages_of(self, name: str, *, first: int = 1, last: int | None = None) -> tuple[LibraryPassage, ...]:
        """The passages `first` to `last` (the end where None) of a document in order; empty where there is none."""
        until = "" if last is None else f" AND number <= {int(last)}"
        where = f"document_id = '{document_id(document_name(name))}' AND number >= {int(first)}{until}"
        rows = self._table.rows(_PASSAGE, where)
        return tuple(sorted((_passage(row) for row in rows), key=lambda one: one.number))

    def add(self, files: Iterable[Source]) -> Generator[Event, None, LibraryReport]:
        """Read files and keep their passages, each document in one commit; one of a name that is here is replaced.

        A file that cannot be read is told and left out. Closing the generator stops; what was finished is kept. Raises
        `DocumentInvalid` where no file could be read, `StorageFull`, `StoreBusy` and `StoreError`.
        """
        began = time.monotonic()
        wanted = list(files)
        anew = yield from self._brought_up_to_date()
        added: list[LibraryDocument] = []
        unchanged: list[str] = []
        refused: list[tuple[str, str]] = []
        for source in wanted:
            name = document_name(source[0] if isinstance(source, tuple) else os.fspath(source))
            try:
                data = bytes_of(source, name)
                digest = hashlib.blake2b(data, digest_size=16).hexdigest()
                if self._has(name, digest):
                    unchanged.append(name)
                    continue
                contents = yield from reading(name, data)
            except DocumentInvalid as error:
                refused.append((name, str(error)))
                if len(wanted) > 1:  # of one file alone the error itself speaks
                    yield Warned(STAGE, str(error))
                continue
            added.append((yield from self._kept(contents, digest, len(data))))
            if contents.note:
                yield Warned(STAGE, f"{name}: {contents.note}")
        report = LibraryReport(tuple(added), tuple(unchanged), tuple(refused))
        if refused and not added and not unchanged:
            raise DocumentInvalid(" ".join(reason for _, reason in refused), refused[0][0])
        if added:
            yield from self._tidied()
        told = report.summary() if wanted or not anew else f"{anew:,} passages indexed anew"
        yield StageFinished(STAGE, told, time.monotonic() - began)
        return report

    def remove(self, name: str) -> LibraryDocument:
        """Remove a document and return what it was; raises `DocumentInvalid` where there is none of that name."""
        found = self.document(name)
        with self._table.writing():
            self._table.delete(document_id(found.name))
        return found

    def passages(self, query: str, *, limit: int = 10) -> tuple[LibraryPassage, ...]:
        """The passages that answer a query, best first: by its words and by its meaning together.

        Empty where none does (see `ranking.LEAST`). Raises `ThemeInvalid` for a query without a word, and `StoreError`.
        """
        if not words(query):
            raise ThemeInvalid("There is nothing to search for: type at least one word.")
        table = self._table.open()
        if table is None or limit < 1:
            return ()
        wanted = _wanted(query)
        vector = None if self.outdated else self._encoder.encode([" ".join(query.split())])[0]
        if vector is None and not wanted:
            return ()
        rows = self._table.nearest(" ".join(wanted), vector, pool=max(_POOL, 3 * limit)).to_pylist()
        rarity, spoken = self._rarities(table), _spoken(query, wanted)
        found = []
        for row in rows:
            cosine = None if vector is None else float(np.max(np.asarray(row["vector"], dtype=np.float32) @ vector))
            value = worth(wanted, frozenset(row["tokens"].split()), rarity, nearness=self._nearness(cosine))
            if value.score > 0:
                held = tuple(word for word, has in zip(spoken, value.held, strict=True) if has)
                near = cosine is not None and cosine >= self._encoder.profile.tau
                found.append(_passage(row, score=value.score, words=held, near=near))
        found.sort(key=lambda one: (-one.score, one.document, one.number))
        return tuple(replace(one, marks=marks(one.text, wanted)) for one in found[:limit])

    def search(self, query: str, *, limit: int = 10, seconds: float = 10.0) -> tuple[Hit, ...]:
        """See `SearchProvider.search`: each hit is one passage, whole; there is no network to wait for."""
        try:
            return tuple(passage.hit() for passage in self.passages(query, limit=limit))
        except StoreError as error:
            raise SearchError(str(error)) from error

    def read(self, address: str) -> Page:
        """The passage that an address names with what stands around it, or a document's beginning; see `PageReader`."""
        name, number = _place(address)
        try:
            around = self.passages_of(name, first=max(1, number - 12), last=number + 12)
        except StoreError as error:
            raise PageError(str(error)) from error
        here = next((i for i, one in enumerate(around) if one.number == number), None)
        if here is None:
            raise PageError(
                f"{name or address} is not in the trend library (any more), or has no such passage. Search it anew, or "
                "add the document again."
            )
        kept = _around(around, here)
        whole = kept[0].number == 1 and kept[-1].number == self.document(name).passages
        note = "" if whole else f"Passages {kept[0].number:,} to {kept[-1].number:,} of the document."
        return Page(f"{ADDRESS}{name}#{number}", around[here].title, _written(kept), around[here].when, None, note)

    def _nearness(self, cosine: float | None) -> float | None:
        """A cosine rescaled so that an unrelated pair is 0 and a very good one 1."""
        if cosine is None:
            return None
        profile = self._encoder.profile
        return min(1.0, max(0.0, (cosine - profile.random) / (profile.gold - profile.random)))

    @property
    def _made_by(self) -> str:
        return f"{self._bulk.name}/{self._bulk.dimension}"

    def _has(self, name: str, digest: str) -> bool:
        return bool(
            self._table.rows(["number"], f"document_id = '{document_id(name)}' AND digest = '{digest}' AND number = 1")
        )

    def _kept(self, contents: Contents, digest: str, size: int) -> Generator[Event, None, LibraryDocument]:
        titled = [(contents.title, one) for one in contents.passages]
        vectors = yield from encoding(self._bulk, titled, note=f"Indexing {contents.name}")
        rows = rows_of(contents, digest, size)
        with self._table.writing():
            self._table.replace(document_id(contents.name), rows, vectors, self._made_by)
        return _document(rows[0])

    def _brought_up_to_date(self) -> Generator[Event, None, int]:
        """Make all vectors anew where another encoder made them (the texts are all here); returns how many passages."""
        if not self.outdated:
            return 0
        with self._table.writing():
            rows = self._table.rows(COLUMNS, "number >= 1") if self.outdated else []
            if not rows:
                return 0
            yield Warned(STAGE, f"What is in the library is indexed anew for the model {self._bulk.name}.")
            titled = [(row["title"], Stretch(row["text"], row["heading"])) for row in rows]
            vectors = yield from encoding(self._bulk, titled, note="Indexing anew")
            self._table.rewrite(rows, vectors, self._made_by)
            return len(rows)

    def _tidied(self) -> Generator[Event, None, None]:
        """Indices and old versions: what was added is there and found without them too."""
        try:
            with self._table.writing():
                self._table.tidy()
        except StoreError as error:
            yield Warned(STAGE, f"The documents are in, but the index could not be brought up to date: {error}")

    def _rarities(self, table: Any) -> Rarity:
        with trouble(self._table.folder):
            version = int(table.version)
        with self._lock:
            if self._rarity is None or self._rarity[0] != version:
                texts = (row["tokens"] for row in self._table.rows(["tokens"], "number >= 1"))
                self._rarity = (version, Rarity.of(texts))
            return self._rarity[1]


def _document(row: dict[str, Any]) -> LibraryDocument:
    return LibraryDocument(
        row["name"], row["kind"], row["title"], row["passages"], row["pages"], row["written"], row["added"],
        row["size"], row["note"],
    )  # fmt: skip


def _passage(row: dict[str, Any], **found: Any) -> LibraryPassage:
    return LibraryPassage(
        row["name"], row["title"], row["kind"], row["number"], row["text"], row["heading"], row["page"], row["when"],
        **found,
    )  # fmt: skip


def _wanted(query: str) -> tuple[str, ...]:
    """The tokens of a query without those that only ask; all of them where there are no others."""
    found = tuple(dict.fromkeys(tokens(query)))
    return tuple(token for token in found if token not in _ASKING) or found


def _spoken(query: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """The query's own word for each of its tokens."""
    said: dict[str, str] = {}
    for word in words(query):
        for token in tokens(word):
            said.setdefault(token, word)
    return tuple(said.get(token, token) for token in wanted)


def _place(address: str) -> tuple[str, int]:
    """The document that an address names and the number of the passage, 1 where it names none."""
    name = address.removeprefix(ADDRESS)
    stem, mark, number = name.rpartition("#")
    return (stem, int(number)) if mark and number.isascii() and number.isdigit() else (name, 1)


def _around(passages: Sequence[LibraryPassage], here: int) -> Sequence[LibraryPassage]:
    """The passage at `here` and its neighbours, by turns, as many as `READ_AROUND` characters take."""
    first = last = here
    size = len(passages[here].text)
    while True:
        more = [(i, side) for i, side in ((last + 1, 1), (first - 1, -1)) if 0 <= i < len(passages)]
        fits = [(i, side) for i, side in more if size + len(passages[i].text) <= READ_AROUND]
        if not fits:
            return passages[first : last + 1]
        for i, side in fits:
            if size + len(passages[i].text) <= READ_AROUND:
                size += len(passages[i].text)
                first, last = (i, last) if side < 0 else (first, i)


def _written(passages: Sequence[LibraryPassage]) -> str:
    """Passages as one text, each heading before the first passage below it."""
    lines: list[str] = []
    heading = ""
    for one in passages:
        if one.heading and one.heading != heading:
            lines.append(one.heading)
        heading = one.heading
        lines.append(one.text)
    return "\n\n".join(lines)
