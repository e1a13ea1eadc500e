"""Before a plan: at once where nothing is spent; else a card with chips, ways, a price and earlier research."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.domain import Filters, Intent
from core.services import Services
from tests.servers.unkind import UnkindServer, said_by, status
from tests.ui import talking_model
from tests.ui.conftest import settled
from tests.ui.test_broken_off import Breaking
from tests.ui.test_studio_page import THEME, held, planned
from tests.ui.thinking_screens import MODEL, after_errand, chips, meant_key, model_behind, on_page
from ui import asking, resources
from ui.plan_choices import Ask, Choices
from ui.state import Key

IDEA = "waterproof tents for kids under $50, no toys"


@pytest.fixture
def model(live: Services) -> Iterator[UnkindServer]:
    with model_behind(live) as server:
        yield server


def typed(app: AppTest, text: str) -> AppTest:
    app.chat_input[0].set_value(text).run()
    assert not app.exception
    return app


def card(app: AppTest) -> Ask:
    laid: Ask = app.session_state[Key.ASK]
    return laid


def texts(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


def test_without_a_model_a_theme_is_planned_at_once(app: AppTest) -> None:
    app.run()
    typed(app, THEME)
    assert Key.ASK not in app.session_state or app.session_state[Key.ASK] is None
    run = resources.runs().look(app.session_state["run_followed"])
    assert (run.params["theme"], run.params["planner"], run.params["intent"]) == (THEME, "catalogue", None)
    settled(app)
    assert held(app).selection is not None


def test_research_without_a_model_shows_the_card_first_and_starts_nothing(app: AppTest, live: Services) -> None:
    app.run()
    app.segmented_control(key=Key.RESEARCH.of(0)).set_value("single").run()
    typed(app, IDEA)
    intent = card(app).intent
    assert (intent.what, intent.audience, intent.must_have, intent.must_not) == (
        "tents",
        "kids",
        ("waterproof",),
        ("toys",),
    )
    assert intent.filters == Filters((None, 50.0), in_stock=True)
    assert "costs nothing" in texts(app)
    assert not live.store.list_runs(kind="plan")
    app.button(key="plan_now").click().run()
    settled(app)
    assert not app.exception and card_is_gone(app)
    desk = held(app)
    assert desk.intent.audience == "kids" and desk.intent.must_have == ("waterproof",)
    assert [one.mode for one in pipeline.recent_research(live, IDEA)] == ["single"]
    # The choice is remembered: the next idea is shown first too.
    app.segmented_control(key=meant_key(app)).set_value("theme").run()
    typed(app, "red lanterns")
    assert card(app).intent.text == "red lanterns"


def card_is_gone(app: AppTest) -> bool:
    return app.session_state[Key.ASK] is None and not any(one.key == "plan_now" for one in app.button)


def test_an_operator_may_want_to_look_first(app: AppTest) -> None:
    app.run()
    app.toggle(key=Key.LOOK_FIRST.of(0)).set_value(True).run()
    typed(app, THEME)
    assert card(app).intent.text == THEME
    app.button(key="ask_cancel").click().run()
    assert card_is_gone(app)


def test_with_a_model_the_card_says_what_it_takes_and_the_model_plans(app: AppTest, model: UnkindServer) -> None:
    app.run()
    typed(app, IDEA)
    assert not model.requests
    assert "model calls; the price of the model is not known" in texts(app)
    app.number_input(key=Key.MOST_TURNS.of(card(app).number)).set_value(2).run()
    app.button(key="plan_now").click().run()
    settled(app)
    assert not app.exception
    desk = held(app)
    assert [turn.strategy.positive for turn in desk.turns] == [talking_model.FIRST, talking_model.SECOND]
    assert all("sk-not-shown" not in one for one in (texts(app), str(live_events(desk.run_id))))
    app.button(key="retell").click().run()
    assert not app.exception and app.session_state[Key.REPLAY] == desk.run_id


def live_events(run_id: str | None) -> Any:
    return resources.runs().events(run_id or "")


def test_a_model_that_refuses_is_said_and_the_plan_is_made_without_it(app: AppTest, model: UnkindServer) -> None:
    model.script([status(401)])
    app.run()
    typed(app, THEME)
    app.button(key="plan_now").click().run()
    settled(app)
    assert any("key" in one.value.lower() for one in app.error)
    app.button(key="without_model").click().run()
    settled(app)
    assert not app.exception and held(app).selection is not None
    assert held(app).intent.text == THEME


def test_a_model_reads_an_idea_closer_and_what_was_changed_meanwhile_stays(app: AppTest, model: UnkindServer) -> None:
    app.run()
    typed(app, "something red for the families of our town")
    app.button(key="read_closer").click().run()
    changed = on_page(
        app,
        f"st.session_state[asking.ON_CARD] = SimpleNamespace(chips={chips(card(app).about, occasion='Easter')!r})\n"
        "asking.take_chips(live)",
    )
    app.session_state[Key.ASK] = changed.session_state[Key.ASK]
    after_errand(app)
    intent = card(app).intent
    assert (intent.occasion, intent.season) == ("Easter", "summer")
    assert app.session_state[Key.ERRAND] is None


def test_a_reading_that_fails_is_said_and_the_card_stays(app: AppTest, model: UnkindServer) -> None:
    model.script([status(404)])
    app.run()
    typed(app, THEME)
    app.button(key="read_closer").click().run()
    after_errand(app)
    assert app.error and card(app).intent.text == THEME


def test_chips_come_whole_and_once(app: AppTest) -> None:
    app.run()
    app.toggle(key=Key.LOOK_FIRST.of(0)).set_value(True).run()
    typed(app, IDEA)
    about = card(app).about

    def sent(number: int, **values: Any) -> AppTest:
        return on_page(
            app,
            f"st.session_state[asking.ON_CARD] = SimpleNamespace(chips={chips(about, number, **values)!r})\n"
            "asking.take_chips(live)",
        )

    second = sent(2, audience="men", must_not=[])
    assert (card(second).intent.audience, card(second).intent.must_not) == ("men", ())
    app.session_state[Key.ASK] = second.session_state[Key.ASK]
    app.session_state[Key.CHIPS_SEEN] = second.session_state[Key.CHIPS_SEEN]
    # An older one that comes late changes nothing, and one of another ask neither.
    assert card(sent(1, audience="dogs")).intent.audience == "men"
    about = "ask 99"
    assert card(sent(3, audience="dogs")).intent.audience == "men"


def test_chips_that_are_broken_off_come_again(app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    laid = Ask(1, Intent(THEME))
    for at in itertools.count(1):
        place = SimpleNamespace(chips=chips(laid.about, audience="men"))
        state = Breaking({Key.ASK: laid, asking.ON_CARD: place}, at)
        monkeypatch.setattr(asking.st, "session_state", state)
        broken = False
        try:
            asking.take_chips(live)
        except BaseException:
            broken = True
            asking.take_chips(live)
        assert state[Key.ASK].intent.audience == "men" and state[Key.CHIPS_SEEN]
        if not broken:
            break
    assert at > 2


def test_what_a_list_is_for_is_changed_and_planned_again(app: AppTest, live: Services) -> None:
    desk = planned(app)
    assert not any(one.key == "plan_again" and one.proto.type == "primary" for one in app.button)
    edited = on_page(
        app,
        "st.session_state[asking.ON_DESK] = SimpleNamespace("
        f"chips={chips(desk.selection_id or '', what='lanterns', price=[None, 60])!r})\nasking.take_chips(live)",
    )
    assert held(edited).filters.price == (None, 60.0) and held(edited).changed
    for key in (Key.DESK, Key.READ_AGAIN, Key.CHIPS_SEEN):
        app.session_state[key] = edited.session_state[key]
    app.run()
    app.button(key="plan_again").click().run()
    settled(app)
    assert not app.exception
    fresh = held(app)
    assert fresh.selection_id != desk.selection_id
    assert (fresh.intent.what, fresh.filters.price) == ("lanterns", (None, 60.0))
    titles = {p.title for p in pipeline.products(live, [p.product_id for p in fresh.selection.products]).values()}  # type: ignore[union-attr]
    assert titles and all("lantern" in title for title in titles)
    assert pipeline.open_selection(live, desk.selection_id or "").summary.version == 1


def test_a_plan_is_made_from_research_that_is_kept(app: AppTest, live: Services) -> None:
    app.run()
    app.segmented_control(key=Key.RESEARCH.of(0)).set_value("wide").run()
    typed(app, THEME)
    app.button(key="plan_now").click().run()
    settled(app)
    (kept,) = pipeline.recent_research(live, THEME)
    app.button(key="retell").click().run()
    app.button(key="again_from").click().run()
    assert card(app).research_id == kept.research_id
    assert app.segmented_control(key=Key.RESEARCH.of(card(app).number)).disabled
    app.button(key="plan_now").click().run()
    settled(app)
    assert not app.exception
    assert len(pipeline.recent_research(live, THEME)) == 1
    run = resources.runs().look(held(app).run_id or "")
    assert (run.params["research_id"], run.params["research"]) == (kept.research_id, "none")
    # An idea that was looked up before offers what was found.
    app.segmented_control(key=meant_key(app)).set_value("theme").run()
    typed(app, THEME)
    earlier = app.selectbox(key=Key.EARLIER.of(card(app).number))
    assert len(earlier.options) == 1 and "wide" in earlier.options[0]


def test_research_that_was_stopped_is_planned_from(app: AppTest, live: Services, model: UnkindServer) -> None:
    model.script([said_by(lambda body: talking_model.reply(body, seconds=1.0))])
    app.run()
    app.segmented_control(key=Key.RESEARCH.of(0)).set_value("deep").run()
    typed(app, THEME)
    app.button(key="plan_now").click().run()
    run_id = app.session_state["run_followed"]
    for _ in range(200):
        if any(event.event.type == "search" for event in resources.runs().events(run_id)):
            break
        resources.runs().wait(run_id, 0.05)
    resources.runs().stop(run_id)
    settled(app)
    offered = [one for one in app.button if one.key == "from_found"]
    kept = [one for one in pipeline.recent_research(live, THEME) if one.run_id == run_id and one.evidence]
    assert [bool(offered), bool(kept)] == [True, True]
    model.script([said_by(talking_model.reply)])
    offered[0].click().run()
    settled(app)
    assert not app.exception and held(app).selection is not None


def test_the_first_theme_that_is_pressed_is_asked_like_a_typed_one(live: Services, app: AppTest) -> None:
    script = on_page(app, "asking.choose(look_first=True)\nasking.begin_theme(live, 'camping tent')")
    assert card(script).intent.text == "camping tent"


def test_an_idea_without_words_comes_back_to_be_mended(app: AppTest, model: UnkindServer) -> None:
    app.run()
    typed(app, "!!! ???")
    assert app.error and (Key.ASK not in app.session_state or app.session_state[Key.ASK] is None)


def test_choices_hold_for_the_session_and_the_model_is_named(app: AppTest, model: UnkindServer) -> None:
    app.run()
    planner = app.segmented_control(key=Key.PLANNER.of(0))
    assert list(planner.options)[-1] == MODEL
    planner.set_value("catalogue").run()
    assert app.session_state[Key.CHOICES] == Choices(planner="catalogue")
    typed(app, THEME)
    settled(app)
    assert held(app).selection is not None and not model.requests


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (80, 80), (200, 40, 40)).save(made, "PNG")
    return made.getvalue()


def drop_picture(app: AppTest, words: str = "") -> AppTest:
    """The page after a picture was dropped into the input."""
    return on_page(
        app,
        f"st.session_state['theme_input'] = SimpleNamespace(text={words!r}, "
        f"files=[SimpleNamespace(getvalue=lambda: {photo()!r})])\nbottom_bar.ask_typed()",
    )


def test_what_a_picture_shows_becomes_chips_before_it_is_planned_for(app: AppTest, model: UnkindServer) -> None:
    app.run()
    dropped = drop_picture(app)
    for key in (Key.ASK, Key.ERRAND):
        app.session_state[key] = dropped.session_state[key]
    assert card(app).intent.picture is not None and not card(app).shaped
    after_errand(app)
    assert not app.exception
    intent = card(app).intent
    assert (intent.kind, intent.text, intent.audience) == ("image", "tents and light", "families")
    assert [message for message in model.requests[0].body["messages"][-1]["content"] if message["type"] == "image_url"]
    app.button(key="plan_now").click().run()
    settled(app)
    assert not app.exception
    assert (held(app).intent.picture, held(app).intent.text) == (intent.picture, "tents and light")


def test_a_picture_that_says_nothing_leaves_the_card_to_be_filled(app: AppTest, live: Services) -> None:
    app.run()
    app.toggle(key=Key.LOOK_FIRST.of(0)).set_value(True).run()
    dropped = drop_picture(app)
    for key in (Key.ASK, Key.ERRAND):
        app.session_state[key] = dropped.session_state[key]
    after_errand(app)
    assert app.error and card(app).intent.what == ""
    filled = on_page(
        app,
        f"st.session_state[asking.ON_CARD] = SimpleNamespace(chips={chips(card(app).about, what='tent')!r})\n"
        "asking.take_chips(live)",
    )
    app.session_state[Key.ASK] = filled.session_state[Key.ASK]
    app.run()
    app.button(key="plan_now").click().run()
    settled(app)
    assert not app.exception and held(app).intent.what == "tent"
