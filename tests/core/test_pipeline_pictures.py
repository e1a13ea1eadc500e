"""A picture from the upload to the plan: kept safely, understood by its look-alikes, honest where nothing is alike."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageDraw

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Filters, Trajectory
from core.errors import InputError, PictureInvalid, ThemeInvalid
from core.events import Event, IntentRead, PictureRead, StageProgress, TurnFinished, Warned
from core.planning.lexicon import Lexicon, RowTexts, build_lexicon
from core.planning.picture_words import PictureWords, Seen, read_picture
from core.services import Services, build_services
from core.settings import Settings

T = TypeVar("T")

COLOURS = {"red": (200, 40, 40), "blue": (40, 60, 190), "green": (40, 140, 60), "black": (24, 24, 28)}
OUTLINES = {
    "boot": [(36, 12), (62, 12), (62, 72), (104, 80), (104, 102), (36, 102)],
    "lamp": [(44, 14), (76, 14), (96, 56), (64, 56), (64, 96), (84, 106), (36, 106), (56, 96), (56, 56), (24, 56)],
    "kite": [(60, 8), (100, 48), (60, 112), (20, 48)],
}
CATEGORIES = {"boot": "Shoes > Women > Boots", "lamp": "Home > Lamps", "kite": "Toys > Kites"}


def drawn(shape: str, colour: tuple[int, int, int], *, number: int = 0, ground: int = 250) -> bytes:
    image = Image.new("RGB", (120, 120), (ground, ground, ground))
    at = number % 5
    ImageDraw.Draw(image).polygon([(x + at, y) for x, y in OUTLINES[shape]], fill=colour)
    return encoded(image)


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def scene() -> bytes:
    """A photo without a plain ground: patches of every colour."""
    pixels = np.random.default_rng(3).integers(0, 255, (12, 12, 3), dtype=np.uint8)
    return encoded(Image.fromarray(pixels).resize((240, 240), Image.Resampling.NEAREST))


def run(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    rows = [
        {
            "product_id": f"{shape}-{colour}-{number}",
            "title": f"{maker} {'women ' if shape == 'boot' else ''}{shape} {colour}",
            "category": CATEGORIES[shape],
            "color": colour,
            "price": 20.0 + number,
            "image": drawn(shape, value, number=number),
        }
        for shape in OUTLINES
        for colour, value in COLOURS.items()
        for number, maker in enumerate("Alder Birch Cedar Doum Elm Fir Gorse Hazel".split())
    ]
    source = home / "shop.parquet"
    pq.write_table(pa.Table.from_pylist(rows), source)
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        run(pipeline.build_catalogue(live, [source]))
        yield live


def test_a_picture_is_kept_small_under_the_same_id(services: Services) -> None:
    data = encoded(Image.effect_noise((1600, 900), 60).convert("RGB"), "JPEG")
    picture = pipeline.keep_picture(services, data)
    assert pipeline.keep_picture(services, data) == picture
    kept = pipeline.kept_picture(services, picture)
    assert Image.open(io.BytesIO(kept)).size == (640, 360)
    assert (services.settings.home / "uploads" / "pictures" / f"{picture}.webp").read_bytes() == kept


@pytest.mark.parametrize("data", [b"", b"text that is named photo.png", b"\x89PNG\r\n\x1a\nrest", b"<svg/>"])
def test_what_is_no_picture_is_not_kept(services: Services, data: bytes) -> None:
    with pytest.raises(PictureInvalid):
        pipeline.keep_picture(services, data)


@pytest.mark.parametrize("picture", ["", "../../shop.parquet", "0" * 32, "../" + "0" * 29, "0" * 32 + "\n"])
def test_an_unknown_picture_is_a_sentence(services: Services, picture: str) -> None:
    with pytest.raises(InputError, match="Drop it again"):
        pipeline.kept_picture(services, picture)
    with pytest.raises(InputError, match="Drop it again"):
        run(pipeline.plan_picture(services, picture))


def test_look_alikes_have_its_shape_and_colour(services: Services) -> None:
    picture = pipeline.keep_picture(services, drawn("lamp", (44, 62, 180), ground=235))
    found, _ = run(pipeline.look_alikes(services, picture, limit=8))
    assert {alike.product_id.rpartition("-")[0] for alike in found} == {"lamp-blue"}
    assert pipeline.picture_words(services, picture, found) == "blue lamps"
    with pytest.raises(InputError, match="1 to 500"):
        run(pipeline.look_alikes(services, picture, limit=0))


def test_a_picture_is_planned_for(services: Services) -> None:
    picture = pipeline.keep_picture(services, drawn("boot", (190, 44, 44)))
    trajectory, events = run(pipeline.plan_picture(services, picture, turns=2, filters=Filters(in_stock=True)))
    told = [event for event in events if not isinstance(event, StageProgress)]
    read = next(event for event in told if isinstance(event, PictureRead))
    assert read.picture == picture
    assert read.words == "red boots for women"
    assert read.look_alikes[0].startswith("boot-red")
    kinds = [type(event) for event in told]
    assert kinds.index(PictureRead) < kinds.index(IntentRead) < kinds.index(TurnFinished)
    assert trajectory.intent.kind == "image"
    assert trajectory.intent.text == "red boots for women"
    assert trajectory.intent.filters.in_stock
    assert 1 <= len(trajectory.turns) <= 2


def test_typed_words_lead_and_the_picture_adds(services: Services) -> None:
    picture = pipeline.keep_picture(services, drawn("boot", (190, 44, 44)))
    trajectory: Trajectory
    trajectory, _ = run(pipeline.plan_picture(services, picture, words="  winter gifts under 25 ", turns=1))
    assert trajectory.intent.text == "winter gifts under 25, red boots for women"
    assert trajectory.intent.filters.price == (None, 25.0)
    with pytest.raises(ThemeInvalid):
        run(pipeline.plan_picture(services, picture, words="🎄🎁"))


def test_a_picture_like_nothing_says_so(services: Services) -> None:
    picture = pipeline.keep_picture(services, scene())
    with pytest.raises(InputError, match="too little in common.*Say it in a few words"):
        run(pipeline.plan_picture(services, picture))
    trajectory, events = run(pipeline.plan_picture(services, picture, words="blue lamps", turns=1))
    assert trajectory.intent.text == "blue lamps"
    assert any(isinstance(e, PictureRead) and e.words == "" for e in events)
    assert any(isinstance(e, Warned) and "words alone" in e.message for e in events)


def test_a_catalogue_without_pictures_says_what_to_do(tmp_path: Path) -> None:
    source = tmp_path / "bare.csv"
    source.write_text("id,title,category\n1,camping tent,Outdoor\n2,lantern,Outdoor\n")
    with build_services(Settings(home=tmp_path), encoder=HashingEncoder()) as live:
        run(pipeline.build_catalogue(live, [source]))
        picture = pipeline.keep_picture(live, drawn("boot", (190, 44, 44)))
        with pytest.raises(InputError, match="2 without any picture.*Say in words"):
            run(pipeline.plan_picture(live, picture))


def lexicon(*rows: tuple[str, str]) -> Lexicon:
    titles, categories = [t for t, _ in rows], [c for _, c in rows]
    empty = [""] * len(rows)
    return build_lexicon(RowTexts([str(i) for i in range(len(rows))], titles, empty, categories, empty, empty))


ROWS = [(f"Linen shirt {i}", "Fashion > Shirts & Blouses") for i in range(30)] + [
    (f"Gift card {i}", "Gifts under $25") for i in range(10)
]


def seen(similarity: float, title: str, category: str, **attributes: str) -> Seen:
    return Seen(similarity, title, category, tuple(attributes.items()))


def test_the_vote_names_what_most_agree_on() -> None:
    shirts = [seen(0.9, "Linen shirt 1", "Fashion > Shirts & Blouses", Color="White", gender="Men") for _ in range(5)]
    cards = [seen(0.75, "Gift card", "Gifts under $25", Color="Red") for _ in range(10)]
    read = read_picture([*shirts, *cards], lexicon=lexicon(*ROWS))
    assert read.text == "white shirt for men"
    assert 0.7 < read.share < 1


def test_what_is_not_alike_or_does_not_agree_is_not_named() -> None:
    words = lexicon(*ROWS)
    assert read_picture([], lexicon=words) == PictureWords()
    assert read_picture([seen(0.5, "Linen shirt", "Fashion > Shirts & Blouses")] * 9, lexicon=words) == PictureWords()
    scattered = [seen(0.9, f"Thing {i}", f"Category {i}") for i in range(12)]
    assert read_picture(scattered, lexicon=words) == PictureWords()
    two = [seen(0.9, "Linen shirt", "Fashion > Shirts & Blouses"), *scattered[:2]]
    assert read_picture(two, lexicon=words).things
    assert read_picture(two, lexicon=words, clear=False) == PictureWords()


def test_a_category_that_reads_as_a_price_is_no_name() -> None:
    cards = [seen(0.9, "Voucher", "Gifts under $25") for _ in range(5)]
    assert read_picture(cards, lexicon=lexicon(*ROWS)).text == ""


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("office party", "office party, black shirt and black blouse for women"),
        ("blue shirts", "blue shirts, blouse for women"),
        ("shirts and blouses", "shirts and blouses, black for women"),
        ("black shirts and blouses for men", "black shirts and blouses for men"),
    ],
)
def test_words_leave_to_the_picture_what_they_do_not_say(typed: str, text: str) -> None:
    assert PictureWords(("shirt", "blouse"), "black", "women", 0.8).beside(typed) == text
