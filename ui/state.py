"""Every session-state key and query parameter of the studio, and the pure functions that change what is on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, TypeVar

from core.domain import Filters, Intent, Lens, Preview, Reward, Selection, Strategy, Strictness, Turn
from core.errors import ShelfcraftError
from ui.events import Sign
from ui.term_rows import YOURS, TermRow, counted, rows_from_json, rows_of, rows_to_json, strategy_of

T = TypeVar("T")
PAGE_SIZE = 60

View = Literal["Cards", "Table", "Charts", "Removed"]
VIEWS: tuple[View, ...] = ("Cards", "Table", "Charts", "Removed")


class Key(StrEnum):
    """Keys of `st.session_state`; widgets have theirs here too, so that none is named twice."""

    DESK = "desk"
    ASKED = "asked"
    RUN = "run_followed"
    FOLLOWED = "run_story"
    ENDED = "run_ended"
    ERROR = "error"
    PENDING = "pending_widgets"
    UNSAVED = "unsaved_reason"
    ACKS = "acks"
    LENS = "lens"
    LENS_OF_DRAFT = "lens_of_draft"
    TOAST = "toast"
    WHOLE = "draw_the_whole_page"
    THEME = "theme_input"
    TURNS = "turns"
    VIEW = "view"
    LEFT = "left_at"
    GRID = "grid"
    FIGURES = "figures"
    TERMS = "terms"
    TABLE = "table"
    STRATEGY = "strategy_open"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"
    CATEGORY = "category"
    IN_STOCK = "in_stock"
    STRICTNESS = "strictness"
    SIZE = "list_size"
    RATING = "strategy_rating"
    RATING_ROUND = "rating_round"
    FIND = "find_query"
    REASON = "reject_reason"
    NOTE = "reject_note"
    ASK = "ask"
    CHOICES = "choices"
    ROUND = "choices_round"
    PLANNER = "planner"
    RESEARCH = "research_mode"
    EARLIER = "earlier_research"
    MOST_TURNS = "most_turns"
    BUDGET = "budget_usd"
    MODEL_JUDGES = "model_judges"
    LOOK_FIRST = "look_first"
    CHIPS = "chips"
    CHIPS_SEEN = "chips_seen"
    READ_AGAIN = "intent_edited"
    MEANT = "what_is_meant"
    MEANT_ROUND = "meant_round"
    WISH = "wish"
    ERRAND = "errand"
    OPINION = "second_opinion"
    ORDER = "order"
    ORDER_PILL = "order_pill"
    ORDERED = "list_in_order"
    LESSON = "lesson"
    PROPOSALS = "proposals"
    CUT_MARK = "cut_mark"
    RULED = "rules_changed"
    REPLAY = "replay_open"
    COMPARED = "plans_compared"
    CAMERA = "camera"
    SAVE_NAME = "save_name"
    SAVE_NOTE = "save_note"

    def of(self, round_: int) -> str:
        """The key of a widget that is another one each round: what a browser still sends of an old one is unheard."""
        return f"{self.value}_{round_}"


class Param(StrEnum):
    """Query parameters: ids and the names of views only, never state."""

    SELECTION = "selection"
    VERSION = "version"
    RUN = "run"
    SIDES = "sides"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the operator has in front of them.

    `rows`, `filters`, `pinned` and `size` are the draft that the operator shapes; `selection` is the list as it was
    last chosen. `turn` is the number of the turn shown, None once its terms were edited; `run_id` the run that planned
    them. `version` is the version laid out and `newest` the selection's newest: where they differ, an old one is looked
    at. `generation` counts the lists laid out: a new one begins on its first page.
    """

    intent: Intent
    turns: tuple[Turn, ...] = ()
    turn: int | None = None
    rows: tuple[TermRow, ...] = ()
    filters: Filters = Filters()
    pinned: tuple[str, ...] = ()
    size: int = 200
    preview: Preview | None = None
    reward: Reward | None = None
    selection: Selection | None = None
    selection_id: str | None = None
    name: str = ""
    version: int | None = None
    newest: int | None = None
    run_id: str | None = None
    listed_pins: tuple[str, ...] = ()
    listed_size: int = 200
    generation: int = 0

    def side(self, sign: Sign) -> tuple[TermRow, ...]:
        """The rows of one editor in their order."""
        return tuple(row for row in self.rows if row.sign == sign)

    @property
    def strategy(self) -> Strategy:
        """The strategy that the draft makes; raises `StrategyInvalid`."""
        return strategy_of(self.rows, self.filters)

    @property
    def changed(self) -> bool:
        """Whether the draft is another strategy than the one that the list was chosen with."""
        if self.selection is None:
            return False
        listed = self.selection.strategy
        terms = (self._terms(1), self._terms(-1), self._weights())
        return (
            terms != (set(listed.positive), set(listed.negative), {t: w for t, w in listed.weights if w != 1.0})
            or self.filters != listed.filters
            or self.pinned != self.listed_pins
            or self.size != self.listed_size
        )

    def _terms(self, sign: Sign) -> set[str]:
        return {row.term for row in self.side(sign) if row.use}

    def _weights(self) -> dict[str, float]:
        return {row.term: row.weight for row in self.side(1) if row.use and row.weight != 1.0}


