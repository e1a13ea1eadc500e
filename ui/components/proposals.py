"""What was learned in one line, and beside it what the dropped products share, each a cut of one press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from ui.components.source import element

_proposals = element("proposals")
LEAD = "What you dropped shares:"


@dataclass(frozen=True, slots=True)
class Cut:
    """One proposed cut: `does` says what it takes out, `harm` what of the kept it would hit, `help` the whole of it.

    `shots` are the addresses of pictures of products that it would take out; `on` says that it is made already, and
    `made` where.
    """

    key: str
    label: str
    does: str
    help: str
    harm: str = ""
    shots: tuple[tuple[str, ...], ...] = ()
    on: bool = False
    made: str = "in the draft"


def proposals(
    learned: str,
    beside: str,
    cuts: Sequence[Cut],
    *,
    stale: bool,
    key: str,
    on_cut: Callable[[], None],
    on_again: Callable[[], None],
) -> None:
    """Draw the line: what was learned, what stands quietly beside it, and the cuts.

    `stale` offers a button, and the key g, that puts the list in order again: `on_again` is called before the rerun. So
    is `on_cut`; `st.session_state[key].cut` then holds {"key", "on"}.
    """
    data = {"learned": learned, "beside": beside, "lead": LEAD, "items": [asdict(cut) for cut in cuts], "stale": stale}
    _proposals(key=key, data=data, on_cut_change=on_cut, on_again_change=on_again)
