"""The library page as a script over a small real core; what the browser presses on a row is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import Filters, Intent, SelectedProduct, Selection, Strategy
from core.runs import Runs
from core.services import Services, build_services
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
APP = """
import streamlit as st
pages = [st.Page({library!r}, title="Library", default=True), st.Page({studio!r}, title="Studio")]
st.navigation(pages, position="top").run()
"""
TENTS = Strategy(("tent", "lantern"), ("toy",))


def listing(*numbers: int, strategy: Strategy = TENTS) -> Selection:
    chosen = (
        SelectedProduct(f"p{number}", rank, 0.9, 0.8, 0.7, "Found by “tent”.", ())
        for rank, number in enumerate(numbers, start=1)
    )
    return Selection(strategy, tuple(chosen), ())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    lines = ["id,title,category,price,stock", *(f"p{n},Camp tent {n},Outdoor > Camping,{n + 10},4" for n in range(40))]
    source = folder / "shop.csv"
    source.write_text("\n".join(lines))
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        for _event in pipeline.build_catalogue(live, [source]):
            pass
    return folder


@pytest.fixture
def live(home: Path, tmp_path: Path) -> Iterator[Services]:
    settings = Settings(home=home, database_url=f"sqlite:///{tmp_path / 'library.db'}", actor="ann")
    with build_services(settings, encoder=HashingEncoder()) as services:
        yield services


@dataclass
class Browser:
    """Stands for the element of rows: what was drawn under each key, and what is pressed next."""

    drawn: dict[str, list[Any]] = field(default_factory=dict)
    pressed: dict[str, tuple[str, str]] = field(default_factory=dict)
    shelves: list[Any] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)

    def rows(self, rows: Any, *, key: str, **_more: Any) -> Any:
        from ui.components.library_list import asked_of

        self.drawn[key] = list(rows)
        name, act = self.pressed.pop(key, ("", ""))
        return asked_of({"id": name, "act": act})

    def shelf(self, sections: Any, *, changes: Any = (), **_more: Any) -> None:
        self.shelves, self.changes = list(sections), list(changes)


@dataclass
class Page:
    """The page with its browser and the services behind it."""

    app: AppTest
    browser: Browser
    live: Services
    runs: Runs

    def run(self) -> AppTest:
        self.browser.drawn.clear()
        self.app.run()
        assert not self.app.exception, self.app.exception
        return self.app

    def press(self, key: str, name: str, act: str) -> AppTest:
        self.browser.pressed[key] = (name, act)
        return self.run()

    def names(self) -> list[str]:
        return [row.name for row in self.browser.drawn["library_list"]]


@pytest.fixture
def page(live: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    from ui import resources
    from ui.components import library_detail, library_list, library_running

    browser, runs = Browser(), Runs(live, beat_seconds=60)
    parts: tuple[ModuleType, ...] = (library_list, library_detail, library_running)
    for module in parts:
        monkeypatch.setattr(module, "library_list", browser.rows)
    monkeypatch.setattr(library_detail, "library_shelf", browser.shelf)
    monkeypatch.setattr(resources, "services", lambda: live)
    monkeypatch.setattr(resources, "runs", lambda: runs)
    pages = {name: str(ROOT / "ui" / "pages" / f"{name}.py") for name in ("library", "studio")}
    script = tmp_path / "app.py"
    script.write_text(APP.format(**pages))
    st.cache_resource.clear()
    yield Page(AppTest.from_file(str(script), default_timeout=60), browser, live, runs)
    runs.close()
    st.cache_resource.clear()


def save(live: Services, name: str, selection: Selection | None = None, **more: Any) -> str:
    chosen = listing(1, 2, 3) if selection is None else selection
    return pipeline.save_selection(live, chosen, intent=Intent(name), **more)[0]


@pytest.fixture
def camping(live: Services) -> str:
    """Two versions, with one product kept and one dropped."""
    name = save(live, "Camping with kids")
    other = replace(TENTS, positive=("tent", "camp stove"), filters=Filters(price=(None, 40.0)))
    save(live, "", listing(4, 2, 1, strategy=other), selection_id=name, expected_version=1, note="cheaper")
    pipeline.judge_product(live, "p2", "accept", selection_id=name)
    pipeline.judge_product(live, "p3", "reject", selection_id=name, reasons=["off_theme"])
    return name


def opened(page: Page, name: str, view: str = "Products") -> AppTest:
    page.app.query_params["selection"] = name
    page.app.session_state["library_view"] = view
    return page.run()


def plain_of(words: str) -> str:
    return words.replace("\\", "").replace("\u2060", "")


def test_an_empty_library_teaches_and_leads_to_the_studio(page: Page) -> None:
    app = page.run()
    assert app.title[0].value == "Nothing is saved yet"
    assert any("Restoring copies an old one forward" in m.value for m in app.markdown)
    app.button(key="library_begin").click()
    page.run()
    assert not app.get("title") or app.title[0].value != "Nothing is saved yet"


def test_the_list_is_searched_and_filtered(page: Page, camping: str) -> None:
    other = save(page.live, "Cosy évenings", listing(7))
    pipeline.set_status(page.live, other, "in review", expected_version=1, was="draft")

    app = page.run()
    assert page.names() == ["Cosy évenings", "Camping with kids"]
    row = page.browser.drawn["library_list"][1]
    assert [fact.text for fact in row.facts] == ["3 products", "2 versions", "1 kept", "1 dropped"]
    assert [picture.title for picture in row.pictures] == ["Camp tent 4", "Camp tent 2", "Camp tent 1"]
    assert all(picture.sources for picture in row.pictures)
    assert app.get_by_key("library_status").options == ["All 2", "Draft 1", "In review 1", "Approved 0", "Published 0"]

    app.text_input(key="library_words").set_value("evenings")
    page.run()
    assert page.names() == ["Cosy évenings"]
    app.text_input(key="library_words").set_value("zebra")
    page.run()
    assert "No selection here holds “zebra”" in plain_of(app.info[0].value)
    app.button(key="library_all").click()
    page.run()
    assert len(page.names()) == 2
    app.get_by_key("library_status").set_value("in review")
    page.run()
    assert page.names() == ["Cosy évenings"]


def test_a_long_library_has_pages_and_a_search_begins_at_the_first(page: Page) -> None:
    for number in range(45):
        save(page.live, f"List {number:02d}")
    app = page.run()
    assert len(page.names()) == 20
    app.get_by_key("library_page_0").set_value(3)
    page.run()
    assert page.names() == ["List 04", "List 03", "List 02", "List 01", "List 00"]
    app.text_input(key="library_words").set_value("list")
    page.run()
    assert page.names()[0] == "List 44"


def test_what_others_wrote_is_shown_as_it_is(page: Page, camping: str) -> None:
    nasty = "**bold** :red[x] [y](http://z) <b>"
    pipeline.rename_selection(page.live, camping, nasty, was="Camping with kids")
    app = opened(page, camping)
    assert "**bold" not in app.subheader[0].value
    assert plain_of(app.subheader[0].value) == nasty


def test_a_row_opens_its_products_and_each_number_what_is_behind_it(page: Page, camping: str) -> None:
    page.run()
    app = page.press("library_list", camping, "kept")
    assert app.query_params["selection"] == camping
    assert [(one.title, one.mark) for one in page.browser.shelves[0].items] == [("Camp tent 2", "✓ Kept")]
    app.button(key="library_back").click()
    page.run()
    assert page.names() == ["Camping with kids"]
    page.press("library_list", camping, "dropped")
    # It is in no list any more, and still shown.
    assert [(one.title, one.mark) for one in page.browser.shelves[0].items] == [("Camp tent 3", "✕ Dropped")]
    app.button(key="library_back").click()
    page.run()
    page.press("library_list", camping, "versions")
    assert [row.name for row in page.browser.drawn["library_versions"]] == ["Version 2", "Version 1"]


def test_open_in_the_studio_names_the_selection(page: Page, camping: str) -> None:
    page.run()
    app = page.press("library_list", camping, "open")
    assert app.query_params["selection"] == camping
    assert plain_of(app.subheader[0].value) == "Camping with kids"
    assert app.chat_input


def test_a_press_on_a_row_that_a_search_took_away_still_counts(page: Page, camping: str) -> None:
    app = page.run()
    app.text_input(key="library_words").set_value("zebra")
    page.browser.pressed["library_list"] = (camping, "look")
    page.run()
    assert app.info
    app.text_input(key="library_words").set_value("kids")
    page.run()
    assert app.query_params["selection"] == camping


def test_restoring_copies_forward(page: Page, camping: str) -> None:
    app = opened(page, camping, "Versions")
    newest, old = page.browser.drawn["library_versions"]
    assert [act for act, _label in newest.acts] == ["look", "compare"]
    assert [act for act, _label in old.acts] == ["look", "compare", "restore"]
    assert (newest.note, newest.badges) == ("cheaper", (("Newest", "blue"),))

    page.press("library_versions", "1", "restore")
    assert any("copied forward as **version 3**" in m.value for m in app.markdown)
    app.text_input(key="library_note").set_value("better before")
    app.button(key="library_restore_now").click()
    page.press("library_versions", "1", "restore")

    made = pipeline.list_versions(page.live, camping)[0]
    assert (made.number, made.restored_from, made.note) == (3, 1, "better before")
    assert app.toast[0].value.startswith("Version 1 is now version 3 too")
    assert page.browser.drawn["library_versions"][0].badges == (("Newest", "blue"), ("Copy of version 1", "gray"))


def test_a_version_of_somebody_else_is_not_written_over(
    page: Page, camping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.components import library_detail

    def sent_too_late(_number: int, *, newest: int, on_restore: Callable[[str], bool]) -> None:
        save(page.live, "", selection_id=camping, expected_version=newest)
        assert on_restore("mine")
        st.rerun()

    monkeypatch.setattr(library_detail, "restore_dialog", sent_too_late)
    app = opened(page, camping, "Versions")
    page.press("library_versions", "1", "restore")

    assert "was saved as version 3 by ann" in plain_of(app.warning[0].value)
    assert [row.name for row in page.browser.drawn["library_versions"]] == ["Version 3", "Version 2", "Version 1"]
    assert pipeline.list_versions(page.live, camping)[0].restored_from is None


def test_a_selection_goes_its_way_and_back(page: Page, camping: str) -> None:
    app = opened(page, camping)
    for label, status in (("Send to review", "in review"), ("Approve", "approved"), ("Publish", "published")):
        step = app.button(key="library_step")
        assert step.label == label
        step.click()
        page.run()
        assert pipeline.look_up_selection(page.live, camping).summary.status == status
    app.button(key="library_draft").click()
    page.run()
    head = pipeline.look_up_selection(page.live, camping).summary
    assert (head.status, head.published_version) == ("draft", 2)


def test_a_status_that_somebody_else_changed_is_told(page: Page, camping: str) -> None:
    app = opened(page, camping)
    pipeline.set_status(page.live, camping, "approved", expected_version=2, was="draft")
    app.button(key="library_step").click()
    page.run()
    assert "was set to approved by ann" in plain_of(app.warning[0].value)
    assert app.button(key="library_step").label == "Publish"


def test_two_versions_are_compared_side_by_side(page: Page, camping: str) -> None:
    opened(page, camping, "Versions")
    app = page.press("library_versions", "1", "compare")
    assert (app.selectbox(key="library_left").value, app.selectbox(key="library_right").value) == (1, 2)
    sections = page.browser.shelves
    assert [(one.title, [shown.title for shown in one.items]) for one in sections] == [
        ("Only in version 1", ["Camp tent 3"]),
        ("In both", ["Camp tent 2", "Camp tent 1"]),
        ("Only in version 2", ["Camp tent 4"]),
    ]
    assert [shown.mark for shown in sections[1].items] == ["", "↓ 2"]
    assert [(change.what, [text for text, _tone in change.chips]) for change in page.browser.changes] == [
        ("Terms that find", ["− lantern", "+ camp stove"]),
        ("Filters", ["+ up to 40.00"]),
    ]
    app.selectbox(key="library_right").set_value(1)
    page.run()
    assert page.browser.changes[0].chips[0][0] == "The same terms, weights and filters"


def test_one_version_says_how_there_will_be_two(page: Page) -> None:
    app = opened(page, save(page.live, "Alone"), "Compare")
    assert "There is one version so far" in app.info[0].value


def test_the_changes_tell_who_did_what(page: Page, camping: str) -> None:
    app = opened(page, camping, "Changes")
    table = app.dataframe[0].value
    assert list(table["what"]) == ["Camp tent 3", "Camp tent 2", "Version saved", "Version saved"]
    assert list(table["after"])[:3] == ["dropped · Off theme", "kept", "version 2 · 3 products"]
    assert set(table["who"]) == {"ann"}


def test_a_new_name_is_taken_or_refused_in_the_dialog(page: Page, camping: str) -> None:
    page.run()
    app = page.press("library_list", camping, "rename")
    app.text_input(key="library_name").set_value("  ")
    app.button(key="library_rename_now").click()
    # A dialog is a fragment in the browser; here the whole page runs, and so it is opened again.
    page.press("library_list", camping, "rename")
    assert "needs a name" in app.warning[0].value
    app.text_input(key="library_name").set_value("Summer camp")
    app.button(key="library_rename_now").click()
    page.press("library_list", camping, "rename")
    assert page.names() == ["Summer camp"]


def test_a_link_to_nothing_says_so_and_leads_back(page: Page, camping: str) -> None:
    app = opened(page, "gone")
    assert "no selection gone" in plain_of(app.error[0].value)
    app.button(key="library_back").click()
    page.run()
    assert page.names() == ["Camping with kids"]


def test_stopped_work_goes_on_from_the_library(page: Page) -> None:
    params = {"theme": "camp tent", "turns": 1, "filters": {}, "size": 10, "picture": None}
    run = page.live.store.record_run("plan", owner="ann", params=params)
    page.live.store.finish_run(run, status="cancelled")

    page.run()
    (row,) = page.browser.drawn["library_stopped"]
    assert (row.name, row.badges, row.acts) == (
        "Planning “camp tent”",
        (("Stopped", "gray"),),
        (("resume", "Resume"),),
    )
    app = page.press("library_stopped", run, "resume")
    assert app.toast[0].value.startswith("It goes on")
    assert page.runs.wait(run, 60).status == "finished"
    page.run()
    assert page.names() == ["camp tent"]
    assert "library_stopped" not in page.browser.drawn
    opened(page, page.browser.drawn["library_list"][0].id, "Runs")
    assert [row.badges for row in page.browser.drawn["library_runs"]] == [(("Finished", "green"),)]


def test_work_in_progress_is_at_the_top(page: Page, camping: str) -> None:
    run = page.live.store.record_run("plan", owner="bob", params={"theme": "slow"}, worker="elsewhere:1:x")
    page.run()
    (row,) = page.browser.drawn["library_active"]
    assert (row.name, row.badges) == ("Planning “slow”", (("Running", "blue"),))
    assert [act for act, _label in row.acts] == ["follow", "stop"]
    app = page.press("library_active", run, "stop")
    assert app.toast[0].value.startswith("It stops")


def test_how_long_ago_is_said_in_words() -> None:
    from ui.library_desk import when

    now = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
    past = [timedelta(seconds=5), timedelta(minutes=12), timedelta(hours=3), timedelta(hours=20), timedelta(days=4)]
    assert [when(now - one, now=now) for one in past] == [
        "just now",
        "12 min ago",
        "3 h ago",
        "yesterday 18:00",
        "Sunday 14:00",
    ]
    assert when(now - timedelta(days=40), now=now) == "24 Jan"
    assert when(now - timedelta(days=400), now=now) == "29 Jan 2025"
    # A clock that is ahead is no reason for nonsense.
    assert when(now + timedelta(minutes=2), now=now) == "just now"


@pytest.mark.parametrize("raw", [None, [], {"id": 1, "act": "look"}, {"id": "x"}, {"id": "x" * 65, "act": "look"}])
def test_what_is_no_press_on_a_row_is_none(raw: Any) -> None:
    from ui.components.library_list import asked_of

    assert asked_of(raw) is None
