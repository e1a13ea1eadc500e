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
        self._lock = threading.Lock()

    def sizes(self, terms: Terms, passing: Passing) -> list[int]:
        """How many products that pass the filters are in each stratum."""
        assert passing.whole is not None
        positive, negative = self._rows_of(terms)
        matched, barred = self._union(positive)[0], self._union(negative)[0]
        sizes: list[int] = tally.strata_sizes(matched, barred, passing.whole, passing.count).tolist()
        return sizes

    def strata(self, terms: Terms, passing: Passing) -> WholeStrata:
        """`sizes`, and the counts of every term."""
        assert passing.whole is not None
        positive, negative = self._rows_of(terms)
        (matched, again), barred = self._union(positive), self._union(negative)[0]
        return WholeStrata(
            tally.strata_sizes(matched, barred, passing.whole, passing.count).tolist(),
            [_count(rows, passing.whole, matched, inside=True) for rows in positive],
            [_count(rows, passing.whole, again, inside=False) for rows in positive],
            [_count(rows, passing.whole, matched, inside=True) for rows in negative],
        )

    def _rows_of(self, terms: Terms) -> tuple[list[Rows | Words], list[Rows | Words]]:
        return [self._of("tokens", t) for t in terms.positive], [self._of("asserted", t) for t in terms.negative]

    def _union(self, terms: list[Rows | Words]) -> tuple[Words, Words]:
        bits, again = np.zeros(self._words, np.uint64), np.zeros(self._words, np.uint64)
        for rows in terms:
            if rows.dtype == np.uint64:
                tally.join(bits, again, rows)
            else:
                tally.mark(bits, again, rows)
        return bits, again

    def _of(self, field: str, term: Term) -> Rows | Words:
        key = (field, term.key)
        with self._lock:
            found = self._rows.get(key)
            if found is not None:
                self._rows.move_to_end(key)
                return found
        rows = self._snapshot.rows_with_all(field, term.tokens)
        kept: Rows | Words = rows
        if len(rows) * 4 > self._words * 8:
            kept = np.zeros(self._words, np.uint64)
            tally.mark(kept, np.zeros_like(kept), rows)
        elif rows.base is not None:
            kept = rows.copy()
        with self._lock:
            if key not in self._rows:
                self._rows[key] = kept
                self._bytes += kept.nbytes
            while self._bytes > _REMEMBERED and len(self._rows) > 1:
                self._bytes -= self._rows.popitem(last=False)[1].nbytes
        return kept


def _count(rows: Rows | Words, passing: Words, others: Words, *, inside: bool) -> int:
    if rows.dtype == np.uint64:
        return int(tally.count_packed(rows, passing, others, inside))
    return int(tally.count_rows(rows, passing, others, inside))
