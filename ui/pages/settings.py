"""Settings: the model, where research looks, pictures, country and budget; what is typed is tried, then kept."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.services import Services
from ui import resources
from ui import settings_desk as desk
from ui.components.kept_fields import keep_fields
from ui.components.settings_help import without_a_model
from ui.components.settings_sections import model_section, rest_section, save_bar, search_section
from ui.text import plain


def page() -> None:
    """Draw the three sections, and the bar that saves what was edited in them."""
    try:
        live = resources.unwarmed()
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    held = resources.held_by_environment()
    desk.settle(live.settings, held)
    said = desk.done()
    if said is not None:
        st.toast(plain(said), icon=":material/check:")
    st.title("Settings", anchor=False)
    thinking = pipeline.thinking(live, pinned=held)
    if thinking.model is None:
        without_a_model()
    _sections(live, thinking)
    edited = desk.changes(live.settings, held)
    keep_fields("settings", of="settings", values=edited or None, on_back=partial(desk.take_back, live))
    save_bar(
        list(edited),
        desk.trouble(),
        on_save=partial(desk.save, live),
        on_undo=partial(desk.undo, live),
    )


def _sections(live: Services, thinking: pipeline.Thinking) -> None:
    errand = desk.under_way("model")  # first: with its end comes the list of the server's models
    model_section(
        thinking,
        address=desk.values().get("base_url"),
        listed=desk.listed_models(),
        errand=errand,
        trial=desk.trial("model"),
        on_try=partial(desk.attempt, live, "model"),
        on_stop=partial(desk.stop, "model"),
    )
    search_section(
        thinking,
        errand=desk.under_way("search"),
        trial=desk.trial("search"),
        on_try=partial(desk.attempt, live, "search"),
        on_stop=partial(desk.stop, "search"),
    )
    try:
        price = None if thinking.model is None else pipeline.price_of(live, thinking.model)
        trouble = None
    except ShelfcraftError as error:
        price, trouble = None, str(error)
    rest_section(thinking, countries=pipeline.countries(), price=price, trouble=trouble)


page()
