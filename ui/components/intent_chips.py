"""What was understood, as chips that are edited in place: one components-v2 element."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.domain import Intent
from core.domain.seasons import SEASONS
from ui.components.source import element
from ui.intent_chips import MAX_TEXT, MOST_VALUES, values_of

_chips = element("intent_chips")


def intent_chips(
    intent: Intent,
    *,
    key: str,
    about: str,
    seen: Mapping[str, int],
    currency: str,
    on_edit: Callable[[], None],
) -> None:
    """Draw the chips of an intent.

    The browser's own chips stand in `st.session_state[key].chips` and are told again and again until `seen` has their
    number: they are whole values, so that what comes twice or late changes nothing. `about` names what they are of;
    chips of something else are let go.
    """
    data = {
        "values": values_of(intent),
        "about": about,
        "seen": dict(seen),
        "currency": currency,
        "seasons": list(SEASONS),
        "longest": MAX_TEXT,
        "most": MOST_VALUES,
    }
    _chips(key=key, data=data, on_chips_change=on_edit)
