"""Pictures: every type draws, nothing fails, and a shop's own picture is bounded before it is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.catalogue.demo import demo_rows
from core.catalogue.demo.vocabulary import vocabulary
from core.catalogue.pictures import draw_picture, thumbnail
from core.catalogue.pictures.shapes import BORROWED, DRAWN, shape
from core.domain import Product
from core.errors import PictureInvalid


def product(row: dict[str, object]) -> Product:
    attributes = row["attributes"]
    assert isinstance(attributes, dict)
    return Product(
        product_id=str(row["product_id"]),
        title=str(row["title"]),
        category=str(row["category"]),
        attributes=tuple(attributes.items()),
        group_id=None if row["group_id"] is None else str(row["group_id"]),
    )


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def test_every_kind_has_a_drawing() -> None:
    wanted = {kind.shape or found.shape for found in vocabulary().types for kind in found.kinds}
    assert [name for name in sorted(wanted) if shape(name) is None] == []
    assert set(BORROWED.values()) <= set(DRAWN)
    assert not set(BORROWED) & set(DRAWN)
    assert len({BORROWED.get(name, name) for name in wanted}) >= 300


def test_every_type_draws_a_picture_of_its_own_that_decodes() -> None:
    first = {row["category"]: row for row in reversed(list(demo_rows()))}
    pictures = {category: draw_picture(product(row), size=64) for category, row in first.items()}
    for data in pictures.values():
        image = decoded(data)
        assert image.format == "WEBP"
        assert image.size == (64, 64)
        assert len(image.convert("RGB").getcolors(64 * 64) or []) > 20  # more than an empty ground
    assert len(set(pictures.values())) > 0.95 * len(pictures)


def test_a_picture_is_always_the_same_and_shows_the_color() -> None:
    def mug(color: str) -> bytes:
        return draw_picture(
            Product(
                "x", "Stoneware mug", category="Kitchen > Coffee & Tea > Mugs & Cups", attributes=(("color", color),)
            ),
            size=100,
        )

    assert mug("sage") == mug("sage")
    pixel = decoded(mug("red")).convert("RGB").getpixel((50, 62))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 24 for a, b in zip(pixel, vocabulary().colors["red"], strict=True))


def test_packs_show_more_than_one() -> None:
    def bottle(pack: str) -> bytes:
        row = Product("x", "Sports bottle", category="Sports > Hydration & Bags > Sports Bottles & Bags",
                      attributes=(("color", "black"), ("pack", pack)))  # fmt: skip
        return draw_picture(row, size=100)

    assert bottle("single") != bottle("pack of 2")
    assert bottle("pack of 12") == bottle("pack of 20")


@given(title=st.text(max_size=40), category=st.text(max_size=60), value=st.text(max_size=20))
@settings(max_examples=40, deadline=None)
def test_an_unknown_product_gets_a_card_and_never_fails(title: str, category: str, value: str) -> None:
    data = draw_picture(Product("1", title, category=category, attributes=(("color", value), ("pack", value))), size=48)
    assert decoded(data).size == (48, 48)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_shops_picture_is_made_small(form: str) -> None:
    data = encoded(Image.new("RGB", (640, 320), (200, 30, 30)), form)
    image = decoded(thumbnail(data, size=160))
    assert (image.format, image.size) == ("WEBP", (160, 80))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "I;16", "1"])
def test_every_mode_is_understood(mode: str) -> None:
    data = encoded(Image.new(mode, (40, 40)), "TIFF" if mode in {"CMYK", "I;16"} else "PNG")
    assert decoded(thumbnail(data, size=20)).mode == "RGB"


def test_see_through_parts_become_white() -> None:
    data = encoded(Image.new("RGBA", (32, 32), (0, 0, 0, 0)))
    assert decoded(thumbnail(data)).getpixel((16, 16)) == (255, 255, 255)


def test_a_picture_is_turned_upright() -> None:
    image = Image.new("RGB", (80, 40), (10, 120, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert decoded(thumbnail(encoded(image, "JPEG", exif=exif), size=320)).size == (40, 80)


def wide_png(width: int, height: int) -> bytes:
    """A PNG that claims a size in its header and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(30_000, 200), (10_000, 10_000), (100_000, 100_000)])
def test_a_picture_too_large_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(PictureInvalid, match=rf"{width:,} x {height:,} pixels|is broken"):
        thumbnail(wide_png(width, height))


def test_a_picture_30_000_pixels_wide_gets_a_clear_sentence() -> None:
    with pytest.raises(PictureInvalid, match="30,000 x 2,000 pixels; at most 40 megapixels"):
        thumbnail(wide_png(30_000, 2_000))


@pytest.mark.parametrize("data", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureInvalid, match="not a picture"):
        thumbnail(data)


def test_a_truncated_picture_is_refused() -> None:
    data = encoded(Image.effect_noise((200, 200), 50).convert("RGB"), "JPEG")
    with pytest.raises(PictureInvalid, match="broken"):
        thumbnail(data[: len(data) // 2])


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureInvalid, match="at most 20 MB"):
        thumbnail(b"\xff" * (20 * 1024 * 1024 + 1))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\x00", b"BM"]),
)
@settings(max_examples=150, deadline=None)
def test_rubbish_raises_nothing_else(tail: bytes, head: bytes) -> None:
    try:
        thumbnail(head + tail)
    except PictureInvalid as error:
        assert str(error).endswith((".", ")."))
