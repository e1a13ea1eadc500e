"""What lies on the desk of the settings page: what is typed and not saved yet, what was tried, what every press does.

A field follows the settings in use until it is edited, so that two people who set different things keep both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import streamlit as st

from core import pipeline
from core.errors import SettingsError
from core.services import Services
from core.settings import PREFERENCES, Settings
from ui import resources
from ui.errands import Errand

What = Literal["model", "search"]
Way = Literal["same", "own", "off"]

LABELS: Mapping[str, str] = {
    "base_url": "Address of the server",
    "model": "Model",
    "judge_model": "Model that judges strategies",
    "vision_model": "Model that sees pictures",
    "search": "Where research looks",
    "searxng_url": "Address of your SearXNG",
    "image_encoder": "Image encoder",
    "country": "Country",
    "budget_usd": "Budget of a run in US dollars",
}
ROLES = ("judge_model", "vision_model")
TRIED_BY: Mapping[What, tuple[str, ...]] = {
    "model": ("base_url", "model", "judge_model", "vision_model"),
    "search": ("search", "searxng_url", "country"),
}
"""What a try is of: where one of these is edited after it, it says nothing any more."""


class SettingsKey(StrEnum):
    """Keys of `st.session_state` on this page beside those of the fields (`field_key`)."""

    FILLED = "settings_filled"
    ERROR = "settings_error"
    DONE = "settings_done"
    ERRAND = "settings_errand"
    TRIAL = "settings_trial"
    LISTED = "settings_listed"
    CHOOSE = "settings_choose_model"


@dataclass(frozen=True, slots=True)
class Trial:
    """The end of a try: what was tried, and its result or the sentence of what went wrong."""

    tried: tuple[Any, ...]
    result: Any = None
    error: str | None = None


def field_key(name: str) -> str:
    """The key of a setting's widget."""
    return f"settings_{name}"


def way_key(name: str) -> str:
    """The key of the choice whose model serves a role."""
    return f"settings_{name}_way"


def settle(settings: Settings, held: frozenset[str]) -> None:
    """Fill the fields that were not edited with what is in use; those that are held always show that."""
    before: dict[str, Any] = st.session_state.get(SettingsKey.FILLED, {})
    typed = values()
    for name in PREFERENCES:
        value = getattr(settings, name)
        drawn = name in before and field_key(name) in st.session_state
        # One that somebody else saved meanwhile; what is edited here waits for its own save.
        followed = drawn and value != before[name] and typed.get(name) == before[name]
        if name in held or not drawn or followed:
            _fill(name, value, held=name in held)
    # An address that the environment holds may have a password in it, which no session has to know.
    st.session_state[SettingsKey.FILLED] = {name: getattr(settings, name) for name in PREFERENCES if name not in held}


def _fill(name: str, value: Any, *, held: bool) -> None:
    if name in ROLES:
        way: Way = "same" if value is None else "own" if value else "off"
        st.session_state[way_key(name)] = way
    if isinstance(value, str) and held:
        value = pipeline.shown_address(value) if name in ("base_url", "searxng_url") else value
    texts = name not in ("budget_usd", "search", "country")
    st.session_state[field_key(name)] = (value or "") if texts else value


def values() -> dict[str, Any]:
    """What the fields hold, as settings; a field that was never drawn is left out."""
    found: dict[str, Any] = {}
    for name in PREFERENCES:
        if field_key(name) not in st.session_state:
            continue
        value = st.session_state[field_key(name)]
        if isinstance(value, str):
            value = value.strip() or None
        if name in ROLES:
            value = {"same": None, "off": "", "own": value}[st.session_state.get(way_key(name)) or "same"]
        found[name] = value
    return found


def changes(settings: Settings, held: frozenset[str]) -> dict[str, Any]:
    """What was edited and not saved, by the names of the settings."""
    return {name: v for name, v in values().items() if name not in held and v != getattr(settings, name)}


def take_back(live: Services, raw: Mapping[str, Any]) -> None:
    """Have the fields hold what the browser kept of them; a value that no field could hold is left out."""
    held = resources.held_by_environment()
    for name, value in raw.items():
        if name not in PREFERENCES or name in held:
            continue
        try:
            live.settings.with_preferences({name: value})
        except SettingsError:
            continue
        _fill(name, value, held=False)


