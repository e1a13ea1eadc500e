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
from core.recall.postings import Rows, Words
from core.recall.terms import Term

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


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
    weights = [evidence.idf(token) for token in tokens]
    total = sum(weights)
    covered = np.zeros(evidence.size, np.float64)
    for token, weight in zip(tokens, weights, strict=True):
        _add(covered, evidence.rows("tokens", token), weight / total)
    return covered


def positive_columns(
    evidence: Evidence, term: Term, cosine: Floats, profile: EncoderProfile
) -> tuple[Words, Words, Floats]:
    """Of one positive term: rows it matches, rows it matches lexically (both packed), and each row's unweighted score.

    The score is 0.5 x covered share of idf + 0.5 x rescaled cosine.
    """
    lexical = having_all(evidence, "tokens", term.tokens)
    covered = coverage(evidence, term.tokens)
    bits = np.zeros(words_for(evidence.size), np.uint64)
    lexical_bits = np.zeros_like(bits)
    score = np.empty(evidence.size, np.float32)
    _positive(lexical, covered, cosine, profile.tau, profile.random, profile.gold, bits, lexical_bits, score)
    return bits, lexical_bits, score


def negative_columns(evidence: Evidence, term: Term, cosine: Floats, profile: EncoderProfile) -> tuple[Words, Words]:
    """Of one negative term: rows it excludes, and rows it excludes lexically, both packed."""
    lexical = having_all(evidence, "asserted", term.tokens)
    negated = having_all(evidence, "negated", term.tokens)
    bits = np.zeros(words_for(evidence.size), np.uint64)
    lexical_bits = np.zeros_like(bits)
    _negative(lexical, negated, cosine, profile.tau_negative, bits, lexical_bits)
    return bits, lexical_bits


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
def _add(sums, rows, weight):  # type: ignore[no-untyped-def]
    for row in rows:
        sums[row] += weight


@numba.njit(cache=True, nogil=True)
def _pack(mask, out):  # type: ignore[no-untyped-def]
    one = np.uint64(1)
    for i in range(len(mask)):
        if mask[i]:
            out[i >> 6] |= one << np.uint64(i & 63)


@numba.njit(cache=True, nogil=True)
def _positive(lexical, covered, cosine, tau, random, gold, bits, lexical_bits, score):  # type: ignore[no-untyped-def]
    one = np.uint64(1)
    for i in range(len(cosine)):
        near = min(max((np.float64(cosine[i]) - random) / (gold - random), 0.0), 1.0)
        share = 1.0 if lexical[i] else covered[i]
        score[i] = np.float32(0.5 * share + 0.5 * near)
        if lexical[i]:
            lexical_bits[i >> 6] |= one << np.uint64(i & 63)
        if lexical[i] or np.float64(cosine[i]) >= tau:
            bits[i >> 6] |= one << np.uint64(i & 63)


@numba.njit(cache=True, nogil=True)
def _negative(lexical, negated, cosine, tau, bits, lexical_bits):  # type: ignore[no-untyped-def]
    one = np.uint64(1)
    for i in range(len(cosine)):
        if lexical[i]:
            lexical_bits[i >> 6] |= one << np.uint64(i & 63)
        if lexical[i] or (np.float64(cosine[i]) >= tau and not negated[i]):
            bits[i >> 6] |= one << np.uint64(i & 63)


@numba.njit(cache=True, nogil=True)
def trailing(word):  # type: ignore[no-untyped-def]
    """The position of the lowest set bit of a word that is not 0."""
    n = 0
    if word & np.uint64(0xFFFFFFFF) == 0:
        n += 32
        word >>= np.uint64(32)
    if word & np.uint64(0xFFFF) == 0:
        n += 16
        word >>= np.uint64(16)
    if word & np.uint64(0xFF) == 0:
        n += 8
        word >>= np.uint64(8)
    if word & np.uint64(0xF) == 0:
        n += 4
        word >>= np.uint64(4)
    if word & np.uint64(0x3) == 0:
        n += 2
        word >>= np.uint64(2)
    if word & np.uint64(0x1) == 0:
        n += 1
    return n


@numba.njit(cache=True, nogil=True)
def ones(word):  # type: ignore[no-untyped-def]
    """How many bits of a word are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


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
