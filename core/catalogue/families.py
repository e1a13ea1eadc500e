"""Folds the variants of one product into a family, so that a shelf shows one card of it.

Where the shop names a group, that is the family. Elsewhere two products are variants when they agree in brand, category
and in every word of the title that is not a colour, a size or a pack: "Trail Mug, blue, 12 oz" and "Trail Mug, red,
16 oz". Numbers stay unless a unit or the word "size" says what they count, since "Case for Phone 11" and "Case for
Phone 12" are two models.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence

from core.text import STOP_WORDS, fold, stem, tokens, words

# Words that tell one product from another, beside those of its category and audience; with fewer, two titles agree by
# chance ("Peter England Men Jeans"). A brand that stands in the title of a product without a brand counts as up to two.
MIN_SPECIFIC = 2
MIN_SPECIFIC_UNBRANDED = 3
# More products than this under one title are a shop's way to name a range, not variants of one product.
MAX_SIZE = 60
MAX_SIZE_UNBRANDED = 12

COLORS = frozenset(
    "black white red blue green yellow orange purple pink brown grey gray beige ivory cream navy "
    "teal turquoise aqua cyan "
    "magenta maroon burgundy gold golden silver bronze copper khaki olive lime mint lavender lilac "
    "violet indigo peach coral "
    "salmon tan taupe charcoal mustard rust rose fuchsia plum mauve champagne multicolor multicolour multi nude camel "
    "chocolate coffee espresso sand stone slate steel clear transparent rainbow metallic neon pastel "
    "light dark bright "
    "royal sky baby forest hot deep pale matte glossy".split()
)
_SIZES = frozenset(
    "xs xxs s m l xl xxl xxxl 2xl 3xl 4xl 5xl small medium large regular petite plus extra x one "
    "standard queen king twin full "
    "size sizes us uk eu narrow wide".split()
)
_UNIT = (
    r"(?:fl\.?\s*)?(?:oz|ounces?|ml|cl|l|liters?|litres?|g|gr|grams?|kg|lbs?|pounds?|mm|cm|m|ft|feet|foot|in|inch|inches|\"|''|"
    r"yards?|yd|pcs?|pieces?|packs?|pk|pairs?|counts?|ct|sets?|rolls?|sheets?|tabs?|tablets?|capsules?|pods?|bags?|gb|tb|"
    r"months?|years?|t|y|yrs?)"
)
_MEASURE = re.compile(
    rf"\b(?:pack|set|case|box|bundle|lot)\s+of\s+\d+\b"
    rf"|\b\d+(?:[.,/]\d+)?(?:\s*[x×-]\s*\d+(?:[.,/]\d+)?)*\s*-?\s*{_UNIT}(?![a-z])"
    rf"|\bsizes?\s*:?\s*\d+(?:[.,]\d+)?(?:\s*-\s*\d+)?"
    rf"|\b\d+(?:[.,]\d+)?\s*x\s*\d+(?:[.,]\d+)?\b"
)
_AUDIENCE = frozenset(
    "men mens men's man women womens women's woman unisex kids kid kid's boy boys boy's girl girls "
    "girl's baby adult adults "
    "ladies coloured colored colour color".split()
)


def variant_key(*, title: str, brand: str, category: str, color: str = "") -> tuple[str, str, tuple[str, ...]] | None:
    """What two variants have in common, None where the title says too little.

    `color` is the product's own colour attribute; its words count as colours in its title.
    """
    own = frozenset(words(color))
    plain = _MEASURE.sub(" ", fold(title))
    left = tuple(sorted(w for w in words(plain) if w not in COLORS and w not in _SIZES and w not in own))
    said = frozenset(tokens(category)) | frozenset(tokens(brand))
    specific = {w for w in left if w not in STOP_WORDS and w not in _AUDIENCE and stem(w) not in said}
    if len(specific) < (MIN_SPECIFIC if brand else MIN_SPECIFIC_UNBRANDED):
        return None
    return fold(brand), category.casefold(), left


def family_key(
    *, group: str | None, title: str, brand: str, category: str, attributes: Mapping[str, str]
) -> tuple[int, int]:
    """What a product shares with its variants as one number, and the largest family that it may have; (0, 0) for none.

    Numbers, since a million of them must fit into memory beside the rest of a build.
    """
    if group:
        return _number(("group", fold(brand), group)), sys.maxsize
    key = variant_key(title=title, brand=brand, category=category, color=attributes.get("color", ""))
    if key is None:
        return 0, 0
    return _number(("title", *key)), MAX_SIZE if brand else MAX_SIZE_UNBRANDED


def families(ids: Sequence[str], keys: Sequence[tuple[int, int]]) -> list[str]:
    """The family of every product in the order given: the smallest id among its variants, else its own id.

    `keys` are `family_key`'s, in the same order.
    """
    found: dict[int, list[int]] = {}
    for i, (number, _) in enumerate(keys):
        if number:
            found.setdefault(number, []).append(i)
    out = list(ids)
    for members in found.values():
        if 1 < len(members) <= keys[members[0]][1]:
            smallest = min(ids[i] for i in members)
            for i in members:
                out[i] = smallest
    return out


def _number(key: tuple[object, ...]) -> int:
    digest = hashlib.blake2b(repr(key).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") | 1
