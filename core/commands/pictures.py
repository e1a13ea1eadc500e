"""`similar`: the products that look like a picture; `pictures`: look at the catalogue's own before somebody waits."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import pipeline
from core.commands.output import Context, table
from core.errors import SourceInvalid
from core.services import Services

_READ = 64 << 20  # more than any picture that is taken, so that it is refused with its own sentence


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add this group's commands to the parser."""
    similar = commands.add_parser("similar", parents=[shared], help="list the products that look like a picture")
    similar.add_argument("image", metavar="FILE", help="a JPEG, PNG, WebP, GIF, BMP or TIFF picture")
    similar.add_argument("--limit", type=int, default=24)
    similar.set_defaults(run=run_similar)
    ahead = commands.add_parser(
        "pictures", parents=[shared], help="look at every picture of the catalogue, so that no look-alikes wait for it"
    )
    ahead.set_defaults(run=run_pictures)


def keep_file(services: Services, path: str) -> str:
    """Keep a picture file and return its id; raises `SourceInvalid` where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_READ)
    except OSError as exc:
        raise SourceInvalid(f"The picture {path} cannot be read: {exc.strerror or exc}.", path) from exc
    return pipeline.keep_picture(services, data)


def run_similar(context: Context, arguments: argparse.Namespace) -> None:
    services = context.services
    picture = keep_file(services, arguments.image)
    found = context.console.follow(pipeline.look_alikes(services, picture, limit=arguments.limit))
    words, text = pipeline.picture_words(services, picture, found), pipeline.picture_text(services, picture)
    products = pipeline.products(services, [alike.product_id for alike in found])
    data = {
        "picture": picture,
        "words": words,
        "text": text.splitlines(),
        "products": [{"product_id": alike.product_id, "similarity": alike.similarity} for alike in found],
    }
    rows = [
        (alike.product_id, products[alike.product_id].title, alike.similarity)
        for alike in found
        if alike.product_id in products
    ]
    understood = f"It seems to show: {words}" if words else "What it shows could not be told from its look-alikes."
    written = f"In it stands: {' · '.join(text.splitlines())}\n" if text else ""
    context.console.document(data, f"{understood}\n{written}\n{table(('id', 'title', 'similarity'), rows)}")


def run_pictures(context: Context, arguments: argparse.Namespace) -> None:
    counts = context.console.follow(pipeline.prepare_pictures(context.services))
    context.console.document(asdict(counts), f"Looked at: {counts.sentence()}")
