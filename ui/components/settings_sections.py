"""The sections of the settings page: language model, research, and the rest; and the bar that saves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import streamlit as st

from core.pipeline import Thinking
from core.settings import SEARCHES
from ui import settings_desk as desk
from ui.components.catalogue_aside import aside
from ui.components.settings_field import choice_field, held_note, role_field, text_field
from ui.components.settings_help import server_help
from ui.components.settings_trying import key_line, key_works, model_trial, search_trial, try_button
from ui.errands import Errand
from ui.settings_desk import LABELS, SettingsKey, Trial, field_key
from ui.text import count, plain

SEARCH_NAMES: Mapping[str, str] = {
    "library": "Your trend library",
    "ddgs": "The web, without a key (ddgs)",
    "searxng": "The web, by your own SearXNG",
    "tavily": "The web, by Tavily",
}
SEARCH_HINTS: Mapping[str, str] = {
    "library": "Your own notes and reports, with the calendar and what sells in your catalogue. Nothing leaves this "
    "machine.",
    "ddgs": "Asks public search engines, which may refuse a machine that asks often. Good for a first look.",
    "searxng": "A search of your own. Its `settings.yml` must list `json` under `search.formats`.",
    "tavily": "A paid search made for language models. It needs a key.",
}
_HERE = ("localhost", "127.0.0.1", "::1")


def model_section(
    thinking: Thinking,
    *,
    address: str | None,
    listed: Sequence[str],
    errand: Errand | None,
    trial: Trial | None,
    on_try: Callable[[], None],
    on_stop: Callable[[], None],
) -> None:
    """Draw the model's address, its names for the three roles, the key's state and the try."""
    held = thinking.pinned
    with st.container(border=True):
        st.subheader("Language model", anchor=False)
        left, right = st.columns(2, gap="medium")
        with left:
            text_field(
                "base_url", held, placeholder="https://api.openai.com/v1", longest=2_000,
                hint="Of any server of the OpenAI protocol; it often ends in /v1. Left empty it is OpenAI's own.",
            )  # fmt: skip
            text_field("model", held, placeholder="none", hint="As its server lists it. Left empty there is no model.")
            if "model" not in held and set(listed) - {st.session_state[field_key("model")]}:
                _listed(listed)
        with right:
            role_field(
                "judge_model", held, hint="Marks a strategy for completeness and brevity. Without one, rules do."
            )
            role_field(
                "vision_model", held, hint="Says what is on a picture. Without one, colours, shapes and its text do."
            )
            key_line(
                "OPENAI_API_KEY",
                thinking.key_set,
                works=key_works(trial),
                without="Keys come from the environment or from `.streamlit/secrets.toml` alone. Most servers of your "
                "own need none.",
            )
            if thinking.key_set:
                aside(_where_the_key_goes(address))
        try_button("model", errand, on_try=on_try, on_stop=on_stop)
        if trial is not None:
            model_trial(trial)
        with st.expander("How to connect a server, in three lines", icon=":material/help:"):
            server_help()


def _listed(listed: Sequence[str]) -> None:
    st.selectbox(
        "Models of this server",
        listed,
        index=None,
        key=SettingsKey.CHOOSE,
        placeholder=f"Choose one of {count(len(listed), 'model')}",
        on_change=desk.choose_model,
        label_visibility="collapsed",
    )


def _where_the_key_goes(address: str | None) -> str:
    """Where a key is sent, which an address typed by somebody else would change."""
    try:
        parts = urlsplit(address or "https://api.openai.com/v1")
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host:
        return "It is sent with every question to the server above, and shown to nobody here."
    if parts.scheme == "http" and host not in _HERE:
        return f":material/warning: It is sent to {plain(host)} with every question, and unencrypted: prefer https."
    return f"It is sent to {plain(host)} with every question, and shown to nobody here."


def search_section(
    thinking: Thinking,
    *,
    errand: Errand | None,
    trial: Trial | None,
    on_try: Callable[[], None],
    on_stop: Callable[[], None],
) -> None:
    """Draw where research looks, what that place needs, and the try."""
    with st.container(border=True):
        st.subheader("Research", anchor=False)
        left, right = st.columns(2, gap="medium")
        with left:
            choice_field("search", SEARCHES, thinking.pinned, told=lambda name: SEARCH_NAMES[name])
            chosen = st.session_state[field_key("search")]
            aside(SEARCH_HINTS[chosen])
        with right:
            if chosen == "searxng":
                text_field("searxng_url", thinking.pinned, placeholder="http://localhost:8080", longest=2_000)
            elif chosen == "tavily":
                found = trial.result if trial is not None else None
                refused = found is not None and not found.ok and "TAVILY_API_KEY" in found.sentence
                works = None if found is None or not (found.ok or refused) else bool(found.ok)
                key_line(
                    "TAVILY_API_KEY",
                    thinking.search_key_set,
                    works=works,
                    without="Set it in the environment or in `.streamlit/secrets.toml`, and start again.",
                )
        try_button("search", errand, on_try=on_try, on_stop=on_stop)
        if trial is not None:
            search_trial(trial)


def rest_section(
    thinking: Thinking, *, countries: Mapping[str, str], price: tuple[float, float] | None, trouble: str | None
) -> None:
    """Draw the image encoder, the country and the budget; `price` is the model's, for a million tokens."""
    held = thinking.pinned
    with st.container(border=True):
        st.subheader("Pictures, calendar, budget", anchor=False)
        first, second, third = st.columns(3, gap="medium")
        with first:
            text_field(
                "image_encoder", held, placeholder="colours and shapes",
                hint="A CLIP or SigLIP by its name or folder, such as `clip-ViT-B-32`, finds look-alikes closer.",
            )  # fmt: skip
        with second:
            known = list(countries) if thinking.country in countries else [thinking.country, *countries]
            choice_field(
                "country", known, held, told=lambda code: f"{countries.get(code, code)} ({code})",
                hint="Whose seasons and holidays count.",
            )  # fmt: skip
        with third:
            st.number_input(
                LABELS["budget_usd"], 0.0, 1000.0, value=None, step=0.05, format="%.2f", key=field_key("budget_usd"),
                placeholder="no limit", disabled="budget_usd" in held, persist_state="session",
            )  # fmt: skip
            if not held_note("budget_usd", held):
                aside(_budget_hint(thinking.model, price))
        if trouble is not None:
            st.error(plain(trouble), icon=":material/error:")


