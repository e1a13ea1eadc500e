"""The strategy beside its terms: one line that sums it up, the filters, and the button that tries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain import STRICTNESS, Strictness
from core.pipeline import Rule
from ui.state import Desk, Key, lengths
from ui.text import count, plain, price_range


def summary(desk: Desk, currency: str, rules: int = 0) -> str:
    """The strategy in one line: what is left to read when it is closed. `rules` are those of this list alone."""
    used = [row for row in desk.rows if row.use]
    find = sum(row.sign == 1 for row in used)
    parts = [count(find, "term finds", "terms find"), count(len(used) - find, "term cuts", "terms cut")]
    if desk.filters.price is not None:
        parts.append(price_range(desk.filters.price, currency))
    if desk.filters.category:
        parts.append(
            ", ".join(c.split(" > ")[-1] for c in desk.filters.category[:3])
            + ("…" if len(desk.filters.category) > 3 else "")
        )
    if desk.filters.in_stock:
        parts.append("in stock only")
    if desk.filters.strictness != "balanced":
        parts.append(desk.filters.strictness)
    if rules:
        parts.append(count(rules, "rule of this list", "rules of this list"))
    return "**Strategy** · " + " · ".join(plain(part) for part in parts)


def filter_bar(
    desk: Desk, categories: Sequence[str], *, on_filter: Callable[[], None], on_preview: Callable[[], None]
) -> None:
    """Draw the filters and the button that tries the draft; a filter is taken over as soon as it is set."""
    place = desk.generation
    low, high = desk.filters.price if desk.filters.price is not None else (None, None)
    # A widget that another page did not draw has forgotten its value; the desk has not.
    for key, value in (
        (Key.PRICE_LOW, low),
        (Key.PRICE_HIGH, high),
        (Key.CATEGORY, list(desk.filters.category)),
        (Key.IN_STOCK, desk.filters.in_stock),
        (Key.STRICTNESS, desk.filters.strictness),
        (Key.SIZE, desk.size),
    ):
        st.session_state.setdefault(key.of(place), value)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for label, key in (("Price from", Key.PRICE_LOW), ("Price to", Key.PRICE_HIGH)):
            st.number_input(
                label, min_value=0.0, step=5.0, key=key.of(place), width=115, placeholder="any", on_change=on_filter
            )
        names = sorted({*categories, *desk.filters.category})
        st.multiselect(
            "Categories", names, key=Key.CATEGORY.of(place), width=230, placeholder="all", on_change=on_filter
        )
        st.number_input(
            "List of at most",
            min_value=1,
            max_value=10_000,
            step=50,
            key=Key.SIZE.of(place),
            width=130,
            on_change=on_filter,
        )
        _fit_choice(desk, on_filter)
        st.toggle("In stock only", key=Key.IN_STOCK.of(place), on_change=on_filter)
        st.button(
            "Preview",
            type="primary" if desk.changed else "secondary",
            icon=":material/play_arrow:",
            shortcut="Mod+Enter",
            key="preview",
            on_click=on_preview,
        )


def _fit_choice(desk: Desk, on_filter: Callable[[], None]) -> None:
    counted = lengths(desk)

    def label(strictness: Strictness) -> str:
        number = f" · {counted[strictness]:,}" if strictness in counted else ""
        return f"{strictness.capitalize()}{number}"

    st.segmented_control(
        "Fit",
        STRICTNESS,
        key=Key.STRICTNESS.of(desk.generation),
        format_func=label,
        required=True,
        help="How near a product has to come to the best ones: loose lists more products, strict only the surest.",
        on_change=on_filter,
    )


def rule_row(rules: Sequence[Rule], *, on_take_out: Callable[[Rule], None]) -> None:
    """Draw the rules that hold in this list alone; a press takes one out. Nothing where there are none."""
    if not rules:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="list_rules"):
        st.text("Rules of this list", width="content")
        for rule in rules:
            st.button(
                plain(rule.name),
                key=f"rule_{rule.id}",
                icon=":material/close:",
                help=f"{plain(rule.sentence)} Press to take it out; it holds until the next preview.",
                on_click=on_take_out,
                args=(rule,),
            )
