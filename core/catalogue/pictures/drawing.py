"""Draws a demo product: its type gives the shape, its attributes the colour, the pattern and how many there are."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.catalogue.demo.vocabulary import vocabulary
from core.catalogue.pictures.pen import INK, PAPER, Color, Inks, Pen, lightness, mix
from core.catalogue.pictures.shapes import shape
from core.domain import Product

OVERSAMPLE = 2

_TINTS: Mapping[str, Color] = {
    "Home": (241, 233, 221), "Kitchen": (244, 233, 218), "Outdoor": (224, 234, 222), "Garden": (229, 238, 217),
    "Fashion": (243, 231, 230), "Shoes": (232, 232, 238), "Bags": (238, 231, 223), "Beauty": (247, 229, 229),
    "Toys": (250, 240, 212), "Baby": (236, 240, 243), "Pets": (237, 233, 218), "Sports": (223, 236, 240),
    "Electronics": (227, 232, 240), "Food": (249, 236, 214), "Stationery": (234, 232, 243), "Festive": (225, 233, 228),
}  # fmt: skip
_ACCENTS: tuple[Color, ...] = ((233, 138, 90), (86, 138, 158), (212, 160, 47), (122, 155, 118), (196, 105, 116))
# What a product looks like that has no colour of its own.
_MATERIALS: Mapping[str, Color] = {
    "oak": (201, 161, 114), "walnut": (117, 79, 53), "beech": (222, 190, 148), "pine": (226, 196, 146),
    "wood": (210, 170, 122), "bamboo": (222, 196, 140), "acacia": (168, 112, 68), "teak": (178, 126, 76),
    "olive wood": (190, 146, 92), "birch plywood": (230, 208, 170), "cork": (204, 164, 116), "rattan": (212, 176, 124),
    "seagrass": (204, 184, 128), "jute": (206, 180, 130), "straw": (226, 204, 146), "steel": (146, 154, 164),
    "stainless steel": (188, 193, 200), "carbon steel": (92, 96, 104), "cast iron": (62, 64, 70), "iron": (70, 72, 78),
    "aluminum": (196, 202, 208), "titanium": (158, 162, 168), "copper": (184, 112, 72), "brass": (206, 168, 86),
    "glass": (206, 224, 230), "borosilicate glass": (206, 224, 230), "terracotta": (196, 105, 74),
    "stoneware": (222, 212, 196), "porcelain": (240, 238, 232), "ceramic": (232, 226, 216), "marble": (226, 226, 228),
    "concrete": (176, 178, 180), "leather": (156, 86, 48), "beeswax": (226, 182, 90), "soy wax": (240, 230, 208),
    "paper": (240, 234, 220), "recycled paper": (214, 196, 166), "engineered wood": (214, 186, 148),
    "rubber": (70, 74, 80), "hemp": (190, 176, 136), "felt": (150, 156, 160), "memory foam": (236, 236, 232),
    "down alternative": (240, 240, 238),
}  # fmt: skip
# What has a colour by nature.
_OWN: Mapping[str, Color] = {
    "tree": (47, 96, 68), "heart": (201, 59, 59), "lollipop": (201, 59, 59), "rose": (201, 59, 59),
    "heart_garland": (201, 59, 59), "snowflake": (150, 190, 226), "cat_bed": (150, 156, 160), "flour": (86, 138, 158),
    "witch_hat": (43, 44, 48), "diaper": (127, 176, 205), "egg": (181, 163, 209), "pumpkin": (226, 124, 44),
    "tv": (43, 44, 48), "yarn": (196, 105, 116), "wine_bottle": (60, 84, 62), "thermometer": (71, 75, 82),
}  # fmt: skip
_ALONE = frozenset(
    "pencils marker crayons string_lights socks skewers packing_cubes sticky mattress bedding wine_glass wine_tumbler "
    "pillar_candle bath_bomb cookie egg soda suitcase paper_lantern banner garland net_lights icicle_lights cutlery "
    "cards tape birthday_candles popcorn box_food bag_food kibble sack flour can candy_bag box papers squeeze_pouch "
    "cookie_bag treat_bag wipes earbuds balloon confetti stickers diaper measuring paint tubs spice gift_wrap tags "
    "solar_light candy_cane clips pads coffee_bag chocolate bulbs coupe bricks blocks puzzle boxers coil gift_bag "
    "straws roll heart_garland fish_tank knife_block tongs toothbrush".split()
)
_COUNT = re.compile(r"(?:set|pack) of (\d+)|^(\d+)[ -]")


def draw_picture(product: Product, *, size: int = 320) -> bytes:
    """A square picture of the product in WebP, `size` pixels wide, always the same for the same product.

    A product that is not of the demo gets a neutral card with its category's initials.
    """
    large = size * OVERSAMPLE
    ground = _ground(_department(product), large).copy()
    plan = _plan(product)
    if plan is None:
        _card(ground, product)
    else:
        pen = Pen(large, plan.inks, pattern=plan.pattern)
        plan.drawn(pen)
        _place(ground, pen.finish(), plan.count)
    out = io.BytesIO()
    ground.resize((size, size), Image.Resampling.BOX).save(out, "WEBP", quality=84, method=2)
    return out.getvalue()


def drawing_key(product: Product) -> bytes | None:
    """16 bytes that are equal for products that are drawn alike; None where only a card can be drawn."""
    plan = _plan(product)
    if plan is None:
        return None
    told = (plan.form, plan.pattern, plan.inks.main, plan.inks.accent, min(plan.count, 4), _department(product))
    return hashlib.blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that a drawing is made from, but for its department's ground."""

    form: str
    drawn: Callable[[Pen], None]
    pattern: str
    inks: Inks
    count: int


