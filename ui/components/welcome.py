"""The first visit: what this is for, three themes to try, the lists to go on with, and the way through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from ui.components.picture_cards import PictureCard, picture_cards

THEMES = (
    ("Camping with kids", "Tents, lights and games for a first weekend outside"),
    ("Small-space home office", "What fits a desk in the corner of a bedroom"),
    ("Coffee lovers", "Beans, brewers and mugs, for those who have them all"),
)
WAY = (
    (
        "Type a theme",
        "A theme, an idea, a keyword, or a picture. The planner writes terms that find and terms that cut.",
    ),
    ("Shape the terms", "See what each term finds, what it adds alone and what it cuts. Change any of it and preview."),
    ("Judge the products", "Keep with the key a, drop with x, ask why with e. Every verdict is saved at once."),
    ("Take it with you", "Export the list as CSV, Excel, JSON or Parquet, or share the address of this page."),
)


def welcome(
    themes: Sequence[PictureCard],
    latest: Sequence[PictureCard],
    *,
    on_theme: Callable[[str], None],
    on_list: Callable[[str], None],
) -> None:
    """Draw the empty studio; a pressed theme or list is handed on by its id, then the page is drawn again."""
    st.title("What shall we put on the shelf?", anchor=False)
    st.markdown("Type a theme below, drop a picture, or start with one of these.")
    theme = picture_cards(themes, label="Themes to try", key="themes")
    chosen = None
    if latest:
        st.subheader("Go on with a list", anchor=False)
        chosen = picture_cards(latest, label="Your latest lists", key="latest")
    st.subheader("The way through", anchor=False)
    with st.grid(4, min_column_width=220, gap="small"):
        for number, (name, text) in enumerate(WAY, start=1):
            with st.container():
                st.markdown(f"**{number}. {name}**")
                st.markdown(text)
    if theme is not None:
        on_theme(theme)
        st.rerun()
    if chosen is not None:
        on_list(chosen)
        st.rerun()
