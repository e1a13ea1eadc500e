"""The local judge by the weights that ship: what it grades, what its gates do, that its features speak one way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.embedding import HashingEncoder
from core.domain import Product
from core.errors import SettingsError
from core.relevance.contract import Item, Question
from core.relevance.local import model
from core.relevance.local.features import FEATURES, SIGNS
from core.relevance.local.judge import LocalJudge, gated
from core.relevance.profile import profile
from core.relevance.rerank import rerank

ENCODER = HashingEncoder()


def item(title: str, **more: str) -> Item:
    product = Product(product_id=title, title=title, **more)
    return Item(product, profile(product), ENCODER.encode([title])[0])


def judge() -> LocalJudge:
    return LocalJudge.load(None, encode=ENCODER.encode)


def test_a_product_with_every_word_stands_above_one_with_none() -> None:
    items = [item("Brass rectangular tray, handmade"), item("Garden hose, 30 feet")]
    graded = judge().grades(Question("brass tray rectangular"), items)
    assert graded.fit[0] > graded.fit[1]
    assert graded.grades[0] > graded.grades[1]


def test_probabilities_add_up_and_a_judgment_says_who_judged() -> None:
    found = judge()
    one = found.judgment(Question("brass tray"), item("Brass tray"))
    assert sum(one.probabilities) == pytest.approx(1.0)
    assert min(one.probabilities) >= 0.0
    assert (one.judge, one.version, one.product_id) == ("local", found.version, "Brass tray")


def test_nothing_to_judge_is_no_error() -> None:
    graded = judge().grades(Question("brass tray"), [])
    assert graded.probabilities.shape == (0, 4)
    assert graded.grades.shape == graded.fit.shape == (0,)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=len(FEATURES), max_size=len(FEATURES)), st.integers(0, len(FEATURES) - 1))
def test_more_of_a_feature_moves_the_fit_its_own_way_only(values: list[float], at: int) -> None:
    weights = model.load()
    low, high = np.array([values, values])
    high[at] = 1.0
    fits = weights.probabilities(np.stack([low, high])) @ np.arange(4)
    change = (fits[1] - fits[0]) * SIGNS[FEATURES[at]]
    assert change >= -1e-12


rows = st.lists(st.floats(0.001, 1.0), min_size=4, max_size=4)


@settings(deadline=None)
@given(rows, st.lists(st.booleans(), min_size=4, max_size=4))
def test_a_gate_leaves_nothing_on_what_is_forbidden(raw: list[float], allows: list[bool]) -> None:
    before = np.array([raw]) / sum(raw)
    after = gated(before, np.array([allows]))
    assert after.sum() == pytest.approx(1.0)
    if any(allows):
        assert after[0, ~np.array(allows)] == pytest.approx(0.0)
    else:
        assert after == pytest.approx(before)


def test_a_gate_moves_forbidden_mass_to_the_best_allowed_grade_below() -> None:
    before = np.array([[0.1, 0.2, 0.3, 0.4]])
    assert gated(before, np.array([[True, True, False, False]]))[0] == pytest.approx([0.1, 0.9, 0.0, 0.0])
    assert gated(before, np.array([[True, False, True, False]]))[0] == pytest.approx([0.3, 0.0, 0.7, 0.0])
    assert gated(before, np.array([[False, False, True, True]]))[0] == pytest.approx([0.0, 0.0, 0.6, 0.4])


def test_weights_that_are_none_are_refused_with_their_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "weights.json"
    path.write_text("{}")
    with pytest.raises(SettingsError, match=r"weights\.json"):
        LocalJudge.load(path, encode=ENCODER.encode)
    with pytest.raises(SettingsError, match="cannot be read"):
        LocalJudge.load(tmp_path / "none.json", encode=ENCODER.encode)


def test_weights_survive_their_file() -> None:
    weights = model.load()
    again = model.from_json(model.to_json(weights), source="a file")
    assert again.version == weights.version
    assert (again.slopes == weights.slopes).all()


def test_reranking_keeps_scores_on_the_unit_and_follows_judge_and_search() -> None:
    items = [item("Garden hose"), item("Brass tray")]
    question = Question("brass tray")
    scores = rerank(question, items, np.array([0.5, 0.5]), judge().grades(question, items))
    assert scores[1] > scores[0]
    assert ((scores >= 0) & (scores <= 1)).all()
