"""Builds a catalogue from a shop's exports, or adds to one: read, check, fold variants, embed, index, then serve.

Nothing is served before the last step, so that a run that is stopped, killed or out of disk leaves the old version;
what was embedded is kept by text, so that the next run goes on where it was.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.expr import col
from numpy.typing import NDArray

from core.catalogue.embedding import CachedEncoder, Encoder, encode_batches
from core.catalogue.families import families, family_key
from core.catalogue.indices import create_indices, refresh_vector_index
from core.catalogue.intake import Intake, Staged
from core.catalogue.progress import Stage
from core.catalogue.query_log import read_query_log, write_query_log
from core.catalogue.report import IngestReport
from core.catalogue.rows import TEXT, table_batch
from core.catalogue.schema import LAYOUT, table_schema
from core.catalogue.sources import Source
from core.catalogue.statistics import most_frequent
from core.catalogue.storage import full_disk
from core.catalogue.table import QUERY_LOG, TABLE, Catalogue, CatalogueHome, Meta, checked_name
from core.catalogue.vectors import CatalogueVectors, KnownVectors, VectorFile, vector_file
from core.errors import CatalogueMismatch, CatalogueMissing
from core.events import Event, Warned

ROWS_A_COMMIT = 50_000
"""Rows of a build that reach the table at once; bounds its memory."""

_KEPT_VERSIONS = timedelta(days=1)
_FAMILY_COLUMNS = ("product_id", "group_id", "title", "brand", "category", "attributes")

Work = Generator[Event, None, IngestReport]


def build(
    home: CatalogueHome,
    sources: Sequence[Source],
    *,
    name: str,
    encoder: Encoder,
    mapping: Mapping[str, str] | None = None,
    query_log: str | os.PathLike[str] | None = None,
    queries: Sequence[tuple[str, int]] = (),
    known: KnownVectors | None = None,
    make_current: bool = True,
) -> Work:
    """Replace the catalogue `name` by these sources, atomically, and make it the current one.

    `mapping` overrides columns by field; `query_log` is a file of queries, `queries` the same as pairs; `known`
    tells vectors that need not be made. Raises `SourceInvalid`, `InputError`, `CatalogueBusy`, `StorageFull`; the
    version before is then as it was.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        root = stack.enter_context(home.writing(checked_name(name)))
        folder = root / new_build_id()
        run = _Run(home, name, encoder, folder)
        stack.enter_context(full_disk(home.home))
        stack.callback(run.drop_unless_served)
        folder.mkdir()
        intake = Intake(folder, root / f"problems-{folder.name}.csv", overrides=mapping or {})
        stack.callback(intake.close)
        yield from intake.read(sources)
        yield from run.open_vectors(stack, known)
        yield from run.write_new(intake)
        log = (*queries, *(read_query_log(query_log) if query_log is not None else ()))
        logged = write_query_log(folder / QUERY_LOG, log) if log else 0
        yield from run.index_new()
        home.activate(name, folder)
        run.served = True
        if make_current:
            home.make_current(name)
    return run.report(intake, seconds=time.monotonic() - began, queries=logged)


def add(
    home: CatalogueHome,
    sources: Sequence[Source],
    *,
    name: str,
    encoder: Encoder,
    mapping: Mapping[str, str] | None = None,
    query_log: str | os.PathLike[str] | None = None,
    known: KnownVectors | None = None,
) -> Work:
    """Add products to the catalogue `name`, or replace those of the same id whole, in one commit.

    `query_log` adds its counts to those that are there. Raises as `build`, and `CatalogueMissing`, `CatalogueMismatch`.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        if name not in home.names():
            raise CatalogueMissing(f"There is no catalogue named {name!r} to add to; build it first.")
        root = stack.enter_context(home.writing(name))
        current = home.open(name, encoder=encoder)
        stage = root / f"adding-{new_build_id()}"
        run = _Run(home, name, encoder, current.folder)
        stack.enter_context(full_disk(home.home))
        stack.callback(shutil.rmtree, stage, ignore_errors=True)
        stage.mkdir()
        intake = Intake(stage, root / f"problems-{stage.name}.csv", overrides=mapping or {})
        stack.callback(intake.close)
        yield from intake.read(sources)
        yield from run.open_vectors(stack, known)
        yield from run.merge(intake, current, stage)
        queries = len(current.query_log())
        if query_log is not None:
            counts = dict(current.query_log())
            for query, count in read_query_log(query_log):
                counts[query] = counts.get(query, 0) + count
            queries = write_query_log(current.folder / QUERY_LOG, tuple(counts.items()))
    return run.report(intake, seconds=time.monotonic() - began, queries=queries)


def new_build_id() -> str:
    """An id that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


