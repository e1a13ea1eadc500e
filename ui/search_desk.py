"""What lies on the desk of the search page: the comparison of the query, and the model that is asked."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from core import pipeline
from core.domain import Judgment, Product
from core.errors import ShelfcraftError
from core.events import Event, StageStarted
from core.pipeline import ExampleQuery, SearchColumn, SearchComparison
from core.services import Services
from ui import resources
from ui.components.picture_cards import PictureCard
from ui.components.rank_columns import Column, Hit, Shown
from ui.errands import Errand
from ui.text import category_leaf, money

KIND = "search by the model"
LLM = "llm"
WAYS: Mapping[str, tuple[str, str]] = {
    "words": ("Words", "BM25: which of the query's words a product says"),
    "dense": ("Meaning", "The nearest vectors of the sentence model"),
    "hybrid": ("Words and meaning", "Both of these mixed by place"),
    "local": ("Local judge", "The studio's search, graded by rules and a small model"),
    LLM: ("Language model", "The first and the doubtful graded by the model"),
}
"""Name and a few words for each way of searching."""
TESTS: Mapping[str, str] = {
    "without": "Something must not be",
    "colour": "A colour is asked for",
    "for whom": "It is for somebody",
    "size": "A size is asked for",
    "the thing itself": "The thing, not its accessories",
    "occasion": "For an occasion",
    "asked": "Often typed in this shop",
}


class SearchKey(StrEnum):
    """Keys of `st.session_state` on this page; widgets have theirs here too."""

    COLUMNS = "search_columns"
    HELD = "search_held"
    ERRAND = "search_errand"
    AGAINST = "against"
    EXAMPLES = "search_examples"


@dataclass(frozen=True, slots=True)
class Held:
    """The last comparison of this session with what it depends on."""

    of: tuple[str, ...]
    found: SearchComparison


def comparison(live: Services, query: str) -> SearchComparison:
    """The query searched in every way that costs nothing, anew where catalogue, rules or weights are others."""
    of = (query, *_state(live))
    held = st.session_state.get(SearchKey.HELD)
    if not isinstance(held, Held) or held.of != of:
        held = Held(of, pipeline.compare_search(live, query))
        st.session_state[SearchKey.HELD] = held
    return held.found


def _state(live: Services) -> tuple[str, ...]:
    return (pipeline.catalogue_version(live), live.rules().version, live.settings.local_judge or "")


def columns(found: SearchComparison, model: SearchColumn | None) -> tuple[Column, ...]:
    """The comparison as columns, the model's last where it answered."""
    return tuple(_column(one) for one in (*found.columns, *(() if model is None else (model,))))


def _column(found: SearchColumn) -> Column:
    name, about = WAYS.get(found.key, (found.key, ""))
    hits = tuple(_hit(one.product_id, at, one.judgment) for at, one in enumerate(found.products, start=1))
    note = "" if hits else f"{found.note[:1].upper()}{found.note[1:]}".rstrip(".") + "."
    return Column(found.key, name, about, took(found.milliseconds), note, hits)


def _hit(product_id: str, rank: int, judgment: Judgment | None) -> Hit:
    if judgment is None or judgment.grade is None:
        return Hit(product_id, rank)
    flag = judgment.rules[0].name if judgment.rules else ""
    return Hit(product_id, rank, judgment.grade, judgment.probabilities[judgment.grade - 1], flag)


def took(milliseconds: float) -> str:
    """How long a search took: "12 ms", "1.4 s"."""
    return f"{milliseconds:,.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:,.1f} s"


def shown(live: Services, products: Mapping[str, Product]) -> dict[str, Shown]:
    """Products as cards show them."""
    pictures = resources.picture_addresses(live, products.values())
    return {
        name: Shown(one.title, money(one.price, one.currency), category_leaf(one.category), pictures.get(name, ()))
        for name, one in products.items()
    }


def ask_model(live: Services, query: str) -> None:
    """Have the language model grade this query's results, beside the page."""
    stop_model()

    def work() -> Generator[Event, None, SearchColumn]:
        yield StageStarted("search", f"“{query}”")
        found = pipeline.compare_search(live, query, model=True)
        return next(column for column in found.columns if column.key == LLM)

    about = "|".join((query, *_state(live)))
    st.session_state[SearchKey.ERRAND] = Errand(KIND, about, "Asking the language model", work)


def stop_model() -> None:
    """Let go of what the model was asked."""
    errand = st.session_state.pop(SearchKey.ERRAND, None)
    if isinstance(errand, Errand):
        errand.stop()


def asked_model(live: Services, query: str) -> Errand | None:
    """What the model was asked about this very query, None where nothing was."""
    errand = st.session_state.get(SearchKey.ERRAND)
    about = "|".join((query, *_state(live)))
    return errand if isinstance(errand, Errand) and errand.about == about else None


@st.cache_resource(max_entries=4, show_spinner=False)
def examples(_live: Services, version: str) -> tuple[ExampleQuery, ...]:
    """Queries to begin with, found once for each version of a catalogue."""
    return pipeline.example_queries(_live)


@st.cache_resource(max_entries=4, show_spinner=False)
def example_cards(_live: Services, version: str) -> tuple[PictureCard, ...]:
    """The same as cards, each with the first products of its search."""
    return tuple(_example(_live, one) for one in examples(_live, version))


def _example(live: Services, example: ExampleQuery) -> PictureCard:
    try:
        found = pipeline.search(live, example.query, limit=12)
        products = pipeline.products(live, [one.product_id for one in found])
    except ShelfcraftError:
        products = {}
    held = resources.picture_addresses(live, products.values())
    pictured = [held[name] for name in products if held[name]][:4]
    return PictureCard(example.query, example.query, TESTS[example.kind], tuple(pictured) if len(pictured) == 4 else ())
