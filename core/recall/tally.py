"""What a preview counts in packed rows, apart by whether terms match and exclude them lexically.

The four strata of a row: 0 neither, 1 a positive term matches it lexically, 2 a negative term excludes it lexically,
3 both. In 2 and 3 nothing is kept; in 1 and 3 everything is in the union.
"""

from __future__ import annotations

import numba
import numpy as np

from core.recall.bits import ones, trailing

# What is counted of a positive term: all its matches, those of no other term, those kept, those not lexical.
MATCHED, EXCLUSIVE, KEPT, SEMANTIC = range(4)
# What is counted of a negative term: all it removes, what no other removes, what is not lexical on both sides.
REMOVED, ALONE, OTHERWISE = range(3)


@numba.njit(cache=True, nogil=True)
def count_and_relevance(  # type: ignore[no-untyped-def]
    matches, lexical, cosine, slots, excludes, excludes_lexically, negative, intent, floor, ceiling, passing
):
    """By stratum: sample rows, union, kept, and the sum of relevance (cut to [floor, ceiling]) over kept."""
    size = np.zeros(4, np.int64)
    union = np.zeros(4, np.int64)
    kept = np.zeros(4, np.int64)
    relevance = np.zeros(4, np.float64)
    best = np.empty(64, np.float32)
    one = np.uint64(1)
    for w in range(len(passing)):
        f = passing[w]
        wanted, _, lexically = _gather(matches, lexical, slots, w)
        unwanted, _, barred = _gather(excludes, excludes_lexically, negative, w)
        for k in range(4):
            mask = f & (lexically if k & 1 else ~lexically) & (barred if k & 2 else ~barred)
            size[k] += ones(mask)
            union[k] += ones(mask & wanted)
            kept[k] += ones(mask & wanted & ~unwanted)
        left = f & wanted & ~unwanted
        if left:
            _best_cosines(best, matches, cosine, slots, w, left)
        while left:
            bit = trailing(left)
            left &= left - one
            value = best[bit]
            if intent >= 0:
                value = min(value, cosine[intent, w * 64 + bit])
            relevance[(lexically >> np.uint64(bit)) & one] += min(max(value, floor), ceiling)
    return size, union, kept, relevance


@numba.njit(cache=True, nogil=True)
def packed_totals(  # type: ignore[no-untyped-def]
    matches, lexical, slots, excludes, excludes_lexically, negative, passing, unknown
):
    """Packed rows (union, kept, lexically matched), counts by stratum, and counts by term and stratum."""
    words = len(passing)
    union = np.zeros(words, np.uint64)
    kept = np.zeros(words, np.uint64)
    matched_lexically = np.zeros(words, np.uint64)
    size = np.zeros(4, np.int64)
    in_union = np.zeros(4, np.int64)
    in_kept = np.zeros(4, np.int64)
    by_positive = np.zeros((len(slots), 4, 4), np.int64)
    by_negative = np.zeros((len(negative), 3, 4), np.int64)
    strata = np.empty(4, np.uint64)
    priceless = 0
    for w in range(words):
        wanted, again, lexically = _gather(matches, lexical, slots, w)
        unwanted, twice, barred = _gather(excludes, excludes_lexically, negative, w)
        priceless += ones(unknown[w] & wanted & ~unwanted)
        f = passing[w]
        union[w] = f & wanted
        kept[w] = f & wanted & ~unwanted
        matched_lexically[w] = f & lexically
        for k in range(4):
            strata[k] = f & (lexically if k & 1 else ~lexically) & (barred if k & 2 else ~barred)
            size[k] += ones(strata[k])
            in_union[k] += ones(strata[k] & wanted)
            in_kept[k] += ones(strata[k] & wanted & ~unwanted)
        if union[w] == 0:
            continue
        for j in range(len(slots)):
            found = matches[slots[j], w]
            if found & f:
                _count_positive(by_positive[j], found, lexical[slots[j], w], again, unwanted, strata)
        for j in range(len(negative)):
            found = excludes[negative[j], w] & wanted
            if found & f:
                _count_negative(by_negative[j], found, excludes_lexically[negative[j], w] & lexically, twice, strata)
    return union, kept, matched_lexically, size, in_union, in_kept, by_positive, by_negative, priceless


@numba.njit(cache=True, nogil=True)
def _gather(rows, lexical, slots, w):  # type: ignore[no-untyped-def]
    # Of one word: rows of any of the terms, of two or more of them, and lexically of any.
    one, two, by_word = np.uint64(0), np.uint64(0), np.uint64(0)
    for s in slots:
        two |= one & rows[s, w]
        one |= rows[s, w]
        by_word |= lexical[s, w]
    return one, two, by_word


@numba.njit(cache=True, nogil=True)
def _count_positive(out, found, lexical, again, unwanted, strata):  # type: ignore[no-untyped-def]
    for k in range(4):
        mine = found & strata[k]
        if mine:
            out[0, k] += ones(mine)
            out[1, k] += ones(mine & ~again)
            out[2, k] += ones(mine & ~unwanted)
            out[3, k] += ones(mine & ~lexical)


@numba.njit(cache=True, nogil=True)
def _count_negative(out, found, lexical, twice, strata):  # type: ignore[no-untyped-def]
    for k in range(4):
        mine = found & strata[k]
        if mine:
            out[0, k] += ones(mine)
            out[1, k] += ones(mine & ~twice)
            out[2, k] += ones(mine & ~lexical)


