"""What the empty studio shows: themes with pictures of what this catalogue has for them, and the latest lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError
from core.services import Services
from ui import asking, resources, workbench
from ui.components.picture_cards import PictureCard
from ui.components.welcome import THEMES, welcome
from ui.state import Key
from ui.text import count

PICTURES = 4
LISTS = 4


def front(live: Services) -> None:
    """Draw the empty studio."""
    version = pipeline.catalogue_version(live)
    themes = _theme_products(live, version)
    latest = pipeline.list_selections(live, size=LISTS).entries
    shown = [name for names in themes.values() for name in names] + [name for one in latest for name in one.cover]
    addresses = resources.picture_addresses(live, pipeline.products(live, dict.fromkeys(shown)).values())

    def pictures(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        return tuple(addresses[name] for name in names[:PICTURES] if addresses.get(name))

    welcome(
        [PictureCard(name, name, text, pictures(themes.get(name, ()))) for name, text in THEMES],
        [
            PictureCard(
                one.summary.selection_id,
                one.summary.name,
                f"{count(one.summary.products, 'product')} · version {one.summary.version}",
                pictures(one.cover),
            )
            for one in latest
        ],
        on_theme=partial(asking.begin_theme, live),
        on_list=lambda selection_id: _open(live, selection_id),
    )


@st.cache_data(show_spinner=False, max_entries=8)
def _theme_products(_live: Services, version: str) -> Mapping[str, tuple[str, ...]]:
    """The best products of each theme by plain search, of different categories where there are some."""
    found: dict[str, tuple[str, ...]] = {}
    for theme, _text in THEMES:
        hits = [hit.product_id for hit in pipeline.search(_live, theme, limit=24)]
        shown = pipeline.products(_live, hits)
        # One of each category first, so that the pictures show how wide the theme is, then the next best.
        first = {product.category: name for name, product in reversed(shown.items())}
        found[theme] = tuple(dict.fromkeys([n for n in shown if n in first.values()] + list(shown)))[:PICTURES]
    return found


def _open(live: Services, selection_id: str) -> None:
    try:
        workbench.open_saved(live, selection_id)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
