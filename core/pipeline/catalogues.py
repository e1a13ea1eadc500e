"""Catalogues: building, adding, the demo, and looking products up."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

from core.catalogue import ingest
from core.catalogue.demo import demo_query_log, demo_rows
from core.catalogue.demo_vectors import demo_vectors
from core.catalogue.pictures import draw_picture, thumbnail
from core.catalogue.report import IngestReport
from core.catalogue.sources import ProductRows
from core.catalogue.table import CatalogueInfo
from core.domain import Product
from core.errors import PictureInvalid
from core.events import Event, result_of
from core.services import Services, Shelf
from core.settings import DEMO_CATALOGUE

OWN_CATALOGUE = "shop"
"""The name of a catalogue that is built without one being given."""

IngestWork = Generator[Event, None, IngestReport]


def build_catalogue(
    services: Services,
    sources: Sequence[str | os.PathLike[str]],
    *,
    mapping: Mapping[str, str] | None = None,
    query_log: str | None = None,
    name: str | None = None,
) -> IngestWork:
    """Replace a catalogue by these files, atomically, and make it the current one; see `ingest.build`."""
    return ingest.build(
        services.catalogues,
        sources,
        name=OWN_CATALOGUE if name is None else name,
        encoder=services.encoder,
        mapping=mapping,
        query_log=query_log,
    )


def add_to_catalogue(
    services: Services,
    sources: Sequence[str | os.PathLike[str]],
    *,
    mapping: Mapping[str, str] | None = None,
    query_log: str | None = None,
    name: str | None = None,
) -> IngestWork:
    """Add files to a catalogue, or update its products by id, in one commit; see `ingest.add`."""
    return ingest.add(
        services.catalogues,
        sources,
        name=services.catalogue_name if name is None else name,
        encoder=services.encoder,
        mapping=mapping,
        query_log=query_log,
    )


def build_demo(services: Services, *, if_missing: bool = False) -> Generator[Event, None, int]:
    """Build the demo catalogue and return its size; with `if_missing` only where there is no catalogue to open."""
    if if_missing and services.catalogue_name in services.catalogues.names():
        return services.catalogues.open(services.catalogue_name).rows
    own = services.catalogues.current()
    report = yield from ingest.build(
        services.catalogues,
        [ProductRows("demo", demo_rows())],
        name=DEMO_CATALOGUE,
        encoder=services.encoder,
        queries=demo_query_log(),
        known=demo_vectors(services.encoder.name),
        # The demo never takes the place of a shop's own catalogue.
        make_current=own is None,
    )
    return report.rows


def ready(services: Services) -> Generator[Event, None, Shelf]:
    """The catalogue in use; the demo is built first where it is asked for and not there yet."""
    name = services.catalogue_name
    if name == DEMO_CATALOGUE and name not in services.catalogues.names():
        yield from build_demo(services)
    return services.shelf()


def shelf(services: Services) -> Shelf:
    """`ready`, for work that reports no progress."""
    return result_of(ready(services))


def warm(services: Services) -> None:
    """Open everything and answer one small question of each kind, so that the first operator waits for nothing."""
    opened = shelf(services)
    opened.preview.warm()
    services.store.reward_weights()


def catalogue_info(services: Services) -> CatalogueInfo:
    """Name, version, size, encoder and currency of the catalogue in use."""
    return shelf(services).catalogue.info


def catalogue_version(services: Services) -> str:
    """What changes with every write to the catalogue in use."""
    return shelf(services).catalogue.version


def catalogue_stats(services: Services) -> dict[str, Any]:
    """What the catalogue in use holds, as plain JSON values."""
    opened = shelf(services)
    return {"catalogue": opened.catalogue.name, **opened.catalogue.stats()}


def currency(services: Services) -> str:
    """The catalogue's most frequent currency, "" where none is known."""
    return shelf(services).catalogue.info.currency


def categories(services: Services) -> tuple[str, ...]:
    """Every category path and every path above one, in order."""
    paths = shelf(services).snapshot.filter_columns.categories
    return tuple(
        sorted(
            {" > ".join(parts[:n]) for p in paths if p for parts in [p.split(" > ")] for n in range(1, len(parts) + 1)}
        )
    )


def products(services: Services, ids: Iterable[str]) -> dict[str, Product]:
    """Products by id, in the order asked; ids that the catalogue lacks are left out."""
    return shelf(services).catalogue.products(list(ids))


def product(services: Services, product_id: str) -> Product:
    """One product; raises `ProductMissing`."""
    return shelf(services).catalogue.product(product_id)


def picture(services: Services, product_id: str, *, size: int = 320) -> bytes | None:
    """A product's picture as WebP of at most `size` pixels: the shop's own, or a drawn one for a product without any.

    None where the shop gave an address only, which a browser fetches itself.
    """
    catalogue = shelf(services).catalogue
    found = catalogue.product(product_id)
    if found.has_image:
        data = catalogue.picture(product_id)
        if data is not None:
            try:
                return thumbnail(data, size=size)
            except PictureInvalid:
                return draw_picture(found, size=size)
    return None if found.image_url is not None else draw_picture(found, size=size)