@numba.njit(cache=True, nogil=True)
def relevances(  # type: ignore[no-untyped-def]
    union, kept, lexically, matches, cosine, slots, excludes, negative, intent, floor, ceiling
):
    """Sums of relevance, cut to [floor, ceiling]: over kept (by stratum 0 or 1) and over what each negative removes.

    Then of each positive's cosine over its matches, and of its own relevance, min(own cosine, intent cosine), over its
    kept matches; by negative and positive term the same over what is removed of them, and how many those are.
    """
    p, q = len(slots), len(negative)
    of_kept, of_removed, of_term = np.zeros(2), np.zeros(q), np.zeros(p)
    own_kept, own_removed = np.zeros(p), np.zeros((q, p))
    shared = np.zeros((q, p), np.int64)
    best = np.empty(64, np.float32)
    one = np.uint64(1)
    for w in range(len(union)):
        if union[w] == 0:
            continue
        _best_cosines(best, matches, cosine, slots, w, union[w])
        _limit(best, cosine, intent, w, union[w], floor, ceiling)
        left = kept[w]
        while left:
            bit = trailing(left)
            left &= left - one
            of_kept[(lexically[w] >> np.uint64(bit)) & one] += best[bit]
        for j in range(p):
            left = matches[slots[j], w] & union[w]
            while left:
                bit = trailing(left)
                left &= left - one
                value = cosine[slots[j], w * 64 + bit]
                of_term[j] += value
                if intent >= 0:
                    value = min(value, cosine[intent, w * 64 + bit])
                own = min(max(value, floor), ceiling)
                if (kept[w] >> np.uint64(bit)) & one:
                    own_kept[j] += own
                else:
                    for i in range(q):
                        if (excludes[negative[i], w] >> np.uint64(bit)) & one:
                            own_removed[i, j] += own
                            shared[i, j] += 1
        for i in range(q):
            left = excludes[negative[i], w] & union[w]
            while left:
                bit = trailing(left)
                left &= left - one
                of_removed[i] += best[bit]
    return of_kept, of_removed, of_term, own_kept, own_removed, shared


@numba.njit(cache=True, nogil=True)
def _best_cosines(best, matches, cosine, slots, w, rows):  # type: ignore[no-untyped-def]
    # The largest cosine of the terms that match each of a word's rows.
    one = np.uint64(1)
    best[:] = np.float32(-2)
    for s in slots:
        left = matches[s, w] & rows
        while left:
            bit = trailing(left)
            left &= left - one
            best[bit] = max(best[bit], cosine[s, w * 64 + bit])


@numba.njit(cache=True, nogil=True)
def _limit(best, cosine, intent, w, rows, floor, ceiling):  # type: ignore[no-untyped-def]
    one = np.uint64(1)
    left = rows
    while left:
        bit = trailing(left)
        left &= left - one
        value = best[bit]
        if intent >= 0:
            value = min(value, cosine[intent, w * 64 + bit])
        best[bit] = min(max(value, floor), ceiling)


@numba.njit(cache=True, nogil=True)
def mark(bits, rows):  # type: ignore[no-untyped-def]
    """Set the bits of ascending rows."""
    one = np.uint64(1)
    for row in rows:
        bits[row >> 6] |= one << np.uint64(row & 63)


@numba.njit(cache=True, nogil=True)
def mark_again(bits, again, rows):  # type: ignore[no-untyped-def]
    """Set the bits of ascending rows; in `again` those that were set before."""
    one = np.uint64(1)
    for row in rows:
        bit = one << np.uint64(row & 63)
        again[row >> 6] |= bits[row >> 6] & bit
        bits[row >> 6] |= bit


@numba.njit(cache=True, nogil=True)
def join(bits, others):  # type: ignore[no-untyped-def]
    """Add a packed set to another."""
    for w in range(len(bits)):
        bits[w] |= others[w]


@numba.njit(cache=True, nogil=True)
def join_again(bits, again, others):  # type: ignore[no-untyped-def]
    """Add a packed set to another; to `again` what was in it before."""
    for w in range(len(bits)):
        again[w] |= bits[w] & others[w]
        bits[w] |= others[w]


@numba.njit(cache=True, nogil=True)
def count_rows(rows, passing, others):  # type: ignore[no-untyped-def]
    """How many of the rows pass and are in a packed set, and how many pass and are not."""
    one = np.uint64(1)
    out = np.zeros(2, np.int64)
    for row in rows:
        shift = np.uint64(row & 63)
        if (passing[row >> 6] >> shift) & one:
            out[1 - np.int64((others[row >> 6] >> shift) & one)] += 1
    return out[0], out[1]


@numba.njit(cache=True, nogil=True)
def count_packed(packed, passing, others):  # type: ignore[no-untyped-def]
    """The same of packed rows."""
    inside = outside = np.int64(0)
    for w in range(len(packed)):
        inside += ones(packed[w] & passing[w] & others[w])
        outside += ones(packed[w] & passing[w] & ~others[w])
    return inside, outside


@numba.njit(cache=True, nogil=True)
def strata_sizes(lexically, barred, passing, count):  # type: ignore[no-untyped-def]
    """How many of the `count` products of the whole catalogue that pass the filters are in each stratum."""
    out = np.zeros(4, np.int64)
    match_only = bar_only = both = np.int64(0)
    for w in range(len(passing)):
        match, bar = lexically[w] & passing[w], barred[w] & passing[w]
        match_only += ones(match & ~bar)
        bar_only += ones(bar & ~match)
        both += ones(match & bar)
    out[0], out[1], out[2], out[3] = count - match_only - bar_only - both, match_only, bar_only, both
    return out
