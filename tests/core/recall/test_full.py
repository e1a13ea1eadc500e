"""The full recall on a real LanceDB table against the definition of design.md section 5, written out slowly."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lancedb.index import FTS, Bitmap

from core.catalogue.calibration import EncoderProfile
from core.catalogue.embedding import CachedEncoder, HashingEncoder
from core.catalogue.schema import below, category_key, price_bucket, table_schema, token_columns, vector_text
from core.domain import Filters, Product, Strategy
from core.errors import ProductMissing
from core.recall.explain import explain
from core.recall.full import recall
from core.recall.snapshot import Snapshot, take_snapshot
from core.text import fold, tokens

WORDS = "camping tent lantern kids red blue stemless wine glass mug wool winter running shoe steel".split()
PATHS = ("Outdoor > Camping", "Outdoor > Running", "Kitchen > Glasses", "Home")


class Shop:
    """A catalogue of 300 products in a real LanceDB table, with what the recall asks of `Catalogue`."""

    def __init__(self, folder: Path) -> None:
        self.encoder = CachedEncoder(HashingEncoder())
        dice = np.random.default_rng(3)
        self.products: dict[str, dict[str, Any]] = {}
        for number in range(300):
            title = " ".join(dice.choice(WORDS, size=int(dice.integers(2, 6)), replace=False))
            if number % 11 == 0:
                title += " without lantern"
            self.products[f"p{number:03d}"] = {
                "title": title,
                "brand": str(dice.choice(["Acme", "Nordlys", ""])),
                "category": str(dice.choice(PATHS)),
                "attributes": {"color": str(dice.choice(["red", "green", "steel"]))},
                "price": None if number % 7 == 0 else round(float(dice.uniform(1, 100)), 2),
                "stock": None if number % 5 == 0 else int(dice.integers(0, 3)),
            }
        rows = [self._row(name, product) for name, product in self.products.items()]
        dice.shuffle(rows)
        database = lancedb.connect(folder)
        self.table: Any = database.create_table("products", pa.Table.from_pylist(rows, schema=self._schema()))
        text = FTS(
            base_tokenizer="whitespace",
            with_position=True,
            stem=False,
            remove_stop_words=False,
            lower_case=False,
            ascii_folding=False,
        )
        for column in ("tokens", "asserted"):
            self.table.create_index(column, config=text)
        for column in ("in_stock", "price_bucket", "category_key"):
            self.table.create_index(column, config=Bitmap())
        self.rows = self.table.count_rows()
        self.name = "shop"
        self.version = "1"
        self.info = SimpleNamespace(encoder=self.encoder.name, dimension=self.encoder.dimension)
        self.snapshot: Snapshot = take_snapshot(self)  # type: ignore[arg-type]
        self.vectors = {row["product_id"]: np.array(row["vector"], np.float32) for row in rows}
        self.columns = {row["product_id"]: row for row in rows}

    def _schema(self) -> pa.Schema:
        return table_schema(self.encoder.dimension)

    def _row(self, name: str, product: dict[str, Any]) -> dict[str, Any]:
        parts = {k: product[k] for k in ("title", "brand", "category", "attributes")}
        words, asserted, negated = token_columns(**parts)
        price, stock = product["price"], product["stock"]
        return {
            **{f.name: "" if not f.nullable and pa.types.is_string(f.type) else None for f in self._schema()},
            **parts,
            "product_id": name,
            "description": "",
            "attributes": json.dumps(product["attributes"]),
            "price": price,
            "currency": "EUR",
            "stock": stock,
            "family": name,
            "tokens": words,
            "asserted": asserted,
            "negated": negated,
            "in_stock": stock is None or stock > 0,
            "price_bucket": None if price is None else price_bucket(price),
            "category_key": category_key(product["category"]),
            "text_hash": "",
            "vector": self.encoder.encode([vector_text(**parts)])[0].tolist(),
        }

    def product(self, product_id: str) -> Product:
        if product_id not in self.products:
            raise ProductMissing(product_id)
        found = self.products[product_id]
        return Product(
            product_id, found["title"], category=found["category"], price=found["price"], stock=found["stock"]
        )

    def slowly(self, strategy: Strategy) -> dict[str, float]:
        """What the definition says: score by product id of the recalled set."""
        scores: dict[str, float] = {}
        for name in self.products:
            score = self._score(name, strategy)
            if score is not None:
                scores[name] = score
        return scores

    def _score(self, name: str, strategy: Strategy) -> float | None:
        row, profile = self.columns[name], self.encoder.profile
        if not self._passes(name, strategy.filters):
            return None
        has = {column: set(row[column].split()) for column in ("tokens", "asserted", "negated")}
        best: float | None = None
        for term in strategy.positive:
            own = set(tokens(term))
            cosine = self._cosine(name, term)
            lexical = bool(own) and own <= has["tokens"]
            if not lexical and cosine < profile.tau:
                continue
            total = sum(self._idf(t) for t in own)
            covered = sum(self._idf(t) for t in own & has["tokens"]) / total if total else 0.0
            near = min(max((cosine - profile.random) / (profile.gold - profile.random), 0.0), 1.0)
            weight = max(w for t, w in [*strategy.weights, (term, -1.0)] if fold(t) == fold(term))
            value = (1.0 if weight < 0 else weight) * (0.5 * covered + 0.5 * near)
            best = value if best is None else max(best, value)
        if best is None:
            return None
        for term in strategy.negative:
            own = set(tokens(term))
            if own and own <= has["asserted"]:
                return None
            if self._cosine(name, term) >= profile.tau_negative and not (own and own <= has["negated"]):
                return None
        return best

    def _passes(self, name: str, filters: Filters) -> bool:
        product = self.products[name]
        if filters.in_stock and product["stock"] == 0:
            return False
        if filters.category and not any(below(product["category"], c) for c in filters.category):
            return False
        if filters.price is None:
            return True
        low, high = filters.price
        price = product["price"]
        return price is not None and (low is None or price >= low) and (high is None or price <= high)

    def _cosine(self, name: str, term: str) -> float:
        return float(self.vectors[name] @ self.encoder.encode([fold(term)])[0])

    def _idf(self, token: str) -> float:
        df = sum(token in row["tokens"].split() for row in self.columns.values())
        return math.log(1 + (len(self.columns) - df + 0.5) / (df + 0.5))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    yield Shop(tmp_path_factory.mktemp("shop"))


TERM = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(" ".join)
PRICES = st.none() | st.tuples(st.none() | st.integers(1, 50), st.none() | st.integers(51, 100))
FILTERS = st.builds(
    lambda price, category, in_stock: Filters(price, tuple(category), in_stock),
    PRICES.map(lambda p: None if p == (None, None) else p),
    st.lists(st.sampled_from(["Outdoor", "outdoor > camping", "Kitchen", "Nowhere"]), max_size=2, unique=True),
    st.booleans(),
)
STRATEGIES = st.builds(
    lambda positive, negative, filters: Strategy(tuple(positive), tuple(negative), filters=filters),
    st.lists(TERM, min_size=1, max_size=4),
    st.lists(TERM, max_size=3),
    FILTERS,
)
THOROUGH = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(shop: Shop, strategy: Strategy) -> dict[str, float]:
    result = recall(shop, shop.encoder, strategy, lexicon=shop.snapshot.lexicon)  # type: ignore[arg-type]
    assert result.count == len(result.product_ids)
    return dict(zip(result.product_ids, result.scores.tolist(), strict=True))


@THOROUGH
@given(strategy=STRATEGIES)
def test_it_is_the_definition(shop: Shop, strategy: Strategy) -> None:
    got, expected = found(shop, strategy), shop.slowly(strategy)
    assert set(got) == set(expected)
    assert got == pytest.approx(expected, abs=1e-5)
    order = list(got)
    assert order == sorted(order, key=lambda name: (-got[name], name))


@THOROUGH
@given(strategy=STRATEGIES, data=st.data())
def test_order_and_repetition_of_terms_do_not_matter(shop: Shop, strategy: Strategy, data: st.DataObject) -> None:
    positive = data.draw(st.permutations([*strategy.positive, strategy.positive[0]]))
    negative = data.draw(st.permutations([*strategy.negative, *strategy.negative[:1]]))
    assert found(shop, strategy.with_terms(positive, negative)) == found(shop, strategy)


@THOROUGH
@given(strategy=STRATEGIES, term=TERM)
def test_a_negative_never_adds_a_product(shop: Shop, strategy: Strategy, term: str) -> None:
    wider = set(found(shop, strategy))
    assert set(found(shop, strategy.with_terms(strategy.positive, [*strategy.negative, term]))) <= wider


@THOROUGH
@given(positive=st.lists(TERM, min_size=1, max_size=3), first=FILTERS, second=FILTERS)
def test_filters_commute(shop: Shop, positive: list[str], first: Filters, second: Filters) -> None:
    """Filtering by the union of two filters is the intersection of filtering by each."""
    one = set(found(shop, Strategy(tuple(positive), filters=first)))
    other = set(found(shop, Strategy(tuple(positive), filters=Filters(second.price, (), second.in_stock))))
    both = Filters(_narrower(first.price, second.price), first.category, first.in_stock or second.in_stock)
    assert set(found(shop, Strategy(tuple(positive), filters=both))) == one & other


def _narrower(first: Any, second: Any) -> Any:
    if first is None or second is None:
        return second if first is None else first
    lows = [p[0] for p in (first, second) if p[0] is not None]
    highs = [p[1] for p in (first, second) if p[1] is not None]
    return (max(lows, default=None), min(highs, default=None))


@THOROUGH
@given(strategy=STRATEGIES)
def test_every_product_is_explained_as_it_was_recalled(shop: Shop, strategy: Strategy) -> None:
    result = recall(shop, shop.encoder, strategy, lexicon=shop.snapshot.lexicon)  # type: ignore[arg-type]
    candidates = {c.product_id: c for c in result.candidates()}
    for name in list(shop.products)[::9]:
        told = explain(shop, shop.encoder, strategy, name, lexicon=shop.snapshot.lexicon)  # type: ignore[arg-type]
        assert told.recalled == (name in candidates), told
        if told.recalled:
            candidate = candidates[name]
            assert told.score == pytest.approx(candidate.score)
            assert {t.term for t in told.terms if t.sign == 1 and t.applies} == set(candidate.terms)
            assert candidate.score == pytest.approx(max(m.score for m in candidate.matches))


def test_a_limit_cuts_the_list_and_not_the_count(shop: Shop) -> None:
    whole = recall(shop, shop.encoder, Strategy(("camping",)), lexicon=shop.snapshot.lexicon)  # type: ignore[arg-type]
    some = recall(shop, shop.encoder, Strategy(("camping",)), lexicon=shop.snapshot.lexicon, limit=5)  # type: ignore[arg-type]
    assert some.count == whole.count > 5
    assert some.product_ids == whole.product_ids[:5]


def test_stop_words_and_nothing_match_nothing(shop: Shop) -> None:
    assert found(shop, Strategy(())) == {}
    assert found(shop, Strategy(("the of",), ("camping",))) == shop.slowly(Strategy(("the of",)))


def test_what_a_product_says_it_lacks_does_not_exclude_it(shop: Shop) -> None:
    lacking = {n for n, p in shop.products.items() if "without lantern" in p["title"] and "camping" in p["title"]}
    lacking = {n for n in lacking if "lantern" not in shop.columns[n]["asserted"].split()}
    assert lacking
    assert lacking <= set(found(shop, Strategy(("camping",), ("lantern",))))


def test_explanations_name_the_step(shop: Shop) -> None:
    def step(strategy: Strategy, name: str) -> tuple[str, str]:
        told = explain(shop, shop.encoder, strategy, name, lexicon=shop.snapshot.lexicon)  # type: ignore[arg-type]
        return told.step, told.sentence

    name = next(n for n, p in shop.products.items() if "tent" in p["title"].split() and p["price"] is not None)
    price = shop.products[name]["price"]
    assert step(Strategy(("tent",)), name) == ("recalled", "Found by “tent”.")
    assert step(Strategy(("tent",), ("tent",)), name) == ("excluded", "Found by “tent”, but “tent” cuts it out.")
    cheap = Filters(price=(None, price / 2))
    assert step(Strategy(("tent",), filters=cheap), name)[0] == "filtered"
    assert "No positive term finds it" in step(Strategy(("xylophone",)), name)[1]
    with pytest.raises(ProductMissing):
        step(Strategy(("tent",)), "nobody")


def test_hashing_profile_is_strict_about_negatives(shop: Shop) -> None:
    profile = shop.encoder.profile
    assert isinstance(profile, EncoderProfile)
    assert profile.tau_negative > profile.tau
