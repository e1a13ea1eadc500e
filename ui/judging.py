"""Verdicts on products: from the browser's queue into the store, taken back again, and the two drawers that explain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import streamlit as st

from core import pipeline
from core.domain import FeedbackEvent, Lens
from core.errors import ShelfcraftError, StoreConflict
from core.pipeline.learning import Order
from core.services import Services
from ui import drafting, events, learning, resources, second_opinion, session, term_rows, workbench
from ui.components.finder import Found, finder, standing_of
from ui.components.why_drawer import why_drawer
from ui.state import Desk, Key
from ui.text import count

HITS = 8
_DONE = {"accept": "kept", "reject": "dropped", "edit": "term changed", "rate": "stars given"}


def take_verdicts(live: Services) -> None:
    """Store the browser's verdicts that are not stored yet, each once, and acknowledge each as soon as it is.

    What the store refuses stays in the browser, which sends it again; the reason is shown meanwhile.
    """
    grid = st.session_state.get(Key.GRID)
    acks: Mapping[str, int] = st.session_state.get(Key.ACKS) or {}
    st.session_state[Key.UNSAVED] = None
    for event in events.fresh(events.read_verdicts(getattr(grid, "events", None)), acks):
        try:
            _keep(
                live,
                event.product_id,
                event.verdict,
                selection_id=event.selection_id,
                held=session.desk(),
                event=event,
                reasons=_known(event.reasons),
                order=learning.order(),
                statement=event.statement,
            )
        except StoreConflict:
            # Sent before, in another session, and since overtaken by a later verdict: it has been stored.
            pass
        except ShelfcraftError as error:
            st.session_state[Key.UNSAVED] = str(error)
            return
        acks = events.acknowledged(acks, event)
        st.session_state[Key.ACKS] = acks


def _known(codes: Iterable[str]) -> tuple[str, ...]:
    known = dict(pipeline.reject_reasons())
    return tuple(code for code in codes if code in known)


def _keep(
    live: Services,
    product_id: str,
    verdict: str,
    *,
    selection_id: str,
    held: Desk | None,
    event: events.GridEvent | None = None,
    reasons: Sequence[str] = (),
    note: str | None = None,
    order: Order = "list",
    statement: events.Statement | None = None,
    batch: str | None = None,
) -> None:
    """`order` is the one that the list was looked through in, `statement` says how far a verdict reaches, `batch` names
    those that are given, and taken back, at one stroke.
    """
    beside = {"statement": statement, "batch": batch, "order": None if order == "list" else order}
    context = context_of(held, product_id, rank=None if event is None else event.rank)
    pipeline.judge_product(
        live,
        product_id,
        verdict,
        selection_id=selection_id,
        client_id=None if event is None else event.client,
        client_seq=None if event is None else event.number,
        reasons=reasons,
        note=note,
        context=context | {name: value for name, value in beside.items() if value is not None},
    )


def judge_many(
    live: Services, products: Sequence[str], verdict: str, statement: events.Statement | None = None
) -> None:
    """Give one verdict to several products of the list on the desk; where the store refuses, says how far it came.

    What the session holds is read before the first is kept, so that Streamlit breaks off none of it in the middle.
    """
    held, order, batch = session.required(), learning.order(), uuid4().hex
    if held.selection_id is None:
        return
    for done, product_id in enumerate(products):
        try:
            _keep(
                live,
                product_id,
                verdict,
                selection_id=held.selection_id,
                held=held,
                order=order,
                statement=statement,
                batch=batch if len(products) > 1 else None,
            )
        except ShelfcraftError as error:
            st.session_state[Key.ERROR] = f"{done} of {len(products)} verdicts were saved. {error}"
            return


def undo(live: Services) -> None:
    """Take back the newest thing that this operator said of the list: a verdict, an edit of a term, stars.

    The desk follows first: where Streamlit breaks this off, the next press takes the same thing back.
    """
    # What the browser sent together with the press comes before it.
    take_verdicts(live)
    drafting.take_edits(live)
    held = session.required()
    if held.selection_id is None:
        return
    try:
        last = pipeline.judged(live, held.selection_id)
        event = last.newest
        if event is None:
            return
        if event.verdict == "edit":
            edit = pipeline.edit_of(event)
            change = term_rows.TermChange(edit.before, edit.after, edit.sign, edit.weights)
            drafting.change(live, replace(held, rows=term_rows.undone(held.rows, change)))
        pipeline.undo_last(live, held.selection_id)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        return
    if event.verdict == "rate":
        workbench.show_stars(live, held.selection_id, event.subject_id)
        session.draw_whole()
    st.session_state[Key.TOAST] = f"Taken back: {said(live, event, last.together)}"


def said(live: Services, event: FeedbackEvent, together: int = 1) -> str:
    """What an event said, in a few words: `dropped “Felt campfire”`, or `dropped 47 products` where so many at once."""
    done = _DONE.get(event.verdict, event.verdict)
    if together > 1:
        return f"{done} {count(together, 'product')}"
    if event.subject != "product":
        return f"{done} “{event.subject_id}”" if event.subject == "term" else done
    found = pipeline.products(live, [event.subject_id]).get(event.subject_id)
    return f"{done} “{event.subject_id if found is None else found.title[:60]}”"


def rate(live: Services) -> None:
    """Keep the stars given to the strategy on the desk; `st.feedback` counts them from 0."""
    held = session.required()
    stars = st.session_state.get(Key.RATING.of(st.session_state.get(Key.RATING_ROUND, 0)))
    if held.selection is None or stars is None:
        return
    try:
        pipeline.rate_strategy(
            live,
            held.selection.strategy,
            float(stars + 1),
            selection_id=held.selection_id,
            context=context_of(held, None, rank=None),
        )
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)


def context_of(held: Desk | None, product_id: str | None, *, rank: int | None) -> dict[str, Any]:
    """What tuning will need to know of the moment of a verdict."""
    if held is None or held.selection is None:
        return {}
    context: dict[str, Any] = {
        "theme": held.intent.text,
        "run": held.run_id,
        "turn": held.turn,
        "version": held.version,
        "strategy": held.selection.strategy.to_json(),
    }
    found = next((p for p in held.selection.products if p.product_id == product_id), None)
    if found is not None:
        context |= {name: getattr(found, name) for name in ("rank", "score", "relevance", "potential")}
    if rank is not None:
        context["rank"] = rank
    if held.reward is not None:
        parts = ("total", "semantic", "relevance", "quantity", "weights_version")
        context["reward"] = {name: getattr(held.reward, name) for name in parts}
    return context


def export(live: Services, held: Desk, form: str) -> bytes:
    """The list as a file, without what was dropped, its ranks closed up."""
    assert held.selection is not None and held.selection_id is not None
    return pipeline.export_selection(live, held.selection, form, selection_id=held.selection_id)


def show_why(live: Services, held: Desk, product_id: str, *, verdict: str | None) -> None:
    """Open the drawer about one product, in the list or not."""
    found = pipeline.products(live, [product_id])
    if held.selection is None or held.selection_id is None or product_id not in found:
        return
    selection_id, chosen = held.selection_id, standing_of(held.selection.products).get(product_id)
    # One card stands for its family, but each of them was made otherwise.
    own = chosen if chosen is not None and chosen.product_id == product_id else None

    def take(new: str, reasons: Sequence[str], note: str | None) -> None:
        _keep(live, product_id, new, selection_id=selection_id, held=held, reasons=reasons, note=note)

    why_drawer(
        found[product_id],
        chosen=chosen,
        path=chosen.path if chosen is not None else _trace(live, held, product_id),
        explanation=pipeline.explain(live, held.selection.strategy, product_id),
        picture=resources.pictures().get(live, product_id),
        verdict=verdict,
        reasons=pipeline.reject_reasons(),
        pinned=product_id in held.pinned,
        judged=second_opinion.section(live, held, product_id, listed=None if own is None else own.judgment),
        on_verdict=take,
        on_pin=partial(workbench.pin, live, product_id),
        on_variants=lambda: workbench.look_at(Lens("variants", product_id)),
    )


def _trace(live: Services, held: Desk, product_id: str) -> Sequence[Any]:
    return pipeline.trace(
        live,
        held.intent,
        workbench.listed(held),
        product_id,
        size=held.listed_size,
        pinned=held.listed_pins,
        rejected={} if held.selection_id is None else pipeline.rejected_products(live, held.selection_id),
        selection_id=held.selection_id,
    )


def show_finder(live: Services) -> None:
    """Open the drawer that looks for any product."""

    def add(product_id: str) -> None:
        held = session.required()
        if held.selection_id is not None and pipeline.verdicts(live, held.selection_id).get(product_id) == "reject":
            _keep(live, product_id, "clear", selection_id=held.selection_id, held=held)
        workbench.pin(live, product_id)

    finder(partial(_look, live), on_pin=add)


def _look(live: Services, query: str) -> list[Found]:
    held = session.required()
    selection = workbench.listed(held)
    hits = pipeline.search(live, query, limit=HITS)
    products = pipeline.products(live, [query, *(hit.product_id for hit in hits)])
    chosen = standing_of(selection.products)
    standing = {} if held.selection_id is None else pipeline.verdicts(live, held.selection_id)
    return [
        Found(
            product,
            chosen.get(name),
            pipeline.explain(live, selection.strategy, name),
            partial(_trace, live, held, name),
            pinned=name in held.pinned,
            dropped=standing.get(name) == "reject",
            picture=resources.pictures().get(live, name),
        )
        for name, product in list(products.items())[:HITS]
    ]
