"""The settings page over the real core, with model and search servers that behave and misbehave over real HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.services import Services
from core.settings import PREFERENCES
from tests.servers.outside import outside
from tests.servers.unkind import Behaviour, UnkindServer, answer, page, reset, silence, status, unkind_server
from tests.ui.conftest import ROOT
from ui import resources
from ui.components.settings_help import SERVERS
from ui.errands import Errand

PAGE = f"""
import runpy
runpy.run_path({str(ROOT / "ui" / "pages" / "settings.py")!r})
"""
KEY = "sk-never-to-be-seen-0123456789"
TAVILY = "tvly-never-to-be-seen-9876"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's own environment."""
    for name in (*PREFERENCES.values(), "OPENAI_API_KEY", "TAVILY_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch, bare: None) -> None:
    """Both keys in the environment; to be asked for before `live`."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("TAVILY_API_KEY", TAVILY)


@pytest.fixture
def server() -> Iterator[UnkindServer]:
    with unkind_server() as running:
        yield running


def _open() -> AppTest:
    return _ok(AppTest.from_string(PAGE, default_timeout=30).run())


def _ok(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def _text(app: AppTest) -> str:
    """Everything that the page says, as it reads."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.info, *app.success, *app.error, *app.warning, *app.toast]
    said = " ".join(str(one.value) for one in parts) + " ".join(str(one.value) for one in app.code)
    return said.replace("\\", "").replace("\u2060", "")


def _type(app: AppTest, **fields: str) -> AppTest:
    for name, value in fields.items():
        app.text_input(key=f"settings_{name}").set_value(value)
    return _ok(app.run())


def _press(app: AppTest, key: str) -> AppTest:
    return _ok(app.button(key=key).click().run())


def _try(app: AppTest, what: str) -> AppTest:
    """Press "Try it" and wait for its end; a browser would ask again by itself."""
    _press(app, f"try_{what}")
    key = f"settings_errand_{what}"
    if key in app.session_state:
        errand = app.session_state[key]
        assert isinstance(errand, Errand) and errand.wait(60)
        _ok(app.run())
    return app


def _kept(live: Services) -> dict[str, Any]:
    path = live.settings.home / "settings.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _state(app: AppTest) -> str:
    """All that the session holds, as text."""
    said = repr(app.session_state)
    assert "settings_model" in said
    return said


def test_without_a_model_the_page_says_that_everything_works(live: Services) -> None:
    app = _open()
    assert "everything works without one" in _text(app)
    assert "Writes the strategy" in _text(app)
    assert "OPENAI_API_KEY` is not set" in _text(app)
    assert [tab.label for tab in app.tabs] == ["OpenAI", "vLLM", "Ollama", "LM Studio", "transformers serve"]
    assert all(len(str(block.value).splitlines()) == 3 for block in app.code)


def test_what_is_saved_is_kept_and_used_at_once(live: Services, server: UnkindServer) -> None:
    app = _type(_open(), base_url=f" {server.url} ", model="small")
    app.number_input(key="settings_budget_usd").set_value(0.5)
    app.selectbox(key="settings_country").set_value("DE")
    _ok(app.run())
    assert "Not saved yet: Address of the server, Model, Country, Budget of a run in US dollars." in _text(app)
    assert live.settings.model is None
    _press(app, "settings_save")
    assert "Saved." in _text(app)
    assert "Not saved yet" not in _text(app)
    assert _kept(live) == {"base_url": server.url, "model": "small", "country": "DE", "budget_usd": 0.5}
    used = resources.services().settings
    assert (used.base_url, used.model, used.country, used.budget_usd) == (server.url, "small", "DE", 0.5)
    assert app.text_input(key="settings_base_url").value == server.url
    assert "everything works without one" not in _text(app)
    again = _open()
    assert again.text_input(key="settings_model").value == "small"
    _press(again, "settings_save")
    assert "Nothing was changed" in _text(again)


def test_a_role_can_have_a_model_of_its_own_or_none(live: Services) -> None:
    app = _type(_open(), model="small")
    app.segmented_control(key="settings_judge_model_way").set_value("off")
    app.segmented_control(key="settings_vision_model_way").set_value("own")
    _ok(app.run())
    _press(_type(app, vision_model="eyes"), "settings_save")
    assert [live.settings.model_for(role) for role in ("planner", "judge", "vision")] == ["small", None, "eyes"]
    app = _open()
    assert app.segmented_control(key="settings_judge_model_way").value == "off"
    app.segmented_control(key="settings_vision_model_way").set_value("same")
    _press(_ok(app.run()), "settings_save")
    assert live.settings.model_for("vision") == "small"
    assert _kept(live) == {"model": "small", "judge_model": ""}


def test_edits_can_be_undone(live: Services) -> None:
    app = _type(_open(), model="small", base_url="http://nowhere/v1")
    _press(app, "settings_undo")
    assert (app.text_input(key="settings_model").value, app.text_input(key="settings_base_url").value) == ("", "")
    assert "Not saved yet" not in _text(app)
    assert _kept(live) == {}


@pytest.mark.parametrize("address", ["localhost:11434", "http://user:hush@models/v1", KEY])
def test_what_cannot_be_saved_is_a_sentence_and_stays_typed(live: Services, address: str) -> None:
    app = _press(_type(_open(), base_url=address, model="small"), "settings_save")
    said = " ".join(str(one.value) for one in app.error)
    assert "Nothing was saved" in said
    assert "hush" not in said and KEY not in said
    assert app.text_input(key="settings_base_url").value == address
    assert app.text_input(key="settings_model").value == "small"
    assert (_kept(live), live.settings.base_url, live.settings.model) == ({}, None, None)


def test_what_somebody_else_saves_meanwhile_is_followed_and_not_undone(live: Services) -> None:
    mine = _type(_open(), model="small")
    theirs = _open()
    theirs.selectbox(key="settings_search").set_value("ddgs")
    _press(_ok(theirs.run()), "settings_save")
    _ok(mine.run())
    assert mine.selectbox(key="settings_search").value == "ddgs"
    _press(mine, "settings_save")
    assert _kept(live) == {"search": "ddgs", "model": "small"}


def test_what_the_environment_holds_is_greyed_out_with_its_name(monkeypatch: pytest.MonkeyPatch, request: Any) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://me:hush@models.example/v1?token=hush")
    monkeypatch.setenv("SHELFCRAFT_VISION_MODEL", "eyes")
    monkeypatch.setenv("SHELFCRAFT_BUDGET_USD", "0.75")
    live: Services = request.getfixturevalue("live")
    app = _open()
    address = app.text_input(key="settings_base_url")
    assert (address.disabled, address.value) == (True, "https://models.example/v1")
    assert app.segmented_control(key="settings_vision_model_way").disabled
    assert app.number_input(key="settings_budget_usd").disabled
    assert not app.text_input(key="settings_model").disabled
    for name in ("OPENAI_BASE_URL", "SHELFCRAFT_VISION_MODEL", "SHELFCRAFT_BUDGET_USD"):
        assert f"Set by `{name}`" in _text(app)
    assert "Set by `SHELFCRAFT_MODEL`" not in _text(app)
    assert "hush" not in _text(app) + _state(app)
    _press(_type(app, model="small"), "settings_save")
    assert _kept(live) == {"model": "small"}
    assert live.settings.base_url == "https://me:hush@models.example/v1?token=hush"


def test_a_try_says_what_the_server_can_do_before_anything_is_saved(
    keyed: None, live: Services, server: UnkindServer
) -> None:
    server.models = ["small", "large"]
    server.script([answer("Red.", logprobs=[("Red", -0.1)])])
    app = _try(_type(_open(), base_url=server.url, model="small"), "model")
    assert "small at 127.0.0.1" in _text(app)
    badges = _text(app)
    assert "JSON in words" in badges and "pictures" in badges and "log-probabilities" in badges
    assert "no pictures" not in badges and "lists 2 models" in badges
    assert "`OPENAI_API_KEY` is set and accepted" in badges
    assert live.settings.model is None and _kept(live) == {}
    app.selectbox(key="settings_choose_model").set_value("large")
    _ok(app.run())
    assert app.text_input(key="settings_model").value == "large"
    assert not app.success  # it was another model that was tried
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (status(401, "Bad key", echo_key=True), "does not accept the key"),
        (status(403, "Not yours", echo_key=True), "does not let this key use small"),
        (status(404, "No such model"), "has no model small"),
        (status(500, "Oh no"), "failed with error 500"),
        (reset(), "broke before small had answered"),
        (page(), "not of the protocol"),
        (answer(""), "empty text"),
    ],
)
def test_a_server_that_fails_is_a_sentence_and_nothing_is_lost(
    keyed: None,
    live: Services,
    server: UnkindServer,
    caplog: pytest.LogCaptureFixture,
    behaviour: Behaviour,
    says: str,
) -> None:
    server.script([behaviour])
    with caplog.at_level(logging.DEBUG):
        app = _try(_type(_open(), base_url=server.url, model="small"), "model")
    assert says in _text(app)
    assert app.error and not app.success
    assert app.text_input(key="settings_base_url").value == server.url
    assert ("set, but not accepted" in _text(app)) == ("accept the key" in says)
    assert KEY not in _text(app) + _state(app) + caplog.text
    _press(app, "settings_save")
    assert _kept(live) == {"base_url": server.url, "model": "small"}


