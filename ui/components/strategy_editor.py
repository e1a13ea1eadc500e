"""The strategy, edited in place: turns, both lists of terms, filters, and the button that tries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui.components.term_editor import term_editor
from ui.state import Desk, Key, Sign
from ui.text import count, money, plain


def strategy_editor(
    desk: Desk,
    *,
    categories: Sequence[str],
    currency: str,
    editor_key: Callable[[int, Sign], str],
    on_turn: Callable[[], None],
    on_preview: Callable[[], None],
    story: Callable[[], None] | None,
) -> None:
    """Draw the strategy; its edits stay in the widgets until `on_preview` takes them over."""
    if desk.turns:
        st.pills(
            "Turns of the planner",
            [turn.number for turn in desk.turns],
            format_func=lambda number: _turn_label(desk, number),
            key=Key.TURN,
            on_change=on_turn,
            label_visibility="collapsed",
        )
    with st.expander(summary(desk, currency), icon=":material/tune:", key=Key.STRATEGY):
        with st.grid(2, min_column_width=540, gap="small"):
            for sign in (1, -1):
                with st.container():
                    term_editor(desk.side(sign), sign=sign, key=editor_key(desk.generation, sign))
        _filters(categories, on_preview)
        if story is not None:
            story()


def summary(desk: Desk, currency: str) -> str:
    """The strategy in one line: what is left to read when it is closed."""
    used = [row for row in desk.rows if row.use]
    find = sum(row.sign == 1 for row in used)
    parts = [count(find, "term finds", "terms find"), count(len(used) - find, "term cuts", "terms cut")]
    price = desk.filters.price
    if price is not None:
        low, high = (None if p is None else money(p, currency) for p in price)
        parts.append(f"{low} to {high}" if low and high else (f"from {low}" if low else f"up to {high}"))
    if desk.filters.category:
        parts.append(
            ", ".join(c.split(" > ")[-1] for c in desk.filters.category[:3])
            + ("…" if len(desk.filters.category) > 3 else "")
        )
    if desk.filters.in_stock:
        parts.append("in stock only")
    return "**Strategy** · " + " · ".join(plain(part) for part in parts)


def _turn_label(desk: Desk, number: int) -> str:
    turn = next(t for t in desk.turns if t.number == number)
    best = max(desk.turns, key=lambda t: (t.reward.total, -t.number))
    star = ":material/star: " if turn is best else ""
    return f"{star}Turn {number} · {turn.preview.count:,} found · {turn.reward.total:.1f}"


def _filters(categories: Sequence[str], on_preview: Callable[[], None]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            "Price from", min_value=0.0, value=None, step=5.0, key=Key.PRICE_LOW, width=130, placeholder="any"
        )
        st.number_input(
            "Price to", min_value=0.0, value=None, step=5.0, key=Key.PRICE_HIGH, width=130, placeholder="any"
        )
        st.multiselect("Categories", list(categories), key=Key.CATEGORY, width=360, placeholder="all")
        st.toggle("In stock only", key=Key.IN_STOCK)
        st.button(
            "Preview",
            type="primary",
            icon=":material/play_arrow:",
            shortcut="Mod+Enter",
            key="preview",
            on_click=on_preview,
        )
