"""The pieces that every chart is made of: bars, their labels, axes; plain values in the form that plotly reads."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain import Lens
from ui.theme import Palette

Figure = dict[str, Any]
Trace = dict[str, Any]
Lenses = tuple[Lens | None, ...]

CLICK = "<br>Click to see them"
ROW = 30
"""Pixels of one row of a horizontal chart."""

_LONGEST = 30
_TEXT = 13


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure, what each point of each of its traces stands for, and what it shows in words."""

    figure: Figure
    lenses: tuple[Lenses, ...]
    alt: str

    def lens(self, trace: int, point: int) -> Lens | None:
        """What stands behind a point; None where nothing does."""
        known = self.lenses[trace] if 0 <= trace < len(self.lenses) else ()
        return known[point] if 0 <= point < len(known) else None


def shown(text: str, longest: int = _LONGEST) -> str:
    """Foreign text for a figure: no markup, no formula, elided where it is too long."""
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return html.escape(text, quote=False).replace("$", "&#36;")


def bars(
    values: Sequence[float],
    name: str,
    colour: str,
    *,
    colours: Palette,
    hover: Sequence[str],
    texts: Sequence[str] | None = None,
    hatched: bool = False,
    upright: bool = False,
) -> Trace:
    """One series of bars with its numbers; `hover` says each bar in words. What is out of the list is hatched."""
    places = list(range(len(values)))
    marker: dict[str, Any] = {"color": colour, "line": {"width": 0}, "cornerradius": 3}
    if hatched:
        marker["pattern"] = {"shape": "/", "fillmode": "overlay", "fgcolor": colours.page, "size": 7, "solidity": 0.22}
    numbers = [f"{v:,}" if v else "" for v in values] if texts is None else list(texts)
    return {
        "type": "bar",
        "orientation": "v" if upright else "h",
        "x": places if upright else list(values),
        "y": list(values) if upright else places,
        "name": name,
        "marker": marker,
        "text": numbers,
        "textposition": "outside",
        "constraintext": "none",
        "textangle": 0,
        "textfont": {"size": _TEXT, "color": colours.ink},
        "cliponaxis": False,
        "hovertext": list(hover),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def layout(colours: Palette, height: int, *, legend: bool, below: int = 6, **more: Any) -> dict[str, Any]:
    """What all charts share: no background, no grid but a faint one, a legend above, nothing to zoom."""
    return {
        "height": height,
        "margin": {"l": 4, "r": 16, "t": 30 if legend else 6, "b": below, "pad": 0},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"size": _TEXT, "color": colours.ink},
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
            "font": {"size": _TEXT, "color": colours.ink},
            "title": {"text": ""},
        },
        "hoverlabel": {"align": "left", "font": {"size": _TEXT}},
        "dragmode": False,
        "bargap": 0.28,
        "bargroupgap": 0.06,
        **more,
    }


def value_axis(colours: Palette, most: float, *, room: float = 1.12, **more: Any) -> dict[str, Any]:
    """An axis of amounts without a title or numbers of its own: the bars carry theirs."""
    return {
        "range": [0, max(most, 1e-9) * room],
        "visible": False,
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": colours.grid,
        **more,
    }


def name_axis(colours: Palette, names: Sequence[str], *, down: bool = False, **more: Any) -> dict[str, Any]:
    """An axis of names, one at each whole number; `down` reads from the top."""
    ends = [-0.5, len(names) - 0.5]
    return {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": ends[::-1] if down else ends,
        "tickfont": {"size": _TEXT, "color": colours.ink},
        "title": {"text": ""},
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": True,
        **more,
    }


def rows_figure(
    traces: Sequence[Trace], names: Sequence[str], colours: Palette, *, most: float, stacked: bool = False
) -> Figure:
    """Bars that lie, one row a name from the top."""
    legend = len([t for t in traces if t.get("showlegend", True)]) > 1
    row = ROW if stacked or len(traces) == 1 else ROW + 4
    return {
        "data": list(traces),
        "layout": layout(
            colours,
            row * len(names) + (42 if legend else 18),
            legend=legend,
            barmode="stack" if stacked else "group",
            xaxis=value_axis(colours, most, room=1.16),
            yaxis=name_axis(colours, names, down=True, ticklabelstandoff=6),
        ),
    }


def columns_figure(
    traces: Sequence[Trace], names: Sequence[str], colours: Palette, *, most: float, height: int = 280, **more: Any
) -> Figure:
    """Bars that stand, side by side at each name."""
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    axis = name_axis(colours, names, showline=True, linecolor=colours.grid, tickangle=0, automargin=False)
    return {
        "data": list(traces),
        "layout": layout(
            colours,
            height,
            legend=len(traces) > 1,
            below=10 + 18 * lines,
            barmode="group",
            xaxis=axis,
            yaxis=value_axis(colours, most),
            **more,
        ),
    }
