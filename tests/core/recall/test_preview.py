"""TinyPreview against the full recall on LanceDB (whole sample), and against the truth (forced sample)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product as pairs

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue.embedding import CachedEncoder
from core.catalogue.table import Catalogue
from core.domain import Filters, Preview, Strategy
from core.errors import StrategyInvalid
from core.recall.columns import TermColumns
from core.recall.estimate import Strata, kept_interval, wilson
from core.recall.explain import explain
from core.recall.full import Recalled, recall
from core.recall.preview import TinyPreview
from core.recall.snapshot import Snapshot, take_snapshot
from core.recall.terms import read_terms

WORDS = "camping tent lantern kids red blue stemless wine glass mug wool winter running shoe steel stove chair".split()

TERM = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
PRICE = st.none() | st.tuples(st.none() | st.integers(1, 50), st.none() | st.integers(51, 100))
FILTERS = st.builds(
    lambda price, category, in_stock: Filters(price, tuple(category), in_stock),
    PRICE,
    st.lists(st.sampled_from(["Outdoor", "outdoor > camping", "Kitchen/Glasses", "Nowhere"]), max_size=2, unique=True),
    st.booleans(),
)
STRATEGIES = st.builds(
    lambda positive, negative, weights, filters: Strategy(tuple(positive), tuple(negative), weights, filters),
    st.lists(TERM, min_size=1, max_size=5),
    st.lists(TERM, max_size=3),
    st.dictionaries(TERM, st.sampled_from([0.0, 0.5, 2.0]), max_size=2).map(lambda d: tuple(sorted(d.items()))),
    FILTERS,
)
THOROUGH = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def snapshot(catalogue: Catalogue) -> Snapshot:
    return take_snapshot(catalogue)


@pytest.fixture(scope="module")
def tiny(snapshot: Snapshot, encoder: CachedEncoder) -> TinyPreview:
    return TinyPreview(snapshot, encoder)


def fully(catalogue: Catalogue, tiny: TinyPreview, strategy: Strategy) -> Recalled:
    return recall(catalogue, tiny.encoder, strategy, lexicon=tiny.snapshot.lexicon)


@THOROUGH
@given(strategy=STRATEGIES)
def test_a_whole_sample_is_the_full_recall(catalogue: Catalogue, tiny: TinyPreview, strategy: Strategy) -> None:
    full, preview = fully(catalogue, tiny, strategy), tiny.preview(strategy)
    ids, scores = tiny.recalled(strategy)
    assert ids == full.product_ids
    assert scores.tolist() == full.scores.tolist()
    assert preview.exact
    assert (preview.count, preview.low, preview.high) == (full.count,) * 3
    assert (preview.removed, preview.unknown_price) == (full.removed, full.unknown_price)
    assert preview.sample == full.product_ids[:24]
    kept = Counter(match.term for candidate in full.candidates() for match in candidate.matches)
    assert {s.term: s.kept for s in preview.positives} == {s.term: kept[s.term] for s in preview.positives}


@THOROUGH
@given(strategy=STRATEGIES)
def test_every_term_is_counted_as_the_full_recall_counts_it(
    catalogue: Catalogue, tiny: TinyPreview, strategy: Strategy
) -> None:
    preview = tiny.preview(strategy)
    terms = [s.term for s in preview.positives]
    alone = {t: set(fully(catalogue, tiny, strategy.with_terms([t], [])).product_ids) for t in terms}
    for statistics in preview.positives:
        others = set().union(*(alone[t] for t in terms if t != statistics.term))
        own = alone[statistics.term]
        assert statistics.matches == len(own)
        assert statistics.exclusive == len(own - others)
        assert statistics.overlap == pytest.approx(len(own & others) / len(own) if own else 0.0)
    union = set().union(*alone.values())
    cut = {
        s.term: union - set(fully(catalogue, tiny, strategy.with_terms(terms, [s.term])).product_ids)
        for s in preview.negatives
    }
    for negative in preview.negatives:
        others = set().union(*(cut[t] for t in cut if t != negative.term))
        assert negative.removed == len(cut[negative.term])
        assert negative.removed_alone == len(cut[negative.term] - others)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_threshold_on_a_products_own_cosine_includes_it(
    catalogue: Catalogue, snapshot: Snapshot, encoder_with: type[CachedEncoder], sign: int
) -> None:
    term, base = "red tent", "tent"
    tiny = TinyPreview(snapshot, encoder_with())
    with tiny.columns.hold(read_terms(Strategy((term,), (term,)))) as held:
        c = tiny.columns
        cosines = c.cosine[held.positive[0]].copy()
        lexical_bits = (c.lexical[held.positive[0]] if sign == 1 else c.excludes_lexically[held.negative[0]]).copy()
    assert len(np.unique(cosines)) > 20
    for own in np.unique(cosines[cosines > 0.2])[::5].tolist():
        for tau, included in ((own, True), (math.nextafter(own, 2), False)):
            tiny = TinyPreview(snapshot, encoder_with(**{"tau" if sign == 1 else "tau_negative": tau}))
            strategy = Strategy((term,)) if sign == 1 else Strategy((base,), (term,))
            full = fully(catalogue, tiny, strategy)
            assert tiny.recalled(strategy)[0] == full.product_ids
            rows = np.flatnonzero(cosines == np.float32(own))
            applies = tiny.matches([term]) if sign == 1 else tiny.exclusions([term])
            lexical = np.unpackbits(lexical_bits.view(np.uint8), bitorder="little")[rows].astype(bool)
            assert (applies[0, rows] == (included | lexical)).all()
            at_threshold = snapshot.ids_of(rows.astype(np.int32))
            told = explain(catalogue, tiny.encoder, strategy, at_threshold[0], lexicon=snapshot.lexicon)
            decisive = told.terms[0] if sign == 1 else told.terms[-1]
            assert decisive.applies == applies[0, rows[0]]


@THOROUGH
@given(strategy=STRATEGIES, data=st.data())
def test_order_and_repetition_of_terms_do_not_matter(
    tiny: TinyPreview, strategy: Strategy, data: st.DataObject
) -> None:
    positive = data.draw(st.permutations([*strategy.positive, strategy.positive[0].upper()]))
    negative = data.draw(st.permutations([*strategy.negative, *strategy.negative[:1]]))
    other = replace(strategy, positive=tuple(positive), negative=tuple(negative))
    assert tiny.recalled(other)[0] == tiny.recalled(strategy)[0]
    assert comparable(tiny.preview(other)) == comparable(tiny.preview(strategy))


def comparable(preview: Preview) -> tuple[object, ...]:
    positives = sorted((s.term.lower(), s.matches, s.exclusive, s.kept) for s in preview.positives)
    negatives = sorted((s.term, s.removed, s.removed_alone) for s in preview.negatives)
    return preview.count, preview.removed, preview.sample, preview.mean_relevance, preview.facets, positives, negatives


def test_the_largest_weight_of_a_repeated_term_counts_in_any_order(tiny: TinyPreview) -> None:
    weights = (("TENT", 0.5), ("tent", 2.0))
    one = tiny.recalled(Strategy(("TENT", "tent"), weights=weights))
    other = tiny.recalled(Strategy(("tent", "TENT"), weights=weights))
    plain = tiny.recalled(Strategy(("tent",)))
    assert one[1].tolist() == other[1].tolist() == (2 * plain[1]).tolist()


@THOROUGH
@given(strategy=STRATEGIES, negative=TERM)
def test_a_negative_never_adds_a_product(tiny: TinyPreview, strategy: Strategy, negative: str) -> None:
    more = strategy.with_terms(strategy.positive, [*strategy.negative, negative])
    assert set(tiny.recalled(more)[0]) <= set(tiny.recalled(strategy)[0])
    assert tiny.preview(more).count <= tiny.preview(strategy).count


@THOROUGH
@given(positive=st.lists(TERM, min_size=1, max_size=3), filters=FILTERS)
def test_filters_commute(tiny: TinyPreview, positive: list[str], filters: Filters) -> None:
    parts = (Filters(filters.price), Filters(category=filters.category), Filters(in_stock=filters.in_stock))
    one_by_one = set.intersection(*(set(tiny.recalled(Strategy(tuple(positive), filters=f))[0]) for f in parts))
    assert set(tiny.recalled(Strategy(tuple(positive), filters=filters))[0]) == one_by_one


def test_relevance_is_of_the_best_matching_term_capped_by_the_intent_and_cut_to_the_baselines(
    tiny: TinyPreview, snapshot: Snapshot
) -> None:
    strategy, intent = Strategy(("wine glass", "running shoe"), ("steel",)), "glass for wine"
    first, second, own = tiny.encoder.encode(["wine glass", "running shoe", intent])
    profile = tiny.encoder.profile
    negative = next(s for s in tiny.preview(strategy, intent=intent).negatives)
    found = {i: k for k, i in enumerate(tiny.snapshot.ids_of(snapshot.sample_rows))}
    matches = tiny.matches(strategy.positive)
    values: dict[bool, list[float]] = {True: [], False: []}
    kept = set(tiny.recalled(strategy)[0])
    for product_id, row in found.items():
        cosines = [float(snapshot.vectors[row] @ v) for v, m in ((first, 0), (second, 1)) if matches[m, row]]
        if cosines:
            value = min(max(cosines), float(snapshot.vectors[row] @ own))
            values[product_id in kept].append(min(max(value, profile.random), profile.gold))
    expected = sum(values[True]) / len(values[True])
    assert tiny.preview(strategy, intent=intent).mean_relevance == pytest.approx(expected, abs=1e-6)
    assert tiny.counts([strategy], intent=intent)[1][0] == pytest.approx(expected, abs=1e-6)
    assert negative.mean_kept == pytest.approx(expected, abs=1e-6)
    assert negative.mean_removed == pytest.approx(sum(values[False]) / len(values[False]), abs=1e-6)


def test_facets_count_every_kept_product_once(tiny: TinyPreview) -> None:
    preview = tiny.preview(Strategy(("tent", "wine glass")))
    uncategorised = preview.count - sum(f.count for f in preview.facets if f.facet == "department")
    whole = tiny.preview(Strategy(("tent", "wine glass"), filters=Filters(category=("Outdoor", "Kitchen", "Home"))))
    assert uncategorised == preview.count - whole.count > 0
    assert sum(f.count for f in preview.facets if f.facet == "price") == preview.count
    unknown = next(f for f in preview.facets if f.value == "unknown")
    assert unknown.count == preview.unknown_price


def test_without_positive_terms_nothing_matches(tiny: TinyPreview) -> None:
    for strategy in (Strategy(()), Strategy((), ("tent",)), Strategy((" ", ""), ("tent",))):
        preview = tiny.preview(strategy)
        assert (preview.count, preview.low, preview.high, preview.removed) == (0, 0, 0, 0)
        assert preview.mean_relevance is None
        assert [n.removed for n in preview.negatives] == [0] * len(preview.negatives)
        assert math.isnan(tiny.counts([strategy])[1][0])


def test_negatives_that_remove_everything_say_so(tiny: TinyPreview) -> None:
    preview = tiny.preview(Strategy(("tent",), ("tent",)))
    assert preview.count == 0
    assert preview.removed == preview.positives[0].matches == preview.negatives[0].removed > 0
    assert preview.negatives[0].justified is None
    assert preview.sample == () == preview.facets


def test_a_term_of_stop_words_matches_nothing_lexically(tiny: TinyPreview) -> None:
    with tiny.columns.hold(read_terms(Strategy(("with the",), ("of",)))) as held:
        assert not tiny.columns.lexical[held.positive[0]].any()
        assert not tiny.columns.excludes_lexically[held.negative[0]].any()


def test_a_product_that_negates_the_term_itself_stays_however_near_it_is(
    catalogue: Catalogue, snapshot: Snapshot, encoder_with: type[CachedEncoder]
) -> None:
    near = encoder_with(tau_negative=0.3)
    tiny, term = TinyPreview(snapshot, near), "lantern"
    cosines = snapshot.vectors @ near.encode([term])[0]
    columns = catalogue.columns(["asserted", "negated"])
    asserts, negates = (np.array([term in t.split() for t in columns[c].to_pylist()]) for c in ("asserted", "negated"))
    excluded = tiny.exclusions([term])[0]
    beside = (abs(cosines - 0.3) > 1e-4) & ~asserts  # away from the threshold, and not said to have one
    assert (negates & beside & (cosines > 0.3)).sum() > 5
    assert (excluded[beside] == ((cosines > 0.3) & ~negates)[beside]).all()
    assert excluded[asserts].all()


def samples(catalogue: Catalogue, encoder: CachedEncoder, *, size: int, number: int) -> Iterator[TinyPreview]:
    for seed in range(number):
        yield TinyPreview(take_snapshot(catalogue, sample_size=size, whole_up_to=0, seed=seed), encoder)


def test_the_estimate_is_unbiased_and_its_interval_holds(
    catalogue: Catalogue, encoder: CachedEncoder, tiny: TinyPreview
) -> None:
    strategies = [
        Strategy(("camping stove",), ("blue tent",)),
        Strategy(("red wine glass", "winter shoe"), ("kids mug",)),
    ]
    truth = [tiny.preview(s) for s in strategies]
    runs = [[t.preview(s) for s in strategies] for t in samples(catalogue, encoder, size=300, number=60)]
    for k, true in enumerate(truth):
        previews = [run[k] for run in runs]
        assert not any(p.exact for p in previews)
        counts = np.array([p.count for p in previews], float)
        assert abs(counts.mean() - true.count) < 4 * counts.std() / math.sqrt(len(counts)) + 0.5
        assert np.mean([p.low <= true.count <= p.high for p in previews]) >= 0.85
        matches = np.array([[s.matches for s in p.positives] for p in previews], float)
        spread = 4 * matches.std(axis=0) / math.sqrt(len(matches)) + 0.5
        assert (abs(matches.mean(axis=0) - [s.matches for s in true.positives]) < spread).all()
        removed = np.array([p.removed for p in previews], float)
        assert abs(removed.mean() - true.removed) < 4 * removed.std() / math.sqrt(len(removed)) + 0.5


def test_what_only_words_decide_is_exact_in_any_sample(
    catalogue: Catalogue, snapshot: Snapshot, encoder_with: type[CachedEncoder]
) -> None:
    words_only = encoder_with(tau=2.0, tau_negative=2.0)
    exact = TinyPreview(snapshot, words_only)
    for positive, filters in pairs((("tent",), ("stemless", "wine mug")), (Filters(), Filters((10, 60), ("Outdoor",)))):
        strategy = Strategy(positive, filters=filters)
        truth = exact.preview(strategy)
        for some in samples(catalogue, words_only, size=200, number=3):
            preview = some.preview(strategy)
            assert preview.low <= preview.count == truth.count <= preview.high
            assert [s.matches for s in preview.positives] == [s.matches for s in truth.positives]


@THOROUGH
@given(strategies=st.lists(STRATEGIES, min_size=1, max_size=4))
def test_the_light_form_says_the_same(
    catalogue: Catalogue, encoder: CachedEncoder, tiny: TinyPreview, strategies: list[Strategy]
) -> None:
    for preview in (tiny, next(samples(catalogue, encoder, size=400, number=1))):
        counts, means = preview.counts(strategies, intent="camping")
        for k, full in enumerate(preview.previews(strategies, intent="camping", details=False)):
            assert round(counts[k]) == full.count
            assert (means[k] if counts[k] > 0 and not math.isnan(means[k]) else None) == pytest.approx(
                full.mean_relevance
            )


def test_few_slots_serve_many_terms_and_threads(snapshot: Snapshot, tiny: TinyPreview) -> None:
    small = TinyPreview(snapshot, tiny.encoder)
    small.columns = TermColumns(snapshot, tiny.encoder, budget=0, least=4)
    strategies = [Strategy((a, b), (c,)) for a, b, c in zip(WORDS, WORDS[1:], WORDS[2:], strict=False)]
    expected = [tiny.preview(s, intent="tent") for s in strategies]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda s: small.preview(s, intent="tent"), strategies * 4)) == expected * 4
    with pytest.raises(StrategyInvalid, match="more than 4 terms"):
        small.preview(Strategy(tuple(WORDS[:6])))


def test_wilson_as_in_the_textbook() -> None:
    assert wilson(10, 100, 10**12) == pytest.approx((0.05523, 0.17437), abs=1e-4)
    assert wilson(0, 20, 10**12) == pytest.approx((0.0, 0.16113), abs=1e-4)
    assert wilson(3, 10, 10) == (0.3, 0.3)
    low, high = wilson(10, 100, 110)
    assert 0.055 < low < 0.1 < high < 0.174


def test_the_interval_never_leaves_what_was_seen() -> None:
    strata = Strata.of([900, 100, 0, 0], [90, 10, 0, 0])
    low, high = kept_interval(strata, [0, 10, 0, 0], negatives=True)
    assert 10 <= low <= 100 <= high <= 1000 - 90
    assert kept_interval(Strata.of([0, 100, 0, 0], [0, 10, 0, 0]), [0, 10, 0, 0], negatives=False) == (100, 100)
