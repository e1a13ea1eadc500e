"""How the kept products spread over departments, categories, brands and price bands."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from core.catalogue.schema import SEPARATOR
from core.domain import FacetCount
from core.recall.postings import Rows, Words
from core.recall.snapshot import Snapshot

VALUES = 10
"""Values named of each facet, the most frequent first."""

BANDS = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


class Facets:
    """The facet codes of a snapshot's sample rows, and the weighted counts of some of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        sample = snapshot.sample_rows
        category = snapshot.filter_columns.category[sample]
        paths = snapshot.filter_columns.categories
        departments = sorted({path.split(SEPARATOR)[0] for path in paths})
        place = {name: code for code, name in enumerate(departments)}
        of_path = np.array([place[path.split(SEPARATOR)[0]] for path in paths], np.int32)
        price = snapshot.filter_columns.price[sample]
        band = np.where(np.isnan(price), len(BANDS) + 1, np.searchsorted(BANDS, price, side="right"))
        facets: dict[str, tuple[npt.NDArray[np.int32], tuple[str, ...]]] = {
            "department": (of_path[category] if len(of_path) else category, tuple(departments)),
            "category": (category, tuple(paths)),
            "brand": (snapshot.brand[sample], snapshot.brands),
            "price": (band.astype(np.int32), (*band_names(), "unknown")),
        }
        self._facets = {name: (np.ascontiguousarray(codes), values) for name, (codes, values) in facets.items()}

    def counts(self, rows: Rows, lexically: Words, weights: tuple[float, ...]) -> tuple[FacetCount, ...]:
        """The most frequent values of each facet among sample rows.

        A row stands for `weights[1]` products where it is in the packed set `lexically`, else for `weights[0]`.

        Ties in order of the facet's codes; price bands in their own order; products without a value are left out.
        """
        found: list[FacetCount] = []
        for facet, (codes, names) in self._facets.items():
            chosen, totals = _most(codes, rows, lexically, weights, len(names), VALUES + 1, facet == "price")
            named = [
                FacetCount(facet, names[code], round(total))
                for code, total in zip(chosen.tolist(), totals.tolist(), strict=True)
                if total >= 0.5 and names[code]
            ]
            found.extend(named[:VALUES])
        return tuple(found)


@numba.njit(cache=True, nogil=True)
def _most(codes, rows, lexically, weights, size, limit, by_code):  # type: ignore[no-untyped-def]
    # The codes of largest weight among rows, by weight or by code; ties to the smaller code.
    totals = np.zeros(size, np.float64)
    for k in range(len(rows)):
        row = rows[k]
        totals[codes[row]] += weights[np.int64((lexically[row >> 6] >> np.uint64(row & 63)) & np.uint64(1))]
    seen = np.flatnonzero(totals)
    chosen = np.empty(min(limit, len(seen)), np.int64)
    sums = np.empty(len(chosen), np.float64)
    for k in range(len(chosen)):
        if by_code:
            best = seen[k]
        else:
            best = seen[0]
            for code in seen:
                if totals[code] > totals[best]:
                    best = code
        chosen[k] = best
        sums[k] = totals[best]
        if not by_code:
            totals[best] = 0.0
    return chosen, sums


def band_names() -> tuple[str, ...]:
    """The price bands as an operator reads them, from the cheapest."""
    inner = [f"{low:g} to {high:g}" for low, high in zip(BANDS, BANDS[1:], strict=False)]
    return (f"below {BANDS[0]:g}", *inner, f"{BANDS[-1]:g} and more")
