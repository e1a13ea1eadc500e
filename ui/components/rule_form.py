"""The fields of an operator's own rule, read as one sentence: when, which products, how good they may be at most."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import pipeline
from core.domain import GRADE_NAMES
from ui.components.catalogue_aside import aside
from ui.rules_desk import LONGEST_NAME, LONGEST_SENTENCE, PLACES, RuleKey
from ui.text import plain

GRADES = {
    3: "They may come, after what fits best.",
    2: "They sink in a search, and stay out of selections.",
    1: "They are treated as something else altogether.",
}


def rule_form(
    *,
    on_save: Callable[[], None],
    on_cancel: Callable[[], None],
    on_anew: Callable[[], None] | None,
    trouble: str | None,
) -> None:
    """Draw the fields; what they hold lies in the session under the keys of `RuleKey`.

    `on_anew` shows the rule as it is kept by now, None where it is a new one.
    """
    st.text_input(
        "Name",
        key=RuleKey.NAME,
        max_chars=LONGEST_NAME,
        placeholder="For example: No plastic for picnics",
        persist_state="page",
    )
    _when()
    _products()
    st.segmented_control(
        "are at most",
        list(GRADES),
        key=RuleKey.BEST,
        format_func=lambda best: f"{best} {GRADE_NAMES[best]}",
        required=True,
        persist_state="page",
    )
    aside(GRADES[st.session_state.get(RuleKey.BEST) or 2])
    _sentence()
    if trouble is not None:
        st.error(plain(trouble), icon=":material/error:")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Keep the rule" if on_anew is None else "Save",
            key="rule_save",
            type="primary",
            icon=":material/check:",
            on_click=on_save,
        )
        st.button("Cancel", key="rule_cancel", on_click=on_cancel)
        if trouble is not None and on_anew is not None:
            st.button("Show it as it is now", key="rule_anew", icon=":material/refresh:", on_click=on_anew)


def _sentence() -> None:
    made = pipeline.own_sentence(
        st.session_state.get(RuleKey.FOUND) or "says",
        st.session_state.get(RuleKey.WORDS) or ["…"],
        st.session_state.get(RuleKey.WHEN) or [] if st.session_state.get(RuleKey.SCOPE) == "when" else [],
    )
    st.text_input(
        "Sentence that is shown beside a product",
        key=RuleKey.SENTENCE,
        max_chars=LONGEST_SENTENCE,
        placeholder=made.replace("{found}", "…").replace("{{", "{").replace("}}", "}"),
        persist_state="page",
    )
    aside("Empty: the one in grey. `{found}` stands for the word that was found, `{asked}` for what was asked for.")


def _when() -> None:
    scope = st.segmented_control(
        "It holds for",
        ["always", "when"],
        key=RuleKey.SCOPE,
        format_func=lambda one: "Every search" if one == "always" else "Searches that say …",
        required=True,
        persist_state="page",
    )
    if scope == "when":
        st.multiselect(
            "any of these words",
            list(st.session_state.get(RuleKey.WHEN) or []),
            key=RuleKey.WHEN,
            accept_new_options=True,
            placeholder="Type a word or phrase, Enter",
            persist_state="page",
        )


def _products() -> None:
    found = st.segmented_control(
        "Products that",
        ["says", "lacks"],
        key=RuleKey.FOUND,
        format_func=lambda one: "say one of" if one == "says" else "say none of",
        required=True,
        persist_state="page",
    )
    st.multiselect(
        "the words that products say" if found == "says" else "the words that products do not say",
        list(st.session_state.get(RuleKey.WORDS) or []),
        key=RuleKey.WORDS,
        accept_new_options=True,
        placeholder="Type a word or phrase, Enter",
        label_visibility="collapsed",
        persist_state="page",
    )
    st.selectbox(
        "Where they are looked for",
        list(PLACES),
        key=RuleKey.WHERE,
        format_func=lambda one: PLACES[one],
        label_visibility="collapsed",
        persist_state="page",
    )
