"""What judges say of one product in the drawer: the list's own judgment, and a language model's where it is asked."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import streamlit as st

from core import pipeline
from core.domain import Judgment, Strategy
from core.errors import ShelfcraftError
from core.events import Event
from core.services import Services
from ui import asking
from ui.components.judgment_view import judgment_view
from ui.errands import Errand
from ui.state import Desk, Key
from ui.text import plain, quiet

_LOOK_SECONDS = 0.3
KIND = "second opinion"


def section(live: Services, held: Desk, product_id: str, *, listed: Judgment | None) -> Callable[[], None]:
    """What draws the section; the local judge is asked now where the list holds nothing of the product."""
    model = asking.thinking(live).judge
    thing, judged, note = "", listed, ""
    about: dict[str, Any] = {"selection_id": held.selection_id}
    try:
        thing = pipeline.question_of(live, held.intent, _strategy(held), product_id, **about).query
        if judged is None:
            judged = pipeline.judgment(live, held.intent, _strategy(held), product_id, **about)
            note = "Judged just now; nothing of it is kept with the list."
    except ShelfcraftError as error:
        note = str(error)

    def asked_for(judgment: Judgment) -> str:
        # A model understands a theme as it was typed; the local judge takes the thing that the product answers best.
        return thing if judgment.judge == "local" else held.intent.text

    def draw() -> None:
        st.markdown("#### How well it fits")
        shown = [one for one in (judged, _said(held, product_id)) if one is not None]
        if shown:
            judgment_view([(one, asked_for(one)) for one in shown], key="why_judged")
        if note:
            st.markdown(quiet(note))
        if model is not None and not any(one.judge != "local" and one.rationale for one in shown):
            work = partial(pipeline.ask_model, live, held.intent, _strategy(held), product_id, **about)
            _ask(held, product_id, model, work)

    return draw


def _strategy(held: Desk) -> Strategy:
    assert held.selection is not None
    return held.selection.strategy


def _asked(held: Desk, product_id: str) -> Errand | None:
    """The question to the model about this product of this list, where it was asked last."""
    errand = st.session_state.get(Key.OPINION)
    about = f"{held.selection_id}|{product_id}"
    return errand if isinstance(errand, Errand) and errand.about == about else None


def _said(held: Desk, product_id: str) -> Judgment | None:
    errand = _asked(held, product_id)
    return errand.result if errand is not None and errand.done and isinstance(errand.result, Judgment) else None


def _ask(held: Desk, product_id: str, model: str, work: Callable[[], Generator[Event, None, Judgment]]) -> None:
    """The button, or the wait for the answer, which every press elsewhere may break off: the question goes on."""
    errand = _asked(held, product_id)
    if errand is not None and errand.error is not None:
        st.error(plain(errand.error), icon=":material/error:")
    if errand is None or errand.done:
        pressed = st.button(
            "Ask the model",
            key="ask_model",
            icon=":material/psychology:",
            help=f"{plain(model)} grades it and says why. An answer that is kept costs nothing.",
        )
        if not pressed:
            return
        errand = Errand(KIND, f"{held.selection_id}|{product_id}", f"Asking {model}", work)
        st.session_state[Key.OPINION] = errand
    place = st.empty()
    place.markdown(f":material/hourglass_top: :shimmer[{plain(errand.label)}]")
    while not errand.wait(_LOOK_SECONDS):
        # What is drawn lets Streamlit hear what was pressed meanwhile.
        place.markdown(f":material/hourglass_top: :shimmer[{plain(errand.label)}]")
    st.rerun(scope="fragment")
