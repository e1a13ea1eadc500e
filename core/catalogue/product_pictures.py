"""What there is to look at of each product, and how whoever looks at a whole catalogue waits for another who does."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal

from filelock import FileLock, Timeout

from core.catalogue.pictures.drawing import draw_picture, drawing_key
from core.catalogue.progress import Stage
from core.catalogue.table import Catalogue
from core.domain import Product
from core.events import Event

STAGE = "pictures"


@dataclass(frozen=True, slots=True)
class PictureCounts:
    """Products by what there is to look at: the shop's `own` picture, one that we have `drawn`, or nothing.

    Nothing, because the picture is `unreadable`, an address elsewhere (`remote`, which is not fetched), or `none`.
    """

    own: int = 0
    drawn: int = 0
    unreadable: int = 0
    remote: int = 0
    none: int = 0

    @property
    def compared(self) -> int:
        """Products that can be found by their look."""
        return self.own + self.drawn

    def sentence(self) -> str:
        """The counts in words, without those that are nothing."""
        told = (
            (self.own, "with a picture of their own"),
            (self.drawn, "drawn by us"),
            (self.unreadable, "with a picture that cannot be read"),
            (self.remote, "with an address only, which is not looked at"),
            (self.none, "without any picture"),
        )
        return "products: " + (", ".join(f"{n:,} {what}" for n, what in told if n) or "none")


@dataclass(frozen=True, slots=True)
class ProductPicture:
    """A product with its picture's bytes, None where the shop gave none.

    `key` are 16 bytes that stand for the picture that `pipeline.picture` would show, the drawn one included; None for
    an address elsewhere or nothing at all.
    """

    product: Product
    image: bytes | None
    key: bytes | None

    @property
    def kind(self) -> Literal["own", "drawn", "remote", "none"]:
        """The field of `PictureCounts` where the product counts, unless its picture proves unreadable."""
        if self.key is None:
            return "remote" if self.product.image_url is not None else "none"
        return "drawn" if self.image is None else "own"

    def seen(self, *, size: int) -> bytes:
        """The picture as an encoded file; one that is drawn has `size` pixels a side."""
        return draw_picture(self.product, size=size) if self.image is None else self.image


def product_pictures(catalogue: Catalogue, ids: Sequence[str]) -> list[ProductPicture]:
    """What there is to look at of these products, in the order asked; all their pictures are in memory at once."""
    products = catalogue.products(ids)
    own = {i for i, p in products.items() if p.has_image}
    images: dict[str, bytes] = {}
    if own:
        rows = catalogue.rows_of(own, ["product_id", "image"])
        pairs = zip(*(rows[c].to_pylist() for c in ("product_id", "image")), strict=True)
        images = {i: data for i, data in pairs if data}
    return [ProductPicture(p, images.get(i), _key(p, images.get(i))) for i, p in products.items()]


def _key(product: Product, image: bytes | None) -> bytes | None:
    if image is not None:
        return hashlib.blake2b(image, digest_size=16).digest()
    return None if product.image_url is not None else drawing_key(product)


def wait_for(lock: FileLock, note: str) -> Generator[Event, None, None]:
    """Acquire a lock, saying `note` for as long as somebody else holds it."""
    stage = Stage(STAGE)
    while True:
        try:
            lock.acquire(timeout=0 if not stage.done else 0.5)
            return
        except Timeout:
            yield stage.advanced(1, note)
