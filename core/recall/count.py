"""The counting of one strategy over a sample: from packed rows to every number of a preview."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from core.domain import NegativeStatistics, Preview, TermStatistics
from core.recall import tally
from core.recall.columns import Held, TermColumns
from core.recall.estimate import Strata, kept_count, kept_interval, union_count, weighted
from core.recall.facets import Facets
from core.recall.matching import best_scores, unpack
from core.recall.postings import Rows
from core.recall.snapshot import Passing, Snapshot
from core.recall.terms import Terms
from core.recall.whole import WholeStrata, WholeTerms

Numbers = npt.NDArray[np.float64]


class Count:
    """One strategy's totals, alive as long as one preview; the held columns must stay held."""

    def __init__(
        self,
        snapshot: Snapshot,
        columns: TermColumns,
        whole: WholeTerms,
        facets: Facets,
        terms: Terms,
        held: Held,
        passing: Passing,
    ) -> None:
        self.snapshot = snapshot
        self.columns = columns
        self.facets = facets
        self.terms = terms
        self.held = held
        self.passing = passing
        totals = tally.packed_totals(
            columns.matches,
            columns.lexical,
            held.positive,
            columns.excludes,
            columns.excludes_lexically,
            held.negative,
            passing.sample,
            passing.unknown_price,
        )
        self.union, self.kept, self.lexically = totals[:3]
        self.size, self.in_union, self.in_kept = (counts.tolist() for counts in totals[3:6])
        self.by_positive, self.by_negative = (counts.tolist() for counts in totals[6:8])
        self.priceless = int(totals[8])
        self.catalogue: WholeStrata | None = None if passing.whole is None else whole.strata(terms, passing)
        sizes = self.size if self.catalogue is None else self.catalogue.sizes
        self.strata = Strata.of(sizes, self.size)
        self.weights = self.strata.weights

    def preview(self, shown: int) -> Preview:
        """Put the numbers together; `shown` best products are named, and without them no facets."""
        c, held, profile = self.columns, self.held, self.columns.encoder.profile
        of_kept, of_removed, of_term, own_kept, own_removed, shared = tally.relevances(
            self.union,
            self.kept,
            self.lexically,
            c.matches,
            c.cosine,
            held.positive,
            c.excludes,
            held.negative,
            held.intent,
            profile.random,
            profile.gold,
        )
        seen = weighted(self.in_kept, self.weights)
        mean = weighted([*of_kept.tolist(), 0.0, 0.0], self.weights) / seen if seen > 0 else None
        count = kept_count(self.strata, self.in_kept)
        low, high = self._interval(count)
        rows = unpack(self.kept) if shown else np.empty(0, np.int32)
        return Preview(
            count=round(count),
            low=low,
            high=high,
            population=self.snapshot.population,
            sample_size=self.snapshot.size,
            exact=self.catalogue is None,
            positives=self._positives(of_term.tolist()),
            negatives=self._negatives(of_removed.tolist(), mean, self._harmed(own_kept, own_removed, shared)),
            mean_relevance=mean,
            removed=max(0, round(union_count(self.strata, self.in_union)) - round(count)),
            unknown_price=round(self.priceless * self._sampling()),
            sample=self._best(rows, shown),
            facets=self.facets.counts(rows, self.lexically, self.weights[:2]) if len(rows) else (),
        )

    def _sampling(self) -> float:
        return 1.0 if self.snapshot.whole else self.snapshot.population / self.snapshot.size

    def _interval(self, count: float) -> tuple[int, int]:
        if self.catalogue is None or not self.terms.positive:
            return round(count), round(count)
        low, high = kept_interval(self.strata, self.in_kept, negatives=bool(self.terms.negative))
        return min(math.floor(low), round(count)), max(math.ceil(high), round(count))

    def _positives(self, cosine_sums: list[float]) -> tuple[TermStatistics, ...]:
        found = []
        kept_share = kept_count(self.strata, self.in_kept) / max(union_count(self.strata, self.in_union), 1.0)
        for j, one in enumerate(self.terms.positive):
            counts = self.by_positive[j]
            seen = sum(counts[tally.MATCHED])
            expected = weighted(counts[tally.MATCHED], self.weights)
            matches, exclusive, kept = expected, 0.0, 0.0
            if self.catalogue is not None:
                matches = self.catalogue.matched[j] + weighted(counts[tally.SEMANTIC], self.weights)
            if expected > 0:
                exclusive = matches * weighted(counts[tally.EXCLUSIVE], self.weights) / expected
                kept = matches * weighted(counts[tally.KEPT], self.weights) / expected
            elif matches > 0 and self.catalogue is not None:
                # Too rare for the sample: its words are all that is known of it.
                exclusive = float(self.catalogue.alone[j])
                kept = matches * kept_share
            found.append(
                TermStatistics(
                    term=one.text,
                    matches=round(matches),
                    exclusive=round(exclusive),
                    mean_relevance=cosine_sums[j] / seen if seen else None,
                    overlap=1.0 - exclusive / matches if matches > 0 else 0.0,
                    kept=round(kept),
                )
            )
        return tuple(found)

    def _negatives(
        self, sums: list[float], mean: float | None, harmed: list[tuple[str, ...]]
    ) -> tuple[NegativeStatistics, ...]:
        found = []
        for j, one in enumerate(self.terms.negative):
            counts = self.by_negative[j]
            seen = sum(counts[tally.REMOVED])
            expected = weighted(counts[tally.REMOVED], self.weights)
            removed = expected
            if self.catalogue is not None:
                removed = self.catalogue.cut[j] + weighted(counts[tally.OTHERWISE], self.weights)
            alone = removed * weighted(counts[tally.ALONE], self.weights) / expected if expected > 0 else removed
            found.append(
                NegativeStatistics(
                    term=one.text,
                    removed=round(removed),
                    removed_alone=round(alone),
                    mean_removed=sums[j] / seen if seen else None,
                    mean_kept=mean,
                    harmed=harmed[j],
                )
            )
        return tuple(found)

    def _harmed(self, own_kept: Numbers, own_removed: Numbers, shared: npt.NDArray[np.int64]) -> list[tuple[str, ...]]:
        """By negative term: positive terms among whose matches it removes better products than are left."""
        left = [sum(counts[tally.KEPT]) for counts in self.by_positive]
        kept, removed, both = own_kept.tolist(), own_removed.tolist(), shared.tolist()
        return [
            tuple(
                one.text
                for i, one in enumerate(self.terms.positive)
                if both[j][i] > 0 and left[i] > 0 and removed[j][i] / both[j][i] > kept[i] / left[i]
            )
            for j in range(len(self.terms.negative))
        ]

    def _best(self, rows: Rows, shown: int) -> tuple[str, ...]:
        if len(rows) == 0:
            return ()
        c = self.columns
        scores = best_scores(rows, self.held.positive, np.array(self.terms.weights), c.matches, c.score)
        places = np.arange(len(scores))
        if len(scores) > shown:
            least = np.partition(scores, len(scores) - shown)[len(scores) - shown]
            places = np.flatnonzero(scores >= least)
        # Rows ascend by product id, so a stable sort breaks ties by id.
        first = places[np.argsort(-scores[places], kind="stable")[:shown]]
        ids = self.snapshot.sample_ids
        return tuple([ids[row] for row in rows[first].tolist()])
