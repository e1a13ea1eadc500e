"""The demo's vectors as they ship, so that the first start need not embed.

`python -m core.catalogue.demo_vectors` makes them anew.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.catalogue.demo import demo_rows
from core.catalogue.demo.vocabulary import ASSETS
from core.catalogue.embedding import encode_batches, load_encoder
from core.catalogue.schema import normal_category, text_hash, vector_text
from core.catalogue.vectors import MappedVectors

FILE = ASSETS / "vectors.npz"
DEFAULT_ENCODER = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class ShippedVectors:
    """What the file holds: the encoder's name and, by the hash of the text embedded, one float32 vector of length 1."""

    encoder: str
    by_hash: Mapping[str, NDArray[np.float32]]


def demo_texts() -> tuple[str, ...]:
    """What is embedded of each demo product, in the order of `demo_rows`."""
    return tuple(
        vector_text(
            title=row["title"],
            brand=row["brand"],
            category=normal_category(row["category"]),
            attributes=row["attributes"],
        )
        for row in demo_rows()
    )


def read_vectors(path: Path = FILE) -> ShippedVectors | None:
    """The vectors of the file; None where there is no file."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        vectors = stored["vectors"].astype(np.float32)
        hashes = [bytes(row).hex() for row in stored["hashes"]]
        encoder = str(stored["encoder"])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return ShippedVectors(encoder, dict(zip(hashes, vectors, strict=True)))


def demo_vectors(encoder_name: str, *, path: Path = FILE) -> MappedVectors | None:
    """The shipped vectors by hash of text, for ingest's `known`; None where the file is of another encoder or missing.

    A text that changed since has another hash, is not found here, and is embedded like any other.
    """
    shipped = read_vectors(path)
    return MappedVectors(shipped.by_hash) if shipped is not None and shipped.encoder == encoder_name else None


def write_vectors(path: Path = FILE, *, encoder_name: str = DEFAULT_ENCODER, threads: int = 2) -> int:
    """Embed every demo product and write the file; returns the number of different texts."""
    texts = list(dict.fromkeys(demo_texts()))
    with tempfile.TemporaryDirectory() as cache:
        encoder = load_encoder(encoder_name, cache=Path(cache), threads=threads)
        vectors = np.empty((len(texts), encoder.dimension), dtype=np.float16)
        for positions, part in encode_batches(encoder, texts):
            vectors[positions] = part
    hashes = np.frombuffer(b"".join(bytes.fromhex(text_hash(t)) for t in texts), dtype=np.uint8).reshape(len(texts), -1)
    np.savez(path, vectors=vectors, hashes=hashes, encoder=np.array(encoder.name))
    return len(texts)


if __name__ == "__main__":
    sys.stderr.write(f"{write_vectors()} vectors written to {FILE}\n")
