"""Which rows hold which token: compressed postings of one token column over all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Rows = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]

FIELDS = ("tokens", "asserted", "negated")


@dataclass(frozen=True, slots=True)
class Postings:
    """`rows[offsets[c]:offsets[c + 1]]` are the ascending rows that hold the token of code c."""

    offsets: npt.NDArray[np.int64]
    rows: Rows

    def of(self, code: int) -> Rows:
        """The ascending rows of one token."""
        found: Rows = self.rows[self.offsets[code] : self.offsets[code + 1]]
        return found

    def among(self, position: Rows) -> Postings:
        """The same postings of some rows, renumbered: row r is `position[r]`, left out where that is negative."""
        return Postings(*_renumber(self.offsets, self.rows, position))


def build_postings(columns: pa.Table) -> tuple[list[str], dict[str, Postings]]:
    """The vocabulary (every token of the three columns) and the postings of each column of blank-separated tokens."""
    split = []
    for name in FIELDS:
        column = columns[name].combine_chunks() if columns.num_rows else pa.array([], pa.large_string())
        column = column.cast(pa.large_string())
        split.append(pc.split_pattern(column, " "))
    flat = pa.chunked_array([s.flatten() for s in split], type=pa.large_string())
    encoded = flat.dictionary_encode()
    vocabulary: list[str] = encoded.chunk(0).dictionary.to_pylist() if encoded.num_chunks else []
    blank = vocabulary.index("") if "" in vocabulary else -1
    postings = {}
    start = 0
    codes = encoded.combine_chunks().indices.to_numpy() if encoded.num_chunks else np.empty(0, np.int32)
    for name, lists in zip(FIELDS, split, strict=True):
        starts = np.asarray(lists.offsets).astype(np.int64)
        count = int(starts[-1] - starts[0]) if len(starts) else 0
        own = np.ascontiguousarray(codes[start : start + count], dtype=np.int32)
        offsets, rows = _group(own, starts - starts[0], len(vocabulary), blank)
        postings[name] = Postings(offsets, rows)
        start += count
    return vocabulary, postings


def find_tokens(columns: pa.Table, wanted: Sequence[str]) -> dict[str, Postings]:
    """Postings of a few tokens only (code k is `wanted[k]`), for rows that are looked at once."""
    encoded = [token.encode() for token in wanted]
    letters = np.frombuffer(b"".join(encoded), np.uint8)
    ends = np.cumsum([len(token) for token in encoded], dtype=np.int64)
    found = {}
    for name in FIELDS:
        column = pa.concat_arrays([chunk.cast(pa.large_string()) for chunk in columns[name].chunks])
        starts = np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + len(column) + 1]
        text = column.buffers()[2]
        read = np.empty(0, np.uint8) if text is None else np.frombuffer(text, np.uint8)
        codes, rows = _scan(read, starts, letters, ends)
        offsets = np.zeros(len(wanted) + 1, np.int64)
        offsets[1:] = np.cumsum(np.bincount(codes, minlength=len(wanted)))
        found[name] = Postings(offsets, rows[np.argsort(codes, kind="stable")])
    return found


@numba.njit(cache=True, nogil=True)
def _scan(text, starts, letters, ends):  # type: ignore[no-untyped-def]
    # Every word of every row is looked up among the wanted ones that share its first letter and length.
    count = len(ends)
    codes, rows = np.empty(1024, np.int64), np.empty(1024, np.int32)
    last = np.full(count, -1, np.int64)
    head, following = np.full((256, 64), -1, np.int64), np.full(count, -1, np.int64)
    for code in range(count):
        first = 0 if code == 0 else ends[code - 1]
        length = min(ends[code] - first, 63)
        following[code] = head[letters[first], length]
        head[letters[first], length] = code
    found = 0
    for row in range(len(starts) - 1):
        at, end = starts[row], starts[row + 1]
        while at < end:
            stop = at
            while stop < end and text[stop] != 32:
                stop += 1
            code = head[text[at], min(stop - at, 63)] if stop > at else -1
            while code >= 0 and not _same(text, at, stop, letters, 0 if code == 0 else ends[code - 1], ends[code]):
                code = following[code]
            if code >= 0 and last[code] != row:
                last[code] = row
                if found == len(codes):
                    codes = np.concatenate((codes, np.empty(found, np.int64)))
                    rows = np.concatenate((rows, np.empty(found, np.int32)))
                codes[found], rows[found] = code, row
                found += 1
            at = stop + 1
    return codes[:found], rows[:found]


@numba.njit(cache=True, nogil=True)
def _same(text, at, stop, letters, first, end):  # type: ignore[no-untyped-def]
    if end - first != stop - at:
        return False
    k = 0
    while first + k < end and letters[first + k] == text[at + k]:
        k += 1
    return first + k == end


@numba.njit(cache=True, nogil=True)
def _group(codes, starts, size, blank):  # type: ignore[no-untyped-def]
    # A counting sort by token; rows come ascending, so a repeated token of a row is its list's last entry.
    last = np.full(size, -1, np.int32)
    counts = np.zeros(size + 1, np.int64)
    for row in range(len(starts) - 1):
        for k in range(starts[row], starts[row + 1]):
            code = codes[k]
            if code != blank and last[code] != row:
                last[code] = row
                counts[code + 1] += 1
    offsets = np.cumsum(counts)
    rows = np.empty(offsets[-1], np.int32)
    filled = offsets[:-1].copy()
    last[:] = -1
    for row in range(len(starts) - 1):
        for k in range(starts[row], starts[row + 1]):
            code = codes[k]
            if code != blank and last[code] != row:
                last[code] = row
                rows[filled[code]] = row
                filled[code] += 1
    return offsets, rows


@numba.njit(cache=True, nogil=True)
def _renumber(offsets, rows, position):  # type: ignore[no-untyped-def]
    kept = np.zeros(len(offsets), np.int64)
    for code in range(len(offsets) - 1):
        for row in rows[offsets[code] : offsets[code + 1]]:
            kept[code + 1] += position[row] >= 0
    starts = np.cumsum(kept)
    out = np.empty(starts[-1], np.int32)
    found = 0
    for row in rows:
        if position[row] >= 0:
            out[found] = position[row]
            found += 1
    return starts, out


@numba.njit(cache=True, nogil=True)
def intersect(few, many):  # type: ignore[no-untyped-def]
    """The rows in both ascending lists, found by halving steps in the longer one."""
    out = np.empty(len(few), np.int32)
    found = 0
    low = 0
    end = len(many)
    for row in few:
        step = 1
        high = low
        while high < end and many[high] < row:
            low = high + 1
            high += step
            step *= 2
        high = min(high, end)
        while low < high:
            middle = (low + high) // 2
            if many[middle] < row:
                low = middle + 1
            else:
                high = middle
        if low < end and many[low] == row:
            out[found] = row
            found += 1
    return out[:found]


def rows_with_all(lists: list[Rows], size: int) -> Rows:
    """The rows that are in every list; none for no list. `size` is the number of rows there are."""
    if not lists or any(len(x) == 0 for x in lists):
        return np.empty(0, np.int32)
    ordered = sorted(lists, key=len)
    found = np.ascontiguousarray(ordered[0])
    for other in ordered[1:]:
        if len(found) == 0:
            break
        if len(other) < size:  # a token of every row takes nothing away
            found = intersect(found, other)
    return found
