"""How well a planner finds what belongs to a theme, on themes whose products are known from the shop's own columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core import pipeline
from core.domain import Trajectory
from core.evaluation.metrics import precision, recall
from core.events import result_of
from core.planning.planner import CataloguePlanner
from core.services import Services

CUT = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may look at: never handed to a planner apart from the catalogue itself."""

    category: str
    attributes: Mapping[str, str]

    def under(self, path: str) -> bool:
        """Whether the category path begins so."""
        return self.category.casefold().startswith(path.casefold())

    def has(self, **wanted: str) -> bool:
        """Whether every named attribute has the value."""
        return all(self.attributes.get(name, "").casefold() == value.casefold() for name, value in wanted.items())


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as an operator types it, and the rule that tells which products belong."""

    text: str
    belongs: Callable[[Facts], bool]


SEASONAL = tuple(
    Theme(text, lambda f, style=style: f.under("seasonal") and f.has(style=style))  # type: ignore[misc]
    for text, style in (
        ("Christmas decorations and gifts", "christmas"),
        ("Halloween party and decoration", "halloween"),
        ("Easter table and egg hunt", "easter"),
        ("romantic Valentine's Day gifts", "valentine"),
    )
)

OTHERS = (
    Theme("women's ethnic festive wear", lambda f: f.has(gender="Women", usage="Ethnic")),
    Theme("formal office wear for men", lambda f: f.has(gender="Men", usage="Formal")),
    Theme("sports clothing and shoes for women", lambda f: f.has(gender="Women", usage="Sports")),
    Theme(
        "men's sports shoes for running",
        lambda f: f.under("Footwear > Shoes > Sports Shoes") and f.has(gender="Men"),
    ),
    Theme("sandals and flip flops for summer", lambda f: f.under("Footwear > Sandal") or f.under("Footwear > Flip")),
    Theme("watches as a gift", lambda f: f.under("Accessories > Watches")),
    Theme("jewellery for a party", lambda f: f.under("Accessories > Jewellery")),
    Theme("perfume and fragrance", lambda f: f.under("Personal Care > Fragrance")),
    Theme("make-up for lips and nails", lambda f: f.under("Personal Care > Lips") or f.under("Personal Care > Nails")),
    Theme("clothes for girls", lambda f: f.has(gender="Girls") and f.under("Apparel")),
    Theme("handbags and clutches for women", lambda f: f.under("Accessories > Bags > Handbags")
          or f.under("Accessories > Bags > Clutches")),
    Theme("bras and lingerie", lambda f: f.under("Apparel > Innerwear") and f.has(gender="Women")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One theme, planned and typed as a plain search: precision of the first 50, and recall at equal list lengths."""

    theme: str
    known: int
    found: int
    planned: tuple[float, float]
    typed: tuple[float, float]


def known_sets(services: Services, themes: Sequence[Theme]) -> dict[str, frozenset[str]]:
    """The products that belong to each theme, by its text."""
    facts = facts_of(services)
    return {theme.text: frozenset(name for name, fact in facts.items() if theme.belongs(fact)) for theme in themes}


def measure(
    services: Services, known_by_theme: Mapping[str, Collection[str]], *, knowledge: bool = True, turns: int = 4
) -> tuple[Outcome, ...]:
    """Plan each theme, recall its best strategy whole, and search the theme's words for a list of the same length."""
    outcomes = []
    for theme, known in known_by_theme.items():
        best = plan(services, theme, knowledge=knowledge, turns=turns).best
        recalled = pipeline.recall(services, best.strategy).product_ids
        typed = [c.product_id for c in pipeline.search(services, theme, limit=max(CUT, len(recalled)), rerank="none")]
        outcomes.append(Outcome(theme, len(known), len(recalled), _scores(recalled, known), _scores(typed, known)))
    return tuple(outcomes)


def plan(services: Services, theme: str, *, knowledge: bool, turns: int) -> Trajectory:
    """One plan without the records of a run."""
    intent = pipeline.read_intent(services, theme)
    return result_of(
        CataloguePlanner(knowledge=knowledge).plan(
            intent,
            assess=lambda strategy: pipeline.assess(services, strategy, intent=intent),
            vocabulary=services.shelf().vocabulary,
            turns=turns,
        )
    )


def _scores(ranking: Sequence[str], known: Collection[str]) -> tuple[float, float]:
    found = recall(ranking, known, k=max(1, len(ranking)))
    return precision(ranking, known, k=CUT), 0.0 if found is None else found


def facts_of(services: Services) -> dict[str, Facts]:
    """What a rule may look at, by product id."""
    columns = services.shelf().catalogue.columns(["product_id", "category", "attributes"])
    rows = zip(*(columns[name].to_pylist() for name in ("product_id", "category", "attributes")), strict=True)
    return {name: Facts(category, json.loads(attributes)) for name, category, attributes in rows}


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as a Markdown table with their means."""
    lines = [
        "| theme | known | recalled | P@50 planned | typed | recall planned | typed |",
        "|---|---|---|---|---|---|---|",
    ]
    for o in outcomes:
        cells = f"{o.planned[0]:.2f} | {o.typed[0]:.2f} | {o.planned[1]:.2f} | {o.typed[1]:.2f}"
        lines.append(f"| {o.theme} | {o.known} | {o.found} | {cells} |")
    means = np.array([(*o.planned, *o.typed) for o in outcomes]).mean(axis=0)
    lines.append(f"| **mean** | | | {means[0]:.3f} | {means[2]:.3f} | {means[1]:.3f} | {means[3]:.3f} |")
    return "\n".join(lines)
