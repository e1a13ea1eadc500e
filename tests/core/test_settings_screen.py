"""What a settings screen asks of the core: tried over real HTTP before it is kept, and kept beside what others set."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.errors import SettingsError
from core.services import Services, build_services
from core.settings import Settings
from tests.servers.unkind import answer, status, unkind_server

KEY = "sk-a-very-secret-key-0123456789"


@pytest.fixture
def live(tmp_path: Path) -> Generator[Services]:
    with build_services(Settings(home=tmp_path / "home", api_key=KEY), encoder=HashingEncoder()) as services:
        yield services


def _end(work: Any) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


def _kept(live: Services) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((live.settings.home / "settings.json").read_text())
    return found


def test_what_is_kept_stands_beside_what_others_kept(live: Services) -> None:
    pipeline.keep_settings(live, {"model": " small ", "budget_usd": 0.25})
    pipeline.keep_settings(live, {"country": "de", "budget_usd": None})
    assert _kept(live) == {"model": "small", "country": "DE"}
    assert (live.settings.model, live.settings.country, live.settings.budget_usd) == ("small", "DE", None)
    assert live.settings.api_key == KEY
    assert KEY not in (live.settings.home / "settings.json").read_text()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"base_url": "localhost:11434"}, "The address must begin with http:// or https://"),
        ({"base_url": "http://user:hush@models/v1"}, "An address with a name and password is not kept"),
        ({"searxng_url": "ftp://search"}, "SHELFCRAFT_SEARXNG_URL must begin with"),
        ({"country": "Atlantis"}, "must be a country by its two letters"),
        ({"model": KEY}, "looks like a key"),
        ({"base_url": f"http://models/v1?key={KEY}"}, "looks like a key"),
        ({"judge_model": "tvly-1234567890"}, "looks like a key"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_nothing_is_kept(live: Services, changes: dict[str, str], says: str) -> None:
    pipeline.keep_settings(live, {"model": "small"})
    before = live.settings
    names = {**dict.fromkeys(changes, "X"), "base_url": "The address"} if "base_url" in changes else None
    with pytest.raises(SettingsError) as caught:
        pipeline.keep_settings(live, changes, names=names)
    assert says in str(caught.value)
    assert KEY not in str(caught.value) and "hush" not in str(caught.value) and "tvly-1" not in str(caught.value)
    assert live.settings == before
    assert _kept(live) == {"model": "small"}


def test_a_broken_file_is_not_written_over(live: Services) -> None:
    path = live.settings.home / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"model": "sm')
    with pytest.raises(SettingsError, match="cannot be read"):
        pipeline.keep_settings(live, {"country": "FR"})
    assert path.read_text() == '{"model": "sm'
    assert live.settings.country == "US"


def test_each_model_is_tried_once_for_all_its_roles(live: Services) -> None:
    with unkind_server() as server:
        server.models = ["small", "eyes"]
        server.script([answer("Red.")])
        tried = replace(live.settings, base_url=server.url, model="small", vision_model="eyes")
        found = _end(pipeline.try_models(live, settings=tried))
    assert [(one.name, one.roles, one.check.ok) for one in found] == [
        ("small", ("planner", "judge"), True),
        ("eyes", ("vision",), True),
    ]
    assert [one.check.pictures for one in found] == [None, True]
    assert live.settings.model is None


def test_without_a_model_the_server_is_asked_what_it_has(live: Services) -> None:
    with unkind_server() as server:
        server.models = ["small", "large"]
        tried = replace(live.settings, base_url=server.url)
        (found,) = _end(pipeline.try_models(live, settings=tried))
        assert (found.name, found.check.ok, found.check.models) == ("", True, ("small", "large"))
        assert "lists 2 models" in found.check.sentence
        server.models_answer = status(401, "No such key", echo_key=True)
        (found,) = _end(pipeline.try_models(live, settings=tried))
        assert (found.check.ok, found.check.kind) == (False, "key")
        assert "does not accept the key" in found.check.sentence
        assert KEY not in found.check.sentence
        server.models_answer = status(404)
        (found,) = _end(pipeline.try_models(live, settings=tried))
        assert "gives no list of models" in found.check.sentence
        assert server.requests == []


def test_a_key_where_the_address_belongs_is_not_repeated(live: Services) -> None:
    (found,) = _end(pipeline.try_models(live, settings=replace(live.settings, base_url=KEY, model="small")))
    assert not found.check.ok
    assert "no address of a model server" in found.check.sentence
    assert KEY not in found.check.sentence


def test_the_library_is_counted(live: Services) -> None:
    found = _end(pipeline.try_search(live))
    assert found.ok and "empty" in found.sentence
    _end(pipeline.add_to_library(live, [("notes.md", b"# Camping\n\nTents sell in May, lanterns in June.\n")]))
    found = _end(pipeline.try_search(live))
    assert "1" in found.sentence and "passages" in found.sentence


def test_an_address_is_shown_without_what_may_be_secret() -> None:
    assert pipeline.shown_address("https://me:hush@models:8000/v1?token=hush#hush") == "https://models:8000/v1"
    assert pipeline.shown_address("http://[bad/v1") == "an address that is none"


def test_prices_and_countries(live: Services) -> None:
    assert pipeline.price_of(live, "nobody-knows") is None
    live.settings.home.mkdir(parents=True, exist_ok=True)
    (live.settings.home / "prices.toml").write_text('[models]\n"nobody-knows" = { input = 1.5, output = 3 }\n')
    assert pipeline.price_of(live, "nobody-knows") == (1.5, 3.0)
    found = pipeline.countries()
    assert (found["US"], found["GB"], found["IM"], found["CD"]) == (
        "United States",
        "United Kingdom",
        "Isle of Man",
        "DR Congo",
    )
    assert list(found.values()) == sorted(found.values())
