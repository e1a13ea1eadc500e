"""Why a product is where it is: its way through the funnel, and how each term stands to it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.domain import Explanation, Step, TermExplanation
from ui.text import plain


def path(steps: Sequence[Step]) -> None:
    """Draw the stations of a product's way, the last one where it left."""
    icons = {True: ":green[:material/check_circle:]", False: ":red[:material/cancel:]"}
    lines = [f"{icons[step.passed]} **{plain(step.stage.capitalize())}** — {plain(step.detail)}" for step in steps]
    # Two blanks end a line without opening a paragraph.
    st.markdown("  \n".join(lines))


def verdict_line(explanation: Explanation) -> None:
    """Draw the one sentence that answers the question."""
    (st.success if explanation.recalled else st.warning)(plain(explanation.sentence))


def term_table(explanation: Explanation, *, key: str) -> None:
    """Draw how each term stands to the product: those that apply first."""
    terms = sorted(explanation.terms, key=lambda t: (not t.applies, -t.sign, -t.coverage, -t.cosine))
    if not terms:
        return
    frame = pd.DataFrame(
        {
            "term": [("" if t.sign == 1 else "not: ") + t.term for t in terms],
            "does": [_does(t) for t in terms],
            "words": [round(100 * t.coverage) for t in terms],
            "cosine": [t.cosine for t in terms],
            "needs": [t.threshold for t in terms],
            "missing": [", ".join(t.missing) for t in terms],
        }
    )
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        row_height=32,
        height="content",
        alt="How each term stands to this product",
        column_config={
            "term": st.column_config.TextColumn("Term", width=170),
            "does": st.column_config.TextColumn("Does", width=92),
            "words": st.column_config.NumberColumn(
                "Words", width=62, format="%d %%", help="Share of the term's words, by weight, that the product has."
            ),
            "cosine": st.column_config.NumberColumn(
                "Meaning", width=70, format="%.2f", help="Cosine of term and product."
            ),
            "needs": st.column_config.NumberColumn(
                "Needs", width=58, format="%.2f", help="From this cosine on the term applies by meaning."
            ),
            "missing": st.column_config.TextColumn("Missing words", width=120),
        },
    )


def _does(term: TermExplanation) -> str:
    if not term.applies:
        return "–"
    how = "words" if term.lexical else "meaning"
    return ("finds, " if term.sign == 1 else "cuts, ") + how
