"""From a file to the rows and vectors of the library's table, saying on the way how far it is."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import DocumentInvalid
from core.events import Event, StageProgress, StageStarted
from core.research.document_passages import Stretch, windows
from core.research.documents import LARGEST, Contents, read_document
from core.research.library.table import document_id
from core.text import tokens

Floats = NDArray[np.float32]
Source = str | os.PathLike[str] | tuple[str, bytes]
"""A file to add: its path, or a name with its bytes."""

STAGE = "library"

_AT_ONCE = 32
_TOLD_EVERY = 0.3


class Profile(Protocol):
    """How an encoder's cosines are to be read: near from `tau` on, `random` for what is unrelated, `gold` for good."""

    @property
    def tau(self) -> float: ...

    @property
    def random(self) -> float: ...

    @property
    def gold(self) -> float: ...


class TextEncoder(Protocol):
    """Turns texts into vectors of shape (texts, dimension) and length 1."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def profile(self) -> Profile: ...

    def encode(self, texts: Sequence[str]) -> Floats: ...


def bytes_of(source: Source, name: str) -> bytes:
    """A file's bytes, one more than is read at most where it is larger; raises `DocumentInvalid`."""
    if isinstance(source, tuple):
        return source[1]
    try:
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as exc:
        raise DocumentInvalid(f"{os.fspath(source)} cannot be read: {exc.strerror or exc}.", name) from exc


def reading(name: str, data: bytes) -> Generator[Event, None, Contents]:
    """`read_document` with its pages as events."""
    began = time.monotonic()
    yield StageStarted(STAGE, f"Reading {name}")
    with closing(read_document(name, data)) as work:
        while True:
            try:
                done, total = next(work)
            except StopIteration as stop:
                contents: Contents = stop.value
                return contents
            if time.monotonic() - began > _TOLD_EVERY or done == total:
                began = time.monotonic()
                yield StageProgress(STAGE, done, total, f"Reading {name}, pages")


def encoding(
    encoder: TextEncoder, titled: Sequence[tuple[str, Stretch]], *, note: str
) -> Generator[Event, None, list[Floats]]:
    """The vectors of the windows of each (title, passage), (windows, dimension), in order."""
    vectors: list[Floats] = []
    began = time.monotonic()
    for start in range(0, len(titled), _AT_ONCE):
        texts = [windows(one, title=title) for title, one in titled[start : start + _AT_ONCE]]
        flat = encoder.encode([text for some in texts for text in some])
        vectors.extend(np.split(flat, np.cumsum([len(some) for some in texts])[:-1]))
        rate = len(vectors) / max(time.monotonic() - began, 1e-6)
        yield StageProgress(STAGE, len(vectors), len(titled), note, rate, (len(titled) - len(vectors)) / rate)
    return vectors


def rows_of(contents: Contents, digest: str, size: int) -> list[dict[str, Any]]:
    """The rows of a document's passages, in order, without their vectors."""
    filed, added = document_id(contents.name), datetime.now(UTC)
    return [
        {
            "passage_id": f"{filed}:{number}",
            "document_id": filed,
            "number": number,
            "text": one.text,
            "heading": one.heading,
            "page": one.page,
            "when": one.when if one.when is not None else contents.when,
            "tokens": " ".join(t for part in (contents.title, one.heading, one.text) for t in tokens(part)),
            "name": contents.name,
            "kind": contents.kind,
            "title": contents.title,
            "pages": contents.pages,
            "passages": len(contents.passages),
            "written": contents.when,
            "added": added,
            "size": size,
            "digest": digest,
            "note": contents.note,
        }
        for number, one in enumerate(contents.passages, 1)
    ]
