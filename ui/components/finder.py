"""The drawer that looks for any product: in the list or not, why not, and adding it by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain import Explanation, Product, SelectedProduct, Step
from ui.components import explanation as explaining
from ui.components.product_facts import facts_line
from ui.state import Key
from ui.text import plain


@dataclass(frozen=True, slots=True)
class Found:
    """One product that a search found, and how it stands to the list."""

    product: Product
    chosen: SelectedProduct | None
    explanation: Explanation
    trace: Callable[[], Sequence[Step]]
    pinned: bool
    dropped: bool
    picture: bytes | None = None

    @property
    def standing(self) -> str:
        """Where it is, in a few words."""
        if self.dropped:
            return "dropped by you"
        if self.chosen is not None:
            return f"in the list at {self.chosen.rank}"
        return "not in the list"


@st.dialog("Find a product", position="right", width="medium", icon=":material/search:")
def finder(look: Callable[[str], Sequence[Found]], *, on_pin: Callable[[str], None]) -> None:
    """Draw the drawer. `look` answers words or an id, best first; `on_pin` adds a product or takes it out."""
    st.text("Type a few words, or paste a product id, to see why a product is or is not in the list.")
    query = st.text_input(
        "Search the whole catalogue", key=Key.FIND, placeholder="For example: head torch", icon=":material/search:"
    )
    if not query.strip():
        return
    hits = look(query.strip())
    if not hits:
        st.info("Nothing in the catalogue matches that. Try fewer or other words.", icon=":material/search_off:")
    for at, hit in enumerate(hits):
        _hit(hit, at, on_pin)


def _hit(hit: Found, at: int, on_pin: Callable[[str], None]) -> None:
    mark = ":material/check_circle:" if hit.chosen is not None else ":material/do_not_disturb_on:"
    label = f"{plain(hit.product.title)} — {hit.standing}"
    with st.expander(label, icon=mark, expanded=at == 0, key=f"hit_{hit.product.product_id}"):
        side, facts = st.columns([1, 3], gap="small", vertical_alignment="center")
        if hit.picture is not None:
            side.image(hit.picture, alt=plain(hit.product.title), width="stretch")
        facts.text(facts_line(hit.product))
        if hit.dropped:
            st.warning("You dropped it, so it stays out. Take the verdict back by adding it to the list.")
        elif hit.explanation.recalled and hit.chosen is None:
            st.warning("The terms find it, but it left on the way through the funnel.")
        else:
            explaining.verdict_line(hit.explanation)
        if hit.explanation.recalled and not hit.dropped:
            explaining.path(hit.chosen.path if hit.chosen is not None else hit.trace())
        explaining.term_table(hit.explanation, key=f"hit_terms_{hit.product.product_id}")
        pressed = st.button(
            "Take out again" if hit.pinned else "Add to the list",
            key=f"pin_{hit.product.product_id}",
            icon=":material/push_pin:",
            type="secondary" if hit.pinned else "primary",
            disabled=hit.chosen is not None and not hit.pinned,
            help="It is already in the list." if hit.chosen is not None and not hit.pinned else None,
        )
        if pressed:
            on_pin(hit.product.product_id)
            st.rerun()


def standing_of(chosen: Sequence[SelectedProduct]) -> Mapping[str, SelectedProduct]:
    """The chosen products by id, each also under the ids of its variants, since one card stands for its family."""
    found = {variant: one for one in chosen for variant in one.variants}
    return {**found, **{one.product_id: one for one in chosen}}
