"""A change that was asked for in words, as a difference: what goes, what comes, and what it does to the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from core.domain import Filters, Strategy
from ui.text import category_leaf, plain, price_range
from ui.wishing import Proposal


def wish_card(
    shown: Proposal,
    currency: str,
    *,
    on_apply: Callable[[], None],
    on_theme: Callable[[], None],
    on_discard: Callable[[], None],
) -> None:
    """Draw a proposal with the buttons that make it, take it for a theme, or put it away."""
    with st.container(key="wish_card", border=True):
        told = bool(shown.wish.changes) and not shown.wish.rest and not shown.error
        said = f" · {plain(shown.wish.sentence)}" if told and shown.wish.sentence else ""
        st.markdown(f":material/forum: **“{plain(shown.wish.text)}”**{said}")
        if shown.error:
            st.warning(plain(shown.error), icon=":material/block:")
        elif not told and shown.wish.sentence:
            st.info(plain(shown.wish.sentence), icon=":material/info:")
        if shown.after is not None:
            sizes = (shown.size_before, shown.size)
            st.markdown("   ".join(difference(shown.before, shown.after, sizes=sizes, currency=currency)))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if _differs(shown):
                st.button(
                    "Apply",
                    key="wish_apply",
                    type="primary",
                    icon=":material/check:",
                    on_click=on_apply,
                    help="Changes the terms and filters and chooses the products anew, as the next version.",
                )
            st.button("Plan it as a new theme", key="wish_theme", icon=":material/add_circle:", on_click=on_theme)
            st.button("Discard", key="wish_discard", type="tertiary", icon=":material/close:", on_click=on_discard)
            st.markdown(_numbers(shown), width="content")


def _differs(shown: Proposal) -> bool:
    return shown.after is not None and (shown.after != shown.before or shown.size != shown.size_before)


def difference(before: Strategy, after: Strategy, *, sizes: tuple[int, int], currency: str) -> tuple[str, ...]:
    """What changes between two strategies and list sizes, as pieces of Markdown with badges of what goes and comes."""
    weights = [
        _badge("orange", f"{term}: weight {before.weight(term):g} → {after.weight(term):g}")
        for term in after.positive
        if term in before.positive and after.weight(term) != before.weight(term)
    ]
    lines = [
        ("Finds", [*_changes(before.positive, after.positive), *weights]),
        ("Cuts", _changes(before.negative, after.negative)),
        ("Filters", _changes(_filters(before.filters, currency), _filters(after.filters, currency))),
    ]
    if sizes[0] != sizes[1]:
        lines.append(("List", _changes([f"at most {sizes[0]:,}"], [f"at most {sizes[1]:,}"])))
    told = tuple(f"{name} {' '.join(badges)}" for name, badges in lines if badges)
    return told if told else ("Nothing of the strategy would change: it is so already.",)


def _changes(before: Iterable[str], after: Iterable[str]) -> list[str]:
    was, will = list(before), list(after)
    gone = [_badge("red", f"− {one}") for one in was if one not in will]
    return gone + [_badge("green", f"+ {one}") for one in will if one not in was]


def _badge(colour: str, text: str) -> str:
    return f":{colour}-badge[{plain(text)}]"


def _filters(filters: Filters, currency: str) -> list[str]:
    parts = [] if filters.price is None else [price_range(filters.price, currency)]
    parts += [category_leaf(path) for path in filters.category]
    parts += ["in stock only"] if filters.in_stock else []
    return parts if filters.strictness == "balanced" else [*parts, filters.strictness]


def _numbers(shown: Proposal) -> str:
    if shown.lengths is not None:
        return "In the list **{:,} → {:,}**".format(*shown.lengths)
    if shown.counted_before is None or shown.counted_after is None:
        return ""
    (was, good), (will, better) = shown.counted_before, shown.counted_after
    return f"Found **{was.count:,} → {will.count:,}** · Score **{good.total:.1f} → {better.total:.1f}** of 10"
