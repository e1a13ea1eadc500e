"""The strategy, edited in place: turns, both lists of terms, filters, and the button that tries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui.state import Desk, Key
from ui.text import count, money, plain

EDITED = 0
"""The number of the pill that stands for the operator's own edits."""


def turn_pills(desk: Desk, *, on_turn: Callable[[], None]) -> None:
    """Draw the turns of the planner, and the operator's own version of them where the terms were edited."""
    if not desk.turns:
        return
    numbers = [turn.number for turn in desk.turns]
    shown = next((turn for turn in desk.turns if turn.number == desk.turn), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.pills(
            "Turns of the planner",
            [*numbers, EDITED] if desk.turn is None else numbers,
            format_func=lambda number: _turn_label(desk, number),
            key=Key.TURN,
            on_change=on_turn,
            required=True,
            label_visibility="collapsed",
            width="content",
        )
        if shown is not None and shown.note:
            st.markdown(f":small[:gray[{plain(shown.note)}]]", width="content")


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
    if number == EDITED:
        return ":material/edit: Your version"
    turn = next(t for t in desk.turns if t.number == number)
    best = max(desk.turns, key=lambda t: (t.reward.total, -t.number))
    star = ":material/star: " if turn is best else ""
    return f"{star}Turn {number} · {turn.preview.count:,} found · {turn.reward.total:.1f}"


def filter_bar(
    categories: Sequence[str], *, on_filter: Callable[[], None], on_preview: Callable[[], None], changed: bool
) -> None:
    """Draw the filters and the button that tries the draft; a filter is taken over as soon as it is set."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for label, key in (("Price from", Key.PRICE_LOW), ("Price to", Key.PRICE_HIGH)):
            st.number_input(
                label, min_value=0.0, value=None, step=5.0, key=key, width=130, placeholder="any", on_change=on_filter
            )
        st.multiselect(
            "Categories", list(categories), key=Key.CATEGORY, width=330, placeholder="all", on_change=on_filter
        )
        st.number_input(
            "List of at most", min_value=1, max_value=10_000, step=50, key=Key.SIZE, width=140, on_change=on_filter
        )
        st.toggle("In stock only", key=Key.IN_STOCK, on_change=on_filter)
        st.button(
            "Preview",
            type="primary" if changed else "secondary",
            icon=":material/play_arrow:",
            shortcut="Mod+Enter",
            key="preview",
            on_click=on_preview,
        )
