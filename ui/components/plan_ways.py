"""The ways in which a plan can be made: by whom, with what research, in how many turns, for how much money."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
    judging: str,
    on_change: Callable[[int], None],
    narrow: bool = False,
) -> None:
    """Draw the choices; `on_change` is called with `round_`, by which the widgets are named.

    `earlier` are kept researches of the idea, as they read, by their id, and `chosen` the one to plan from. `judging`
    says what a model takes that judges too.
    """
    for key, value in (
        (Key.PLANNER, planner_of(choices, thinking)),
        (Key.RESEARCH, choices.research),
        (Key.MOST_TURNS, choices.turns),
        (Key.BUDGET, choices.budget_usd),
        (Key.MODEL_JUDGES, choices.model_judges),
        (Key.EARLIER, chosen),
    ):
        st.session_state.setdefault(key.of(round_), value)
    told: dict[str, Any] = {"on_change": on_change, "args": (round_,)}
    with st.container(horizontal=not narrow, vertical_alignment="bottom", gap="medium"):
        _ways(thinking, round_, told, kept=chosen is not None)
    if earlier:
        st.selectbox(
            "Earlier research of this idea",
            list(earlier),
            format_func=lambda name: earlier.get(name, name),
            key=Key.EARLIER.of(round_),
            index=None,
            placeholder="None: look anew as chosen above",
            **told,
        )
    st.markdown(quiet(way_said(choices, thinking, kept=chosen is not None)))
    if thinking.judge is not None:
        st.toggle(
            "The model judges too",
            key=Key.MODEL_JUDGES.of(round_),
            help=f"{plain(thinking.judge)} grades the first products of a list, and those of which the local judge is "
            f"not sure. {plain(judging)}",
            **told,
        )


def _ways(thinking: Thinking, round_: int, told: Mapping[str, Any], *, kept: bool) -> None:
    st.segmented_control(
        "Planned by",
        PLANNERS if thinking.model is not None else ("catalogue",),
        format_func=lambda name: plain(thinking.model or "") if name == "llm" else PLANNER_NAMES[name],
        key=Key.PLANNER.of(round_),
        required=True,
        **told,
    )
    st.segmented_control(
        "Research",
        list(MODES),
        format_func=lambda mode: MODE_NAMES[mode],
        key=Key.RESEARCH.of(round_),
        required=True,
        disabled=kept,
        **told,
    )
    st.number_input("Turns at most", 1, MOST_TURNS, step=1, key=Key.MOST_TURNS.of(round_), width=130, **told)
    if thinking.model is not None:
        limit = "no limit" if thinking.budget_usd is None else f"{thinking.budget_usd:g}"
        st.number_input(
            "Budget in $", 0.0, 1000.0, step=0.05, format="%.2f", key=Key.BUDGET.of(round_), width=150,
            placeholder=limit, **told,
        )  # fmt: skip


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
