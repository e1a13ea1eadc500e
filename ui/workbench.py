"""What happens when something on the studio is pressed: one call of core, and the desk as it is after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core import pipeline
from core.domain import Filters, Intent, Lens, Selection
from core.errors import ShelfcraftError, StoreMissing
from core.runs import RunRecord
from core.services import Services
from ui import drafting, resources, session, state
from ui.plan_choices import Choices, rerank_of
from ui.state import Desk, Key, Param

MAX_THEME = 2000
MAX_PICTURE_MB = 15


def ask(params: Mapping[str, Any]) -> None:
    """Begin a plan in the background; what lies on the desk stays until it is done."""
    st.session_state[Key.ASKED] = str(params["theme"])
    begin("plan", params)


def ask_anew(record: RunRecord, **changes: Any) -> None:
    """Begin a plan as a run that did not finish was asked for, but for these parameters."""
    ask({**record.params, **changes})


def give_back(text: str) -> None:
    """Put a text that could not be taken back into the input, to be sent again."""
    st.session_state[Key.ASKED] = text
    st.session_state[Key.PENDING] = {**(st.session_state.get(Key.PENDING) or {}), Key.THEME: text}


def begin(kind: str, params: Mapping[str, Any]) -> None:
    """Begin a run and follow it; where it cannot begin the reason is shown and a theme given back."""
    st.session_state[Key.ERROR] = None
    st.session_state[Key.ENDED] = None
    try:
        run_id = resources.runs().start(kind, params)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        if kind == "plan":
            give_back(str(params["theme"]))
        return
    st.session_state[Key.RUN] = run_id
    st.query_params[Param.RUN] = run_id
    session.draw_whole()


def ask_preview(*, note: str = "", apart: bool = False) -> None:
    """Choose the products of the draft in the background, as the next version; `apart` as a new selection."""
    # What the browser sent together with the press comes before it.
    drafting.take_edits(resources.services())
    held = session.desk()
    if held is None:
        return
    try:
        strategy = held.strategy
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        return
    begin(
        "select",
        {
            "intent": held.intent,
            "strategy": strategy.to_json(),
            "selection_id": None if apart else held.selection_id,
            "expected_version": None if apart else held.version,
            "pinned": list(held.pinned),
            "size": held.size,
            "note": note,
            "origin": held.run_id,
            **_judging(),
        },
    )


def _judging() -> dict[str, Any]:
    """What a run is told of who judges: nothing where it is the local judge alone."""
    way = st.session_state.get(Key.CHOICES)
    if not isinstance(way, Choices) or rerank_of(way, pipeline.thinking(resources.services())) == "local":
        return {}
    return {"rerank": "llm"} | ({} if way.budget_usd is None else {"budget_usd": way.budget_usd})


def followed() -> str | None:
    """The run that this page follows: the one asked for here, or the one that the address names."""
    run_id = st.session_state.get(Key.RUN) or st.query_params.get(Param.RUN)
    return run_id if isinstance(run_id, str) and run_id else None


def take_end(live: Services, record: RunRecord) -> None:
    """Lay out what a run that ended came to; one that failed or was stopped leaves the desk as it was.

    The run is let go last: where Streamlit breaks this off, the next drawing of the page does it again.
    """
    if record.status == "finished" and record.result is not None and "selection_id" in record.result:
        _keep_newer(live, record)
        open_saved(live, str(record.result["selection_id"]))
        st.session_state[Key.LENS] = None
        _follow_no_longer()
        st.rerun()
    if record.status == "finished":
        # A run that makes no list, such as one of two plans side by side.
        _follow_no_longer()
        st.rerun()
    st.session_state[Key.ENDED] = record
    if record.status == "failed" and record.kind == "plan":
        give_back(str(record.params.get("theme") or ""))
    if record.status in ("cancelled", "interrupted"):
        st.query_params[Param.RUN] = record.run_id
        st.session_state[Key.RUN] = record.run_id
    else:
        _follow_no_longer()


def _follow_no_longer() -> None:
    st.query_params.pop(Param.RUN, None)
    st.session_state[Key.RUN] = None


def _keep_newer(live: Services, record: RunRecord) -> None:
    """Keep what was edited while a preview ran as a draft over the version that it saved."""
    held, saved = session.desk(), record.result or {}
    if record.kind != "select" or held is None or held.selection_id is None:
        return
    newer = held.selection_id == saved["selection_id"] and (held.version or 0) < saved["version"]
    if newer and state.edited_since(held, record.params):
        pipeline.save_draft(live, held.selection_id, state.draft_of(replace(held, version=saved["version"])))


def let_go() -> None:
    """Follow the run no longer; what it finished stays in the store."""
    st.session_state[Key.ENDED] = None
    _follow_no_longer()


def go_on(run_id: str) -> None:
    """Let a run that was stopped or interrupted go on from what it has finished."""
    try:
        resources.runs().resume(run_id)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
    else:
        st.session_state[Key.ENDED] = None


def use_turns(live: Services, run_id: str) -> None:
    """Make a list of the best turn that a stopped run has finished."""
    try:
        trajectory = pipeline.planned(live, run_id)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
        return
    fresh = state.laid_out(
        Desk(replace(trajectory.intent, filters=Filters()), trajectory.turns, run_id=run_id), trajectory.best.strategy
    )
    filters = pipeline.merge_filters(fresh.filters, trajectory.intent.filters)
    let_go()
    st.session_state[Key.DESK] = replace(fresh, filters=filters)
    ask_preview()


def open_linked(live: Services) -> None:
    """Lay out the selection that the address names, on a first visit. Raises what `open_saved` raises."""
    linked = st.query_params.get(Param.SELECTION)
    held = session.desk()
    if held is not None and (not linked or held.selection_id == linked):
        session.name_in_address(held)
        return
    if not linked:
        return
    version = st.query_params.get(Param.VERSION, "")
    open_saved(live, linked, version=int(version) if version.isdecimal() else None)


def open_saved(live: Services, selection_id: str, *, version: int | None = None) -> None:
    """Lay out a saved selection with its turns and the draft kept over it. Raises what the store and preview raise."""
    saved = pipeline.open_selection(live, selection_id, version=version)
    intent = replace(saved.intent if saved.intent is not None else Intent(saved.summary.name), filters=Filters())
    before = session.desk()
    standing = pipeline.verdicts(live, selection_id)
    pinned = tuple(p.product_id for p in saved.selection.products if p.pinned and p.product_id not in standing)
    size = saved.version.size if saved.version.size is not None else 200
    fresh = Desk(
        intent,
        _turns(live, saved.version.run_id),
        pinned=pinned,
        listed_pins=pinned,
        size=size,
        listed_size=size,
        selection=saved.selection,
        selection_id=selection_id,
        name=saved.summary.name,
        version=saved.version.number,
        newest=saved.summary.version,
        run_id=saved.version.run_id,
        generation=1 if before is None else before.generation + 1,
    )
    same = before is not None and before.selection_id == selection_id
    parked = [row for row in before.rows if not row.use] if same and before is not None else []
    fresh = state.laid_out(fresh, saved.selection.strategy, parked=parked)
    if fresh.version == fresh.newest:
        draft = pipeline.load_draft(live, selection_id)
        fresh = fresh if draft is None else state.with_draft(fresh, draft.body)
    session.put(drafting.counted(live, fresh))
    show_stars(live, selection_id, saved.strategy_id)


def show_stars(live: Services, selection_id: str, strategy_id: str) -> None:
    """Have the stars show what stands for a strategy; the widget counts them from 0."""
    standing = pipeline.standing_feedback(live, selection_id).get(("strategy", strategy_id))
    rating = None if standing is None else standing.rating
    round_ = st.session_state.get(Key.RATING_ROUND, 0) + 1
    st.session_state[Key.RATING_ROUND] = round_
    st.session_state[Key.RATING.of(round_)] = None if rating is None else int(rating) - 1


def _turns(live: Services, run_id: str | None) -> tuple[Any, ...]:
    if run_id is None:
        return ()
    try:
        return pipeline.planned(live, run_id).turns
    except StoreMissing:
        return ()


def discard_changes(live: Services) -> None:
    """Go back to the strategy of the list."""
    held = session.required()
    if held.selection_id is None:
        return
    try:
        pipeline.drop_draft(live, held.selection_id)
        open_saved(live, held.selection_id)
    except ShelfcraftError as error:
        st.session_state[Key.ERROR] = str(error)
    session.draw_whole()


def toggle_strategy() -> None:
    """Unfold the strategy, or fold it away."""
    st.session_state[Key.STRATEGY] = not st.session_state.get(Key.STRATEGY)


def choose_turn(live: Services, number: int) -> None:
    """Lay out the turn that was pressed and choose its products; filters and pins stay the operator's."""
    held = session.required()
    turn = next((t for t in held.turns if t.number == number), None)
    if turn is None or held.turn == number:
        return
    drafting.change(live, state.laid_out(held, replace(turn.strategy, filters=held.filters)))
    ask_preview()


def pin(live: Services, product_id: str) -> None:
    """Add a product by hand and choose anew round it; a second press takes it out again."""
    held = session.desk()
    if held is None:
        return
    rest = tuple(p for p in held.pinned if p != product_id)
    drafting.change(live, replace(held, pinned=rest if product_id in held.pinned else (*rest, product_id)))
    ask_preview()


def look_at(lens: Lens | None, *, of_draft: bool = False) -> None:
    """Show what stands behind a number of the list, or of the draft; None shows the list again."""
    st.session_state[Key.LENS] = lens
    st.session_state[Key.LENS_OF_DRAFT] = of_draft
    if lens is not None and st.session_state.get(Key.VIEW) not in ("Cards", "Table"):
        st.session_state[Key.PENDING] = {**(st.session_state.get(Key.PENDING) or {}), Key.VIEW: "Cards"}


def listed(held: Desk) -> Selection:
    """The list on the desk, empty where none was chosen yet."""
    return held.selection if held.selection is not None else Selection(held.strategy, (), ())
