"""What all sessions of one process share: the live services, warmed once, and the pictures of products.

The one place of the screens that reads the environment and secrets.
"""

from __future__ import annotations

import base64
import gc
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from urllib.parse import quote

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core import pipeline
from core.domain import Product
from core.runs import Runs
from core.services import Services, build_services
from core.settings import Settings, home_of, pinned, read_preferences
from ui.collector import spare_collections

PICTURE_SIZE = 320
PICTURE_ROUTE = "/picture/{product_id:path}"
_PREFIX = "SHELFCRAFT_"
_OF_OTHERS = frozenset({"OPENAI_API_KEY", "OPENAI_BASE_URL", "TAVILY_API_KEY"})
_PICTURES_KEPT = 4000
AT_ONCE = 4
"""So many plans, and as many selections, run at once; more would only make one another slow."""


class Pictures:
    """Thumbnails as they were last drawn, by catalogue and product; safe from several threads.

    `routed` says that this process serves them at `PICTURE_ROUTE`, so that a page names them instead of carrying them.
    """

    def __init__(self) -> None:
        self.routed = False
        self._held: OrderedDict[tuple[str, str], bytes | None] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, live: Services, product_id: str) -> bytes | None:
        """A WebP of at most `PICTURE_SIZE` pixels, None for a product without a picture."""
        key = (pipeline.catalogue_version(live), product_id)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        data = pipeline.picture(live, product_id, size=PICTURE_SIZE)
        with self._lock:
            self._held[key] = data
            while len(self._held) > _PICTURES_KEPT:
                self._held.popitem(last=False)
        return data


@st.cache_resource(show_spinner=False)
def pictures() -> Pictures:
    """The process's pictures."""
    return Pictures()


@st.cache_resource(show_spinner=False)
def unwarmed() -> Services:
    """The process's services as they are, for the page that mends what keeps a catalogue from being opened."""
    env = _environment()
    return build_services(Settings.from_env(env, preferences=read_preferences(home_of(env))))


def held_by_environment() -> frozenset[str]:
    """The settings that the environment or the secrets file holds, which no choice on a screen can change."""
    return pinned(_environment())


@st.cache_resource(show_spinner="Opening the catalogue…")
def services() -> Services:
    """The process's services, warmed. Raises what `pipeline.warm` raises, and is tried again at the next call."""
    live = unwarmed()
    pipeline.warm(live)
    # What lives as long as the process is not walked by any collection, and Streamlit's own come seldom.
    gc.collect()
    gc.freeze()
    spare_collections()
    return live


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """The process's runs; those of a process that died are found and go on. Raises the store's errors."""
    made = Runs(unwarmed())
    made.recover()
    return made


def _environment() -> dict[str, str]:
    """The environment over the secrets file, where there is one; only the names that we read leave that file."""
    try:
        secrets = {
            name: str(value) for name, value in st.secrets.items() if name.startswith(_PREFIX) or name in _OF_OTHERS
        }
    except StreamlitSecretNotFoundError:
        secrets = {}
    return {**secrets, **os.environ}


def picture_addresses(live: Services, shown: Iterable[Product]) -> dict[str, tuple[str, ...]]:
    """For each product the addresses of its picture, to be tried in order; none for a product without one.

    With a route the browser fetches them beside the page and keeps them; without one they travel inside the page.
    """
    held = pictures()
    found: dict[str, tuple[str, ...]] = {}
    # Once for all: each question for the version looks whether somebody wrote to the catalogue.
    version = quote(pipeline.catalogue_version(live), safe="") if held.routed else ""
    for product in shown:
        url = product.image_url
        linked = (url,) if url is not None and url.startswith(("https://", "http://")) else ()
        if linked and not product.has_image:
            found[product.product_id] = linked
            continue
        own: tuple[str, ...] = ()
        if held.routed:
            own = (f"picture/{quote(product.product_id, safe='')}?v={version}",)
        else:
            data = held.get(live, product.product_id)
            if data is not None:
                own = ("data:image/webp;base64," + base64.b64encode(data).decode("ascii"),)
        found[product.product_id] = (*own, *linked)
    return found