def test_a_dead_server_is_a_sentence(live: Services) -> None:
    with unkind_server() as gone:
        address = gone.url
    app = _try(_type(_open(), base_url=address, model="small"), "model")
    assert "cannot be reached. Check that the model server runs" in _text(app)
    app = _try(_type(app, base_url="models"), "model")
    assert "must begin with http:// or https://" in _text(app)


def test_a_try_can_be_stopped(live: Services, server: UnkindServer) -> None:
    server.script([silence()])
    app = _press(_type(_open(), base_url=server.url, model="small"), "try_model")
    errand = app.session_state["settings_errand_model"]
    assert isinstance(errand, Errand) and not errand.done
    _press(app, "stop_model")
    assert errand.wait(10)
    _ok(app.run())
    assert not app.error and not app.success
    assert app.button(key="try_model")


def test_keys_are_nowhere(keyed: None, live: Services, server: UnkindServer) -> None:
    server.script([answer("Blue.", echo_key=True)])
    server.models = ["small", KEY]
    app = _try(_type(_open(), base_url=server.url, model="small"), "model")
    assert app.success
    everything = _text(app) + _state(app) + repr(app.session_state["settings_trial_model"])
    assert KEY not in everything and TAVILY not in everything
    assert KEY not in repr([list(box.options) for box in app.selectbox])


