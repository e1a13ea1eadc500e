"""The index of look-alikes: counted honestly, made once a version, gone on with after a stop, shared by everybody."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from PIL import Image, ImageDraw

from core.catalogue import ingest, look_alikes
from core.catalogue.demo_descriptors import ShippedDescriptors, demo_drawings
from core.catalogue.embedding import HashingEncoder
from core.catalogue.look_alikes import LookAlikes, PictureCounts, open_look_alikes
from core.catalogue.pictures import draw_picture
from core.catalogue.pictures.descriptor import LAYOUT, ask, describe, lengths, similarities
from core.catalogue.table import Catalogue, CatalogueHome
from core.events import Event, StageFinished, StageProgress
from tests.core.catalogue.ingesting import drive

T = TypeVar("T")

COLOURS = {"red": (200, 40, 40), "blue": (40, 60, 190), "green": (40, 140, 60), "black": (20, 20, 24)}


def drawn(shape: str, colour: tuple[int, int, int], number: int = 0) -> bytes:
    image = Image.new("RGB", (120, 120), (250, 250, 250))
    draw = ImageDraw.Draw(image)
    at = number % 7
    if shape == "plate":
        draw.ellipse((14 + at, 14, 104, 104 - at), fill=colour)
    else:
        draw.polygon([(36, 12 + at), (62, 12), (62, 72), (104 - at, 80), (104, 102), (36, 102)], fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def collect(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def build(home: Path, rows: Sequence[dict[str, object]], *, add: bool = False) -> Catalogue:
    source = home / f"{'more' if add else 'shop'}.parquet"
    names = ("product_id", "title", "category", "image", "image_url")
    pq.write_table(pa.table({n: [row.get(n) for row in rows] for n in names}), source)
    encoder = HashingEncoder()
    work = (ingest.add if add else ingest.build)(CatalogueHome(home), [source], name="shop", encoder=encoder)
    drive(work)
    return CatalogueHome(home).open("shop", encoder=encoder)


def rows() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for shape, category in (("boot", "Shoes > Boots"), ("plate", "Kitchen > Plates")):
        for colour, value in COLOURS.items():
            for number in range(20):
                image = drawn(shape, value, number)
                found.append(
                    {"product_id": f"{shape}-{colour}-{number:02d}", "title": f"{colour} {shape} {number}",
                     "category": category, "image": image}
                )  # fmt: skip
    found += [
        {"product_id": "x-torn", "title": "boot torn", "category": "Shoes", "image": drawn("boot", (1, 2, 3))[:200]},
        {
            "product_id": "x-far",
            "title": "boot elsewhere",
            "category": "Shoes",
            "image_url": "https://shop.example/1.jpg",
        },
        {"product_id": "x-none", "title": "boot unseen", "category": "Shoes"},
    ]
    return found


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return build(tmp_path, rows())


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each picture that is described."""
    calls: list[int] = []

    def counted(data: bytes) -> object:
        calls.append(len(data))
        return describe(data)

    monkeypatch.setattr(look_alikes, "describe", counted)
    return calls


def test_every_product_is_counted_by_what_there_is_to_look_at(catalogue: Catalogue, tmp_path: Path) -> None:
    index, events = collect(open_look_alikes(catalogue, home=tmp_path))
    assert index.counts == PictureCounts(own=160, unreadable=1, remote=1, none=1)
    assert isinstance(events[-1], StageFinished)
    assert "1 with an address only, which is not looked at" in events[-1].summary
    progress = [e for e in events if isinstance(e, StageProgress)]
    assert [e.done for e in progress] == sorted(e.done for e in progress)
    assert progress[-1].done == progress[-1].total == 163


def test_the_nearest_have_the_shape_and_the_colour(catalogue: Catalogue, tmp_path: Path) -> None:
    index, _ = collect(open_look_alikes(catalogue, home=tmp_path))
    found = index.nearest(ask(drawn("boot", (190, 44, 50), 9)), limit=20)
    assert len(found) == 20
    assert all(alike.product_id.startswith("boot-red") for alike in found)
    assert [a.similarity for a in found] == sorted((a.similarity for a in found), reverse=True)
    assert found[0].similarity > 0.9
    assert len(index.nearest(ask(drawn("boot", (1, 2, 3))), limit=1_000)) == 160


