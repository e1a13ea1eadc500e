"""The values that flow between stages: frozen, without I/O, importing nothing of ours but errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from core.errors import StrategyInvalid

IntentKind = Literal["idea", "theme", "keyword", "image"]

MAX_TERMS = 400
MAX_TERM_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard limits beside the terms.

    `price` is an inclusive (low, high) range in the catalogue's currency, None for an open end. `category` holds
    category paths ("Outdoor > Camping"); a product passes when its path equals one of them or lies below it. Unknown
    stock passes `in_stock`; an unknown price passes only where no price is asked for.
    """

    price: tuple[float | None, float | None] | None = None
    category: tuple[str, ...] = ()
    in_stock: bool = False

    def __bool__(self) -> bool:
        return self.price is not None or bool(self.category) or self.in_stock

    def to_json(self) -> dict[str, Any]:
        """Only what is set, in the wire format of a strategy."""
        out: dict[str, Any] = {}
        if self.price is not None:
            out["price"] = list(self.price)
        if self.category:
            out["category"] = list(self.category)
        if self.in_stock:
            out["in_stock"] = True
        return out


@dataclass(frozen=True, slots=True)
class Strategy:
    """Positive and negative search terms with optional weights and filters: the wire format of the whole project.

    Order of the terms carries no meaning; `weights` are pairs (term, weight) that move scores only, 1.0 where absent.
    """

    positive: tuple[str, ...]
    negative: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    filters: Filters = Filters()

    def weight(self, term: str) -> float:
        """The weight of a positive term, 1.0 unless one is given."""
        return dict(self.weights).get(term, 1.0)

    def with_terms(self, positive: Iterable[str], negative: Iterable[str]) -> Strategy:
        """A copy with other terms; weights of terms that left are dropped."""
        kept = tuple(positive)
        return replace(
            self,
            positive=kept,
            negative=tuple(negative),
            weights=tuple((t, w) for t, w in self.weights if t in set(kept)),
        )

    def to_json(self) -> dict[str, Any]:
        """`{"positiveSearch": [...], "negativeSearch": [...]}`, with weights and filters only where they are set."""
        out: dict[str, Any] = {"positiveSearch": list(self.positive), "negativeSearch": list(self.negative)}
        if self.weights:
            out["weights"] = dict(self.weights)
        if self.filters:
            out["filters"] = self.filters.to_json()
        return out

    @classmethod
    def from_json(cls, data: str | bytes | Mapping[str, Any]) -> Strategy:
        """Read the wire format strictly; raises `StrategyInvalid` with a sentence that names the field at fault."""
        if isinstance(data, str | bytes):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError) as exc:
                raise StrategyInvalid(f"The strategy is not valid JSON: {exc}") from exc
        if not isinstance(data, Mapping):
            raise StrategyInvalid('A strategy is a JSON object with "positiveSearch" and "negativeSearch".')
        unknown = set(data) - {"positiveSearch", "negativeSearch", "weights", "filters"}
        if unknown:
            raise StrategyInvalid(f"A strategy has no field {', '.join(sorted(map(repr, unknown)))}.")
        if "positiveSearch" not in data:
            raise StrategyInvalid('The strategy has no "positiveSearch" list.')
        positive = _terms(data["positiveSearch"], "positiveSearch")
        negative = _terms(data.get("negativeSearch", []), "negativeSearch")
        return cls(positive, negative, _weights(data.get("weights")), _filters(data.get("filters")))


def _terms(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(t, str) for t in value):
        raise StrategyInvalid(f'"{name}" must be a list of strings.')
    if len(value) > MAX_TERMS:
        raise StrategyInvalid(f'"{name}" has {len(value)} terms; at most {MAX_TERMS} are read.')
    for term in value:
        if len(term) > MAX_TERM_LENGTH:
            raise StrategyInvalid(
                f'A term in "{name}" is {len(term)} characters long; at most {MAX_TERM_LENGTH}: {term[:40]}…'
            )
    return tuple(" ".join(t.split()) for t in value if t.strip())


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        raise StrategyInvalid(f"{what} must be a number, not {value!r}.")
    return float(value)


