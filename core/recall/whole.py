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
    """Sizes of the four strata (`tally`) after the filters, and the packed rows matched and excluded lexically."""

    sizes: list[int]
    matched: Words
    barred: Words


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
        matched = self._union("tokens", terms.positive)
        barred = self._union("asserted", terms.negative)
        return WholeStrata(tally.strata_sizes(matched, barred, passing).tolist(), matched, barred)

    def count(self, field: str, term: Term, among: Words) -> int:
        """How many products of a packed set a term matches lexically in a column."""
        rows = self._of(field, term)
        if rows.dtype == np.uint64:
            return int(tally.count_common(rows, among))
        return int(tally.count_rows(rows, among))

    def count_alone(self, term: Term, others: tuple[Term, ...], passing: Words) -> int:
        """How many products after the filters a positive term, and none of the others, matches lexically."""
        return self.count("tokens", term, passing & ~self._union("tokens", others))

    def _union(self, field: str, terms: tuple[Term, ...]) -> Words:
        bits = np.zeros(self._words, np.uint64)
        for term in terms:
            rows = self._of(field, term)
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
