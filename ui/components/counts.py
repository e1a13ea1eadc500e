"""The figures above the list: what the strategy is expected to find, its score with its parts, and what was judged."""

from __future__ import annotations

import streamlit as st

from core.domain import Preview, Reward, Selection
from ui.state import Tally
from ui.text import plain


def counts(preview: Preview | None, reward: Reward | None, selection: Selection, *, judged: Tally) -> None:
    """Draw the figures in one row that wraps on a narrow screen."""
    with st.grid(5, min_column_width=168, gap="xsmall"):
        if preview is not None:
            span = (
                "exact count"
                if preview.exact and preview.low == preview.high
                else f"{preview.low:,} to {preview.high:,}"
            )
            _figure(
                "Products found",
                f"{preview.count:,}",
                f"{span} of {preview.population:,}",
                help_text="The estimated size of what the terms find, with its 95 % interval.",
            )
        if reward is not None:
            _figure(
                "Score",
                f"{reward.total:.1f} / 10",
                f"fit {reward.relevance:.2f} · terms {reward.semantic:.2f}",
                help_text=_score_help(reward),
            )
        variants = sum(len(p.variants) for p in selection.products)
        _figure("In the list", f"{len(selection.products):,}", f"{variants:,} more variants inside")
        _figure("Kept", f"{judged.kept:,}", "stay in every preview")
        _figure("Dropped", f"{judged.dropped:,}", "left out of the export")


def _figure(label: str, value: str, below: str, *, help_text: str | None = None) -> None:
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True, help=help_text)


def _score_help(reward: Reward) -> str:
    parts = f"Fit to the theme {reward.relevance:.2f}, terms {reward.semantic:.2f}, amount {reward.quantity:.2f}."
    lines = [parts, *(plain(reason) for reason in reward.reasons)]
    lines += [f"Not met: {plain(gate.reason)}" for gate in reward.gates if not gate.passed]
    return "\n\n".join(lines)
