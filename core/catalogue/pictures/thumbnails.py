"""A shop's own picture made small: bounded before it is decoded, turned upright, encoded anew."""

from __future__ import annotations

import io
import struct
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import PictureInvalid

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 20_000
# Formats that shops use; decoders of anything else stay out of reach of a file that somebody sends.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


def thumbnail(data: bytes, *, size: int = 320, see_through: bool = False) -> bytes:
    """The picture in WebP, at most `size` pixels wide and high, upright by its EXIF mark.

    See-through parts become white unless `see_through`. Raises `PictureInvalid` as `opened` does.
    """
    image = opened(data, size=size)
    if image.mode == "RGBA" and not see_through:
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        image = white
    out = io.BytesIO()
    image.save(out, "WEBP", quality=82, method=3)
    return out.getvalue()


def opened(data: bytes, *, size: int) -> Image.Image:
    """The picture decoded as RGB or RGBA, at most `size` pixels wide and high, upright by its EXIF mark.

    Raises `PictureInvalid` for what is no picture, is broken, or is larger than 20 MB or 40 megapixels.
    """
    if len(data) > MAX_BYTES:
        raise PictureInvalid(
            f"The picture has {len(data) / 1024 / 1024:.0f} MB; at most {MAX_BYTES // 1024 // 1024} MB are read. "
            "Save it smaller and try again."
        )
    with warnings.catch_warnings():
        # The size is checked below, with a sentence of our own; a file's odd tags are no news to the operator.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_size(image.width, image.height)
                image.draft("RGB", (size * 2, size * 2))
                return _small(image, size)
        except UnidentifiedImageError:
            raise PictureInvalid(
                "This is not a picture that can be read; JPEG, PNG, WebP, GIF, BMP and TIFF can."
            ) from None
        except _BROKEN as error:
            raise PictureInvalid(f"The picture is broken and cannot be read ({error}).") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureInvalid(
            f"The picture is {width:,} x {height:,} pixels; at most {MAX_PIXELS // 1_000_000} megapixels "
            f"and {MAX_SIDE:,} pixels a side are decoded. Save it smaller and try again."
        )


def _small(image: Image.Image, size: int) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in {"RGB", "RGBA"}:
        see_through = upright.mode in {"LA", "PA"} or "transparency" in upright.info
        upright = upright.convert("RGBA" if see_through else "RGB")
    upright.thumbnail((size, size), Image.Resampling.LANCZOS)
    return upright
