"""Trying out what is set: the button, the wait, and what a model server or a search turned out to do."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.pipeline import SearchCheck, TriedModel
from ui.components.catalogue_aside import aside
from ui.errands import POLL_SECONDS, Errand
from ui.settings_desk import Trial
from ui.text import count, plain

ROLES = {"planner": "plans and research", "judge": "judging", "vision": "pictures"}
JSON = {
    "schema": ("JSON schema", "It keeps to a JSON schema, so that hardly an answer has to be mended."),
    "json": ("JSON mode", "It has a JSON mode, but keeps to no schema: answers are checked and mended once."),
    "text": (
        "JSON in words",
        "It has neither JSON schema nor JSON mode: it is asked in words, checked and mended once.",
    ),
}


def try_button(what: str, errand: Errand | None, *, on_try: Callable[[], None], on_stop: Callable[[], None]) -> None:
    """Draw the button, or the wait with a way to stop it."""
    if errand is None:
        st.button("Try it", key=f"try_{what}", icon=":material/electrical_services:", on_click=on_try)
        return

    @st.fragment(run_every=POLL_SECONDS)
    def wait() -> None:
        if errand.done:
            st.rerun()
        note = f": {errand.note}" if errand.note else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Stop", key=f"stop_{what}", icon=":material/stop_circle:", on_click=on_stop)
            st.markdown(f":shimmer[Trying it]{plain(note)}", width="content")

    with st.container(key=f"trying_{what}"):
        wait()


def model_trial(trial: Trial) -> None:
    """Draw how the models did."""
    if trial.error is not None:
        _bad(trial.error)
        return
    tried: tuple[TriedModel, ...] = trial.result
    for one in tried:
        told = one.check.sentence if len(tried) == 1 else f"For {_for(one)}: {one.check.sentence}"
        if not one.check.ok:
            _bad(told)
            continue
        st.success(plain(told), icon=":material/check_circle:")
        if one.name:
            _abilities(one)


def _for(one: TriedModel) -> str:
    return " and ".join(ROLES[role] for role in one.roles)


def _abilities(one: TriedModel) -> None:
    found = one.check
    name, why = JSON[found.json]
    with st.container(horizontal=True, gap="small"):
        st.badge(name, icon=":material/data_object:", color="gray" if found.json == "text" else "green", help=why)
        if found.pictures is not None:
            _badge("pictures", found.pictures, "Shown a red square, it said so.", "It did not see what it was shown.")
        _badge(
            "log-probabilities",
            found.logprobs,
            "It says how sure it is of a mark, so that one question is enough.",
            "It does not say how sure it is of a mark, so that it is asked more than once.",
        )
        if found.models:
            shown = ", ".join(found.models[:20]) + (" …" if len(found.models) > 20 else "")
            st.badge(
                f"lists {count(len(found.models), 'model')}", icon=":material/list:", color="blue", help=plain(shown)
            )


def _badge(name: str, able: bool, yes: str, no: str) -> None:
    icon = ":material/check:" if able else ":material/close:"
    st.badge(name if able else f"no {name}", icon=icon, color="green" if able else "gray", help=yes if able else no)


def search_trial(trial: Trial) -> None:
    """Draw how the search did."""
    if trial.error is not None:
        _bad(trial.error)
        return
    found: SearchCheck = trial.result
    if not found.ok:
        _bad(found.sentence)
        return
    told = f" {count(found.hits, 'hit')}." if found.hits and "library" not in found.sentence else ""
    st.success(plain(found.sentence) + told, icon=":material/check_circle:")


def _bad(sentence: str) -> None:
    st.error(plain(sentence), icon=":material/error:")


def key_line(variable: str, is_set: bool, *, works: bool | None, without: str) -> None:
    """Say whether a key is set and whether it works (None: nobody tried), and never what it is."""
    if not is_set:
        st.markdown(f":gray-badge[:material/key_off: `{variable}` is not set]")
        aside(without)
        return
    state = {
        None: f":blue-badge[:material/key: `{variable}` is set; try it to see whether it works]",
        True: f":green-badge[:material/key: `{variable}` is set and accepted]",
        False: f":red-badge[:material/key: `{variable}` is set, but not accepted]",
    }
    st.markdown(state[works])


def key_works(trial: Trial | None) -> bool | None:
    """What a try of the models says of their key; None where it says nothing."""
    if trial is None or trial.result is None:
        return None
    kinds = [one.check.kind for one in trial.result]
    if "key" in kinds:
        return False
    return True if all(one.check.ok for one in trial.result) else None
