"""Retrieval metrics as the literature defines them, for one ranked list at a time."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def dcg(gains: Sequence[float], *, k: int) -> float:
    """Discounted cumulative gain, sum of g_i / log2(i + 1) over the first `k` (Järvelin and Kekäläinen 2002)."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:k], start=1))


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], *, k: int, judged_only: bool = False) -> float:
    """DCG at `k` over that of the best possible order; 0 where nothing has a gain.

    An id without a judgement gains nothing, or with `judged_only` is taken out of the ranking first ("condensed list",
    Sakai 2007). An id that comes twice counts where it comes first.
    """
    ids = dict.fromkeys(ranking)
    found = [gains.get(i, 0.0) for i in ids if not judged_only or i in gains]
    ideal = dcg(sorted(gains.values(), reverse=True), k=k)
    return dcg(found, k=k) / ideal if ideal > 0 else 0.0


def precision(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Relevant among the first `k`, over `k` (Manning, Raghavan and Schütze 2008, section 8.4)."""
    if k < 1:
        raise ValueError("k counts from 1")
    return len(set(ranking[:k]) & set(relevant)) / k


def recall(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float | None:
    """Relevant among the first `k`, over all that are relevant; None where nothing is (ibid., section 8.3)."""
    wanted = set(relevant)
    return len(set(ranking[:k]) & wanted) / len(wanted) if wanted else None


def average_precision(ranking: Sequence[str], relevant: Collection[str]) -> float | None:
    """Mean over the relevant of the precision at each one's rank, 0 for those not found (ibid., section 8.4).

    None where nothing is relevant.
    """
    wanted = set(relevant)
    if not wanted:
        return None
    hits, total = 0, 0.0
    for rank, i in enumerate(dict.fromkeys(ranking), start=1):
        if i in wanted:
            hits += 1
            total += hits / rank
    return total / len(wanted)
