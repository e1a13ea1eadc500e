"""What happens when something in the library is pressed, and the few things that the library remembers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core import pipeline
from core.domain import Product
from core.errors import InputError, ShelfcraftError
from core.services import Services
from ui import resources
from ui.state import Param

STUDIO = Path(__file__).resolve().parent / "pages" / "studio.py"
PAGE_SIZE = 20
ALL = "all"
_PRODUCTS_KEPT = 6000

Status = Literal["draft", "in review", "approved", "published"]
STATUSES: tuple[Status, ...] = ("draft", "in review", "approved", "published")
NEXT: Mapping[Status, tuple[Status, str, str]] = {
    "draft": ("in review", "Send to review", ":material/outgoing_mail:"),
    "in review": ("approved", "Approve", ":material/check_circle:"),
    "approved": ("published", "Publish", ":material/storefront:"),
}
"""The step after each status: the status it leads to, what its button says, and its icon."""


class Key(StrEnum):
    """Keys of `st.session_state`; widgets have theirs here too, so that none is named twice."""

    WORDS = "library_words"
    STATUS = "library_status"
    PAGE = "library_page"
    LIST = "library_list"
    ACTIVE = "library_active"
    STOPPED = "library_stopped"
    UNFINISHED = "library_unfinished"
    VIEW = "library_view"
    FIGURES = "library_figures"
    SHELF = "library_shelf"
    SHOWN = "library_shown"
    VERSION = "library_version"
    VERSIONS = "library_versions"
    LEFT = "library_left"
    RIGHT = "library_right"
    RUNS = "library_runs"
    TRAIL = "library_trail"
    NAME = "library_name"
    NOTE = "library_note"
    TROUBLE = "library_trouble"
    DONE = "library_done"
    PENDING = "library_pending"
    SEARCHES = "library_searches"


class View(StrEnum):
    """What a saved selection can be looked at as; the values are what the screen calls them."""

    PRODUCTS = "Products"
    VERSIONS = "Versions"
    COMPARE = "Compare"
    TRAIL = "Changes"
    RUNS = "Runs"


class Known:
    """Products as the catalogue has them, kept between reruns by catalogue version; safe from several threads."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Product | None] = OrderedDict()
        self._lock = threading.Lock()

    def products(self, live: Services, ids: Iterable[str]) -> dict[str, Product]:
        """Products by id; ids that the catalogue lacks are left out."""
        version = pipeline.catalogue_version(live)
        asked = list(dict.fromkeys(ids))
        with self._lock:
            missing = [name for name in asked if (version, name) not in self._held]
        found = pipeline.products(live, missing) if missing else {}
        with self._lock:
            for name in missing:
                self._held[version, name] = found.get(name)
            held = {name: self._held.get((version, name)) for name in asked}
            for name in asked:
                if (version, name) in self._held:
                    self._held.move_to_end((version, name))
            while len(self._held) > _PRODUCTS_KEPT:
                self._held.popitem(last=False)
        return {name: product for name, product in held.items() if product is not None}


@st.cache_resource(show_spinner=False)
def known() -> Known:
    """The products that this process has looked up for the library."""
    return Known()


