"""The studio page as a script over the real core: first visit, planned, edited, stopped, failed, reopened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.errors import StoreBusy
from core.services import Services
from tests.ui.conftest import ROOT, settled
from ui import resources
from ui.state import Desk, Key

THEME = "camping tent"
CLIENT = "0123456789abcdef01234567"


def planned(app: AppTest, theme: str = THEME) -> Desk:
    app.run()
    app.chat_input[0].set_value(theme).run()
    app.session_state[Key.STRATEGY] = True
    settled(app)
    assert not app.exception
    return held(app)


def held(app: AppTest) -> Desk:
    desk: Desk = app.session_state[Key.DESK]
    return desk


def widget(app: AppTest, kind: str, key: Key) -> Any:
    """A filter as it is drawn for the list that lies on the desk."""
    return getattr(app, kind)(key=key.of(held(app).generation))


def in_the_page(app: AppTest, work: str, *, linked: str | None = None) -> AppTest:
    """Do something with the session of a page, as a component's callback does it, on the page drawn anew."""
    script = AppTest.from_string(
        "import sys\nfrom types import SimpleNamespace\nimport streamlit as st\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from ui import bottom_bar, drafting, judging, resources, workbench\nfrom ui.state import Key\n"
        f"live = resources.services()\n{work}\n",
        default_timeout=30,
    )
    if linked is not None:
        script.query_params["selection"] = linked
    for key in (Key.DESK, Key.ACKS):
        if key in app.session_state:
            script.session_state[key] = app.session_state[key]
    script.run()
    assert not script.exception
    return script


