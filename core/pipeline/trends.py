"""The trend library: the operator's notes and reports in, passages for a question out."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import IO

from core.errors import DocumentInvalid
from core.events import Event
from core.research.library import LibraryDocument, LibraryPassage, LibraryReport, incoming
from core.research.library.indexing import Source
from core.services import Services


def library_documents(services: Services) -> tuple[LibraryDocument, ...]:
    """Every document of the trend library, the one that was added last first."""
    return services.library.documents()


def library_outdated(services: Services) -> bool:
    """Whether another model indexed the library, so that it is searched by words only until something is added."""
    return services.library.outdated


def add_to_library(services: Services, files: Iterable[Source]) -> Generator[Event, None, LibraryReport]:
    """Add files, each a path or a name with its bytes, each document whole or not at all; see `TrendLibrary.add`."""
    return services.library.add(files)


def search_library(services: Services, query: str, *, limit: int = 10) -> tuple[LibraryPassage, ...]:
    """The passages that answer a query, best first; see `TrendLibrary.passages`."""
    return services.library.passages(query, limit=limit)


def library_passages(
    services: Services, name: str, *, first: int = 1, last: int | None = None
) -> tuple[LibraryPassage, ...]:
    """The passages of one document in their order, as they were read; empty where there is no such document."""
    return services.library.passages_of(name, first=first, last=last)


def remove_from_library(services: Services, name: str) -> LibraryDocument:
    """Remove a document and return what it was; raises `DocumentInvalid` where there is none of that name."""
    return services.library.remove(name)


def keep_document(services: Services, name: str, content: IO[bytes]) -> str:
    """Keep a dropped file in the home folder until a run has read it; raises `DocumentInvalid` and `StorageFull`."""
    return str(incoming.keep(services.library.folder, name, content))


def add_kept_documents(services: Services, paths: Sequence[str]) -> Generator[Event, None, LibraryReport]:
    """`add_to_library` for files that `keep_document` kept, which it lets go of at the end.

    One that is gone was read by an earlier attempt of the same run, which broke off after it.
    """
    there = [path for path in paths if Path(path).exists()]
    try:
        report = yield from services.library.add(there)
    except DocumentInvalid:
        _forget(there)  # trying again would end as it did now
        raise
    _forget(there)
    return report


def _forget(paths: Iterable[str]) -> None:
    for path in paths:
        incoming.forget(Path(path))
