"""What the stages hand to each other, from the intent to the selection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.domain.judging import Judgment
from core.domain.strategy import Filters, Strategy, Strictness

IntentKind = Literal["idea", "theme", "keyword", "image"]


@dataclass(frozen=True, slots=True)
class Intent:
    """What the operator wants: `text` as it was typed, and what was understood of it.

    `what` are the things that are wanted, in search words, "" where it is the text itself. `audience` is for whom,
    `occasion` what for, `season` one of spring, summer, autumn and winter; None where nothing is said. `dates` are the
    first and the last day that matter, both included. `must_have` and `must_not` are what every product has to be and
    must not be. `locale` is a language tag such as "en" or "de-AT". `picture` is the id of a kept picture.
    """

    text: str
    kind: IntentKind = "theme"
    filters: Filters = Filters()
    must_not: tuple[str, ...] = ()
    audience: str | None = None
    occasion: str | None = None
    locale: str = "en"
    what: str = ""
    season: str | None = None
    dates: tuple[date, date] | None = None
    must_have: tuple[str, ...] = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One product as the catalogue keeps it; None means the shop did not say.

    `category` is a path joined by " > ". `margin` is a fraction of the price. `family` is the id that variants share;
    it equals `product_id` for a product without variants. Picture bytes are fetched apart (`has_image`).
    """

    product_id: str
    title: str
    description: str = ""
    brand: str = ""
    category: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    price: float | None = None
    currency: str = ""
    stock: int | None = None
    rating: float | None = None
    rating_count: int | None = None
    monthly_sales: int | None = None
    margin: float | None = None
    launch_date: date | None = None
    group_id: str | None = None
    family: str = ""
    image_url: str | None = None
    has_image: bool = False


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A product whose picture looks like a given one; `similarity` from 0, no more than chance, to 1, the same."""

    product_id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class TermMatch:
    """How one positive term found one product. `coverage` is the share of the term's idf that the product covers."""

    term: str
    lexical: bool
    semantic: bool
    coverage: float
    cosine: float
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recalled product with every term that found it, best first; `score` is the best term's, and in a search that a
    judge put in order the order's. `judgment` is what that judge said, None where nobody judged."""

    product_id: str
    score: float
    matches: tuple[TermMatch, ...] = ()
    judgment: Judgment | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that found it, best first."""
        return tuple(m.term for m in self.matches)


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """What one positive term does. Counts are estimates over the whole catalogue, after filters, before negatives.

    `exclusive`: products no other positive term matches. `overlap`: share of its matches that another term finds too.
    `mean_relevance`: mean cosine of term and matched product, None where nothing matched.
    """

    term: str
    matches: int
    exclusive: int
    mean_relevance: float | None
    overlap: float
    kept: int = 0


@dataclass(frozen=True, slots=True)
class NegativeStatistics:
    """What one negative term takes out of the union. `removed_alone`: products that no other negative term removes.

    `mean_removed` and `mean_kept`: mean relevance of what it removed and of what stayed; None where there is nothing.
    `harmed`: positive terms among whose own matches it removes better products than it leaves, each product rated by
    that term and the intent alone, so that no other positive term can hide the harm; None where this is not measured.
    """

    term: str
    removed: int
    removed_alone: int
    mean_removed: float | None
    mean_kept: float | None
    harmed: tuple[str, ...] | None = None

    @property
    def justified(self) -> bool | None:
        """Whether what it removed was worse than what stayed; None where it removed nothing or everything."""
        if self.mean_removed is None or self.mean_kept is None:
            return None
        return self.mean_removed < self.mean_kept


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many kept products (estimated) have one value of one facet: `department`, `category`, `price`, `brand`."""

    facet: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """TinyPreview's answer: the estimated count of the recalled set with a 95 % interval, and why.

    `mean_relevance` is the mean over kept products of min(best-term cosine, intent cosine), each cut to the encoder's
    [random, gold] by itself, not yet rescaled; None where nothing is kept. `sample` holds ids of kept products, best
    first. `exact` says that nothing was extrapolated.
    """

    count: int
    low: int
    high: int
    population: int
    sample_size: int
    exact: bool
    positives: tuple[TermStatistics, ...]
    negatives: tuple[NegativeStatistics, ...]
    mean_relevance: float | None
    removed: int = 0
    unknown_price: int = 0
    sample: tuple[str, ...] = ()
    facets: tuple[FacetCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that multiplies the reward: passed 1, failed 0 (or only its part, as `reason` says)."""

    name: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Reward:
    """A strategy's worth: components in [0, 1], `total` on 0-10, each with its reason in words."""

    total: float
    semantic: float
    relevance: float
    quantity: float
    gates: tuple[Gate, ...]
    reasons: tuple[str, ...]
    weights_version: int = 1


@dataclass(frozen=True, slots=True)
class TermReason:
    """Why a planner chose a term and what it leans on; `sign` is +1 positive, -1 negative."""

    term: str
    sign: Literal[1, -1]
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One strategy with its preview and reward. `number` counts from 1."""

    number: int
    strategy: Strategy
    preview: Preview
    reward: Reward
    reasons: tuple[TermReason, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The turns of one run in the order played; the planner hands over the best one."""

    intent: Intent
    turns: tuple[Turn, ...]
    planner: str

    @property
    def best(self) -> Turn:
        """The turn with the highest reward, the earlier of two equals."""
        return max(self.turns, key=lambda turn: (turn.reward.total, -turn.number))


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a product's way through the funnel: `passed` False is where it left."""

    stage: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """How many products (and families) entered and left one step, with the reasons of those who went.

    `at` is how many would go on at each strictness, of the step that it moves; () of all others.
    """

    stage: str
    entered: int
    left: int
    note: str = ""
    reasons: tuple[tuple[str, int], ...] = ()
    at: tuple[tuple[Strictness, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SelectedProduct:
    """One product of a selection. `rank` counts from 1; `variants` are the other recalled ids of its family.

    `terms` are the positive terms that found it, best first; none for a product that was only added by hand.
    `judgment` is what the judge said of it when it was chosen, None where nobody judged.
    """

    product_id: str
    rank: int
    score: float
    relevance: float
    potential: float
    why: str
    path: tuple[Step, ...]
    variants: tuple[str, ...] = ()
    pinned: bool = False
    terms: tuple[str, ...] = ()
    judgment: Judgment | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The curated list in order, and the funnel that led to it."""

    strategy: Strategy
    products: tuple[SelectedProduct, ...]
    funnel: tuple[FunnelStage, ...]


@dataclass(frozen=True, slots=True)
class TermExplanation:
    """How one term stands to one product; `missing` are the term's words that the product lacks."""

    term: str
    sign: Literal[1, -1]
    applies: bool
    lexical: bool
    semantic: bool
    coverage: float
    cosine: float
    threshold: float
    missing: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a product is in the recalled set, or at which step it is not.

    `step` is `recalled`, `filtered` (a filter), `no match` (no positive term), or `excluded` (a negative term).
    """

    product_id: str
    recalled: bool
    step: str
    sentence: str
    score: float | None
    terms: tuple[TermExplanation, ...]
