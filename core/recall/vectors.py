"""Cosines by one kernel, so that preview, full recall and explanation see equal numbers to the last bit."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from core.catalogue.embedding import CachedEncoder, Encoder

__all__ = ["CachedEncoder", "cached", "cosines"]

Floats = npt.NDArray[np.float32]

LANES = 8
"""Terms that one pass over the rows serves. Always padded to it: another width would add in another order."""


def cached(encoder: Encoder) -> CachedEncoder:
    """The encoder with a cache of vectors by text around it, itself where it has one.

    The vector of a text can differ in the last bit with the batch it was encoded in, so preview, full recall and
    explanation of one process share one of these.
    """
    return encoder if isinstance(encoder, CachedEncoder) else CachedEncoder(encoder)


def cosines(vectors: Floats, queries: Floats) -> Floats:
    """(queries, rows) dot products. A pair's result depends on its two vectors alone, whatever else is in the batch."""
    rows, width = vectors.shape
    out = np.empty((len(queries), rows), np.float32)
    block = np.zeros((LANES, width), np.float32)
    part = np.empty((LANES, rows), np.float32)
    for start in range(0, len(queries), LANES):
        stop = min(start + LANES, len(queries))
        block[: stop - start] = queries[start:stop]
        block[stop - start :] = 0.0
        target = out[start:stop] if stop - start == LANES else part
        _dots(vectors, block, target)
        if target is part:
            out[start:stop] = part[: stop - start]
    return out


# Reordering is allowed inside one dot product (that is what makes it fast), and is the same for every pair.
@numba.njit(fastmath={"reassoc", "contract", "nsz"}, cache=True, nogil=True)
def _dots(vectors, queries, out):  # type: ignore[no-untyped-def]
    rows, width = vectors.shape
    zero = np.float32(0)
    for i in range(rows):
        a, b, c, d = zero, zero, zero, zero
        e, f, g, h = zero, zero, zero, zero
        for k in range(width):
            x = vectors[i, k]
            a += x * queries[0, k]
            b += x * queries[1, k]
            c += x * queries[2, k]
            d += x * queries[3, k]
            e += x * queries[4, k]
            f += x * queries[5, k]
            g += x * queries[6, k]
            h += x * queries[7, k]
        out[0, i] = a
        out[1, i] = b
        out[2, i] = c
        out[3, i] = d
        out[4, i] = e
        out[5, i] = f
        out[6, i] = g
        out[7, i] = h
