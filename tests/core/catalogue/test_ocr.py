"""Text in pictures, read by the real models: in its order, in time, and none where there is none."""

from __future__ import annotations

import io
import threading
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.catalogue.pictures import ocr
from core.catalogue.pictures.ocr import MAX_LENGTH, MAX_LINES, read_text
from core.errors import EncoderError, PictureInvalid


def written(*lines: tuple[str, int], size: tuple[int, int] = (640, 420), mode: str = "RGB") -> bytes:
    """A picture with these lines, each with its height in pixels, one below the other."""
    image = Image.new(mode, size, (250, 248, 240) if mode == "RGB" else (0, 0, 0, 0))
    draw, top = ImageDraw.Draw(image), 16
    for text, height in lines:
        draw.text((24, top), text, fill=(30, 30, 60), font=ImageFont.load_default(height))
        top += round(height * 1.5)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_lines_are_read_from_top_to_bottom() -> None:
    found = read_text(written(("Oatly", 96), ("Barista Edition", 48), ("Hafer drink", 30)))
    assert [line.text.lower() for line in found] == ["oatly", "barista edition", "hafer drink"]
    assert all(line.sure > 0.8 for line in found)
    assert found[0].height > found[1].height > found[2].height > 0


def test_see_through_ground_is_white() -> None:
    assert [line.text for line in read_text(written(("TENT", 120), mode="RGBA"))] == ["TENT"]


def test_nothing_is_read_where_nothing_is_written() -> None:
    plain = io.BytesIO()
    Image.new("RGB", (300, 200), (120, 160, 90)).save(plain, "JPEG")
    noise = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 300, 3), dtype=np.uint8)).save(noise, "PNG")
    sliver = io.BytesIO()
    Image.new("RGB", (900, 2), (255, 255, 255)).save(sliver, "PNG")
    assert [read_text(data.getvalue()) for data in (plain, noise, sliver)] == [(), (), ()]


@pytest.mark.parametrize("size", [(900, 2), (2, 900), (900, 40), (64, 64), (20, 20), (1, 1), (4_000, 3_000)])
def test_no_shape_of_picture_makes_the_models_look_at_more_than_they_may(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_text(written(("TENT", 90)))
    asked: list[tuple[int, ...]] = []
    session = ocr._reader().text_det.session
    look = type(session).__call__

    def measured(self: object, pixels: np.ndarray) -> object:
        asked.append(pixels.shape)
        return look(self, pixels)

    monkeypatch.setattr(type(session), "__call__", measured)
    picture = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(picture, "JPEG")
    read_text(picture.getvalue(), seconds=1)
    assert all(max(shape[2:]) <= 1_280 and min(shape[2:]) <= 768 for shape in asked)
    assert bool(asked) == (min(size) >= 16)


def test_only_the_largest_lines_of_a_full_page_are_read() -> None:
    page = [(f"line number {i} of many that say little", 14) for i in range(30)]
    found = read_text(written(("HEADLINE", 60), *page, size=(640, 960)), seconds=60)
    assert found[0].text == "HEADLINE"
    assert len(found) <= MAX_LINES
    assert all(len(line.text) <= MAX_LENGTH for line in found)


def test_time_that_is_over_ends_the_reading() -> None:
    page = [(f"words {i}", 40) for i in range(9)]
    data = written(("HEADLINE", 60), *page, size=(640, 960))
    found = read_text(data, seconds=0.0)
    assert len(found) == ocr._AT_ONCE  # the largest are read before anybody looks at the clock
    assert found[0].text == "HEADLINE"
    assert len(read_text(data, seconds=60)) == 10


def test_a_busy_reader_is_not_waited_for_longer_than_the_time() -> None:
    data = written(("BUSY", 90))
    read_text(data)
    with ocr._reading:
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.append(read_text(data, seconds=0.05)))
        began = time.monotonic()
        thread.start()
        thread.join()
        assert time.monotonic() - began < 30
    assert found == [()]
    assert read_text(data)[0].text == "BUSY"


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(PictureInvalid):
        read_text(b"no picture")


def test_models_that_do_not_load_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rapidocr", None)
    ocr._reader.cache_clear()
    with pytest.raises(EncoderError, match="reader of text in pictures cannot be loaded"):
        read_text(written(("TENT", 90)))
    monkeypatch.undo()
    assert read_text(written(("TENT", 90)))[0].text == "TENT"
