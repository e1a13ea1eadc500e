"""Values of the domain as the store's tests use them: a whole run and its selection, small enough to read."""

from __future__ import annotations

import pytest

from core.domain import (
    FacetCount,
    Filters,
    FunnelStage,
    Gate,
    Intent,
    NegativeStatistics,
    Preview,
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

STRATEGY = Strategy(
    positive=("camping tent", "kids sleeping bag"),
    negative=("dog",),
    weights=(("camping tent", 1.5),),
    filters=Filters(price=(None, 80.0), category=("Outdoor > Camping",), in_stock=True),
)
PREVIEW = Preview(
    count=420,
    low=400,
    high=440,
    population=21310,
    sample_size=20000,
    exact=False,
    positives=(
        TermStatistics("camping tent", 300, 210, 0.61, 0.3),
        TermStatistics("kids sleeping bag", 0, 0, None, 0.0),
    ),
    negatives=(NegativeStatistics("dog", 12, 12, 0.31, 0.58),),
    mean_relevance=0.58,
    removed=12,
    sample=("p2", "p1"),
    facets=(FacetCount("brand", "Fjällräven", 17),),
)
REWARD = Reward(
    total=7.25,
    semantic=0.8,
    relevance=0.75,
    quantity=0.6,
    gates=(Gate("shape", True, "It is a strategy."),),
    reasons=("Both facets are covered.",),
)
INTENT = Intent("camping with kids", must_not=("dog",), audience="families")


@pytest.fixture
def trajectory() -> Trajectory:
    """Two turns, the second one better."""
    first = Turn(1, Strategy(("tent",)), PREVIEW, REWARD, note="The theme as it is.")
    reasons = (TermReason("dog", -1, "Dog tents were recalled.", ("dog tent",)),)
    better = Reward(8.0, 0.9, 0.8, 0.6, gates=(), reasons=())
    return Trajectory(INTENT, (first, Turn(2, STRATEGY, PREVIEW, better, reasons)), "catalogue")


@pytest.fixture
def selection() -> Selection:
    """Two products, one pinned."""
    path = (Step("eligibility", True, "In stock."), Step("diversity", True, "First of its family."))
    return Selection(
        STRATEGY,
        (
            SelectedProduct("p1", 1, 0.9, 0.8, 0.7, "Found by “camping tent”.", path, variants=("p1-red",)),
            SelectedProduct("p2", 2, 0.4, 0.3, 0.2, "Added by hand.", (), pinned=True),
        ),
        (FunnelStage("eligibility", 420, 300, reasons=(("out of stock", 120),)), FunnelStage("diversity", 300, 2)),
    )
