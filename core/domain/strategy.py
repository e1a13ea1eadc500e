"""The strategy: positive and negative search terms in the wire format that the whole project shares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from core.errors import StrategyInvalid

MAX_TERMS = 400
MAX_TERM_LENGTH = 200


Strictness = Literal["loose", "balanced", "strict"]
STRICTNESS: tuple[Strictness, ...] = get_args(Strictness)
"""How near a product has to come to the best ones of its list, from the most products to the surest."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard limits beside the terms.

    `price` is an inclusive (low, high) range in the catalogue's currency, None for an open end. `category` holds
    category paths ("Outdoor > Camping"); a product passes when its path equals one of them or lies below it. Unknown
    stock passes `in_stock`; an unknown price passes only where no price is asked for. `strictness` cuts the curated
    list alone: how many products the terms find does not depend on it.
    """

    price: tuple[float | None, float | None] | None = None
    category: tuple[str, ...] = ()
    in_stock: bool = False
    strictness: Strictness = "balanced"

    def __bool__(self) -> bool:
        return self.price is not None or bool(self.category) or self.in_stock or self.strictness != "balanced"

    def to_json(self) -> dict[str, Any]:
        """Only what is set, in the wire format of a strategy."""
        out: dict[str, Any] = {}
        if self.price is not None:
            out["price"] = list(self.price)
        if self.category:
            out["category"] = list(self.category)
        if self.in_stock:
            out["in_stock"] = True
        if self.strictness != "balanced":
            out["strictness"] = self.strictness
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
    unknown = set(value) - {"price", "category", "in_stock", "strictness"}
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
    strictness = value.get("strictness") or "balanced"
    if strictness not in STRICTNESS:
        raise StrategyInvalid(f'The filter "strictness" is one of {", ".join(STRICTNESS)}, not {strictness!r}.')
    return Filters(price, tuple(category), in_stock, strictness)


def term_list(terms: Sequence[str]) -> str:
    """Terms as an operator reads them: “tent”, “camp stove” and “lantern”."""
    quoted = [f"“{t}”" for t in terms]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
