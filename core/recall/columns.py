"""Every term's columns over some rows (cosine, score, matches), kept while the memory allowed to them lasts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.catalogue.embedding import Encoder
from core.domain import MAX_TERMS
from core.errors import StrategyInvalid
from core.recall.matching import Evidence, negative_columns, positive_columns, words_for
from core.recall.terms import Term, Terms
from core.recall.vectors import cosines

Slots = npt.NDArray[np.int64]

# Terms whose cosines are computed in one go: enough to fill the kernel, few enough for a million rows.
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Held:
    """Where the columns of one strategy's terms stand; `intent` is -1 where none was given."""

    positive: Slots
    negative: Slots
    intent: int


class TermColumns:
    """Columns by slot: `cosine` and `score` of positive terms, `matches` and `lexical` packed; `excludes` and
    `excludes_lexically` packed of negative terms. The least recently used term gives its slot away.

    Read the arrays only inside `hold`, which keeps other threads from giving slots away.
    """

    def __init__(
        self, evidence: Evidence, encoder: Encoder, *, budget: int = 256 << 20, least: int = MAX_TERMS
    ) -> None:
        """`budget` is in bytes; at least `least` terms of each sign and an intent fit whatever it says."""
        self.evidence = evidence
        self.encoder = encoder
        rows, words = evidence.size, words_for(evidence.size)
        self.capacity = max(budget // max(rows * 8 + words * 32, 1), least + 1) if rows else least + 1
        self.capacity = min(self.capacity, 100_000)
        # Reserved, but only touched (and so only paid for) slot by slot.
        self.cosine = np.empty((self.capacity, rows), np.float32)
        self.score = np.empty((self.capacity, rows), np.float32)
        self.matches = np.empty((self.capacity, words), np.uint64)
        self.lexical = np.empty((self.capacity, words), np.uint64)
        self.excludes = np.empty((self.capacity, words), np.uint64)
        self.excludes_lexically = np.empty((self.capacity, words), np.uint64)
        self._positive: OrderedDict[str, int] = OrderedDict()
        self._negative: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.RLock()

    @contextmanager
    def hold(self, terms: Terms, intent: Term | None = None) -> Iterator[Held]:
        """Have the columns of these terms ready; raises `StrategyInvalid` where they are more than fit."""
        wanted = terms.positive if intent is None else (*terms.positive, intent)
        if max(len(wanted), len(terms.negative)) > self.capacity:
            raise StrategyInvalid(
                f"The strategy has more than {self.capacity - 1} terms of one kind; shorten its lists."
            )
        self._encode_missing([(wanted, terms.negative)])
        with self._lock:
            positive, negative = self._fill(wanted, terms.negative)
            if intent is None:
                yield Held(positive, negative, -1)
            else:
                yield Held(positive[:-1], negative, int(positive[-1]))

    def prepare(self, strategies: Sequence[Terms], intent: Term | None = None) -> None:
        """Encode and compare the new terms of several strategies at once, as many as fit."""
        extra = () if intent is None else (intent,)
        self._encode_missing([((*s.positive, *extra), s.negative) for s in strategies])
        positive = list({t.key: t for s in strategies for t in (*extra, *s.positive)}.values())
        negative = list({t.key: t for s in strategies for t in s.negative}.values())
        with self._lock:
            self._fill(positive[: self.capacity], negative[: self.capacity])

    def _encode_missing(self, wanted: Sequence[tuple[Sequence[Term], Sequence[Term]]]) -> None:
        # Outside the lock: the encoder remembers, so that encoding again inside costs nothing.
        missing = {
            t.key
            for positive, negative in wanted
            for terms, known in ((positive, self._positive), (negative, self._negative))
            for t in terms
            if t.key not in known
        }
        if missing:
            self.encoder.encode(sorted(missing))

    def _fill(self, positive: Sequence[Term], negative: Sequence[Term]) -> tuple[Slots, Slots]:
        places, new = self._places(self._positive, positive)
        negative_places, new_negative = self._places(self._negative, negative)
        if new or new_negative:
            try:
                self._compute(new, new_negative)
            except BaseException:
                for term, _ in new:
                    del self._positive[term.key]
                for term, _ in new_negative:
                    del self._negative[term.key]
                raise
        return places, negative_places

    def _places(self, known: OrderedDict[str, int], terms: Sequence[Term]) -> tuple[Slots, list[tuple[Term, int]]]:
        places = np.empty(len(terms), np.int64)
        for k, term in enumerate(terms):
            place = known.get(term.key, -1)
            if place >= 0:
                known.move_to_end(term.key)
            places[k] = place
        new = []
        for k, term in enumerate(terms):
            if places[k] < 0:
                place = known.get(term.key, -1)  # the intent may repeat a term
                if place < 0:
                    place = len(known) if len(known) < self.capacity else known.popitem(last=False)[1]
                    known[term.key] = place
                    new.append((term, place))
                places[k] = place
        return places, new

    def _compute(self, new: Sequence[tuple[Term, int]], new_negative: Sequence[tuple[Term, int]]) -> None:
        everything = [*((True, *one) for one in new), *((False, *one) for one in new_negative)]
        profile = self.encoder.profile
        for start in range(0, len(everything), _AT_ONCE):
            some = everything[start : start + _AT_ONCE]
            columns = cosines(self.evidence.vectors, self.encoder.encode([term.key for _, term, _ in some]))
            for (positive, term, place), cosine in zip(some, columns, strict=True):
                if positive:
                    self.cosine[place] = cosine
                    found = positive_columns(self.evidence, term, cosine, profile)
                    self.matches[place], self.lexical[place], self.score[place] = found
                else:
                    excluded = negative_columns(self.evidence, term, cosine, profile)
                    self.excludes[place], self.excludes_lexically[place] = excluded