class _Run:
    """What one build or addition holds open and counts."""

    def __init__(self, home: CatalogueHome, name: str, encoder: Encoder, folder: Path) -> None:
        self.home = home
        self.name = name
        # A term's cache is no place for a million products.
        self.encoder = encoder.inner if isinstance(encoder, CachedEncoder) else encoder
        self.folder = folder
        self.served = False
        self.embedded = 0
        self.reused = 0
        self._file: VectorFile | None = None
        self._known: list[KnownVectors] = []

    def drop_unless_served(self) -> None:
        """Remove a build that never came to be served."""
        if not self.served:
            shutil.rmtree(self.folder, ignore_errors=True)

    def open_vectors(self, stack: ExitStack, known: KnownVectors | None) -> Iterator[Event]:
        """Open every place that may know a vector, the nearest first."""
        encoder = self.encoder
        self._file = stack.enter_context(vector_file(self.home.home, encoder=encoder.name, dimension=encoder.dimension))
        self._known = [*([known] if known is not None else []), self._file]
        if self.name in self.home.names():
            try:
                self._known.append(CatalogueVectors(self.home.open(self.name, encoder=encoder)))
            except CatalogueMismatch as error:
                yield Warned("embed", f"{error} Its vectors are not reused.")

    def write_new(self, intake: Intake) -> Iterator[Event]:
        """Write the staged rows with families and vectors as a fresh table."""
        staged = intake.staged()
        family = families(*_keys(staged.batches(_FAMILY_COLUMNS)))
        table = lancedb.connect(self.folder.resolve()).create_table(TABLE, schema=table_schema(self.encoder.dimension))
        waiting: list[pa.RecordBatch] = []
        stage = Stage("embed", staged.rows)
        yield stage.started(f"{staged.rows:,} products with {self.encoder.name}")
        start = 0
        for batch in staged.batches():
            vectors = yield from self._vectors(batch, stage)
            waiting.append(table_batch(batch, families=family[start : start + batch.num_rows], vectors=vectors))
            start += batch.num_rows
            if sum(b.num_rows for b in waiting) >= ROWS_A_COMMIT:
                table.add(pa.Table.from_batches(waiting))
                waiting = []
        if waiting:
            table.add(pa.Table.from_batches(waiting))
        staged.remove()
        if self._file is not None:
            self._file.trim()
        yield stage.finished(f"{self.embedded:,} embedded, {self.reused:,} reused")

    def index_new(self) -> Iterator[Event]:
        """Create the indices of a fresh table and its description."""
        stage = Stage("index")
        yield stage.started()
        table = lancedb.connect(self.folder.resolve()).open_table(TABLE)
        rows = table.count_rows()
        found = table.search().select(["category_key", "currency"]).limit(max(rows, 1)).to_arrow()
        create_indices(table, rows=rows, categories=len(found["category_key"].unique()))
        self._describe(most_frequent(found["currency"]))
        yield stage.finished("full text, filters and vectors")

    def merge(self, intake: Intake, current: Catalogue, folder: Path) -> Iterator[Event]:
        """Upsert the staged rows by product id, together with the rows whose family changes, in one commit."""
        staged = intake.staged()
        stage = Stage("embed", staged.rows)
        yield stage.started(f"{staged.rows:,} products with {self.encoder.name}")
        family, regrouped = _refold(current, staged)
        ready = folder / "ready.arrow"
        start = 0
        with pa.OSFile(str(ready), "wb") as file, pa.ipc.new_file(file, table_schema(self.encoder.dimension)) as writer:
            for batch in staged.batches():
                vectors = yield from self._vectors(batch, stage)
                writer.write_batch(table_batch(batch, families=family[start : start + batch.num_rows], vectors=vectors))
                start += batch.num_rows
            for batch in _regrouped(current, regrouped):
                writer.write_batch(batch)
        yield stage.finished(f"{self.embedded:,} embedded, {self.reused:,} reused")
        yield from self._commit(current, ready)

    def _commit(self, current: Catalogue, ready: Path) -> Iterator[Event]:
        stage = Stage("index")
        yield stage.started()
        table = current.table
        table.checkout_latest()
        with pa.memory_map(str(ready)) as file:
            rows = pa.ipc.open_file(file).read_all()
            merge = table.merge_insert("product_id").when_matched_update_all().when_not_matched_insert_all()
            merge.execute(rows)
            del rows
        table.optimize(cleanup_older_than=_KEPT_VERSIONS)
        count = table.count_rows()
        refresh_vector_index(table, rows=count)
        found = table.search().select(["currency"]).limit(max(count, 1)).to_arrow()
        self._describe(most_frequent(found["currency"]))
        self.served = True
        yield stage.finished("full text, filters and vectors")

    def _vectors(self, batch: pa.RecordBatch, stage: Stage) -> Generator[Event, None, NDArray[np.float32]]:
        """The vectors of a staged batch, in its order; only texts that nobody knows reach the encoder."""
        hashes = batch["text_hash"].to_pylist()
        found: dict[str, NDArray[np.float32]] = {}
        for known in self._known:
            missing = [h for h in dict.fromkeys(hashes) if h not in found]
            if missing:
                found.update(known.get(missing))
        reused = sum(h in found for h in hashes)
        self.reused += reused
        if reused:
            yield stage.advanced(reused, "known")
        texts = {h: t for h, t in zip(hashes, batch[TEXT].to_pylist(), strict=True) if h not in found}
        keys = list(texts)
        for positions, vectors in encode_batches(self.encoder, list(texts.values())):
            some = [keys[p] for p in positions]
            assert self._file is not None
            self._file.put(some, vectors)
            found.update(zip(some, vectors, strict=True))
            self.embedded += len(some)
            yield stage.advanced(len(some))
        return np.stack([found[h] for h in hashes])

    def _describe(self, currencies: list[tuple[str, int]]) -> None:
        Meta(
            layout=LAYOUT,
            encoder=self.encoder.name,
            dimension=self.encoder.dimension,
            profile=self.encoder.profile,
            currency=currencies[0][0] if currencies else "",
            built=datetime.now(UTC).isoformat(timespec="seconds"),
        ).write(self.folder)

    def report(self, intake: Intake, *, seconds: float, queries: int) -> IngestReport:
        """The outcome, with the catalogue as it is now."""
        catalogue = self.home.open(self.name)
        columns = catalogue.columns(["family", "currency"])
        return IngestReport(
            catalogue=self.name,
            version=catalogue.version,
            rows=catalogue.rows,
            families=len(columns["family"].unique()),
            read=sum(s.read for s in intake.reports),
            kept=sum(s.kept for s in intake.reports),
            set_aside=sum(s.set_aside for s in intake.reports),
            noted=intake.noted,
            embedded=self.embedded,
            reused=self.reused,
            seconds=round(seconds, 3),
            sources=tuple(intake.reports),
            problems=tuple(intake.problems),
            notes=tuple(intake.notes),
            problem_file=None if intake.problem_file is None else str(intake.problem_file),
            warnings=tuple(intake.warnings),
            currencies=tuple(most_frequent(columns["currency"])),
            queries=queries,
        )


