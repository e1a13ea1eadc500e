"""A conversation with an open list: what was said becomes a change, shown with its effect before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import streamlit as st

from core import pipeline
from core.domain import Preview, Reward, Strategy, Wish, apply_changes
from core.errors import ShelfcraftError, StrategyInvalid
from core.services import Services
from ui import asking, drafting, errands, session, state, term_rows, workbench
from ui.errands import Errand
from ui.events import Sign, TermEvent, TermOp
from ui.state import Desk, Key
from ui.term_rows import TermRow

Meant = str | None
LIST, THEME = "list", "theme"
"""What the operator can say that a text is meant for; None leaves it to the text."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish with what it would do to the draft of one list. `after` None: it cannot be done, `error` says why.

    `before` is the draft that it was reckoned on: where the draft is another one by now, it is reckoned anew. `mark`
    names it, so that what is made twice is made once. `lengths` are the list's before and after it, where known.
    """

    selection_id: str
    wish: Wish
    mark: str
    before: Strategy
    size_before: int
    after: Strategy | None = None
    counted_before: tuple[Preview, Reward] | None = None
    counted_after: tuple[Preview, Reward] | None = None
    error: str = ""
    lengths: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How many products the list is to hold at most after it."""
        return self.size_before if self.wish.size is None else self.wish.size


def proposal() -> Proposal | None:
    """The change that is shown, None where there is none."""
    held = st.session_state.get(Key.WISH)
    return held if isinstance(held, Proposal) else None


def take(live: Services, text: str, meant: Meant) -> bool:
    """Take a text as a wish for the open list, where it is one; False where it is a theme of its own."""
    held = session.desk()
    if held is None or held.selection_id is None or meant == THEME:
        return False
    if meant != LIST and not pipeline.looks_like_wish(text):
        return False
    try:
        strategy = held.strategy
        listed = None if held.selection is None else len(held.selection.products)
        wish = pipeline.read_wish(
            live, text, intent=held.intent, strategy=strategy, preview=held.preview, size=held.size, listed=listed
        )
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        workbench.give_back(text)
        return True
    if (wish.rest or not wish.changes) and asking.thinking(live).model is not None:
        ask_model(live, held, text)
    else:
        show(live, wish)
    return True


def ask_model(live: Services, held: Desk, text: str) -> None:
    """Have a model read what the rules could not."""
    intent, strategy, preview = held.intent, held.strategy, held.preview
    st.session_state[Key.WISH] = None
    errands.send(
        Errand(
            "wish",
            held.selection_id or "",
            f"Working out what “{text[:60]}” means for this list",
            lambda: pipeline.model_wish(live, text, intent=intent, strategy=strategy, preview=preview),
            given=text,
        )
    )


def take_answer(live: Services, errand: Errand) -> None:
    """Show what a model made of a wish; where it could not, say so and give the words back."""
    held = session.desk()
    if held is None or held.selection_id != errand.about:
        return
    if isinstance(errand.result, Wish):
        show(live, errand.result)
    elif errand.error is not None:
        st.session_state[Key.ERROR] = errand.error
        workbench.give_back(str(errand.given))


def show(live: Services, wish: Wish) -> None:
    """Reckon what a wish would do, and lay it out to be agreed to."""
    st.session_state[Key.ERROR] = None
    st.session_state[Key.WISH] = reckoned(live, session.required(), wish, uuid4().hex)


def reckoned(live: Services, held: Desk, wish: Wish, mark: str) -> Proposal:
    """A wish with what it would do to the draft."""
    before = held.strategy
    found = Proposal(held.selection_id or "", wish, mark, before, held.size)
    if not wish.changes:
        return found
    try:
        after = apply_changes(wish.changes, before)
        was, will = (pipeline.assess(live, one, intent=held.intent) for one in (before, after))
    except StrategyInvalid as error:
        return replace(found, error=str(error))
    return replace(found, after=after, counted_before=was, counted_after=will, lengths=_lengths(held, wish, after))


def _lengths(held: Desk, wish: Wish, after: Strategy) -> tuple[int, int] | None:
    """The list's lengths before and after, where the draft is what it was made with and all that changes is the fit."""
    known = state.lengths(held)
    if held.changed or not known or any(change.kind != "strictness" for change in wish.changes):
        return None
    return known[held.filters.strictness], known[after.filters.strictness]


def current(live: Services, held: Desk) -> Proposal | None:
    """The change that is shown for this list, reckoned on the draft as it is now."""
    shown = proposal()
    if shown is None or shown.selection_id != held.selection_id:
        return None
    try:
        if (shown.before, shown.size_before) != (held.strategy, held.size):
            shown = reckoned(live, held, shown.wish, shown.mark)
            st.session_state[Key.WISH] = shown
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
    return shown


def apply(live: Services) -> None:
    """Make the change: every term of it is kept as an edit, then the products are chosen anew.

    The proposal is put away last: where Streamlit breaks this off, the next press makes the same change.
    """
    drafting.take_edits(live)
    held = session.required()
    shown = current(live, held)
    if shown is None or shown.after is None:
        return
    try:
        rows = _edited(live, held, shown)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        return
    # The widgets of the filters hold what was before: those of another generation do not.
    fresh = replace(held, rows=rows, filters=shown.after.filters, size=shown.size, generation=held.generation + 1)
    drafting.change(live, fresh)
    workbench.ask_preview(note=shown.wish.text[:120])
    if st.session_state.get(Key.ERROR) is None:
        discard()


def discard() -> None:
    """Put the proposal away."""
    session.draw_whole()
    st.session_state[Key.WISH] = None


def as_theme(live: Services) -> None:
    """What was said was an idea of its own."""
    shown = proposal()
    if shown is not None:
        discard()
        asking.begin(live, shown.wish.text)


def _edited(live: Services, held: Desk, shown: Proposal) -> tuple[TermRow, ...]:
    """The rows after the change, each edit kept as feedback once."""
    assert shown.after is not None and held.selection_id is not None
    rows = held.rows
    for number, (op, sign, term, value) in enumerate(edits_of(shown.before, shown.after), start=1):
        event = TermEvent(shown.mark, number, held.selection_id, op, sign, term, value=value)
        rows, made = term_rows.apply(rows, event)
        if made is not None:
            drafting.keep_edit(live, made, held.selection_id, event)
    return rows


def edits_of(before: Strategy, after: Strategy) -> tuple[tuple[TermOp, Sign, str, float], ...]:
    """The edits of terms that lead from one strategy to another; what is taken away stays at hand, unused."""
    found: list[tuple[TermOp, Sign, str, float]] = []
    sides: Mapping[Sign, tuple[tuple[str, ...], tuple[str, ...]]] = {
        1: (before.positive, after.positive),
        -1: (before.negative, after.negative),
    }
    for sign, (was, will) in sides.items():
        found += [("use", sign, term, 0.0) for term in was if term not in will]
        found += [("add", sign, term, 0.0) for term in will if term not in was]
    found += [
        ("weight", 1, term, after.weight(term)) for term in after.positive if after.weight(term) != before.weight(term)
    ]
    return tuple(found)