def _plan(product: Product) -> _Plan | None:
    form, pattern = _form(product.category, product.title)
    drawn = shape(form) if form else None
    if drawn is None:
        return None
    attributes = dict(product.attributes)
    pattern = pattern or attributes.get("pattern", "")
    return _Plan(form, drawn, pattern, _inks(product, form), 1 if form in _ALONE else _count(attributes))


def _department(product: Product) -> str:
    return product.category.split(" > ")[0]


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """By category: the type's shape, and the kinds (folded names, longest first) that have one of their own."""
    return {
        t.category: (
            t.shape,
            tuple(
                sorted(((k.name.casefold(), k.shape) for k in t.kinds if k.shape is not None), key=lambda k: -len(k[0]))
            ),
        )
        for t in vocabulary().types
    }


def _form(category: str, title: str) -> tuple[str, str]:
    """Shape and forced pattern of a product; ("", "") where the demo has no such type."""
    found = _forms().get(category)
    if found is None:
        return "", ""
    folded = title.casefold()
    form = next((own for name, own in found[1] if name in folded), found[0])
    return form, "face" if form == "pumpkin" and "lantern" in folded else ""


def _inks(product: Product, form: str) -> Inks:
    colors = vocabulary().colors
    attributes = dict(product.attributes)
    seed = hashlib.blake2b(f"{product.category}{product.group_id}".encode(), digest_size=2).digest()
    main = colors.get(attributes.get("color", "")) or _MATERIALS.get(attributes.get("material", ""))
    if attributes.get("color") in {"rainbow", "multicolor"}:
        main = _ACCENTS[0] if attributes["color"] == "rainbow" else colors["multicolor"]
    if main is None:
        main = _OWN.get(form)
    if main is None:
        main = _ACCENTS[seed[0] % len(_ACCENTS)]
    accent = _ACCENTS[seed[1] % len(_ACCENTS)]
    if sum(abs(a - b) for a, b in zip(main, accent, strict=True)) < 90:
        accent = mix(PAPER, main, 0.15) if lightness(main) < 0.7 else INK
    return Inks(main, accent)


def _count(attributes: Mapping[str, str]) -> int:
    for key in ("pack", "set"):
        match = _COUNT.search(attributes.get(key, ""))
        if match is not None:
            return max(1, int(match.group(1) or match.group(2)))
    return 1


@lru_cache(maxsize=32)
def _ground(department: str, size: int) -> Image.Image:
    """The backdrop: the department's tint, lighter in a disc behind the product, and a soft shadow to stand on."""
    tint = _TINTS.get(department, (234, 233, 230))
    ground = Image.new("RGB", (size, size), tint)
    draw = ImageDraw.Draw(ground)
    s = size / 100
    draw.ellipse((9 * s, 9 * s, 91 * s, 91 * s), fill=mix(tint, (255, 255, 255), 0.42))
    shadow = Image.new("L", (size, size), 0)
    ImageDraw.Draw(shadow).ellipse((22 * s, 80 * s, 78 * s, 88 * s), fill=110)
    shadow = shadow.filter(ImageFilter.GaussianBlur(2.4 * s))
    ground.paste(Image.new("RGB", (size, size), mix(tint, (40, 36, 60), 0.35)), mask=shadow)
    return ground


# Where the copies of a pack stand: how large, and each one's corner, in hundredths.
_PLACES: Mapping[int, tuple[float, tuple[tuple[float, float], ...]]] = {
    1: (0.74, ((13, 11),)),
    2: (0.56, ((4, 21), (40, 26))),
    3: (0.50, ((25, 6), (3, 37), (47, 37))),
    4: (0.45, ((8, 8), (48, 8), (4, 43), (52, 43))),
}


def _place(ground: Image.Image, item: Image.Image, count: int) -> None:
    """Pastes `count` copies (four at most), each with a hard shadow that keeps a white product off a pale ground."""
    scale, corners = _PLACES[min(count, 4)]
    size = ground.width
    small = item.resize((round(size * scale),) * 2, Image.Resampling.BILINEAR)
    edge = mix(ground.getpixel((1, 1)), (62, 58, 84), 0.3)  # type: ignore[arg-type]
    mask, step = small.getchannel("A"), max(1, size // 260)
    for x, y in corners:
        left, top = round(size * x / 100), round(size * y / 100)
        for right, down in ((-step, 0), (step, step), (0, 2 * step)):
            ground.paste(edge, (left + right, top + down, left + right + small.width, top + down + small.height), mask)
        ground.paste(small, (left, top), small)


def _card(ground: Image.Image, product: Product) -> None:
    """A neutral box with the initials of the category, for a product whose look is not known."""
    leaf = product.category.rsplit(">", 1)[-1].strip() or product.title
    words = re.findall(r"\w+", leaf)
    initials = "".join(w[0] for w in words[:2]).upper() or "?"
    seed = hashlib.blake2b(leaf.encode("utf-8", "surrogatepass"), digest_size=1).digest()[0]
    tone = mix(_ACCENTS[seed % len(_ACCENTS)], PAPER, 0.3)
    pen = Pen(ground.width, Inks(tone, mix(tone, INK, 0.2)))
    pen.box(18, 18, 82, 84, tone, r=7)
    pen.box(18, 18, 82, 34, pen.d, r=7)
    pen.box(18, 28, 82, 34, pen.d)
    pen.box(44, 18, 56, 40, pen.l)
    _place(ground, pen.image, 1)
    draw = ImageDraw.Draw(ground)
    # Pillow's own font has Latin letters only; a missing glyph is drawn as a box, never an error.
    font = ImageFont.load_default(size=ground.width * 0.17)
    draw.text((ground.width * 0.5, ground.width * 0.56), initials, fill=PAPER, font=font, anchor="mm")
