"""What a term matches: the one definition (design.md section 5) that preview, full recall and explanation all call.

It speaks of rows of some `Evidence`: a sample in memory, the candidates that LanceDB fetched, or a single product. Sets
of rows are packed bits, row i in bit i % 64 of word i // 64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numba
import numpy as np
import numpy.typing as npt

from core.catalogue.calibration import EncoderProfile
from core.recall.bits import ones, trailing
from core.recall.postings import Rows, Words
from core.recall.terms import Term

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


_NEVER = 60_000
"""Tokens that a term without tokens asks for: more than any row can have of it."""


class Evidence(Protocol):
    """Rows whose tokens and vectors are known."""

    @property
    def size(self) -> int:
        """How many rows."""

    @property
    def vectors(self) -> Floats:
        """(size, dimension), normalised, contiguous."""

    def rows(self, field: str, token: str) -> Rows:
        """The ascending rows with a token in `tokens`, `asserted` or `negated`."""

    def idf(self, token: str) -> float:
        """The token's weight in the whole catalogue."""


def words_for(size: int) -> int:
    """Words of 64 bits that hold one bit a row."""
    return (size + 63) // 64


def having_all(evidence: Evidence, field: str, tokens: Sequence[str]) -> Mask:
    """Which rows have every token in a column; none where there is no token."""
    count = np.zeros(evidence.size, np.uint16)
    for token in tokens:
        _add_one(count, evidence.rows(field, token))
    return count == len(tokens) if tokens else np.zeros(evidence.size, np.bool_)


def coverage(evidence: Evidence, tokens: Sequence[str]) -> npt.NDArray[np.float64]:
    """The share of the term's idf that each row's tokens cover, 0 where the term has no tokens."""
    count, covered = np.zeros(evidence.size, np.uint16), np.zeros(evidence.size, np.float64)
    _count_and_cover(evidence, tokens, count, covered)
    return covered


def _count_and_cover(
    evidence: Evidence, tokens: Sequence[str], count: npt.NDArray[np.uint16], covered: npt.NDArray[np.float64]
) -> None:
    weights = [evidence.idf(token) for token in tokens]
    total = sum(weights)
    for token, weight in zip(tokens, weights, strict=True):
        _cover(count, covered, evidence.rows("tokens", token), weight / total)


def positive_columns(
    evidence: Evidence, term: Term, cosine: Floats, profile: EncoderProfile
) -> tuple[Words, Words, Floats]:
    """Of one positive term: rows it matches, rows it matches lexically (both packed), and each row's unweighted score.

    The score is 0.5 x covered share of the term's idf + 0.5 x rescaled cosine.
    """
    count, covered = np.zeros(evidence.size, np.uint16), np.zeros(evidence.size, np.float64)
    _count_and_cover(evidence, term.tokens, count, covered)
    bits, lexical = (np.empty(words_for(evidence.size), np.uint64) for _ in range(2))
    score = np.empty(evidence.size, np.float32)
    needed = len(term.tokens) or _NEVER
    _positive(count, needed, covered, cosine, profile.tau, profile.random, profile.gold, bits, lexical, score)
    return bits, lexical, score


def negative_columns(evidence: Evidence, term: Term, cosine: Floats, profile: EncoderProfile) -> tuple[Words, Words]:
    """Of one negative term: rows it excludes, and rows it excludes lexically, both packed."""
    asserted, negated = np.zeros(evidence.size, np.uint16), np.zeros(evidence.size, np.uint16)
    for token in term.tokens:
        _add_one(asserted, evidence.rows("asserted", token))
        _add_one(negated, evidence.rows("negated", token))
    bits, lexical = (np.empty(words_for(evidence.size), np.uint64) for _ in range(2))
    _negative(asserted, negated, len(term.tokens) or _NEVER, cosine, profile.tau_negative, bits, lexical)
    return bits, lexical


def pack(mask: Mask) -> Words:
    """The packed form of a mask."""
    out = np.zeros(words_for(len(mask)), np.uint64)
    _pack(mask, out)
    return out


