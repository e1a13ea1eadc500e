"""One idea planned twice, by the catalogue's words and by a language model, and laid side by side to be chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from core import pipeline
from core.domain import Product
from core.errors import ShelfcraftError
from core.pipeline import PlanComparison, PlanSide
from core.pipeline.thinking import PLANNERS
from core.runs import RunRecord
from core.services import Services
from ui import asking, resources, run_view, session, workbench
from ui.components.side_by_side import Plan, side_by_side
from ui.plan_choices import PLANNER_NAMES
from ui.run_story import dollars
from ui.state import Key, Param
from ui.text import plain

SHOWN = 12
"""Products of each plan that are shown."""
_SEPARATOR = "~"


def begin(live: Services) -> None:
    """Begin both plans of the idea on the card; the card is put away once both are there."""
    asking.take_chips(live)
    on_card = asking.ask()
    if on_card is None:
        return
    begun: list[str] = []
    st.session_state[Key.ERROR] = None
    for planner in PLANNERS:
        params = asking.params_of(live, on_card, asking.as_planned_by(planner))
        params.pop("size")
        try:
            begun.append(resources.runs().start("trial", params))
        except ShelfcraftError as error:
            st.session_state[Key.ERROR] = str(error)
            for run_id in begun:
                resources.runs().stop(run_id)
            return
    st.query_params[Param.SIDES] = _SEPARATOR.join(begun)
    asking.put_away()


def sides() -> tuple[str, str] | None:
    """The two runs that lie side by side, by the address."""
    named = st.query_params.get(Param.SIDES, "").split(_SEPARATOR)
    return (named[0], named[1]) if len(named) == 2 and all(named) else None


def put_away() -> None:
    """Take both plans off the desk; what still runs of them is stopped."""
    for run_id in sides() or ():
        try:
            if resources.runs().look(run_id).status == "running":
                resources.runs().stop(run_id)
        except ShelfcraftError:
            continue
    session.draw_whole()
    st.query_params.pop(Param.SIDES, None)


def use(live: Services, run_id: str) -> None:
    """Make a list of one of the two."""
    workbench.use_turns(live, run_id)
    if st.session_state.get(Key.ERROR) is None:
        st.query_params.pop(Param.SIDES, None)


def panel(live: Services) -> None:
    """Draw both plans while they are made, and side by side after."""
    both = sides()
    if both is None:
        return
    with st.container(key="sides", border=True):
        try:
            records = [resources.runs().look(run_id) for run_id in both]
            if any(record.status == "running" for record in records):
                st.markdown(f"**{_theme(records[0])}** · planned twice")
                _live(both)
            else:
                _compared(live, both, records)
        except ShelfcraftError as error:
            st.error(plain(str(error)), icon=":material/error:")
        st.button("Close", key="sides_close", type="tertiary", icon=":material/close:", on_click=put_away)


@st.fragment(run_every=run_view.POLL_SECONDS)
def _live(both: tuple[str, str]) -> None:
    records = [resources.runs().look(run_id) for run_id in both]
    if not any(record.status == "running" for record in records):
        st.rerun()
    for place, record in zip(st.columns(2, gap="medium"), records, strict=True):
        with place:
            story = run_view.followed(record.run_id)
            running = record.status == "running"
            end = datetime.now(UTC) if record.finished_at is None else record.finished_at
            words = plain(f"{_name(record)} · {(end - record.started_at).total_seconds():.0f} s")
            spent = story.bill.text()
            whole = st.status(
                (f":shimmer[{words}]" if running else words) + (f" · {plain(spent)}" if spent else ""),
                type="compact", state="running" if running else "complete", expanded=True,
            )  # fmt: skip
            for line in story.lines[-6:]:
                whole.status(plain(line.text), type="step", state=line.state if running else "complete")


def _compared(live: Services, both: tuple[str, str], records: list[RunRecord]) -> None:
    failed = [record for record in records if record.status != "finished"]
    for record in failed:
        said = record.error if record.error is not None else "It was stopped."
        st.warning(f"{plain(_name(record))}: {plain(said)}", icon=":material/error:")
    planned = [record for record in records if pipeline.turns_kept(live, record.run_id)]
    if len(planned) < 2:
        for record in planned:
            st.button(f"Use the plan of {_name(record).lower()}", key=f"use_{record.run_id}", on_click=use,
                      args=(live, record.run_id))  # fmt: skip
        return
    compared = _comparison(live, both)
    sides_ = (compared.left, compared.right)
    products = pipeline.products(live, dict.fromkeys(name for side in sides_ for name in side.sample[:SHOWN]))
    addresses = resources.picture_addresses(live, products.values())
    st.markdown(f"**{_theme(records[0])}** · which plan is better?")
    plans = [_plan(compared, side, other, products, addresses) for side, other in (sides_, sides_[::-1])]
    picked = side_by_side(plans, _common(compared), key="side_by_side")
    if picked is not None:
        use(live, both[picked])
        st.rerun()


def _comparison(live: Services, both: tuple[str, str]) -> PlanComparison:
    """Both plans compared, once for as long as they lie there: it recalls the products of both."""
    held = st.session_state.get(Key.COMPARED)
    if held is not None and held[0] == both:
        kept: PlanComparison = held[1]
        return kept
    fresh = pipeline.compare_plans(live, *both)
    st.session_state[Key.COMPARED] = (both, fresh)
    return fresh


def _plan(
    compared: PlanComparison,
    side: PlanSide,
    other: PlanSide,
    products: Mapping[str, Product],
    addresses: Mapping[str, tuple[str, ...]],
) -> Plan:
    shown = [products[name] for name in side.sample[:SHOWN] if name in products]
    theirs = {term.casefold() for term in (*other.strategy.positive, *other.strategy.negative)}
    ours = (*side.strategy.positive, *side.strategy.negative)
    shared = [term for term in ours if term.casefold() in theirs]
    shared += [product.title for product in shown if product.product_id in other.sample]
    return Plan(
        name=PLANNER_NAMES["catalogue" if side.planner == "catalogue" else "llm"],
        facts=(
            ("Score", f"{side.reward.total:.1f} of 10"),
            ("Found", f"{side.count:,}"),
            ("Best turn", f"{side.turn} of {side.turns}"),
            ("Took", f"{side.seconds:.1f} s"),
            ("Cost", _cost(side)),
        ),
        better=("Score",) if compared.better is side else (),
        find=side.strategy.positive,
        cut=side.strategy.negative,
        pictures=tuple((product.title, addresses.get(product.product_id, ())) for product in shown),
        shared=tuple(shared),
    )


def _cost(side: PlanSide) -> str:
    if not side.cost.calls:
        return "free"
    return "not known" if side.cost.usd is None else dollars(side.cost.usd)


def _common(compared: PlanComparison) -> str:
    share = f"{compared.common:,} products are found by both, {compared.common_share:.0%} of what either finds."
    return f"{share} Scores are measured alike, by rules. What both have is drawn quietly."


def _theme(record: RunRecord) -> str:
    theme = str(record.params.get("theme") or "")
    return f"“{plain(theme[:80])}”" if theme else "The picture"


def _name(record: RunRecord) -> str:
    return PLANNER_NAMES["llm" if record.params.get("planner") == "llm" else "catalogue"]
