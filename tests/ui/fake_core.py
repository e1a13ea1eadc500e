"""A stand-in for `core.pipeline` and `core.services` with their signatures: twelve products, no model, no disk.

The pages are tested against it for speed; tests/e2e drives them over the real ones.
"""

from __future__ import annotations

import types
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from core.domain import (
    Candidate,
    Explanation,
    Filters,
    FunnelStage,
    Intent,
    NegativeStatistics,
    Preview,
    Product,
    Reward,
    SelectedProduct,
    Selection,
    Step,
    Strategy,
    TermReason,
    TermStatistics,
    Trajectory,
    Turn,
)
from core.errors import ProductMissing, StoreError, ThemeInvalid
from core.events import Event, StageFinished, StageStarted, TurnFinished

TITLES = ("Dome tent", "Family tent", "Toy tent", "Camp lantern", "Head lantern", "Camp stove")
PRODUCTS = {
    f"p{n}": Product(f"p{n}", f"{title} {n}", category="Outdoor > Camping", price=10.0 + n, currency="USD", stock=n % 3)
    for n, title in enumerate(TITLES * 2, start=1)
}


@dataclass
class FakeServices:
    """What was saved and judged."""

    saved: dict[str, Any] = field(default_factory=dict)
    feedback: list[dict[str, Any]] = field(default_factory=list)


def build_services(_settings: object) -> FakeServices:
    return FakeServices()


def _matches(term: str) -> set[str]:
    return {i for i, p in PRODUCTS.items() if all(w in p.title.casefold() for w in term.casefold().split())}


def _recalled(strategy: Strategy) -> list[str]:
    found = set().union(*map(_matches, strategy.positive), set())
    cut = set().union(*map(_matches, strategy.negative), set())
    dearest = None if strategy.filters.price is None else strategy.filters.price[1]
    return sorted(i for i in found - cut if dearest is None or (PRODUCTS[i].price or 0) <= dearest)


def assess(_live: FakeServices, strategy: Strategy, *, intent: Intent | str) -> tuple[Preview, Reward]:
    kept = _recalled(strategy)
    positives = tuple(TermStatistics(t, len(_matches(t)), 1, 0.5, 0.0) for t in strategy.positive)
    negatives = tuple(NegativeStatistics(t, len(_matches(t)), 1, 0.2, 0.6) for t in strategy.negative)
    found = Preview(len(kept), len(kept), len(kept), len(PRODUCTS), len(PRODUCTS), True, positives, negatives, 0.5)
    return found, Reward(5.0 + len(strategy.negative), 0.7, 0.6, 0.5, (), ("It fits.",))


def plan(
    live: FakeServices, theme: str, *, turns: int = 4, filters: Filters | None = None
) -> Generator[Event, None, Trajectory]:
    if not any(c.isalpha() for c in theme):
        raise ThemeInvalid("The theme holds no word to search for. Type a few words.")
    yield StageStarted("planning", "Reading the theme")
    yield StageFinished("planning", "Read the theme")
    played = []
    for number, strategy in enumerate(
        (Strategy(("tent", "lantern")), Strategy(("tent", "lantern"), ("toy",))), start=1
    ):
        reasons = (TermReason("tent", 1, "In the theme"), TermReason("toy", -1, "Not for play"))
        played.append(Turn(number, strategy, *assess(live, strategy, intent=theme), reasons))
        yield TurnFinished(played[-1])
    return Trajectory(Intent(theme), tuple(played), "catalogue")


def select(
    _live: FakeServices,
    intent: Intent,
    *,
    strategy: Strategy,
    size: int = 200,
    pinned: tuple[str, ...] = (),
    rejected: dict[str, str] | None = None,
) -> Generator[Event, None, Selection]:
    yield StageStarted("recall")
    ids = [*pinned, *(i for i in _recalled(strategy) if i not in pinned and i not in (rejected or {}))]
    yield StageFinished("recall", f"{len(ids)} products")
    chosen = tuple(
        SelectedProduct(i, n, 0.9, 0.8, 0.5, "Found by tent", (Step("recall", True, "tent"),), pinned=i in pinned)
        for n, i in enumerate(ids, start=1)
    )
    return Selection(strategy, chosen, (FunnelStage("recall", len(PRODUCTS), len(ids), reasons=(("no match", 2),)),))


