"""Every shape by name: what is drawn itself, and what borrows the drawing of something that looks like it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.catalogue.pictures.pen import Pen
from core.catalogue.pictures.shapes import (
    camping,
    christmas,
    clothes,
    cooking,
    cosmetics,
    devices,
    furniture,
    garden,
    kitchen,
    packages,
    paperware,
    parties,
    pets,
    shoes,
    sports,
    textiles,
    toys,
)

DRAWN: Mapping[str, Callable[[Pen], None]] = {
    name: draw
    for module in (
        camping, christmas, clothes, cooking, cosmetics, devices, furniture, garden, kitchen,
        packages, paperware, parties, pets, shoes, sports, textiles, toys,
    )
    for name, draw in module.SHAPES.items()
}  # fmt: skip

# drawing: the shapes that borrow it
_LOANS = {
    "bag_food": "treat_bag", "banner": "windbreak", "beanie": "baby_hat", "bed": "cot",
    "belt": "collar headband laces strap watch_band", "bike": "exercise_bike treadmill", "binder": "magazine",
    "blanket": "plaid_blanket wraps", "blocks": "marble_run tiles tower", "board_game": "chess puzzle_dog",
    "boot": "ankle_boot", "box": "battery cartridge", "box_food": "wipes", "bracelet": "arm_bands scrunchie",
    "bubbles": "globe_glass", "bunny": "bunny_lamp", "calculator": "register", "candle": "seal",
    "canister": "bin chimney", "canopy": "cover food_cover shade_sail", "cap": "ears hat_top swim_cap",
    "cart": "wagon", "clock": "compass fan wheel", "coffee_maker": "bread_machine pasta_maker",
    "container": "bread_box", "cookie": "cookie_bag", "crate": "grill_basket", "crayons": "craft_box", "cup": "cups",
    "cushion": "reading_pillow", "drawstring": "dry_bag", "dropper": "foundation", "dumbbell": "bar",
    "easel": "canvas", "fire_pit": "pizza_oven", "flashlight": "light_bar spotlight", "flip_flop": "insole",
    "foam_roller": "bolster tunnel", "folding_table": "picnic_table", "frisbee": "base", "garden_bench": "sled",
    "gift_wrap": "cracker roll", "goggles": "snorkel", "hair_dryer": "blower vacuum", "handbag": "clutch",
    "hooks": "clips key", "houseplant": "moss_pole", "incense": "coil", "jar": "tubs", "jar_cosmetic": "lip_balm",
    "lantern": "mushroom torch", "leash": "lock retract", "loafer": "shoe_tree", "makeup_brush": "wand",
    "mask": "mustache sleep_mask", "mittens": "mitt", "mobile": "wind_chime", "neck_pillow": "nursing_pillow",
    "net_lights": "goal", "notebook": "passport", "ornament": "bell", "papers": "pads sleeve", "pegs": "straws",
    "pen": "pencil_cosmetic", "phone": "walkie", "planter_box": "herb_kit", "pool": "bath_tub", "pouch": "bike_bag",
    "pump_bottle": "pump", "puzzle": "busy_board", "racket": "net paddle snowshoes", "razor": "peeler",
    "robe": "nightshirt", "rope": "band hose jump_rope", "rug": "cornhole", "seed_packet": "bulbs",
    "sneaker": "cleats", "soap": "eraser", "socks": "boot_dog", "speaker": "baby_monitor", "spice": "propagation",
    "stapler": "sharpener", "tags": "tag", "tank": "camisole", "teepee": "fort", "thermometer": "pump_bike",
    "tongs": "garlic", "toolbox": "first_aid mower", "tote": "beach_tote", "trowel": "shovel",
    "tumbler": "cup_holder", "vase": "fountain", "vest": "carrier dog_coat harness", "wall_shelf": "shelf",
    "wine_bottle": "skittles", "yoga_mat": "board_surf mat_bag",
}  # fmt: skip
BORROWED: Mapping[str, str] = {name: drawing for drawing, names in _LOANS.items() for name in names.split()}


def shape(name: str) -> Callable[[Pen], None] | None:
    """The drawing of that name; None where there is none."""
    return DRAWN.get(BORROWED.get(name, name))
