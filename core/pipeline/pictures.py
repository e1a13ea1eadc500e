"""Pictures as input: kept, and compared with the catalogue's own by an image encoder or by colours and shapes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.demo_descriptors import ShippedDescriptors
from core.catalogue.look_alikes import LookAlikes, look_alikes_ready, open_look_alikes
from core.catalogue.picture_vectors import open_picture_vectors, picture_vectors_ready
from core.catalogue.pictures.descriptor import ask
from core.catalogue.pictures.encoder import ImageEncoder
from core.catalogue.pictures.thumbnails import thumbnail
from core.catalogue.product_pictures import PictureCounts
from core.catalogue.storage import full_disk, write_whole
from core.domain import LookAlike, Product
from core.errors import EncoderError, InputError
from core.events import Event, Warned
from core.llm.awaited import awaited
from core.pipeline.catalogues import ready
from core.planning.picture_words import ALIKE, PictureWords, Seen, read_picture
from core.services import Services, Shelf
from core.settings import DEMO_CATALOGUE

KEPT_SIDE = 640
"""Pixels that are kept of an operator's picture, its longer side."""

VOTERS = 24
"""Look-alikes, one a family, whose words are read."""

_ID = re.compile(r"[0-9a-f]{32}")
_SPARE = 40  # products looked through for each one wanted, since variants of one family often share a picture
_MOST = 500


def keep_picture(services: Services, data: bytes) -> str:
    """Check, shrink and keep a picture under HOME/uploads/pictures; the same picture always gets the same id.

    Raises `PictureInvalid` for what is no picture, is broken or too large, and `StorageFull`.
    """
    small = thumbnail(data, size=KEPT_SIDE, see_through=True)
    picture_id = hashlib.blake2b(data, digest_size=16).hexdigest()
    path = picture_path(services, picture_id)
    if not path.exists():
        with full_disk(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, small)
    return picture_id


def kept_picture(services: Services, picture_id: str) -> bytes:
    """A kept picture as WebP; raises `InputError` where there is none of that id."""
    if _ID.fullmatch(picture_id):
        try:
            return picture_path(services, picture_id).read_bytes()
        except FileNotFoundError:
            pass
    raise InputError("The picture that this address names is not kept here. Drop it again.")


def picture_path(services: Services, picture_id: str) -> Path:
    """Where a picture of that id is kept; only ids that `kept_picture` takes may be asked for."""
    return services.settings.home / "uploads" / "pictures" / f"{picture_id}.webp"


def look_alikes(
    services: Services, picture_id: str, *, limit: int = VOTERS
) -> Generator[Event, None, tuple[LookAlike, ...]]:
    """The products whose pictures look most like a kept one, best first and one of each family.

    The first call for a version of a catalogue looks at all its pictures, with progress. Raises `InputError` where
    there is nothing to compare with.
    """
    return (yield from compared(services, kept_picture(services, picture_id), limit=limit)).found


def picture_words(services: Services, picture_id: str, found: Sequence[LookAlike]) -> str:
    """What the look-alikes of a kept picture have in common, as a theme; "" where that is too little."""
    clear = services.settings.image_encoder is not None or ask(kept_picture(services, picture_id)).clear
    return in_common(services, found, clear=clear).text


def prepare_pictures(services: Services) -> Generator[Event, None, PictureCounts]:
    """Look at every picture of the catalogue in use, so that the first look-alikes need not wait for it."""
    opened = yield from ready(services)
    encoder = yield from _encoder(services)
    if encoder is None:
        return (yield from _descriptors(services, opened)).counts
    return (yield from open_picture_vectors(opened.catalogue, home=services.settings.home, encoder=encoder)).counts


