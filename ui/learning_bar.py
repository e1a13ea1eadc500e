"""Live learning on the screen: the order of the list, what was learned, proposed cuts, verdicts on a whole page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from core import pipeline
from core.domain import BehindRow
from core.errors import ShelfcraftError
from core.pipeline.learning import STARTS_AT
from core.services import Services
from ui import judging, learning, resources
from ui.components.proposals import Cut, proposals
from ui.learning import Lesson
from ui.state import Desk, Key
from ui.text import count, quiet

SHOTS = 3


def order_switch(held: Desk, said: pipeline.Said) -> None:
    """Draw the choice of the order, once there is enough to learn from."""
    if not learning.ready(held, said):
        return
    st.session_state[Key.ORDER_PILL] = learning.order()
    st.segmented_control(
        "In which order",
        list(learning.ORDERS),
        format_func=lambda code: learning.ORDERS[code],
        key=Key.ORDER_PILL,
        required=True,
        label_visibility="collapsed",
        on_change=learning.choose_order,
    )


def remark(held: Desk, said: pipeline.Said) -> str:
    """How far it is until the list learns; "" before the first verdict and once it does."""
    judged = learning.judged_here(held, said)
    if not 0 < judged < STARTS_AT:
        return ""
    return f"{count(STARTS_AT - judged, 'more verdict')} and the list learns from them"


def learning_bar(live: Services, held: Desk, said: pipeline.Said, shown: Lesson | None) -> None:
    """Draw what was learned from what stands now, and the cuts that it proposes.

    `shown` is the order on screen, None where the list stands as it was chosen.
    """
    if not learning.ready(held, said):
        return
    try:
        told = learning.lesson(live, held, said).told
    except ShelfcraftError as error:
        st.markdown(quiet(str(error)))
        return
    assert held.selection_id is not None
    rules = pipeline.selection_rules(live, held.selection_id) if any(p.rule for p in told.proposals) else ()
    named = {name for one in told.proposals for name in one.examples[:SHOTS]}
    pictures = resources.picture_addresses(live, pipeline.products(live, sorted(named)).values())
    cuts = [
        Cut(
            one.key,
            one.label,
            f"takes out {one.hits:,}",
            one.sentence,
            harm=f"also {one.kept_hit:,} that you kept" if one.kept_hit else "",
            shots=tuple(pictures.get(name, ()) for name in one.examples[:SHOTS]),
            on=learning.is_cut(held, one, rules),
            made="a rule of this list" if one.rule is not None else "in the draft",
        )
        for one in told.proposals
    ]
    moved = f"{count(told.moved, 'product')} moved" if told.moved else "nothing moved yet"
    proposals(
        f"Learned from {count(told.verdicts, 'verdict')}",
        " · ".join(part for part in (moved, learning.ORDER_SAYS[told.order]) if part),
        cuts,
        stale=learning.new_since(shown, said),
        key=Key.PROPOSALS,
        on_again=learning.rank_again,
        on_cut=partial(learning.take_cut, live),
    )


def page_foot(live: Services, shown: Sequence[BehindRow], verdicts: Mapping[str, str]) -> None:
    """Draw what can be said at once of all on this page that is not judged yet."""
    left = [row.product_id for row in shown if row.listed and row.product_id not in verdicts]
    if len(left) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="page_foot"):
        st.markdown(quiet(f"{count(len(left), 'product')} on this page not judged:"), width="content")
        st.button(
            f"Keep these {len(left):,}",
            key="keep_page",
            icon=":material/done_all:",
            on_click=judging.judge_many,
            args=(live, left, "accept"),
        )
        st.button(
            "None of these",
            key="none_of_page",
            icon=":material/remove_done:",
            help="Drops them, and says that nothing like them is wanted. Undo takes all of it back at once.",
            on_click=judging.judge_many,
            args=(live, left, "reject", "none_of"),
        )
