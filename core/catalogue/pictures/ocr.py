"""Reads the text that stands in a picture, such as a maker's name on a package, by the models that rapidocr carries.

The largest lines come first, since a package's name is larger than its small print, and what is not read when the time
is over is left out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.catalogue.pictures.thumbnails import opened
from core.errors import EncoderError

READ_SIDE = 960
"""Pixels of the longer side that are decoded at most."""

MAX_LINES = 24
MAX_LENGTH = 80
SECONDS = 4.0
"""How long is read at most, from the first line on; finding the lines takes half a second before."""

_SHORT, _LONG = 736, 1_280  # small pictures are enlarged to the first, as far as the second allows
_NARROW = 16  # pixels below which nothing can be read
_SURE = 0.6
_AT_ONCE = 6
_THREADS = 1  # more would spin and take the cores from the screens

_reading = threading.Lock()

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is written, at most 80 characters; `sure` in [0, 1], `height` as a share of the picture's."""

    text: str
    sure: float
    height: float


def read_text(data: bytes, *, seconds: float = SECONDS) -> tuple[Line, ...]:
    """The largest lines of text in a picture, from top to bottom; none where there is none or the reader is busy.

    Raises `PictureInvalid` as `opened` does, and `EncoderError` where the models cannot be loaded.
    """
    image = opened(data, size=READ_SIDE)
    if min(image.size) < _NARROW:
        return ()
    pixels = _pixels(image)
    # One picture after the other, so that many at once do not take every core.
    if not _reading.acquire(timeout=seconds):
        return ()
    try:
        reader = _reader()
        ends = time.monotonic() + seconds
        boxes = _boxes(reader, pixels)
        found = []
        for start in range(0, len(boxes), _AT_ONCE):
            if start and time.monotonic() > ends:
                break
            found += _read(reader, pixels, boxes[start : start + _AT_ONCE])
    finally:
        _reading.release()
    return tuple(line for _, line in sorted(found, key=lambda one: one[0]))


@cache
def _reader() -> Any:
    try:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                # By itself it enlarges a sliver to the height that it likes, however wide that becomes.
                "Det.limit_type": "max",
                "Det.limit_side_len": _LONG,
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            }
        )
    except Exception as exc:  # the package raises bare types of its own, and those of its five dependencies
        raise EncoderError(f"The reader of text in pictures cannot be loaded: {str(exc)[:300]}.") from exc


def _pixels(image: Image.Image) -> Pixels:
    """Blue, green, red, as the models were trained; see-through parts are white."""
    if image.mode == "RGBA":
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        image = white
    scale = min(_SHORT / min(image.size), _LONG / max(image.size))
    if scale > 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(image)[..., ::-1])


def _boxes(reader: Any, pixels: Pixels) -> list[npt.NDArray[np.float32]]:
    """Four corners each of the largest lines, largest first."""
    boxes = getattr(reader(pixels, use_det=True, use_rec=False), "boxes", None)
    return [] if boxes is None else sorted(boxes, key=_height, reverse=True)[:MAX_LINES]


def _height(box: npt.NDArray[np.float32]) -> float:
    return float(np.linalg.norm(box[0] - box[3]))


def _read(
    reader: Any, pixels: Pixels, boxes: Sequence[npt.NDArray[np.float32]]
) -> list[tuple[tuple[float, float], Line]]:
    """Each line that can be told, with its place from the top and the left."""
    told = reader.recognize_txt(reader.crop_text_regions(pixels, boxes))
    found = []
    for box, text, sure in zip(boxes, told.txts, told.scores, strict=True):
        line = " ".join(text.split())[:MAX_LENGTH]
        if line and sure >= _SURE:
            place = (float(box[:, 1].min()), float(box[:, 0].min()))
            found.append((place, Line(line, round(float(sure), 4), round(_height(box) / len(pixels), 4))))
    return found
