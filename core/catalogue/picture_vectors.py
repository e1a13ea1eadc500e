"""The second vector column of a catalogue: what an image encoder makes of each picture, filled at its first use.

HOME/catalogues/NAME/BUILD/products.lance         `picture_vector` and `picture_key`, null where nothing is shown
HOME/catalogues/NAME/BUILD/picture_vectors.json   the version that they are complete for, counts, scale of likeness
HOME/catalogues/NAME.pictures.lock                held by the one that fills them
HOME/vectors.db                                   each vector by encoder and picture, so that a stop loses nothing

The column is written in one commit under the catalogue's write lock. Products that are added later get their vectors at
the next use; the others keep theirs, as long as `picture_key` says that picture and encoder are the same.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from filelock import FileLock
from lancedb.expr import col
from numpy.typing import NDArray

from core.catalogue.indices import FLAT_UP_TO, vector_index
from core.catalogue.pictures.encoder import ImageEncoder
from core.catalogue.product_pictures import STAGE, PictureCounts, ProductPicture, product_pictures, wait_for
from core.catalogue.progress import Stage
from core.catalogue.storage import full_disk, write_whole
from core.catalogue.table import Catalogue, CatalogueHome, matrix
from core.catalogue.vectors import VectorFile, vector_file
from core.domain import LookAlike
from core.errors import CatalogueBusy, PictureInvalid
from core.events import Event

VECTOR, KEY = "picture_vector", "picture_key"
INFO = "picture_vectors.json"

DRAWN_SIDE = 224
"""Pixels of a drawing that is encoded: what the common encoders read."""

ALIKE = 0.72
"""The similarity of what is as near as one in ten of the catalogue's own pictures is to its nearest other."""

