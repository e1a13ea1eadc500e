"""The row of figures above the list: what was found, its score, what is in it, what judge and operator say of it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain import Lens, Tier
from ui import grade_words, state, workbench
from ui.components.figures import Figure, figures
from ui.state import Desk, Key
from ui.text import count

JUDGED = "Judged"
"""What the box of tiers is called."""


def list_figures(held: Desk, judged: state.Tally) -> None:
    """Draw the row; a figure that is pressed opens the products behind it."""
    shown = [*of_draft(held), *of_list(held, judged)]
    active = _active()
    picked = figures([replace(one, active=one.id == active) for one in shown], key=Key.FIGURES)
    if picked is not None:
        _show(picked)


def _active() -> str:
    """The id of the figure whose products are on screen, "" where there is none."""
    if st.session_state.get(Key.VIEW) in ("Charts", "Removed"):
        return ""
    lens = st.session_state.get(Key.LENS)
    if not isinstance(lens, Lens):
        return "list"
    return f"judged|{lens.value}" if lens.kind == "judged" else lens.kind


def of_draft(held: Desk) -> list[Figure]:
    """What the draft finds, and its score."""
    items: list[Figure] = []
    found, reward = held.preview, held.reward
    if found is not None:
        exact = found.exact and found.low == found.high
        span = f"exact, of {found.population:,}" if exact else f"{found.low:,} to {found.high:,}"
        what = "What the terms find within the filters; estimated with its 95 % interval where it is not exact."
        items.append(Figure("found", "Found", f"{found.count:,}", span, what))
    if reward is not None:
        parts = f"fit {reward.relevance:.2f} · terms {reward.semantic:.2f}"
        turn = next((one for one in held.turns if one.number == held.turn), None)
        if turn is not None and abs(turn.reward.total - reward.total) >= 0.05:
            parts = f"by rules · by the judge {turn.reward.total:.1f}"
        why = "\n".join([*reward.reasons, *(f"Not met: {g.reason}" for g in reward.gates if not g.passed)])
        items.append(Figure("score", "Score", f"{reward.total:.1f} / 10", parts, why))
    return items


def of_list(held: Desk, judged: state.Tally) -> list[Figure]:
    """What is in the list, and what the judge and the operator say of it."""
    selection = workbench.listed(held)
    variants = sum(len(p.variants) for p in selection.products)
    inside = f"and {count(variants, 'variant')}" if variants else "one card a family"
    told = grade_words.tiers(selection.products)
    items = [Figure("list", "In the list", f"{len(selection.products):,}", inside)]
    if told.judged:
        items += [_tier(tier, told, len(selection.products)) for tier in grade_words.TIERS]
    return [
        *items,
        Figure("kept", "Kept", f"{judged.kept:,}", "stay in every preview"),
        Figure("dropped", "Dropped", f"{judged.dropped:,}", "left out of exports"),
    ]


def _tier(tier: Tier, told: grade_words.Tiers, whole: int) -> Figure:
    """A tier of the list. Nearly all of a list is Good, so that one says how much of it is excellent."""
    held = told.of(tier)
    note = f"{told.excellent:,} excellent" if tier == "Good" else f"{round(100 * held / whole)} %" if held else "none"
    help_ = grade_words.TIER_HELP[tier]
    return Figure(f"judged|{tier}", tier, f"{held:,}", note, help_, opens=held > 0, group=JUDGED, tone=tier)


def _show(picked: str) -> None:
    if picked == "score":
        st.session_state[Key.LENS] = None
        st.session_state[Key.PENDING] = {Key.VIEW: "Charts", "charts_tab": "Turns"}
    else:
        kind, _, value = picked.partition("|")
        lens = None if kind == "list" else Lens(kind, value)  # type: ignore[arg-type]
        workbench.look_at(lens, of_draft=kind == "found")
    st.rerun()
