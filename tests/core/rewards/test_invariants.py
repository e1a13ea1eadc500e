"""The invariants of design.md section 6, over small exact worlds in which the preview changes as it really would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.domain import NegativeStatistics, Preview, Reward, Strategy, TermStatistics
from core.rewards import CosineBaselines, RewardWeights, strategy_reward
from core.text import tokens

TAU, TAU_NEGATIVE = 0.45, 0.55
BASELINES = CosineBaselines(random=0.10, gold=0.65)


@dataclass(frozen=True)
class World:
    """`words` map each word of the vocabulary to its vector; a text's vector is the normalised sum of its words'."""

    products: tuple[str, ...]
    words: dict[str, tuple[float, ...]]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        size = len(next(iter(self.words.values())))
        rows = np.zeros((len(texts), size))
        for row, text in zip(rows, texts, strict=True):
            for word in sorted(text.split()):
                row += self.words.get(word, (0.0,) * size)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(norms == 0, 1.0, norms)).astype(np.float32)

    def matches(self, terms: Sequence[str], tau: float) -> tuple[np.ndarray, np.ndarray]:
        """Which product each term matches, and the cosines: (terms, products) both."""
        found = [set(tokens(p)) for p in self.products]
        lexical = np.array([[bool(tokens(t)) and set(tokens(t)) <= f for f in found] for t in terms], dtype=bool)
        cosines = (self.encode(terms) @ self.encode(self.products).T).round(6)
        shape = (len(terms), len(self.products))
        return lexical.reshape(shape) | (cosines.reshape(shape) >= tau), cosines.reshape(shape)

    def preview(self, strategy: Strategy, intent: str) -> Preview:
        """TinyPreview's answer on a sample of 100 %, by brute force."""
        positive, cosines = self.matches(strategy.positive, TAU)
        negative, _ = self.matches(strategy.negative, TAU_NEGATIVE)
        wanted = (self.encode([intent]) @ self.encode(self.products).T).round(6)[0]
        union = positive.any(axis=0)
        removed = union & negative.any(axis=0)
        kept = union & ~removed
        best = cosines.max(axis=0, initial=-1.0)
        fit = np.clip(np.minimum(best, wanted), BASELINES.random, BASELINES.gold)
        own = np.clip(np.minimum(cosines, wanted), BASELINES.random, BASELINES.gold)
        return Preview(
            count=int(kept.sum()),
            low=int(kept.sum()),
            high=int(kept.sum()),
            population=len(self.products),
            sample_size=len(self.products),
            exact=True,
            positives=tuple(
                TermStatistics(t, int(m.sum()), 0, None, 0.0, int((m & kept).sum()))
                for t, m in zip(strategy.positive, positive, strict=True)
            ),
            negatives=tuple(
                NegativeStatistics(
                    term,
                    removed=int((union & row).sum()),
                    removed_alone=0,
                    mean_removed=_mean(fit, union & row),
                    mean_kept=_mean(fit, kept),
                    harmed=_harmed(strategy.positive, positive, own, kept, row),
                )
                for term, row in zip(strategy.negative, negative, strict=True)
            ),
            mean_relevance=_mean(fit, kept),
            removed=int(removed.sum()),
        )

    def union(self, terms: Sequence[str]) -> np.ndarray:
        return self.matches(terms, TAU)[0].any(axis=0)


def _mean(values: np.ndarray, where: np.ndarray) -> float | None:
    return float(values[where].mean()) if where.any() else None


def _harmed(
    terms: Sequence[str], positive: np.ndarray, own: np.ndarray, kept: np.ndarray, row: np.ndarray
) -> tuple[str, ...]:
    found = []
    for i, term in enumerate(terms):
        gone, left = _mean(own[i], positive[i] & row), _mean(own[i], positive[i] & kept)
        if gone is not None and left is not None and gone >= left:
            found.append(term)
    return tuple(found)


# Words of the theme lie in the first three directions, unrelated ones in the last two; "mixed" words lean both ways.
ON = ("tent", "lantern", "camp", "kid", "stove")
OFF = ("toaster", "sofa", "drill")
MIXED = ("gift", "toy")
INTENTS = ("camp kid", "tent", "camp lantern")
CHECK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])

unit = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])
on_vectors = st.tuples(unit, unit, unit, st.just(0.0), st.just(0.0)).filter(any)
off_vectors = st.tuples(*[st.just(0.0)] * 3, unit, unit).filter(any)
mixed_vectors = st.tuples(unit, unit, unit, unit, unit).filter(any)
texts = st.lists(st.sampled_from(ON + OFF + MIXED), min_size=1, max_size=4).map(" ".join)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    words = {w: draw(on_vectors) for w in ON}
    words |= {w: draw(off_vectors) for w in OFF}
    words |= {w: draw(mixed_vectors) for w in MIXED}
    return World(tuple(draw(st.lists(texts, min_size=1, max_size=30))), words)


terms = st.lists(st.sampled_from(ON + MIXED), min_size=1, max_size=2, unique=True).map(" ".join)
strategies = st.builds(
    Strategy,
    st.lists(terms, min_size=1, max_size=3, unique=True).map(tuple),
    st.lists(terms | st.sampled_from(OFF), max_size=2, unique=True).map(tuple),
)
weights = st.sampled_from([RewardWeights(), RewardWeights(0.2, 0.4, 0.4), RewardWeights(0.0, 0.5, 0.5)])