def unpack(bits: Words) -> Rows:
    """The ascending rows of a packed set."""
    rows: Rows = _unpack(bits)
    return rows


@numba.njit(cache=True, nogil=True)
def _add_one(count, rows):  # type: ignore[no-untyped-def]
    for row in rows:
        count[row] += 1


@numba.njit(cache=True, nogil=True)
def _cover(count, covered, rows, share):  # type: ignore[no-untyped-def]
    for row in rows:
        count[row] += 1
        covered[row] += share


@numba.njit(cache=True, nogil=True)
def _pack(mask, out):  # type: ignore[no-untyped-def]
    one = np.uint64(1)
    for i in range(len(mask)):
        if mask[i]:
            out[i >> 6] |= one << np.uint64(i & 63)


@numba.njit(cache=True, nogil=True)
def _positive(count, needed, covered, cosine, tau, random, gold, bits, lexical, score):  # type: ignore[no-untyped-def]
    span = gold - random
    for i in range(len(cosine)):
        near = (np.float64(cosine[i]) - random) / span
        near = 0.0 if near < 0.0 else near
        near = 1.0 if near > 1.0 else near
        share = 1.0 if count[i] == needed else covered[i]
        score[i] = np.float32(0.5 * share + 0.5 * near)
    for w in range(len(bits)):
        matched = by_words = np.uint64(0)
        for b in range(min(64, len(cosine) - w * 64)):
            has = np.uint64(count[w * 64 + b] == needed)
            by_words |= has << np.uint64(b)
            matched |= (has | np.uint64(np.float64(cosine[w * 64 + b]) >= tau)) << np.uint64(b)
        bits[w], lexical[w] = matched, by_words


@numba.njit(cache=True, nogil=True)
def _negative(asserted, negated, needed, cosine, tau, bits, lexical):  # type: ignore[no-untyped-def]
    for w in range(len(bits)):
        excluded = by_words = np.uint64(0)
        for b in range(min(64, len(cosine) - w * 64)):
            i = w * 64 + b
            has = np.uint64(asserted[i] == needed)
            near = np.uint64(np.float64(cosine[i]) >= tau) & np.uint64(negated[i] != needed)
            by_words |= has << np.uint64(b)
            excluded |= (has | near) << np.uint64(b)
        bits[w], lexical[w] = excluded, by_words


@numba.njit(cache=True, nogil=True)
def _unpack(bits):  # type: ignore[no-untyped-def]
    total = 0
    for word in bits:
        total += ones(word)
    rows = np.empty(total, np.int32)
    found = 0
    for w in range(len(bits)):
        word = bits[w]
        while word:
            rows[found] = w * 64 + trailing(word)
            found += 1
            word &= word - np.uint64(1)
    return rows


@numba.njit(cache=True, nogil=True)
def recalled(positive, positive_slots, negative, negative_slots, passing):  # type: ignore[no-untyped-def]
    """Union of the positive terms' rows minus union of the negative terms' rows, among those that pass the filters.

    `positive` and `negative` hold packed rows by slot; only the given slots count. Returns (kept, removed), packed.
    """
    kept = np.zeros(len(passing), np.uint64)
    removed = np.zeros(len(passing), np.uint64)
    for w in range(len(passing)):
        wanted = np.uint64(0)
        for s in positive_slots:
            wanted |= positive[s, w]
        unwanted = np.uint64(0)
        for s in negative_slots:
            unwanted |= negative[s, w]
        wanted &= passing[w]
        kept[w] = wanted & ~unwanted
        removed[w] = wanted & unwanted
    return kept, removed


@numba.njit(cache=True, nogil=True)
def best_scores(rows, slots, weights, bits, score):  # type: ignore[no-untyped-def]
    """Of each row the largest weighted score of the terms (by slot) that match it."""
    out = np.empty(len(rows), np.float64)
    one = np.uint64(1)
    for k in range(len(rows)):
        row = rows[k]
        best = -1.0
        for j in range(len(slots)):
            if bits[slots[j], row >> 6] & (one << np.uint64(row & 63)):
                value = weights[j] * np.float64(score[slots[j], row])
                best = max(best, value)
        out[k] = best
    return out
