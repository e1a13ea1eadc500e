"""One setting as a field: greyed out with the name of its variable where the environment holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.settings import PREFERENCES
from ui.components.catalogue_aside import aside
from ui.settings_desk import LABELS, field_key, way_key

WAYS: Mapping[str, str] = {"same": "The same", "own": "Another", "off": "None"}


def held_note(name: str, held: frozenset[str]) -> bool:
    """Say by what a setting is held; whether it is."""
    if name in held:
        aside(f":material/lock: Set by `{PREFERENCES[name]}`, and so not to be changed here.")
    return name in held


def text_field(
    name: str,
    held: frozenset[str],
    *,
    placeholder: str = "",
    hint: str = "",
    label: str | None = None,
    longest: int = 300,
) -> None:
    """Draw a setting that is a text; `hint` stands below it where nothing holds it."""
    st.text_input(
        label if label is not None else LABELS[name],
        key=field_key(name),
        placeholder=placeholder,
        disabled=name in held,
        max_chars=longest,
        autocomplete="off",
        persist_state="session",
    )
    if not held_note(name, held) and hint:
        aside(hint)


def choice_field(
    name: str, options: Sequence[str], held: frozenset[str], *, told: Callable[[str], str], hint: str = ""
) -> None:
    """Draw a setting that is one of several."""
    st.selectbox(
        LABELS[name],
        options,
        key=field_key(name),
        format_func=told,
        disabled=name in held,
        persist_state="session",
    )
    if not held_note(name, held) and hint:
        aside(hint)


def role_field(name: str, held: frozenset[str], *, hint: str) -> None:
    """Draw whose model serves a role: the same as for plans, another by its name, or none."""
    way = st.segmented_control(
        LABELS[name],
        list(WAYS),
        key=way_key(name),
        format_func=lambda one: WAYS[one],
        required=True,
        disabled=name in held,
        persist_state="session",
    )
    if way == "own":
        st.text_input(
            f"Name of the {LABELS[name][0].lower()}{LABELS[name][1:]}",
            key=field_key(name),
            disabled=name in held,
            max_chars=200,
            autocomplete="off",
            label_visibility="collapsed",
            placeholder="its name at the server",
            persist_state="session",
        )
    if not held_note(name, held):
        aside(hint)
