"""The catalogue page as a script over the real core, a small shop and the encoder that needs no model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.services import build_services
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = f"""
import runpy
runpy.run_path({str(ROOT / "ui" / "pages" / "catalogue.py")!r})
"""
SHOP = b"id,title,category,brand,price,stock\np1,Red mug,Kitchen > Mugs,Acme,5,3\np2,Tent,Outdoor,Tarn,50,0\n"
MORE = (
    b"id,title,category,maker,price\nq1,Chair,Home,Oak,20\nq2,Table,Home,Oak,soon\n,Lamp,Home,Oak,9\nq4,,Home,Oak,9\n"
)
MARKUP = b"id,title,brand\nx1,:red[<b>Mug</b>] ![a](http://evil.example/x.png),**Bold**\n"


def _run(work: Any) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "home"
    source = tmp_path / "shop.csv"
    source.write_bytes(SHOP)
    with build_services(Settings(home=folder), encoder=HashingEncoder()) as live:
        _run(pipeline.build_catalogue(live, [source]))
    monkeypatch.setenv("SHELFCRAFT_HOME", str(folder))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    monkeypatch.delenv("SHELFCRAFT_CATALOGUE", raising=False)
    st.cache_resource.clear()
    st.cache_data.clear()
    yield folder
    from ui import resources

    resources.runs().close()
    resources.services().close()
    st.cache_resource.clear()
    st.cache_data.clear()


def _open(**params: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    return _ok(app.run())


def _ok(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def _drop(app: AppTest, content: bytes, name: str = "export.csv") -> AppTest:
    app.file_uploader[0].set_value((name, content, "text/csv"))
    return _ok(app.run())


def _into(app: AppTest, name: str) -> AppTest:
    """The same file with another catalogue to fill: a name that is not offered cannot be typed here."""
    from ui import resources
    from ui.catalogue_choices import choices_from_json

    live, subject = resources.services(), f"upload:{app.query_params['upload']}"
    draft = pipeline.load_draft(live, subject)
    chosen = replace(choices_from_json({} if draft is None else draft.body), target=name)
    pipeline.save_draft(live, subject, chosen.to_json())
    return _open(upload=app.query_params["upload"])


def _until_done(app: AppTest) -> AppTest:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not any(b.key == "stop_run" for b in app.button):
            return app
        time.sleep(0.2)
        _ok(app.run())
    pytest.fail("The build did not end.")


def _text(elements: Any) -> str:
    return " ".join(str(e.value) for e in elements).replace("\\", "").replace("\u2060", "")


def test_what_is_in_use_is_told_with_figures(home: Path) -> None:
    app = _open()
    assert app.title[0].value == "Catalogue"
    assert "shop" in _text(app.markdown)
    assert [s.value for s in app.subheader] == ["Departments", "Categories", "Prices", "Brands", "What is missing"]
    assert len(app.get("plotly_chart")) == 1


def test_ends_of_paths_tell_one_from_the_other() -> None:
    from ui.components.catalogue_statistics import leaves

    paths = ["Shoes > Men > Slippers", "Shoes > Women > Slippers", "Clothes > Men > Slippers", "Toys", "A > B"]
    assert leaves(paths) == ["Shoes › Men › Slippers", "Women › Slippers", "Clothes › Men › Slippers", "Toys", "A › B"]


def test_a_dropped_file_is_shown_as_it_would_be_read(home: Path) -> None:
    app = _drop(_open(show="file"), MORE)
    assert app.query_params["upload"]
    assert "1 of 4 rows can be read" in _text(app.warning)
    assert app.selectbox(key="catalogue_field_title").value == "title"
    assert app.selectbox(key="catalogue_field_brand").value is None
    assert app.get_by_key("catalogue_field_price").value == ["price"]
    tables = [f.value for f in app.dataframe]
    assert [list(t["Title"]) for t in tables if "Title" in t] == [["Chair"]]
    assert [list(t["row"]) for t in tables if "reason" in t] == [[2, 3, 4]]
    assert app.button(key="start_build").label == "Build: replace"


def test_a_change_of_columns_is_followed_and_survives_a_reload(home: Path) -> None:
    app = _drop(_open(show="file"), MORE)
    app.selectbox(key="catalogue_field_brand").set_value("maker")
    _ok(app.run())
    app.get_by_key("catalogue_field_price").set_value([])
    _ok(app.run())
    assert "2 of 4 rows can be read" in _text(app.warning)
    again = _open(upload=app.query_params["upload"])
    assert again.selectbox(key="catalogue_field_brand").value == "maker"
    assert again.get_by_key("catalogue_field_price").value == []
    _ok(again.button(key="reset_mapping").click().run())
    assert again.selectbox(key="catalogue_field_brand").value is None
    assert not any(b.key == "reset_mapping" for b in again.button)


def test_without_a_title_nothing_can_be_built(home: Path) -> None:
    app = _drop(_open(show="file"), MORE)
    app.selectbox(key="catalogue_field_title").set_value(None)
    _ok(app.run())
    assert "No column reads like a title" in _text(app.error)
    assert app.button(key="start_build").disabled
    assert app.button(key="start_add").disabled


def test_build_into_a_new_catalogue_then_report_and_reload(home: Path) -> None:
    app = _into(_drop(_open(show="file"), MORE), "furniture")
    assert app.button(key="start_add").disabled
    _ok(app.button(key="start_build").click().run())
    _until_done(app)
    assert "furniture now holds 1 product in 1 family" in _text(app.success).replace("*", "")
    assert [(m.label, m.value) for m in app.metric][:3] == [("Rows read", "4"), ("Kept", "1"), ("Set aside", "3")]
    assert "1 × title: There is no title." in _text(app.markdown).replace("*", "")
    again = _open(build=app.query_params["build"])
    assert [m.value for m in again.metric] == [m.value for m in app.metric]
    _ok(again.button(key="see_used").click().run())
    assert "furniture" in _text(again.markdown)
    assert "build" not in again.query_params


def test_adding_updates_by_id(home: Path) -> None:
    app = _drop(_open(show="file"), b"id,title\np1,Blue mug\np9,Bowl\n")
    _ok(app.button(key="start_add").click().run())
    _until_done(app)
    assert "shop now holds 3 products" in _text(app.success).replace("*", "")
    from ui import resources

    found = pipeline.products(resources.services(), ["p1", "p2"])
    assert found["p1"].title == "Blue mug"
    assert found["p2"].title == "Tent"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.xlsx", b"Dear team,\nplease find the export attached.\n", "no table"),
        ("empty.csv", b"", "is empty"),
        ("half.json", b'[{"title": "Mug"}, {"title": "Cu', "cut off or no valid JSON"),
    ],
)
def test_a_wrong_file_is_a_sentence_and_all_stays(home: Path, name: str, content: bytes, says: str) -> None:
    app = _open(show="file")
    _drop(app, content, name)
    assert says in _text(app.error)
    assert "upload" not in app.query_params
    assert len(app.file_uploader) == 1
    assert not [p for p in (home / "uploads").rglob("*") if p.is_file()]
    _drop(app, SHOP)
    assert not app.error
    assert app.query_params["upload"]


def test_a_failed_build_says_why_and_can_be_tried_again(home: Path) -> None:
    from ui import resources

    app = _open()
    run_id = resources.runs().start("build", {"sources": [str(home / "gone.csv")], "name": "shop"})
    resources.runs().wait(run_id, 30)
    app = _open(build=run_id)
    assert "cannot be read" in _text(app.error)
    assert app.button(key="go_on").label == "Try once more"
    _ok(app.button(key="put_ending_away").click().run())
    assert not app.error


@pytest.mark.parametrize("status", ["cancelled", "interrupted"])
def test_a_stopped_build_goes_on(home: Path, status: str) -> None:
    from ui import resources

    _open()
    live = resources.services()
    source = home / "again.csv"
    source.write_bytes(b"id,title\nz1,Drum\n")
    params = {"sources": [str(source)], "mapping": {}, "name": "music", "query_log": None}
    run_id = live.store.record_run("build", owner="operator", params=params)
    live.store.finish_run(run_id, status=status)  # type: ignore[arg-type]
    app = _open(build=run_id)
    assert "The catalogue is as it was" in _text(app.warning)
    assert "music" not in pipeline.catalogue_names(live)
    _ok(app.button(key="go_on").click().run())
    _until_done(app)
    assert "music now holds 1 product" in _text(app.success).replace("*", "")


def test_a_link_to_nothing_says_so(home: Path) -> None:
    app = _open(upload="20200101T000000-0123456789abcdef", build="nothing")
    assert "no run nothing" in _text(app.error) or "no longer kept" in _text(app.error)
    assert len(app.file_uploader) == 1


def test_another_catalogue_can_be_used_by_everyone(home: Path) -> None:
    from ui import resources

    _open()
    live = resources.services()
    other = home / "other.csv"
    other.write_bytes(b"id,title\nz1,Drum\n")
    _run(pipeline.build_catalogue(live, [other], name="music"))
    app = _open(show="all")
    assert [b.key for b in app.button if str(b.key).startswith("use_")] == ["use_shop"]
    _ok(app.button(key="use_shop").click().run())
    _ok(app.button(key="confirm_use_yes").click().run())
    assert pipeline.catalogue_in_use(live) == "shop"
    assert app.button(key="use_music")


def test_a_pinned_catalogue_cannot_be_left(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        other = home / "other.csv"
        other.write_bytes(b"id,title\nz1,Drum\n")
        _run(pipeline.build_catalogue(live, [other], name="music"))
    monkeypatch.setenv("SHELFCRAFT_CATALOGUE", "shop")
    app = _open(show="all")
    assert "SHELFCRAFT_CATALOGUE" in _text(app.info)
    assert app.button(key="use_music").disabled


def test_a_catalogue_that_cannot_be_opened_can_be_mended_here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meta = next((home / "catalogues" / "shop").glob("*/catalogue.json"))
    meta.write_text(meta.read_text().replace('"hashing"', '"another-model"'))
    app = _open()
    assert "built with the model another-model" in _text(app.error)
    app = _open(show="all")
    assert "built with the model another-model" in _text(app.markdown)
    app = _drop(_open(show="file"), SHOP)
    _ok(app.button(key="start_build").click().run())
    _ok(app.button(key="confirm_build_yes").click().run())
    _until_done(app)
    assert "shop now holds 2 products" in _text(app.success).replace("*", "")
    _ok(app.button(key="see_used").click().run())
    assert not app.error


def test_the_demo_can_be_built_from_here(home: Path) -> None:
    app = _open(show="all")
    assert app.button(key="build_demo").label == "Build the demo"


def test_text_of_files_is_never_markup(home: Path) -> None:
    app = _drop(_open(show="file"), MARKUP, "[x](http://evil.example).csv")
    assert not any("![a](http" in str(c.value) for c in (*app.caption, *app.markdown))
    assert not any("](http://evil" in str(s.value) for s in app.subheader)


def test_a_query_log_goes_with_the_file(home: Path) -> None:
    app = _drop(_open(show="file"), SHOP)
    app.file_uploader[0].set_value(("log.csv", b"query,count\nmugs,7\n", "text/csv"))
    _ok(app.run())
    assert "1 query" in [e.label for e in app.expander if "Query log" in e.label][0]
    app = _into(app, "logged")
    _ok(app.button(key="start_build").click().run())
    _until_done(app)
    from ui import resources

    assert pipeline.catalogue_stats(resources.services())["queries"] == 1
