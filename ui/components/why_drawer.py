"""The drawer that answers "why this product", and takes the reason of a rejection."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain import Explanation, Product, SelectedProduct, Step
from ui.components import explanation as explaining
from ui.components.product_facts import facts_line
from ui.state import Key
from ui.text import count, plain

TakeVerdict = Callable[[str, Sequence[str], str | None], None]


@st.dialog("Why this product", position="right", width="medium", icon=":material/help:")
def why_drawer(
    product: Product,
    *,
    chosen: SelectedProduct | None,
    path: Sequence[Step],
    explanation: Explanation,
    picture: bytes | None,
    verdict: str | None,
    reasons: Sequence[tuple[str, str]],
    pinned: bool,
    judged: Callable[[], None],
    on_verdict: TakeVerdict,
    on_pin: Callable[[], None],
    on_variants: Callable[[], None],
) -> None:
    """Draw the drawer. `on_verdict` takes verdict, reason codes and note; then the page is drawn again.

    `path` is the product's way through the funnel, up to where it left; `judged` draws what the judges say.
    """
    head, facts = st.columns([1, 2], gap="small")
    if picture is not None:
        head.image(picture, alt=plain(product.title), width="stretch")
    with facts:
        st.markdown(f"### {plain(product.title)}")
        st.text(facts_line(product))
        rank = "not in the list" if chosen is None else f"rank {chosen.rank}"
        st.text(f"id {product.product_id} · {rank}")
        _verdict_buttons(verdict, on_verdict)
        with st.container(horizontal=True, gap="small"):
            if chosen is None or pinned:
                label = "Take out again" if pinned else "Add to the list"
                if st.button(label, key="why_pin", icon=":material/push_pin:"):
                    on_pin()
                    st.rerun()
            inside = 0 if chosen is None else len(chosen.variants)
            if inside and st.button(
                f"Show its {count(inside + 1, 'variant')}", key="why_variants", icon=":material/style:"
            ):
                on_variants()
                st.rerun()
    judged()
    st.markdown("#### Its way through the funnel")
    explaining.path(path)
    if chosen is not None and chosen.pinned:
        st.markdown(":material/push_pin: Added by hand, so it stays whatever the terms find.")
    st.markdown("#### What the terms say")
    explaining.verdict_line(explanation)
    explaining.term_table(explanation, key="why_terms")
    _reject_form(reasons, on_verdict)


def _verdict_buttons(verdict: str | None, on_verdict: TakeVerdict) -> None:
    with st.container(horizontal=True, gap="small"):
        for name, label, done in (("accept", "Keep", "Kept"), ("reject", "Drop", "Dropped")):
            held = verdict == name
            if st.button(
                done if held else label,
                key=f"why_{name}",
                type="primary" if held else "secondary",
                icon=":material/check:" if name == "accept" else ":material/close:",
            ):
                on_verdict("clear" if held else name, (), None)
                st.rerun()


def _reject_form(reasons: Sequence[tuple[str, str]], on_verdict: TakeVerdict) -> None:
    with st.form("reject_form"):
        st.markdown("#### Drop it with a reason")
        chosen = st.pills(
            "What is wrong?",
            [code for code, _label in reasons],
            format_func=lambda code: dict(reasons).get(code, code),
            selection_mode="multi",
            key=Key.REASON,
        )
        note = st.text_area(
            "Note", key=Key.NOTE, max_chars=1000, height=80, placeholder="For those who tune the selection"
        )
        if st.form_submit_button("Drop with this reason", icon=":material/close:"):
            on_verdict("reject", tuple(chosen), note.strip() or None)
            st.rerun()
