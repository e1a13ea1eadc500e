"""A small shop with all that the charts compare: families, prices, ratings, seasons, and gaps in each."""

from __future__ import annotations

from pathlib import Path

TYPES = {
    "tent": "Outdoor > Camping > Tents",
    "lantern": "Outdoor > Camping > Lanterns",
    "sleeping bag": "Outdoor > Camping > Sleeping Bags",
    "wine glass": "Kitchen > Glasses",
    "office chair": "Home > Chairs",
    "garden chair": "Garden > Chairs",
    "mug": "",
}
SEASONS = ("Summer", "spring/summer", "Winter", "", "all year", "Fall")
MODELS = "Alder Birch Cedar Doum Elm Fir Gorse Hazel".split()
COLOURS = "red blue green grey".split()


def write_shop(folder: Path) -> Path:
    """Write it as CSV: 224 products, p001 to p224, four colours a family."""
    lines = ["id,title,category,price,stock,rating,rating_count,season,occasion,color,group_id"]
    named = [(kind, path, model, colour) for kind, path in TYPES.items() for model in MODELS for colour in COLOURS]
    for number, (kind, path, model, colour) in enumerate(named, start=1):
        stock = 0 if number % 9 == 0 else 5
        price = "" if number % 11 == 0 else f"{10 + number}"
        rating = "" if number % 5 == 0 else f"{2.5 + number % 6 / 2}"
        occasion = "Christmas" if number % 7 == 0 else ""
        lines.append(
            f"p{number:03d},{model} camping {kind} {colour},{path},{price},{stock},{rating},{number},"
            f"{SEASONS[number % 6]},{occasion},{colour},{kind}-{model}"
        )
    source = folder / "shop.csv"
    source.write_text("\n".join(lines))
    return source