def _budget_hint(model: str | None, price: tuple[float, float] | None) -> str:
    if model is None:
        return "A run that has spent it ends with what it has. Without a model nothing is spent."
    if price is None:
        return (
            f"The price of {plain(model)} is not known, so that no budget can hold it: write it into `prices.toml` in "
            "the data folder."
        )
    return f"{plain(model)} costs \\${price[0]:.2f} a million tokens read, \\${price[1]:.2f} written."


def save_bar(
    edited: Sequence[str], complaint: str | None, *, on_save: Callable[[], None], on_undo: Callable[[], None]
) -> None:
    """Draw what is not saved yet, and the two ways to end that; it stays in sight, and with it why it could not be."""
    with st.container(key="settings_bar", gap="small"):
        if complaint is not None:
            st.error(plain(complaint), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="center"):
            # Never greyed out: the click that leaves a field would come too early for it.
            st.button("Save", key="settings_save", type="primary", icon=":material/save:", on_click=on_save)
            if not edited:
                aside("For everyone who uses this studio. Kept in `settings.json` in the data folder, without any key.")
                return
            st.button("Undo the edits", key="settings_undo", icon=":material/undo:", on_click=on_undo)
            st.markdown(f"Not saved yet: {', '.join(LABELS[name] for name in edited)}.", width="content")
