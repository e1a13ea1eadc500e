"""The studio: from a theme to a curated list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core import pipeline
from core.domain import Lens
from core.errors import ShelfcraftError
from core.pipeline import Rule
from core.runs import RunRecord
from core.services import Services
from ui import (
    asking,
    drafting,
    errands,
    judging,
    learning,
    resources,
    retelling,
    run_view,
    session,
    siding,
    wishing,
    workbench,
)
from ui.ask_card import ask_card, desk_chips
from ui.bottom_bar import bottom_bar
from ui.components.strategy_editor import filter_bar, rule_row, summary
from ui.components.term_editor import term_editor
from ui.components.turn_pills import turn_pills
from ui.components.wish_card import wish_card
from ui.front import front
from ui.results import results
from ui.state import Desk, Key
from ui.text import count, plain
from ui.title import title


def page() -> None:
    """Draw the desk below a slot for what runs: old results stay until new ones replace them."""
    try:
        live = resources.services()
        resources.runs()
        workbench.open_linked(live)
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state.pop(Key.WHOLE, None)
    held = session.desk()
    session.settle_widgets()
    errands.collect({"intent": asking.take_reading, "wish": partial(wishing.take_answer, live)})
    held = session.desk()
    if held is not None and held.selection is not None:
        title(live, held)
    _messages()
    _progress(live)
    _asked(live, held)
    if held is None or held.selection is None:
        if asking.ask() is None and workbench.followed() is None or st.session_state.get(Key.ENDED) is not None:
            front(live)
        elif asking.ask() is None:
            for place in st.columns(6, gap="small"):
                place.skeleton(height=340)
    else:
        _strategy(live, held)
        results(live)
    bottom_bar(live)


def _messages() -> None:
    said = st.session_state.pop(Key.TOAST, None)
    if said is not None:
        st.toast(plain(said))
    error = st.session_state.get(Key.ERROR)
    if error is not None:
        st.error(plain(error), icon=":material/error:")


def _progress(live: Services) -> None:
    """What runs, or what became of a run that did not finish, and what can be done about it."""
    run_id = workbench.followed()
    ended = st.session_state.get(Key.ENDED)
    if isinstance(ended, RunRecord):
        _ended(live, ended)
    elif run_id is not None:
        try:
            record = resources.runs().look(run_id)
            run_view.follow_run(run_id, label=_label(record), on_end=partial(workbench.take_end, live))
        except ShelfcraftError as error:
            workbench.let_go()
            st.error(plain(str(error)), icon=":material/error:")
        else:
            if isinstance(st.session_state.get(Key.ENDED), RunRecord):
                _ended(live, st.session_state[Key.ENDED])


def _asked(live: Services, held: Desk | None) -> None:
    """What waits for a word of the operator: two plans side by side, an idea on the card, a change of the list."""
    siding.panel(live)
    on_card = asking.ask()
    if on_card is not None:
        ask_card(live, on_card)
        return
    errands.waiting()
    shown = None if held is None else wishing.current(live, held)
    if shown is not None:
        wish_card(
            shown,
            pipeline.currency(live),
            on_apply=partial(wishing.apply, live),
            on_theme=partial(wishing.as_theme, live),
            on_discard=wishing.discard,
        )


def _label(record: RunRecord) -> str:
    if record.kind != "plan":
        return "Choosing the products"
    theme = str(record.params.get("theme") or "")
    return f"Planning “{theme[:80]}”" if theme else "Planning from the picture"


def _ended(live: Services, record: RunRecord) -> None:
    turns = pipeline.turns_kept(live, record.run_id) if record.kind == "plan" else 0
    kept = f" {turns} finished turn{'' if turns == 1 else 's'} kept." if turns else ""
    seconds = run_view.seconds_of(record)
    with st.container(key="run_ended", border=True):
        if record.status == "failed":
            st.error(plain(record.error or "The run failed."), icon=":material/error:")
        elif record.status == "cancelled":
            st.warning(f"Stopped after {seconds:.0f} s.{kept}", icon=":material/stop_circle:")
        else:
            st.warning(f"The server went away in the middle of this run.{kept}", icon=":material/power_off:")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Try again" if record.status == "failed" else "Go on",
                key="go_on",
                icon=":material/play_arrow:",
                type="primary",
                on_click=workbench.go_on,
                args=(record.run_id,),
            )
            _other_ways(live, record, turns)
            if turns:
                st.button(
                    "Use the best turn so far",
                    key="use_turns",
                    on_click=workbench.use_turns,
                    args=(live, record.run_id),
                )
            if record.status == "failed" and record.kind == "select":
                st.button(
                    "Show the newest version", key="show_newest", on_click=workbench.discard_changes, args=(live,)
                )
                st.button("Keep mine as a new list", key="fork", on_click=partial(workbench.ask_preview, apart=True))
            st.button("Close", key="let_go", type="tertiary", on_click=workbench.let_go)


def _other_ways(live: Services, record: RunRecord, turns: int) -> None:
    """What else can be made of a plan that did not finish: without the model, or from what its research has found."""
    if record.kind != "plan":
        return
    if record.params.get("planner") == "llm":
        st.button(
            "Plan without the model",
            key="without_model",
            icon=":material/inventory_2:",
            help="The planner of the catalogue's words asks nobody.",
            on_click=workbench.ask_anew,
            args=(record,),
            kwargs={"planner": "catalogue"},
        )
    found = None if turns or record.params.get("research_id") is not None else asking.found_by(live, record)
    if found is not None:
        st.button(
            f"Plan from what was found · {count(found.evidence, 'passage')}",
            key="from_found",
            icon=":material/travel_explore:",
            help="Nothing more is looked up.",
            on_click=workbench.ask_anew,
            args=(record,),
            kwargs={"research_id": found.research_id, "research": "none"},
        )


def _strategy(live: Services, held: Desk) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        pressed = turn_pills(held, key=Key.TURNS)
        if held.run_id is not None:
            retelling.toggle(held.run_id)
    if held.run_id is not None:
        retelling.panel(live, held.run_id)
    if asking.ask() is None:
        desk_chips(live, held)
    looked = None
    is_open = bool(st.session_state.get(Key.STRATEGY))
    # No expander: one that says whether it is open closes itself when its label changes, which it does with every edit.
    rules = _rules(live, held)
    st.button(
        summary(held, pipeline.currency(live), len(rules)),
        icon=":material/expand_more:" if is_open else ":material/chevron_right:",
        key="strategy_toggle",
        width="stretch",
        on_click=workbench.toggle_strategy,
    )
    # What is folded away is not drawn: it is most of what a page costs.
    if is_open:
        with st.container(border=True):
            looked = _terms_and_filters(live, held, rules)
    if pressed is not None:
        workbench.choose_turn(live, pressed)
        st.rerun()
    if looked is not None:
        workbench.look_at(looked, of_draft=True)
        st.rerun()


def _rules(live: Services, held: Desk) -> Sequence[Rule]:
    """The rules that hold in this list alone; none where the store does not answer, which is said elsewhere."""
    try:
        return () if held.selection_id is None else pipeline.selection_rules(live, held.selection_id)
    except ShelfcraftError:
        return ()


def _terms_and_filters(live: Services, held: Desk, rules: Sequence[Rule]) -> Lens | None:
    looked = term_editor(
        held.rows,
        key=Key.TERMS,
        selection=held.selection_id or "",
        acks=st.session_state.get(Key.ACKS) or {},
        on_edits=partial(drafting.take_edits, live),
    )
    filter_bar(
        held,
        pipeline.categories(live),
        on_filter=partial(drafting.change_filters, live),
        on_preview=workbench.ask_preview,
    )
    rule_row(rules, on_take_out=partial(learning.take_out_rule, live))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text("How good is this strategy?", width="content")
        stars = Key.RATING.of(st.session_state.get(Key.RATING_ROUND, 0))
        st.feedback("stars", key=stars, on_change=judging.rate, args=(live,))
    return looked


page()
