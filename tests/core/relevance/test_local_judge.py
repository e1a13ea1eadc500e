"""The local judge by the weights that ship: what it grades, what its gates do, that its features speak one way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.embedding import HashingEncoder
from core.domain import Product
from core.errors import SettingsError
from core.relevance.contract import Item, Question
from core.relevance.local import model
from core.relevance.local.corpus import shipped_words
from core.relevance.local.features import FEATURES, SIGNS
from core.relevance.local.judge import DOUBT, LocalJudge, gated
from core.relevance.local.wording import JOINED, SLIP
from core.relevance.profile import profile
from core.relevance.rerank import rerank
from core.relevance.rules.book import shipped_rules
from core.relevance.tiering import BETAS, tier

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
def test_a_gate_leaves_no_more_than_its_doubt_on_what_is_forbidden(raw: list[float], allows: list[bool]) -> None:
    before, allowed = np.array([raw]) / sum(raw), np.array(allows)
    after = gated(before, allowed[None])
    assert after.sum() == pytest.approx(1.0)
    if not any(allows):
        assert after == pytest.approx(before)
        return
    assert after[0, ~allowed].sum() <= DOUBT + 1e-9
    assert (after[0, allowed] >= before[0, allowed] - 1e-12).all()


@settings(deadline=None)
@given(rows, st.integers(1, 4), st.sampled_from(BETAS))
def test_tiering_never_gives_a_grade_above_a_gate(raw: list[float], best: int, beta: float) -> None:
    allowed = np.arange(1, 5)[None] <= best
    assert tier(gated(np.array([raw]) / sum(raw), allowed), beta)[0] <= best


def test_a_gate_moves_forbidden_mass_to_the_best_allowed_grade_below() -> None:
    before = np.array([[0.1, 0.2, 0.3, 0.4]])
    assert gated(before, np.array([[True, True, False, False]]))[0] == pytest.approx([0.1, 0.7, 0.6 / 7, 0.8 / 7])
    assert gated(before, np.array([[True, False, True, False]]))[0] == pytest.approx(
        [0.2333333, 2 / 30, 0.5666667, 4 / 30]
    )
    assert gated(before, np.array([[True, True, True, True]]))[0] == pytest.approx(before[0])
    little = np.array([[0.5, 0.4, 0.05, 0.05]])
    assert gated(little, np.array([[True, True, False, False]]))[0] == pytest.approx(little[0])


def test_a_rule_that_speaks_lowers_the_grade_and_is_told() -> None:
    plain, ruled = judge(), LocalJudge.load(None, encode=ENCODER.encode, rules=shipped_rules())
    question, one = Question("yellow hoodie"), item("Champion hoodie, navy blue", brand="Champion")
    told = ruled.judgment(question, one)
    assert [verdict.rule for verdict in told.rules] == ["colour"]
    assert told.fit < plain.judgment(question, one).fit
    assert told.grade is not None and told.grade <= max(told.rules[0].allows)


def test_one_product_is_judged_alike_alone_and_among_many() -> None:
    items = [item("Brass tray, rectangular"), item("Brass lamp"), item("Red hoodie", category="Clothing > Hoodies")]
    question, found = Question("rectangular brass tray without handles"), judge()
    together = found.grades(question, items)
    for at, one in enumerate(items):
        assert found.grades(question, [one]).probabilities[0] == pytest.approx(together.probabilities[at])


def test_what_a_product_says_it_does_without_stands_above_what_it_has() -> None:
    items = [
        item("Desk chair without wheels"),
        item("Desk chair, soft", description="This chair has no wheels."),
        item("Desk chair, soft"),
        item("Desk chair with wheels"),
    ]
    fits = judge().grades(Question("desk chair without wheels"), items).fit
    assert fits[0] > fits[3] and fits[1] > fits[2] > fits[3]


@pytest.mark.parametrize(
    ("query", "title", "worth"),
    [
        ("lunch box", "Insulated lunchbox", JOINED),
        ("firestick", "Amazon Fire Stick 4K", JOINED),
        ("vinpositine", "Vinpocetine 10 mg", SLIP),
        ("zqspyre", "Brake spyre", 0.0),
    ],
)
def test_a_word_said_in_another_way_counts_for_less_than_itself(query: str, title: str, worth: float) -> None:
    seen = judge().grades(Question(query), [item(title)]).features[0, FEATURES.index("coverage")]
    assert seen == pytest.approx(worth)


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    body = json.loads(model.SHIPPED.read_text())
    body["features"][0] = "luck"
    path.write_text(json.dumps(body))
    with pytest.raises(SettingsError, match="luck"):
        LocalJudge.load(path, encode=ENCODER.encode)


def test_the_shipped_words_know_what_is_rare_and_what_is_a_brand() -> None:
    words = shipped_words()
    assert words.idf("shoe") < words.idf("vinpocetin")
    assert words.names_brand("lacost") > words.names_brand("kitchen")


def test_weights_that_are_none_are_refused_with_their_name(tmp_path: Path) -> None:
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
