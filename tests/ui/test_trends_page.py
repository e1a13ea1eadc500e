"""The trends page as a script over the real library and the encoder that needs no model."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.pipeline import LibraryPassage
from core.services import Services
from ui import resources
from ui.components.trend_passages import PAGE_SIZE, _parts, passage_text

ROOT = Path(__file__).resolve().parents[2]
PAGE = f"""
import runpy
runpy.run_path({str(ROOT / "ui" / "pages" / "trends.py")!r})
"""
FAIR = b"---\ndate: 2026-02-11\n---\n# Notes of the fair\n## Picnics\nWicker baskets and enamel mugs.\n"
MARKUP = b"# :red[**Bold**] ![a](http://evil.example/x.png)\n<script>alert(1)</script> $x^2$ rugs\n"


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("SHELFCRAFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    for name in ("CATALOGUE", "DATABASE_URL"):
        monkeypatch.delenv(f"SHELFCRAFT_{name}", raising=False)
    st.cache_resource.clear()
    yield resources.unwarmed()
    resources.runs().close()
    resources.unwarmed().close()
    st.cache_resource.clear()


def add(live: Services, *files: tuple[str, bytes]) -> None:
    for _ in pipeline.add_to_library(live, files):
        pass


def opened(**params: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    return shown(app.run())


def shown(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def words(elements: Any) -> str:
    return " ".join(str(e.value) for e in elements).replace("\\", "").replace("\u2060", "")


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "text/plain") for name, data in files])
    return ended(shown(app.run()))


def ended(app: AppTest) -> AppTest:
    run_id = app.session_state["trend_run"]
    resources.runs().wait(run_id, 60.0)
    return shown(app.run())


def search(app: AppTest, query: str) -> AppTest:
    app.text_input(key="trend_words").set_value(query)
    return shown(app.run())


def test_before_anything_is_there_it_says_what_it_is_for(live: Services) -> None:
    app = opened()
    assert app.title[0].value == "Trends"
    assert "What to bring" in words(app.markdown) and "What becomes of it" in words(app.markdown)
    assert len(app.text_input) == 0 and len(app.error) == 0


def test_dropped_files_are_read_and_what_was_not_is_told(live: Services) -> None:
    app = drop(opened(), ("fair.md", FAIR), ("plan.docx", b"PK\x03\x04"))
    assert "1 document added" in words(app.success) and "**fair.md**: 1 passage" in words(app.success)
    assert "plan.docx is a Word" in words(app.warning)
    assert app.subheader[0].value == "1 document · 1 passage"
    assert app.query_params["reading"]
    app.button(key="trend_away").click()
    app = shown(app.run())
    assert len(app.success) == 0 and "reading" not in app.query_params
    assert [one.name for one in pipeline.library_documents(live)] == ["fair.md"]


def test_only_bad_files_say_so_and_change_nothing(live: Services) -> None:
    add(live, ("fair.md", FAIR))
    app = drop(opened(), ("plan.docx", b"PK\x03\x04"))
    assert "Nothing was added. plan.docx is a Word" in words(app.error)
    assert app.subheader[0].value == "1 document · 1 passage"


def test_a_run_is_found_again_by_its_address(live: Services) -> None:
    kept = pipeline.keep_document(live, "fair.md", io.BytesIO(FAIR))
    run_id = resources.runs().start("notes", {"files": [kept]})
    resources.runs().wait(run_id, 60)
    assert "**fair.md**: 1 passage" in words(opened(reading=run_id).success)
    assert len(opened(reading="no-such-run").success) == 0


def test_a_stopped_run_offers_to_read_the_rest(live: Services) -> None:
    store = live.store
    kept = pipeline.keep_document(live, "fair.md", io.BytesIO(FAIR))
    run_id = store.record_run("notes", owner="ann", params={"files": [kept]})
    store.finish_run(run_id, status="cancelled")
    app = opened(reading=run_id)
    assert "was stopped" in words(app.warning)
    app.button(key="trend_go_on").click()
    app = ended(shown(app.run()))
    assert "**fair.md**: 1 passage" in words(app.success)


def test_a_search_shows_passages_with_their_place_and_the_words_in_bold(live: Services) -> None:
    add(live, ("fair.md", FAIR), ("till.csv", b"term;note\nenamel mug;asked for\n"))
    app = search(opened(), "enamel mugs")
    found = words(app.markdown)
    assert "Wicker baskets and **enamel** **mugs**." in found
    assert "fair.md · Picnics · 11 Feb 2026 · found by enamel, mugs" in found
    assert "till.csv · row 1" in found
    assert "No passage speaks of “hammocks”" in words(search(app, "hammocks").info)


def test_reading_around_a_passage_opens_its_document(live: Services) -> None:
    add(live, ("long.md", "\n\n".join(f"## Part {n}\nLantern number{n}" for n in range(1, 61)).encode()))
    app = search(opened(), "number31")
    app.button(key="trend_open_0").click()
    app = shown(app.run())
    text = words(app.markdown)
    assert "60 passages" in text
    assert "Lantern number29" in text and "Lantern number48" in text
    assert "number28" not in text and "number49" not in text


def test_no_text_of_a_note_is_read_as_markup(live: Services) -> None:
    add(live, ("a.md", MARKUP))
    app = search(opened(), "rugs")
    drawn = " ".join(str(e.value) for e in app.markdown)
    assert "![" not in drawn and ":red[" not in drawn and "<script>" not in drawn
    assert "<script>alert(1)</script> $x^2$ **rugs**" in words(app.markdown)


def test_another_model_is_told_and_one_press_indexes_anew(live: Services) -> None:
    class Other(type(live.encoder.inner)):  # type: ignore[misc]
        name = "other"

    from core.research.library import TrendLibrary

    for _ in TrendLibrary(live.settings.home / "library", Other()).add([("fair.md", FAIR)]):
        pass
    app = opened()
    assert "Another model indexed these notes" in words(app.warning)
    app.button(key="trend_index").click()
    app = ended(shown(app.run()))
    assert not any("Another model" in str(one.value) for one in app.warning)
    assert "The notes are indexed" in words(app.success)


def test_a_library_that_cannot_be_read_says_what_to_do(live: Services) -> None:
    add(live, ("fair.md", FAIR))
    for version in (live.settings.home / "library" / "passages.lance" / "_versions").iterdir():
        version.write_bytes(b"nothing of a table")
    resources.unwarmed.clear()
    app = opened()
    assert "add the documents again" in words(app.error)


@pytest.mark.parametrize(
    ("passages", "at"), [(1, None), (20, 20), (47, None), (47, 1), (47, 3), (47, 4), (47, 31), (47, 47)]
)
def test_pages_of_a_document_hold_each_passage_once_and_the_wanted_one_near_the_top(
    passages: int, at: int | None
) -> None:
    parts = _parts(passages, at)
    assert [number for part in parts for number in part] == list(range(1, passages + 1))
    assert all(0 < len(part) <= PAGE_SIZE for part in parts)
    if at is not None:
        assert next(part for part in parts if at in part).index(at) <= 2


def test_the_text_of_a_passage_keeps_its_lines_and_marks() -> None:
    text = "Mugs (red) and\n- more mugs\nrugs"
    passage = LibraryPassage("a.md", "A", "Markdown", 1, text, marks=((0, 4), (22, 26)))
    assert passage_text(passage) == "**Mugs** \\(red\\) and  \n\\- more **mugs**  \nrugs"
