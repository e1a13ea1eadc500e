"""What rules say of products: the drawer of one rule, and what a rule that is being written would do to a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain import Product
from core.pipeline import Rule, TriedPlace, TriedRule
from ui.components.rank_columns import Column, Hit, Shown, rank_columns, with_moves
from ui.components.spoken_cards import SpokenCard, spoken_cards
from ui.text import count, plain

FIRST = 12
"""Places of a search that stand side by side."""


@st.dialog("What the rule speaks of", position="right", width="medium", icon=":material/gavel:")
def spoken_drawer(rule: Rule, query: str, cards: Sequence[SpokenCard], *, looked_at: int) -> None:
    """Draw the products of a tried query that a rule speaks of, each with the sentence."""
    st.markdown(f"### {plain(rule.name)}")
    many = count(len(cards), "product")
    st.markdown(f"It speaks of {many} of the first {looked_at:,} for “{plain(query)}”.")
    spoken_cards(cards, key="rules_spoken", label=f"{rule.name}: {many}")


def trial_columns(
    tried: TriedRule, products: Mapping[str, Product], shown: Mapping[str, Shown], *, name: str
) -> tuple[Column, ...]:
    """A search without a rule and with it, as columns."""
    sides = (
        ("before", "Without the rule", "As the local judge orders it", tried.before),
        ("after", "With the rule", "As it would be from then on", tried.after),
    )
    made = [Column(key, title, about, hits=_hits(places, name, products)) for key, title, about, places in sides]
    moved = with_moves(made, "before")
    # What a search loses further down is no news of its first places.
    return tuple(
        Column(one.id, one.name, one.about, hits=tuple(h for h in one.hits if h.rank <= FIRST)) for one in moved
    )


def _hits(places: Sequence[TriedPlace], name: str, products: Mapping[str, Product]) -> tuple[Hit, ...]:
    return tuple(
        Hit(one.product_id, at, one.grade, one.sure, name if one.sentence else "")
        for at, one in enumerate(places, start=1)
        if one.product_id in products
    )


def trial_verdict(tried: TriedRule, *, best: int) -> str:
    """What a rule would do to the tried query, in one or two sentences of Markdown."""
    looked, spoken = len(tried.tried.products), len(tried.spoken)
    query = plain(tried.tried.query)
    if not spoken:
        return f"It speaks of **none** of the first {looked:,} products for “{query}”."
    before = {one.product_id: one for one in tried.before[:FIRST]}
    after = {one.product_id for one in tried.after[:FIRST]}
    left = [name for name in before if name not in after]
    lowered = sum(1 for one in tried.before if one.sentence and one.grade > best)
    said = f"It speaks of **{spoken:,}** of the first {looked:,} products for “{query}” and lowers {lowered:,} of them."
    if left:
        said += f" {len(left)} of the first {FIRST} would give way to others."
    elif spoken == looked:
        said += " That is all of them, so that the order stays as it is."
    else:
        said += f" The first {FIRST} stay the same."
    return said


def show_trial(tried: TriedRule, columns: Sequence[Column], shown: Mapping[str, Shown], *, key: str) -> str | None:
    """Draw both columns; returns the product that was pressed in this run."""
    held = {hit.id for column in columns for hit in column.hits}
    return rank_columns(
        columns,
        {name: one for name, one in shown.items() if name in held},
        key=key,
        against="before",
        label=tried.tried.query,
    )
