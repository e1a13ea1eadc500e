"""Which terms find the same products: the combinations that exactly these terms find, as an UpSet view draws them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.domain import Combination
from core.selection.spread import Mask


def combinations(finds: Mask, listed: Mask, terms: Sequence[str]) -> tuple[Combination, ...]:
    """Every combination that occurs, largest first, ties in the order of the terms. `finds` is (terms, products)."""
    who = np.flatnonzero(finds.any(axis=0))
    if not len(who):
        return ()
    packed = np.ascontiguousarray(np.packbits(finds[:, who], axis=0).T)
    keys = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    count = np.bincount(which)
    inside = np.bincount(which, weights=listed[who]).astype(np.int64)
    found = [
        (np.flatnonzero(finds[:, who[k]]).tolist(), int(n), int(m))
        for k, n, m in zip(first.tolist(), count, inside, strict=True)
    ]
    found.sort(key=lambda one: (-one[1], one[0]))
    return tuple(Combination(tuple(terms[j] for j in rows), n, m) for rows, n, m in found)
