"""The whole catalogue in memory as preview needs it: postings of every product, vectors of a fixed random sample."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.catalogue.table import Catalogue, matrix
from core.domain import Filters
from core.recall.filters import FilterColumns, in_price, without_price
from core.recall.lexicon import Lexicon
from core.recall.matching import pack
from core.recall.postings import FIELDS, Postings, Rows, Words, build_postings, rows_with_all

WHOLE_UP_TO = 50_000
"""Catalogues of up to so many products are previewed whole, without a sample."""

SAMPLE_SIZE = 20_000
SEED = 20_261_121

COLUMNS = ("product_id", "tokens", "asserted", "negated", "price", "in_stock", "category", "brand", "family")

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Passing:
    """Which rows pass some filters, packed: of the sample, and of the whole catalogue (None where all is sampled).

    `count` products pass. `unknown_price`: sample rows that pass all but the price filter and have no known price.
    """

    sample: Words
    unknown_price: Words
    whole: Words | None
    count: int


class Snapshot:
    """A catalogue's columns in memory, immutable but for its caches; safe to share between threads.

    Rows are numbered in order of product id over the whole catalogue; `sample_rows` are the ascending rows whose
    vectors are held. As `matching.Evidence` it stands for the sample.
    """

    def __init__(
        self,
        *,
        version: str,
        encoder: str,
        product_ids: pa.LargeStringArray,
        lexicon: Lexicon,
        postings: dict[str, Postings],
        filter_columns: FilterColumns,
        brand: Codes,
        brands: tuple[str, ...],
        family: Codes,
        sample_rows: Rows,
        vectors: npt.NDArray[np.float32],
    ) -> None:
        self.version = version
        self.encoder = encoder
        self.product_ids = product_ids
        self.lexicon = lexicon
        self.postings = postings
        self.filter_columns = filter_columns
        self.brand = brand
        self.brands = brands
        self.family = family
        self.sample_rows = sample_rows
        self.vectors = vectors
        self.population = len(product_ids)
        self.size = len(sample_rows)
        self.whole = self.size == self.population
        self._passing: OrderedDict[Filters, Passing] = OrderedDict()
        self._lock = threading.Lock()

    def idf(self, token: str) -> float:
        """The token's weight in the whole catalogue."""
        return self.lexicon.idf(token)

    def rows(self, field: str, token: str) -> Rows:
        """The ascending sample rows with a token in `tokens`, `asserted` or `negated`."""
        code = self.lexicon.codes.get(token)
        return np.empty(0, np.int32) if code is None else self._sampled[field].of(code)

    def rows_with_all(self, field: str, tokens: tuple[str, ...]) -> Rows:
        """The ascending rows of the whole catalogue that have every token in a column; none for no token."""
        return rows_with_all([self._all_rows(field, token) for token in tokens], self.population)

    def _all_rows(self, field: str, token: str) -> Rows:
        code = self.lexicon.codes.get(token)
        return np.empty(0, np.int32) if code is None else self.postings[field].of(code)

    def row_of(self, product_id: str) -> int | None:
        """The row of a product in the whole catalogue, None where there is none of that id."""
        row = bisect_left(_Lookup(self.product_ids), product_id.encode())
        if row < self.population and self.product_ids[row].as_py() == product_id:
            return row
        return None

    def ids_of(self, rows: Rows) -> tuple[str, ...]:
        """The product ids of rows of the whole catalogue."""
        return tuple(self.product_ids.take(pa.array(rows)).to_pylist())

    @cached_property
    def _sampled(self) -> dict[str, Postings]:
        if self.whole:
            return self.postings
        position = np.full(self.population, -1, np.int32)
        position[self.sample_rows] = np.arange(self.size, dtype=np.int32)
        return {field: found.among(position) for field, found in self.postings.items()}

    @cached_property
    def sample_ids(self) -> tuple[str, ...]:
        """The product ids of the sample, row by row."""
        return self.ids_of(self.sample_rows)

    def passing(self, filters: Filters) -> Passing:
        """Which rows pass the filters; remembered for the last 64 of them."""
        with self._lock:
            found = self._passing.get(filters)
            if found is not None:
                self._passing.move_to_end(filters)
                return found
        columns = self.filter_columns
        rest = without_price(columns, filters)
        everywhere = rest & in_price(columns.price, filters)
        unknown = rest & np.isnan(columns.price)
        found = Passing(
            pack(everywhere[self.sample_rows]),
            pack(unknown[self.sample_rows]),
            None if self.whole else pack(everywhere),
            int(everywhere.sum()),
        )
        with self._lock:
            self._passing[filters] = found
            if len(self._passing) > 64:
                self._passing.popitem(last=False)
        return found


