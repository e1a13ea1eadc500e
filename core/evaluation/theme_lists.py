"""How good the lists of a whole funnel are, with the judge of relevance and without, on themes with known products.

Each theme is known by the columns of one source of the catalogue, and its products alone are counted: of another shop's
product nobody knows whether it belongs, however well it would.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core import pipeline
from core.domain import Intent, Strategy
from core.evaluation.metrics import average_precision, precision
from core.evaluation.themes import Facts, Theme, facts_of, plan
from core.events import result_of
from core.pipeline.relevance import Rerank
from core.services import Services

Floats = npt.NDArray[np.float64]

CUT = 50
SIZE = 200
FROM_FASHION, FROM_GENERAL = "fashion", "general"


def source_of(facts: Facts) -> str | None:
    """The source whose columns tell what a product is: `fashion` has a usage, the `general` shop small initials."""
    if facts.attributes.get("usage"):
        return FROM_FASHION
    return FROM_GENERAL if facts.category[:1].islower() else None


def _worn(path: str, **wanted: str) -> Callable[[Facts], bool]:
    return lambda f: f.under(path) and f.has(**wanted)


def _without(path: str, colour: str, **wanted: str) -> Callable[[Facts], bool]:
    return lambda f: f.under(path) and f.has(**wanted) and not f.has(color=colour)


PRECISE = (
    Theme("red dresses for women", _worn("Apparel > Dress", color="Red")),
    Theme("black formal shoes for men", _worn("Footwear > Shoes > Formal Shoes", gender="Men", color="Black")),
    Theme("blue jeans for men", _worn("Apparel > Bottomwear > Jeans", gender="Men", color="Blue")),
    Theme("white sports shoes for women", _worn("Footwear > Shoes > Sports Shoes", gender="Women", color="White")),
    Theme("silver watches for women", _worn("Accessories > Watches", gender="Women", color="Silver")),
    Theme("brown leather belts for men", _worn("Accessories > Belts", gender="Men", color="Brown")),
    Theme("green kurtas for women", _worn("Apparel > Topwear > Kurtas", gender="Women", color="Green")),
    Theme("black handbags", _worn("Accessories > Bags > Handbags", color="Black")),
    Theme("jackets for men", _worn("Apparel > Topwear > Jackets", gender="Men")),
    Theme("casual shoes for men, not white", _without("Footwear > Shoes > Casual Shoes", "White", gender="Men")),
    Theme("tops for women without black", _without("Apparel > Topwear > Tops", "Black", gender="Women")),
    Theme("nail polish, not red", _without("Personal Care > Nails", "Red")),
    Theme("backpacks for school", _worn("Accessories > Bags > Backpacks")),
    Theme("sunglasses for women", _worn("Accessories > Eyewear", gender="Women")),
    Theme(
        "winter clothes for boys",
        lambda f: f.under("Apparel") and f.has(gender="Boys") and f.attributes.get("season") in ("Winter", "Fall"),
    ),
    Theme("deodorant for men", _worn("Personal Care > Fragrance > Deodorant", gender="Men")),
    Theme("living room furniture", _worn("furniture")),
    Theme("kitchen and table ware", _worn("housewares")),
    Theme("flowers and bouquets", _worn("floral")),
    Theme("garden and camping equipment", _worn("outdoors")),
    Theme("musical instruments", _worn("instruments")),
)
"""Themes that say more than a kind of thing (a colour, for whom, what not), and plain departments."""


@dataclass(frozen=True, slots=True)
class ListScores:
    """Of one list, counting the products that are known to belong or not: precision of the first 50 and of all, the
    share of what could be listed that is, average precision, and how many products the list holds, known or not."""

    first: float
    whole: float
    found: float
    average: float
    length: int


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """One theme's list by each way of reranking; `known` products belong to it."""

    theme: str
    known: int
    lists: Mapping[Rerank, ListScores]


def measure_lists(
    services: Services,
    themes: Sequence[Theme],
    *,
    reranks: Sequence[Rerank] = ("none", "local"),
    turns: int = 4,
    strategies: Mapping[str, Strategy] | None = None,
) -> tuple[ListOutcome, ...]:
    """Plan each theme once by the catalogue planner and choose its products in each way.

    `strategies` by a theme's text take the place of a plan. A theme for which the planner finds no term is left out: no
    list is made of it.
    """
    written = {} if strategies is None else strategies
    facts = facts_of(services)
    outcomes = []
    for theme in themes:
        known = frozenset(name for name, fact in facts.items() if theme.belongs(fact))
        sources = {source_of(facts[name]) for name in known}
        told = frozenset(n for n, fact in facts.items() if n in known or source_of(fact) in sources - {None})
        strategy = written.get(theme.text)
        if strategy is None:
            strategy = plan(services, theme.text, knowledge=True, turns=turns).best.strategy
        if strategy.positive:
            intent = pipeline.read_intent(services, theme.text)
            made = {way: _listed(services, intent, strategy, way) for way in reranks}
            reach = min(SIZE, len(known & set(pipeline.recall(services, strategy).product_ids)))
            scores = {way: _scores(ids, known, told, reach=reach) for way, ids in made.items()}
            outcomes.append(ListOutcome(theme.text, len(known), scores))
    return tuple(outcomes)


def _listed(services: Services, intent: Intent, strategy: Strategy, rerank: Rerank) -> list[str]:
    work = pipeline.select(services, intent, strategy=strategy, size=SIZE, rerank=rerank)
    return [product.product_id for product in result_of(work).products]


def _scores(ids: Sequence[str], known: Collection[str], told: Collection[str], *, reach: int) -> ListScores:
    counted = [i for i in ids if i in told]
    hits = sum(i in known for i in counted)
    held = average_precision(counted, known)
    return ListScores(
        first=precision(counted, known, k=min(CUT, max(1, len(counted)))),
        whole=hits / len(counted) if counted else 0.0,
        found=hits / reach if reach else 0.0,
        average=0.0 if held is None else held * len(known) / max(1, reach),
        length=len(ids),
    )


def lists_table(outcomes: Sequence[ListOutcome]) -> str:
    """The outcomes as a Markdown table with their means: each cell holds one figure for each way of reranking."""
    ways = list(outcomes[0].lists) if outcomes else []
    names = ("first 50", "whole list", "found", "average precision", "length")
    lines = [
        f"| theme ({' / '.join(ways)}) | known | {' | '.join(names)} |",
        f"|---|---|{'---|' * len(names)}",
    ]
    for one in outcomes:
        lines.append(f"| {one.theme} | {one.known} | {_cells(_columns([one], ways))} |")
    lines.append(f"| **mean** | | {_cells(_columns(outcomes, ways), digits=3)} |")
    return "\n".join(lines)


def _columns(outcomes: Sequence[ListOutcome], ways: Sequence[Rerank]) -> Floats:
    """(ways, figures) means over outcomes."""
    rows = [
        [(s.first, s.whole, s.found, s.average, float(s.length)) for s in (one.lists[way] for way in ways)]
        for one in outcomes
    ]
    means: Floats = np.asarray(rows, np.float64).mean(axis=0)
    return means


def _cells(columns: Floats, *, digits: int = 2) -> str:
    shares = [" / ".join(f"{value:.{digits}f}" for value in column) for column in columns.T[:-1]]
    return " | ".join([*shares, " / ".join(f"{value:.0f}" for value in columns[:, -1])])
