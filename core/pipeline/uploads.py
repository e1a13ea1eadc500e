"""Files on their way into a catalogue: kept as they were dropped, and looked into before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from core.catalogue import inspection, uploads
from core.catalogue.inspection import Inspection
from core.catalogue.query_log import read_query_log
from core.catalogue.uploads import Kind, Upload
from core.errors import SourceInvalid
from core.services import Services

QUERIES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class QueryLogSeen:
    """What a query log holds: how many different queries, how many searches in all, and the most frequent."""

    queries: int
    searches: int
    most: tuple[tuple[str, int], ...]


def keep_upload(services: Services, name: str, content: IO[bytes], *, kind: Kind = "files") -> Upload:
    """Keep a dropped file in the home folder, so that a reload finds it; raises `SourceInvalid` and `StorageFull`."""
    services.catalogues  # noqa: B018  the home folder
    return uploads.keep(services.settings.home, name, content, kind=kind)


def find_upload(services: Services, upload_id: str, *, kind: Kind = "files") -> Upload:
    """A kept file; raises `InputError` where it is no longer there."""
    return uploads.find(services.settings.home, upload_id, kind=kind)


def recent_uploads(services: Services) -> tuple[Upload, ...]:
    """The files of products that are kept, the newest first."""
    return uploads.recent(services.settings.home)


def forget_upload(services: Services, upload_id: str, *, kind: Kind = "files") -> None:
    """Delete a kept file."""
    uploads.forget(services.settings.home, upload_id, kind=kind)


def inspect_source(path: str, *, mapping: Mapping[str, str] | None = None) -> Inspection:
    """The columns of a file, what they are taken for, its first products, and what would be set aside.

    Checks the first 20,000 rows, or as many as take 1.5 seconds. Raises `SourceInvalid` and `InputError`.
    """
    return inspection.inspect(path, overrides=mapping)


def inspect_query_log(path: str) -> QueryLogSeen:
    """What a query log holds; raises `SourceInvalid` where it is none."""
    found = read_query_log(path)
    if not found:
        raise SourceInvalid("The query log holds no query. Its columns are query and, for how often, count.", path)
    return QueryLogSeen(len(found), sum(n for _, n in found), found[:QUERIES_SHOWN])
