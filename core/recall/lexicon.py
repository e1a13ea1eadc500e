"""What recall must know of the whole catalogue beside the candidates: document frequencies and category paths.

It is computed once a catalogue version, with the snapshot, and is the only source of idf: preview, full recall and
explanation take it from here, and a process that only wants full recall loads it alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

FILE = "lexicon.arrow"
CATEGORIES_FILE = "categories.arrow"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`codes` numbers every token of the catalogue; `frequency[code]` products have it in their `tokens`.

    `size` is the number of products, `categories` are the distinct category paths.
    """

    size: int
    codes: dict[str, int]
    frequency: npt.NDArray[np.int64]
    categories: tuple[str, ...]

    def documents(self, token: str) -> int:
        """How many products have the token."""
        code = self.codes.get(token)
        return 0 if code is None else int(self.frequency[code])

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + 0.5) / (df + 0.5)), as in BM25: always above 0, largest for a token of no product."""
        df = self.documents(token)
        return math.log(1.0 + (self.size - df + 0.5) / (df + 0.5))

    def save(self, folder: Path) -> None:
        """Write two Arrow files into a folder."""
        table = pa.table({"token": pa.array(list(self.codes), pa.string()), "frequency": pa.array(self.frequency)})
        write_arrow(folder / FILE, table.replace_schema_metadata({"size": str(self.size)}))
        write_strings(folder / CATEGORIES_FILE, self.categories)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read what `save` wrote."""
        table = read_arrow(folder / FILE)
        tokens: list[str] = table["token"].to_pylist()
        frequency = np.array(table["frequency"].to_numpy(), dtype=np.int64)
        size = int(table.schema.metadata[b"size"])
        categories = tuple(read_arrow(folder / CATEGORIES_FILE)["value"].to_pylist())
        return cls(size, {token: code for code, token in enumerate(tokens)}, frequency, categories)


def write_arrow(path: Path, table: pa.Table) -> None:
    """Write a table as one uncompressed Arrow file, to be mapped into memory."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def read_arrow(path: Path) -> pa.Table:
    """Map an Arrow file into memory."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def write_strings(path: Path, values: Sequence[str] | pa.Array) -> None:
    """Write one column of strings named `value`."""
    column = values if isinstance(values, pa.Array) else pa.array(list(values), pa.large_string())
    write_arrow(path, pa.table({"value": column}))