def explain(_live: FakeServices, strategy: Strategy, product_id: str) -> Explanation:
    if product_id not in PRODUCTS:
        raise ProductMissing(f"There is no product {product_id}.")
    recalled = product_id in _recalled(strategy)
    return Explanation(product_id, recalled, "recalled" if recalled else "no match", "Because.", None, ())


def search(_live: FakeServices, query: str, *, limit: int = 50) -> tuple[Candidate, ...]:
    return tuple(Candidate(i, 1.0) for i in sorted(_matches(query)))[:limit]


def products(_live: FakeServices, ids: Any) -> dict[str, Product]:
    return {i: PRODUCTS[i] for i in ids if i in PRODUCTS}


def save_selection(
    live: FakeServices,
    selection: Selection,
    *,
    intent: Intent,
    selection_id: str | None = None,
    expected_version: int | None = None,
    note: str = "",
) -> tuple[str, int]:
    name = uuid4().hex if selection_id is None else selection_id
    version = 1 if expected_version is None else expected_version + 1
    head, number = types.SimpleNamespace(name=intent.text), types.SimpleNamespace(number=version)
    live.saved[name] = types.SimpleNamespace(summary=head, version=number, selection=selection, intent=intent)
    return name, version


def open_selection(live: FakeServices, selection_id: str) -> Any:
    if selection_id not in live.saved:
        raise StoreError(f"There is no selection {selection_id} in the store.")
    return live.saved[selection_id]


def judge_product(live: FakeServices, product_id: str, verdict: str, **more: Any) -> Any:
    live.feedback.append({"product_id": product_id, "verdict": verdict, "event_id": uuid4().hex, **more})
    return types.SimpleNamespace(**live.feedback[-1])


def verdicts(live: FakeServices, selection_id: str) -> dict[str, str]:
    stands: dict[str, str] = {}
    for event in live.feedback:
        if event["verdict"] == "clear":
            stands.pop(event["product_id"], None)
        elif event["selection_id"] == selection_id:
            stands[event["product_id"]] = event["verdict"]
    return stands


def undo_feedback(live: FakeServices, selection_id: str, event_id: str) -> None:
    live.feedback[:] = [e for e in live.feedback if e["event_id"] != event_id]


def modules() -> dict[str, types.ModuleType]:
    """`core.services` and `core.pipeline` as the pages import them."""
    services, pipeline = types.ModuleType("core.services"), types.ModuleType("core.pipeline")
    services.Services, services.build_services = FakeServices, build_services  # type: ignore[attr-defined]
    told = (assess, plan, select, explain, search, products, save_selection, open_selection, judge_product, verdicts)
    for function in (*told, undo_feedback):
        setattr(pipeline, function.__name__, function)
    constants = {"warm": None, "catalogue_version": "1", "currency": "USD", "categories": ("Outdoor",), "picture": None}
    for name, value in constants.items():
        setattr(pipeline, name, lambda *_args, _value=value, **_more: _value)
    pipeline.trace = lambda *_args, **_more: ()  # type: ignore[attr-defined]
    pipeline.merge_filters = lambda first, _second: replace(first)  # type: ignore[attr-defined]
    pipeline.reject_reasons = lambda: (("off_theme", "Off theme"),)  # type: ignore[attr-defined]
    pipeline.rejected_products = lambda live, name: {i: "" for i, v in verdicts(live, name).items() if v == "reject"}  # type: ignore[attr-defined]
    pipeline.export_selection = lambda *_args, **_more: b"id"  # type: ignore[attr-defined]
    return {"core.services": services, "core.pipeline": pipeline}
