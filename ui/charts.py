"""Figures from core values, in the colours of the screens."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.domain import FunnelStage
from ui.theme import ACCENT

_DWARFS = 4


def funnel(stages: Sequence[FunnelStage], *, ink: str) -> go.Figure:
    """How many products are left after each step, as bars that share one axis.

    The whole catalogue is the first bar only where it would not dwarf the others.

    `ink` is the colour of words on the page.
    """
    names = [stage.stage.capitalize() for stage in stages]
    values = [stage.left for stage in stages]
    if stages and stages[0].entered <= _DWARFS * stages[0].left:
        names, values = ["Catalogue", *names], [stages[0].entered, *values]
    figure = go.Figure(
        go.Funnel(
            y=names,
            x=values,
            texttemplate="%{value:,}",
            textposition="auto",
            hovertemplate="%{y}: %{value:,} products<extra></extra>",
            marker={"color": ACCENT},
            textfont={"size": 14},
            outsidetextfont={"color": ink},
            connector={"line": {"width": 0}, "fillcolor": "rgba(58, 109, 219, 0.18)"},
        )
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8}, height=52 * len(names) + 24, showlegend=False)
    figure.update_yaxes(title=None, tickfont={"size": 14, "color": ink})
    return figure
