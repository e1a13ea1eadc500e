"""What a picture is about, as an intent: by a vision model over real HTTP, by an image encoder, by its own text."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image, ImageDraw, ImageFont

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Filters, Intent
from core.errors import InputError
from core.events import Event, IntentRead, ModelCalled, PictureRead, StageFinished, StageProgress, Warned
from core.pipeline import picture_reading
from core.pipeline.models import RunModels
from core.services import Services, build_services
from core.settings import Settings
from tests.core.catalogue.tiny_encoders import tiny_clip
from tests.servers.unkind import UnkindServer, answer, status, unkind_server

T = TypeVar("T")

COLOURS = {"red": (200, 40, 40), "blue": (40, 60, 190), "green": (40, 140, 60), "black": (24, 24, 28)}
OUTLINES = {
    "boot": [(36, 12), (62, 12), (62, 72), (104, 80), (104, 102), (36, 102)],
    "lamp": [(44, 14), (76, 14), (96, 56), (64, 56), (64, 96), (84, 106), (36, 106), (56, 96), (56, 56), (24, 56)],
    "kite": [(60, 8), (100, 48), (60, 112), (20, 48)],
}
CATEGORIES = {"boot": "Shoes > Women > Boots", "lamp": "Home > Lamps", "kite": "Toys > Kites"}
RED, BLUE = (190, 44, 44), (44, 62, 188)
MAKERS = "Alder Birch Cedar Dahlia Ember Fern Gorse Hazel".split()


def drawn(shape: str, colour: tuple[int, int, int], *, number: int = 0, ground: int = 250) -> Image.Image:
    image = Image.new("RGB", (120, 120), (ground, ground, ground))
    ImageDraw.Draw(image).polygon([(x + number % 5, y) for x, y in OUTLINES[shape]], fill=colour)
    return image


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def package(*lines: str) -> bytes:
    """A photo that looks like nothing in the shop, with these lines on it."""
    image = Image.effect_noise((400, 300), 90).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 380, 280), fill=(255, 255, 255))
    for number, line in enumerate(lines):
        draw.text((40, 40 + 70 * number), line, fill=(10, 10, 10), font=ImageFont.load_default(48))
    return encoded(image)


def run(work: Generator[Event, None, T]) -> tuple[T, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def told(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Warned)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    rows = [
        {
            "product_id": f"{shape}-{colour}-{number}",
            "title": f"{maker} {'women ' if shape == 'boot' else ''}{shape} {colour}",
            "category": CATEGORIES[shape],
            "color": colour,
            "price": 20.0 + number,
            "image": encoded(drawn(shape, value, number=number)),
        }
        for shape in OUTLINES
        for colour, value in COLOURS.items()
        for number, maker in enumerate(MAKERS)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "shop.parquet")
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        run(pipeline.build_catalogue(live, [folder / "shop.parquet"]))
    return folder


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        yield live


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as found:
        yield found


@pytest.fixture
def seeing(home: Path, server: UnkindServer) -> Iterator[Services]:
    """Services with a model that sees."""
    settings = Settings(home=home, base_url=server.url, api_key="sk-secret-1", model="eye", judge_model="")
    with build_services(settings, encoder=HashingEncoder()) as live:
        yield live


def said(what: str, **fields: Any) -> str:
    empty = {"audience": None, "occasion": None, "season": None, "dates": None, "must_have": [], "must_not": []}
    return json.dumps({"what": what, **empty, "price": None, **fields})


def test_look_alikes_and_typed_words_make_an_intent(services: Services) -> None:
    picture = pipeline.keep_picture(services, encoded(drawn("boot", RED)))
    intent, events = run(pipeline.understand_picture(services, picture, "winter gifts under 25"))
    assert (intent.kind, intent.picture) == ("image", picture)
    assert intent.text == "winter gifts under 25, red boots for women"
    assert (intent.audience, intent.season) == ("women", "winter")
    assert intent.filters.price == (None, 25.0)
    assert next(e for e in events if isinstance(e, PictureRead)).words == "red boots for women"


def test_text_in_the_picture_becomes_words(services: Services) -> None:
    picture = pipeline.keep_picture(services, package("GORSE", "kite 250 cm"))
    assert pipeline.picture_text(services, picture).lower().split("\n")[0] == "gorse"
    intent, events = run(pipeline.understand_picture(services, picture))
    assert intent.text.startswith("gorse kite")
    assert any(isinstance(e, StageFinished) and "GORSE" in e.summary for e in events)
    assert next(e for e in events if isinstance(e, PictureRead)).words == intent.text
    trajectory, _ = run(pipeline.plan_picture(services, picture, turns=1))
    assert trajectory.intent == intent


def test_text_is_read_once_a_picture(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = pipeline.keep_picture(services, package("FERN", "boots"))
    first = pipeline.picture_text(services, picture)
    assert "FERN" in first
    monkeypatch.setattr(picture_reading, "read_text", lambda data: ())
    assert pipeline.picture_text(services, picture) == first
    kept = services.settings.home / "uploads" / "pictures" / f"{picture}.text.json"
    kept.write_text("{torn")
    assert pipeline.picture_text(services, picture) == ""
    with pytest.raises(InputError, match="Drop it again"):
        pipeline.picture_text(services, "../shop")


def test_a_vision_model_describes_the_picture(seeing: Services, server: UnkindServer) -> None:
    server.script([answer(said("red rubber rain boots", audience="women", season="autumn"))])
    data = encoded(drawn("boot", RED))
    picture = pipeline.keep_picture(seeing, data)
    run(pipeline.look_alikes(seeing, picture))  # so that the index is there
    intent, events = run(pipeline.understand_picture(seeing, picture, filters=Filters(in_stock=True)))
    assert (intent.kind, intent.picture, intent.text) == ("image", picture, "red rubber rain boots")
    assert (intent.audience, intent.season, intent.filters.in_stock) == ("women", "autumn", True)
    read = next(e for e in events if isinstance(e, PictureRead))
    assert read.words == "red rubber rain boots"
    assert read.look_alikes[0].startswith("boot-red")
    call = next(e for e in events if isinstance(e, ModelCalled))
    assert (call.prompt, call.model) == ("intent.picture", "eye")
    parts = server.requests[-1].body["messages"][-1]["content"]
    sent = next(part["image_url"]["url"] for part in parts if part["type"] == "image_url")
    assert base64.b64decode(sent.partition(",")[2]) == pipeline.kept_picture(seeing, picture)


def test_typed_words_lead_what_a_vision_model_sees(seeing: Services, server: UnkindServer) -> None:
    server.script([answer(said("red rain boots, umbrella", audience="women"))])
    picture = pipeline.keep_picture(seeing, encoded(drawn("boot", RED, number=1)))
    intent, _ = run(pipeline.understand_picture(seeing, picture, "toys for kids, at most $30"))
    assert intent.text == "toys for kids, at most $30"
    assert "red rain boots" in intent.what
    assert intent.audience == "kids"
    assert intent.filters.price == (None, 30.0)


def test_what_was_edited_stays(seeing: Services, services: Services, server: UnkindServer) -> None:
    server.script([answer(said("red rain boots", audience="women", season="autumn"))])
    picture = pipeline.keep_picture(seeing, encoded(drawn("boot", RED, number=2)))
    edited = Intent("", "image", Filters(price=(None, 40.0)), audience="dogs", picture=picture)
    for live in (seeing, services):
        intent, _ = run(pipeline.understand_picture(live, picture, intent=edited))
        assert intent.audience == "dogs"
        assert intent.filters.price == (None, 40.0)
        assert "boots" in intent.text
        assert intent.picture == picture
    typed = replace(pipeline.read_intent(services, "gifts under 25"), filters=Filters(), what="presents")
    intent, _ = run(pipeline.understand_picture(services, picture, intent=typed))
    assert intent.what == "presents, red boots for women"
    assert intent.filters.price is None  # its chip was taken away


@pytest.mark.parametrize(
    ("number", "behaviour", "says"),
    [
        (0, status(401, "no"), "key"),
        (1, status(400, "this model does not support image input"), "image"),
        (2, answer("I am sorry, but I cannot help with that."), ""),
        (3, answer(said("")), "could not tell"),
    ],
)
def test_a_vision_model_that_fails_is_done_without(
    seeing: Services, server: UnkindServer, number: int, behaviour: Any, says: str
) -> None:
    server.script([behaviour])
    picture = pipeline.keep_picture(seeing, encoded(drawn("kite", BLUE, ground=245 - number)))
    intent, events = run(pipeline.understand_picture(seeing, picture))
    assert intent.text == "blue kites"
    warned = told(events)
    assert says in warned[0]
    assert "by its look-alikes and its text instead" in warned[0]
    assert not any("sk-secret" in repr(event) for event in events)


def test_money_that_is_spent_leaves_the_look_alikes(seeing: Services) -> None:
    picture = pipeline.keep_picture(seeing, encoded(drawn("kite", BLUE)))
    models = RunModels(seeing, budget_usd=0.0)
    intent, events = run(pipeline.understand_picture(seeing, picture, models=models))
    assert intent.text == "blue kites"
    assert told(events)


def test_a_picture_is_planned_for_by_whoever_plans(seeing: Services, server: UnkindServer) -> None:
    server.script([answer(said("blue kites"))])
    picture = pipeline.keep_picture(seeing, encoded(drawn("kite", BLUE, number=3)))
    trajectory, events = run(pipeline.plan(seeing, picture=picture, turns=1))
    assert trajectory.intent.picture == picture
    assert any(isinstance(e, ModelCalled) for e in events)
    assert next(e for e in events if isinstance(e, IntentRead)).intent.text == "blue kites"


def test_an_idea_laid_out_with_a_picture_that_nobody_looked_at_is_looked_at(services: Services) -> None:
    picture = pipeline.keep_picture(services, encoded(drawn("kite", BLUE, ground=236)))
    laid_out = Intent("", "image", Filters(price=(None, 25.0)), audience="women", picture=picture)
    trajectory, events = run(pipeline.plan(services, intent=laid_out, picture=picture, turns=1))
    assert trajectory.intent.text == "blue kites"
    assert (trajectory.intent.audience, trajectory.intent.filters.price) == ("women", (None, 25.0))
    seen, events = run(pipeline.plan(services, intent=trajectory.intent, picture=picture, turns=1))
    assert seen.intent == trajectory.intent
    assert not any(isinstance(e, PictureRead) for e in events)


def test_look_alikes_by_an_encoder(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home, image_encoder=tiny_clip(tmp_path / "clip"))
    with build_services(settings, encoder=HashingEncoder()) as live:
        counts, events = run(pipeline.prepare_pictures(live))
        assert counts.own == 96
        assert any(isinstance(e, StageProgress) and e.total == 96 for e in events)
        picture = pipeline.keep_picture(live, encoded(drawn("kite", BLUE, number=2)))
        found, events = run(pipeline.look_alikes(live, picture, limit=6))
        assert found[0].product_id.startswith("kite-blue")
        assert not any(isinstance(e, StageProgress) and e.total == 96 for e in events)
        intent, _ = run(pipeline.understand_picture(live, picture))
        assert "kites" in intent.text
        assert "blue" in intent.text
        assert "picture_vector" in live.shelf().catalogue.table.schema.names
        assert run(pipeline.plan_picture(live, picture, turns=1))[0].intent == intent


def test_an_encoder_that_is_not_there_is_said_and_done_without(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=home, image_encoder=str(tmp_path / "nothing"))
    with build_services(settings, encoder=HashingEncoder()) as live:
        picture = pipeline.keep_picture(live, encoded(drawn("kite", BLUE, ground=235)))
        intent, events = run(pipeline.understand_picture(live, picture))
        assert intent.text == "blue kites"
        assert any("cannot be loaded" in text and "colours and shapes" in text for text in told(events))


def test_a_shop_without_pictures_still_hears_words_and_models(tmp_path: Path, server: UnkindServer) -> None:
    source = tmp_path / "bare.csv"
    source.write_text("id,title,category\n1,Alder camping tent,Outdoor\n2,Birch lantern,Outdoor\n")
    with build_services(Settings(home=tmp_path), encoder=HashingEncoder()) as live:
        run(pipeline.build_catalogue(live, [source]))
        picture = pipeline.keep_picture(live, encoded(drawn("boot", (1, 2, 3))))
        with pytest.raises(InputError, match="2 without any picture.*Say in words"):
            run(pipeline.understand_picture(live, picture))
        intent, events = run(pipeline.understand_picture(live, picture, "camping"))
        assert intent.text == "camping"
        assert any("words alone" in text for text in told(events))
        labelled = pipeline.keep_picture(live, package("ALDER", "camping tent"))
        assert run(pipeline.understand_picture(live, labelled))[0].text == "alder camping tent"
        live.configure(replace(live.settings, base_url=server.url, api_key="k", model="eye"))
        server.script([answer(said("storm lantern"))])
        intent, events = run(pipeline.understand_picture(live, picture))
        assert intent.text == "storm lantern"
        assert told(events) == []