_AT_ONCE = 64  # products whose pictures are in memory together
_PASSES = 5
_KEPT_VERSIONS = timedelta(days=1)
_SAMPLE, _ASKED, _ENOUGH = 2_000, 150, 20
_LOOKED_THROUGH = 50  # for the nearest other picture
_INDEX_ANEW = 0.2  # share of new vectors from which the partitions of the index are drawn anew
_PARTITIONS, _PARTITIONS_ABOVE_FLAT = 100_000, 64

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scale:
    """From cosines to likeness. `chance`: the mean cosine of two pictures; `alike`: see `ALIKE`, None where unknown."""

    chance: float
    alike: float | None

    def likeness(self, cosines: Vectors) -> Vectors:
        """0 at `chance`, `ALIKE` at `alike`, 1 at 1, straight between."""
        room = 1.0 - self.chance
        # Encoders whose cosines all lie together must not divide by nothing.
        alike = ALIKE if self.alike is None else float(np.clip((self.alike - self.chance) / room, 0.05, 0.98))
        found: Vectors = np.interp((cosines - self.chance) / room, [0.0, alike, 1.0], [0.0, ALIKE, 1.0])
        return found.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Info:
    """The content of `picture_vectors.json`."""

    version: str
    encoder: str
    dimension: int
    counts: PictureCounts
    scale: Scale

    @classmethod
    def read(cls, folder: Path) -> _Info | None:
        """What stands in a build's folder, None where nothing that can be read does."""
        try:
            data = json.loads((folder / INFO).read_text(encoding="utf-8"))
            return cls(**{**data, "counts": PictureCounts(**data["counts"]), "scale": Scale(**data["scale"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def serves(self, catalogue: Catalogue, encoder: ImageEncoder) -> bool:
        """Whether the column is complete for this version of the catalogue and this encoder."""
        return (self.version, self.encoder, self.dimension) == (
            catalogue.version,
            encoder.identity,
            encoder.dimension,
        )


class PictureVectors:
    """The filled column of one catalogue at one version."""

    def __init__(self, catalogue: Catalogue, counts: PictureCounts, scale: Scale) -> None:
        self._catalogue = catalogue
        self._scale = scale
        self.counts = counts

    def nearest(self, vector: Vectors, *, limit: int) -> tuple[LookAlike, ...]:
        """The products whose pictures are most like the one that `vector` is of, best first, ties by id."""
        if not self.counts.compared:
            return ()
        found = _nearest(self._catalogue, vector, limit=limit)
        cosines = matrix(found[VECTOR]) @ vector
        likeness = self._scale.likeness(cosines).tolist()
        ids: list[str] = found["product_id"].to_pylist()
        ranked = sorted(zip(cosines.tolist(), ids, likeness, strict=True), key=lambda one: (-one[0], one[1]))
        return tuple(LookAlike(i, round(alike, 4)) for _, i, alike in ranked)


def picture_vectors_ready(catalogue: Catalogue, encoder: ImageEncoder) -> bool:
    """Whether the column of a catalogue's version is filled for this encoder."""
    info = _Info.read(catalogue.folder)
    return info is not None and info.serves(catalogue, encoder)


def open_picture_vectors(
    catalogue: Catalogue, *, home: Path, encoder: ImageEncoder
) -> Generator[Event, None, PictureVectors]:
    """The column of a catalogue's newest version; what is missing in it is encoded first, with progress.

    A catalogue that is written to gets a new version. Closing the generator stops the work and keeps what is encoded.
    Raises `StorageFull`, `CatalogueBusy`, and what the encoder raises.
    """
    info = _Info.read(catalogue.folder)
    if info is None or not info.serves(catalogue, encoder):
        lock = FileLock(
            CatalogueHome(home).root / f"{catalogue.name}.pictures.lock", is_singleton=False, thread_local=False
        )
        yield from wait_for(lock, "another session is encoding the catalogue's pictures; waiting for it")
        try:
            catalogue, info = yield from _filled(catalogue.name, home=home, encoder=encoder)
        finally:
            lock.release()
    return PictureVectors(catalogue, info.counts, info.scale)


def _filled(name: str, *, home: Path, encoder: ImageEncoder) -> Generator[Event, None, tuple[Catalogue, _Info]]:
    """Fill the column; once more where somebody wrote to the catalogue meanwhile."""
    catalogues = CatalogueHome(home)
    for _ in range(_PASSES):
        catalogue = catalogues.open(name)
        info = _Info.read(catalogue.folder)
        if info is not None and info.serves(catalogue, encoder):
            return catalogue, info
        stage = Stage(STAGE, catalogue.rows)
        yield stage.started(f"encoding the catalogue's pictures with {encoder.name}, once for each of them")
        with full_disk(home), tempfile.TemporaryDirectory(dir=catalogue.folder, prefix="pictures-") as folder:
            ready = Path(folder) / "ready.arrow"
            counts = yield from _encode_all(catalogue, ready, stage, home=home, encoder=encoder)
            writer = FileLock(catalogues.root / f"{name}.lock", is_singleton=False, thread_local=False)
            yield from wait_for(writer, "somebody is writing to the catalogue; its pictures' vectors wait for that")
            try:
                if catalogue.stale():
                    continue
                _commit(catalogue, ready, dimension=encoder.dimension, compared=counts.compared)
                catalogue = catalogues.open(name)
                found = _Info(catalogue.version, encoder.identity, encoder.dimension, counts, _scale(catalogue))
                write_whole(catalogue.folder / INFO, json.dumps(asdict(found), indent=1).encode())
            finally:
                writer.release()
        yield stage.finished(counts.sentence())
        return catalogue, found
    raise CatalogueBusy(
        f"The catalogue {name!r} is written to all the time, so its pictures could not be encoded. Try again when that "
        "is over; what is encoded is kept."
    )


def _schema(dimension: int) -> pa.Schema:
    vector = pa.list_(pa.float32(), dimension)
    return pa.schema([pa.field("product_id", pa.string()), pa.field(VECTOR, vector), pa.field(KEY, pa.binary())])


def _encode_all(
    catalogue: Catalogue, ready: Path, stage: Stage, *, home: Path, encoder: ImageEncoder
) -> Generator[Event, None, PictureCounts]:
    """Write the rows whose picture or encoder is another than the stored one to a file; returns the counts of all."""
    ids = catalogue.columns(["product_id"])["product_id"].to_pylist()
    tally = dict.fromkeys(asdict(PictureCounts()), 0)
    comparable = _has_column(catalogue, encoder.dimension)
    name = f"picture:{encoder.identity}"
    with (
        vector_file(home, encoder=name, dimension=encoder.dimension) as file,
        pa.OSFile(str(ready), "wb") as sink,
        pa.ipc.new_file(sink, _schema(encoder.dimension)) as writer,
    ):
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            stored = _stored(catalogue, some) if comparable else {}
            changed: list[ProductPicture] = []
            for picture in product_pictures(catalogue, some):
                key, there = stored.get(picture.product.product_id, (None, False))
                if key == _row_key(picture, encoder):
                    tally[picture.kind if there or key is None else "unreadable"] += 1
                else:
                    changed.append(picture)
            vectors = _vectors(changed, file, encoder)
            for picture in changed:
                unreadable = picture.key is not None and vectors[picture.key] is None
                tally["unreadable" if unreadable else picture.kind] += 1
            if changed:
                writer.write_table(_rows(changed, vectors, encoder))
            yield stage.advanced(len(some))
        file.trim()
    return PictureCounts(**tally)


def _rows(
    pictures: Sequence[ProductPicture], vectors: Mapping[bytes, Vectors | None], encoder: ImageEncoder
) -> pa.Table:
    rows = [
        {
            "product_id": picture.product.product_id,
            VECTOR: None if picture.key is None else vectors[picture.key],
            KEY: _row_key(picture, encoder),
        }
        for picture in pictures
    ]
    return pa.Table.from_pylist(rows, schema=_schema(encoder.dimension))


def _row_key(picture: ProductPicture, encoder: ImageEncoder) -> bytes | None:
    """What stands in the row for its picture as this encoder sees it."""
    if picture.key is None:
        return None
    return hashlib.blake2b(encoder.identity.encode() + b"\0" + picture.key, digest_size=16).digest()


def _has_column(catalogue: Catalogue, dimension: int) -> bool:
    schema: pa.Schema = catalogue.table.schema
    return VECTOR in schema.names and schema.field(VECTOR).type.list_size == dimension


def _stored(catalogue: Catalogue, ids: Sequence[str]) -> dict[str, tuple[bytes | None, bool]]:
    """For each of these products the key of its row and whether there is a vector."""
    wanted = {"product_id": "product_id", KEY: KEY, "there": f"{VECTOR} IS NOT NULL"}
    query = catalogue.table.search().where(col("product_id").isin(list(ids))).select(wanted).limit(len(ids))
    return {row["product_id"]: (row[KEY], row["there"]) for row in query.to_arrow().to_pylist()}


def _vectors(
    pictures: Sequence[ProductPicture], file: VectorFile, encoder: ImageEncoder
) -> Mapping[bytes, Vectors | None]:
    """The vector of each picture by its key, None for one that cannot be read; what is not known yet is encoded."""
    wanted = {picture.key: picture for picture in pictures if picture.key is not None}
    known = file.get([key.hex() for key in wanted])
    found: dict[bytes, Vectors | None] = {key: known[key.hex()] for key in wanted if key.hex() in known}
    missing = [key for key in wanted if key not in found]
    found.update(_encoded(missing, [wanted[key].seen(size=DRAWN_SIDE) for key in missing], encoder))
    fresh = {key.hex(): vector for key in missing if (vector := found[key]) is not None}
    if fresh:
        file.put(list(fresh), np.stack(list(fresh.values())))
    return found


def _encoded(keys: Sequence[bytes], files: Sequence[bytes], encoder: ImageEncoder) -> dict[bytes, Vectors | None]:
    try:
        return dict(zip(keys, encoder.encode(files), strict=True))
    except PictureInvalid:
        if len(keys) == 1:
            return {keys[0]: None}
    # One of them cannot be read: each by itself shows which.
    found: dict[bytes, Vectors | None] = {}
    for key, data in zip(keys, files, strict=True):
        found.update(_encoded([key], [data], encoder))
    return found


def _commit(catalogue: Catalogue, ready: Path, *, dimension: int, compared: int) -> None:
    """Write the rows into the table; called by the holder of the catalogue's write lock."""
    table = catalogue.table
    table.checkout_latest()
    if VECTOR in table.schema.names and not _has_column(catalogue, dimension):
        table.drop_columns([VECTOR, KEY])
    if VECTOR not in table.schema.names:
        table.add_columns([_schema(dimension).field(VECTOR), _schema(dimension).field(KEY)])
    with pa.memory_map(str(ready)) as file:
        rows = pa.ipc.open_file(file).read_all()
        changed = rows.num_rows
        if changed:
            table.merge_insert("product_id").when_matched_update_all().execute(rows, on_bad_vectors="null")
        del rows
    table.optimize(cleanup_older_than=_KEPT_VERSIONS)
    wanted = vector_index(compared)
    found = next((index.index_type for index in table.list_indices() if index.columns == [VECTOR]), None)
    if wanted is not None and (found != type(wanted).__name__ or changed > _INDEX_ANEW * compared):
        table.create_index(VECTOR, config=wanted)


def _nearest(catalogue: Catalogue, vector: Vectors, *, limit: int) -> pa.Table:
    """Id and vector of the rows nearest to it; `_distance` is not to be trusted under IVF_SQ."""
    query = catalogue.table.search(vector, vector_column_name=VECTOR).distance_type("cosine")
    probes = _PARTITIONS if catalogue.rows <= FLAT_UP_TO else _PARTITIONS_ABOVE_FLAT
    found = query.nprobes(probes).select(["product_id", VECTOR, "_distance"]).limit(limit).to_arrow()
    return found.filter(found[VECTOR].is_valid())


def _scale(catalogue: Catalogue) -> Scale:
    """Measured on a sample of the catalogue's own pictures, each different one once."""
    chance = np.random.default_rng(5)
    offsets = np.sort(chance.permutation(catalogue.rows)[:_SAMPLE]).tolist()
    rows = catalogue.table.take_offsets(offsets).select([KEY, VECTOR]).to_arrow()
    rows = rows.filter(rows[VECTOR].is_valid())
    _, first = np.unique(np.array(rows[KEY].to_pylist(), dtype=object), return_index=True)
    vectors = matrix(rows[VECTOR])[np.sort(first)] if rows.num_rows else np.empty((0, 1), np.float32)
    if len(vectors) < 2:
        return Scale(0.0, None)
    cosines = vectors @ vectors.T
    mean = float((cosines.sum() - np.trace(cosines)) / (len(vectors) * (len(vectors) - 1)))
    mean = float(np.clip(mean, -1.0, 0.99))
    if len(vectors) < _ENOUGH:
        return Scale(mean, None)
    nearest = []
    for vector in vectors[:_ASKED]:
        found = _nearest(catalogue, vector, limit=_LOOKED_THROUGH)
        others = matrix(found[VECTOR]) @ vector
        # Variants that share a picture, and the picture itself, are no neighbours.
        others = others[others < 1.0 - 1e-5]
        if len(others):
            nearest.append(float(others.max()))
    return Scale(mean, float(np.quantile(nearest, 0.1)) if len(nearest) >= _ENOUGH else None)