def test_the_search_is_tried(live: Services) -> None:
    app = _try(_open(), "search")
    assert "trend library, which is empty" in _text(app)
    app.selectbox(key="settings_search").set_value("searxng")
    _ok(app.run())
    assert "SearXNG is chosen, but not where it is" in _text(_try(app, "search"))
    with outside(model_seconds=0.0, search_seconds=0.0) as place:
        app = _try(_type(app, searxng_url=place.address), "search")
        assert "searxng answers" in _text(app) and "4 hits" in _text(app)
        address = place.address
    app = _try(_type(app, searxng_url=f"{address}/"), "search")
    assert "cannot be reached" in _text(app)
    assert live.settings.search == "library"


def test_tavily_without_a_key_says_what_to_set(live: Services) -> None:
    app = _open()
    app.selectbox(key="settings_search").set_value("tavily")
    _ok(app.run())
    assert "`TAVILY_API_KEY` is not set" in _text(app)
    assert "there is no key. Set TAVILY_API_KEY" in _text(_try(app, "search"))


def test_where_the_key_goes_is_said(keyed: None, live: Services) -> None:
    app = _type(_open(), base_url="http://models.example/v1")
    assert "sent to models.example with every question, and unencrypted" in _text(app)
    assert "api.openai.com" in _text(_type(app, base_url=""))


def test_a_price_that_is_not_known_is_said(live: Services) -> None:
    live.configure(replace(live.settings, model="homemade"))
    assert "price of homemade is not known" in _text(_open())
    (live.settings.home / "prices.toml").write_text('[models]\nhomemade = { input = 1.5, output = "much" }\n')
    assert "The price of homemade in" in " ".join(str(one.value) for one in _open().error).replace("\\", "")
    (live.settings.home / "prices.toml").write_text("[models]\nhomemade = { input = 1.5, output = 2 }\n")
    assert "homemade costs $1.50 a million tokens read, $2.00 written" in _text(_open())


def test_settings_that_cannot_be_read_are_a_sentence(live: Services) -> None:
    (live.settings.home / "settings.json").write_text("{")
    st.cache_resource.clear()
    app = _open()
    assert "cannot be read. Mend the file or remove it." in _text(app)
    (live.settings.home / "settings.json").unlink()
    _ok(app.run())
    assert not app.error


def test_what_is_typed_survives_another_page(app: AppTest) -> None:
    app.run()
    app.switch_page("ui/pages/settings.py")
    _ok(app.run())
    _type(app, model="small")
    app.switch_page("ui/pages/trends.py")
    _ok(app.run())
    app.switch_page("ui/pages/settings.py")
    _ok(app.run())
    assert app.text_input(key="settings_model").value == "small"
    assert "Not saved yet: Model" in _text(app)


def test_the_readme_says_the_same_of_each_server() -> None:
    readme = (ROOT / "README.md").read_text()
    for name, lines in SERVERS.items():
        assert f"# {name}\n{lines}\n" in readme