@dataclass(frozen=True, slots=True)
class Compared:
    """Look-alikes of a picture; `drawn`: the catalogue has no pictures but drawings.

    `clear`: they tell what the picture shows, since an encoder found them, or since it stands on a plain ground.
    """

    found: tuple[LookAlike, ...]
    clear: bool
    drawn: bool

    @property
    def unread(self) -> str:
        """Why the picture says nothing."""
        drawn = " Its pictures are drawings, and a photo seldom looks like one." if self.drawn else ""
        if self.clear and (not self.found or self.found[0].similarity < ALIKE):
            return f"No product of the catalogue looks enough like this picture to tell what it shows.{drawn}"
        return f"The products that look most like this picture have too little in common to tell what it shows.{drawn}"


def compared(services: Services, data: bytes, *, limit: int = VOTERS) -> Generator[Event, None, Compared]:
    """Compare a picture with the catalogue's: by the image encoder that is set, else by colours and shapes.

    An encoder that cannot be loaded is said and done without. Raises `InputError` where there is nothing to compare
    with, and `PictureInvalid` for a picture that shows nothing.
    """
    if not 1 <= limit <= _MOST:
        raise InputError(f"1 to {_MOST} look-alikes can be asked for, not {limit}.")
    query = ask(data)
    opened = yield from ready(services)
    encoder = yield from _encoder(services)
    if encoder is None:
        index = yield from _descriptors(services, opened)
        counts, ranked = index.counts, index.nearest(query, limit=limit * _SPARE)
    else:
        column = yield from open_picture_vectors(opened.catalogue, home=services.settings.home, encoder=encoder)
        opened = yield from ready(services)  # the catalogue that has the column is a newer version
        counts, ranked = column.counts, column.nearest(encoder.encode([data])[0], limit=limit * _SPARE)
    if not counts.compared:
        raise InputError(
            f"The catalogue {opened.catalogue.name!r} holds no picture to compare with ({counts.sentence()}). "
            "Say in words what the picture shows, or build the catalogue from a file that holds the pictures."
        )
    clear = query.clear or encoder is not None
    return Compared(_one_a_family(ranked, opened, limit=limit), clear, drawn=not counts.own)


def comparable(services: Services) -> bool:
    """Whether a comparison need not look at the catalogue's pictures first; raises `EncoderError`."""
    catalogue, encoder = services.shelf().catalogue, services.image_encoder
    return look_alikes_ready(catalogue) if encoder is None else picture_vectors_ready(catalogue, encoder)


def in_common(services: Services, found: Sequence[LookAlike], *, clear: bool) -> PictureWords:
    """What look-alikes have in common, in words."""
    opened = services.shelf()
    return read_picture(_seen(opened, found), lexicon=opened.vocabulary.lexicon, clear=clear)


def _encoder(services: Services) -> Generator[Event, None, ImageEncoder | None]:
    name = services.settings.image_encoder
    if name is None:
        return None
    try:
        return (yield from awaited("pictures", lambda _: services.image_encoder, note=f"opening {name}"))
    except EncoderError as error:
        yield Warned("pictures", f"{error} For now pictures are compared by colours and shapes.")
        return None


def _descriptors(services: Services, opened: Shelf) -> Generator[Event, None, LookAlikes]:
    known = (ShippedDescriptors(),) if opened.catalogue.name == DEMO_CATALOGUE else ()
    return (yield from open_look_alikes(opened.catalogue, home=services.settings.home, known=known))


def _one_a_family(ranked: Sequence[LookAlike], opened: Shelf, *, limit: int) -> tuple[LookAlike, ...]:
    seen = set[int]()
    kept: list[LookAlike] = []
    for alike in ranked:
        row = opened.snapshot.row_of(alike.product_id)
        family = None if row is None else int(opened.snapshot.family[row])
        if family is not None and family not in seen:
            seen.add(family)
            kept.append(alike)
            if len(kept) == limit:
                break
    return tuple(kept)


def _seen(opened: Shelf, found: Sequence[LookAlike]) -> list[Seen]:
    products: dict[str, Product] = opened.catalogue.products(alike.product_id for alike in found)
    return [
        Seen(alike.similarity, product.title, product.category, product.attributes)
        for alike in found
        for product in (products.get(alike.product_id),)
        if product is not None
    ]
