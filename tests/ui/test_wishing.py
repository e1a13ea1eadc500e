"""A list that is talked to: what was said is shown as a change with its effect, and made only when it is agreed to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.domain import Change, Filters, Strategy, Wish
from core.services import Services
from tests.servers.unkind import UnkindServer, status
from tests.ui.conftest import settled
from tests.ui.test_broken_off import Breaking
from tests.ui.test_studio_page import held, planned
from tests.ui.thinking_screens import after_errand, meant_key, model_behind
from ui import wishing, workbench
from ui.components.wish_card import difference
from ui.state import Key
from ui.wishing import Proposal, edits_of


@pytest.fixture
def model(live: Services) -> Iterator[UnkindServer]:
    with model_behind(live) as server:
        yield server


def say(app: AppTest, text: str) -> AppTest:
    app.chat_input[0].set_value(text).run()
    assert not app.exception
    return app


def shown(app: AppTest) -> Proposal:
    proposal: Proposal = app.session_state[Key.WISH]
    return proposal


def told(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.info, *app.warning))


def keys(app: AppTest) -> set[str]:
    return {one.key for one in app.button if one.key}


def test_a_wish_is_shown_with_its_effect_and_changes_nothing_yet(app: AppTest) -> None:
    desk = planned(app)
    say(app, "no lanterns, add office chair, under 25")
    change = shown(app)
    assert change.after is not None and change.counted_before is not None and change.counted_after is not None
    assert change.after.filters.price == (None, 25.0) and "office chair" in change.after.positive
    assert change.counted_before[0].count != change.counted_after[0].count
    assert "office chair" in told(app) and "→" in told(app)
    assert held(app).rows == desk.rows and held(app).filters == desk.filters
    assert "run_followed" not in app.session_state or app.session_state["run_followed"] is None


def test_a_wish_that_is_agreed_to_is_the_next_version_and_kept_as_feedback(app: AppTest, live: Services) -> None:
    desk = planned(app)
    say(app, "add office chair, under 60")
    after = shown(app).after
    app.button(key="wish_apply").click().run()
    settled(app)
    assert not app.exception and app.session_state[Key.WISH] is None
    fresh = held(app)
    assert (fresh.selection_id, fresh.version, fresh.changed) == (desk.selection_id, 2, False)
    assert fresh.selection is not None and fresh.selection.strategy == after
    kept = [e for e in live.store.feedback(desk.selection_id or "") if e.verdict == "edit"]
    assert [e.subject_id for e in kept] == ["office chair"]
    assert pipeline.list_versions(live, desk.selection_id or "")[0].note == "add office chair, under 60"


def test_a_wish_can_be_let_go(app: AppTest) -> None:
    desk = planned(app)
    say(app, "cheaper")
    app.button(key="wish_discard").click().run()
    assert app.session_state[Key.WISH] is None
    assert held(app).rows == desk.rows and held(app).version == 1
    assert "wish_apply" not in keys(app)


def test_what_rules_cannot_serve_is_said_without_a_model(app: AppTest) -> None:
    planned(app)
    app.segmented_control(key=meant_key(app)).set_value(wishing.LIST).run()
    say(app, "somehow dreamier")
    assert shown(app).after is None and "wish_apply" not in keys(app)
    assert "language model" in told(app)
    app.button(key="wish_theme").click().run()
    settled(app)
    assert held(app).intent.text == "somehow dreamier"


def test_words_of_another_idea_are_a_new_theme(app: AppTest) -> None:
    desk = planned(app)
    say(app, "office chair")
    settled(app)
    assert held(app).selection_id != desk.selection_id


def test_who_says_that_it_is_a_theme_is_believed(app: AppTest) -> None:
    desk = planned(app)
    app.segmented_control(key=meant_key(app)).set_value(wishing.THEME).run()
    say(app, "no lantern")
    settled(app)
    assert Key.WISH not in app.session_state or app.session_state[Key.WISH] is None
    assert held(app).intent.text == "no lantern" or app.error
    assert desk.selection is not None
    # It was meant for that text only.
    assert app.segmented_control(key=meant_key(app)).value is None


def test_a_change_that_would_leave_nothing_is_refused_in_words(app: AppTest, live: Services) -> None:
    desk = planned(app)
    changes = tuple(Change("drop_find", term=term) for term in desk.strategy.positive)
    change = wishing.reckoned(live, desk, Wish(changes, text="without all of it"), "m")
    assert change.after is None and "every term" in change.error


def test_a_change_is_reckoned_anew_where_the_draft_changed_meanwhile(app: AppTest) -> None:
    planned(app)
    say(app, "add office chair")
    before = shown(app)
    app.toggle(key=Key.IN_STOCK.of(held(app).generation)).set_value(False).run()
    assert not app.exception
    after = shown(app)
    assert after.mark == before.mark and after.before.filters == Filters()
    assert after.counted_before != before.counted_before


def test_a_model_works_out_what_rules_cannot(app: AppTest, model: UnkindServer) -> None:
    planned_by_rules(app)
    say(app, "make it more festive for everybody at home")
    after_errand(app)
    assert shown(app).wish.sentence == "Lanterns make it festive."
    assert shown(app).after is not None and "lantern" in shown(app).after.positive  # type: ignore[union-attr]


def planned_by_rules(app: AppTest) -> None:
    app.run()
    app.segmented_control(key=Key.PLANNER.of(0)).set_value("catalogue").run()
    app.chat_input[0].set_value("camping tent").run()
    settled(app)
    assert held(app).selection is not None


def test_a_wish_that_rules_serve_asks_no_model(app: AppTest, model: UnkindServer) -> None:
    planned_by_rules(app)
    say(app, "under 20")
    assert shown(app).after is not None and not model.requests


def test_a_model_that_fails_gives_the_words_back(app: AppTest, model: UnkindServer) -> None:
    planned_by_rules(app)
    model.script([status(401)])
    say(app, "make it more festive for everybody at home")
    after_errand(app)
    assert app.error and app.session_state[Key.ASKED] == "make it more festive for everybody at home"
    assert app.session_state[Key.WISH] is None


def test_a_change_is_made_once_however_often_it_is_broken_off(
    app: AppTest, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = planned(app)
    monkeypatch.setattr(workbench, "ask_preview", lambda **_: None)
    for at in itertools.count(1):
        wish = Wish((Change("add_find", term="hammock"), Change("price", price=(None, 30.0))), text="add hammock")
        change = wishing.reckoned(live, desk, wish, f"0123456789abcdef{at:04d}")
        state = Breaking({Key.DESK: desk, Key.WISH: change}, at)
        monkeypatch.setattr(wishing.st, "session_state", state)
        broken = False
        try:
            wishing.apply(live)
        except StopException:
            broken = True
            if state[Key.WISH] is not None:
                wishing.apply(live)
        assert state[Key.WISH] is None
        assert state[Key.DESK].filters.price == (None, 30.0)
        assert [row.term for row in state[Key.DESK].rows].count("hammock") == 1
        kept = [e for e in live.store.feedback(desk.selection_id or "") if e.subject_id == "hammock"]
        assert len(kept) == at
        if not broken:
            break
    assert at > 5


def test_the_edits_between_two_strategies() -> None:
    before = Strategy(("tent", "lamp"), ("toy",), (("tent", 2.0),))
    after = Strategy(("lamp", "mat"), ("toy", "doll"), (("mat", 1.5),))
    assert edits_of(before, after) == (
        ("use", 1, "tent", 0.0),
        ("add", 1, "mat", 0.0),
        ("add", -1, "doll", 0.0),
        ("weight", 1, "mat", 1.5),
    )


def test_a_difference_is_read_at_a_glance() -> None:
    before = Strategy(("tent", "lamp"), ("toy",), (), Filters((None, 80.0)))
    after = Strategy(("tent",), ("toy", "*doll*"), (("tent", 1.5),), Filters((None, 50.0), ("Home > Chairs",), True))
    lines = difference(before, after, sizes=(200, 50), currency="USD")
    assert lines[0] == "Finds :red-badge[− lamp] :orange-badge[tent: weight 1 → 1\\.5]".replace("tent:", "tent:\u2060")
    assert "doll" in lines[1] and "*doll*" not in lines[1]
    assert "50" in lines[2] and "Chairs" in lines[2] and "in stock only" in lines[2]
    assert lines[3].startswith("List")
    assert "so already" in difference(before, before, sizes=(200, 200), currency="USD")[0]


def test_a_wish_for_less_strictness_says_how_long_the_list_will_be(app: AppTest) -> None:
    desk = planned(app)
    say(app, "less strict")
    change = shown(app)
    assert change.after is not None and change.after.filters.strictness == "loose" and desk.selection is not None
    at = next(dict(stage.at) for stage in desk.selection.funnel if stage.at)
    assert change.lengths == (at["balanced"], at["loose"]) and at["balanced"] == len(desk.selection.products)
    assert f"In the list **{at['balanced']:,} → {at['loose']:,}**" in told(app)
    app.button(key="wish_apply").click().run()
    settled(app)
    fresh = held(app)
    assert fresh.selection is not None and len(fresh.selection.products) == at["loose"]
    assert fresh.filters.strictness == "loose"


def test_where_more_than_the_fit_changes_what_is_found_is_told(app: AppTest) -> None:
    planned(app)
    say(app, "less strict, no lanterns")
    assert shown(app).lengths is None and "Found **" in told(app)
