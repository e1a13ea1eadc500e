"""What terms match lexically in the whole catalogue: exact, from the postings, remembered by term."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from core.recall import tally
from core.recall.matching import words_for
from core.recall.postings import Rows, Words
from core.recall.snapshot import Passing, Snapshot
from core.recall.terms import Term, Terms

_REMEMBERED = 128 << 20
"""Bytes of rows that are remembered."""


@dataclass(frozen=True, slots=True)
class WholeStrata:
    """Sizes of the four strata (`tally`) after the filters, and how many of each term's products pass, by place.

    `matched` are all that a positive term matches lexically, `alone` those that no other does, `cut` those that a
    negative term excludes lexically of what any positive one matches lexically.
    """

    sizes: list[int]
    matched: list[int]
    alone: list[int]
    cut: list[int]


class WholeTerms:
    """Rows of terms over the whole catalogue: ascending row numbers of a rare term, packed rows of a common one."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._words = words_for(snapshot.population)
        self._rows: OrderedDict[tuple[str, str], Rows | Words] = OrderedDict()
        self._bytes = 0
        # Scratch sets, empty between calls: making new ones would cost more than filling them.
        self._matched, self._again, self._barred = (np.zeros(self._words, np.uint64) for _ in range(3))
        self._lock = threading.Lock()

    def sizes(self, terms: Terms, passing: Passing) -> list[int]:
        """How many products that pass the filters are in each stratum."""
        assert passing.whole is not None
        with self._lock:
            _join(self._matched, [self._of("tokens", t) for t in terms.positive])
            _join(self._barred, [self._of("asserted", t) for t in terms.negative])
            return self._sizes(passing)

    def strata(self, terms: Terms, passing: Passing) -> WholeStrata:
        """`sizes`, and the counts of every term."""
        assert passing.whole is not None
        with self._lock:
            positive = [self._of("tokens", t) for t in terms.positive]
            negative = [self._of("asserted", t) for t in terms.negative]
            for rows in positive:
                packed = rows.dtype == np.uint64
                (tally.join_again if packed else tally.mark_again)(self._matched, self._again, rows)
            _join(self._barred, negative)
            own = [_count(rows, passing.whole, self._again) for rows in positive]
            cut = [_count(rows, passing.whole, self._matched)[0] for rows in negative]
            self._again.fill(0)
            return WholeStrata(self._sizes(passing), [sum(pair) for pair in own], [alone for _, alone in own], cut)

    def _sizes(self, passing: Passing) -> list[int]:
        sizes: list[int] = tally.strata_sizes(self._matched, self._barred, passing.whole, passing.count).tolist()
        self._matched.fill(0)
        self._barred.fill(0)
        return sizes

    def _of(self, field: str, term: Term) -> Rows | Words:
        key = (field, term.key)
        found = self._rows.get(key)
        if found is not None:
            self._rows.move_to_end(key)
            return found
        rows = self._snapshot.rows_with_all(field, term.tokens)
        kept: Rows | Words = rows
        if len(rows) * 4 > self._words * 8:
            kept = np.zeros(self._words, np.uint64)
            tally.mark(kept, rows)
        elif rows.base is not None:
            kept = rows.copy()
        self._rows[key] = kept
        self._bytes += kept.nbytes
        while self._bytes > _REMEMBERED and len(self._rows) > 1:
            self._bytes -= self._rows.popitem(last=False)[1].nbytes
        return kept


def _join(bits: Words, terms: list[Rows | Words]) -> None:
    for rows in terms:
        (tally.join if rows.dtype == np.uint64 else tally.mark)(bits, rows)


def _count(rows: Rows | Words, passing: Words, others: Words) -> tuple[int, int]:
    inside, outside = (tally.count_packed if rows.dtype == np.uint64 else tally.count_rows)(rows, passing, others)
    return int(inside), int(outside)
