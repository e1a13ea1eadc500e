"""The ways in which a plan can be made: by whom, with what research, in how many turns, for how much money."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.pipeline.thinking import PLANNERS, Thinking
from ui.plan_choices import MODE_NAMES, MODES, MOST_TURNS, PLANNER_NAMES, SEARCHES, Choices, planner_of
from ui.state import Key
from ui.text import plain, quiet


def plan_ways(
    choices: Choices,
    thinking: Thinking,
    *,
    round_: int,
    earlier: Mapping[str, str],
    chosen: str | None,
    on_change: Callable[[int], None],
    narrow: bool = False,
) -> None:
    """Draw the choices; `on_change` is called with `round_`, by which the widgets are named.

    `earlier` are kept researches of the idea, as they read, by their id, and `chosen` the one to plan from.
    """
    planner = planner_of(choices, thinking)
    for key, value in (
        (Key.PLANNER, planner),
        (Key.RESEARCH, choices.research),
        (Key.MOST_TURNS, choices.turns),
        (Key.BUDGET, choices.budget_usd),
        (Key.EARLIER, chosen),
    ):
        st.session_state.setdefault(key.of(round_), value)
    with st.container(horizontal=not narrow, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            "Planned by",
            PLANNERS if thinking.model is not None else ("catalogue",),
            format_func=lambda name: plain(thinking.model or "") if name == "llm" else PLANNER_NAMES[name],
            key=Key.PLANNER.of(round_),
            required=True,
            on_change=on_change,
            args=(round_,),
        )
        st.segmented_control(
            "Research",
            list(MODES),
            format_func=lambda mode: MODE_NAMES[mode],
            key=Key.RESEARCH.of(round_),
            required=True,
            disabled=chosen is not None,
            on_change=on_change,
            args=(round_,),
        )
        st.number_input(
            "Turns at most", 1, MOST_TURNS, step=1, key=Key.MOST_TURNS.of(round_), width=130, on_change=on_change,
            args=(round_,),
        )  # fmt: skip
        if thinking.model is not None:
            st.number_input(
                "Budget in $", 0.0, 1000.0, step=0.05, format="%.2f", key=Key.BUDGET.of(round_), width=150,
                placeholder="no limit" if thinking.budget_usd is None else f"{thinking.budget_usd:g}",
                on_change=on_change, args=(round_,),
            )  # fmt: skip
    if earlier:
        st.selectbox(
            "Earlier research of this idea",
            list(earlier),
            format_func=lambda name: earlier.get(name, name),
            key=Key.EARLIER.of(round_),
            index=None,
            placeholder="None: look anew as chosen above",
            on_change=on_change,
            args=(round_,),
        )
    st.markdown(quiet(way_said(choices, thinking, kept=chosen is not None)))


def way_said(choices: Choices, thinking: Thinking, *, kept: bool = False) -> str:
    """What the chosen research does and where it looks, in a sentence or two."""
    if kept:
        return "Planned from what was found before: nothing is looked up again."
    said = MODES[choices.research]
    if choices.research == "none":
        return said
    where = SEARCHES.get(thinking.search, thinking.search)
    rules = "" if thinking.model is not None else " Without a model the queries and findings are made by rules."
    return f"{said} It looks in {where}, the calendar and what sells in your catalogue.{rules}"
