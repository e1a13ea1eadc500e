"""From counts in a sample to counts in the catalogue, with a 95 % interval.

Post-stratified: the lexical part splits the catalogue into strata whose sizes are known exactly (`tally.py`), and only
what happens inside a stratum is extrapolated from the sample's rows of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Strata:
    """Sizes of the four strata among products that pass the filters: in the catalogue, and in the sample.

    `weights`: products that one sample row of each stratum stands for; 0 where the sample has none.
    """

    catalogue: Sequence[int]
    sample: Sequence[int]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, catalogue: Sequence[int], sample: Sequence[int]) -> Strata:
        """Strata with their weights."""
        return cls(catalogue, sample, tuple([w / n if n else 0.0 for w, n in zip(catalogue, sample, strict=True)]))


def kept_count(strata: Strata, kept: Sequence[int]) -> float:
    """The expected number kept. Of a lexical stratum without sample rows all is taken to stay."""
    weights = strata.weights
    lexical = kept[1] * weights[1] if strata.sample[1] else float(strata.catalogue[1])
    return kept[0] * weights[0] + lexical


def union_count(strata: Strata, union: Sequence[int]) -> float:
    """The expected number that the positive terms find; the lexical strata are in it whole."""
    weights = strata.weights
    return union[0] * weights[0] + union[2] * weights[2] + strata.catalogue[1] + strata.catalogue[3]


def kept_interval(strata: Strata, kept: Sequence[int], *, negatives: bool) -> tuple[float, float]:
    """The 95 % interval of `kept_count`: Wilson in each stratum, joined by squares (MOVER, Zou and Donner 2008).

    Without negative terms all of the lexical stratum stays, for certain.
    """
    count = kept_count(strata, kept)
    below = above = 0.0
    for k in (0, 1):
        total, seen = strata.catalogue[k], strata.sample[k]
        if total == 0 or (k == 1 and not negatives):
            continue
        share = kept[k] / seen if seen else float(k)
        low, high = wilson(kept[k], seen, total)
        below += (total * (share - low)) ** 2
        above += (total * (high - share)) ** 2
    # What was seen is there, and what was seen to be left out is not.
    least = kept[0] + (kept[1] if negatives else strata.catalogue[1])
    most = strata.catalogue[0] - (strata.sample[0] - kept[0]) + strata.catalogue[1]
    if negatives:
        most -= strata.sample[1] - kept[1]
    return max(count - math.sqrt(below), least), min(count + math.sqrt(above), most)


def wilson(found: int, seen: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of which `found` of `seen` were drawn from `total` without replacement."""
    if seen >= total:
        share = found / total
        return share, share
    if seen == 0:
        return 0.0, 1.0
    # The finite population makes the sample worth more than its size.
    n = seen * (total - 1) / (total - seen)
    share = found / seen
    spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    middle = share + Z * Z / (2 * n)
    scale = 1 + Z * Z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def weighted(counts: Sequence[float], weights: Sequence[float]) -> float:
    """Counts (or sums) of the four strata carried over to the catalogue."""
    return counts[0] * weights[0] + counts[1] * weights[1] + counts[2] * weights[2] + counts[3] * weights[3]
