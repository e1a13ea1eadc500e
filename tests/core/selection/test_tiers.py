"""What stands behind the numbers of judged tiers."""

from __future__ import annotations

import pytest

from core.domain import Judgment, Lens, SelectedProduct, Selection, Strategy
from core.domain.judging import Grade
from core.selection.tiers import of_tier


def _listed(product_id: str, rank: int, grade: Grade | None, *, judged: bool = True) -> SelectedProduct:
    judgment = Judgment(product_id, grade, (0.1, 0.2, 0.3, 0.4), "local", "1") if judged else None
    return SelectedProduct(product_id, rank, 0.5, 0.5, 0.5, "why", (), judgment=judgment)


SELECTION = Selection(
    Strategy(("tent",)),
    (
        _listed("a", 1, 4),
        _listed("b", 2, 2),
        _listed("c", 3, 3),
        _listed("d", 4, 1),
        _listed("e", 5, None),
        _listed("f", 6, None, judged=False),
    ),
    (),
)


@pytest.mark.parametrize(
    ("tier", "ids"), [("Good", ["a", "c"]), ("Mid", ["b"]), ("Bad", ["d"]), ("", ["e", "f"]), ("Superb", [])]
)
def test_a_tier_holds_its_products_in_the_order_of_the_list(tier: str, ids: list[str]) -> None:
    found = of_tier(SELECTION, Lens("judged", tier))
    assert [row.product_id for row in found.rows] == ids
    assert found.count == len(ids)
    assert found.title
    assert all(row.note and row.listed for row in found.rows)