def _keys(batches: Iterable[pa.RecordBatch]) -> tuple[list[str], list[tuple[int, int]]]:
    """The ids and family keys of batches that hold `_FAMILY_COLUMNS`."""
    ids: list[str] = []
    keys: list[tuple[int, int]] = []
    for batch in batches:
        for row in batch.select(list(_FAMILY_COLUMNS)).to_pylist():
            ids.append(row["product_id"])
            keys.append(
                family_key(
                    group=row["group_id"],
                    title=row["title"],
                    brand=row["brand"],
                    category=row["category"],
                    attributes=json.loads(row["attributes"]),
                )
            )
    return ids, keys


def _refold(current: Catalogue, staged: Staged) -> tuple[list[str], dict[str, str]]:
    """The families of the staged rows, in their order, and those of the other products that change, by id."""
    ids, keys = _keys(staged.batches(_FAMILY_COLUMNS))
    replaced = set(ids)
    there = current.columns([*_FAMILY_COLUMNS, "family"])
    others = there.filter(pa.array([i not in replaced for i in there["product_id"].to_pylist()], type=pa.bool_()))
    other_ids, other_keys = _keys(others.to_batches(max_chunksize=10_000))
    family = families([*ids, *other_ids], [*keys, *other_keys])
    rest = zip(other_ids, others["family"].to_pylist(), family[len(ids) :], strict=True)
    return family[: len(ids)], {i: new for i, old, new in rest if old != new}


def _regrouped(current: Catalogue, changed: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    """The whole rows of products whose family changes, with the new one."""
    ids = list(changed)
    for start in range(0, len(ids), 1_000):
        some = ids[start : start + 1_000]
        rows = current.table.search().where(col("product_id").isin(some)).limit(len(some)).to_arrow()
        family = pa.array([changed[i] for i in rows["product_id"].to_pylist()], type=pa.string())
        schema = table_schema(current.meta.dimension)
        columns = [family if f.name == "family" else rows[f.name] for f in schema]
        yield from pa.table(columns, schema=schema).to_batches()
