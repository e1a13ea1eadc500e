"""The list by what the judge of relevance said of it when it was chosen."""

from __future__ import annotations

from core.domain import Behind, BehindRow, Lens, Selection
from core.selection.lens_titles import title


def of_tier(selection: Selection, lens: Lens) -> Behind:
    """The products of the list in the tier that the lens names, in their order; "" is of those without a tier."""
    rows = tuple(
        BehindRow(p.product_id, f"place {p.rank:,} in the list", p.score, True)
        for p in selection.products
        if ((p.judgment.tier if p.judgment is not None else None) or "") == lens.value
    )
    return Behind(title(lens), rows, len(rows))
