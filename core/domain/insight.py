"""What stands behind the numbers on screen, and what the charts draw: counted once, so that both always agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.domain.stages import FunnelStage

LensKind = Literal[
    "list",
    "found",
    "removed",
    "kept",
    "dropped",
    "pinned",
    "judged",
    "finds",
    "alone",
    "shared",
    "cuts",
    "cuts_alone",
    "cuts_shared",
    "left",
    "overlap",
    "price",
    "category",
    "rating",
    "season",
    "variants",
]
"""What a number counts. `found`: what the terms find within the filters (with a funnel step as `value`: what is still
in after that step). `removed`: found by a positive term, before negatives and filters, but neither in the list nor a
variant of a product in it. `kept`, `dropped`: judged by the operator; `pinned`: added by hand. `judged`: what of the
list the judge of relevance put into the tier `value` (Good, Mid, Bad; "" where it put none). `finds`, `alone`,
`shared` and `cuts`, `cuts_alone`, `cuts_shared`: a term's products, within the filters, all, those of no other term of
its sign, and those of another one too. `left`: left at a funnel step; at `recalled` these are the products that a
negative term cut. `variants`: of one product of the list.
"""

Side = Literal["listed", "removed", ""]


@dataclass(frozen=True, slots=True)
class Lens:
    """Which products stand behind a number on screen.

    `value`: a term, a funnel step, a bin's or category's label, a product id (variants). `other`: the second term of an
    overlap, or a reason of a step. `side`: "listed", "removed" or "" for both. An overlap with `terms` holds the
    products that exactly these terms find and no other, one of `value` and `other` those that at least these two do.
    """

    kind: LensKind
    value: str = ""
    other: str = ""
    side: Side = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One product behind a number. `note` says in short why it is in, or where it left. Variants of a listed product
    count as listed. `score` is how well the terms find it (of a list its final score), None where no term does."""

    product_id: str
    note: str
    score: float | None
    listed: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """The products behind one number, best first. `count` is how many, also where `rows` names only the best of very
    many."""

    title: str
    rows: tuple[BehindRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class TermShare:
    """What one positive term adds, within the filters: all it finds, what it finds alone, what of it is in the list."""

    term: str
    finds: int
    alone: int
    listed: int


@dataclass(frozen=True, slots=True)
class TermCut:
    """What one negative term cuts of what the positive terms find, and what it cuts alone."""

    term: str
    cuts: int
    alone: int


@dataclass(frozen=True, slots=True)
class Combination:
    """How many products exactly these positive terms find and no other; `listed` of them are in the list."""

    terms: tuple[str, ...]
    count: int
    listed: int


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a comparison: products of the list against what was removed; variants of listed ones in neither.

    `label` is what a `Lens` names it by. `now` marks a season that is on today.
    """

    label: str
    listed: int
    removed: int
    now: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Bars in order, and the products that say nothing of it: lens value "" finds those."""

    bins: tuple[Bin, ...] = ()
    silent_listed: int = 0
    silent_removed: int = 0

    @property
    def known(self) -> bool:
        """Whether any product says anything."""
        return any(b.listed or b.removed for b in self.bins)


@dataclass(frozen=True, slots=True)
class Insight:
    """Everything that the charts of one selection draw.

    `funnel` is counted with today's catalogue, as every lens is; `cut` products were found and a negative term cut
    them before the funnel's first step. `combinations` are the largest, `more_combinations` how many others there are
    and `more_products` how many products those find. `categories` ends with `OTHER_CATEGORIES` where there are more
    than fit. A product that names several seasons counts in each. `today` and `southern` say by which calendar a
    season is on.
    """

    listed: int
    variants: int
    found: int
    removed: int
    cut: int
    funnel: tuple[FunnelStage, ...]
    terms: tuple[TermShare, ...]
    cuts: tuple[TermCut, ...]
    combinations: tuple[Combination, ...]
    more_combinations: int
    more_products: int
    prices: Spread
    categories: Spread
    ratings: Spread
    seasons: Spread
    currency: str
    today: date
    southern: bool = False


OTHER_CATEGORIES = "all other categories"
"""The label of the last bin of categories where more of them occur than are drawn."""

STEP_NAMES: Mapping[str, str] = {
    "recalled": "Found by terms",
    "eligible": "Within the filters",
    "families": "One per family",
    "judged": "Passed by the rules",
    "relevant": "Relevant enough",
    "potential": "Ranked by potential",
    "diverse": "Varied enough",
    "selected": "Room in the list",
}
"""The steps of the funnel as charts and headings name them: what holds of a product that is still in."""
