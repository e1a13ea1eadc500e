"""The charts: every bar stands for exactly as many products as it says, in words, in colours, and where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.domain import (
    OTHER_CATEGORIES,
    Bin,
    Filters,
    Insight,
    Intent,
    Lens,
    Selection,
    Spread,
    Strategy,
    TermShare,
    Turn,
)
from core.events import result_of
from core.services import Services, build_services
from core.settings import Settings
from tests.core.small_shop import write_shop
from ui import charts, term_charts
from ui.chart_parts import Chart, shown
from ui.theme import palette

T = TypeVar("T")
INTENT = Intent("camping")
COLOURS = palette("light")
STRATEGY = Strategy(
    ("camping tent", "lantern", "chair", "red chair", "<b>Alder tent</b>"), ("red", "red glass", "office"),
    filters=Filters(in_stock=True, price=(None, 190.0)),
)  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    home = tmp_path_factory.mktemp("home")
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [write_shop(home)]))
        yield live


@pytest.fixture(scope="module")
def selection(services: Services) -> Selection:
    return result_of(pipeline.select(services, INTENT, strategy=STRATEGY, size=12))


@pytest.fixture(scope="module")
def told(services: Services, selection: Selection) -> Insight:
    return pipeline.insight(services, INTENT, selection, size=12)


@pytest.fixture(scope="module")
def turns(services: Services) -> tuple[Turn, ...]:
    return result_of(pipeline.plan(services, "camping tent", turns=3)).turns


DRAWN: dict[str, Callable[[Insight], Chart | None]] = {
    "funnel": lambda told: charts.funnel(told, COLOURS),
    "leavers": lambda told: charts.leavers(told, COLOURS),
    "terms": lambda told: term_charts.terms(told, COLOURS),
    "overlaps": lambda told: term_charts.overlaps(told, COLOURS),
    "prices": lambda told: charts.columns(told.prices, "price", COLOURS, noun="price"),
    "ratings": lambda told: charts.columns(told.ratings, "rating", COLOURS, noun="rating"),
    "seasons": lambda told: charts.columns(told.seasons, "season", COLOURS, noun="season"),
    "categories": lambda told: charts.categories(told.categories, COLOURS),
}


def drawn(name: str, told: Insight) -> Chart:
    chart = DRAWN[name](told)
    assert chart is not None
    go.Figure(chart.figure)  # raises where plotly would refuse it
    return chart


@pytest.mark.parametrize("name", DRAWN)
def test_a_click_shows_as_many_products_as_the_bar_says(
    services: Services, selection: Selection, told: Insight, name: str
) -> None:
    chart = drawn(name, told)
    looked_at = 0
    for trace, lenses in zip(chart.figure["data"], chart.lenses, strict=False):
        if trace["type"] != "bar":
            continue
        assert len(lenses) == len(trace["hovertext"]) == len(trace["x"])
        for lens, words in zip(lenses, trace["hovertext"], strict=True):
            if lens is not None:
                count = pipeline.behind(services, INTENT, selection, lens, size=12).count
                assert f" {count:,} product" in words
                looked_at += 1
            else:
                assert not words or " 0 products" in words
    assert looked_at >= 2


@pytest.mark.parametrize("name", DRAWN)
def test_foreign_text_is_no_markup(told: Insight, name: str) -> None:
    text = str(drawn(name, told).figure)
    assert "<b>Alder" not in text
    assert name != "terms" or "&lt;b&gt;Alder" in text


def test_text_is_elided_and_never_a_formula() -> None:
    assert shown("a" * 60, 20) == "a" * 19 + "…"
    assert shown("$x$ & <a href='x'>y</a>") == "&#36;x&#36; &amp; &lt;a href='x'&gt;y&lt;/a&gt;"


def test_the_funnel_says_each_step(told: Insight) -> None:
    chart = drawn("funnel", told)
    names = chart.figure["layout"]["yaxis"]["ticktext"]
    assert names[0] == f"Found by terms  <b>{told.funnel[0].left:,}</b>"
    assert f"{told.listed:,}" in names[-1]
    assert not any("potential" in n for n in names)  # nobody leaves there
    assert chart.figure["data"][1]["x"][0] == told.cut


def test_what_is_out_differs_in_more_than_colour(told: Insight) -> None:
    listed, removed = drawn("prices", told).figure["data"]
    assert "pattern" in removed["marker"]
    assert "pattern" not in listed["marker"]
    assert listed["marker"]["color"] != removed["marker"]["color"]
    assert palette("dark") != palette("light") == palette(None)


def test_the_season_of_today_is_marked(told: Insight) -> None:
    now = next(k for k, b in enumerate(told.seasons.bins) if b.now)
    layout = drawn("seasons", told).figure["layout"]
    assert layout["xaxis"]["ticktext"][now].endswith("<br>now")
    assert [(s["x0"] + s["x1"]) / 2 for s in layout["shapes"]] == [now]


def test_categories_are_told_apart_and_others_left_to_words() -> None:
    named = Bin("Home > Chairs", 3, 1), Bin("Garden > Chairs", 2, 0), Bin("Kitchen > Glasses", 1, 1)
    spread = Spread((*named, Bin(OTHER_CATEGORIES, 94, 98)))
    chart = charts.categories(spread, COLOURS)
    assert chart.figure["layout"]["yaxis"]["ticktext"] == ["Home › Chairs", "Garden › Chairs", "Glasses"]
    assert chart.figure["data"][0]["x"] == [0.03, 0.02, 0.01]


def test_overlaps_join_the_terms_of_a_combination(told: Insight) -> None:
    chart = drawn("overlaps", told)
    _, link, dots = chart.figure["data"]
    rows = chart.figure["layout"]["yaxis"]["ticktext"]
    for k, mixed in enumerate(told.combinations):
        on = [
            y
            for x, y, colour in zip(dots["x"], dots["y"], dots["marker"]["color"], strict=True)
            if x == k and colour == COLOURS.listed
        ]
        assert [rows[y] for y in on] == [shown(t.term) for t in told.terms if t.term in mixed.terms]
        assert link["y"][3 * k : 3 * k + 2] == [on[0], on[-1]]
    assert chart.lens(2, 0) == chart.lens(0, 0)
    assert chart.lens(1, 0) is None
    assert chart.lens(9, 9) is None


def test_of_very_many_terms_those_that_do_most_are_drawn(told: Insight) -> None:
    many = tuple(TermShare(f"term {k}", k, 0, 0) for k in range(300))
    chart = term_charts.terms(replace(told, terms=many, cuts=()), COLOURS)
    names = chart.figure["layout"]["yaxis"]["ticktext"]
    assert names == [f"term {k}" for k in range(300 - term_charts.MOST_TERMS, 300)]


def test_turns_show_the_best_and_the_parts(turns: tuple[Turn, ...]) -> None:
    best = max(turns, key=lambda t: t.reward.total).number
    score, made_of = charts.turns(turns, COLOURS, best=best), charts.parts(turns, COLOURS)
    for chart in (score, made_of):
        go.Figure(chart.figure)
    solid = [k for k, colour in enumerate(score.figure["data"][0]["marker"]["color"]) if colour == COLOURS.listed]
    assert [turns[k].number for k in solid] == [best]
    assert [trace["y"] for trace in made_of.figure["data"]] == [
        [t.reward.relevance for t in turns],
        [t.reward.semantic for t in turns],
        [t.reward.quantity for t in turns],
    ]


def view() -> None:
    import streamlit as st

    from ui.components.charts_view import charts_view

    held = st.session_state["held"]
    charts_view(held["told"], held["turns"], key="own", on_pick=held["picked"].append)


def open_view(told: Insight, turns: tuple[Turn, ...], tab: str) -> AppTest:
    app = AppTest.from_function(view, default_timeout=30)
    app.session_state["held"] = {"told": told, "turns": turns, "picked": []}
    app.session_state["charts_tab"] = tab
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join([*(m.value for m in app.markdown), *(i.value for i in app.info)])


@pytest.mark.parametrize(("tab", "plots"), [("Funnel", 2), ("Terms", 2), ("In and out", 4), ("Turns", 2)])
def test_each_group_is_drawn_with_words_for_those_who_cannot_see(
    told: Insight, turns: tuple[Turn, ...], tab: str, plots: int
) -> None:
    app = open_view(told, turns, tab)
    found: list[Any] = list(app.get("plotly_chart"))
    assert len(found) == plots
    assert all(chart.proto.alt for chart in found)
    assert not app.session_state["held"]["picked"]


def test_numbers_that_a_chart_leaves_out_are_buttons(told: Insight) -> None:
    app = open_view(told, (), "In and out")
    button = next(b for b in app.button if b.label.startswith("Not known of"))
    button.click().run()
    app.run()
    assert app.session_state["held"]["picked"] == [Lens("price", "")]


def test_nothing_is_said_in_words(services: Services) -> None:
    nothing = result_of(pipeline.select(services, INTENT, strategy=Strategy(("zzqq",)), size=12))
    told = pipeline.insight(services, INTENT, nothing, size=12)
    assert "No term found a product" in said(open_view(told, (), "Funnel"))
    assert "No term finds a product" in said(open_view(told, (), "Terms"))
    assert "No price is known" in said(open_view(told, (), "In and out"))
    assert "turns of the plan are not at hand" in said(open_view(told, (), "Turns"))


def test_prices_of_nobody_are_said_so(told: Insight) -> None:
    app = open_view(replace(told, prices=Spread(silent_listed=12, silent_removed=3)), (), "In and out")
    assert "No price is known of any of these products." in said(app)
    assert len(app.get("plotly_chart")) == 3
