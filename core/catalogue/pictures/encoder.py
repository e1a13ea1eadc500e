"""Pictures to vectors by an image encoder: any CLIP or SigLIP of sentence-transformers that a setting names."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.catalogue.embedding import PictureModel
from core.catalogue.pictures.thumbnails import opened
from core.errors import EncoderError

Vectors = npt.NDArray[np.float32]

READ_SIDE = 384
"""Pixels of a picture's longer side that an encoder gets; they shrink it to their own size, 224 to 384 as a rule."""

_TRIED_AGAIN_AFTER = 60.0  # seconds: a hub that does not answer takes a minute to fail


class ImageEncoder(Protocol):
    """Anything that turns pictures into vectors.

    `name` is what it is called; `identity` changes whenever its vectors do, so that older ones are not taken for its.
    """

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        """Vectors of shape (len(pictures), dimension), float32, length 1, in the order given, of encoded pictures.

        Raises `PictureInvalid` for one that cannot be read, and `EncoderError`.
        """
        ...


class ClipEncoder:
    """A model of sentence-transformers that reads pictures, by name or folder; see-through parts are white to it."""

    def __init__(self, source: str, *, threads: int = 0) -> None:
        self._model = PictureModel(source, threads=threads)
        self.name = source
        self.dimension = int(self._model.encode([Image.new("RGB", (64, 64), (250, 250, 250))]).shape[1])
        self.identity = _identity(source)

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        """See `ImageEncoder.encode`."""
        images = [_read(data) for data in pictures]
        return self._model.encode(images) if images else np.empty((0, self.dimension), np.float32)


class ImageEncoders:
    """The image encoder that is set, loaded once however many threads ask, and again where the setting changes.

    A failure is remembered for a minute, so that nobody waits for the same one again and again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._name: str | None = None
        self._found: ImageEncoder | EncoderError | None = None
        self._at = 0.0

    def get(self, name: str | None, *, threads: int = 0) -> ImageEncoder | None:
        """The encoder of that name, None for none; raises `EncoderError`."""
        if name is None:
            return None
        with self._lock:
            failed = isinstance(self._found, EncoderError)
            if self._name != name or (failed and time.monotonic() - self._at > _TRIED_AGAIN_AFTER):
                self._name, self._found = name, None
            if self._found is None:
                try:
                    self._found = ClipEncoder(name, threads=threads)
                except EncoderError as error:
                    self._found, self._at = error, time.monotonic()
            if isinstance(self._found, EncoderError):
                raise EncoderError(str(self._found))
            return self._found


def _read(data: bytes) -> Image.Image:
    image = opened(data, size=READ_SIDE)
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return white


def _identity(source: str) -> str:
    """The name, and for a folder also when its files were written: a model trained anew is another one."""
    folder = Path(source)
    if not folder.is_dir():
        return source
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = "\n".join(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files)
    return f"{folder.resolve().name}:{hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}"
