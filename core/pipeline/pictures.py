"""Pictures as input: kept, compared with the catalogue's own, put into words and planned for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.catalogue.demo_descriptors import ShippedDescriptors
from core.catalogue.look_alikes import LookAlikes, open_look_alikes
from core.catalogue.pictures.descriptor import ask
from core.catalogue.pictures.thumbnails import thumbnail
from core.catalogue.storage import full_disk, write_whole
from core.domain import Filters, LookAlike, Product, Trajectory
from core.errors import InputError
from core.events import Event, PictureRead, Warned
from core.pipeline.catalogues import ready
from core.pipeline.plans import plan_intent, read_intent
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

_SCENE = (
    "This picture has no plain ground, so it was compared by colours and texture alone: look whether what was read "
    "fits, or say in a few words what it shows."
)


def keep_picture(services: Services, data: bytes) -> str:
    """Check, shrink and keep a picture under HOME/uploads/pictures; the same picture always gets the same id.

    Raises `PictureInvalid` for what is no picture, is broken or too large, and `StorageFull`.
    """
    small = thumbnail(data, size=KEPT_SIDE, see_through=True)
    picture_id = hashlib.blake2b(data, digest_size=16).hexdigest()
    path = _path(services, picture_id)
    if not path.exists():
        with full_disk(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, small)
    return picture_id


def kept_picture(services: Services, picture_id: str) -> bytes:
    """A kept picture as WebP; raises `InputError` where there is none of that id."""
    if _ID.fullmatch(picture_id):
        try:
            return _path(services, picture_id).read_bytes()
        except FileNotFoundError:
            pass
    raise InputError("The picture that this address names is not kept here. Drop it again.")


def look_alikes(
    services: Services, picture_id: str, *, limit: int = VOTERS
) -> Generator[Event, None, tuple[LookAlike, ...]]:
    """The products whose pictures look most like a kept one, best first and one of each family.

    The first call for a version of a catalogue looks at all its pictures, with progress. Raises `InputError` where
    there is nothing to compare with.
    """
    return (yield from _compare(services, kept_picture(services, picture_id), limit=limit)).found


def picture_words(services: Services, picture_id: str, found: Sequence[LookAlike]) -> str:
    """What the look-alikes of a kept picture have in common, as a theme; "" where that is too little."""
    return _read(services, found, clear=ask(kept_picture(services, picture_id)).clear).text


def plan_picture(
    services: Services, picture_id: str, *, words: str = "", turns: int = 4, filters: Filters | None = None
) -> Generator[Event, None, Trajectory]:
    """Plan for a kept picture: what it shows is read from its look-alikes' words, then planned like a theme.

    `words` typed beside it lead; the picture adds what they leave open. Raises `InputError` where the picture says
    nothing and no words were typed, and what `plan` raises.
    """
    typed = " ".join(words.split())
    data = kept_picture(services, picture_id)
    if typed:
        read_intent(services, typed, filters=filters)  # refused before anything is compared
    compared = yield from _compare(services, data, limit=VOTERS)
    read = _read(services, compared.found, clear=compared.clear)
    yield PictureRead(picture_id, read.text, tuple(alike.product_id for alike in compared.found))
    if not read.text and not typed:
        raise InputError(f"{compared.unread} Say it in a few words, or try a picture of one product on a plain ground.")
    if not read.text:
        yield Warned("pictures", f"{compared.unread} The words alone are planned for.")
    elif not compared.clear:
        yield Warned("pictures", _SCENE)
    intent = read_intent(services, read.beside(typed) if typed else read.text, filters=filters)
    return (yield from plan_intent(services, replace(intent, kind="image"), turns=turns))


@dataclass(frozen=True, slots=True)
class _Compared:
    """Look-alikes; `clear`: of something on a plain ground; `drawn`: the catalogue has no pictures but drawings."""

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


def _compare(services: Services, data: bytes, *, limit: int) -> Generator[Event, None, _Compared]:
    if not 1 <= limit <= _MOST:
        raise InputError(f"1 to {_MOST} look-alikes can be asked for, not {limit}.")
    query = ask(data)
    opened = yield from ready(services)
    index = yield from _index(services, opened)
    found = _one_a_family(index.nearest(query, limit=limit * _SPARE), opened, limit=limit)
    return _Compared(found, query.clear, drawn=not index.counts.own)


def _read(services: Services, found: Sequence[LookAlike], *, clear: bool) -> PictureWords:
    opened = services.shelf()
    return read_picture(_seen(opened, found), lexicon=opened.vocabulary.lexicon, clear=clear)


def _path(services: Services, picture_id: str) -> Path:
    return services.settings.home / "uploads" / "pictures" / f"{picture_id}.webp"


def _index(services: Services, opened: Shelf) -> Generator[Event, None, LookAlikes]:
    known = (ShippedDescriptors(),) if opened.catalogue.name == DEMO_CATALOGUE else ()
    index = yield from open_look_alikes(opened.catalogue, home=services.settings.home, known=known)
    if not index.counts.compared:
        raise InputError(
            f"The catalogue {opened.catalogue.name!r} holds no picture to compare with ({index.counts.sentence()}). "
            "Say in words what the picture shows, or build the catalogue from a file that holds the pictures."
        )
    return index


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
