"""What the studio makes of verdicts: what was learned from them, the order that the list is gone through in, cuts.

An order stands still while a page is judged, so that no card moves under the hand: it is made anew when the operator
asks for it, or when the list is another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import streamlit as st

from core import pipeline
from core.domain import BehindRow, Filters
from core.errors import ShelfcraftError
from core.pipeline import Rule
from core.pipeline.learning import STARTS_AT, LearnedList, LearnedProduct, Order, Proposal, Why, learned
from core.services import Services
from ui import drafting, session, term_rows, workbench
from ui.events import TermEvent
from ui.state import Desk, Key

ORDERS: Mapping[Order, str] = {"list": "As chosen", "fit": "Fits most", "teach": "Teaches most"}
ORDER_SAYS: Mapping[Order, str] = {
    "list": "",
    "fit": "the likeliest to be kept first",
    "teach": "first what your verdict would tell the most of",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned from the verdicts that `mark` names, about the list laid out as `generation`."""

    selection_id: str
    generation: int
    mark: str
    told: LearnedList

    def is_of(self, held: Desk, order: Order) -> bool:
        """Whether it is about the list on the desk, in this order."""
        return (self.selection_id, self.generation, self.told.order) == (held.selection_id, held.generation, order)


def judged_here(held: Desk, said: pipeline.Said) -> int:
    """How many products of the list stand judged."""
    return sum(one.product_id in said.standing for one in workbench.listed(held).products)


def ready(held: Desk, said: pipeline.Said) -> bool:
    """Whether there are enough verdicts on this list to learn from."""
    return judged_here(held, said) >= STARTS_AT


def order() -> Order:
    """The order that the list is gone through in."""
    held = st.session_state.get(Key.ORDER)
    return next((known for known in ORDERS if known == held), "list")


def choose_order() -> None:
    """Take over the order that was pressed."""
    st.session_state[Key.ORDERED] = None
    st.session_state[Key.ORDER] = st.session_state.get(Key.ORDER_PILL)


def rank_again() -> None:
    """Put what is not judged yet in order by all that was said by now."""
    st.session_state[Key.ORDERED] = None


def lesson(live: Services, held: Desk, said: pipeline.Said) -> Lesson:
    """What was learned from what stands now, reckoned once for each state of the verdicts. Raises core's errors."""
    assert held.selection is not None and held.selection_id is not None
    wanted, mark, known = order(), _mark(said), st.session_state.get(Key.LESSON)
    if isinstance(known, Lesson) and known.mark == mark and known.is_of(held, wanted):
        return known
    told = learned(live, held.selection_id, held.selection, held.intent, wanted)
    found = Lesson(held.selection_id, held.generation, mark, told)
    st.session_state[Key.LESSON] = found
    return found


def ordered(live: Services, held: Desk, said: pipeline.Said) -> Lesson | None:
    """The order that the list is shown in, as it was made; None where the list stands as it was chosen.

    Too few verdicts, or what core cannot answer, lead back to the list as it was chosen.
    """
    wanted = order()
    if wanted == "list":
        return None
    shown = st.session_state.get(Key.ORDERED)
    if isinstance(shown, Lesson) and shown.is_of(held, wanted):
        return shown
    try:
        found = lesson(live, held, said) if ready(held, said) else None
    except ShelfcraftError as error:
        found = None
        st.session_state[Key.ERROR] = str(error)
    if found is None or not found.told.active:
        st.session_state[Key.ORDER] = "list"
        return None
    st.session_state[Key.ORDERED] = found
    return found


def rows_of(shown: Lesson) -> list[BehindRow]:
    """The products in this order; why each stands there is asked for those of one page alone (`reasoned`)."""
    return [BehindRow(one.product_id, "", one.fit, True) for one in shown.told.products]


def reasoned(shown: Lesson | None, rows: Sequence[BehindRow]) -> list[BehindRow]:
    """The rows of one page with why each stands there, where live learning put them."""
    return list(rows) if shown is None else [replace(r, note=shown.told.why(r.product_id).sentence) for r in rows]


def places_of(shown: Lesson | None, rows: Sequence[BehindRow]) -> dict[str, tuple[LearnedProduct, Why]]:
    """What was learned of the products of one page, by id; nothing where the list stands as it was chosen."""
    if shown is None:
        return {}
    wanted, told = {row.product_id for row in rows}, shown.told
    return {one.product_id: (one, told.why(one.product_id)) for one in told.products if one.product_id in wanted}


def new_since(shown: Lesson | None, said: pipeline.Said) -> bool:
    """Whether something was said, or taken back, since this order was made."""
    return shown is not None and shown.mark != _mark(said)


def _mark(said: pipeline.Said) -> str:
    stands = sorted((name, one.verdict, said.statements.get(name)) for name, one in said.standing.items())
    return hashlib.blake2b(repr(stands).encode(), digest_size=12).hexdigest()


