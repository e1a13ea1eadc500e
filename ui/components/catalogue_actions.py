"""The bar below a file: which catalogue it fills, and whether it takes that one's place or goes into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st


def actions(
    target: str,
    names: Sequence[str],
    *,
    target_key: str,
    hindrance: str,
    on_target: Callable[[], None],
    on_build: Callable[[], None],
    on_add: Callable[[], None],
) -> None:
    """Draw the bar, which stays in sight; `hindrance` says why nothing can begin now, "" where nothing hinders.

    `on_build` is called while the page is drawn, so that it may open a dialog.
    """
    there = target in names
    st.session_state[target_key] = target
    with st.bottom.container(horizontal=True, vertical_alignment="bottom", gap="small", key="catalogue_actions"):
        st.selectbox(
            "Catalogue to fill",
            list(dict.fromkeys((*names, target))),
            key=target_key,
            accept_new_options=True,
            on_change=on_target,
            width=260,
            help="Choose one, or type the name of a new one: letters, digits, dots, dashes and underscores.",
        )
        with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom", gap="small"):
            st.button(
                "Add: update by id",
                key="start_add",
                icon=":material/playlist_add:",
                disabled=bool(hindrance) or not there,
                help=hindrance
                or (
                    "New products are added, those of the same id replaced; the rest stays."
                    if there
                    else "There is no catalogue of this name to add to yet. Build it first."
                ),
                on_click=on_add,
            )
            pressed = st.button(
                "Build: replace" if there else "Build",
                key="start_build",
                type="primary",
                icon=":material/database:",
                disabled=bool(hindrance),
                help=hindrance or ("The file takes the place of what the catalogue holds." if there else None),
            )
    if pressed:
        on_build()
