"""The rules page as a script over the real core: switches, own rules, tries, conflicts of two tabs, what is removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.domain import GRADES
from core.pipeline import AuditEntry
from core.services import Services
from tests.ui.conftest import ROOT
from ui.components import rank_columns, rule_list, spoken_cards
from ui.components.rule_history import done
from ui.components.rule_list import Pressed, RuleGroup, RuleRow, pressed_of, told

PAGE = f"""
import runpy
runpy.run_path({str(ROOT / "ui" / "pages" / "rules.py")!r})
"""


class Browser:
    """Stands in for the elements that only a browser draws: keeps what they are handed, and presses."""

    def __init__(self) -> None:
        self.groups: Sequence[RuleGroup] = ()
        self.columns: Sequence[rank_columns.Column] = ()
        self.cards: Sequence[spoken_cards.SpokenCard] = ()
        self.pressed: Pressed | None = None

    def rules(self, groups: Sequence[RuleGroup], **_: Any) -> Pressed | None:
        self.groups = groups
        pressed, self.pressed = self.pressed, None
        return pressed

    def draw(self, columns: Sequence[rank_columns.Column], *_: Any, **__: Any) -> None:
        self.columns = columns

    def spoken(self, cards: Sequence[spoken_cards.SpokenCard], **_: Any) -> None:
        self.cards = cards

    def row(self, rule_id: str) -> RuleRow:
        return next(row for group in self.groups for row in group.rows if row.id == rule_id)


class Page:
    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.app = AppTest.from_string(PAGE, default_timeout=60)

    def run(self) -> AppTest:
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self.app

    def press(self, rule_id: str, act: Any, seen: int | None = None) -> AppTest:
        self.browser.pressed = Pressed(rule_id, act, seen)
        return self.run()

    def query(self, words: str) -> AppTest:
        self.app.text_input(key="q").set_value(words)
        return self.run()

    def write(self, name: str, words: list[str], **fields: Any) -> AppTest:
        """Fill in a new rule, as far as it is given."""
        self.app.button(key="rule_new").click()
        self.run()
        self.app.text_input(key="rule_name").set_value(name)
        self.app.multiselect(key="rule_words").set_value(words)
        for key, value in fields.items():
            self.app.session_state[f"rule_{key}"] = value
        return self.run()

    def click(self, key: str) -> AppTest:
        self.app.button(key=key).click()
        return self.run()


@pytest.fixture
def page(live: Services, monkeypatch: pytest.MonkeyPatch) -> Page:
    browser = Browser()
    monkeypatch.setattr(rule_list, "rule_list", browser.rules)
    monkeypatch.setattr("ui.components.rule_spoken.rank_columns", browser.draw)
    monkeypatch.setattr("ui.components.rule_spoken.spoken_cards", browser.spoken)
    made = Page(browser)
    made.run()
    return made


def words(elements: Any) -> str:
    return " ".join(str(e.value) for e in elements).replace("\\", "").replace("\u2060", "")


def own(live: Services) -> list[pipeline.ListedRule]:
    return [one for one in pipeline.list_rules(live) if one.rule.own]


def test_it_lists_the_shipped_rules_and_invites_to_write_one(page: Page, live: Services) -> None:
    mine, shipped = page.browser.groups
    assert mine.rows == () and "None yet" in mine.note
    assert [row.id for row in shipped.rows] == [one.rule.id for one in pipeline.list_rules(live)]
    assert [row.on for row in shipped.rows] == [one.rule.enabled for one in pipeline.list_rules(live)]
    assert all(row.spoke is None and row.seen is None for row in shipped.rows)


def test_a_switch_is_kept_and_told_with_who_did_it(page: Page, live: Services) -> None:
    off = sum(not row.on for row in page.browser.groups[1].rows)
    page.press("colour", "off")
    row = page.browser.row("colour")
    assert not row.on and row.seen == 1 and "switched by" in row.who
    assert page.browser.groups[1].note.endswith(f", {off + 1} off")
    assert "colour" not in {rule.id for rule in live.rules().active}
    page.press("colour", "on", 1)
    assert page.browser.row("colour").on
    assert "2 changes of the rules" in page.app.expander[0].label
    assert "Another colour** was switched on by" in words(page.app.expander[0].markdown)


def test_a_press_that_is_told_twice_does_no_harm(page: Page, live: Services) -> None:
    page.press("colour", "off")
    app = page.press("colour", "off")
    assert len(app.warning) == 0 and not page.browser.row("colour").on
    assert len(pipeline.rule_history(live)) == 1


def test_a_tab_that_fell_behind_is_told_and_shows_what_holds(page: Page, live: Services) -> None:
    pipeline.switch_rule(live, "colour", False, seen=None)
    pipeline.switch_rule(live, "colour", True, seen=1)
    app = page.press("colour", "off")
    assert "was changed by" in words(app.warning) and page.browser.row("colour").on


def test_a_query_shows_which_rules_speak_and_of_what(page: Page) -> None:
    app = page.query("red tent")
    rows = page.browser.groups[1].rows
    assert rows[0].spoke and rows[0].example.startswith("Asked for ")
    colour = page.browser.row("colour")
    assert colour.spoke and colour.example.startswith("Asked for red, and this is ") and len(colour.pictures) == 4
    assert any(row.spoke == 0 for row in rows)
    assert "of the first 96 products that words and meaning find for “red tent”" in words(app.markdown)
    app = page.press("colour", "look")
    assert len(page.browser.cards) == colour.spoke
    assert all(card.sentence.startswith("Asked for red") for card in page.browser.cards)
    assert "It speaks of" in words(app.markdown)


def test_a_query_that_is_none_says_so_and_leaves_the_list(page: Page) -> None:
    app = page.query("?!")
    assert "at least one word" in words(app.warning)
    assert len(page.browser.groups[1].rows) > 5


def test_an_example_is_tried_by_one_press(page: Page) -> None:
    pills = page.app.button_group(key="rules_example")
    example = pills.options[0]
    pills.set_value(example)
    page.run()
    assert page.app.text_input(key="q").value == example


def test_a_rule_is_tried_on_a_search_then_kept_then_edited(page: Page, live: Services) -> None:
    page.query("camping tent")
    app = page.write("No cedar", ["cedar"])
    before, after = page.browser.columns
    assert (before.id, after.id) == ("before", "after") and len(before.hits) == len(after.hits) == 12
    assert "It speaks of **" in words(app.markdown) and not own(live)
    page.click("rule_save")
    assert page.app.toast[0].value.replace("\\", "").startswith("“No cedar” is kept")
    kept = own(live)[0].rule
    assert (kept.words, kept.when, kept.best, kept.where) == (("cedar",), (), 2, "anywhere")
    row = page.browser.row("own.no-cedar")
    assert row.own and row.scope == "Products that say “cedar” anywhere, in every search" and row.sentence == ""

    page.press("own.no-cedar", "edit")
    assert page.app.text_input(key="rule_name").value == "No cedar"
    page.app.text_input(key="rule_sentence").set_value("We sell no {found}.")
    page.app.button_group(key="rule_best").set_value(1)
    page.run()
    page.click("rule_save")
    edited = own(live)[0].rule
    assert (edited.sentence, edited.best) == ("We sell no {found}.", 1)
    assert page.browser.row("own.no-cedar").sentence == "We sell no {found}."


def test_what_is_missing_is_said_and_what_was_typed_stays(page: Page, live: Services) -> None:
    app = page.write("No cedar", [])
    assert "Say which words products say" in words(app.markdown)
    app = page.click("rule_save")
    assert "looks for no words" in words(app.error)
    assert app.text_input(key="rule_name").value == "No cedar"
    app.multiselect(key="rule_words").set_value(["cedar"])
    app.button_group(key="rule_scope").set_value("when")
    page.run()
    assert "which words a search has to say" in words(page.click("rule_save").error)
    assert not own(live)
    page.click("rule_cancel")
    assert page.browser.groups[0].rows == () and len(page.app.error) == 0


def test_two_tabs_edit_one_rule_and_the_second_is_told(page: Page, live: Services) -> None:
    page.write("No cedar", ["cedar"])
    page.click("rule_save")
    page.press("own.no-cedar", "edit")
    held = own(live)[0]
    pipeline.switch_rule(live, held.rule.id, False, seen=held.seen)
    page.app.text_input(key="rule_name").set_value("No cedar at all")
    app = page.click("rule_save")
    assert "was changed by" in words(app.error)
    assert app.text_input(key="rule_name").value == "No cedar at all"
    assert own(live)[0].rule.name == "No cedar"
    page.click("rule_anew")
    assert page.app.text_input(key="rule_name").value == "No cedar"
    page.app.text_input(key="rule_name").set_value("No cedar at all")
    page.click("rule_save")
    after = own(live)[0].rule
    assert (after.name, after.enabled) == ("No cedar at all", False)


def test_a_removed_rule_can_be_put_back(page: Page, live: Services) -> None:
    page.write("No cedar", ["cedar"])
    page.click("rule_save")
    app = page.press("own.no-cedar", "remove", page.browser.row("own.no-cedar").seen)
    assert not own(live) and "“No cedar” is removed" in words(app.markdown)
    page.click("rule_back")
    assert own(live)[0].rule.words == ("cedar",)
    page.press("own.no-cedar", "remove", page.browser.row("own.no-cedar").seen)
    app = page.click("rule_fine")
    assert "is removed" not in words(app.markdown)


def test_an_address_of_a_rule_that_is_gone_says_so(live: Services, page: Page) -> None:
    page.app.query_params["rule"] = "own.gone"
    app = page.run()
    assert "no rule of that name" in words(app.warning)
    page.click("rule_all")
    assert len(page.browser.groups) == 2


def test_a_shipped_rule_cannot_be_edited_by_its_address(page: Page) -> None:
    page.app.query_params["rule"] = "colour"
    assert "no rule of that name" in words(page.run().warning)


def test_names_and_words_of_operators_are_never_markup(page: Page) -> None:
    page.write(":red[**Bold**] <b>x</b>", ["![a](http://evil.example/x.png)"])
    page.click("rule_save")
    app = page.press("own.red-bold-b-x-b", "edit")
    drawn = " ".join(str(e.value) for e in (*app.markdown, *app.title))
    assert ":red[" not in drawn and "![" not in drawn and "<b>" not in drawn


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ({"id": "colour", "act": "off", "seen": None}, Pressed("colour", "off", None)),
        ({"id": "own.x", "act": "remove", "seen": 3.0}, Pressed("own.x", "remove", 3)),
        ({"id": "own.x", "act": "destroy", "seen": 3}, None),
        ({"id": "", "act": "off", "seen": None}, None),
        ({"id": 7, "act": "off", "seen": None}, None),
        ({"id": "x" * 65, "act": "off", "seen": None}, None),
        ({"id": "own.x", "act": "off", "seen": "3"}, None),
        ({"id": "own.x", "act": "off", "seen": float("inf")}, None),
        (None, None),
        ("off", None),
    ],
)
def test_only_what_can_be_a_press_is_one(raw: Any, wanted: Pressed | None) -> None:
    assert pressed_of(raw) == wanted


def test_a_template_reads_without_its_placeholders() -> None:
    assert told("Asked for {asked}, and this is {found}.") == "Asked for …, and this is …."
    assert told("Says “{{x}}”.") == "Says “{x}”."


@pytest.mark.parametrize(
    ("event", "before", "after", "wanted"),
    [
        ("rule added", {}, {"enabled": True, "body": {"name": "A"}}, "was written"),
        ("rule added", {}, {"enabled": False, "body": None}, "was switched off"),
        ("rule changed", {"enabled": True}, {"enabled": True, "body": {"name": "A"}}, "was rewritten"),
        ("rule changed", {"enabled": False}, {"enabled": True, "body": {"name": "A"}}, "was switched on"),
        ("rule removed", {"enabled": True, "body": {"name": "A"}}, {}, "was removed"),
        ("rule removed", {"enabled": False, "body": None}, {}, "is as it was shipped again"),
    ],
)
def test_changes_are_told_in_words(event: str, before: Any, after: Any, wanted: str) -> None:
    from datetime import UTC, datetime

    assert done(AuditEntry("rule", "own.a", event, "ann", datetime.now(UTC), before, after)) == wanted


def test_every_grade_that_a_rule_can_leave_has_its_consequence() -> None:
    from ui.components.rule_form import GRADES as TOLD

    assert set(TOLD) == set(GRADES) - {4}
