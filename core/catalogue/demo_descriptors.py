"""The look of the demo's drawings as it ships, so that the first picture need not wait for it.

`python -m core.catalogue.demo_descriptors` makes the file anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from core.catalogue.demo import demo_rows
from core.catalogue.demo.vocabulary import ASSETS
from core.catalogue.look_alikes import DRAWN_SIDE
from core.catalogue.pictures.descriptor import LAYOUT, Descriptor, describe
from core.catalogue.pictures.drawing import draw_picture, drawing_key
from core.catalogue.schema import normal_category
from core.domain import Product

FILE = ASSETS / "descriptors.npz"


def demo_drawings() -> Iterator[tuple[bytes, Product]]:
    """One product for each different drawing of the demo, with its key."""
    seen = set[bytes]()
    for row in demo_rows():
        product = Product(
            row["product_id"],
            row["title"],
            category=normal_category(row["category"]),
            attributes=tuple(row["attributes"].items()),
            group_id=row["group_id"],
        )
        key = drawing_key(product)
        if key is not None and key not in seen:
            seen.add(key)
            yield key, product


class ShippedDescriptors:
    """The file's descriptors, read when first asked for; none where it is missing or of another layout."""

    def __init__(self, path: Path = FILE) -> None:
        self._path = path

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Descriptor]:
        """See `KnownDescriptors.get`."""
        return {key: self.by_key[key] for key in keys if key in self.by_key}

    @cached_property
    def by_key(self) -> Mapping[bytes, Descriptor]:
        """Every descriptor of the file."""
        if not self._path.is_file():
            return {}
        with np.load(self._path, allow_pickle=False) as stored:
            if int(stored["layout"]) != LAYOUT:
                return {}
            keys, descriptors = stored["keys"], stored["descriptors"]
        return {key.tobytes(): row for key, row in zip(keys, descriptors, strict=True)}


def write_descriptors(path: Path = FILE) -> int:
    """Describe every different drawing and write the file; returns how many there are."""
    keys, products = zip(*demo_drawings(), strict=True)
    descriptors = np.stack([describe(draw_picture(product, size=DRAWN_SIDE)) for product in products])
    np.savez_compressed(
        path,
        layout=np.array(LAYOUT),
        keys=np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), -1),
        descriptors=descriptors,
    )
    return len(keys)


if __name__ == "__main__":
    sys.stderr.write(f"{write_descriptors()} drawings described in {FILE}\n")
