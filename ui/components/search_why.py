"""The drawer of the search page: one product of the columns, where each way of searching has it, and why its grade."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain import Judgment, Product
from ui.components.judgment_view import judgment_view
from ui.components.product_facts import facts_line
from ui.text import plain


@st.dialog("Why this grade", position="right", width="medium", icon=":material/help:")
def search_why(
    product: Product,
    *,
    query: str,
    picture: bytes | str | None,
    places: Sequence[tuple[str, str]],
    judgments: Sequence[Judgment],
) -> None:
    """Draw the drawer. `places` are (way of searching, place) pairs; `judgments` the local judge's first."""
    if picture is not None:
        head, facts = st.columns([1, 2], gap="small")
        head.image(picture, alt=plain(product.title), width="stretch")
    else:
        facts = st.container()
    with facts:
        st.markdown(f"**{plain(product.title)}**")
        st.text(facts_line(product))
    st.markdown(f"### For “{plain(query)}”")
    judgment_view([(one, query) for one in judgments], key="search_judged")
    if places:
        st.markdown("### Where it stands")
        st.markdown("  \n".join(f"{plain(name)}: {plain(place)}" for name, place in places))
