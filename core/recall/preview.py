"""TinyPreview: what a strategy would recall, estimated in memory from a fixed sample, without a database in the loop.

Products are apart by what is known of the whole catalogue: whether a positive term matches them lexically and whether a
negative term excludes them lexically (`tally`). The sizes of these four strata are exact, so only what cosines decide
is extrapolated (`estimate`). A sample of the whole catalogue makes every number exact and equal to the full recall.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.catalogue.embedding import Encoder
from core.domain import Filters, Preview, Strategy
from core.recall import tally
from core.recall.columns import Held, TermColumns
from core.recall.count import Count
from core.recall.estimate import Strata, kept_count, weighted
from core.recall.facets import Facets
from core.recall.matching import best_scores, recalled, unpack
from core.recall.snapshot import Passing, Snapshot
from core.recall.terms import Term, Terms, read_terms, term
from core.recall.vectors import cached
from core.recall.whole import WholeTerms

SHOWN = 24
"""Products that a preview names, best first."""

Numbers = npt.NDArray[np.float64]


class TinyPreview:
    """Previews of one snapshot. Safe to share between threads; a term that is new costs its encoding."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, *, budget: int = 256 << 20) -> None:
        """`budget` bytes are kept of term columns."""
        self.snapshot = snapshot
        self.encoder = cached(encoder)
        self.columns = TermColumns(snapshot, self.encoder, budget=budget)
        self._facets = Facets(snapshot)
        self._whole = WholeTerms(snapshot)

    def warm(self) -> None:
        """Load the compiled code (compile it, the first time on a machine) that the first preview would wait for."""
        strategy = Strategy(("warm up", "warm"), ("cold",))
        self.preview(strategy, intent="warm up")
        self.counts([strategy])
        if self.snapshot.size:
            self.recalled(strategy)

    def preview(self, strategy: Strategy, *, intent: str | None = None, details: bool = True) -> Preview:
        """Preview one strategy with every statistic; the text of `intent` caps each product's relevance.

        Without `details` no products are named and no facets counted.
        """
        terms = read_terms(strategy)
        passing = self.snapshot.passing(strategy.filters)
        with self.columns.hold(terms, _intent(intent)) as held:
            return Count(self.snapshot, self.columns, self._whole, self._facets, terms, held, passing).preview(
                SHOWN if details else 0
            )

    def previews(
        self, strategies: Sequence[Strategy], *, intent: str | None = None, details: bool = True
    ) -> tuple[Preview, ...]:
        """Preview several strategies over the same sample, their new terms encoded together."""
        self.columns.prepare([read_terms(s) for s in strategies], _intent(intent))
        return tuple(self.preview(s, intent=intent, details=details) for s in strategies)

    def counts(self, strategies: Sequence[Strategy], *, intent: str | None = None) -> tuple[Numbers, Numbers]:
        """(estimated count, mean relevance) of each strategy over the same sample, NaN where nothing is kept.

        The light form for training: only what the reward's relevance and quantity read.
        """
        read = [read_terms(strategy) for strategy in strategies]
        limit = _intent(intent)
        self.columns.prepare(read, limit)
        count, mean = np.zeros(len(read)), np.full(len(read), np.nan)
        for at, (terms, strategy) in enumerate(zip(read, strategies, strict=True)):
            passing = self.snapshot.passing(strategy.filters)
            with self.columns.hold(terms, limit) as held:
                count[at], mean[at] = self._light(terms, held, passing)
        return count, mean

    def _light(self, terms: Terms, held: Held, passing: Passing) -> tuple[float, float]:
        c, profile = self.columns, self.encoder.profile
        size, _, kept, relevance = tally.count_and_relevance(
            c.matches,
            c.lexical,
            c.cosine,
            held.positive,
            c.excludes,
            c.excludes_lexically,
            held.negative,
            held.intent,
            profile.random,
            profile.gold,
            passing.sample,
        )
        seen, found = size.tolist(), kept.tolist()
        if passing.whole is None:
            total, counted = found[0] + found[1], float(found[0] + found[1])
            return counted, (relevance[0] + relevance[1]) / total if total else np.nan
        strata = Strata.of(self._whole.sizes(terms, passing), seen)
        weights = strata.weights
        counted = weighted(found, weights)
        mean = weighted(relevance.tolist(), weights) / counted if counted else np.nan
        return kept_count(strata, found), mean

    def recalled(self, strategy: Strategy) -> tuple[tuple[str, ...], Numbers]:
        """(ids, scores) of the sample's products that the strategy recalls, best first, ties by id.

        Where the sample is the whole catalogue this is the full recall.
        """
        terms = read_terms(strategy)
        passing = self.snapshot.passing(strategy.filters)
        with self.columns.hold(terms) as held:
            c = self.columns
            kept, _ = recalled(c.matches, held.positive, c.excludes, held.negative, passing.sample)
            rows = unpack(kept)
            scores: Numbers = best_scores(rows, held.positive, np.array(terms.weights), c.matches, c.score)
        order = np.argsort(-scores, kind="stable")
        return self.snapshot.ids_of(self.snapshot.sample_rows[rows[order]]), scores[order]

    def matches(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """(texts, sample rows): which rows each positive term matches."""
        return self._masks(texts, negative=False)

    def exclusions(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """(texts, sample rows): which rows each negative term excludes."""
        return self._masks(texts, negative=True)

    def passing(self, filters: Filters) -> npt.NDArray[np.bool_]:
        """(sample rows,): which rows pass the filters."""
        return _mask(self.snapshot.passing(filters).sample, self.snapshot.size)

    def _masks(self, texts: Sequence[str], *, negative: bool) -> npt.NDArray[np.bool_]:
        out = np.zeros((len(texts), self.snapshot.size), np.bool_)
        c = self.columns
        step = 256  # in turns, so that any number of terms fits
        for start in range(0, len(texts), step):
            found = [term(text) for text in texts[start : start + step]]
            known = tuple({t.key: t for t in found if t.key}.values())
            terms = Terms((), known, ()) if negative else Terms(known, (), (1.0,) * len(known))
            with c.hold(terms) as held:
                slots, bits = (held.negative, c.excludes) if negative else (held.positive, c.matches)
                rows = {t.key: _mask(bits[s], self.snapshot.size) for t, s in zip(known, slots.tolist(), strict=True)}
            for k, one in enumerate(found):
                if one.key:
                    out[start + k] = rows[one.key]
        return out


def _mask(bits: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.bool_]:
    return np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def _intent(text: str | None) -> Term | None:
    found = None if text is None else term(text)
    return found if found is not None and found.key else None
