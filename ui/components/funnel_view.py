"""The funnel as a picture, with why products left at each step."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.domain import FunnelStage
from ui import charts
from ui.theme import INK


def funnel_view(stages: Sequence[FunnelStage]) -> None:
    """Draw the steps with their counts, and below them the reasons of those that left."""
    if not stages:
        st.info("There is no funnel yet: nothing was found.", icon=":material/filter_alt_off:")
        return
    picture, words = st.columns([3, 2], gap="medium")
    with picture:
        st.plotly_chart(
            charts.funnel(stages, ink=INK.get(st.context.theme.type or "light", INK["light"])),
            key="funnel_chart",
            config={"displayModeBar": False},
            alt="Products left after each step",
        )
    with words:
        st.dataframe(
            pd.DataFrame(
                {
                    "step": [s.stage.capitalize() for s in stages],
                    "left": [s.left for s in stages],
                    "gone": [s.entered - s.left for s in stages],
                    "why": [
                        "; ".join(f"{n:,} {reason}" for reason, n in s.reasons) if s.reasons else s.note for s in stages
                    ],
                }
            ),
            hide_index=True,
            height="content",
            row_height=34,
            key="funnel_table",
            alt="What left at each step",
            column_config={
                "step": st.column_config.TextColumn("Step", width=110),
                "left": st.column_config.NumberColumn("Left", format="localized", width=70),
                "gone": st.column_config.NumberColumn("Gone", format="localized", width=70),
                "why": st.column_config.TextColumn("Why", width="large"),
            },
        )