def zone() -> tzinfo:
    """The time zone of the browser, UTC where it does not say."""
    name = st.context.timezone
    try:
        return ZoneInfo(name if name else "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def search() -> tuple[str, Status | None, int]:
    """The words, the status and the page that are looked for; no status is every status."""
    held = st.session_state
    held.setdefault(Key.STATUS, ALL)
    words, status, number = held.get(Key.WORDS), held[Key.STATUS], held.get(page_key())
    return (
        words if isinstance(words, str) else "",
        status if status in STATUSES else None,
        number if isinstance(number, int) else 1,
    )


def opened() -> str | None:
    """The selection that the address names."""
    return st.query_params.get(Param.SELECTION)


def look_at(selection_id: str, *, view: View = View.PRODUCTS, shown: str = "all") -> None:
    """Open a saved selection at one of its views; the address names it from here on."""
    forget()
    show(view, shown=shown)
    st.query_params[Param.SELECTION] = selection_id


def show(view: View, *, shown: str = "all", version: int | None = None) -> None:
    """Turn to another view of the selection that is open: which of its products, and of which version."""
    _leave({Key.VIEW: view})
    st.session_state[Key.SHOWN] = shown
    st.session_state[Key.VERSION] = version


def compare(number: int, *, newest: int) -> None:
    """Turn to the comparison of a version with the newest, or of the newest with the one before it."""
    show(View.COMPARE)
    _leave({Key.LEFT: number if number != newest else number - 1, Key.RIGHT: newest})


def _leave(values: Mapping[Key, Any]) -> None:
    st.session_state[Key.PENDING] = {**(st.session_state.get(Key.PENDING) or {}), **values}


def settle() -> None:
    """Give widgets the values that were left for them; a widget's value can only be set before it is drawn."""
    for key, value in (st.session_state.pop(Key.PENDING, None) or {}).items():
        st.session_state[key] = value
    st.session_state.setdefault(Key.VIEW, View.PRODUCTS)


def settle_comparison(numbers: Collection[int]) -> None:
    """Choose the two newest versions where nothing, or a version that is not there, is chosen."""
    held, newest = st.session_state, max(numbers)
    for key, number in ((Key.LEFT, newest - 1), (Key.RIGHT, newest)):
        if held.get(key) not in numbers:
            held[key] = number


def close() -> None:
    """Go back to the list."""
    forget()
    if Param.SELECTION in st.query_params:
        del st.query_params[Param.SELECTION]


def forget() -> None:
    """Let go of what was said about, and chosen in, the selection that was open."""
    for key in (Key.TROUBLE, Key.VERSION, Key.LEFT, Key.RIGHT, Key.VIEW, Key.SHOWN, Key.PENDING):
        st.session_state.pop(key, None)


def show_all() -> None:
    """Drop the search and the status filter."""
    st.session_state[Key.WORDS] = ""
    st.session_state[Key.STATUS] = ALL
    first_page()


def first_page() -> None:
    """Begin at the first page again, since another search has other pages."""
    st.session_state[Key.SEARCHES] = st.session_state.get(Key.SEARCHES, 0) + 1


def page_key() -> str:
    """The key of the pages of this search."""
    return f"{Key.PAGE}_{st.session_state.get(Key.SEARCHES, 0)}"


def attempt(work: Callable[[], str]) -> bool:
    """Do what was pressed: what it says is shown in passing, and what refuses it is shown until the next try.

    False where what was typed will not do, so that its dialog stays open; everything else is told on the page.
    """
    st.session_state[Key.TROUBLE] = None
    try:
        st.session_state[Key.DONE] = work()
    except InputError as error:
        st.session_state[Key.TROUBLE] = str(error)
        return False
    except ShelfcraftError as error:
        st.session_state[Key.TROUBLE] = str(error)
    return True


def trouble(*, once: bool = False) -> str | None:
    """Why the last thing that was pressed was not done; with `once` it is not told again."""
    said = st.session_state.get(Key.TROUBLE)
    if once:
        st.session_state[Key.TROUBLE] = None
    return said if isinstance(said, str) else None


def done() -> str | None:
    """What was done in the run before, once."""
    said = st.session_state.pop(Key.DONE, None)
    return said if isinstance(said, str) else None


def rename(live: Services, selection_id: str, name: str, *, was: str) -> bool:
    """Give a selection another name; False where it will not do, with the reason kept in `trouble`."""

    def work() -> str:
        return f"It is called “{pipeline.rename_selection(live, selection_id, name, was=was).name}” now."

    return attempt(work)


def restore(live: Services, selection_id: str, number: int, *, seen: int, note: str) -> bool:
    """Copy a version forward; `seen` is the newest version that the operator knew of."""

    def work() -> str:
        _, new = pipeline.restore_version(live, selection_id, number, expected_version=seen, note=note)
        st.session_state[Key.VERSION] = None
        return f"Version {number} is now version {new} too; nothing was lost."

    return attempt(work)


def set_status(live: Services, selection_id: str, status: Status, *, seen: int, was: Status) -> None:
    """Move a selection to another status, unless somebody changed it since it was drawn."""

    def work() -> str:
        found = pipeline.set_status(live, selection_id, status, expected_version=seen, was=was)
        return f"“{found.name}” is {found.status} now."

    attempt(work)


def resume(run_id: str) -> None:
    """Let a run go on from what it has finished."""

    def work() -> str:
        resources.runs().resume(run_id)
        return "It goes on from what was finished."

    attempt(work)


def stop(run_id: str) -> None:
    """Ask a run to stop; what it has finished is kept."""

    def work() -> str:
        resources.runs().stop(run_id)
        return "It stops; what is finished by now is kept."

    attempt(work)


def act_on_run(run_id: str, act: str) -> None:
    """Resume, stop or follow a run, as was pressed on its row."""
    if act == "follow":
        to_studio(run=run_id)
    (resume if act == "resume" else stop)(run_id)
    st.rerun()


def export(live: Services, selection_id: str, version: int | None, form: str) -> bytes:
    """A version as a file, without what was dropped."""
    saved = pipeline.open_selection(live, selection_id, version=version)
    return pipeline.export_selection(live, saved.selection, form, selection_id=selection_id)


def to_studio(**ids: Any) -> NoReturn:
    """Leave for the studio with what is to lie on its desk: `selection`, `version`, or `run`."""
    st.switch_page(STUDIO, query_params={name: str(value) for name, value in ids.items() if value is not None})


def when(at: datetime, *, now: datetime) -> str:
    """How long ago, in words, and the day where that is long; both times in the reader's zone."""
    seconds = (now - at).total_seconds()
    days = (now.date() - at.date()).days
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if days == 0:
        return f"{int(seconds // 3600)} h ago"
    if days == 1:
        return f"yesterday {at:%H:%M}"
    if days < 7:
        return f"{at:%A} {at:%H:%M}"
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def moment(at: datetime) -> str:
    """The exact time."""
    return f"{at.day} {at:%b %Y, %H:%M}"


def ago(at: datetime) -> tuple[str, str]:
    """How long ago in words, and the exact time, in the reader's zone."""
    here = zone()
    local = at.astimezone(here)
    return when(local, now=datetime.now(UTC).astimezone(here)), moment(local)
