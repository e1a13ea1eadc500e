"""The descriptor: what is alike is near, whatever the ground; nothing that somebody sends breaks it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from core.catalogue.pictures.descriptor import PARTS, SIZE, ask, describe, describe_image, lengths, similarities
from core.errors import PictureInvalid

Color = tuple[int, int, int]

RED, BLUE, WHITE, CREAM = (200, 40, 40), (40, 60, 190), (255, 255, 255), (244, 233, 218)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def disc(draw: ImageDraw.ImageDraw, s: float, fill: Color) -> None:
    draw.ellipse((20 * s, 20 * s, 80 * s, 80 * s), fill=fill)


def bar(draw: ImageDraw.ImageDraw, s: float, fill: Color) -> None:
    draw.rectangle((40 * s, 8 * s, 60 * s, 92 * s), fill=fill)


def boot(draw: ImageDraw.ImageDraw, s: float, fill: Color) -> None:
    points = [(30, 15), (52, 15), (52, 60), (86, 68), (86, 84), (30, 84)]
    draw.polygon([(x * s, y * s) for x, y in points], fill=fill)


def picture(
    shape: Callable[[ImageDraw.ImageDraw, float, Color], None], fill: Color, *, ground: Color = WHITE, side: int = 200
) -> Image.Image:
    image = Image.new("RGB", (side, side), ground)
    shape(ImageDraw.Draw(image), side / 100, fill)
    return image


def alike(one: Image.Image, *others: Image.Image) -> list[float]:
    matrix = np.stack([describe(encoded(other)) for other in others])
    return [float(v) for v in similarities(ask(encoded(one)), matrix, lengths(matrix))]


def test_its_parts_fill_it_and_stay_small() -> None:
    assert SIZE <= 512
    assert sorted((p.start, p.stop) for p in PARTS.values())[-1][1] == SIZE - 1
    found = describe_image(picture(boot, RED))
    assert (found.dtype, found.shape) == (np.uint8, (SIZE,))
    assert found[-1] == 1
    assert all(found[place].max() == 255 for place in PARTS.values())
    assert np.array_equal(found, describe_image(picture(boot, RED)))


def test_the_same_thing_is_the_same_on_another_ground_in_another_size_and_direction() -> None:
    here = picture(boot, RED)
    other, small, turned = picture(boot, RED, ground=CREAM), picture(boot, RED, side=70), ImageOps.mirror(here)
    for similarity in alike(here, here, other, small, turned):
        assert similarity > 0.9


def test_shape_and_colour_both_count() -> None:
    same, recoloured, other = alike(
        picture(boot, RED), picture(boot, RED, side=150), picture(boot, BLUE), picture(disc, RED)
    )
    assert same > recoloured + 0.1 > other + 0.1


def test_a_white_thing_keeps_its_inside_on_white() -> None:
    drawn = picture(disc, WHITE)
    ImageDraw.Draw(drawn).ellipse((40, 40, 160, 160), outline=(120, 120, 120), width=4)
    found = describe_image(drawn)
    outline = found[PARTS["outline"]].reshape(8, 8)
    assert found[-1] == 1
    assert outline[3:5, 3:5].min() == 255


def test_see_through_parts_are_ground() -> None:
    clear = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    boot(ImageDraw.Draw(clear), 2, WHITE)
    matrix = np.stack([describe(encoded(picture(s, WHITE, ground=(90, 90, 90)))) for s in (boot, disc, bar)])
    found = similarities(ask(encoded(clear)), matrix, lengths(matrix))
    assert found.argmax() == 0
    assert found[0] > 0.8


def test_a_scene_is_told_from_a_thing_on_a_plain_ground() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((120, 90), 90) for _ in range(3)])
    assert describe_image(noise)[-1] == 0
    query = ask(encoded(noise))
    assert not query.clear
    assert len(query.descriptors) == 2
    matrix = describe_image(picture(boot, RED))[None]
    assert 0 <= similarities(query, matrix, lengths(matrix))[0] <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (2, 2), (3, 700)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1"])
def test_any_size_is_described(size: tuple[int, int], mode: str) -> None:
    found = describe(encoded(Image.new(mode, size)))
    assert found.shape == (SIZE,)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "I;16", "1"])
def test_every_mode_is_described(mode: str) -> None:
    image = picture(boot, (10, 10, 10)).convert("L").convert(mode) if mode != "I;16" else Image.new("I;16", (40, 40), 7)
    data = encoded(image, "TIFF" if mode in {"CMYK", "I;16"} else "PNG")
    assert describe(data).shape == (SIZE,)


def test_one_even_colour_shows_nothing() -> None:
    with pytest.raises(PictureInvalid, match="even colour"):
        ask(encoded(Image.new("RGB", (300, 200), RED)))


def test_too_many_pixels_are_refused_before_decoding() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 2_000, 8, 2, 0, 0, 0))
    with pytest.raises(PictureInvalid, match="at most 40 megapixels"):
        describe(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))


@pytest.mark.parametrize("data", [b"", b"only text, named photo.png", b"\x89PNG\r\n\x1a\nrest", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureInvalid):
        ask(data)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\x00", b"BM"]))
@settings(max_examples=80, deadline=None)
def test_rubbish_raises_nothing_else(tail: bytes, head: bytes) -> None:
    try:
        describe(head + tail)
    except PictureInvalid as error:
        assert str(error).endswith((".", ")."))


@given(st.integers(1, 40), st.integers(1, 40), st.data())
@settings(max_examples=60, deadline=None)
def test_any_pixels_give_finite_similarities(width: int, height: int, data: st.DataObject) -> None:
    pixels = data.draw(st.binary(min_size=4 * width * height, max_size=4 * width * height))
    found = describe_image(Image.frombytes("RGBA", (width, height), pixels))[None]
    query = ask(encoded(picture(boot, RED)))
    value = similarities(query, found, lengths(found))
    assert np.isfinite(value).all()
    assert 0 <= value[0] <= 1


def test_real_pictures_of_a_type_are_nearer_than_by_plain_colours(shared_data: Path) -> None:
    table = pq.read_table(shared_data / "fashion" / "products.parquet", columns=["articleType", "image"]).slice(0, 500)
    types = np.array(table["articleType"].to_pylist())
    images = table["image"].to_pylist()
    matrix = np.stack([describe(data) for data in images])
    of_parts = lengths(matrix)
    colours = np.stack([rgb_histogram(data) for data in images])
    ours = plain = 0
    for row in range(0, 500, 5):
        similarity = similarities(ask(images[row]), matrix, of_parts)
        baseline = colours @ colours[row]
        similarity[row] = baseline[row] = -1
        ours += types[similarity.argmax()] == types[row]
        plain += types[baseline.argmax()] == types[row]
    assert ours >= 40
    assert ours >= 1.5 * plain


def rgb_histogram(data: bytes) -> np.ndarray:
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).reshape(-1, 3)
    found = np.histogramdd(pixels, bins=(8, 8, 8), range=[(0, 256)] * 3)[0].ravel()
    return found / np.linalg.norm(found)
