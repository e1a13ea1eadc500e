"""Files that an operator dropped on a screen, kept under an id of their own, so that a reload or a restart finds them.

HOME/uploads/files/ID/NAME   one file of products; a query log lies under `logs` likewise

What is older than a week, or the 41st of its kind, leaves when another one comes.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Literal

from core.catalogue.storage import full_disk
from core.errors import InputError, SourceInvalid

KEPT_FOR = timedelta(days=7)
KEPT_FILES = 40
LARGEST = 300 * 1024 * 1024
"""Bytes of one file; the server's own limit (`server.maxUploadSize`) is the same."""

Kind = Literal["files", "logs"]

_BLOCK = 1 << 20
_LONGEST_NAME = 100
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was dropped; `name` is made safe for every system, `at` is when it came."""

    upload_id: str
    name: str
    path: str
    size: int
    at: datetime


def keep(home: Path, name: str, content: IO[bytes], *, kind: Kind = "files", largest: int = LARGEST) -> Upload:
    """Stream a file into the home folder, whole or not at all; raises `SourceInvalid` and `StorageFull`."""
    root = _root(home, kind)
    safe = safe_name(name)
    upload_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(8)}"
    coming = root / f".{upload_id}"
    with full_disk(home):
        coming.mkdir(parents=True)
        try:
            size = _copy(content, coming / safe, largest=largest)
            if size == 0:
                raise SourceInvalid(f"{safe} is empty: it holds not one byte. Export it again and drop it anew.", safe)
            if size > largest:
                raise SourceInvalid(
                    f"{safe} is larger than {largest // 2**20:,} MB, the most that is taken here. Pack it (.csv.gz), "
                    "or put it on the server and build it there: python -m core catalogue build --source FILE.",
                    safe,
                )
            coming.rename(root / upload_id)
        except BaseException:
            shutil.rmtree(coming, ignore_errors=True)
            raise
    _prune(root, but=upload_id)
    return find(home, upload_id, kind=kind)


def find(home: Path, upload_id: str, *, kind: Kind = "files") -> Upload:
    """A kept file by its id; raises `InputError` where there is none (any more)."""
    folder = _root(home, kind) / upload_id
    if _ID.fullmatch(upload_id):
        try:
            path = next((p for p in folder.iterdir() if p.is_file()), None)
            if path is not None:
                at = datetime.strptime(upload_id[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                return Upload(upload_id, path.name, str(path), path.stat().st_size, at)
        except OSError:
            pass
    raise InputError("The file that this address names is no longer kept here. Drop it again.")


def recent(home: Path) -> tuple[Upload, ...]:
    """Every file of products that is kept, the newest first."""
    found: list[Upload] = []
    for name in _ids(_root(home, "files")):
        try:
            found.append(find(home, name))
        except InputError:
            continue
    return tuple(found)


def forget(home: Path, upload_id: str, *, kind: Kind = "files") -> None:
    """Delete a kept file; one that is gone already is no error."""
    if _ID.fullmatch(upload_id):
        shutil.rmtree(_root(home, kind) / upload_id, ignore_errors=True)


def safe_name(name: str) -> str:
    """A file's own name without its folders, in letters, digits, dots, dashes and underscores of any language."""
    own = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = re.sub(r"[^\w.\-]+", "-", own).strip("-.") or "file"
    if len(plain.encode()) <= _LONGEST_NAME:
        return plain
    stem, ending = os.path.splitext(plain)
    ending = ending if len(ending.encode()) <= 10 else ""
    return stem.encode()[: _LONGEST_NAME - len(ending.encode())].decode(errors="ignore") + ending


def _copy(content: IO[bytes], path: Path, *, largest: int) -> int:
    """Copy block by block, and stop soon after the limit; returns the bytes written."""
    size = 0
    with path.open("wb") as file:
        while size <= largest and (block := content.read(_BLOCK)):
            file.write(block)
            size += len(block)
    return size


def _root(home: Path, kind: Kind) -> Path:
    return home / "uploads" / kind


def _ids(root: Path) -> list[str]:
    if not root.is_dir():
        return []
    return sorted((p.name for p in root.iterdir() if _ID.fullmatch(p.name)), reverse=True)


def _prune(root: Path, *, but: str) -> None:
    oldest = f"{datetime.now(UTC) - KEPT_FOR:%Y%m%dT%H%M%S}"
    for number, name in enumerate(_ids(root)):
        if name != but and (number >= KEPT_FILES or name < oldest):
            shutil.rmtree(root / name, ignore_errors=True)
    for left in root.glob(".*"):
        # What a killed process left half copied.
        if left.name[1:] < oldest:
            shutil.rmtree(left, ignore_errors=True)
