"""Files that appear whole or not at all, and what a full disk or a busy folder means to the operator."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import CatalogueBusy, StorageFull, says_disk_full


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def full_disk(where: Path) -> Iterator[None]:
    """Turn "no space left", from the system or from Lance, into `StorageFull`; lets every other error through."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as exc:
        if says_disk_full(exc):
            raise StorageFull(
                f"The disk that holds {where} is full. The catalogue is as it was before; free some space and start "
                "again, what was embedded so far is kept."
            ) from exc
        raise


@contextmanager
def one_writer(lock: Path, name: str) -> Iterator[None]:
    """Hold the catalogue's write lock; raises `CatalogueBusy` at once where another process or thread holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock, is_singleton=False, thread_local=False)
    try:
        held.acquire(timeout=0)
    except Timeout as exc:
        raise CatalogueBusy(
            f"Another process is writing to the catalogue {name!r}. Wait until it is done, or stop it, and try again."
        ) from exc
    try:
        yield
    finally:
        held.release()