def is_cut(held: Desk, proposal: Proposal, rules: Sequence[Rule]) -> bool:
    """Whether the draft, or a rule of this list, does already what is proposed."""
    if proposal.rule is not None:
        return any(rule.id == proposal.rule.id for rule in rules)
    if proposal.kind == "term":
        wanted = (proposal.term or "").casefold()
        return any(row.use and row.term.casefold() == wanted for row in held.side(-1))
    return proposal.filters is not None and _with(held.filters, proposal.filters) == held.filters


def take_cut(live: Services) -> None:
    """Make the cut that was pressed in the draft or as a rule of the list, or take it out again; a term's edit is kept.

    The browser says which of the two it wants, so that the same press twice changes nothing more.
    """
    asked = getattr(st.session_state.get(Key.PROPOSALS), "cut", None)
    held, known = session.desk(), st.session_state.get(Key.LESSON)
    if held is None or held.selection_id is None or not isinstance(asked, Mapping) or not isinstance(known, Lesson):
        return
    proposal = next((one for one in known.told.proposals if one.key == asked.get("key")), None)
    wanted = bool(asked.get("on"))
    if proposal is None or known.selection_id != held.selection_id:
        return
    try:
        if is_cut(held, proposal, pipeline.selection_rules(live, held.selection_id)) == wanted:
            return
        if proposal.rule is not None:
            _set_rule(live, held, proposal.rule, wanted)
        elif proposal.term is not None:
            _cut_term(live, held, proposal.term, wanted)
        elif proposal.filters is not None:
            _cut_filters(live, held, proposal.filters, wanted)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)


def _set_rule(live: Services, held: Desk, rule: Rule, wanted: bool) -> None:
    """That the rules are others now is noted first: where this is broken off, the same press does the rest."""
    assert held.selection_id is not None
    st.session_state[Key.RULED] = (held.selection_id, held.generation)
    session.draw_whole()
    if wanted:
        pipeline.add_selection_rule(live, held.selection_id, rule)
    else:
        pipeline.remove_selection_rule(live, held.selection_id, rule.id)


def take_out_rule(live: Services, rule: Rule) -> None:
    """Take a rule out of the list on the desk."""
    held = session.required()
    try:
        _set_rule(live, held, rule, False)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)


def rules_changed(held: Desk) -> bool:
    """Whether a rule of the list was added or taken out since it was chosen, in this session."""
    return bool(st.session_state.get(Key.RULED) == (held.selection_id, held.generation))


def _cut_term(live: Services, held: Desk, term: str, wanted: bool) -> None:
    """The mark is renewed last: where Streamlit breaks this off, the same press makes the same edit once."""
    assert held.selection_id is not None
    mark = st.session_state.get(Key.CUT_MARK)
    if mark is None:
        mark = st.session_state[Key.CUT_MARK] = uuid4().hex
    client = hashlib.blake2b(f"{mark} {term} {wanted}".encode(), digest_size=12).hexdigest()
    there = next((row.term for row in held.side(-1) if row.term.casefold() == term.casefold()), term)
    event = TermEvent(client, 1, held.selection_id, "add" if wanted else "use", -1, there)
    rows, made = term_rows.apply(held.rows, event)
    if made is not None:
        drafting.keep_edit(live, made, held.selection_id, event)
    drafting.change(live, replace(held, rows=rows))
    st.session_state[Key.CUT_MARK] = None


def _cut_filters(live: Services, held: Desk, limits: Filters, wanted: bool) -> None:
    """Narrow the filters, or give each of these back what the list was made with; the widgets follow."""
    assert held.selection is not None
    made = held.selection.strategy.filters
    filters = _with(held.filters, limits)
    if not wanted:
        filters = replace(
            held.filters,
            price=made.price if limits.price is not None else held.filters.price,
            category=made.category if limits.category else held.filters.category,
            in_stock=made.in_stock if limits.in_stock else held.filters.in_stock,
        )
    low, high = filters.price if filters.price is not None else (None, None)
    widgets = {
        Key.PRICE_LOW: low,
        Key.PRICE_HIGH: high,
        Key.CATEGORY: list(filters.category),
        Key.IN_STOCK: filters.in_stock,
    }
    pending = st.session_state.get(Key.PENDING) or {}
    st.session_state[Key.PENDING] = {**pending, **{key.of(held.generation): value for key, value in widgets.items()}}
    drafting.change(live, replace(held, filters=filters))


def _with(filters: Filters, limits: Filters) -> Filters:
    """Both at once; the categories of the limits are the fewer ones. Raises `InputError` for prices without overlap."""
    both = pipeline.merge_filters(filters, replace(limits, category=()))
    return replace(both, category=limits.category or both.category)
