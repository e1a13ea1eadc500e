"""What terms match lexically in the whole catalogue: exact, from the postings, remembered by term."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from core.recall import tally
from core.recall.matching import words_for
from core.recall.postings import Rows, Words
from core.recall.snapshot import Snapshot
from core.recall.terms import Term, Terms

_REMEMBERED = 128 << 20
"""Bytes of rows that are remembered."""


@dataclass(frozen=True, slots=True)
class WholeStrata:
    """Sizes of the four strata (`tally`) after the filters, the packed rows matched lexically, and each term's rows."""

    sizes: list[int]
    matched: Words
    positive: list[Rows | Words]
    negative: list[Rows | Words]


class WholeTerms:
    """Rows of terms over the whole catalogue: ascending row numbers of a rare term, packed rows of a common one."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._words = words_for(snapshot.population)
        self._rows: OrderedDict[tuple[str, str], Rows | Words] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def strata(self, terms: Terms, passing: Words) -> WholeStrata:
        """How many products that pass the filters are in each stratum."""
        positive = [self._of("tokens", t) for t in terms.positive]
        negative = [self._of("asserted", t) for t in terms.negative]
        matched = self._union(positive)
        sizes = tally.strata_sizes(matched, self._union(negative), passing).tolist()
        return WholeStrata(sizes, matched, positive, negative)

    def count_alone(self, found: WholeStrata, term: int, passing: Words) -> int:
        """How many products after the filters the positive term of this place, and no other, matches lexically."""
        others = self._union([rows for k, rows in enumerate(found.positive) if k != term])
        return count_among(found.positive[term], passing & ~others)

    def _union(self, terms: list[Rows | Words]) -> Words:
        bits = np.zeros(self._words, np.uint64)
        for rows in terms:
            if rows.dtype == np.uint64:
                tally.join(bits, rows)
            else:
                tally.mark(bits, rows)
        return bits

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
            tally.mark(kept, rows)
        elif rows.base is not None:
            kept = rows.copy()
        with self._lock:
            if key not in self._rows:
                self._rows[key] = kept
                self._bytes += kept.nbytes
            while self._bytes > _REMEMBERED and len(self._rows) > 1:
                self._bytes -= self._rows.popitem(last=False)[1].nbytes
        return kept


def count_among(rows: Rows | Words, among: Words) -> int:
    """How many of a term's rows are in a packed set."""
    if rows.dtype == np.uint64:
        return int(tally.count_common(rows, among))
    return int(tally.count_rows(rows, among))
