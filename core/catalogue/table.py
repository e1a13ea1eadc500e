"""Catalogues on disk: opening one at one version, reading its products, and replacing it atomically.

HOME/current                         the name of the catalogue that was built last
HOME/catalogues/NAME/active          the id of the build that is served
HOME/catalogues/NAME/BUILD/          one build: products.lance, catalogue.json, problems.csv, query_log.tsv
HOME/catalogues/NAME.lock            held by the one writer
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from lancedb.expr import col
from numpy.typing import NDArray

from core.catalogue.calibration import EncoderProfile
from core.catalogue.embedding import Encoder
from core.catalogue.schema import LAYOUT
from core.catalogue.statistics import describe
from core.catalogue.storage import one_writer, write_whole
from core.domain import Product
from core.errors import CatalogueMismatch, CatalogueMissing, InputError, ProductMissing

TABLE = "products"
META = "catalogue.json"
QUERY_LOG = "query_log.tsv"
PROBLEMS = "problems.csv"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Literals in one filter; more are asked for in turns.
_IDS_AT_ONCE = 1_000
# What several pages of cards take; a page that is drawn again asks the table for nothing.
_PRODUCTS_KEPT = 2_000
_PRODUCT_COLUMNS = {
    name: name
    for name in (
        "product_id title description brand category attributes price currency stock rating rating_count "
        "monthly_sales margin launch_date group_id family image_url"
    ).split()
} | {"has_image": "image IS NOT NULL"}


@dataclass(frozen=True, slots=True)
class CatalogueInfo:
    """What a catalogue says about itself. `version` changes with every write; `currency` is its most frequent one."""

    name: str
    build: str
    version: str
    rows: int
    encoder: str
    dimension: int
    currency: str
    built: str
    profile: EncoderProfile


@dataclass(frozen=True, slots=True)
class Meta:
    """The content of `catalogue.json`, written beside the table."""

    layout: int
    encoder: str
    dimension: int
    profile: EncoderProfile
    currency: str
    built: str

    @classmethod
    def read(cls, folder: Path) -> Meta:
        """Read it from a build's folder."""
        data = json.loads((folder / META).read_text(encoding="utf-8"))
        if data.get("layout") != LAYOUT:
            raise CatalogueMismatch(
                f"The catalogue was built with layout {data.get('layout')}, this version reads layout {LAYOUT}: "
                "build it again from its sources (vectors are reused)."
            )
        return cls(**{**data, "profile": EncoderProfile(**data["profile"])})

    def write(self, folder: Path) -> None:
        """Write it whole into a build's folder."""
        write_whole(folder / META, json.dumps(asdict(self), indent=1).encode())