class _Lookup:
    """Product ids as ordered bytes, so that they can be bisected without being listed."""

    def __init__(self, ids: pa.LargeStringArray) -> None:
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, row: int) -> bytes:
        value: bytes = self._ids[row].as_buffer().to_pybytes()
        return value


def take_snapshot(
    catalogue: Catalogue, *, sample_size: int = SAMPLE_SIZE, whole_up_to: int = WHOLE_UP_TO, seed: int = SEED
) -> Snapshot:
    """Read a catalogue into memory, whole up to `whole_up_to` products (0 forces a sample), else `sample_size` of them.

    The same seed draws the same sample of the same catalogue.
    """
    population = catalogue.rows
    table = catalogue.table.search().select(list(COLUMNS)).with_row_id(True).limit(max(population, 1)).to_arrow()
    table = table.take(pc.sort_indices(table["product_id"]))
    sample_rows = draw_sample(population, population if population <= whole_up_to else sample_size, seed=seed)
    row_ids = table["_rowid"].to_numpy()[sample_rows]
    vectors = fetch_vectors(catalogue, row_ids)
    return build_snapshot(
        table, vectors, sample_rows=sample_rows, version=catalogue.version, encoder=catalogue.info.encoder
    )


def draw_sample(population: int, size: int, *, seed: int = SEED) -> Rows:
    """Ascending rows drawn without replacement; all of them where `size` reaches the population."""
    if size >= population:
        return np.arange(population, dtype=np.int32)
    drawn = np.random.default_rng(seed).choice(population, size, replace=False)
    return np.sort(drawn).astype(np.int32)


def fetch_vectors(catalogue: Catalogue, row_ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.float32]:
    """The stored vectors of LanceDB row ids, in their order."""
    if len(row_ids) == 0:
        return np.empty((0, catalogue.info.dimension), np.float32)
    table = catalogue.table
    if len(row_ids) == catalogue.rows:
        found = table.search().select(["vector"]).with_row_id(True).limit(catalogue.rows).to_arrow()
    else:
        found = table.take_row_ids(row_ids.tolist()).select(["vector"]).with_row_id().to_arrow()
    got = found["_rowid"].to_numpy()
    order = np.argsort(got)
    place = order[np.searchsorted(got, row_ids, sorter=order)]
    return np.ascontiguousarray(matrix(found["vector"])[place])


def build_snapshot(
    table: pa.Table, vectors: npt.NDArray[np.float32], *, sample_rows: Rows, version: str, encoder: str
) -> Snapshot:
    """A snapshot of `COLUMNS` ordered by product id, with the vectors of the sample rows."""
    vocabulary, postings = build_postings(table.select(FIELDS))
    category, categories = _encode(table["category"])
    brand, brands = _encode(table["brand"])
    family, _ = _encode(table["family"])
    price = table["price"].to_numpy().astype(np.float64)
    lexicon = Lexicon(
        table.num_rows,
        {token: code for code, token in enumerate(vocabulary)},
        np.diff(postings["tokens"].offsets),
        categories,
    )
    in_stock = np.asarray(table["in_stock"].to_numpy(), dtype=np.bool_)
    return Snapshot(
        version=version,
        encoder=encoder,
        product_ids=_one(table["product_id"]),
        lexicon=lexicon,
        postings=postings,
        filter_columns=FilterColumns(price, in_stock, category, categories),
        brand=brand,
        brands=brands,
        family=family,
        sample_rows=sample_rows,
        vectors=vectors,
    )


def _one(column: pa.ChunkedArray) -> pa.Array:
    whole = column.cast(pa.large_string()).combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.large_string())
    return whole


def _encode(column: pa.ChunkedArray) -> tuple[Codes, tuple[str, ...]]:
    encoded = _one(column).dictionary_encode()
    codes = np.ascontiguousarray(encoded.indices.to_numpy(), dtype=np.int32)
    return codes, tuple(encoded.dictionary.to_pylist())