def test_a_first_visit_shows_the_way_through(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "What shall we put on the shelf?"
    assert not app.error
    assert Key.DESK not in app.session_state


def test_a_theme_becomes_a_saved_list(app: AppTest, live: Services) -> None:
    desk = planned(app)
    assert desk.selection is not None and desk.selection.products
    assert desk.turn is not None and desk.turns
    assert app.query_params["selection"] == desk.selection_id
    assert "run" not in app.query_params
    assert desk.filters.in_stock and not desk.changed
    saved = pipeline.open_selection(live, desk.selection_id or "")
    assert saved.selection == desk.selection
    assert saved.version.run_id == desk.run_id
    assert saved.version.size == 200


def test_the_address_alone_brings_everything_back(app: AppTest, live: Services) -> None:
    desk = planned(app)
    pipeline.judge_product(live, desk.selection.products[0].product_id, "accept", selection_id=desk.selection_id or "")  # type: ignore[union-attr]
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    again.query_params["selection"] = desk.selection_id or ""
    again.run()
    assert not again.exception
    there = held(again)
    assert (there.selection, there.turns, there.turn, there.rows) == (desk.selection, desk.turns, desk.turn, desk.rows)


def test_a_run_in_the_address_is_followed_by_another_tab(app: AppTest, live: Services) -> None:
    app.run()
    run_id = resources.runs().start("plan", {"theme": THEME})
    app.query_params["run"] = run_id
    resources.runs().wait(run_id, 30)
    app.run()
    app.run()
    assert not app.exception
    assert held(app).run_id == run_id
    assert "run" not in app.query_params


def test_an_edit_is_kept_counted_and_can_be_taken_back(app: AppTest, live: Services) -> None:
    desk = planned(app)
    name = desk.selection_id or ""
    edits = [
        {"c": CLIENT, "n": 1, "s": name, "op": "add", "sign": 1, "term": "lantern"},
        {"c": CLIENT, "n": 2, "s": name, "op": "add", "sign": -1, "term": "toy"},
    ]
    script = in_the_page(
        app, f"st.session_state['terms'] = SimpleNamespace(edits={edits!r})\ndrafting.take_edits(live)"
    )
    edited = held(script)
    assert edited.changed and edited.turn is None
    by_name = {(row.term, row.sign): row for row in edited.rows}
    assert by_name["lantern", 1].finds and by_name["lantern", 1].why == "yours"
    assert by_name["toy", -1].finds
    assert script.session_state[Key.ACKS] == {CLIENT: 2}
    draft = pipeline.load_draft(live, name)
    assert draft is not None and any(row["term"] == "toy" for row in draft.body["rows"])

    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    again.query_params["selection"] = name
    again.run()
    assert {(row.term, row.sign) for row in held(again).rows} == set(by_name)

    undone = in_the_page(script, "judging.undo(live)")
    assert [row.term for row in held(undone).side(-1) if row.use] == [r.term for r in desk.side(-1)]


def test_a_preview_of_the_draft_is_the_next_version(app: AppTest, live: Services) -> None:
    desk = planned(app)
    widget(app, "number_input", Key.PRICE_HIGH).set_value(30.0).run()
    assert held(app).changed
    assert held(app).filters.price == (None, 30.0)
    app.button(key="preview").click().run()
    settled(app)
    fresh = held(app)
    assert (fresh.version, fresh.changed) == (2, False)
    prices = [p.price for p in pipeline.products(live, [p.product_id for p in fresh.selection.products]).values()]  # type: ignore[union-attr]
    assert prices and all(price is not None and price <= 30 for price in prices)
    assert len(fresh.selection.products) < len(desk.selection.products)  # type: ignore[union-attr]
    assert pipeline.load_draft(live, fresh.selection_id or "") is None or not fresh.changed


def test_a_changed_draft_can_be_thrown_away(app: AppTest) -> None:
    desk = planned(app)
    widget(app, "toggle", Key.IN_STOCK).set_value(False).run()
    assert held(app).changed
    app.button(key="discard").click().run()
    assert not held(app).changed
    assert held(app).filters == desk.filters


def test_how_well_products_have_to_fit_is_a_choice_that_says_what_it_comes_to(app: AppTest, live: Services) -> None:
    desk = planned(app)
    assert desk.selection is not None
    control = widget(app, "segmented_control", Key.STRICTNESS)
    at = next(dict(stage.at) for stage in desk.selection.funnel if stage.at)
    assert [option.content for option in control.proto.options] == [
        f"{name.capitalize()} · {at[name]:,}" for name in ("loose", "balanced", "strict")
    ]
    control.set_value("loose").run()
    assert held(app).changed and held(app).filters == replace(desk.filters, strictness="loose")
    kept = pipeline.load_draft(live, desk.selection_id or "")
    assert kept is not None and kept.body["filters"]["strictness"] == "loose"
    app.button(key="preview").click().run()
    settled(app)
    fresh = held(app)
    assert fresh.selection is not None and fresh.selection.strategy.filters.strictness == "loose" and not fresh.changed
    assert len(fresh.selection.products) == at["loose"] >= len(desk.selection.products) == at["balanced"]


def test_an_older_version_is_looked_at_and_restored(app: AppTest) -> None:
    planned(app)
    widget(app, "number_input", Key.SIZE).set_value(3).run()
    app.button(key="preview").click().run()
    settled(app)
    assert len(held(app).selection.products) == 3  # type: ignore[union-attr]
    older = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    older.query_params["selection"] = held(app).selection_id or ""
    older.query_params["version"] = "1"
    older.run()
    assert (held(older).version, held(older).newest) == (1, 2)
    older.button(key="restore").click().run()
    assert (held(older).version, held(older).newest) == (3, 3)
    assert len(held(older).selection.products) > 3  # type: ignore[union-attr]


def test_two_tabs_that_preview_at_once_lose_nothing(app: AppTest, live: Services) -> None:
    desk = planned(app)
    other = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    other.query_params["selection"] = desk.selection_id or ""
    other.session_state[Key.STRATEGY] = True
    other.run()
    for tab, price in ((other, 25.0), (app, 40.0)):
        widget(tab, "number_input", Key.PRICE_HIGH).set_value(price).run()
        tab.button(key="preview").click().run()
        settled(tab)
    assert any("Nothing was written over" in error.value for error in app.error)
    assert held(app).filters.price == (None, 40.0)
    app.button(key="fork").click().run()
    settled(app)
    assert held(app).selection_id != desk.selection_id
    assert held(app).filters.price == (None, 40.0)
    assert pipeline.open_selection(live, desk.selection_id or "").summary.version == 2


def test_a_theme_without_words_is_answered_in_words_and_leaves_the_list(app: AppTest) -> None:
    desk = planned(app)
    app.chat_input[0].set_value("!!! ???").run()
    settled(app)
    assert app.error and held(app).selection == desk.selection
    app.button(key="let_go").click().run()
    assert not app.error


def test_a_store_that_does_not_answer_is_said_and_nothing_is_lost(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = planned(app)

    def busy(*_args: Any, **_more: Any) -> Any:
        raise StoreBusy("The database is locked.")

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "save_draft", busy)
        widget(app, "number_input", Key.PRICE_HIGH).set_value(30.0).run()
    assert any("locked" in error.value for error in app.error)
    assert held(app).filters.price == (None, 30.0)
    assert held(app).selection == desk.selection


def test_a_verdict_that_the_store_refuses_stays_in_the_browser(app: AppTest, live: Services) -> None:
    desk = planned(app)
    name, product = desk.selection_id or "", desk.selection.products[0].product_id  # type: ignore[union-attr]
    sent = [{"c": CLIENT, "n": 1, "s": name, "id": product, "v": "reject", "r": ["off_theme", "made_up"], "rank": 1}]
    event = f"st.session_state['grid'] = SimpleNamespace(events={sent!r})\n"
    refuse = (
        "from core import pipeline\nfrom core.errors import StoreBusy\nreal = pipeline.judge_product\n"
        "def busy(*a, **m):\n    raise StoreBusy('locked')\npipeline.judge_product = busy\n"
        "try:\n    judging.take_verdicts(live)\nfinally:\n    pipeline.judge_product = real\n"
    )
    script = in_the_page(app, event + refuse)
    assert script.session_state[Key.UNSAVED] == "locked"
    assert Key.ACKS not in script.session_state
    script = in_the_page(app, event + "judging.take_verdicts(live)")
    assert script.session_state[Key.ACKS] == {CLIENT: 1}
    standing = pipeline.standing_products(live, name)[product]
    assert (standing.verdict, standing.reasons) == ("reject", ("off_theme",))
    feedback = live.store.feedback(name)
    assert [e.context["run"] for e in feedback] == [desk.run_id]
    assert feedback[0].context["rank"] == 1


def test_stars_for_a_strategy_are_kept(app: AppTest, live: Services) -> None:
    desk = planned(app)
    in_the_page(app, "st.session_state['strategy_rating_0'] = 3\njudging.rate(live)")
    events = live.store.feedback(desk.selection_id or "")
    assert [(e.verdict, e.subject, e.value) for e in events] == [("rate", "strategy", "4")]
    assert events[0].context["reward"]["total"] == desk.reward.total  # type: ignore[union-attr]
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
    again.query_params["selection"] = desk.selection_id or ""
    again.run()
    assert again.session_state[Key.RATING.of(again.session_state[Key.RATING_ROUND])] == 3
    again.button(key="undo").click().run()
    assert again.session_state[Key.RATING.of(again.session_state[Key.RATING_ROUND])] is None


def test_a_link_to_nothing_says_so(app: AppTest) -> None:
    app.query_params["selection"] = "0" * 32
    app.run()
    assert not app.exception
    assert app.error


def test_an_unknown_run_in_the_address_says_so_and_is_let_go(app: AppTest) -> None:
    app.query_params["run"] = "0" * 32
    app.run()
    assert not app.exception
    assert app.error
    assert "run" not in app.query_params


@pytest.mark.parametrize("view", ["Cards", "Table", "Charts", "Removed"])
def test_each_view_is_drawn(app: AppTest, view: str) -> None:
    planned(app)
    app.segmented_control(key=Key.VIEW).set_value(view).run()
    assert not app.exception
    assert not app.error


def test_a_picture_that_is_none_is_refused_in_words(app: AppTest, tmp_path: Path) -> None:
    app.run()
    script = in_the_page(
        app,
        "st.session_state['theme_input'] = SimpleNamespace(text='like this', "
        "files=[SimpleNamespace(getvalue=lambda: b'no picture')])\nbottom_bar.ask_typed()",
    )
    assert script.session_state[Key.ERROR]
    assert script.session_state[Key.ASKED] == "like this"
