"""The studio page as a script: first visit, planned, edited, failed, reopened; over the fake core."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.domain import Strategy
from ui.state import Key, Task

ROOT = Path(__file__).resolve().parents[2]


def _fake() -> Any:
    spec = importlib.util.spec_from_file_location("fake_core", Path(__file__).parent / "fake_core.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fake_core"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    import core

    for name, module in _fake().modules().items():
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(core, name.removeprefix("core."), module, raising=False)
    # The screens import core once; they are loaded anew so that they see the fake, and again after it.
    for name in [m for m in sys.modules if m == "ui" or m.startswith("ui.")]:
        if name not in {"ui", "ui.state", "ui.text", "ui.components.product_grid"}:
            monkeypatch.delitem(sys.modules, name)
    st.cache_resource.clear()
    yield AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    st.cache_resource.clear()
    for name in [m for m in sys.modules if m.startswith("ui.")]:
        sys.modules.pop(name)


def _planned(app: AppTest, theme: str = "camping with kids") -> AppTest:
    app.run()
    app.chat_input[0].set_value(theme).run()
    assert not app.exception
    return app


def test_a_first_visit_shows_three_themes_and_the_way_through(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert [b.label for b in app.button] == ["Camping with kids", "Small-space home office", "Cosy autumn evenings"]
    assert app.title[0].value == "What shall we put on the shelf?"
    app.button(key="try_Camping with kids").click().run()
    assert app.session_state[Key.DESK].intent.text == "Camping with kids"


def test_a_theme_becomes_a_saved_list_with_both_term_lists(app: AppTest) -> None:
    _planned(app)
    desk = app.session_state[Key.DESK]
    assert desk.turn == 2
    assert desk.selection.strategy == Strategy(("tent", "lantern"), ("toy",))
    assert app.query_params["selection"] == desk.selection_id
    find, cut = (editor.value for editor in app.data_editor)
    assert list(find["term"]) == ["tent", "lantern"]
    assert list(find["finds"]) == [6, 4]
    assert list(cut["why"]) == ["Not for play"]
    assert [(m.label, m.value) for m in app.metric] == [
        ("Products found", "8"),
        ("Score", "6.0 / 10"),
        ("In the list", "8"),
        ("Kept", "0"),
        ("Dropped", "0"),
    ]
    assert len(app.get("bidi_component")) == 1


def test_edits_and_filters_are_previewed_and_nothing_typed_is_lost(app: AppTest) -> None:
    _planned(app)
    generation = app.session_state[Key.DESK].generation
    app.session_state[f"terms_find_{generation}"] = {
        "edited_rows": {1: {"use": False}},
        "added_rows": [{"term": "camp stove", "weight": 2.0}],
        "deleted_rows": [],
    }
    app.number_input(key=Key.PRICE_HIGH).set_value(18.0)
    app.button(key="preview").click().run()
    assert not app.exception
    desk = app.session_state[Key.DESK]
    assert desk.selection.strategy.positive == ("tent", "camp stove")
    assert desk.selection.strategy.weights == (("camp stove", 2.0),)
    assert desk.filters.price == (None, 18.0)
    assert (desk.turn, desk.version) == (None, 2)
    assert [(r.term, r.use) for r in desk.side(1)] == [("tent", True), ("camp stove", True), ("lantern", False)]
    assert app.number_input(key=Key.PRICE_HIGH).value == 18.0


def test_another_turn_can_be_laid_out(app: AppTest) -> None:
    _planned(app)
    app.get_by_key(Key.TURN).set_value(1).run()
    assert not app.exception
    assert app.session_state[Key.DESK].selection.strategy == Strategy(("tent", "lantern"))
    assert len(app.session_state[Key.DESK].selection.products) == 10


def test_an_error_is_shown_as_its_sentence_and_the_old_list_stays(app: AppTest) -> None:
    _planned(app)
    before = app.session_state[Key.DESK].selection
    app.chat_input[0].set_value("!!!").run()
    assert not app.exception
    assert [e.value.replace("\\", "") for e in app.error] == [
        "The theme holds no word to search for. Type a few words."
    ]
    assert app.session_state[Key.DESK].selection is before
    assert app.session_state[Key.TASK] is None
    app.chat_input[0].set_value("tents").run()
    assert not app.error


def test_a_link_opens_the_saved_list(app: AppTest) -> None:
    _planned(app)
    linked = app.session_state[Key.DESK].selection_id
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    again.query_params["selection"] = linked
    again.run()
    assert not again.exception
    assert again.session_state[Key.DESK].selection == app.session_state[Key.DESK].selection
    assert [m.value for m in again.metric][:3] == ["8", "6.0 / 10", "8"]


def test_a_link_to_nothing_says_so(app: AppTest) -> None:
    app.query_params["selection"] = "gone"
    app.run()
    assert not app.exception
    assert "no selection gone" in app.error[0].value.replace("\\", "")


def test_a_stopped_run_is_taken_up_again(app: AppTest) -> None:
    app.session_state[Key.ASKED] = "camping"
    app.session_state[Key.TASK] = Task.PLAN
    app.run()
    assert not app.exception
    assert app.session_state[Key.DESK].intent.text == "camping"


def test_the_browsers_queue_is_stored_once_and_undone(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    _planned(app)
    from ui import judging, resources

    live = resources.services()
    desk = app.session_state[Key.DESK]
    events = [
        {"c": "c" * 24, "n": n, "s": desk.selection_id, "id": one.product_id, "v": "accept", "rank": n}
        for n, one in enumerate(desk.selection.products[:3], start=1)
    ]
    held: dict[Any, Any] = {Key.DESK: desk, Key.GRID: SimpleNamespace(events=events)}
    monkeypatch.setattr(judging.st, "session_state", held)
    judging.take_events(live)
    judging.take_events(live)
    assert [e["product_id"] for e in live.feedback] == ["p1", "p10", "p11"]
    assert live.feedback[0]["context"]["rank"] == 1
    assert live.feedback[0]["context"]["reward"]["total"] == 6.0
    assert held[Key.ACKS] == {"c" * 24: 3}
    judging.undo(live)
    assert [e["product_id"] for e in live.feedback] == ["p1", "p10"]
    assert len(held[Key.UNDO]) == 2
