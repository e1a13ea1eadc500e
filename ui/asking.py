"""What happens with an idea before anything is spent: read, laid out as chips with the ways to plan it, then begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core import pipeline
from core.domain import Filters, Intent
from core.errors import ShelfcraftError
from core.pipeline import ResearchRecord
from core.pipeline.model_judging import judging_cost
from core.pipeline.theme_judging import ASKED
from core.pipeline.thinking import Planner, Thinking
from core.runs import RunRecord
from core.services import Services
from ui import drafting, errands, session, workbench
from ui.errands import Errand
from ui.intent_chips import read_chips, with_values
from ui.plan_choices import Ask, Choices, plan_params, shown_first
from ui.state import Desk, Key

SELLABLE = Filters(in_stock=True)
"""What a first plan asks for; the operator can loosen it."""

EARLIER = 8
"""Kept researches of an idea that are looked at."""

ON_CARD, ON_DESK = Key.CHIPS.of(0), Key.CHIPS.of(1)
"""The two places of chips: on the card of an ask, and above the list that lies open."""


def choices() -> Choices:
    """How the operator wants plans to be made."""
    held = st.session_state.get(Key.CHOICES)
    return held if isinstance(held, Choices) else Choices()


def judging_said(live: Services) -> str:
    """What a model takes that judges the products of a list too, in a sentence; "" where none is set."""
    return "" if thinking(live).judge is None else judging_cost(live, ASKED).sentence


def ask() -> Ask | None:
    """What lies on the card, None where there is no card."""
    held = st.session_state.get(Key.ASK)
    return held if isinstance(held, Ask) else None


def thinking(live: Services) -> Thinking:
    """What is set to think with."""
    return pipeline.thinking(live)


def begin(live: Services, text: str, picture: str | None = None) -> None:
    """Plan an idea at once where that costs nothing, else lay it on the card."""
    words = " ".join(text.split())[: workbench.MAX_THEME]
    means, way = thinking(live), choices()
    said = Intent(words, "theme" if picture is None else "image", SELLABLE, picture=picture)
    if not shown_first(way, means):
        workbench.ask(plan_params(said, way, means, edited=False))
        return
    try:
        read = said if not words else replace(pipeline.read_intent(live, words, filters=SELLABLE), picture=picture)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        workbench.give_back(text)
        return
    _lay_out(live, read if picture is None else replace(read, kind="image"), shaped=False)


def begin_theme(live: Services, theme: str) -> None:
    """`begin` for a theme that was pressed."""
    begin(live, theme)


def again(live: Services) -> None:
    """Plan anew what the open list was planned for, with what was changed in its chips: at once, or by the card."""
    take_chips(live)
    held = session.required()
    intent, means, way = meant(held), thinking(live), choices()
    if shown_first(way, means):
        _lay_out(live, intent)
    else:
        workbench.ask(plan_params(intent, way, means))


def again_from(live: Services, research_id: str) -> None:
    """Lay out what the open list was planned for, to be planned from a research that is kept."""
    take_chips(live)
    _lay_out(live, meant(session.required()), research_id=research_id)


def found_by(live: Services, record: RunRecord) -> ResearchRecord | None:
    """What the research of a run has kept although the run did not finish; None where that is nothing."""
    if record.params.get("research", "none") == "none":
        return None
    try:
        kept = pipeline.recent_research(live, str(record.params.get("theme") or ""), limit=EARLIER)
    except ShelfcraftError:
        return None
    return next((one for one in kept if one.run_id == record.run_id and one.evidence), None)


def meant(held: Desk) -> Intent:
    """What the open list is for: as it was planned, with the filters of the draft and what was changed since."""
    edited = st.session_state.get(Key.READ_AGAIN)
    intent = edited[1] if edited is not None and edited[0] == held.selection_id else held.intent
    return replace(intent, filters=held.filters)


def changed(held: Desk) -> bool:
    """Whether what the open list is for was changed since it was planned."""
    return replace(meant(held), filters=Filters()) != replace(held.intent, filters=Filters())


def _lay_out(live: Services, intent: Intent, *, research_id: str | None = None, shaped: bool = True) -> None:
    before = st.session_state.get(Key.ROUND, 0)
    st.session_state[Key.ERROR] = None
    st.session_state[Key.ROUND] = before + 1
    st.session_state[Key.WISH] = None
    session.draw_whole()
    laid = Ask(before + 1, intent, research_id, shaped=shaped)
    st.session_state[Key.ASK] = laid
    if intent.picture is not None and not shaped:
        read_closer(live, laid)


def take_chips(live: Services) -> None:
    """Take over what the browser changed in chips: of the card, or of the list, whose price is a filter of the draft.

    What was seen is said last, and chips are whole values: what is broken off comes again and changes nothing twice.
    """
    seen: Mapping[str, int] = st.session_state.get(Key.CHIPS_SEEN) or {}
    for place in (ON_CARD, ON_DESK):
        sent = read_chips(getattr(st.session_state.get(place), "chips", None))
        if sent is None or sent.number <= seen.get(sent.client, 0):
            continue
        on_card, held = ask(), session.desk()
        if on_card is not None and sent.about == on_card.about:
            st.session_state[Key.ASK] = replace(on_card, intent=with_values(on_card.intent, sent.values), shaped=True)
        elif held is not None and sent.about == held.selection_id:
            edited = with_values(meant(held), sent.values)
            st.session_state[Key.READ_AGAIN] = (held.selection_id, edited)
            if edited.filters != held.filters:
                # The widgets of the filters hold the old price: those of another generation do not.
                drafting.change(live, replace(held, filters=edited.filters, generation=held.generation + 1))
        seen = {**seen, sent.client: sent.number}
        st.session_state[Key.CHIPS_SEEN] = seen


def choose(**changes: object) -> None:
    """Remember how plans are to be made from now on."""
    st.session_state[Key.CHOICES] = replace(choices(), **changes)  # type: ignore[arg-type]


def take_choices(round_: int) -> None:
    """Take over the ways to plan as the widgets of this round hold them; one that was not drawn says nothing."""
    widgets = st.session_state
    found: dict[str, object] = {}
    for name, key in (
        ("planner", Key.PLANNER),
        ("research", Key.RESEARCH),
        ("look_first", Key.LOOK_FIRST),
        ("model_judges", Key.MODEL_JUDGES),
    ):
        value = widgets.get(key.of(round_))
        if value is not None:
            found[name] = value
    turns = widgets.get(Key.MOST_TURNS.of(round_))
    if turns is not None:
        found["turns"] = int(turns)
    if Key.BUDGET.of(round_) in widgets:
        found["budget_usd"] = widgets.get(Key.BUDGET.of(round_))
    on_card, earlier = ask(), Key.EARLIER.of(round_)
    if on_card is not None and earlier in widgets:
        st.session_state[Key.ASK] = replace(on_card, research_id=widgets.get(earlier))
    choose(**found)


def as_planned_by(planner: Planner) -> Choices:
    """The choices as they are, but for the planner."""
    return replace(choices(), planner=planner)


def plan_now(live: Services) -> None:
    """Begin the plan that lies on the card; the card is put away once the run is there."""
    take_chips(live)
    on_card = ask()
    if on_card is None:
        return
    workbench.ask(params_of(live, on_card, choices()))
    if st.session_state.get(Key.ERROR) is None:
        put_away()


def params_of(live: Services, on_card: Ask, way: Choices) -> dict[str, Any]:
    """The parameters of the run that plans what lies on the card."""
    means = thinking(live)
    return plan_params(on_card.intent, way, means, research_id=on_card.research_id, edited=on_card.shaped)


def put_away() -> None:
    """Take the card off the desk; what was asked of a model for it is let go."""
    errand = errands.current()
    if errand is not None and errand.kind == "intent":
        errand.stop()
    session.draw_whole()
    st.session_state[Key.ROUND] = st.session_state.get(Key.ROUND, 0) + 1
    st.session_state[Key.ASK] = None


def read_closer(live: Services, on_card: Ask) -> None:
    """Have a model read the idea, or the picture be looked at; what comes of it are chips."""
    take_chips(live)
    now = ask() or on_card
    intent = now.intent
    picture = intent.picture
    if picture is None:
        work = Errand(
            "intent", now.about, "Reading what you typed", lambda: pipeline.understand(live, intent), given=intent
        )
    else:
        looks = partial(pipeline.understand_picture, live, picture, intent.text, intent=intent)
        work = Errand("intent", now.about, "Looking at the picture", looks, given=intent)
    errands.send(work)


def take_reading(errand: Errand) -> None:
    """Lay out what a model read; what the operator changed meanwhile stays as the operator has it."""
    on_card = ask()
    if on_card is None or errand.about != on_card.about:
        return
    if errand.error is not None:
        st.session_state[Key.ERROR] = errand.error
        return
    if isinstance(errand.result, Intent):
        st.session_state[Key.ASK] = replace(
            on_card,
            intent=read_over(errand.given, on_card.intent, errand.result),
            shaped=True,
            notes=tuple(errand.said),
        )


def read_over(asked: Intent, now: Intent, read: Intent) -> Intent:
    """What was read, but for the fields that were changed between `asked` and `now`."""
    names = ("what", "audience", "occasion", "season", "dates", "must_have", "must_not", "locale", "filters")
    kept = {name: getattr(now, name) for name in names if getattr(now, name) != getattr(asked, name)}
    return replace(read, text=now.text if now.text else read.text, picture=now.picture, **kept)
