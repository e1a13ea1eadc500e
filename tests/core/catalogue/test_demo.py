"""The demo shop keeps its promises: size, depth, figures that hang together, and the same products for ever."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.catalogue.demo import demo_query_log, demo_rows
from core.catalogue.demo.figures import price_tag
from core.catalogue.demo.vocabulary import vocabulary
from core.catalogue.demo_vectors import demo_texts, demo_vectors, read_vectors
from core.catalogue.schema import text_hash
from core.text import analyse

ROOT = Path(__file__).resolve().parents[3]

DIGEST = """
import hashlib, json
from core.catalogue.demo import demo_rows
print(hashlib.sha256(json.dumps(list(demo_rows()), default=str).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return list(demo_rows())


def test_it_is_as_large_as_promised(rows: list[dict[str, Any]]) -> None:
    assert len(rows) >= 6000
    assert len({row["category"].split(" > ")[0] for row in rows}) == 16
    assert len({row["category"] for row in rows}) >= 300
    assert all(row["category"].count(" > ") == 2 for row in rows)


def test_ids_and_titles_are_unique(rows: list[dict[str, Any]]) -> None:
    assert len({row["product_id"] for row in rows}) == len(rows)
    titles = Counter(row["title"].casefold() for row in rows)
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("seed", ["0", "1234"])
def test_it_is_the_same_in_every_process(rows: list[dict[str, Any]], seed: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    here = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
    assert found.stdout.strip() == here


def test_variants_share_a_group_and_differ_in_an_attribute(rows: list[dict[str, Any]]) -> None:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["group_id"] is not None:
            groups[row["group_id"]].append(row)
    assert len(groups) > 1000
    for members in groups.values():
        assert len(members) >= 2
        assert len({(m["brand"], m["category"], m["description"]) for m in members}) == 1
        assert len({tuple(sorted(m["attributes"].items())) for m in members}) == len(members)


def test_prices_are_plausible_for_their_type(rows: list[dict[str, Any]]) -> None:
    usual = {t.category: t for t in vocabulary().types}
    for row in rows:
        if row["price"] is None:
            continue
        found = usual[row["category"]]
        kinds = [k.factor for k in found.kinds]
        axes = [f for a in (found.axis, *(k.axis for k in found.kinds)) if a is not None for _, f in a.values]
        assert row["price"] > 0
        # Material, sale and rounding together move a price by less than a factor of two.
        assert row["price"] >= 0.5 * found.price[0] * min(kinds), row["title"]
        assert row["price"] <= 1.7 * found.price[1] * max(kinds) * max([1.0, *axes]), row["title"]


def test_larger_variants_cost_more(rows: list[dict[str, Any]]) -> None:
    dearer = cheaper = 0
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["group_id"] is not None and row["price"] is not None and "pack of" in row["attributes"].get("pack", ""):
            groups[row["group_id"]].append(row)
    for members in groups.values():
        ordered = sorted(members, key=lambda m: int(m["attributes"]["pack"].split()[2]))
        for small, large in zip(ordered, ordered[1:], strict=False):
            if small["attributes"]["pack"] != large["attributes"]["pack"]:
                dearer += large["price"] > small["price"]
                cheaper += large["price"] < small["price"]
    assert dearer > 50
    # Now and then the larger pack is on sale; never as a rule.
    assert cheaper < 0.1 * dearer


def test_figures_hang_together(rows: list[dict[str, Any]]) -> None:
    today = vocabulary().today
    for row in rows:
        assert row["currency"] == "USD"
        assert 0 < row["margin"] < 0.75
        assert row["monthly_sales"] >= 0
        assert (row["rating"] is None) == (row["rating_count"] == 0)
        assert row["rating"] is None or 2.5 <= row["rating"] <= 5.0
        assert isinstance(row["launch_date"], date)
        assert row["launch_date"] < today


def test_some_things_are_unknown_or_sold_out(rows: list[dict[str, Any]]) -> None:
    share = {
        "sold out": sum(row["stock"] == 0 for row in rows) / len(rows),
        "stock": sum(row["stock"] is None for row in rows) / len(rows),
        "price": sum(row["price"] is None for row in rows) / len(rows),
        "rating": sum(row["rating"] is None for row in rows) / len(rows),
    }
    assert 0.03 < share["sold out"] < 0.05
    assert 0.01 < share["stock"] < 0.03
    assert 0.004 < share["price"] < 0.015
    assert 0.015 < share["rating"] < 0.12


def test_descriptions_are_two_or_three_sentences_that_vary(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert len(row["description"]) >= 25, row["title"]
        assert "{" not in row["description"] + row["title"]
        assert "[" not in row["title"]
        assert "  " not in row["title"]
    # A template would repeat itself; here two products say the same only as variants of each other.
    assert len({row["description"] for row in rows}) > 1500


def test_negations_are_there_to_be_understood(rows: list[dict[str, Any]]) -> None:
    lacking = {root for row in rows for root in analyse(row["title"]).negated}
    assert {"wick", "stem", "sugar", "fragranc", "nut"} <= lacking


THEMES = {
    "camping": 150, "home office": 150, "Christmas": 150, "back to school": 150, "new baby": 150,
    "garden party": 150, "Valentine's Day": 90, "Halloween": 80, "reading": 100, "yoga": 60, "travel": 120,
    "coffee": 100, "baking": 100, "commute": 90, "beach": 100, "running": 80, "houseplants": 80,
}  # fmt: skip


@pytest.mark.parametrize("occasion", THEMES)
def test_themes_have_depth_across_types(rows: list[dict[str, Any]], occasion: str) -> None:
    fitting = [row for row in rows if row["attributes"].get("occasion") == occasion]
    assert len(fitting) >= THEMES[occasion]
    assert len({row["category"] for row in fitting}) >= 5


def test_dog_owners_find_a_whole_department(rows: list[dict[str, Any]]) -> None:
    fitting = [row for row in rows if row["attributes"].get("pet") == "dog"]
    assert len(fitting) >= 150
    assert len({row["category"] for row in fitting}) >= 7


def test_vocabulary_names_only_known_colors_and_materials() -> None:
    words = vocabulary()
    for found in words.types:
        for kind in found.kinds:
            for color in kind.colors if kind.colors is not None else found.colors:
                assert color in words.colors, (found.name, kind.name)
            materials = kind.materials if kind.materials is not None else found.materials
            for material in (*materials, kind.traits.get("material", "")):
                assert not material or material in words.materials, (found.name, kind.name)


def test_every_kind_has_its_own_sentence() -> None:
    sentences = Counter(kind.sentence for found in vocabulary().types for kind in found.kinds)
    assert "" not in sentences
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


@pytest.mark.parametrize(
    ("price", "printed"), [(3.4, 3.49), (0.2, 0.79), (14.2, 13.99), (87.0, 84.95), (244.0, 239.0), (812.0, 799.0)]
)
def test_prices_are_printed_as_shops_print_them(price: float, printed: float) -> None:
    assert price_tag(price) == printed


def test_query_log_speaks_in_the_customers_words() -> None:
    log = demo_query_log()
    assert len(log) >= 800
    assert len({query for query, _ in log}) == len(log)
    assert all(query == query.strip() and count > 0 for query, count in log)
    assert any("without" in query for query, _ in log)


def test_shipped_vectors_are_of_the_texts_of_today() -> None:
    shipped = read_vectors()
    assert shipped is not None
    assert shipped.encoder == "all-MiniLM-L6-v2"
    texts = set(demo_texts())
    assert {text_hash(text) for text in texts} == set(shipped.by_hash), (
        "the demo's texts changed: run `python -m core.catalogue.demo_vectors`"
    )
    vector = next(iter(shipped.by_hash.values()))
    assert vector.shape == (384,)
    assert abs(float((vector * vector).sum()) - 1.0) < 1e-5


def test_vectors_of_another_encoder_are_not_used(tmp_path: Path) -> None:
    assert demo_vectors("hashing") is None
    assert demo_vectors("all-MiniLM-L6-v2", path=tmp_path / "none.npz") is None
    known = demo_vectors("all-MiniLM-L6-v2")
    assert known is not None
    there = text_hash(demo_texts()[0])
    assert list(known.get([there, "0" * 32])) == [there]