def lengths(desk: Desk) -> Mapping[Strictness, int]:
    """How many products the list would hold at each strictness; nothing where it was made before that was counted."""
    stages = () if desk.selection is None else desk.selection.funnel
    return {name: min(count, desk.listed_size) for stage in stages for name, count in stage.at}


def filters_of(
    *, low: float | None, high: float | None, category: Sequence[str], in_stock: bool, strictness: Strictness
) -> Filters:
    """Filters from what the widgets hold; a lowest price above the highest is read as the two being swapped."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    price = None if low is None and high is None else (low, high)
    return Filters(price, tuple(category), in_stock, strictness)


def turn_of(turns: Sequence[Turn], strategy: Strategy) -> Turn | None:
    """The turn whose terms a strategy has, whatever the filters; None where the operator has changed them."""
    wanted = (set(strategy.positive), set(strategy.negative), set(strategy.weights))
    for turn in reversed(turns):
        if (set(turn.strategy.positive), set(turn.strategy.negative), set(turn.strategy.weights)) == wanted:
            return turn
    return None


def laid_out(desk: Desk, strategy: Strategy, *, parked: Sequence[TermRow] = ()) -> Desk:
    """The desk with a strategy's terms and filters as its draft, with the reasons that its turns give for the terms."""
    shown = turn_of(desk.turns, strategy)
    ordered = [t for t in desk.turns if t is not shown] + ([] if shown is None else [shown])
    reasons = [reason for turn in ordered for reason in turn.reasons]
    rows = rows_of(strategy, preview=None, reasons=reasons, parked=parked)
    if desk.turns:  # a planner gives a reason for every term of its own
        rows = tuple(replace(row, why=row.why if row.why else YOURS) for row in rows)
    return replace(
        desk,
        rows=rows,
        filters=strategy.filters,
        turn=None if shown is None else shown.number,
    )


def assessed(desk: Desk, rows: Sequence[TermRow], *, preview: Preview | None, reward: Reward | None) -> Desk:
    """The desk after its draft was changed and previewed."""
    same = turn_of(desk.turns, strategy_of(rows, desk.filters))
    return replace(
        desk,
        rows=counted(rows, preview),
        turn=None if same is None else same.number,
        preview=preview,
        reward=reward,
    )


def draft_of(desk: Desk) -> dict[str, Any]:
    """What is kept of the draft as it changes, as plain JSON values."""
    return {
        "rows": rows_to_json(desk.rows),
        "filters": desk.filters.to_json(),
        "pinned": list(desk.pinned),
        "size": desk.size,
        "version": desk.version,
    }


def with_draft(desk: Desk, draft: Mapping[str, Any]) -> Desk:
    """The desk with a kept draft laid over the version that it was made on; one of another version is left out."""
    rows = rows_from_json(draft.get("rows"))
    if not rows or draft.get("version") != desk.version:
        return desk
    wire: dict[str, Any] = {"positiveSearch": [], "negativeSearch": [], "filters": draft.get("filters") or {}}
    pinned = tuple(p for p in draft.get("pinned") or () if isinstance(p, str))
    size = draft.get("size")
    return replace(
        desk,
        rows=rows,
        filters=Strategy.from_json(wire).filters,
        pinned=pinned,
        size=size if isinstance(size, int) and size > 0 else desk.size,
    )


def edited_since(desk: Desk, asked: Mapping[str, Any]) -> bool:
    """Whether the draft is another one than a preview was asked for with."""
    try:
        same = desk.strategy == Strategy.from_json(asked["strategy"])
    except ShelfcraftError:
        same = False
    return not same or list(desk.pinned) != asked["pinned"] or desk.size != asked["size"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many products were kept and dropped."""

    kept: int = 0
    dropped: int = 0


def tally(verdicts: Mapping[str, str]) -> Tally:
    """Count what stands; what was dropped counts although the next selection leaves it out."""
    held = list(verdicts.values())
    return Tally(held.count("accept"), held.count("reject"))


def pages(total: int, *, size: int = PAGE_SIZE) -> int:
    """How many pages a list has, at least one."""
    return max(1, -(-total // size))


def page_of(items: Sequence[T], number: int, *, size: int = PAGE_SIZE) -> Sequence[T]:
    """One page of a list; `number` counts from 1, and one beyond the end is the last."""
    at = (min(max(number, 1), pages(len(items), size=size)) - 1) * size
    return items[at : at + size]


def lens_key(lens: Lens | None) -> str:
    """A short name of a lens, for the keys of what is drawn under it."""
    return "list" if lens is None else "|".join((lens.kind, lens.value, lens.other, lens.side))
