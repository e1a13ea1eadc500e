"""The card before a plan: what was understood as chips, the ways to plan it, and what that will take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.pipeline.thinking import Thinking
from core.services import Services
from ui import asking, errands, session, siding
from ui.components.intent_chips import intent_chips
from ui.components.plan_ways import plan_ways
from ui.plan_choices import Ask, planner_of, price_said
from ui.state import Desk, Key
from ui.text import count, plain, quiet, sign_of


def ask_card(live: Services, on_card: Ask) -> None:
    """Draw the card."""
    means, way, round_ = asking.thinking(live), asking.choices(), st.session_state.get(Key.ROUND, 0)
    intent = on_card.intent
    with st.container(key="ask_card", border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _picture(live, on_card)
            said = f"“{plain(intent.text)}”" if intent.text else "The picture"
            st.markdown(f"**{said}** · this is what was understood. Change what is wrong before anything is spent.")
        _chips(live, on_card)
        errands.waiting()
        for note in on_card.notes:
            st.markdown(quiet(note))
        earlier = _earlier(live, on_card)
        plan_ways(
            way,
            means,
            round_=round_,
            earlier=earlier,
            chosen=on_card.research_id,
            judging=asking.judging_said(live),
            on_change=asking.take_choices,
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            looking = intent.picture is not None and errands.under_way()
            st.button("Plan", key="plan_now", type="primary", icon=":material/play_arrow:", on_click=asking.plan_now,
                      args=(live,), disabled=looking,
                      help="As soon as the picture has been looked at." if looking else None)  # fmt: skip
            _closer(live, on_card, means)
            if means.model is not None:
                st.button(
                    "Compare both planners", key="plan_both", icon=":material/compare_arrows:",
                    on_click=siding.begin, args=(live,),
                    help="Plans the idea twice, by the catalogue's words and by the model, and lays both side by side.",
                )  # fmt: skip
            st.button("Cancel", key="ask_cancel", type="tertiary", on_click=asking.put_away)
            research = "none" if on_card.research_id is not None else way.research
            st.markdown(
                quiet(price_said(pipeline.estimate(live, planner_of(way, means), research, way.turns))), width="content"
            )


def _closer(live: Services, on_card: Ask, means: Thinking) -> None:
    """The button that has a model read the idea before it is planned."""
    if errands.under_way():
        return
    picture = on_card.intent.picture is not None
    model = means.vision if picture else means.model
    if model is None and not picture:
        return
    label = "Look at the picture" if picture else "Read it closer"
    st.button(label, key="read_closer", icon=":material/visibility:" if picture else ":material/auto_awesome:",
              help=f"One call of {plain(model)}: it fills in what was not understood." if model is not None
              else "Compares it with the pictures of the catalogue and reads the text in it.",
              on_click=asking.read_closer, args=(live, on_card))  # fmt: skip


def _picture(live: Services, on_card: Ask) -> None:
    if on_card.intent.picture is None:
        return
    try:
        data = pipeline.kept_picture(live, on_card.intent.picture)
    except ShelfcraftError:
        return
    st.image(data, width=96, alt="The picture that is to be planned for")


def _chips(live: Services, on_card: Ask) -> None:
    intent_chips(
        on_card.intent,
        key=asking.ON_CARD,
        about=on_card.about,
        seen=st.session_state.get(Key.CHIPS_SEEN) or {},
        currency=sign_of(pipeline.currency(live)),
        on_edit=partial(asking.take_chips, live),
    )


def desk_chips(live: Services, held: Desk) -> None:
    """What the open list was planned for, as chips, and the button that plans it again."""
    intent, changed = asking.meant(held), asking.changed(held)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="understood"):
        intent_chips(
            intent,
            key=asking.ON_DESK,
            about=held.selection_id or "",
            seen=st.session_state.get(Key.CHIPS_SEEN) or {},
            currency=sign_of(pipeline.currency(live)),
            on_edit=partial(asking.take_chips, live),
        )
        st.button(
            "Plan again",
            key="plan_again",
            type="primary" if changed else "tertiary",
            icon=":material/replay:",
            help="Plans anew what the chips say, as a list of its own; this one stays in the library.",
            on_click=asking.again,
            args=(live,),
        )


def _earlier(live: Services, on_card: Ask) -> Mapping[str, str]:
    """Kept researches of the idea, as they read, by their id."""
    if not on_card.intent.text:
        return {}
    try:
        found = pipeline.recent_research(live, on_card.intent.text, limit=asking.EARLIER)
    except ShelfcraftError:
        return {}
    zone = session.zone()
    today = datetime.now(zone).date()
    when = {one.research_id: _ago(one.created_at.astimezone(zone), today) for one in found}
    return {
        one.research_id: f"{when[one.research_id]} · {one.mode} · {count(one.evidence, 'passage')}"
        for one in found
        if one.evidence
    }


def _ago(at: datetime, today: date) -> str:
    days = (today - at.date()).days
    if days <= 0:
        return f"Today, {at:%H:%M}"
    return f"Yesterday, {at:%H:%M}" if days == 1 else f"{at:%d %b %Y}"