def save(live: Services) -> None:
    """Keep what was edited and use it from now on; where that cannot be, everything typed stays."""
    st.session_state[SettingsKey.ERROR] = None
    edited = changes(live.settings, resources.held_by_environment())
    if not edited:
        st.session_state[SettingsKey.DONE] = "Nothing was changed, so there is nothing to save."
        return
    try:
        pipeline.keep_settings(live, edited, names=LABELS)
    except SettingsError as error:
        st.session_state[SettingsKey.ERROR] = f"{error} Nothing was saved, and what you typed is still here."
        return
    # What was tidied on the way, such as blanks around an address, is shown as it is kept.
    st.session_state[SettingsKey.FILLED] = {}
    st.session_state[SettingsKey.DONE] = "Saved. New plans use it; those under way end as they began."


def undo(live: Services) -> None:
    """Let every field show what is in use again."""
    st.session_state[SettingsKey.ERROR] = None
    st.session_state[SettingsKey.FILLED] = {}
    settle(live.settings, resources.held_by_environment())


def attempt(live: Services, what: What) -> None:
    """Try what is typed, saved or not, beside the page."""
    st.session_state[SettingsKey.ERROR] = None
    st.session_state.pop(_of(SettingsKey.TRIAL, what), None)
    stop(what)
    try:
        edited = changes(live.settings, resources.held_by_environment())
        mine = {name: value for name, value in edited.items() if name in TRIED_BY[what]}
        settings = pipeline.changed_settings(live, mine, names=LABELS)
    except SettingsError as error:
        st.session_state[_of(SettingsKey.TRIAL, what)] = Trial(_tried(what), error=str(error))
        return
    work = pipeline.try_models if what == "model" else pipeline.try_search
    st.session_state[_of(SettingsKey.ERRAND, what)] = Errand(
        f"try {what}", "settings", "Trying it", lambda: work(live, settings=settings), given=_tried(what)
    )


def under_way(what: What) -> Errand | None:
    """The try that has not ended; one that has is taken to the desk."""
    errand = st.session_state.get(_of(SettingsKey.ERRAND, what))
    if not isinstance(errand, Errand) or not errand.done:
        return errand if isinstance(errand, Errand) else None
    del st.session_state[_of(SettingsKey.ERRAND, what)]
    if not errand.stopped:
        st.session_state[_of(SettingsKey.TRIAL, what)] = Trial(errand.given, errand.result, errand.error)
        if what == "model" and errand.result is not None:
            listed = next((one.check.models for one in errand.result if one.check.models), ())
            st.session_state[SettingsKey.LISTED] = (errand.given[0], listed)
    return None


def stop(what: What) -> None:
    """Break a try off."""
    errand = st.session_state.get(_of(SettingsKey.ERRAND, what))
    if isinstance(errand, Errand):
        errand.stop()


def trial(what: What) -> Trial | None:
    """What was tried last, where it is still what is typed."""
    found = st.session_state.get(_of(SettingsKey.TRIAL, what))
    return found if isinstance(found, Trial) and found.tried == _tried(what) else None


def listed_models() -> tuple[str, ...]:
    """The models that the server at the typed address gave in this session; empty where it was not asked."""
    address, found = st.session_state.get(SettingsKey.LISTED, (None, ()))
    return tuple(found) if found and address == values().get("base_url") else ()


def choose_model() -> None:
    """Take the model that was picked out of the server's list."""
    picked = st.session_state.get(SettingsKey.CHOOSE)
    if picked:
        st.session_state[field_key("model")] = picked
        st.session_state[SettingsKey.CHOOSE] = None


def trouble() -> str | None:
    """The sentence of what could not be saved, until the next thing is done."""
    said = st.session_state.get(SettingsKey.ERROR)
    return said if isinstance(said, str) else None


def done() -> str | None:
    """What was done in the run of the page before, once."""
    said = st.session_state.pop(SettingsKey.DONE, None)
    return said if isinstance(said, str) else None


def _tried(what: What) -> tuple[Any, ...]:
    held = values()
    return tuple(held.get(name) for name in TRIED_BY[what])


def _of(key: SettingsKey, what: What) -> str:
    return f"{key.value}_{what}"
