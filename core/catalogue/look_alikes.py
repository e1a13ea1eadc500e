"""Which pictures of a catalogue look like a given one: descriptors on disk beside its build, made once a version.

HOME/pictures.db                                       descriptors by what the picture holds, of every catalogue
HOME/catalogues/NAME/BUILD/look_alikes/VERSION.LAYOUT/ one index: descriptors.npy, lengths.npy, ids.arrow, counts.json
HOME/catalogues/NAME/BUILD/look_alikes.lock            held by the one that makes it

The index appears whole or not at all; what was described before a kill is in the database and not done again.
"""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
from filelock import FileLock

from core.catalogue.pictures.descriptor import LAYOUT, SIZE, Descriptor, Floats, Query, describe, lengths, similarities
from core.catalogue.pictures.remembered import DescriptorFile, KnownDescriptors, descriptor_file
from core.catalogue.product_pictures import STAGE, PictureCounts, ProductPicture, product_pictures, wait_for
from core.catalogue.progress import Stage
from core.catalogue.storage import full_disk
from core.catalogue.table import Catalogue
from core.domain import LookAlike
from core.errors import PictureInvalid
from core.events import Event

FOLDER = "look_alikes"

DRAWN_SIDE = 96
"""Pixels of a drawing that is described: the drawings are made large first, so a larger one only takes longer."""

_AT_ONCE = 64  # products whose pictures are in memory together
_COMPARED_AT_ONCE = 16_384
_COUNTS = "counts.json"


class LookAlikes:
    """The descriptors of one catalogue at one version, mapped from disk, so that sessions and processes share them."""

    def __init__(
        self, descriptors: Descriptor, of_parts: Floats, product_ids: pa.LargeStringArray, counts: PictureCounts
    ) -> None:
        self._descriptors = descriptors
        self._lengths = of_parts
        self._ids = product_ids
        self.counts = counts

    def nearest(self, query: Query, *, limit: int) -> tuple[LookAlike, ...]:
        """The products whose pictures are most like the one asked for, best first, ties by id."""
        parts = [
            similarities(
                query, self._descriptors[at : at + _COMPARED_AT_ONCE], self._lengths[at : at + _COMPARED_AT_ONCE]
            )
            for at in range(0, len(self._descriptors), _COMPARED_AT_ONCE)
        ]
        if not parts:
            return ()
        found = np.concatenate(parts)
        best = np.argsort(-found, kind="stable")[:limit]
        ids = self._ids.take(pa.array(best)).to_pylist()
        return tuple(LookAlike(i, round(float(found[row]), 4)) for i, row in zip(ids, best.tolist(), strict=True))


def look_alikes_ready(catalogue: Catalogue) -> bool:
    """Whether the index of a catalogue's version is made."""
    return (_folder(catalogue) / _COUNTS).exists()


def open_look_alikes(
    catalogue: Catalogue, *, home: Path, known: Sequence[KnownDescriptors] = ()
) -> Generator[Event, None, LookAlikes]:
    """The index of a catalogue's version; where there is none yet, every picture is described first, with progress.

    `known` are descriptors that need not be made. Closing the generator stops the work and keeps what is done. Raises
    `StorageFull` and `CatalogueBusy`.
    """
    folder = _folder(catalogue)
    if not (folder / _COUNTS).exists():
        lock = FileLock(catalogue.folder / f"{FOLDER}.lock", is_singleton=False, thread_local=False)
        yield from wait_for(lock, "another session is looking at the catalogue's pictures; waiting for it")
        try:
            if not (folder / _COUNTS).exists():
                yield from _build(catalogue, folder, home=home, known=known)
        finally:
            lock.release()
    return _read(folder)


def _folder(catalogue: Catalogue) -> Path:
    return catalogue.folder / FOLDER / f"{catalogue.version}.{LAYOUT}"


def _build(
    catalogue: Catalogue, folder: Path, *, home: Path, known: Sequence[KnownDescriptors]
) -> Generator[Event, None, None]:
    ids = catalogue.columns(["product_id"])["product_id"].to_pylist()
    stage = Stage(STAGE, len(ids))
    yield stage.started("looking at the catalogue's pictures, once for this version of it")
    kept_ids: list[str] = []
    descriptors: list[Descriptor] = []
    tally = dict.fromkeys(asdict(PictureCounts()), 0)
    with descriptor_file(home) as file:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            for product_id, kind, descriptor in _described(catalogue, some, file=file, known=known):
                tally[kind] += 1
                if descriptor is not None:
                    kept_ids.append(product_id)
                    descriptors.append(descriptor)
            yield stage.advanced(len(some))
        file.trim()
    counts = PictureCounts(**tally)
    matrix = np.stack(descriptors) if descriptors else np.zeros((0, SIZE), np.uint8)
    with full_disk(home), _appearing(folder) as fresh:
        np.save(fresh / "descriptors.npy", matrix)
        np.save(fresh / "lengths.npy", lengths(matrix))
        table = pa.table({"value": pa.array(kept_ids, pa.large_string())})
        with pa.OSFile(str(fresh / "ids.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        (fresh / _COUNTS).write_text(json.dumps(asdict(counts)), encoding="utf-8")
    yield stage.finished(counts.sentence())


def _described(
    catalogue: Catalogue, ids: Sequence[str], *, file: DescriptorFile, known: Sequence[KnownDescriptors]
) -> Iterator[tuple[str, str, Descriptor | None]]:
    """For each product what kind of picture it has (a field of `PictureCounts`) and its descriptor, if any."""
    pictures = product_pictures(catalogue, ids)
    wanted = sorted({picture.key for picture in pictures if picture.key is not None})
    found: dict[bytes, Descriptor | None] = {}
    sources: tuple[KnownDescriptors, ...] = (*known, file)
    for source in sources:
        found.update(source.get([key for key in wanted if key not in found]))
    fresh: dict[bytes, Descriptor | None] = {}
    for picture in pictures:
        if picture.key is not None and picture.key not in found:
            found[picture.key] = fresh[picture.key] = _look(picture)
    if fresh:
        file.put(fresh)
    for picture in pictures:
        descriptor = None if picture.key is None else found[picture.key]
        unreadable = picture.key is not None and descriptor is None
        yield picture.product.product_id, "unreadable" if unreadable else picture.kind, descriptor


def _look(picture: ProductPicture) -> Descriptor | None:
    try:
        return describe(picture.seen(size=DRAWN_SIDE))
    except PictureInvalid:
        return None


def _read(folder: Path) -> LookAlikes:
    counts = PictureCounts(**json.loads((folder / _COUNTS).read_text(encoding="utf-8")))
    if not counts.compared:
        return LookAlikes(
            np.zeros((0, SIZE), np.uint8), np.zeros((0, 0), np.float32), pa.array([], pa.large_string()), counts
        )
    ids = pa.ipc.open_file(pa.memory_map(str(folder / "ids.arrow"))).read_all()["value"].combine_chunks()
    return LookAlikes(
        np.load(folder / "descriptors.npy", mmap_mode="r"), np.load(folder / "lengths.npy", mmap_mode="r"), ids, counts
    )


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A fresh folder that takes the place of `folder` once it is full; indices of other versions leave."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.iterdir():
        shutil.rmtree(old, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        yield fresh
        try:
            fresh.rename(folder)
        except OSError as exc:
            if exc.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