def rewarded(
    world: World, intent: str, strategy: Strategy, ceiling: int = 10, weights: RewardWeights | None = None
) -> Reward:
    return strategy_reward(
        intent,
        strategy,
        world.preview(strategy, intent),
        weights=RewardWeights() if weights is None else weights,
        baselines=BASELINES,
        ceiling=ceiling,
        encode=world.encode,
    )


@CHECK
@given(worlds(), st.sampled_from(INTENTS), strategies, st.data())
def test_duplicating_a_term_never_raises(world: World, intent: str, strategy: Strategy, data: st.DataObject) -> None:
    negative = data.draw(st.booleans()) and bool(strategy.negative)
    term = data.draw(st.sampled_from(strategy.negative if negative else strategy.positive))
    again = data.draw(st.sampled_from([term, " ".join(reversed(term.split())), term.title()]))
    more = (
        replace(strategy, negative=(*strategy.negative, again))
        if negative
        else replace(strategy, positive=(*strategy.positive, again))
    )
    assert rewarded(world, intent, more).total <= rewarded(world, intent, strategy).total


@CHECK
@given(worlds(), st.sampled_from(INTENTS), strategies, st.sampled_from(OFF), st.integers(1, 30), weights)
def test_widening_with_an_irrelevant_term_never_raises(
    world: World, intent: str, strategy: Strategy, term: str, ceiling: int, weights: RewardWeights
) -> None:
    assume(term not in strategy.negative)
    wider = replace(strategy, positive=(*strategy.positive, term))
    # Irrelevant: what it adds fits no better than chance, and it explains nothing better that was found before.
    before = world.union(strategy.positive)
    own, cosines = world.matches((term,), TAU)
    fit = (world.encode([intent]) @ world.encode(world.products).T)[0]
    assume((fit[own[0] & ~before] <= BASELINES.random).all())
    best = world.matches(strategy.positive, TAU)[1].max(axis=0)
    assume((cosines[0][before] <= np.maximum(best, BASELINES.random)[before]).all())
    after = rewarded(world, intent, wider, ceiling, weights).total
    assert after <= rewarded(world, intent, strategy, ceiling, weights).total + 1e-9


@CHECK
@given(worlds(), st.sampled_from(INTENTS), strategies, st.integers(1, 20), st.integers(1, 20))
def test_the_ceiling_moves_only_the_quantity_part(
    world: World, intent: str, strategy: Strategy, one: int, other: int
) -> None:
    low, high = (rewarded(world, intent, strategy, c) for c in sorted((one, other)))
    assert (low.semantic, low.relevance, low.gates) == (high.semantic, high.relevance, high.gates)
    assert low.quantity >= high.quantity
    assert low.total >= high.total
    if low.total > 0 and low.gates[-1].passed:
        part = 10 * RewardWeights().quantity * (low.quantity - high.quantity)
        assert low.total - high.total <= part + 1e-9
    elif not low.gates[-1].passed:
        assert low.total == high.total


@CHECK
@given(worlds(), st.sampled_from(INTENTS), strategies, st.data())
def test_the_order_of_terms_does_not_matter(world: World, intent: str, strategy: Strategy, data: st.DataObject) -> None:
    positive = tuple(data.draw(st.permutations(strategy.positive)))
    negative = tuple(data.draw(st.permutations(strategy.negative)))
    one, other = rewarded(world, intent, strategy), rewarded(world, intent, Strategy(positive, negative))
    assert abs(one.total - other.total) < 1e-9
    assert one.reasons == other.reasons


@CHECK
@given(worlds(), st.sampled_from(INTENTS), strategies, st.integers(1, 10_000), weights)
def test_components_stay_in_their_ranges(
    world: World, intent: str, strategy: Strategy, ceiling: int, weights: RewardWeights
) -> None:
    reward = rewarded(world, intent, strategy, ceiling, weights)
    assert all(0 <= part <= 1 for part in (reward.semantic, reward.relevance, reward.quantity))
    assert 0 <= reward.total <= 10


def test_an_irrelevant_term_cannot_hide_what_a_negative_harms() -> None:
    """“toaster” brings in unfitting products that “gift” removes at once: their mean alone would excuse “gift”."""
    words = {"tent": (1.0, 0.0, 0.0), "stake": (1.0, 1.2, 0.0), "gift": (0.0, 0.0, 0.01), "toaster": (0.0, 0.0, 1.0)}
    world = World(("tent gift", "tent stake", *["toaster gift"] * 3), words)
    plain = Strategy(("tent",), ("gift",))
    wider = Strategy(("tent", "toaster"), ("gift",))
    before, after = world.preview(plain, "tent"), world.preview(wider, "tent")
    assert (before.negatives[0].justified, after.negatives[0].justified) == (False, True)
    assert before.negatives[0].harmed == after.negatives[0].harmed == ("tent",)
    assert rewarded(world, "tent", wider).total < rewarded(world, "tent", plain).total
    unmeasured: tuple[NegativeStatistics, ...] = tuple(replace(n, harmed=None) for n in before.negatives)
    assert unmeasured[0].justified is False


def test_an_irrelevant_term_cannot_wake_a_strategy_that_finds_nothing() -> None:
    world = World(("toaster", "sofa"), {"tent": (1.0, 0.0), "toaster": (0.0, 1.0), "sofa": (0.0, 1.0)})
    woken = rewarded(world, "tent", Strategy(("tent", "toaster")))
    assert woken.total == 0
    assert [g.name for g in woken.gates if not g.passed] == ["better than chance", "quantity counts"]
