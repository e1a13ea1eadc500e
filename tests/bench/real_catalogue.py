"""The catalogue of real products that the measures run on, built once from ../shared/data into the data folder."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from core import pipeline
from core.commands.output import Console
from core.services import Services, build_services
from core.settings import Settings

NAME = "real"
WITHOUT_STYLE = "real-without-style"
SOURCES = ("esci", "fashion", "retail_demo_store", "grocery")


def real_services(*, without_style: bool = False) -> Services:
    """Services over the real products; exits with a reason where they are not on this machine.

    `without_style` leaves out the general shop's column `style`, which names the season and so the answer of a theme.
    """
    data = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not data.is_dir():
        sys.exit("The real products (../shared/data) are not on this machine, so this measure cannot run.")
    name = WITHOUT_STYLE if without_style else NAME
    services = build_services(Settings.from_env(os.environ), catalogue=name)
    if name not in services.catalogues.names():
        with tempfile.TemporaryDirectory() as folder:
            sources = [data / source / "products.parquet" for source in SOURCES]
            if without_style:
                sources = [_without(source, "style", Path(folder)) for source in sources]
            Console(as_json=False).follow(pipeline.build_catalogue(services, sources, name=name))
    return services


def _without(source: Path, column: str, folder: Path) -> Path:
    """A copy of a Parquet file without one column, under the name of its source."""
    table = pq.read_table(source)
    target = folder / f"{source.parent.name}.parquet"
    pq.write_table(table.drop_columns([column]) if column in table.column_names else table, target)
    return target
