from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from core.catalogue.schema import table_schema
from core.domain import Product
from core.errors import InputError
from core.selection.facts import ProductFacts
from core.selection.options import PotentialWeights
from core.selection.potential import RatingPrior, percentile, potential, rating_prior

TODAY = date(2026, 11, 21)


def facts(*products: Product) -> ProductFacts:
    return ProductFacts.from_products(products)


def test_percentile_by_hand() -> None:
    found = percentile(np.array([10.0, 10.0, 30.0, np.nan, 20.0]))
    assert found[[0, 1, 2, 4]].tolist() == [0.25, 0.25, 0.875, 0.625]
    assert np.isnan(found[3])


def test_few_ratings_stay_near_the_prior() -> None:
    shelf = facts(
        Product("few", "", rating=5.0, rating_count=1),
        Product("many", "", rating=4.6, rating_count=980),
        Product("none", "", rating=5.0, rating_count=0),
        Product("uncounted", "", rating=5.0),
    )
    found = potential(
        shelf, today=TODAY, weights=PotentialWeights(), half_life_days=180, prior=RatingPrior(4.0, strength=20)
    )
    assert found.stars[:2].tolist() == [pytest.approx(85 / 21), pytest.approx((980 * 4.6 + 80) / 1000)]
    assert np.isnan(found.stars[2])
    assert found.stars[3] == found.stars[0]
    assert found.stars[1] > found.stars[0]


def test_prior_counts_each_product_for_its_ratings() -> None:
    shelf = facts(
        Product("a", "", rating=5.0, rating_count=10), Product("b", "", rating=4.0, rating_count=30), Product("c", "")
    )
    assert rating_prior(shelf).mean == 4.25
    assert rating_prior(facts(Product("c", ""))).mean == 4.0


def test_missing_facts_are_neutral_and_counted() -> None:
    shelf = facts(
        Product("a", "", monthly_sales=10, margin=0.1),
        Product("b", "", monthly_sales=20, margin=0.2),
        Product("c", "", monthly_sales=30, margin=0.4),
        Product("d", ""),
    )
    found = potential(shelf, today=TODAY, weights=PotentialWeights(), half_life_days=180)
    assert found.missing() == {"rating": 4, "sales": 1, "margin": 1, "freshness": 4}
    assert found.parts[3].tolist() == [0.5, 0.5, pytest.approx(0.4), 0.5]


def test_freshness_halves_and_the_future_is_new() -> None:
    shelf = facts(
        Product("old", "", launch_date=date(2026, 9, 22)),
        Product("older", "", launch_date=date(2026, 7, 24)),
        Product("future", "", launch_date=date(2027, 1, 1)),
    )
    found = potential(shelf, today=TODAY, weights=PotentialWeights(0, 0, 0, 2), half_life_days=60)
    assert found.value.tolist() == [0.5, 0.25, 1.0]


def test_weights_are_divided_by_their_sum_and_checked() -> None:
    shelf = facts(Product("a", "", margin=0.25))
    assert potential(shelf, today=TODAY, weights=PotentialWeights(0, 0, 7, 0), half_life_days=1).value[0] == 0.5
    for wrong in ((0, 0, 0, 0), (-1, 1, 1, 1)):
        with pytest.raises(InputError):
            PotentialWeights(*wrong)


def test_facts_from_the_catalogues_table_equal_those_from_products() -> None:
    products = [
        Product(
            "b", "Tent", category="Outdoor", price=2.5, stock=0, rating=4.5, rating_count=7, monthly_sales=1,
            margin=0.2, launch_date=date(2026, 1, 2), family="b",
        ),
        Product("a", "Lantern"),
    ]  # fmt: skip
    fields = [f for f in table_schema(4) if hasattr(products[0], f.name) and f.name != "attributes"]
    table = pa.Table.from_pylist([{f.name: getattr(p, f.name) for f in fields} for p in products], pa.schema(fields))
    one, other = ProductFacts.from_table(table), facts(*products)
    assert (one.ids, one.category, one.family, one.title) == (other.ids, other.category, other.family, other.title)
    for name in ("price", "stock", "rating", "rating_count", "monthly_sales", "margin", "launch_day"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    taken = other.take(other.rows(["a", "nowhere", "b"]))
    assert taken.ids == ("a", "", "b")
    assert taken.price[2] == 2.5
    assert np.isnan(taken.price[:2]).all()