def test_it_is_made_once_a_version_and_what_is_known_is_not_described_again(
    catalogue: Catalogue, tmp_path: Path, described: list[int]
) -> None:
    collect(open_look_alikes(catalogue, home=tmp_path))
    different = len({row["image"] for row in rows() if row.get("image")})
    assert len(described) == different
    _, events = collect(open_look_alikes(catalogue, home=tmp_path))
    assert events == []
    newer = build(tmp_path, [{"product_id": "n1", "title": "hat", "category": "Hats",
                              "image": drawn("boot", (250, 220, 20))}], add=True)  # fmt: skip
    assert newer.version != catalogue.version
    index, events = collect(open_look_alikes(newer, home=tmp_path))
    assert index.counts.own == 161
    assert len(described) == different + 1
    assert [p.name for p in (newer.folder / "look_alikes").iterdir()] == [f"{newer.version}.{LAYOUT}"]
    assert index.nearest(ask(drawn("boot", (250, 220, 20))), limit=1)[0].product_id == "n1"


def test_a_stop_keeps_what_is_done_and_leaves_no_half_index(
    catalogue: Catalogue, tmp_path: Path, described: list[int]
) -> None:
    work = open_look_alikes(catalogue, home=tmp_path)
    for event in work:
        if isinstance(event, StageProgress):
            break
    work.close()
    done = len(described)
    assert 0 < done < 160
    assert not (catalogue.folder / "look_alikes").exists()
    index, _ = collect(open_look_alikes(catalogue, home=tmp_path))
    assert index.counts.own == 160
    assert len(described) == len({row["image"] for row in rows() if row.get("image")})


def test_a_second_session_waits_and_says_so(catalogue: Catalogue, tmp_path: Path) -> None:
    held = FileLock(catalogue.folder / "look_alikes.lock", is_singleton=False, thread_local=False)
    held.acquire()
    work = open_look_alikes(catalogue, home=tmp_path)
    event = next(work)
    assert isinstance(event, StageProgress)
    assert "another session" in event.note
    held.release()
    assert collect(work)[0].counts.own == 160


def test_sessions_at_once_describe_each_picture_once(
    catalogue: Catalogue, tmp_path: Path, described: list[int]
) -> None:
    found: list[LookAlikes] = []
    threads = [
        threading.Thread(target=lambda: found.append(collect(open_look_alikes(catalogue, home=tmp_path))[0]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    query = ask(drawn("plate", (40, 60, 190), 3))
    assert len({index.nearest(query, limit=5) for index in found}) == 1
    assert len(described) == len({row["image"] for row in rows() if row.get("image")})


def test_a_damaged_file_of_descriptors_is_put_aside(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "pictures.db").write_bytes(b"not a database" * 200)
    index, _ = collect(open_look_alikes(catalogue, home=tmp_path))
    assert index.counts.own == 160
    assert (tmp_path / "pictures.damaged").exists()
    with sqlite3.connect(tmp_path / "pictures.db") as connection:
        assert connection.execute("SELECT count(*) FROM descriptors").fetchone()[0] > 50


def test_a_folder_without_its_last_file_is_no_index(catalogue: Catalogue, tmp_path: Path) -> None:
    half = catalogue.folder / "look_alikes" / f"{catalogue.version}.{LAYOUT}"
    half.mkdir(parents=True)
    (half / "descriptors.npy").write_bytes(b"half")
    index, _ = collect(open_look_alikes(catalogue, home=tmp_path))
    assert index.counts.own == 160
    assert json.loads((half / "counts.json").read_text())["own"] == 160


def test_a_catalogue_without_pictures_has_an_empty_index(tmp_path: Path) -> None:
    bare = build(tmp_path, [{"product_id": "1", "title": "tent", "category": "Camping"}])
    index, _ = collect(open_look_alikes(bare, home=tmp_path))
    assert index.counts == PictureCounts(none=1)
    assert collect(open_look_alikes(bare, home=tmp_path))[0].nearest(ask(drawn("boot", (1, 2, 3))), limit=5) == ()


def test_shipped_descriptors_are_of_the_drawings_of_today() -> None:
    shipped = ShippedDescriptors().by_key
    drawings = dict(demo_drawings())
    assert set(shipped) == set(drawings), "the demo changed: run `python -m core.catalogue.demo_descriptors`"
    matrix = np.stack(list(shipped.values()))
    of_parts = lengths(matrix)
    keys = list(shipped)
    for key in sorted(drawings)[::500]:
        query = ask(draw_picture(drawings[key], size=look_alikes.DRAWN_SIDE))
        row = keys.index(key)
        similarity = similarities(query, matrix[row : row + 1], of_parts[row : row + 1])[0]
        assert similarity > 0.97, "the drawings changed: run `python -m core.catalogue.demo_descriptors`"
