"""Pictures: whether look-alikes are of the right kind, what is read from them, and what it costs.

The weights of the descriptor and the steepness of the vote were tuned on the first 1,000 of the drawn fashion pictures
and on the photos of 40 of the 81 groceries; every figure here is of the others. The encoder that is trained here learns
from the half of fashion that is neither asked for nor found, and from the photos of the same 40 groceries;
SHELFCRAFT_BENCH_ENCODER names the folder of one that is trained already.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from core.catalogue.look_alikes import LookAlikes, open_look_alikes
from core.catalogue.pictures.descriptor import ask, describe, lengths, similarities
from core.catalogue.pictures.encoder import ClipEncoder
from core.catalogue.pictures.ocr import read_text
from core.commands.output import Console
from core.planning.lexicon import RowTexts, build_lexicon
from core.planning.picture_words import Seen, read_picture
from core.planning.written_words import written_words
from core.services import Services
from core.text import tokens
from tests.bench import picture_encoder
from tests.bench.real_catalogue import real_services

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HELD, DRAWN = 1_000, 2_000
VOTERS = 24

Scores = NDArray[np.float32]
Score = Callable[[int], Scores]


def main() -> None:
    """Print the tables."""
    fashion()
    groceries()
    with tempfile.TemporaryDirectory() as folder:
        encoder(Path(folder))
    with real_services() as services:
        words(services)
        texts(services)


def fashion() -> None:
    """Leave one out among 12,000 pictures: is the nearest of the same article type, and of the same colour?"""
    table = pq.read_table(DATA / "fashion" / "products.parquet", columns=["articleType", "baseColour", "image"])
    types, colours = (np.array(table[c].to_pylist(), dtype=object) for c in ("articleType", "baseColour"))
    images = table["image"].to_pylist()
    held = _held(len(images))
    matrix, took = _described(images)
    of_parts, plain = lengths(matrix), np.stack([rgb_histogram(data) for data in images])
    chance = np.random.default_rng(1)
    rankers: dict[str, Score] = {
        "chance": lambda row: chance.random(len(images), np.float32),
        "RGB histogram, 8 x 8 x 8": lambda row: plain @ plain[row],
        "ours": lambda row: similarities(ask(images[row]), matrix, of_parts),
    }
    print(f"{len(images):,} pictures of fashion, {len(held):,} asked for, itself left out\n")
    print("| | type of the 1st | type among 5 | share of 5 | colour of the 1st | type and colour among 5 |")
    print("|---|---|---|---|---|---|")
    for name, score in rankers.items():
        hits = []
        for row in held:
            found = score(row)
            found[row] = -1
            best = np.argsort(-found, kind="stable")[:5]
            kind, hue = types[best] == types[row], colours[best] == colours[row]
            hits.append((kind[0], kind.any(), kind.mean(), hue[0], (kind & hue).any()))
        print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in np.mean(hits, axis=0)) + " |")
    print(f"\ndescribing takes {took:.1f} ms of one core a picture of 60 x 80 (median)\n")


def groceries() -> None:
    """Photos taken in shops against the clean pictures of 81 groceries: is it the product, or its kind?"""
    products = pq.read_table(DATA / "grocery" / "products.parquet").to_pydict()
    photos = pq.read_table(DATA / "grocery" / "photo_queries.parquet").to_pydict()
    ids, kinds = (np.array(products[c], dtype=object) for c in ("product_id", "category"))
    tuned = set(ids[np.random.default_rng(5).permutation(len(ids))[:40]])
    held = [i for i, product_id in enumerate(photos["product_id"]) if product_id not in tuned]
    matrix, _ = _described(products["image"])
    of_parts, plain = lengths(matrix), np.stack([rgb_histogram(data) for data in products["image"]])
    chance = np.random.default_rng(1)
    rankers: dict[str, Score] = {
        "chance": lambda i: chance.random(len(ids), np.float32),
        "RGB histogram, 8 x 8 x 8": lambda i: plain @ rgb_histogram(photos["image"][i]),
        "ours": lambda i: similarities(ask(photos["image"][i]), matrix, of_parts),
    }
    print(f"{len(held)} photos from shops against {len(ids)} groceries\n")
    print("| | product 1st | product among 5 | kind of the 1st | kind among 5 |\n|---|---|---|---|---|")
    for name, score in rankers.items():
        hits = []
        for i in held:
            best = np.argsort(-score(i), kind="stable")[:5]
            right = ids[best] == photos["product_id"][i]
            kind = kinds[best] == kinds[ids == photos["product_id"][i]]
            hits.append((right[0], right.any(), kind[0], kind.any()))
        print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in np.mean(hits, axis=0)) + " |")
    _, took = _described(photos["image"])
    print(f"\ndescribing takes {took:.1f} ms of one core a photo of 256 pixels (median)\n")


def encoder(folder: Path) -> None:
    """A small encoder trained by us beside the descriptor: both among the half of fashion that it has not seen."""
    trained = os.environ.get("SHELFCRAFT_BENCH_ENCODER")
    began = time.perf_counter()
    model = ClipEncoder(trained or str(picture_encoder.train(folder)), threads=1)
    if trained is None:
        print(f"trained in {(time.perf_counter() - began) / 60:.0f} minutes of one core\n")
    table = pq.read_table(DATA / "fashion" / "products.parquet", columns=["articleType", "baseColour", "image"])
    half = picture_encoder.fashion_halves(table.num_rows)[0]
    table = table.take(half)
    types, colours = (np.array(table[c].to_pylist(), dtype=object) for c in ("articleType", "baseColour"))
    images = table["image"].to_pylist()
    matrix, _ = _described(images)
    of_parts = lengths(matrix)
    began = time.perf_counter()
    vectors = np.concatenate([model.encode(images[at : at + 64]) for at in range(0, len(images), 64)])
    took = 1000 * (time.perf_counter() - began) / len(images)
    rankers: dict[str, Score] = {
        "ours, the descriptor": lambda row: similarities(ask(images[row]), matrix, of_parts),
        "an encoder trained by us": lambda row: vectors @ vectors[row],
    }
    asked = range(HELD, DRAWN)  # the first 1,000 were tuned on
    print(f"{len(images):,} pictures of fashion, {len(asked):,} asked for, itself left out\n")
    print("| | type of the 1st | type among 5 | share of 5 | colour of the 1st | type and colour among 5 |")
    print("|---|---|---|---|---|---|")
    for name, score in rankers.items():
        hits = []
        for row in asked:
            found = score(row).copy()
            found[row] = -9
            best = np.argsort(-found, kind="stable")[:5]
            kind, hue = types[best] == types[row], colours[best] == colours[row]
            hits.append((kind[0], kind.any(), kind.mean(), hue[0], (kind & hue).any()))
        print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in np.mean(hits, axis=0)) + " |")
    print(f"\nencoding takes {took:.1f} ms of one core a picture of 60 x 80 (mean)\n")
    _groceries_by(model)


def _groceries_by(model: ClipEncoder) -> None:
    products = pq.read_table(DATA / "grocery" / "products.parquet").to_pydict()
    photos = pq.read_table(DATA / "grocery" / "photo_queries.parquet").to_pydict()
    ids, kinds = (np.array(products[c], dtype=object) for c in ("product_id", "category"))
    tuned = picture_encoder.tuned_groceries(ids)
    held = [i for i, product_id in enumerate(photos["product_id"]) if product_id not in tuned]
    matrix, _ = _described(products["image"])
    of_parts, vectors = lengths(matrix), model.encode(products["image"])
    rankers: dict[str, Score] = {
        "ours, the descriptor": lambda i: similarities(ask(photos["image"][i]), matrix, of_parts),
        "an encoder trained by us": lambda i: vectors @ model.encode([photos["image"][i]])[0],
    }
    print(f"{len(held)} photos from shops against {len(ids)} groceries\n")
    print("| | product 1st | product among 5 | kind of the 1st | kind among 5 |\n|---|---|---|---|---|")
    for name, score in rankers.items():
        hits = []
        for i in held:
            best = np.argsort(-score(i), kind="stable")[:5]
            right = ids[best] == photos["product_id"][i]
            kind = kinds[best] == kinds[ids == photos["product_id"][i]]
            hits.append((right[0], right.any(), kind[0], kind.any()))
        print(f"| {name} | " + " | ".join(f"{v:.3f}" for v in np.mean(hits, axis=0)) + " |")
    print()


def texts(services: Services) -> None:
    """What is taken of the text in photos from shops: in a shop of 81 groceries, and in the whole real catalogue."""
    products = pq.read_table(DATA / "grocery" / "products.parquet").to_pydict()
    photos = pq.read_table(DATA / "grocery" / "photo_queries.parquet").to_pydict()
    titles = dict(zip(products["product_id"], products["title"], strict=True))
    empty = [""] * len(titles)
    small = build_lexicon(
        RowTexts(products["product_id"], products["title"], empty, products["category"], empty, empty)
    )
    tuned = picture_encoder.tuned_groceries(np.array(products["product_id"], dtype=object))
    held = [i for i, product_id in enumerate(photos["product_id"]) if product_id not in tuned]
    shown = [photos["product_id"][i] for i in held]
    lines, seconds = [], []
    for image in (photos["image"][i] for i in held):
        began = time.thread_time()
        lines.append([line.text for line in read_text(image, seconds=60.0)])
        seconds.append(time.thread_time() - began)
    print(f"\n{sum(map(bool, lines))} of {len(lines)} photos from shops have text that is read:\n")
    print("| | words taken | one of them in the product's title | all of them |\n|---|---|---|---|")
    for name, lexicon in (("81 groceries", small), ("whole catalogue", services.shelf().vocabulary.lexicon)):
        taken = [written_words(some, lexicon=lexicon) for some in lines]
        named = [
            (set(tokens(words)), set(tokens(titles[product_id])))
            for words, product_id in zip(taken, shown, strict=True)
            if words
        ]
        some, every = sum(bool(a & b) for a, b in named), sum(a <= b for a, b in named)
        print(f"| {name} | {len(named)} | {some} | {every} |")
    print(f"\nreading takes {median(seconds):.2f} s of one core a photo of 256 pixels (median)")


def words(services: Services) -> None:
    """What is read from a picture in the whole real catalogue, itself left out, and how long a look takes."""
    console = Console(as_json=False)
    opened = services.shelf()
    began = time.perf_counter()
    index = console.follow(open_look_alikes(opened.catalogue, home=services.settings.home))
    opening = time.perf_counter() - began
    columns = ["product_id", "articleType", "baseColour", "gender", "image"]
    rows = pq.read_table(DATA / "fashion" / "products.parquet", columns=columns).to_pylist()
    seconds, told = [], []
    for row in (rows[i] for i in _held(len(rows))[: HELD // 2]):
        began = time.perf_counter()
        seen = _seen(services, index, row["image"], but=str(row["product_id"]))
        read = read_picture(seen, lexicon=opened.vocabulary.lexicon)
        seconds.append(time.perf_counter() - began)
        named = [set(tokens(thing)) & set(tokens(row["articleType"])) for thing in read.things]
        audience = {"Men": "men", "Women": "women", "Boys": "kids", "Girls": "kids"}.get(row["gender"], "")
        told.append(
            (
                bool(read.things),
                bool(named and named[0]),
                any(named),
                bool(read.colour),
                bool(read.colour) and bool(set(tokens(read.colour)) & set(tokens(str(row["baseColour"])))),
                bool(read.audience),
                bool(read.audience) and read.audience == audience,
            )
        )
    found = np.array(told)
    share = found.mean(axis=0)
    print(f"\n{len(found)} pictures of fashion read in the catalogue of {opened.catalogue.rows:,}, itself left out:\n")
    print("| | named | right where named |\n|---|---|---|")
    print(f"| thing (the first) | {share[0]:.2f} | {share[1] / share[0]:.2f} |")
    print(f"| thing (any of those named) | {share[0]:.2f} | {share[2] / share[0]:.2f} |")
    print(f"| colour | {share[3]:.2f} | {share[4] / share[3]:.2f} |")
    print(f"| for whom | {share[5]:.2f} | {share[6] / share[5]:.2f} |")
    print(f"\n{index.counts.sentence()}; the index opened in {opening:.3f} s")
    print(f"looking and reading takes {1000 * median(seconds):.0f} ms (median)")


def rgb_histogram(data: bytes) -> Scores:
    """The plain baseline."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).reshape(-1, 3)
    found = np.histogramdd(pixels, bins=(8, 8, 8), range=[(0, 256)] * 3)[0].ravel().astype(np.float32)
    whole: Scores = found / np.linalg.norm(found)
    return whole


def _held(size: int) -> list[int]:
    drawn: list[int] = np.random.default_rng(7).permutation(size)[:DRAWN].tolist()
    return drawn[DRAWN - HELD :]


def _described(images: Sequence[bytes]) -> tuple[NDArray[np.uint8], float]:
    """The descriptors, and the milliseconds of one core that one takes."""
    found, seconds = [], []
    for data in images:
        began = time.thread_time()
        found.append(describe(data))
        seconds.append(time.thread_time() - began)
    return np.stack(found), 1000 * median(seconds)


def _seen(services: Services, index: LookAlikes, data: bytes, *, but: str) -> list[Seen]:
    nearest = [a for a in index.nearest(ask(data), limit=VOTERS + 1) if a.product_id != but][:VOTERS]
    products = services.shelf().catalogue.products(a.product_id for a in nearest)
    return [Seen(a.similarity, p.title, p.category, p.attributes) for a in nearest for p in (products[a.product_id],)]


if __name__ == "__main__":
    main()
