"""Search: one query in every way side by side, plain ones and those of the judges, with grades and what moved."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import pipeline
from core.errors import ShelfcraftError, ThemeInvalid
from core.pipeline import SearchColumn, Understood
from core.pipeline.model_judging import judging_cost
from core.pipeline.searching import ASKED
from core.services import Services
from ui import resources
from ui import search_desk as desk
from ui.components.catalogue_aside import aside
from ui.components.picture_cards import picture_cards
from ui.components.query_field import query_field, set_query
from ui.components.rank_columns import Column, rank_columns, with_moves
from ui.components.search_why import search_why
from ui.errands import POLL_SECONDS, Errand
from ui.search_desk import LLM, WAYS, SearchKey
from ui.text import plain


def page() -> None:
    """Draw the field, and below it examples or the columns of what was typed."""
    try:
        live = resources.services()
        picked = st.session_state.pop(SearchKey.EXAMPLES + "_picked", None)
        if isinstance(picked, str):
            set_query(picked)
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.title("Search", width="content", anchor=False)
            query = query_field("A query")
        if query:
            _columns(live, query)
        else:
            _examples(live)
    except ThemeInvalid as error:
        st.info(plain(str(error)), icon=":material/search_off:")
    except ShelfcraftError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _examples(live: Services) -> None:
    st.markdown("See one query answered in every way side by side, graded, with what moved. Type one, or try these:")
    cards = desk.example_cards(live, pipeline.catalogue_version(live))
    with st.container(width=880):
        picked = picture_cards(cards, label="Queries to try", key=SearchKey.EXAMPLES)
    if picked is not None and any(card.id == picked for card in cards):
        # The field is drawn already; it takes the query at the beginning of the next run.
        st.session_state[SearchKey.EXAMPLES + "_picked"] = picked
        st.rerun()


def _columns(live: Services, query: str) -> None:
    found = desk.comparison(live, query)
    errand = desk.asked_model(live, query)
    model = errand.result if errand is not None and errand.done and errand.error is None else None
    drawn = desk.columns(found, model if isinstance(model, SearchColumn) else None)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="search_bar"
    ):
        _read(pipeline.understood(live, query))
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            _ask(live, query, errand)
            against = _against(drawn)
    _waited_for(errand)
    products = pipeline.products(live, dict.fromkeys(hit.id for column in drawn for hit in column.hits))
    if not products:
        st.info(
            f"Nothing in the catalogue answers “{plain(query)}”. Try fewer or other words.",
            icon=":material/search_off:",
        )
        return
    asked = rank_columns(
        with_moves(drawn, against),
        desk.shown(live, products),
        key=SearchKey.COLUMNS,
        against=against,
        label=query,
    )
    aside(
        "Grades are those of the local judge, which so favour its own column"
        + ("; the language model's stand in its column." if any(column.id == LLM for column in drawn) else ".")
    )
    if live.model_name("judge") is None:
        aside("With a language model set under :material/settings: Settings, it can grade a column of its own here.")
    if asked is not None:
        _why(live, query, asked, drawn, model if isinstance(model, SearchColumn) else None)


def _read(understood: Understood) -> None:
    """What the judges read in the query, in its own words."""
    parts = [f":gray-badge[wants {plain(understood.wanted)}]"] if understood.wanted else []
    parts += [f":red-badge[:material/block: not {plain(one)}]" for one in understood.unwanted]
    parts += [f":blue-badge[{plain(name)}: {plain(', '.join(told))}]" for name, told in understood.facets]
    parts += [f":blue-badge[states a {plain(name)}]" for name in understood.amounts]
    st.markdown(" ".join(parts), width="content")


def _against(drawn: tuple[Column, ...]) -> str:
    """Which column the arrows count from."""
    ids = [column.id for column in drawn if column.hits]
    if not ids:
        return ""
    first = "hybrid" if "hybrid" in ids else ids[0]
    chosen = st.selectbox(
        "Arrows count from",
        ids,
        index=ids.index(first),
        key=SearchKey.AGAINST,
        format_func=lambda key: f"Moves against: {WAYS[key][0]}",
        label_visibility="collapsed",
        width=270,
        bind="query-params",
    )
    return str(chosen)


def _ask(live: Services, query: str, errand: Errand | None) -> None:
    """The button that has the language model, where one is set, grade the query's results too."""
    name = live.model_name("judge")
    if name is None or (errand is not None and errand.error is None):
        return
    st.button(
        f"Ask {plain(name)} too",
        key="search_ask",
        icon=":material/psychology:",
        help="It grades the first products and those that the local judge is unsure of. "
        f"{plain(judging_cost(live, ASKED).sentence)} What it judged before costs nothing.",
        on_click=partial(desk.ask_model, live, query),
    )


def _waited_for(errand: Errand | None) -> None:
    """The wait for the language model, or what went wrong with it."""
    if errand is not None and not errand.done:
        with st.container(key="search_waiting"):
            _waiting(errand)
    elif errand is not None and errand.error is not None:
        st.warning(plain(errand.error), icon=":material/warning:")


@st.fragment(run_every=POLL_SECONDS)
def _waiting(errand: Errand) -> None:
    if errand.done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/hourglass_top: :shimmer[{plain(errand.label)}]", width="content")
        st.button("Stop", key="search_stop", icon=":material/stop_circle:", on_click=desk.stop_model, type="tertiary")


def _why(
    live: Services,
    query: str,
    product_id: str,
    drawn: tuple[Column, ...],
    model: SearchColumn | None,
) -> None:
    places = []
    for column in drawn:
        at = next((hit.rank for hit in column.hits if hit.id == product_id), None)
        places.append((column.name, f"place {at}" if at is not None else f"not among the first {len(column.hits)}"))
    # Also where only the model's column has the product.
    judged = [pipeline.judgment(live, None, query, product_id)]
    if model is not None:
        judged += [
            one.judgment
            for one in model.products
            if one.product_id == product_id and one.judgment is not None and one.judgment.judge == LLM
        ]
    search_why(
        pipeline.product(live, product_id),
        query=query,
        picture=resources.pictures().get(live, product_id),
        places=places,
        judgments=judged,
    )


page()
