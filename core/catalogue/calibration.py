"""How an encoder's cosines are to be read: thresholds and baselines, measured once a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EncoderProfile:
    """What a cosine of this encoder means.

    A term matches a product from `tau` on, a negative term excludes it from `tau_negative` on. `random` is the mean
    cosine of an unrelated pair, `gold` that of a very good one.
    """

    tau: float
    tau_negative: float
    random: float
    gold: float

    def rescale(self, cosine: float) -> float:
        """The cosine on a scale where an unrelated pair is 0 and a very good one 1, clipped to [0, 1]."""
        return min(1.0, max(0.0, (cosine - self.random) / (self.gold - self.random)))


# Measured with terms of one to three words on real products (docs/experiments.md): at 0.50 four in five right products
# are found and about every second find is right; from 0.60 on a product is far more often right than wrong.
MINILM_PROFILE = EncoderProfile(tau=0.50, tau_negative=0.60, random=0.15, gold=0.65)

# Where the two thresholds lie between `random` and `gold`: as with the default model, whose values were measured.
_TAU = (0.50 - 0.15) / (0.65 - 0.15)
_TAU_NEGATIVE = (0.60 - 0.15) / (0.65 - 0.15)
# The share of matching pairs at or below `gold`, and of unrelated pairs below `tau`.
_GOLD_QUANTILE = 0.5
_UNRELATED_QUANTILE = 0.995

# A term and a product that it should find, one of each kind of shop. Every other combination counts as unrelated.
PROBES: tuple[tuple[str, str], ...] = (
    ("camping tent", "Trailhead 4-Person Dome Tent with Rainfly. Outdoor Camping Tents"),
    ("running shoes", "Men's Lightweight Road Running Shoe. Shoes Sports Running"),
    ("coffee maker", "12-Cup Programmable Drip Coffee Machine. Kitchen Small Appliances"),
    ("dog bed", "Orthopedic Foam Bed for Large Dogs, Washable Cover. Pet Supplies"),
    ("christmas lights", "LED String Lights for Christmas Tree, Warm White. Festive Decoration"),
    ("office chair", "Ergonomic Mesh Desk Chair with Lumbar Support. Office Furniture"),
    ("yoga mat", "Non-slip Exercise Mat for Yoga and Pilates. Sports Fitness"),
    ("red lipstick", "Matte Lipstick in Ruby Red, Long Lasting. Beauty Make-up Lips"),
    ("baby bottle", "Anti-colic Feeding Bottle for Newborns, Set of 3. Baby Feeding"),
    ("wireless headphones", "Bluetooth Over-ear Headphones with Microphone. Electronics Audio"),
    ("garden hose", "Expandable Water Hose with Spray Nozzle, 15 m. Garden Watering"),
    ("leather wallet", "Slim Bifold Wallet in Genuine Leather. Accessories Wallets"),
    ("green tea", "Organic Sencha Green Tea, 50 Bags. Grocery Drinks Tea"),
    ("building blocks", "Wooden Stacking Blocks for Toddlers, 60 Pieces. Toys Construction"),
    ("fountain pen", "Fine Nib Fountain Pen with Ink Converter. Stationery Pens"),
    ("winter jacket", "Women's Hooded Down Parka. Clothing Coats Jackets Winter"),
    ("frying pan", "Non-stick Skillet 28 cm, Aluminium. Kitchen Cookware Pans"),
    ("laptop sleeve", "Padded Notebook Computer Case, 14 inch. Electronics Accessories"),
    ("shampoo", "Moisturising Hair Wash with Argan Oil, 400 ml. Beauty Hair Care"),
    ("bicycle helmet", "Adult Cycling Helmet, Adjustable. Sports Bikes Protective Gear"),
    ("throw pillow", "Decorative Velvet Cushion Cover 45 x 45. Home Textiles Cushions"),
    ("hiking boots", "Waterproof Mid Trekking Boot. Shoes Outdoor Walking"),
    ("wine glasses", "Crystal Red Wine Goblets, Set of 6. Kitchen Glassware"),
    ("board game", "Family Strategy Game for 2 to 5 Players. Toys Games"),
)


def calibrate(encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> EncoderProfile:
    """Measure a profile on `PROBES`.

    `random` is the mean cosine of terms with the products of other probes, `gold` the median of terms with their own.
    The thresholds lie between the two where the default model's tuned ones lie, and `tau` at least where 99.5 % of the
    unrelated pairs stay below.
    """
    terms = encode([term for term, _ in PROBES])
    products = encode([product for _, product in PROBES])
    cosines = terms @ products.T
    own = np.eye(len(PROBES), dtype=bool)
    random = float(cosines[~own].mean())
    gold = max(float(np.quantile(cosines[own], _GOLD_QUANTILE)), random + 0.05)
    floor = float(np.quantile(cosines[~own], _UNRELATED_QUANTILE))
    tau = min(max(random + _TAU * (gold - random), floor), 0.99)
    return EncoderProfile(
        tau=tau,
        tau_negative=max(random + _TAU_NEGATIVE * (gold - random), tau),
        random=random,
        gold=gold,
    )
