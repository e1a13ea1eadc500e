"""The measure of plain search: reading judgements, parts of the queries, the interval."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from core.evaluation.search_benchmark import JudgedQuery, compare, difference, evaluate, read_queries, table

QUERIES = (
    JudgedQuery("red mug", {"a": 1.0, "b": 0.0}),
    JudgedQuery("mug without handle", {"a": 0.0, "b": 1.0}),
)


def test_reads_queries_with_the_gains_of_their_grades(tmp_path: Path) -> None:
    (tmp_path / "queries.tsv").write_text("query_idx\tquery\n7\tred mug\n8\tnobody judged this\n")
    (tmp_path / "qrels.tsv").write_text("query_idx\tproduct_id\tesci\n7\t001\tE\n7\tb\tS\n7\tc\tC\n7\td\tI\n")
    found = read_queries(tmp_path)
    assert found == (JudgedQuery("red mug", {"001": 1.0, "b": 0.1, "c": 0.01, "d": 0.0}),)


def test_a_query_is_negated_by_whole_words() -> None:
    assert JudgedQuery("mug without handle", {}).negated
    assert JudgedQuery("bite not collar", {}).negated
    assert not JudgedQuery("notebook", {}).negated


def test_scores_of_one_ranker() -> None:
    first, second = evaluate(lambda text: ["x", "a", "b"], QUERIES)
    # x is unjudged; a comes first of the judged
    assert first.judged == 1.0
    assert first.all == pytest.approx(1 / math.log2(3))
    assert second.judged == pytest.approx(1 / math.log2(3))
    assert second.all == pytest.approx(1 / math.log2(4))
    assert second.recall == 1.0


def test_compares_two_rankers_by_part() -> None:
    rankers = {"right": lambda text: ["b", "a"] if "without" in text else ["a", "b"], "deaf": lambda text: ["a", "b"]}
    found = compare(rankers, QUERIES, ours="right", against="deaf")
    loss = 1 - 1 / math.log2(3)
    assert found.rankers["right"].judged == 1.0
    assert found.differences["negated"].mean == pytest.approx(loss)
    assert found.differences["rest"].mean == 0.0
    assert found.differences["every"].mean == pytest.approx(loss / 2)
    assert "| deaf | 0.8155 | 0.6309 | 1.0000 |" in table(found)


def test_the_interval_holds_the_mean_and_narrows_to_nothing_without_spread() -> None:
    same = difference([0.5, 0.7, 0.9], [0.4, 0.6, 0.8])
    assert (same.low, same.high) == pytest.approx((0.1, 0.1))
    spread = difference([0.0, 1.0, 0.0, 1.0], [0.5, 0.5, 0.5, 0.5])
    assert spread.low < spread.mean < spread.high
