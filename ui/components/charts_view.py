"""The charts of a list: what the funnel let through, what each term does, what is in against what is out, the turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain import OTHER_CATEGORIES, Insight, Lens, LensKind, Spread, Turn
from ui import charts, term_charts
from ui.chart_parts import Chart
from ui.text import count, plain
from ui.theme import Palette, palette

TAB = "charts_tab"
"""The key of the choice between the groups of charts, for whoever wants to open one."""

TABS = ("Funnel", "Terms", "In and out", "Turns")
_WIDE = 440
_FEW = 5
_SIDES = "Shares of each side; the numbers are products."
_CONFIG = {"displayModeBar": False}

Pick = Callable[[Lens], None]


def charts_view(told: Insight, turns: Sequence[Turn], *, key: str, on_pick: Pick) -> None:
    """Draw one group of charts at a time; a bar that is clicked hands its lens to `on_pick`, and all is drawn anew.

    Where Streamlit breaks off in between, the bar is still chosen and handed over again.
    """
    st.session_state.setdefault(TAB, TABS[0])
    tab = st.segmented_control("Charts", TABS, key=TAB, required=True, label_visibility="collapsed")
    colours = palette(st.context.theme.type)
    picked: Lens | None = None
    with st.grid(2, min_column_width=_WIDE, gap="medium", key=f"{key}_grid"):
        if tab == "Terms":
            picked = _terms(told, colours, key)
        elif tab == "In and out":
            picked = _compared(told, colours, key)
        elif tab == "Turns":
            _turns(turns, colours, key)
        else:
            picked = _funnel(told, colours, key)
    if picked is not None:
        on_pick(picked)
        # A new key, because a chart keeps its selection and would hand it over again at every rerun.
        st.session_state[_round(key)] = st.session_state.get(_round(key), 0) + 1
        st.rerun()


def _round(key: str) -> str:
    return f"{key}_round"


def _draw(
    title: str,
    below: str,
    chart: Chart | None,
    key: str,
    name: str,
    *,
    nothing: str = "",
    more: Sequence[tuple[str, Lens]] = (),
) -> Lens | None:
    """One chart under its title, or words where there is nothing to draw; what was clicked in it.

    `more` are numbers that the chart leaves out, as buttons with their lenses.
    """
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"**{title}**" + (f"  \n:small[:gray[{below}]]" if below else ""))
        if chart is None:
            st.markdown(f":gray[{nothing}]")
            return None
        picked = _plot(chart, f"{key}_{name}_{st.session_state.get(_round(key), 0)}")
        for at, (words, lens) in enumerate(more):
            if st.button(words, key=f"{key}_{name}_more{at}", type="tertiary", icon=":material/search:"):
                picked = lens
    return picked


def _plot(chart: Chart, key: str) -> Lens | None:
    if not any(lens is not None for own in chart.lenses for lens in own):
        st.plotly_chart(chart.figure, key=key, config=_CONFIG, alt=chart.alt)
        return None
    state = st.plotly_chart(
        chart.figure, key=key, on_select="rerun", selection_mode="points", config=_CONFIG, alt=chart.alt
    )
    for point in state["selection"]["points"]:
        lens = chart.lens(int(point["curve_number"]), int(point["point_index"]))
        if lens is not None:
            return lens
    return None


def _funnel(told: Insight, colours: Palette, key: str) -> Lens | None:
    nothing = "No term found a product, so there is no funnel. Try wider terms."
    if not told.funnel or (told.funnel[0].left == 0 and told.cut == 0):
        st.info(nothing, icon=":material/filter_alt_off:")
        return None
    first = _draw(
        "From what the terms found to the list",
        "Products still in after each step, and those that left there.",
        charts.funnel(told, colours),
        key,
        "funnel",
    )
    second = _draw(
        "Why products left",
        "In the order of the steps.",
        charts.leavers(told, colours),
        key,
        "leavers",
        nothing="Nothing that was found left before the end of the funnel.",
    )
    return first or second


def _terms(told: Insight, colours: Palette, key: str) -> Lens | None:
    most = term_charts.drawn(told)
    hidden = len(told.terms) + len(told.cuts) - len(most.terms) - len(most.cuts)
    first = _draw(
        "What each term adds",
        "Products that it finds alone, and those that other terms find too; below, what negative terms cut."
        + (f" {count(hidden, 'term')} that do less not drawn." if hidden else ""),
        term_charts.terms(told, colours) if told.terms else None,
        key,
        "terms",
        nothing="This list has no terms.",
    )
    below = "Each bar: the products that exactly the dotted terms find."
    if told.more_combinations:
        more = count(told.more_combinations, "smaller combination")
        below += f" {more} of {count(told.more_products, 'product')} not drawn."
    second = _draw(
        "Where terms overlap",
        below,
        term_charts.overlaps(told, colours),
        key,
        "overlaps",
        nothing="No term finds a product.",
    )
    return first or second


def _compared(told: Insight, colours: Palette, key: str) -> Lens | None:
    price = f"Price in {plain(told.currency)}" if told.currency else "Price"
    found = [
        _spread(f"{price}: in the list against left out", _SIDES, told.prices, "price", colours, key),
        _spread("Category: in the list against left out", _SIDES, told.categories, "category", colours, key),
        _spread("Stars: in the list against left out", _SIDES, told.ratings, "rating", colours, key),
        _spread("Season: does the list fit now?", _season(told), told.seasons, "season", colours, key),
    ]
    return next((lens for lens in found if lens is not None), None)


def _season(told: Insight) -> str:
    half = "southern" if told.southern else "northern"
    now = next((b for b in told.seasons.bins if b.now), None)
    if now is None:
        return ""
    said = told.listed - told.seasons.silent_listed
    return f"It is {now.label} in the {half} half of the world; {now.listed:,} of {said:,} that name a season say so."


def _spread(title: str, below: str, spread: Spread, kind: LensKind, colours: Palette, key: str) -> Lens | None:
    """The chart of one spread, and below it a way to those of which nothing is known."""
    if not spread.known:
        return _draw(title, "", None, key, kind, nothing=f"No {kind} is known of any of these products.")
    if kind == "category":
        chart = charts.categories(spread, colours)
    else:
        chart = charts.columns(spread, kind, colours, noun=kind)
    known = sum(b.listed for b in spread.bins)
    if spread.silent_listed and known < _FEW:
        below += f" Only {known:,} in the list say it, too few to compare."
    more = [
        (f"{b.label.capitalize()}: {b.listed:,} in the list, {b.removed:,} left out", Lens(kind, b.label))
        for b in spread.bins
        if b.label == OTHER_CATEGORIES
    ]
    if spread.silent_listed or spread.silent_removed:
        words = f"Not known of {spread.silent_listed:,} in the list and {spread.silent_removed:,} left out"
        more.append((words, Lens(kind)))
    return _draw(title, below, chart, key, kind, more=more)


def _turns(turns: Sequence[Turn], colours: Palette, key: str) -> None:
    if not turns:
        st.info(
            "The turns of the plan are not at hand: this list was opened or edited by hand.", icon=":material/info:"
        )
        return
    best = max(turns, key=lambda turn: (turn.reward.total, -turn.number))
    _draw(
        "Score by turn",
        "From 0 to 10; the best is solid.",
        charts.turns(turns, colours, best=best.number),
        key,
        "score",
    )
    _draw("What the score is made of", "Each part from 0 to 1.", charts.parts(turns, colours), key, "parts")
    reasons = "\n".join(f"- {plain(reason)}" for reason in best.reward.reasons)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**Why turn {best.number} scores {best.reward.total:.1f}**\n\n{reasons}")
