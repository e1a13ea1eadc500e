"""What a picture looks like in 487 small numbers: its colours, its outline, its edges and its texture.

A picture is brought to 80 pixels, and what stands on a plain ground is cut out of it: the ground is the median colour
of a thin frame, and everything of about that colour that hangs together with the frame belongs to it (a white shirt on
white keeps its inside). Where the frame has no colour of its own, as in a photo taken in a shop, the whole picture
counts, its middle most. Each part is then a vector that is compared by its cosine alone:

colour   soft histogram in CIE Lab, 4 x 7 x 7 bins that are finer near grey, square root taken, so that the cosine is
         the Bhattacharyya coefficient (Swain & Ballard 1991 for histograms, Kailath 1967 for the coefficient)
outline  the cut-out's silhouette in 8 x 8 fields, with its proportions kept; empty where nothing was cut out
edges    histograms of oriented gradients of the cut-out, 6 directions in 4 x 4 cells, blocks of 2 x 2 (Dalal & Triggs
         2005), by skimage.feature.hog
texture  uniform local binary patterns of 32 greys, 8 neighbours at radius 1 (Ojala et al. 2002), by skimage.feature

The weights of the parts were tuned on half of real pictures and measured on the other half (docs/experiments.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from core.catalogue.pictures.thumbnails import opened
from core.errors import PictureInvalid

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Descriptor = npt.NDArray[np.uint8]

LAYOUT = 1
"""Raised whenever the same picture would get other numbers; descriptors of another layout are made anew."""

SIDE = 80
_OPENED = 2 * SIDE  # what is larger is brought to it while it is decoded
_BINS = (4, 7, 7)
_REACH = 60.0  # of a and b; what is more colourful falls into the last bin
_HOG_SIDE, _CELL, _DIRECTIONS = 64, 16, 6
_OUTLINE = 8

_SIZES: Mapping[str, int] = {
    "colour": _BINS[0] * _BINS[1] * _BINS[2],
    "outline": _OUTLINE**2,
    "edges": 9 * 4 * _DIRECTIONS,
    "texture": 10,
}


def _slices() -> dict[str, slice]:
    found, start = {}, 0
    for name, size in _SIZES.items():
        found[name] = slice(start, start + size)
        start += size
    return found


PARTS: Mapping[str, slice] = _slices()
SIZE = sum(_SIZES.values()) + 1
"""Numbers of a descriptor; the last one says whether something was cut out of a plain ground."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """What stands on the ground: `lab` and `mask` of its box, padded to a square; `whole` where nothing was cut out.

    `pixels` are the colours that count, with `weights`.
    """

    lab: Floats
    mask: Floats
    pixels: Floats
    weights: Floats
    whole: bool


def describe(data: bytes) -> Descriptor:
    """The descriptor of an encoded picture; raises `PictureInvalid` as `thumbnail` does."""
    return describe_image(opened(data, size=_OPENED))


def describe_image(image: Image.Image) -> Descriptor:
    """The descriptor of a decoded picture of any size, RGB or RGBA; see-through parts are ground."""
    from skimage.color import rgb2lab

    lab, alpha = _small(image, rgb2lab)
    cut = _cut(lab, _shown(lab, alpha))
    parts = {
        "colour": _colour(cut.pixels, cut.weights),
        "outline": np.zeros(_SIZES["outline"], np.float32) if cut.whole else _resized(cut.mask, _OUTLINE).ravel(),
        "edges": _edges(cut),
        "texture": _texture(lab, cut),
    }
    out = np.zeros(SIZE, np.uint8)
    for name, place in PARTS.items():
        values = parts[name]
        # Only directions are compared, so each part may fill its bytes.
        out[place] = np.rint(values * (255 / max(float(values.max()), 1e-9)))
    out[-1] = 0 if cut.whole else 1
    return out


def _small(image: Image.Image, rgb2lab: Any) -> tuple[Floats, npt.NDArray[np.uint8] | None]:
    scale = SIDE / max(image.size)
    size = (max(2, round(image.width * scale)), max(2, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.BILINEAR if scale > 1 else Image.Resampling.BOX)
    alpha = np.asarray(small.getchannel("A")) if small.mode == "RGBA" else None
    return rgb2lab(np.asarray(small.convert("RGB"))).astype(np.float32), alpha


def _shown(lab: Floats, alpha: npt.NDArray[np.uint8] | None) -> Mask | None:
    """What stands on the ground, None where there is no ground to tell it from."""
    found = alpha > 127 if alpha is not None and (alpha < 128).mean() > 0.02 else _off_ground(lab)
    if found is None or found.sum() < 0.01 * found.size:
        return None
    return _largest(found)


def _off_ground(lab: Floats) -> Mask | None:
    frame = np.ones(lab.shape[:2], np.bool_)
    frame[2:-2, 2:-2] = False
    # Lightness counts less: shadows and soft gradients belong to the ground.
    scaled = lab * np.array([0.6, 1, 1], np.float32)
    ground = np.median(scaled[frame], axis=0)
    away = np.sqrt(((scaled - ground) ** 2).sum(axis=2))
    if (away[frame] < 12).mean() < 0.55:
        return None
    near = away < min(max(6.0, 3 * float(np.median(away[frame])) + 4), 14.0)
    regions = _regions(near)
    edge = np.concatenate([regions[0], regions[-1], regions[:, 0], regions[:, -1]])
    return _grown(_shrunk(~np.isin(regions, np.unique(edge[edge > 0]))))


def _largest(found: Mask) -> Mask:
    """Without the specks: regions of less than a twentieth of the largest."""
    regions = _regions(found)
    sizes = np.bincount(regions.ravel())
    sizes[0] = 0
    kept: Mask = (sizes >= 0.05 * sizes.max())[regions] & found
    return kept


def _regions(mask: Mask) -> npt.NDArray[np.int64]:
    from skimage import measure

    library: Any = measure
    numbered: npt.NDArray[np.int64] = library.label(mask, connectivity=1)
    return numbered


def _shrunk(mask: Mask) -> Mask:
    padded = np.pad(mask, 1, mode="edge")
    return padded[1:-1, 1:-1] & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]


def _grown(mask: Mask) -> Mask:
    return ~_shrunk(~mask)


def _cut(lab: Floats, shown: Mask | None) -> _Cut:
    height, width = lab.shape[:2]
    if shown is None:
        y, x = ((np.arange(n, dtype=np.float32) + 0.5) / n - 0.5 for n in (height, width))
        middle = np.exp(-(y[:, None] ** 2 + x[None] ** 2) / 0.08)
        # In a shop the shelves are grey; what is colourful is more likely the product.
        weights = middle * (0.3 + np.minimum(np.hypot(lab[..., 1], lab[..., 2]) / 40, 1))
        mask = np.ones((height, width), np.float32)
        pixels = lab.reshape(-1, 3)
        return _Cut(_square(lab, lab.mean(axis=(0, 1))), _square(mask, np.zeros(())), pixels, weights.ravel(), True)
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ground = np.median(lab[~shown], axis=0) if not shown.all() else lab.mean(axis=(0, 1))
    inner = _shrunk(shown)
    inside = inner if inner.sum() > 20 else shown
    pixels = lab[inside]
    ones = np.ones(len(pixels), np.float32)
    return _Cut(_square(lab[box], ground), _square(shown[box].astype(np.float32), np.zeros(())), pixels, ones, False)


def _square(array: Floats, fill: npt.NDArray[Any]) -> Floats:
    height, width = array.shape[:2]
    side = round(max(height, width) * 1.08)
    out = np.empty((side, side, *array.shape[2:]), np.float32)
    out[:] = fill
    top, left = (side - height) // 2, (side - width) // 2
    out[top : top + height, left : left + width] = array
    return out


def _resized(array: Floats, side: int) -> Floats:
    how = Image.Resampling.BILINEAR if len(array) < side else Image.Resampling.BOX
    return np.asarray(Image.fromarray(array).resize((side, side), how))


def _colour(pixels: Floats, weights: Floats) -> Floats:
    """Each pixel shared between its eight neighbouring bins."""
    values = pixels.copy()
    chroma = values[:, 1:]
    values[:, 1:] = np.sign(chroma) * np.abs(chroma) ** 0.7 * _REACH**0.3
    low, span = np.array([0, -_REACH, -_REACH], np.float32), np.array([100, 2 * _REACH, 2 * _REACH], np.float32)
    last = np.array(_BINS, np.float32) - 1
    at = np.clip((values - low) / span, 0, 1) * last
    first = np.minimum(at.astype(np.int64), np.array(_BINS) - 2)
    part = (at - first).astype(np.float32)
    sums = np.zeros(_SIZES["colour"], np.float64)
    for corner in range(8):
        step = np.array([corner >> 2, corner >> 1 & 1, corner & 1])
        share = np.where(step == 1, part, 1 - part).prod(axis=1) * weights
        bins = np.ravel_multi_index(tuple((first + step).T), _BINS)
        sums += np.bincount(bins, share, minlength=sums.size)
    found: Floats = np.sqrt(sums / max(sums.sum(), 1e-9)).astype(np.float32)
    return found


def _edges(cut: _Cut) -> Floats:
    from skimage.feature import hog

    light = _resized(cut.lab[..., 0], _HOG_SIDE) / 100
    found: Floats = hog(
        light, orientations=_DIRECTIONS, pixels_per_cell=(_CELL, _CELL), cells_per_block=(2, 2), channel_axis=None
    ).astype(np.float32)
    return found


def _texture(lab: Floats, cut: _Cut) -> Floats:
    from skimage import feature

    library: Any = feature
    # In steps of eight of 256 greys, so that the grain of a lossy file is no texture of an even surface.
    grey = (np.clip(_resized(cut.lab[..., 0], SIDE), 0, 100) * (255 / 800)).astype(np.uint8)
    codes = library.local_binary_pattern(grey, 8, 1, "uniform").astype(np.int64)
    inside = _resized(cut.mask, SIDE) > 0.5
    counts = np.bincount(codes[inside] if inside.any() else codes.ravel(), minlength=_SIZES["texture"])
    found: Floats = np.sqrt(counts / max(counts.sum(), 1)).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True)
class Query:
    """A picture as it is looked for: one descriptor or several of it, and how much each part counts.

    What was cut out of a plain ground is looked for in both directions that it may face. A scene has no outline: it is
    looked for by colour and texture alone, once whole and once without its rim.
    """

    descriptors: Floats
    clear: bool


# Found on half of the pictures: article types of fashion (clear), photos of groceries taken in shops (scenes).
_CLEAR: Mapping[str, float] = {"colour": 0.5, "outline": 1.5, "edges": 2.0, "texture": 1.0}
_SCENE: Mapping[str, float] = {"colour": 3.0, "outline": 0.0, "edges": 0.0, "texture": 1.0}
# What two pictures of different things have in common on average; the scale of similarity starts there.
_CHANCE = {True: 0.7, False: 0.5}


def ask(data: bytes) -> Query:
    """Read a picture that others are compared with; raises `PictureInvalid`, also for one that shows nothing."""
    image = opened(data, size=_OPENED)
    if all(low == high for low, high in _extrema(image)):
        raise PictureInvalid("The picture is one even colour and shows nothing. Try one that shows a product.")
    first = describe_image(image)
    clear = bool(first[-1])
    other = ImageOps.mirror(image) if clear else _middle(image)
    return Query(np.stack([first, describe_image(other)]).astype(np.float32), clear)


def _extrema(image: Image.Image) -> list[tuple[int, int]]:
    return [band.getextrema() for band in image.split()]  # type: ignore[misc]


def _middle(image: Image.Image) -> Image.Image:
    width, height = image.size
    left, top = width // 8, height // 8
    return image.crop((left, top, max(width - left, left + 1), max(height - top, top + 1)))


def lengths(descriptors: Descriptor) -> Floats:
    """(n, parts): the length of each part of each descriptor, which `similarities` divides by."""
    found = [np.linalg.norm(descriptors[:, place].astype(np.float32), axis=1) for place in PARTS.values()]
    return np.stack(found, axis=1).astype(np.float32)


def similarities(query: Query, descriptors: Descriptor, of_parts: Floats) -> Floats:
    """(n,) from 0, not more alike than any two pictures, to 1, the same; `of_parts` as `lengths` gives it."""
    weights = _CLEAR if query.clear else _SCENE
    total = sum(weights.values())
    scores = np.zeros((len(query.descriptors), len(descriptors)), np.float32)
    for i, (name, place) in enumerate(PARTS.items()):
        if weights[name]:
            asked = query.descriptors[:, place]
            asked = asked * (weights[name] / total / np.maximum(np.linalg.norm(asked, axis=1, keepdims=True), 1e-9))
            scores += (asked @ descriptors[:, place].T.astype(np.float32)) / np.maximum(of_parts[:, i], 1e-9)
    score = scores.max(axis=0) if query.clear else scores.mean(axis=0)
    chance = _CHANCE[query.clear]
    found: Floats = np.clip((score - chance) / (1 - chance), 0, 1)
    return found
