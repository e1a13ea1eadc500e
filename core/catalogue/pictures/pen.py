"""A pen for flat illustrations: shapes in a square of 100 x 100, drawn large and later scaled down for smooth edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw

Color = tuple[int, int, int]
Point = tuple[float, float]
Points = str | Sequence[Point]
"""Points as pairs, or as text like the path of a vector drawing: "10 20, 30 40"."""

INK: Color = (61, 63, 71)
PAPER: Color = (250, 247, 240)
WOOD: Color = (201, 161, 114)
METAL: Color = (188, 193, 200)
LEAF: Color = (88, 140, 92)
GLOW: Color = (249, 222, 150)


def mix(one: Color, other: Color, share: float) -> Color:
    """`one` with `share` of `other` in it."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def lightness(color: Color) -> float:
    """Perceived lightness in [0, 1] (Rec. 601)."""
    return (0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]) / 255


@lru_cache(maxsize=4096)
def parse(points: str) -> tuple[Point, ...]:
    """The pairs of "10 20, 30 40"."""
    pairs = (pair.split() for pair in points.split(","))
    return tuple((float(x), float(y)) for x, y in pairs)


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of one picture: the product's own in three tones, and an accent that goes with it."""

    main: Color
    accent: Color

    @property
    def dark(self) -> Color:
        """The side away from the light; of near-black a lighter tone, so that edges still show."""
        if lightness(self.main) < 0.22:
            return mix(self.main, (255, 255, 255), 0.16)
        return mix(self.main, (40, 36, 60), 0.24)

    @property
    def light(self) -> Color:
        """The side towards the light."""
        return mix(self.main, (255, 255, 255), 0.34)


class Pen:
    """Draws in units of a hundredth of the picture, on a transparent ground; y grows downwards."""

    def __init__(self, size: int, inks: Inks, *, pattern: str = "") -> None:
        self.image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)
        self._scale = size / 100
        self._mask = Image.new("L", (size, size), 0) if pattern else None
        self.inks = inks
        self.pattern = pattern

    @property
    def c(self) -> Color:
        """The product's colour."""
        return self.inks.main

    @property
    def d(self) -> Color:
        """Its dark tone."""
        return self.inks.dark

    @property
    def l(self) -> Color:  # noqa: E743 - one letter beside c and d, read a thousand times below
        """Its light tone."""
        return self.inks.light

    @property
    def a(self) -> Color:
        """The accent."""
        return self.inks.accent

    def _at(self, points: Points) -> list[Point]:
        pairs = parse(points) if isinstance(points, str) else points
        return [(x * self._scale, y * self._scale) for x, y in pairs]

    def poly(self, points: Points, fill: Color) -> None:
        """A filled polygon."""
        self._draw.polygon(self._at(points), fill=fill)
        self._mark(self._at(points), fill)

    def blob(self, points: Points, fill: Color) -> None:
        """A filled closed curve through `points` (Catmull-Rom, six steps a side)."""
        pairs = parse(points) if isinstance(points, str) else points
        count = len(pairs)
        curve: list[Point] = []
        for i in range(count):
            a, b, c, d = (pairs[(i + k - 1) % count] for k in range(4))
            for step in range(6):
                t = step / 6
                curve.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
        self.poly(curve, fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Color, *, r: float = 0) -> None:
        """A rectangle with corners rounded by `r`."""
        s = self._scale
        shape = (x0 * s, y0 * s, x1 * s, y1 * s)
        self._draw.rounded_rectangle(shape, radius=r * s, fill=fill)
        if self._mask is not None and fill == self.c:
            ImageDraw.Draw(self._mask).rounded_rectangle(shape, radius=r * s, fill=255)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Color) -> None:
        """An ellipse around (x, y)."""
        s = self._scale
        shape = ((x - rx) * s, (y - ry) * s, (x + rx) * s, (y + ry) * s)
        self._draw.ellipse(shape, fill=fill)
        if self._mask is not None and fill == self.c:
            ImageDraw.Draw(self._mask).ellipse(shape, fill=255)

    def dot(self, x: float, y: float, r: float, fill: Color) -> None:
        """A full circle."""
        self.oval(x, y, r, r, fill)

    def line(self, points: Points, fill: Color, width: float = 2) -> None:
        """A line with round joints and ends."""
        at = self._at(points)
        wide = max(1, round(width * self._scale))
        self._draw.line(at, fill=fill, width=wide, joint="curve")
        half = wide / 2
        for x, y in (at[0], at[-1]):
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def arc(
        self, x: float, y: float, rx: float, ry: float, span: tuple[float, float], fill: Color, width: float = 2
    ) -> None:
        """Part of an ellipse's rim; `span` in degrees, 0 to the right, clockwise."""
        count = max(6, int(abs(span[1] - span[0]) / 9))
        angles = [math.radians(span[0] + (span[1] - span[0]) * i / count) for i in range(count + 1)]
        self.line([(x + rx * math.cos(t), y + ry * math.sin(t)) for t in angles], fill, width)

    def pie(self, x: float, y: float, r: float, span: tuple[float, float], fill: Color) -> None:
        """A slice of a circle; `span` in degrees as in `arc`."""
        s = self._scale
        self._draw.pieslice(((x - r) * s, (y - r) * s, (x + r) * s, (y + r) * s), span[0], span[1], fill=fill)

    def star(self, x: float, y: float, r: float, fill: Color, *, rays: int = 5, inner: float = 0.42) -> None:
        """A star with `rays` points."""
        points = []
        for i in range(2 * rays):
            radius = r if i % 2 == 0 else r * inner
            angle = math.pi * i / rays - math.pi / 2
            points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
        self.poly(points, fill)

    def heart(self, x: float, y: float, r: float, fill: Color) -> None:
        """A heart about 2 r wide."""
        points = []
        for i in range(48):
            t = 2 * math.pi * i / 48
            wide = 16 * math.sin(t) ** 3
            high = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
            points.append((x + r * wide / 16, y - r * high / 16))
        self.poly(points, fill)

    def _mark(self, at: Sequence[Point], fill: Color) -> None:
        if self._mask is not None and fill == self.c:
            ImageDraw.Draw(self._mask).polygon(list(at), fill=255)

    def finish(self) -> Image.Image:
        """The picture with its pattern laid over everything that has the product's own colour."""
        if self._mask is None:
            return self.image
        over = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        draw, size = ImageDraw.Draw(over), self.image.size[0]
        tone = (*(mix(self.c, (255, 255, 255), 0.62) if lightness(self.c) < 0.72 else mix(self.c, self.a, 0.45)), 255)
        step = size / 16
        for i in range(17):
            at = i * step
            if self.pattern in {"striped", "checked"}:
                draw.rectangle((0, at, size, at + step * 0.36), fill=tone)
            if self.pattern == "checked":
                draw.rectangle((at, 0, at + step * 0.36, size), fill=tone)
            if self.pattern not in {"striped", "checked"}:
                for j in range(17):
                    x, y, r = at + (j % 2) * step / 2, j * step, step * 0.2
                    draw.ellipse((x - r, y - r, x + r, y + r), fill=tone)
        # Only what still shows the own colour takes the pattern: buttons and shadows drawn later stay plain.
        plain = Image.new("RGB", self.image.size, self.c)
        same = ImageChops.difference(self.image.convert("RGB"), plain).convert("L").point(lambda v: 255 if v < 2 else 0)
        self.image.paste(over, (0, 0), ImageChops.multiply(ImageChops.multiply(self._mask, same), over.getchannel("A")))
        return self.image


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
