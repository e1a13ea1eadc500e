"""Cosines by one kernel, so that preview, full recall and explanation see equal numbers to the last bit."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from core.catalogue.embedding import CachedEncoder, Encoder

__all__ = ["CachedEncoder", "cached", "cosines", "put_rows"]

Floats = npt.NDArray[np.float32]

LANES = 4
"""Terms that one pass over the rows serves. Always padded to it: another width could add in another order."""

_BLOCK = 256


def cached(encoder: Encoder) -> CachedEncoder:
    """The encoder with a cache of vectors by text around it, itself where it has one.

    The vector of a text can differ in the last bit with the batch it was encoded in, so preview, full recall and
    explanation of one process share one of these.
    """
    return encoder if isinstance(encoder, CachedEncoder) else CachedEncoder(encoder)


def cosines(vectors: Floats, queries: Floats) -> Floats:
    """(queries, rows) dot products. A pair's result depends on its two vectors alone, whatever else is in the batch."""
    rows, width = vectors.shape
    if rows == 1:  # the kernel takes rows in pairs
        return np.ascontiguousarray(cosines(np.repeat(vectors, 2, axis=0), queries)[:, :1])
    padded = np.zeros((-(-len(queries) // LANES) * LANES, width), np.float32)
    padded[: len(queries)] = queries
    out = np.empty((len(padded), rows), np.float32)
    if rows:
        _products(vectors, padded, out)
    return out[: len(queries)]


@numba.njit(cache=True, nogil=True)
def _products(vectors, queries, out):  # type: ignore[no-untyped-def]
    # A block of rows stays in the cache while all queries pass over it.
    rows = len(vectors)
    for start in range(0, rows, _BLOCK):
        stop = min(start + _BLOCK, rows)
        first = min(start, stop - 2)  # never one row alone
        for k in range(0, len(queries), LANES):
            _dots(vectors[first:stop], queries[k : k + LANES], out[k : k + LANES, first:stop])


# Two rows by four queries fill the registers, so that each number that is loaded serves several products. Reordering
# is allowed inside one dot product (that is what makes it fast), and is the same for every pair.
@numba.njit(fastmath={"reassoc", "contract", "nsz"}, cache=True, nogil=True)
def _dots(vectors, queries, out):  # type: ignore[no-untyped-def]
    rows, width = vectors.shape
    zero = np.float32(0)
    i = 0
    while i < rows:
        if i > rows - 2:  # the last of an odd number comes with its forerunner once more
            i = rows - 2
        a, b, c, d = zero, zero, zero, zero
        e, f, g, h = zero, zero, zero, zero
        for k in range(width):
            x = vectors[i, k]
            y = vectors[i + 1, k]
            q = queries[0, k]
            r = queries[1, k]
            s = queries[2, k]
            t = queries[3, k]
            a += x * q
            b += x * r
            c += x * s
            d += x * t
            e += y * q
            f += y * r
            g += y * s
            h += y * t
        out[0, i], out[1, i], out[2, i], out[3, i] = a, b, c, d
        out[0, i + 1], out[1, i + 1], out[2, i + 1], out[3, i + 1] = e, f, g, h
        i += 2


@numba.njit(cache=True, nogil=True)
def put_rows(out, place, wanted, ids, values):  # type: ignore[no-untyped-def]
    """Copy the row of each id that is wanted (ascending) to `out[place[k]]`, k being its place among the wanted."""
    count = len(wanted)
    at = 0
    for i in range(len(ids)):
        # Ids mostly ascend as the wanted ones do, so the next place is tried before it is searched for.
        if at >= count or wanted[at] != ids[i]:
            at = np.searchsorted(wanted, ids[i])
        if at < count and wanted[at] == ids[i]:
            for k in range(values.shape[1]):
                out[place[at], k] = values[i, k]
            at += 1