class Catalogue:
    """One catalogue at one version: what others write later is not seen until it is opened again (`stale`)."""

    def __init__(self, name: str, folder: Path) -> None:
        self._folder = folder
        self._commits = _commits(folder)
        self.meta = Meta.read(folder)
        self.table: Any = lancedb.connect(folder.resolve()).open_table(TABLE)
        self.name = name
        self.version = f"{folder.name}.{self.table.version}"
        self.rows: int = self.table.count_rows()
        self._known: OrderedDict[str, Product] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def info(self) -> CatalogueInfo:
        """Name, size, encoder and currency."""
        m = self.meta
        return CatalogueInfo(
            name=self.name,
            build=self._folder.name,
            version=self.version,
            rows=self.rows,
            encoder=m.encoder,
            dimension=m.dimension,
            currency=m.currency,
            built=m.built,
            profile=m.profile,
        )

    @property
    def folder(self) -> Path:
        """The folder of this build."""
        return self._folder

    def stale(self) -> bool:
        """Whether somebody wrote since this was opened; cheap enough to ask before every run."""
        try:
            active = (self._folder.parent / "active").read_text(encoding="utf-8").strip()
        except OSError:
            return True
        return active != self._folder.name or _commits(self._folder) != self._commits

    def columns(self, names: Sequence[str]) -> pa.Table:
        """These columns of the whole catalogue, ordered by `product_id` (which need not be among them)."""
        wanted = list(dict.fromkeys((*names, "product_id")))
        whole = self.table.search().select(wanted).limit(max(self.rows, 1)).to_arrow()
        order = pc.sort_indices(whole["product_id"])
        return whole.select(list(names)).take(order)

    def products(self, ids: Iterable[str]) -> dict[str, Product]:
        """The products of these ids, by id in the order asked; ids that are not in the catalogue are left out."""
        wanted = list(dict.fromkeys(ids))
        found = self._held(wanted)
        fresh: dict[str, Product] = {}
        for chunk in self._rows([i for i in wanted if i not in found], _PRODUCT_COLUMNS):
            fresh.update((row["product_id"], _product(row)) for row in chunk.to_pylist())
        self._hold(fresh)
        found |= fresh
        return {i: found[i] for i in wanted if i in found}

    def _held(self, ids: Sequence[str]) -> dict[str, Product]:
        with self._lock:
            found = {i: self._known[i] for i in ids if i in self._known}
            for known in found:
                self._known.move_to_end(known)
        return found

    def _hold(self, fresh: dict[str, Product]) -> None:
        if len(fresh) > _PRODUCTS_KEPT:
            return
        with self._lock:
            self._known.update(fresh)
            while len(self._known) > _PRODUCTS_KEPT:
                self._known.popitem(last=False)

    def product(self, product_id: str) -> Product:
        """One product; raises `ProductMissing`."""
        found = self.products([product_id])
        if product_id not in found:
            raise ProductMissing(f"There is no product {product_id!r} in the catalogue {self.name!r}.")
        return found[product_id]

    def rows_of(self, ids: Iterable[str], columns: Sequence[str]) -> pa.Table:
        """These columns of these ids, in any order; ids that are not in the catalogue are left out."""
        found = list(self._rows(list(dict.fromkeys(ids)), list(columns)))
        return pa.concat_tables(found) if found else self.table.search().select(list(columns)).limit(1).to_arrow()[:0]

    def vectors(self, ids: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The stored vectors of these ids; ids that are not in the catalogue are left out."""
        found: dict[str, NDArray[np.float32]] = {}
        for chunk in self._rows(list(dict.fromkeys(ids)), ["product_id", "vector"]):
            found.update(zip(chunk["product_id"].to_pylist(), matrix(chunk["vector"]), strict=True))
        return found

    def picture(self, product_id: str) -> bytes | None:
        """The picture's bytes as the shop gave them, None where the catalogue holds none."""
        for chunk in self._rows([product_id], ["image"]):
            for value in chunk["image"].to_pylist():
                return None if value is None else bytes(value)
        return None

    def ids_with_picture(self) -> pa.ChunkedArray:
        """The ids of the products whose picture the catalogue holds itself, in any order."""
        with_picture = self.table.search().where("image IS NOT NULL")
        ids: pa.ChunkedArray = with_picture.select(["product_id"]).limit(max(self.rows, 1)).to_arrow()["product_id"]
        return ids

    def query_log(self) -> tuple[tuple[str, int], ...]:
        """What the shop's customers typed and how often, the most frequent first; empty where none was given."""
        try:
            lines = (self._folder / QUERY_LOG).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        pairs = (line.rpartition("\t") for line in lines)
        return tuple((query, int(count)) for query, _, count in pairs)

    def stats(self) -> dict[str, Any]:
        """Rows, families, departments, prices, missing shares, currencies, most frequent categories and brands."""
        found = describe(self.columns(["family", "brand", "category", "price", "currency", "stock", "rating"]))
        pictures = self.table.count_rows("image IS NOT NULL OR image_url IS NOT NULL")
        info = self.info
        found["missing"]["picture"] = round(1 - pictures / self.rows, 4) if self.rows else 0.0
        own = self.table.count_rows("image IS NOT NULL")
        found["pictures"] = {"own": own, "linked": pictures - own, "none": self.rows - pictures}
        return {
            "catalogue": info.name,
            "built": info.built,
            "version": info.version,
            "encoder": info.encoder,
            "dimension": info.dimension,
            "currency": info.currency,
            "queries": len(self.query_log()),
            **found,
        }

    def _rows(self, ids: list[str], columns: list[str] | dict[str, str]) -> Iterator[pa.Table]:
        for start in range(0, len(ids), _IDS_AT_ONCE):
            some = ids[start : start + _IDS_AT_ONCE]
            yield self.table.search().where(col("product_id").isin(some)).select(columns).limit(len(some)).to_arrow()


def matrix(column: pa.ChunkedArray) -> NDArray[np.float32]:
    """A vector column as an array of shape (rows, dimension); a view where it is one chunk."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], type=whole.type)
    width = whole.type.list_size
    flat: NDArray[np.float32] = whole.flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(-1, width)


def _product(row: dict[str, Any]) -> Product:
    attributes = tuple(json.loads(row.pop("attributes")).items())
    return Product(attributes=attributes, **row)


def _commits(folder: Path) -> int:
    try:
        return (folder / f"{TABLE}.lance" / "_versions").stat().st_mtime_ns
    except OSError:
        return 0


class CatalogueHome:
    """Every catalogue under one data directory, and which of them is current."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home / "catalogues"

    def names(self) -> tuple[str, ...]:
        """The catalogues that can be opened, in order of name."""
        if not self.root.is_dir():
            return ()
        return tuple(sorted(p.parent.name for p in self.root.glob("*/active") if self._active(p.parent.name)))

    def current(self) -> str | None:
        """The catalogue that was built last, None where there is none."""
        try:
            name = (self.home / "current").read_text(encoding="utf-8").strip()
        except OSError:
            return None
        return name if _NAME.fullmatch(name) and self._active(name) else None

    def make_current(self, name: str) -> None:
        """Serve this catalogue where none is named; raises `CatalogueMissing`."""
        if self._active(name) is None:
            raise self._missing(name)
        write_whole(self.home / "current", f"{name}\n".encode())

    def open(self, name: str | None = None, *, encoder: Encoder | None = None) -> Catalogue:
        """The newest version of a catalogue (the current one where no name is given).

        Raises `CatalogueMissing`, and `CatalogueMismatch` where its layout is another one or, with `encoder`, where it
        was built with another model: its vectors would mean nothing.
        """
        chosen = self.current() if name is None else checked_name(name)
        if chosen is None:
            raise CatalogueMissing("There is no catalogue yet: build one, or the demo catalogue.")
        folder = self._active(chosen)
        if folder is None:
            raise self._missing(chosen)
        catalogue = Catalogue(chosen, folder)
        if encoder is not None:
            check_encoder(catalogue.meta, encoder, name=chosen)
        return catalogue

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Hold the write lock of a catalogue and clear what a killed build left; yields its folder.

        Raises `CatalogueBusy` where another process or thread writes to it.
        """
        folder = self.root / checked_name(name)
        with one_writer(self.root / f"{name}.lock", name):
            folder.mkdir(parents=True, exist_ok=True)
            self._tidy(name)
            yield folder

    def activate(self, name: str, build: Path) -> None:
        """Serve this finished build from now on; called by the holder of the write lock."""
        write_whole(self.root / name / "active", f"{build.name}\n".encode())

    def delete(self, name: str) -> None:
        """Remove a catalogue with all its builds; raises `CatalogueMissing` and `CatalogueBusy`."""
        if self._active(checked_name(name)) is None:
            raise self._missing(name)
        with self.writing(name) as folder:
            (folder / "active").unlink()
            shutil.rmtree(folder)

    def _active(self, name: str) -> Path | None:
        folder = self.root / name
        try:
            build = (folder / "active").read_text(encoding="utf-8").strip()
        except OSError:
            return None
        return folder / build if build and (folder / build / META).exists() else None

    def _tidy(self, name: str) -> None:
        # The build before the active one stays until the next write: a reader may still have it open.
        active = self._active(name)
        for build in (self.root / name).iterdir():
            if build.is_dir() and build != active:
                shutil.rmtree(build, ignore_errors=True)

    def _missing(self, name: str) -> CatalogueMissing:
        others = ", ".join(self.names())
        there = f"There are: {others}." if others else "There is none yet: build one, or the demo catalogue."
        return CatalogueMissing(f"There is no catalogue named {name!r}. {there}")


def checked_name(name: str) -> str:
    """The name of a catalogue, fit to be a folder; raises `InputError`."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"A catalogue's name holds up to 64 letters, digits, dots, dashes and underscores, not {name[:80]!r}."
        )
    return name


def check_encoder(meta: Meta, encoder: Encoder, *, name: str) -> None:
    """Raise `CatalogueMismatch` where a catalogue was built with another model or width."""
    if (meta.encoder, meta.dimension) != (encoder.name, encoder.dimension):
        raise CatalogueMismatch(
            f"The catalogue {name!r} was built with the model {meta.encoder} ({meta.dimension} dimensions), but the "
            f"setting asks for {encoder.name} ({encoder.dimension}). Build it again with this model, or set the "
            "other one."
        )
