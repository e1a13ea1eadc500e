"""Files that an operator dropped on a screen, kept until they are read, so that a reload or a restart finds them.

HOME/library/incoming/ID/NAME   one file each; what nobody read within a week leaves when another one comes
"""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path
from typing import IO

from core.errors import DocumentInvalid
from core.research.documents import LARGEST, document_name
from core.research.library.table import trouble

KEPT_SECONDS = 7 * 24 * 3600.0

_BLOCK = 1 << 20


def keep(folder: Path, name: str, content: IO[bytes]) -> Path:
    """Stream a file into the library's folder, whole or not at all; raises `DocumentInvalid` and `StorageFull`."""
    root = folder / "incoming"
    own = document_name(name)
    place = root / secrets.token_hex(8)
    with trouble(folder):
        _prune(root)
        place.mkdir(parents=True)
        try:
            size = 0
            with (place / own).open("wb") as file:
                while size <= LARGEST and (block := content.read(_BLOCK)):
                    file.write(block)
                    size += len(block)
            if size > LARGEST:
                raise DocumentInvalid(
                    f"{own} is larger than {LARGEST // 2**20} MB, the most that is read of one document. Split it, or "
                    "add the chapters that matter.",
                    own,
                )
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
    return place / own


def forget(path: Path) -> None:
    """Delete a kept file; one that is gone already, or was never kept here, is left alone."""
    if path.parent.parent.name == "incoming":
        shutil.rmtree(path.parent, ignore_errors=True)


def _prune(root: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for place in root.iterdir() if root.is_dir() else ():
        if place.stat().st_mtime < oldest:
            shutil.rmtree(place, ignore_errors=True)
