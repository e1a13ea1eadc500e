"""Snapshots of large catalogues on disk, mapped into memory when loaded, so that many processes share their pages."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.catalogue.table import Catalogue
from core.recall.filters import FilterColumns
from core.recall.lexicon import Lexicon, read_arrow, write_strings
from core.recall.postings import FIELDS, Postings
from core.recall.snapshot import SAMPLE_SIZE, SEED, WHOLE_UP_TO, Snapshot, take_snapshot

LAYOUT = 1
FOLDER = "recall"
META = "snapshot.json"

_ARRAYS = ("price", "in_stock", "category", "brand", "family", "sample_rows", "vectors")


def load_snapshot(
    catalogue: Catalogue, *, sample_size: int = SAMPLE_SIZE, whole_up_to: int = WHOLE_UP_TO, seed: int = SEED
) -> Snapshot:
    """The snapshot of a catalogue: the one saved beside it where there is one, else taken now and saved.

    A catalogue that is held whole is read anew each time: that is as quick. A full disk costs the saving only.
    """
    if catalogue.rows <= whole_up_to:
        return take_snapshot(catalogue, sample_size=sample_size, whole_up_to=whole_up_to, seed=seed)
    home = catalogue.folder / FOLDER
    folder = home / f"{catalogue.version}.{LAYOUT}.{sample_size}.{seed}"
    if (folder / META).exists():
        return read_snapshot(folder)
    snapshot = take_snapshot(catalogue, sample_size=sample_size, whole_up_to=whole_up_to, seed=seed)
    try:
        home.mkdir(exist_ok=True)
        for old in home.iterdir():
            if not old.name.startswith(f"{catalogue.version}."):
                shutil.rmtree(old, ignore_errors=True)
        save_snapshot(snapshot, folder)
    except OSError as exc:
        if exc.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise
    return snapshot


def save_snapshot(snapshot: Snapshot, folder: Path) -> None:
    """Write a snapshot into a folder that appears whole or not at all; where it is there already, nothing happens."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
    try:
        _write(snapshot, fresh)
        try:
            fresh.rename(folder)
        except OSError as exc:
            # Another process was quicker with the same snapshot.
            if exc.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def read_snapshot(folder: Path) -> Snapshot:
    """Map a saved snapshot into memory."""
    meta = json.loads((folder / META).read_text(encoding="utf-8"))
    arrays = {name: _map(folder / f"{name}.npy") for name in _ARRAYS}
    lexicon = Lexicon.load(folder)
    postings = {
        name: Postings(_map(folder / f"{name}.offsets.npy"), _map(folder / f"{name}.rows.npy")) for name in FIELDS
    }
    return Snapshot(
        version=meta["version"],
        encoder=meta["encoder"],
        product_ids=_strings(folder / "product_ids.arrow"),
        lexicon=lexicon,
        postings=postings,
        filter_columns=FilterColumns(arrays["price"], arrays["in_stock"], arrays["category"], lexicon.categories),
        brand=arrays["brand"],
        brands=tuple(_strings(folder / "brands.arrow").to_pylist()),
        family=arrays["family"],
        sample_rows=arrays["sample_rows"],
        vectors=arrays["vectors"],
    )


def _write(snapshot: Snapshot, folder: Path) -> None:
    filters = snapshot.filter_columns
    values: tuple[npt.NDArray[Any], ...] = (
        filters.price,
        filters.in_stock,
        filters.category,
        snapshot.brand,
        snapshot.family,
        snapshot.sample_rows,
        snapshot.vectors,
    )
    for name, array in zip(_ARRAYS, values, strict=True):
        np.save(folder / f"{name}.npy", array)
    for name, postings in snapshot.postings.items():
        np.save(folder / f"{name}.offsets.npy", postings.offsets)
        np.save(folder / f"{name}.rows.npy", postings.rows)
    snapshot.lexicon.save(folder)
    write_strings(folder / "product_ids.arrow", snapshot.product_ids)
    write_strings(folder / "brands.arrow", snapshot.brands)
    meta = {"version": snapshot.version, "encoder": snapshot.encoder}
    (folder / META).write_text(json.dumps(meta), encoding="utf-8")


def _map(path: Path) -> npt.NDArray[Any]:
    # Copy on write: the pages stay shared, and compiled code sees an ordinary array.
    if path.stat().st_size == 0:
        return np.empty(0)
    return np.asarray(np.load(path, mmap_mode="c"))


def _strings(path: Path) -> pa.LargeStringArray:
    column = read_arrow(path)["value"].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.large_string())
    return column
