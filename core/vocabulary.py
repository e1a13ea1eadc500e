"""A catalogue's snapshot as the planner sees it; stands beside the pipeline because it joins recall and planning."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from core.catalogue.embedding import Encoder
from core.catalogue.table import Catalogue
from core.domain import MAX_TERMS, Filters
from core.planning.lexicon import Lexicon, RowTexts, build_lexicon
from core.planning.vocabulary import Floats, Mask, Thresholds
from core.recall.columns import TermColumns
from core.recall.postings import Words
from core.recall.snapshot import Snapshot
from core.recall.terms import Terms, term


class SnapshotVocabulary:
    """`planning.vocabulary.Vocabulary` over the sample of a snapshot; matches are decided by recall's own columns."""

    def __init__(self, catalogue: Catalogue, snapshot: Snapshot, columns: TermColumns, *, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._columns = columns
        self._encoder = encoder
        self.query_log: Sequence[tuple[str, int]] = catalogue.query_log()
        self.lexicon: Lexicon = build_lexicon(_texts(catalogue, snapshot), queries=[q for q, _ in self.query_log])
        profile = encoder.profile
        self.thresholds = Thresholds(profile.tau, profile.tau_negative, profile.random, profile.gold)

    @property
    def size(self) -> int:
        """Rows in the sample."""
        return self._snapshot.size

    @property
    def population(self) -> int:
        """Products in the catalogue."""
        return self._snapshot.population

    @property
    def vectors(self) -> Floats:
        """(size, d), normalised."""
        return self._snapshot.vectors

    def encode(self, texts: Sequence[str]) -> Floats:
        """(len(texts), d), normalised."""
        return self._encoder.encode(texts)

    def matches(self, terms: Sequence[str]) -> Mask:
        """(len(terms), size): which rows each positive term matches."""
        parts = [self._mask(some, sign=1) for some in _slices(terms)]
        return np.concatenate(parts) if parts else np.zeros((0, self.size), np.bool_)

    def strengths(self, terms: Sequence[str]) -> Floats:
        """(len(terms), size): recall's score of each row by each positive term, 0 where it does not match."""
        parts = [self._scores(some) for some in _slices(terms)]
        return np.concatenate(parts) if parts else np.zeros((0, self.size), np.float32)

    def exclusions(self, terms: Sequence[str]) -> Mask:
        """(len(terms), size): which rows each negative term excludes."""
        parts = [self._mask(some, sign=-1) for some in _slices(terms)]
        return np.concatenate(parts) if parts else np.zeros((0, self.size), np.bool_)

    def passing(self, filters: Filters) -> Mask:
        """(size,): which rows pass the filters."""
        mask: Mask = _unpacked(self._snapshot.passing(filters).sample[None, :], self.size)[0]
        return mask

    def _scores(self, texts: Sequence[str]) -> Floats:
        read = tuple(term(text) for text in texts)
        with self._columns.hold(Terms(read, (), (1.0,) * len(read))) as held:
            matched = _unpacked(self._columns.matches[held.positive], self.size)
            scores: Floats = np.where(matched, self._columns.score[held.positive], np.float32(0))
            return scores

    def _mask(self, texts: Sequence[str], *, sign: int) -> Mask:
        read = tuple(term(text) for text in texts)
        weights = (1.0,) * len(read)
        terms = Terms(read, (), weights) if sign > 0 else Terms((), read, ())
        with self._columns.hold(terms) as held:
            packed = self._columns.matches[held.positive] if sign > 0 else self._columns.excludes[held.negative]
            return _unpacked(packed, self.size)


def _slices(terms: Sequence[str]) -> list[Sequence[str]]:
    return [terms[start : start + MAX_TERMS] for start in range(0, len(terms), MAX_TERMS)]


def _unpacked(packed: Words, size: int) -> Mask:
    """(n, size) from packed words, row i in bit i % 64 of word i // 64."""
    little = np.ascontiguousarray(packed, dtype="<u8").view(np.uint8)
    mask: Mask = np.unpackbits(little, axis=1, bitorder="little", count=size).view(np.bool_)
    return mask


def _texts(catalogue: Catalogue, snapshot: Snapshot) -> RowTexts:
    table = catalogue.columns(["product_id", "title", "brand", "category", "attributes", "body"]).take(
        snapshot.sample_rows
    )
    return RowTexts(
        product_ids=table["product_id"].to_pylist(),
        titles=table["title"].to_pylist(),
        brands=table["brand"].to_pylist(),
        categories=table["category"].to_pylist(),
        bodies=table["body"].to_pylist(),
        attributes=[" | ".join(json.loads(text).values()) for text in table["attributes"].to_pylist()],
    )