def _weights(value: Any) -> tuple[tuple[str, float], ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise StrategyInvalid('"weights" must be an object of term to number.')
    pairs = {" ".join(str(t).split()): _number(w, f'The weight of "{t}"') for t, w in value.items()}
    for term, weight in pairs.items():
        if weight < 0:
            raise StrategyInvalid(f'The weight of "{term}" must not be negative.')
    return tuple(sorted(pairs.items()))


def _filters(value: Any) -> Filters:
    if value is None:
        return Filters()
    if not isinstance(value, Mapping):
        raise StrategyInvalid('"filters" must be an object.')
    unknown = set(value) - {"price", "category", "in_stock"}
    if unknown:
        raise StrategyInvalid(f"There is no filter {', '.join(sorted(map(repr, unknown)))}.")
    price = None
    if value.get("price") is not None:
        pair = value["price"]
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise StrategyInvalid('The filter "price" is a pair [low, high]; null leaves an end open.')
        low, high = (None if v is None else _number(v, "A price") for v in pair)
        if low is not None and high is not None and low > high:
            raise StrategyInvalid(f"The lowest price {low:g} is above the highest {high:g}.")
        price = None if low is None and high is None else (low, high)
    category = value.get("category") or []
    if isinstance(category, str):
        category = [category]
    if not isinstance(category, list | tuple) or not all(isinstance(c, str) for c in category):
        raise StrategyInvalid('The filter "category" is a list of category paths.')
    in_stock = value.get("in_stock", False)
    if not isinstance(in_stock, bool):
        raise StrategyInvalid('The filter "in_stock" is true or false.')
    return Filters(price, tuple(category), in_stock)


@dataclass(frozen=True, slots=True)
class Intent:
    """What the operator wants. `season_months` are calendar months 1-12 in which it sells; empty means all year."""

    text: str
    kind: IntentKind = "theme"
    filters: Filters = Filters()
    must_not: tuple[str, ...] = ()
    audience: str | None = None
    occasion: str | None = None
    locale: str = "en"


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
    """A recalled product with every term that found it, best first; `score` is the best term's."""

    product_id: str
    score: float
    matches: tuple[TermMatch, ...] = ()

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
    """

    term: str
    removed: int
    removed_alone: int
    mean_removed: float | None
    mean_kept: float | None

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

    `mean_relevance` is the mean over kept products of min(best-term cosine, intent cosine), not yet rescaled; None
    where nothing is kept. `sample` holds ids of kept products, best first. `exact` says that nothing was extrapolated.
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
    """How many products (and families) entered and left one step, with the reasons of those who went."""

    stage: str
    entered: int
    left: int
    note: str = ""
    reasons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SelectedProduct:
    """One product of a selection. `rank` counts from 1; `variants` are the other recalled ids of its family."""

    product_id: str
    rank: int
    score: float
    relevance: float
    potential: float
    why: str
    path: tuple[Step, ...]
    variants: tuple[str, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The curated list in order, and the funnel that led to it."""

    strategy: Strategy
    products: tuple[SelectedProduct, ...]
    funnel: tuple[FunnelStage, ...]


@dataclass(frozen=True, slots=True)
class TermExplanation:
    """How one term stands to one product; `missing` are the term's tokens that the product lacks."""

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


FeedbackVerdict = Literal["accept", "reject", "edit", "rate", "undo"]
FeedbackSubject = Literal["product", "term", "strategy", "selection"]


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """One judgement of an operator: never changed, only followed by another (an `undo` names the event in `value`).

    `context` keeps what tuning needs later: run, turn, strategy, rank shown, scores, reward components, weights
    version.
    """

    event_id: str
    at: datetime
    actor: str
    verdict: FeedbackVerdict
    subject: FeedbackSubject
    subject_id: str
    selection_id: str | None = None
    reason: str | None = None
    note: str | None = None
    value: str | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


def term_list(terms: Sequence[str]) -> str:
    """Terms as an operator reads them: "tent", "camp stove" and "lantern"."""
    quoted = [f"“{t}”" for t in terms]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
