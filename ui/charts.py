"""Figures from core values, in the colours of the screens."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.domain import FunnelStage
from ui.theme import ACCENT


def funnel(stages: Sequence[FunnelStage], *, ink: str) -> go.Figure:
    """How many products are left after each step, as bars that share one axis; the first bar is what entered.

    `ink` is the colour of words on the page.
    """
    names = ["Catalogue", *(stage.stage.capitalize() for stage in stages)]
    values = [stages[0].entered if stages else 0, *(stage.left for stage in stages)]
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
