"""The input at the bottom: a theme, a picture or a wish for the open list, and how plans are to be made."""

from __future__ import annotations

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.services import Services
from ui import asking, resources, session, wishing, workbench
from ui.components.plan_ways import plan_ways
from ui.components.typed_text import keep_typed_text
from ui.plan_choices import MODE_NAMES, planner_of
from ui.state import Desk, Key

_TYPES = ["png", "jpg", "jpeg", "webp"]
_MEANT = {wishing.LIST: "Change this list", wishing.THEME: "New theme"}


def bottom_bar(live: Services) -> None:
    """Draw the input with what belongs to it."""
    held = session.desk()
    opened = held is not None and held.selection is not None
    with st.bottom.container(horizontal=True, vertical_alignment="center", gap="small", key="bottom_bar"):
        if opened:
            st.segmented_control(
                "What the text below is meant for",
                list(_MEANT),
                format_func=lambda name: _MEANT[name],
                key=_meant_key(),
                label_visibility="collapsed",
                help="Neither pressed: the text itself says whether it changes this list or is a theme of its own.",
            )
        st.chat_input(
            "Change this list (“cheaper”, “no toys”), or type a new theme"
            if opened
            else "Type a theme, an idea or a keyword, or drop a picture",
            key=Key.THEME,
            max_chars=workbench.MAX_THEME,
            accept_file=True,
            file_type=_TYPES,
            max_upload_size=workbench.MAX_PICTURE_MB,
            on_submit=ask_typed,
        )
        st.button("", key=Key.CAMERA, icon=":material/photo_camera:", help="Take a picture with the camera",
                  on_click=_open_camera)  # fmt: skip
        _ways(live)
    keep_typed_text(taken=st.session_state.get(Key.MEANT_ROUND, 0), waits=_waits(live, held))
    if st.session_state.pop(_CAMERA_ASKED, False):
        _camera(live)


_CAMERA_ASKED = f"{Key.CAMERA}_asked"


def _waits(live: Services, held: Desk | None) -> str:
    """The text that waits on a card for a word of the operator, "" where none does."""
    on_card = asking.ask()
    if on_card is not None:
        return on_card.intent.text
    shown = None if held is None else wishing.current(live, held)
    return "" if shown is None else shown.wish.text


def _ways(live: Services) -> None:
    """How plans are made, where no card lies open that says the same."""
    way, means, round_ = asking.choices(), asking.thinking(live), st.session_state.get(Key.ROUND, 0)
    by_model, mode = planner_of(way, means) == "llm", way.research
    label = "Model" if by_model else "Catalogue"
    with st.popover(
        f"{label} · {MODE_NAMES[mode].lower()}" if mode != "none" else label,
        icon=":material/tune:",
        key="ways",
        disabled=asking.ask() is not None,
        help="By whom plans are made, and with what research.",
    ):
        if asking.ask() is None:
            plan_ways(
                way,
                means,
                round_=round_,
                earlier={},
                chosen=None,
                judging=asking.judging_said(live),
                on_change=asking.take_choices,
                narrow=True,
            )
            st.session_state.setdefault(Key.LOOK_FIRST.of(round_), way.look_first)
            st.toggle(
                "Show what was understood before every plan",
                key=Key.LOOK_FIRST.of(round_),
                on_change=asking.take_choices,
                args=(round_,),
                help="A plan that costs time or money is always shown first.",
            )


def ask_typed() -> None:
    """Hear what was typed, dropped or pasted: a wish for the open list, or an idea of its own."""
    given = st.session_state.get(Key.THEME)
    text = (given if isinstance(given, str) else getattr(given, "text", None) or "").strip()
    files = list(getattr(given, "files", None) or [])
    st.session_state[Key.ERROR] = None
    live = resources.services()
    try:
        picture = pipeline.keep_picture(live, files[0].getvalue()) if files else None
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        workbench.give_back(text)
        return
    if picture is None and not text:
        return
    if picture is not None or not wishing.take(live, text, st.session_state.get(_meant_key())):
        asking.begin(live, text, picture)
    # What was pressed is meant for one text only.
    st.session_state[Key.MEANT_ROUND] = st.session_state.get(Key.MEANT_ROUND, 0) + 1


def _meant_key() -> str:
    return Key.MEANT.of(st.session_state.get(Key.MEANT_ROUND, 0))


def _open_camera() -> None:
    st.session_state[_CAMERA_ASKED] = True


@st.dialog("Take a picture", icon=":material/photo_camera:")
def _camera(live: Services) -> None:
    means = asking.thinking(live)
    goes = "stays on this server" if means.vision is None else f"is shown to {means.vision} at {means.host}"
    st.text(f"One product on a plain ground is read best. The picture {goes}.")
    taken = st.camera_input("Picture", key="camera_taken", label_visibility="collapsed")
    words = st.text_input("What about it (if you like)", max_chars=200, key="camera_words",
                          placeholder="For example: like this, but for children")  # fmt: skip
    if st.button("Plan from it", type="primary", key="camera_plan", disabled=taken is None) and taken is not None:
        try:
            picture = pipeline.keep_picture(live, taken.getvalue())
        except ShelfcraftError as error:
            st.error(str(error), icon=":material/error:")
            return
        asking.begin(live, words.strip(), picture)
        st.rerun()
