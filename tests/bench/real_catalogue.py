"""The catalogue of real products that the measures run on, built once from ../shared/data into the data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core import pipeline
from core.commands.output import Console
from core.services import Services, build_services
from core.settings import Settings

NAME = "real"
SOURCES = ("esci", "fashion", "retail_demo_store", "grocery")


def real_services() -> Services:
    """Services over the real products; exits with a reason where they are not on this machine."""
    data = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not data.is_dir():
        sys.exit("The real products (../shared/data) are not on this machine, so this measure cannot run.")
    services = build_services(Settings.from_env(os.environ), catalogue=NAME)
    if NAME not in services.catalogues.names():
        sources = [str(data / source / "products.parquet") for source in SOURCES]
        Console(as_json=False).follow(pipeline.build_catalogue(services, sources, name=NAME))
    return services
