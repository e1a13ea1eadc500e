"""What the catalogue in use holds: figures, departments, brands, prices, what is missing; each opens its products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.pipeline import Slice
from ui.components.catalogue_aside import aside
from ui.components.catalogue_bars import Bar, bars
from ui.components.figures import Figure, figures
from ui.text import count, money, plain
from ui.theme import ACCENT, INK

OpenSlice = Callable[[Slice, str], None]
Band = tuple[float, float | None, int]
"""From, up to and without, and how many products."""

MISSING = {
    "price": "Price",
    "stock": "Stock",
    "rating": "Rating",
    "brand": "Brand",
    "category": "Category",
    "picture": "Picture",
}
_QUANTILES = {
    "0.0": "cheapest",
    "0.25": "a quarter below",
    "0.5": "half below",
    "0.75": "three quarters",
    "1.0": "dearest",
}
_LISTED = 12


def statistics(stats: Mapping[str, Any], *, on_open: OpenSlice) -> None:
    """Draw the figures, given as `pipeline.catalogue_stats` has them; `on_open` gets the part that was pressed."""
    _figures(stats, on_open)
    left, right = st.columns(2, gap="medium")
    with left:
        if any(" > " in path for path in stats["categories"]):
            st.subheader("Departments", anchor=False)
            _counts(stats["departments"], "department", on_open)
        st.subheader("Categories", anchor=False)
        _counts(stats["categories"], "category", on_open)
        _more(len(stats["categories"]), stats["category_count"], "category", "categories")
    with right:
        st.subheader("Prices" + (f" in {plain(stats['currency'])}" if stats["currency"] else ""), anchor=False)
        _prices(stats, on_open)
        st.subheader("Brands", anchor=False)
        _counts(stats["brands"], "brand", on_open)
        _more(len(stats["brands"]), stats["brand_count"], "brand", "brands")
        st.subheader("What is missing", anchor=False)
        _missing(stats, on_open)


def _figures(stats: Mapping[str, Any], on_open: OpenSlice) -> None:
    rows, stock, pictures = stats["rows"], stats["stock"], stats["pictures"]
    with_picture = pictures["own"] + pictures["linked"]
    items = (
        Figure("all", "Products", f"{rows:,}", "in all"),
        Figure("families", "Families", f"{stats['families']:,}", f"{rows - stats['families']:,} more are variants"),
        Figure(
            "stock", "Can be bought", f"{stock['in stock'] + stock['unknown']:,}", f"{stock['sold out']:,} sold out"
        ),
        Figure(
            "picture",
            "With a picture",
            f"{with_picture:,}",
            f"{pictures['none']:,} are shown as drawings",
            help=f"{pictures['own']:,} in the catalogue, {pictures['linked']:,} by their address.",
            opens=with_picture > 0,
        ),
        Figure("queries", "Customers' queries", f"{stats['queries']:,}", "from the query log", opens=False),
    )
    picked = figures(items, key="catalogue_figures")
    parts = {
        "all": (Slice("all"), "Products of the catalogue"),
        "families": (Slice("families"), "One product of each family"),
        "stock": (Slice("stock", "to be had"), "Can be bought"),
        "picture": (Slice("picture", "any"), "With a picture of their own"),
    }
    if picked in parts:
        on_open(*parts[picked])


def _counts(counts: Mapping[str, int], kind: Any, on_open: OpenSlice) -> None:
    if not counts:
        aside(f"No product names a {kind}.")
        return
    names = list(counts)[:_LISTED]
    items = [
        Bar(str(i), leaf, counts[name], f"{counts[name]:,}", _path(name))
        for i, (name, leaf) in enumerate(zip(names, leaves(names), strict=True))
    ]
    picked = bars(items, label=f"Products by {kind}", key=f"bars_{kind}")
    if picked is not None:
        name = names[int(picked)]
        on_open(Slice(kind, name), f"{kind.capitalize()} “{_path(name)}”")


def leaves(paths: Sequence[str]) -> list[str]:
    """The end of each path: two steps, or as many more as tell it from the others."""
    parts = [path.split(" > ") for path in paths]
    ends: list[str] = []
    for own in parts:
        steps = 2
        while steps < len(own) and sum(other[-steps:] == own[-steps:] for other in parts) > 1:
            steps += 1
        ends.append(" › ".join(own[-steps:]))
    return ends


def _path(name: str) -> str:
    return name.replace(" > ", " › ")


def _more(listed: int, total: int, one: str, many: str) -> None:
    if total > min(listed, _LISTED):
        aside(f"The {min(listed, _LISTED)} largest of {count(total, one, many)}.")


def _missing(stats: Mapping[str, Any], on_open: OpenSlice) -> None:
    rows = stats["rows"]
    lacking = {name: round(stats["missing"][name] * rows) for name in MISSING}
    items = [Bar(name, MISSING[name], n, f"{n:,} · {n / rows:.0%}" if n else "none") for name, n in lacking.items()]
    picked = bars(items, label="Products without a value, by field", key="bars_missing", whole=rows, tone="lack")
    if picked is not None:
        on_open(Slice("missing", picked), f"Without a {MISSING[picked].lower()}")


def _prices(stats: Mapping[str, Any], on_open: OpenSlice) -> None:
    bands = stats["price_bands"]
    if not bands:
        aside("No product has a price. Price filters then find nothing; map the price column and build again.")
        return
    currency = stats["currency"]
    names = [_band(low, high, currency) for low, high, _ in bands]
    drawn = st.session_state.get("price_chart_drawn", 0)
    event = st.plotly_chart(
        price_figure(bands, names, ink=INK.get(st.context.theme.type or "light", INK["light"])),
        key=f"price_chart_{drawn}",
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
        alt="Products by price: " + ", ".join(f"{name} {n}" for name, (_, _, n) in zip(names, bands, strict=True)),
    )
    points = event["selection"]["points"]
    if points:
        # A new key forgets the selection, so that the same bar can be pressed again.
        st.session_state["price_chart_drawn"] = drawn + 1
        at = int(points[0]["point_index"])
        low, high, _ = bands[at]
        on_open(Slice("price", low=low, high=float("inf") if high is None else high), f"Price {names[at]}")
    quantiles = [f"{text} {plain(money(stats['price'][q], currency))}" for q, text in _QUANTILES.items()]
    aside(" · ".join(quantiles))
    others = [f"{plain(name)} ({n:,})" for name, n in stats["currencies"].items() if name != currency]
    if others:
        aside(f"Other currencies: {', '.join(others)}. Prices are compared as they are, without exchange.")


def price_figure(bands: Sequence[Band], names: Sequence[str], *, ink: str) -> go.Figure:
    """How many products cost how much, with the prices between the bars; `ink` is the colour of words on the page."""
    counts = [n for _, _, n in bands]
    figure = go.Figure(
        go.Bar(
            x=[i + 0.5 for i in range(len(bands))],
            y=counts,
            width=0.9,
            text=[f"{n:,}" if n else "" for n in counts],
            textposition="outside",
            textfont={"size": 13, "color": ink},
            cliponaxis=False,
            customdata=list(names),
            hovertemplate="%{customdata}: %{y:,} products<extra></extra>",
            marker={"color": ACCENT},
        )
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 24, "b": 8}, height=240, showlegend=False, dragmode=False)
    figure.update_xaxes(
        title=None,
        tickvals=list(range(len(bands))),
        ticktext=[_short(low) for low, _, _ in bands],
        tickangle=0,
        tickfont={"size": 12, "color": ink},
        range=[-0.1, len(bands) + 0.1],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    figure.update_yaxes(visible=False, fixedrange=True)
    return figure


def _band(low: float, high: float | None, currency: str) -> str:
    sign = money(0, currency).partition("0")[0]
    return f"{sign}{low:,g} and more" if high is None else f"{sign}{low:,g} to {sign}{high:,g}"


def _short(price: float) -> str:
    """A round price in few letters: "0.5", "200", "2k"."""
    return f"{price / 1000:g}k" if price >= 1_000 else f"{price:g}"


def about(stats: Mapping[str, Any], *, in_use: str) -> str:
    """Version, model and date of a catalogue as one line of Markdown."""
    parts = (
        f"Built {plain(str(stats['built'])[:16].replace('T', ' '))} UTC",
        f"version {plain(stats['version'])}",
        f"model {plain(stats['encoder'])} ({stats['dimension']} dimensions)",
        f"currency {plain(stats['currency']) or 'not named'}",
    )
    return f"**{plain(in_use)}** · " + " · ".join(parts)
