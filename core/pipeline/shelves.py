"""Which catalogues there are, which one serves, and the products behind the figures about it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalogue import slices
from core.catalogue.slices import Slice
from core.catalogue.table import Catalogue
from core.domain import Product
from core.errors import CatalogueError, InputError, ProviderError
from core.pipeline.catalogues import shelf
from core.services import Services
from core.settings import DEMO_CATALOGUE
from core.store.records import RunRecord

PIN = "SHELFCRAFT_CATALOGUE"

INGESTS = ("build", "add", "demo")
"""The kinds of runs that write a catalogue."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One catalogue as a list shows it. `size` is in bytes on disk; `problem` says why it cannot be used, if so.

    `rows` is None where it cannot be opened at all.
    """

    name: str
    rows: int | None
    size: int
    built: str
    encoder: str
    in_use: bool
    demo: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SliceProducts:
    """How many products a part of the catalogue holds, and some of them."""

    total: int
    products: tuple[Product, ...]


def list_catalogues(services: Services) -> tuple[CatalogueEntry, ...]:
    """Every catalogue by name, with what keeps it from being used."""
    used = services.catalogue_name
    return tuple(_entry(services, name, in_use=name == used) for name in services.catalogues.names())


def catalogue_names(services: Services) -> tuple[str, ...]:
    """The names alone, which costs nothing."""
    return services.catalogues.names()


def catalogue_in_use(services: Services) -> str:
    """The name of the catalogue that serves; it need not be there yet."""
    return services.catalogue_name


def pinned_catalogue(services: Services) -> str | None:
    """The catalogue that the setting SHELFCRAFT_CATALOGUE names, None where it names none."""
    return services.pinned_catalogue


def use_catalogue(services: Services, name: str) -> None:
    """Let this catalogue serve from now on, for everyone.

    Raises `InputError` where a setting pins another one, `CatalogueMissing` and `CatalogueMismatch`; the one that
    served before then goes on.
    """
    pinned = services.pinned_catalogue
    if pinned is not None and pinned != name:
        raise InputError(
            f"The setting {PIN} names the catalogue {pinned!r}, so no other can be chosen here. Take the setting away, "
            "start the studio again, and choose then."
        )
    services.catalogues.open(name, encoder=services.encoder)
    services.catalogues.make_current(name)
    shelf(services)


def catalogue_slice(services: Services, part: Slice, *, limit: int = 24) -> SliceProducts:
    """How many products stand behind a figure about the catalogue in use, and some of them, spread evenly over it."""
    catalogue = shelf(services).catalogue
    found = slices.sample(catalogue, part, limit=limit)
    return SliceProducts(found.total, tuple(catalogue.products(found.product_ids).values()))


def recent_ingests(services: Services, *, limit: int = 12) -> tuple[RunRecord, ...]:
    """The newest runs that wrote a catalogue or tried to, newest first."""
    found = [run for kind in INGESTS for run in services.store.list_runs(kind=kind, limit=limit)]
    return tuple(sorted(found, key=lambda run: run.started_at, reverse=True)[:limit])


def rows_set_aside(services: Services, report: Mapping[str, Any]) -> bytes | None:
    """Every row that an ingest set aside with its reason, as CSV; None where there was none.

    The file lasts until the catalogue is deleted; where it is gone, the rows that the report itself names are given.
    """
    named = report.get("problem_file")
    if isinstance(named, str):
        path, root = Path(named).resolve(), services.catalogues.root.resolve()
        if path.is_relative_to(root) and path.suffix == ".csv" and path.is_file():
            return path.read_bytes()
    problems = report.get("problems") or ()
    if not problems:
        return None
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = ("source", "row", "column", "value", "reason")
    writer.writerow(names)
    writer.writerows([_harmless(str(problem.get(name, ""))) for name in names] for problem in problems)
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _entry(services: Services, name: str, *, in_use: bool) -> CatalogueEntry:
    size = _size(services.catalogues.root / name)
    try:
        found: Catalogue = services.catalogues.open(name)
    except CatalogueError as error:
        return CatalogueEntry(name, None, size, "", "", in_use, name == DEMO_CATALOGUE, str(error))
    problem = ""
    try:
        services.catalogues.open(name, encoder=services.encoder)
    except (CatalogueError, ProviderError) as error:
        problem = str(error)
    info = found.info
    return CatalogueEntry(name, info.rows, size, info.built, info.encoder, in_use, name == DEMO_CATALOGUE, problem)


def _size(folder: Path) -> int:
    """The bytes of everything in a folder; what vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total
